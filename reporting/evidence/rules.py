"""May this person attach a file to this return, or take it away again? A reason in a sentence, or None.

Evidence goes with what is typed: as long as the return can be edited. A stamped copy is of what was submitted: it comes
after the submission, also after the acceptance, because it is printed, stamped and scanned; nothing accepted is taken away.
"""

from django.utils.translation import gettext as _

from portal.clock import now
from portal.models import Membership

from ..filings import rules as filing_rules
from ..models import Evidence, Filing
from ..models.states import Move, Status
from ..uploads.actions import RESTORABLE

Kind = Evidence.Kind


def kind_now(filing: Filing) -> Evidence.Kind | None:
    """What can be attached to the return as it stands: its state decides, not the person."""
    return next((kind for kind in (Kind.EVIDENCE, Kind.STAMPED) if why_not_now(filing, kind) is None), None)


def version_now(filing: Filing, kind: str) -> int:
    """The number of the version that a file attached now belongs to: the one that stands, or that is being prepared."""
    if kind == Kind.STAMPED:
        return filing.standing.number if filing.standing else 0
    return (filing.latest.number if filing.latest else 0) + 1


def why_never(filing: Filing, by: Membership) -> str | None:
    """What the person lacks, whatever the state (403)."""
    return filing_rules.why_never(filing, Move.SAVE, by)


def why_not_now(filing: Filing, kind: str) -> str | None:
    """What the state of the return forbids (409)."""
    if kind == Kind.EVIDENCE:
        return filing_rules.why_not_now(filing, Move.SAVE)
    if filing.status in (Status.SUBMITTED, Status.ACCEPTED):
        return None
    return _("The return is “%(status)s”. Submit it, print it, and attach the stamped print then.") % {
        "status": filing.get_status_display()
    }


def why_not_remove(filing: Filing, evidence: Evidence) -> str | None:
    """A file that is there; what was accepted with its return stays (409)."""
    if evidence.removed_at:
        return _("The file was removed already.")
    if evidence.kind == Kind.STAMPED and filing.status == Status.ACCEPTED:
        return _("The return is accepted: its stamped copy stays. A correction gets a copy of its own.")
    if evidence.kind == Kind.STAMPED and evidence.since_version != version_now(filing, Kind.STAMPED):
        return _("The file belongs to version %(number)s and stays with it.") % {
            "number": evidence.since_version
        }
    return why_not_now(filing, evidence.kind)


def why_not_restore(filing: Filing, evidence: Evidence) -> str | None:
    """A removed file, for 30 days, as long as the return takes files of its kind (409)."""
    if not evidence.removed_at:
        return _("The file is attached; there is nothing to restore.")
    if evidence.removed_at < now() - RESTORABLE:
        return _("The file was removed more than %(days)s days ago. Attach it anew.") % {
            "days": RESTORABLE.days
        }
    if evidence.until_version != version_now(filing, evidence.kind):
        return _("Version %(number)s was submitted without the file. Attach it anew.") % {
            "number": evidence.until_version
        }
    return why_not_now(filing, evidence.kind)
