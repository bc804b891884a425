"""What people decide about the files of an activity: add one that shows it, withdraw it again; and when it goes for good."""

from functools import partial

from django.db import transaction

from portal.clock import now
from portal.models import Membership

from ..models import Activity, ActivityFile
from ..uploads import actions as upload_actions
from ..uploads.actions import check_room, file_facts, keep, take_away
from ..uploads.examining import Examined
from ..uploads.storing import discard
from .actions import claim_activity, history_facts, record_of_activity


@transaction.atomic
def add_evidence(activity: Activity, examined: Examined, *, by: Membership) -> ActivityFile:
    """Keep an examined file that shows the activity. Raises `Unacceptable` where it is there already or there is no room.

    What a return counts is shown by what it had then (409 says how to change it).
    """
    activity, before = claim_activity(activity, None, by)
    check_room(activity.evidence.not_withdrawn(), examined)

    def record(added: ActivityFile) -> None:
        record_of_activity(activity, "add_evidence", before, by, about=file_facts(added))

    return keep(ActivityFile, examined, record, tenant=activity.tenant, by=by, activity=activity)


@transaction.atomic
def withdraw_evidence(evidence: ActivityFile, *, by: Membership) -> ActivityFile:
    """Say that a file does not show the activity. It is shown to nobody any more, but with a version that counted it."""
    activity, before = claim_activity(evidence.activity, None, by)
    if (taken := take_away(evidence, by=by)) is None:
        return evidence
    record_of_activity(activity, "withdraw_evidence", before, by, about=file_facts(taken))
    return taken


@transaction.atomic
def purge_activity_files() -> int:
    """Take away for good what was withdrawn 30 days ago and shows no activity that a version ever counted: the rule of
    what is attached to returns. Counts the files."""
    old = ActivityFile.objects.filter(withdrawn_at__lt=now() - upload_actions.RESTORABLE)
    found = old.select_related("tenant", "activity__tenant", "activity__provider").order_by("pk")
    expired = [each for each in found.select_for_update(of=["self"]) if not _was_counted(each)]
    for file in expired:
        file.delete()
        record_of_activity(
            file.activity, "purge_evidence", history_facts(file.activity), None, about=file_facts(file)
        )
        transaction.on_commit(partial(discard, str(file.file)))
    return len(expired)


def _was_counted(file: ActivityFile) -> bool:
    """Whether a version says that it was shown by this file: whoever may read the version may open the file."""
    contents = file.activity.countings.values_list("content", flat=True)
    return any(file.digest in content["evidence"] for content in contents)
