"""May this person make this move on this return now? One function gives the reason, in a sentence; the action
raises it and the page shows it beside the disabled button."""

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.access import why_not_permitted
from portal.models import Membership, Tenant
from portal.roles import Permission
from targets.models import Period, Programme

from . import queries
from .models import Filing, Version
from .workflow import MOVES, Move, Status

# Why a move is not possible from the state that the return is in.
WRONG_STATE = {
    Move.SAVE: gettext_lazy(
        "The %(return)s is “%(status)s” and cannot be edited. Recall or correct it first."
    ),
    Move.SUBMIT: gettext_lazy("The %(return)s is “%(status)s” and cannot be submitted again."),
    Move.NIL: gettext_lazy("The %(return)s is “%(status)s”: a nil return can no longer be declared."),
    Move.RECALL: gettext_lazy(
        "The %(return)s is “%(status)s”. Only a submitted return that is not decided can be recalled."
    ),
    Move.ACCEPT: gettext_lazy("The %(return)s is “%(status)s”. Only a submitted return can be accepted."),
    Move.SEND_BACK: gettext_lazy("The %(return)s is “%(status)s”. Only a submitted return can be sent back."),
    Move.CORRECT: gettext_lazy("The %(return)s is “%(status)s”. Only an accepted return can be corrected."),
}


def why_not(filing: Filing, move: Move, by: Membership) -> str | None:
    """Why the move is not possible, or None if it is."""
    return why_never(filing, move, by) or why_not_now(filing, move)


def why_never(filing: Filing, move: Move, by: Membership) -> str | None:
    """What the person lacks, whatever the state: role, relation to the tenant, or independence (403)."""
    rule = MOVES[move]
    if reason := why_not_permitted(by, rule.permission):
        return reason
    if rule.by_parent and (by.tenant_id == filing.tenant_id or not by.tenant.covers(filing.tenant)):
        return _("A return is reviewed by the body above the one that files it.")
    if not rule.by_parent and by.tenant_id != filing.tenant_id:
        return _("Only %(tenant)s can change its own return.") % {"tenant": filing.tenant}
    if move == Move.ACCEPT and _took_part(filing, by):
        return _("You edited or submitted this version yourself. Somebody else has to accept it.")
    return None


def why_not_now(filing: Filing, move: Move) -> str | None:
    """What the state of the return or of its period forbids (409)."""
    rule = MOVES[move]
    if filing.status not in rule.sources:
        return WRONG_STATE[move] % {
            "return": filing.period.programme.return_word,
            "status": filing.get_status_display(),
        }
    if rule.needs_open_period:
        return why_not_open(filing.period, filing, tenant=filing.tenant)
    return None


def why_not_import(filing: Filing, by: Membership) -> str | None:
    """A file is taken over only where the return could be submitted. What is typed is kept even after the closing."""
    return why_not(filing, Move.SAVE, by) or why_not_now(filing, Move.SUBMIT)


def why_not_open(period: Period, filing: Filing | None = None, *, tenant: Tenant | None = None) -> str | None:
    """A period takes returns from its first day until the books are closed (D4), for this tenant."""
    window = queries.window(period, tenant)
    if not window.is_begun:
        return _("%(period)s has not begun: it takes returns from %(date)s.") % {
            "period": period.name,
            "date": date_format(period.starts_on, "DATE_FORMAT"),
        }
    if window.is_closed and not (filing and _is_answered_late(filing)):
        return _("%(period)s is closed (since %(date)s). Your draft is kept; ask for it to be unlocked.") % {
            "period": period.name,
            "date": date_format(localtime(window.closes_at), "DATE_FORMAT"),
        }
    return None


def _is_answered_late(filing: Filing) -> bool:
    """What was in before the closing is brought to its end afterwards: a return that was sent back is answered, an
    accepted one corrected. Both have a reason and a review of their own."""
    return filing.accepted_id is not None or filing.status == Status.RETURNED


def _took_part(filing: Filing, by: Membership) -> bool:
    """Whether the person edited or submitted the version that is up for review (the two-person rule)."""
    version = filing.latest
    if version is None:
        return False
    return version.submitted_by_id == by.user_id or by.user_id in version.editors


# --- several at once


def must_be_opened(version: Version) -> bool:
    """What somebody wrote to the reviewer is read before it is accepted among several."""
    return bool(version.explanations or version.replies)


def why_not_unread(version: Version, by: Membership) -> str | None:
    """Why the version cannot be accepted without looking at it."""
    if must_be_opened(version) and not queries.is_opened(version, by):
        return _("It has explanations that you have not read. Open it first.")
    return None


# --- periods


def why_never_decide(programme: Programme, by: Membership) -> str | None:
    """Closing, reopening and extending is for the administrators of the body that leads the programme (403)."""
    if reason := why_not_permitted(by, Permission.PERIODS):
        return reason
    if by.tenant_id != programme.lead_id:
        return _("Only %(lead)s decides about periods of this programme.") % {"lead": programme.lead}
    return None


def why_not_close(period: Period) -> str | None:
    """What makes a closing pointless (409)."""
    window = queries.window(period)
    if not window.is_begun:
        return _("%(period)s has not begun.") % {"period": period.name}
    if window.is_closed and not queries.still_open_for(period) and not queries.open_requests([period]):
        return _("%(period)s is closed already.") % {"period": period.name}
    return None


def why_not_reopen(period: Period) -> str | None:
    """What is open needs no reopening, unless its new end is to be another."""
    window = queries.window(period)
    if not window.is_closed and not window.reopening:
        return _("%(period)s is open; there is nothing to reopen.") % {"period": period.name}
    return None


def why_never_request(period: Period, tenant: Tenant, by: Membership) -> str | None:
    """Who files asks for the own tenant (403)."""
    if reason := why_not_permitted(by, Permission.FILE):
        return reason
    if by.tenant_id != tenant.pk or not queries.files(tenant, period.programme):
        return _("Only a body that files returns asks for its own period to be unlocked.")
    return None


def _named(period: Period) -> dict[str, str]:
    return {"period": period.name, "return": period.programme.return_word}


def why_not_request(period: Period, tenant: Tenant) -> str | None:
    """What makes the request pointless (409)."""
    filing = Filing.objects.filter(period=period, tenant=tenant).first()
    if filing and filing.status == Status.SUBMITTED:
        return _("The %(return)s for %(period)s is submitted; the reviewer decides.") % _named(period)
    if filing and _is_answered_late(filing):
        return _("The %(return)s for %(period)s can be submitted or corrected as it is.") % _named(period)
    if not queries.window(period, tenant).is_closed:
        return _("%(period)s is open; there is nothing to ask for.") % {"period": period.name}
    if any(each.tenant_id == tenant.pk for each in queries.open_requests([period])):
        return _("You have asked already. The administrator sees your reason and decides.")
    return None
