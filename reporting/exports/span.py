"""Of whom and of when an export is: a tenant with everything below it; a period, or the year through it."""

from dataclasses import dataclass

from django.db.models import QuerySet

from portal.models import Tenant
from targets.models import Period, Programme

from ..models import Material
from ..periods import queries as period_queries


@dataclass(frozen=True)
class ExportSpan:
    under: Tenant
    period: Period
    is_cumulative: bool = False

    @property
    def programme(self) -> Programme:
        return self.period.programme

    @property
    def periods(self) -> list[Period]:
        return period_queries.year_through(self.period) if self.is_cumulative else [self.period]

    @property
    def year_so_far(self) -> list[Period]:
        """For what is always of a year."""
        return period_queries.year_through(self.period)

    @property
    def name(self) -> str:
        """As the documents name it: 2021年第一季度, 2021年第一至第三季度（累计）."""
        return self.period.cumulative_name if self.is_cumulative else self.period.name


@dataclass(frozen=True)
class ChosenMaterials:
    """What the page of the library shows of a year."""

    programme: Programme
    year: int
    materials: QuerySet[Material]
