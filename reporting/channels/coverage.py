"""How many attendances are there for each person that the survey counted?

Not a rate of people: 人次 are attendances, the same person in two courses is 2 (D10). Only tenants that have submitted
their survey are compared, with their own figures.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from portal.models import Tenant
from targets.models import Programme, ReportingDuty

from ..survey import queries as survey_queries

Figures = Mapping[str, Mapping[str, int | None]]


@dataclass(frozen=True)
class Covered:
    """One tenant, or all that have answered. `people` is None while the survey is not submitted."""

    tenant: Tenant
    people: int | None
    attendances: int | None

    @property
    def per_person(self) -> Decimal | None:
        """Two decimals, half up; None where nothing can be compared."""
        if not self.people or self.attendances is None:
            return None
        return (Decimal(self.attendances) / self.people).quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Coverage:
    """`whole`: those who have answered, added up; `unanswered`: who is asked and has not."""

    whole: Covered
    rows: tuple[Covered, ...]
    unanswered: tuple[Tenant, ...]


def coverage(programme: Programme, tenant: Tenant, figures: Figures) -> Coverage | None:
    """The figures of a tenant, or of those below it, against their surveys; None if the programme has no survey or
    nobody has answered. `figures` are those that the page shows: {tenant code: {indicator code: figure or None}}."""
    wanted = programme.survey.get("coverage")
    if not wanted:
        return None
    answers = survey_queries.submitted_answers(programme, tenant)
    duties = ReportingDuty.objects.filter(programme=programme, tenant__code__in=list(figures))
    rows, unanswered = [], []
    for duty in duties.select_related("tenant").order_by("tenant__path"):
        people = answers.get(duty.tenant.code, {}).get(wanted["people"])
        if people is not None:
            own = figures[duty.tenant.code]
            known = [value for code in wanted["attendances"] if (value := own.get(code)) is not None]
            rows.append(Covered(duty.tenant, people, sum(known) if known else None))
        elif duty.is_ranked:
            unanswered.append(duty.tenant)
    if not rows:
        return None
    compared = [row for row in rows if row.attendances is not None]
    whole = Covered(
        tenant,
        sum(row.people or 0 for row in compared),
        sum(row.attendances or 0 for row in compared) if compared else None,
    )
    return Coverage(whole, tuple(rows), tuple(unanswered))
