"""What was published, to whom it is shown, what it rested on; and the weights of the lead's own assessment."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from portal.models import Membership
from targets.models import Period, Programme, ReportingDuty

from ..models import Filing, Release, Review, Version

WITHOUT_WEIGHT = ["content", "workbook"]  # what a list need not read


def shown_releases(releases: QuerySet[Release], membership: Membership) -> QuerySet[Release]:
    """Publishing is what shows the lead's figures to everybody in the programme: it, or one below it, reports there.

    Stands in for `visible_to`; nobody of another programme sees a release.
    """
    duties = ReportingDuty.objects.filter(tenant__path__startswith=membership.tenant.path)
    return releases.filter(programme__in=duties.values("programme"))


def releases_of(programme: Programme, membership: Membership) -> QuerySet[Release]:
    """The programme's releases for a list, the newest first."""
    found = shown_releases(Release.objects.filter(programme=programme), membership)
    return found.defer(*WITHOUT_WEIGHT).select_related("period").order_by("-published_at", "-year", "-number")


def published(programme: Programme, year: int) -> list[Release]:
    """The year's releases with what they say, the first number first."""
    return list(Release.objects.filter(programme=programme, year=year).defer("workbook").order_by("number"))


def later_release(release: Release) -> Release | None:
    """The newest release of the same period with a higher number, if there is one."""
    later = Release.objects.filter(
        programme=release.programme_id, year=release.year, period=release.period_id
    )
    return later.filter(number__gt=release.number).defer(*WITHOUT_WEIGHT).order_by("-number").first()


@dataclass(frozen=True)
class Counting:
    """A version that counts, or once counted: whose, for which period, and why it replaced another."""

    path: str
    tenant: str
    period: str
    number: int
    why: str
    is_late: bool


def counting_versions(programme: Programme, periods: Iterable[Period]) -> dict[str, dict[str, int]]:
    """{period code: {tenant code: number of the version that counts}} of everybody below the lead."""
    found: dict[str, dict[str, int]] = {each.code: {} for each in periods}
    filings = Filing.objects.filter(
        period__in=list(periods), tenant__path__startswith=programme.lead.path, accepted__isnull=False
    )
    for period, tenant, number in filings.values_list("period__code", "tenant__code", "accepted__number"):
        found[period][tenant] = number
    return found


def accepted_versions(programme: Programme, periods: Iterable[Period]) -> list[Counting]:
    """Every version that was ever accepted below the lead, tenant by tenant, the oldest first."""
    versions = Version.objects.filter(
        filing__period__in=list(periods),
        tenant__path__startswith=programme.lead.path,
        review__outcome=Review.Outcome.ACCEPTED,
    ).order_by("tenant__path", "filing__period__number", "number")
    read = versions.select_related("tenant", "filing__period").defer("explanations", "replies", "notices")
    return [
        Counting(
            path=each.tenant.path,
            tenant=each.tenant.code,
            period=each.filing.period.code,
            number=each.number,
            why=each.correction_reason,
            is_late=each.filing.days_late > 0,
        )
        for each in read
    ]
