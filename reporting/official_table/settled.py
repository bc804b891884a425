"""What may a load of facts not change? What accepted returns show, and who had to file in periods that have ended.

A version keeps its figures; the headings over them, their units and their order are the programme's, which has one
edition. A load that would print an accepted return otherwise is refused, and names the returns.
"""

import json
from collections import ChainMap, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.clock import today
from portal.models import Tenant
from targets.models import Duty, Indicator, Period, Programme, ReportingDuty

from ..filings.sheet import bureau_line
from ..models import Filing

# What of an indicator stands on a return. Its place among the columns is the programme's.
SHOWN = ("name", "short_name", "unit", "attachment_heading", "sum_of")
# Of the layout: the table of targets is no return's.
NOT_SHOWN = {"target_table"}

# What is shown, by where it stands in the facts: (kind of fact, its code, field).
Shown = Mapping[tuple[str, str, str], Any]


@dataclass(frozen=True)
class Change:
    """One field that returns show, and what it would become."""

    programme: int
    where: tuple[str, str, str]
    before: str
    after: str


def settled() -> Callable[[], list[str]]:
    """The guard of a load: asked again afterwards, it says what the load would change."""
    shown, expected = _shown(), _expected()
    return lambda: [*_reprinted(shown, _shown()), *_restated(expected, _expected())]


# --- what accepted returns show


def _shown() -> dict[Filing, Shown]:
    accepted = Filing.objects.exclude(accepted=None).select_related("tenant", "period__programme")
    forms = {each.pk: _form(each) for each in Programme.objects.all()}
    return {
        each: ChainMap(_of_tenant(each.tenant), _of_period(each.period), forms[each.period.programme_id])
        for each in accepted.order_by("period__year", "period__number", "tenant__path")
    }


def _form(programme: Programme) -> dict:
    indicators = list(Indicator.objects.filter(programme=programme))
    form: dict[tuple[str, str, str], Any] = {
        ("targets.indicator", each.code, field): getattr(each, field)
        for each in indicators
        for field in SHOWN
    }
    columns = [each.code for each in indicators if not each.sum_of]
    form["targets.indicator", programme.code, "position"] = columns
    for name, value in programme.layout.items():
        if name not in NOT_SHOWN:
            form["targets.programme", programme.code, f"layout.{name}"] = value
    return form


def _of_period(period: Period) -> dict:
    return {
        ("targets.period", period.code, "name"): period.name,
        ("targets.period", period.code, "cumulative_name"): period.cumulative_name,
    }


def _of_tenant(tenant: Tenant) -> dict:
    return {("portal.tenant", tenant.code, "name"): bureau_line(tenant)}


def _reprinted(before: Mapping[Filing, Shown], after: Mapping[Filing, Shown]) -> Iterator[str]:
    """A sentence for each field, with the returns that would show it otherwise. A new sum is no part of a return."""
    changes: dict[Change, list[Filing]] = defaultdict(list)
    for filing, shown in before.items():
        now = after.get(filing, {})
        for where in [
            *shown,
            *(each for each in now if each[0] == "targets.programme" and each not in shown),
        ]:
            if (was := shown.get(where)) != (becomes := now.get(where)):
                change = Change(filing.period.programme_id, where, _written(was), _written(becomes))
                changes[change].append(filing)
    for change, filings in changes.items():
        model, code, field = change.where
        yield _(
            "%(model)s %(code)s, field “%(field)s”: %(before)s would become %(after)s and change %(count)s accepted returns of “%(programme)s”: %(returns)s."
        ) % {
            "model": model,
            "code": code,
            "field": field,
            "before": change.before,
            "after": change.after,
            "count": len(filings),
            "programme": filings[0].period.programme.name,
            "returns": _named(filings),
        }


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _named(filings: Iterable[Filing]) -> str:
    """By period: “2021年第一季度（椒江、黄岩）；…”."""
    periods: dict[str, list[str]] = defaultdict(list)
    for each in filings:
        periods[each.period.name].append(each.tenant.short_name)
    listed = [
        _("%(period)s (%(tenants)s)") % {"period": name, "tenants": "、".join(tenants)}
        for name, tenants in periods.items()
    ]
    return "；".join(listed)


# --- who had to file


def _expected() -> dict[Period, dict[int, str]]:
    """Who has to file, by period that has ended and for which somebody has filed: its rates stand."""
    filed = Filing.objects.exclude(latest=None).values("period")
    periods = Period.objects.filter(ends_on__lt=today(), pk__in=filed).select_related("programme")
    duties = list(ReportingDuty.objects.select_related("tenant"))
    return {
        period: {
            each.tenant_id: each.tenant.short_name
            for each in duties
            if each.programme_id == period.programme_id and each.in_period(period) == Duty.REQUIRED
        }
        for period in periods
    }


def _restated(
    before: Mapping[Period, dict[int, str]], after: Mapping[Period, dict[int, str]]
) -> Iterator[str]:
    for period, expected in before.items():
        now = after.get(period, expected)
        if names := [
            (expected | now)[each] for each in [*expected, *now] if (each in expected) != (each in now)
        ]:
            yield _(
                "%(programme)s, %(period)s has ended: whether %(tenants)s had to file for it cannot change. Write into “earlier” of the duty what held until then."
            ) % {
                "programme": period.programme.name,
                "period": period.name,
                "tenants": "、".join(names),
            }
