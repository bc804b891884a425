"""A return's versions, their lines and reviews, and what changed from one to the next."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.models import HistoryEntry

from ..entry.columns import typed_indicators
from ..models import Filing, Line, Review, ReviewPoint, Version
from .replies import ReviewReason, SentBack


def provider_lines(versions: Iterable[int]) -> dict[int, list[Line]]:
    """The lines of versions, by version id, in their order."""
    found: dict[int, list[Line]] = defaultdict(list)
    for line in Line.objects.filter(version__in=list(versions)).order_by("version", "position"):
        found[line.version_id].append(line)
    return found


def version_with_parties(pk: int) -> Version:
    """A version with everything that its page prints."""
    return Version.objects.select_related(
        "filing__tenant", "filing__period__programme", "submitted_by", "review__reviewed_by"
    ).get(pk=pk)


def versions_of(filing: Filing) -> list[Version]:
    """Every submission of the return, the newest first, with its review."""
    versions = filing.versions.select_related("submitted_by", "review__reviewed_by")
    return list(versions.order_by("-number"))


def how_it_came(version: Version, filing: Filing) -> str:
    """What a version is that came after the due date. Late is the first submission alone: what is added to one that was
    in time, or answers a reviewer, is no late return. "" for what came in time, and for a correction."""
    if not version.is_supplementary:
        return ""
    days = filing.days_late
    if not days:
        return _("submitted again after the due date; the first time was on time")
    text = ngettext("late: %(days)s day", "late: %(days)s days", days) % {"days": days}
    if version.submitted_at == filing.first_submitted_at:
        return text
    return _("submitted again; the first time was %(late)s") % {"late": text}


def version_at(filing: Filing, revision: int) -> int | None:
    """The number of the version that stood at a revision of the return: what somebody saw whose page is older."""
    entries = HistoryEntry.objects.filter(subject_id=filing.public_id, after__revision=revision)
    latest = entries.order_by("-id").values_list("after__latest", flat=True).first()
    return int(latest) if latest is not None else None


def last_review(filing: Filing) -> Review | None:
    """The decision on the latest version, if there is one."""
    return Review.objects.filter(version=filing.latest_id).select_related("reviewed_by").first()


def sent_back_of(filing: Filing) -> SentBack:
    """The version that was sent back and not accepted since, with its reasons; empty if there is none."""
    if filing.latest_id is None:
        return SentBack()
    decided = Review.objects.filter(version__filing=filing).select_related("version")
    review = decided.order_by("-version__number").first()
    if review is None or review.outcome != Review.Outcome.SENT_BACK:
        return SentBack()
    lines = {line.provider_key: line.values for line in review.version.lines.all()}
    return SentBack(points_of(review, filing.period.programme_id), lines, review.version.is_nil)


def points_of(review: Review, programme_id: int) -> list[ReviewReason]:
    """The reasons of a review; one that was written before there were places is about the whole."""
    names = {each.code: each.name for each in typed_indicators(programme_id)}
    found = [
        ReviewReason(each.key, each.reason, each.provider, each.provider_key, each.indicator, names.get(each.indicator, ""))
        for each in ReviewPoint.objects.filter(review=review)
    ]  # fmt: skip
    return found or [ReviewReason(f"{review.version.number}-1", review.reason)]


@dataclass(frozen=True)
class Difference:
    """A provider's figure in this version and in the one before (None: the row was not there)."""

    provider: str
    column: str
    before: int | str | None
    after: int | str | None


def compared_with_previous(version: Version) -> list[Difference] | None:
    """What changed since the version before, cell by cell; None for a first version."""
    earlier = version.filing.versions.filter(number__lt=version.number).order_by("-number").first()
    if earlier is None:
        return None
    lines = provider_lines([earlier.pk, version.pk])
    before = {line.provider_key: line for line in lines[earlier.pk]}
    after = {line.provider_key: line for line in lines[version.pk]}
    names = {each.code: each.name for each in typed_indicators(version.filing.period.programme_id)}
    return [
        Difference(
            (after.get(key) or before[key]).provider,
            name,
            value_at(before, key, code),
            value_at(after, key, code),
        )
        for key in dict.fromkeys([*after, *before])
        for code, name in names.items()
        if value_at(before, key, code) != value_at(after, key, code)
    ]


def value_at(lines: Mapping[str, Line], key: str, code: str) -> int | str | None:
    """A provider's figure as it is shown, “/” where it has no task; None if the provider has no line."""
    if key not in lines:
        return None
    value = lines[key].values.get(code)
    return "/" if value is None else value
