"""May this person make this move on this return now? One function gives the reason, in a sentence; the action
raises it and the page shows it beside the disabled button."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.access import why_not_permitted, works_for
from portal.models import Membership

from ..ledger import queries as ledger_queries
from ..ledger import rules as ledger_rules
from ..models import Filing
from ..models.states import MOVES, Move
from ..periods.rules import why_not_open

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
    Move.GIVE_UP: gettext_lazy(
        "The %(return)s is “%(status)s”. Only the correction of an accepted return can be given up."
    ),
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
    if rule.by_parent and works_for(by.user, filing.tenant):
        return _("You work for %(tenant)s yourself. Another reviewer has to decide.") % {
            "tenant": filing.tenant
        }
    if move == Move.ACCEPT and _took_part(filing, by):
        return _("You edited or submitted this version yourself. Somebody else has to accept it.")
    return None


def why_not_now(filing: Filing, move: Move) -> str | None:
    """What the state of the return or of its period forbids (409)."""
    rule = MOVES[move]
    if filing.status not in rule.sources or (move == Move.GIVE_UP and not filing.accepted_id):
        return WRONG_STATE[move] % {
            "return": filing.period.programme.return_word,
            "status": filing.get_status_display(),
        }
    if rule.needs_open_period and (reason := why_not_open(filing.period, filing, tenant=filing.tenant)):
        return _recall_after_closing(filing) if move == Move.RECALL else reason
    return None


def _recall_after_closing(filing: Filing) -> str:
    return _(
        "%(period)s is closed: a %(return)s that is recalled now could not be submitted again and would count as not filed. If something is wrong in it, ask the reviewer to send it back; that is answered after the closing, too."
    ) % {"period": filing.period.name, "return": filing.period.programme.return_word}


def _took_part(filing: Filing, by: Membership) -> bool:
    """Whether the person edited or submitted the version that is up for review (the two-person rule)."""
    version = filing.latest
    if version is None:
        return False
    return version.submitted_by_id == by.user_id or by.user_id in version.editors


def why_not_type(filing: Filing, by: Membership) -> str | None:
    """Why the figures that are computed for this return cannot be typed instead, or None if they can."""
    if reason := why_not(filing, Move.SAVE, by) or ledger_rules.why_never_record(filing.tenant, by):
        return reason
    if filing.period in ledger_queries.switchable_periods(filing.tenant, filing.period.programme):
        return None
    return _(
        "This return or a later one was submitted before: its figures stay computed. Record what was done, "
        "then they follow."
    )
