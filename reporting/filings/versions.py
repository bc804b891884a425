"""A return's versions, their lines and reviews, and what changed from one to the next."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.models import HistoryEntry

from ..entry.columns import typed_indicators
from ..models import Filing, Line, Review, ReviewPoint, Version
from ..models.states import Move
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
    """The version that was sent back, with its reasons, if nothing was decided since: neither accepted, nor a correction
    given up or opened anew. Empty if there is none."""
    if filing.latest_id is None:
        return SentBack()
    decided = Review.objects.filter(version__filing=filing).select_related("version")
    review = decided.order_by("-version__number").first()
    if review is None or review.outcome != Review.Outcome.SENT_BACK or _is_given_up(filing, review):
        return SentBack()
    lines = {line.provider_key: line.values for line in review.version.lines.all()}
    number = review.version.number
    return SentBack(points_of(review, filing.period.programme_id), lines, review.version.is_nil, number)


def _is_given_up(filing: Filing, review: Review) -> bool:
    """Whether the correction that came back was given up: its reasons are nobody's to answer any more."""
    if filing.accepted_id is None:
        return False
    given_up = HistoryEntry.objects.filter(subject_id=filing.public_id, action=Move.GIVE_UP)
    back = HistoryEntry.objects.filter(
        subject_id=filing.public_id, action=Move.SEND_BACK, version=review.version.number
    )
    return given_up.filter(id__gt=back.values("id")[:1]).exists()


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


@dataclass(frozen=True)
class Earlier:
    """The versions before one, as far as somebody compares with them. `counted`: the one that counted, or counts, until this
    one is accepted; `before`: the one right before it."""

    counted: Version | None
    before: Version | None

    @property
    def base(self) -> Version | None:
        """What a version is compared with: what counts, as long as something does."""
        return self.counted or self.before

    @property
    def other(self) -> Version | None:
        """The one right before, where that is another one."""
        return self.before if self.before != self.base else None


def earlier_than(version: Version) -> Earlier:
    found = Version.objects.filter(filing=version.filing_id, number__lt=version.number)
    earlier = list(found.select_related("review").order_by("-number"))
    counted = (each for each in earlier if _outcome(each) == Review.Outcome.ACCEPTED)
    return Earlier(next(counted, None), next(iter(earlier), None))


def _outcome(version: Version) -> str:
    return version.review.outcome if hasattr(version, "review") else ""


@dataclass(frozen=True)
class Comparison:
    """What changed from `base` to a version, cell by cell. `counts`: whether the base is the accepted version."""

    base: Version
    counts: bool
    differences: list[Difference]


def compared_with_counted(version: Version) -> Comparison | None:
    """What changed since the version that counted until this one; since the version before, if none did; None for a
    first version."""
    earlier = earlier_than(version)
    if earlier.base is None:
        return None
    return Comparison(earlier.base, earlier.counted is not None, _differences(earlier.base, version))


def _differences(earlier: Version, version: Version) -> list[Difference]:
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
