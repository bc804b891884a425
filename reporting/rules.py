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
from .models import Activity, Filing, Provider, Version
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
    if window.is_closed and not (filing and filing.is_answered_late):
        return _("%(period)s is closed (since %(date)s). Your draft is kept; ask for it to be unlocked.") % {
            "period": period.name,
            "date": date_format(localtime(window.closes_at), "DATE_FORMAT"),
        }
    return None


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
    if filing and filing.is_answered_late:
        return _("The %(return)s for %(period)s can be submitted or corrected as it is.") % _named(period)
    if not queries.window(period, tenant).is_closed:
        return _("%(period)s is open; there is nothing to ask for.") % {"period": period.name}
    if any(each.tenant_id == tenant.pk for each in queries.open_requests([period])):
        return _("You have asked already. The administrator sees your reason and decides.")
    return None


# --- the activity ledger


def why_never_record(tenant: Tenant, by: Membership) -> str | None:
    """Who fills in the tenant's returns keeps its ledger (403)."""
    if reason := why_not_permitted(by, Permission.FILE):
        return reason
    if by.tenant_id != tenant.pk:
        return _("Only %(tenant)s keeps its own activity ledger.") % {"tenant": tenant}
    return why_not_designated(tenant, by)


def why_not_change_activity(activity: Activity) -> str | None:
    """What is counted is changed by way of the return that counts it (409)."""
    if activity.withdrawn_at:
        return _("The activity was withdrawn. Record it anew if it did take place.")
    return why_counted(activity.counted_in)


def why_counted(version: Version | None) -> str | None:
    """What a return that stands counts is changed by way of that return (409)."""
    filing = version.filing if version else None
    if filing and filing.status == Status.SUBMITTED:
        return _("The return for %(period)s is submitted and counts it. Recall that return first.") % {
            "period": filing.period.name
        }
    if filing and filing.status == Status.ACCEPTED:
        return _(
            "The return for %(period)s is accepted and counts it. Open a correction of that return first."
        ) % {"period": filing.period.name}
    return None


def why_not_switch(
    provider: Provider, programme: Programme, period: Period, *, uses_ledger: bool
) -> str | None:
    """No figure that was submitted becomes computed or typed by a switch, and none is both (409)."""
    periods = queries.switchable_periods(provider.tenant, programme)
    if period in periods:
        standing = queries.uses_ledger(provider, period)
        return (
            _("It is so already.")
            if standing == uses_ledger and provider.uses_ledger == uses_ledger
            else None
        )
    if not periods:
        return _("Returns were submitted up to the last period: nothing is left to switch.")
    return _("Returns were submitted for %(period)s or a later period. It can hold from %(first)s on.") % {
        "period": period.name,
        "first": periods[0].name,
    }


def why_never_decide_duplicate(one: Activity, other: Activity, by: Membership) -> str | None:
    """Of one tenant: who fills in its returns, or the reviewer above; of two: the reviewer of the body above both (403)."""
    if one.pk == other.pk:
        return _("An activity is no duplicate of itself.")
    if one.tenant_id == other.tenant_id == by.tenant_id:
        return why_not_permitted(by, Permission.FILE)
    if reason := why_not_permitted(by, Permission.REVIEW):
        return reason
    tenants = (one.tenant, other.tenant)
    if any(each.pk == by.tenant_id or not by.tenant.covers(each) for each in tenants):
        return _("Whether two activities are one is decided by the body above both.")
    return None


# --- the work module


def why_not_designated(tenant: Tenant, by: Membership) -> str | None:
    """“需通过……工作模块对活动开展情况进行记录的，应安排专人负责日常操作”: once a unit has said who operates the module, it is
    they who record. Where nobody is designated yet, who files may: a true record is never refused."""
    programme = queries.ledger_programme(tenant)
    if programme is None or not programme.module or not queries.records_in_module(programme, tenant):
        return None
    if queries.is_operator(programme, by) or not queries.has_operators(programme, tenant):
        return None
    return not_designated(tenant)


def not_designated(tenant: Tenant) -> str:
    return _("You are not designated to operate the module. Ask the administrator of %(tenant)s.") % {
        "tenant": tenant
    }
