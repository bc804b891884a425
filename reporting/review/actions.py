"""What a reviewer does besides accepting one return: open it, send it back with reasons at its cells, accept several."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from portal.clock import now
from portal.models import Membership
from portal.problems import Refused

from ..entry.findings import Invalid, checked_reason
from ..entry.reading import Finding
from ..evidence import queries as evidence_queries
from ..filings.counted import settle_activities
from ..filings.replies import ReviewReason
from ..filings.transition import claim, record
from ..models import Filing, Opening, Review, ReviewPoint, Version
from ..models.states import Move
from ..providers.actions import register_accepted
from . import queries, rules


@dataclass(frozen=True)
class Outcome:
    """One of several that were to be accepted: `refused` says why it cannot be."""

    filing: Filing
    refused: str = ""


class SeveralRefused(Refused):
    """At least one of several cannot be accepted, so none was. `outcomes`: of each, in their order."""

    def __init__(self, outcomes: Sequence[Outcome]):
        super().__init__(_("Nothing was accepted: not all of them can be."))
        self.outcomes = outcomes


def open_version(version: Version, *, by: Membership) -> None:
    """Note that a reviewer has the version before their eyes. No decision: it has no entry in the history."""
    opening = Opening(version=version, tenant_id=version.tenant_id, opened_by=by.user, opened_at=now())
    Opening.objects.bulk_create([opening], ignore_conflicts=True)


@transaction.atomic
def send_back(
    filing: Filing,
    *,
    reason: str = "",
    points: Sequence[ReviewReason] = (),
    revision: int,
    files: str | None = None,
    by: Membership,
) -> Filing:
    """The reviewer asks for another version and says why: of the whole, or at rows and cells, at least one reason.
    The tenant's figures stay as they were. `files`: those that were seen."""
    points = _checked(reason, points, is_needed=True)
    filing, before = claim(filing, Move.SEND_BACK, revision=revision, by=by)
    refuse_other_files(filing, files)
    version = filing.latest_version()
    decided = review(filing, Review.Outcome.SENT_BACK, points, by=by)
    settle_activities(filing)
    record(filing, Move.SEND_BACK, by=by, before=before, version=version, reason=decided.reason)
    return filing


def _checked(reason: str, points: Sequence[ReviewReason], *, is_needed: bool = False) -> list[ReviewReason]:
    """The reasons, readable and not too long; all that is wrong with them at once. Without one that `is_needed`: 422, not a
    decision."""
    found: list[Finding] = []
    checked = []
    whole = [ReviewReason("reason", reason)] if reason.strip() or (is_needed and not points) else []
    for each in [*whole, *points]:
        try:
            text = checked_reason(each.reason, name=each.key, label=each.place)
        except Invalid as refused:
            found += refused.findings
        else:
            checked.append(
                ReviewReason("", text, each.provider, each.provider_key, each.column, each.column_name)
            )
    if found:
        raise Invalid(found)
    return checked


@transaction.atomic
def accept_several(
    chosen: Sequence[tuple[Filing, int] | tuple[Filing, int, str]], *, by: Membership
) -> list[Filing]:
    """Accept all of the returns, each at the revision, and with the files, that were seen; or none (`SeveralRefused`).

    What has explanations or replies must have been opened by this reviewer in this version. All returns are locked
    first, in one order, so that nobody waits for somebody who waits for them.
    """
    keys = sorted(filing.pk for filing, *_seen in chosen)
    list(Filing.objects.select_for_update(of=["self"]).filter(pk__in=keys).order_by("pk"))
    outcomes = [_accepted(filing, revision, *files, by=by) for filing, revision, *files in chosen]
    if any(each.refused for each in outcomes):
        raise SeveralRefused(outcomes)
    return [each.filing for each in outcomes]


def _accepted(filing: Filing, revision: int, files: str | None = None, *, by: Membership) -> Outcome:
    try:
        with transaction.atomic():
            filing = accept(filing, revision=revision, files=files, by=by)
            if reason := rules.why_not_unread(filing.latest_version(), by):
                raise Refused(reason, filing=filing)
    except (Refused, PermissionDenied) as refused:
        return Outcome(queries.filing_again(filing), str(refused))
    return Outcome(filing)


@transaction.atomic
def accept(
    filing: Filing,
    *,
    reason: str = "",
    points: Sequence[ReviewReason] = (),
    revision: int,
    files: str | None = None,
    by: Membership,
) -> Filing:
    """The reviewer takes the version into the figures: from now on the roll-up reads it. `files`: those that were seen;
    `reason`, `points`: remarks that stay with the decision and that nobody has to answer."""
    points = _checked(reason, points)
    filing, before = claim(
        filing,
        Move.ACCEPT,
        revision=revision,
        by=by,
        changes=lambda locked: {"accepted": locked.latest, "correction_reason": ""},
    )
    refuse_other_files(filing, files)
    decided = review(filing, Review.Outcome.ACCEPTED, points, by=by)
    register_accepted(filing.latest_version())
    settle_activities(filing)
    record(filing, Move.ACCEPT, by=by, before=before, version=filing.latest, reason=decided.reason)
    return filing


def refuse_other_files(filing: Filing, seen: str | None) -> None:
    """`seen`: the fingerprint of the files that the reviewer's page showed. Asked under the lock of the return, which whoever
    attaches or removes one holds too; the return's revision is not theirs to take, or the clerk's open page would be stale."""
    if seen is not None and seen != evidence_queries.files_seen([filing])[filing.pk]:
        raise Refused(
            _(
                "A file was attached or removed since you opened the page. Look at the files as they are now, then decide again."
            ),
            filing=filing,
        )


def review(
    filing: Filing, outcome: Review.Outcome, points: Sequence[ReviewReason], *, by: Membership
) -> Review:
    """Write the decision, with its reasons as one text and each at its place."""
    version = filing.latest_version()
    lines = set(version.lines.values_list("provider_key", flat=True)) if points else set()
    if unknown := [each for each in points if each.provider_key and each.provider_key not in lines]:
        raise Refused(_("“%(provider)s” is not in this version.") % {"provider": unknown[0].provider})
    decided = Review.objects.create(
        version=version,
        tenant=filing.tenant,
        outcome=outcome,
        reason="\n".join(
            f"{each.place}: {each.reason}" if each.provider_key else each.reason for each in points
        ),
        reviewed_at=now(),
        reviewed_by=by.user,
    )
    ReviewPoint.objects.bulk_create(
        ReviewPoint(
            review=decided,
            tenant=filing.tenant,
            key=f"{version.number}-{position}",
            position=position,
            provider=each.provider,
            provider_key=each.provider_key,
            indicator=each.column,
            reason=each.reason,
        )
        for position, each in enumerate(points, start=1)
    )
    return decided
