"""What people decide about the files of an activity: add one that shows it, withdraw it again."""

from django.db import transaction

from portal.models import Membership

from ..models import Activity, ActivityFile
from ..uploads.examining import Examined
from .kept_files import check_room, keep, take_away, told
from .ledger import claim_activity, record_of_activity


@transaction.atomic
def add_evidence(activity: Activity, examined: Examined, *, by: Membership) -> ActivityFile:
    """Keep an examined file that shows the activity. Raises `Unacceptable` where it is there already or there is no room.

    What a return counts is shown by what it had then (409 says how to change it).
    """
    activity, before = claim_activity(activity, None, by)
    check_room(activity.evidence.standing(), examined)

    def record(added: ActivityFile) -> None:
        record_of_activity(activity, "add_evidence", before, by, about=told(added))

    return keep(ActivityFile, examined, record, tenant=activity.tenant, by=by, activity=activity)


@transaction.atomic
def withdraw_evidence(evidence: ActivityFile, *, by: Membership) -> ActivityFile:
    """Say that a file does not show the activity. It is kept, and shown to nobody any more."""
    activity, before = claim_activity(evidence.activity, None, by)
    if (taken := take_away(evidence, by=by)) is None:
        return evidence
    record_of_activity(activity, "withdraw_evidence", before, by, about=told(taken))
    return taken
