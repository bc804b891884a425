"""Are the official facts whole? Loads them from fixtures, or refuses all of them with every reason at once.

A row of a target table must sum to the 合计 printed beside it, and that must be the figure of the prose:
a typing error in a fixture, or in the document itself, would otherwise become somebody's assessment.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from portal.models import Tenant

from . import ledger, printed, records, work_module
from .definitions import unfilled
from .models import Channel, Duty, Indicator, Period, Programme, ReportingDuty, Target, TargetTotal

OFFICIAL = ["tenants.json", "taizhou.json", "shanghai.json"]

# Asked before a load; what it returns is asked afterwards, and says what the load would change that has to stay.
Guard = Callable[[], Callable[[], list[str]]]

# What a ledger that is none makes Python raise.
UNREADABLE = (ValueError, TypeError, AttributeError, KeyError)


class FactsRefused(Exception):
    """The facts contradict themselves; `problems` holds one sentence for each contradiction."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


def official_paths() -> list[Path]:
    """The fixtures of the documents that come with the portal, in the order in which they build."""
    return [settings.BASE_DIR / "fixtures" / name for name in OFFICIAL]


def load(paths: Iterable[Path], *, guard: Guard = lambda: list) -> int:
    """Load the fixtures, check all facts; FactsRefused undoes the whole load. The number of records."""
    with transaction.atomic():
        moved = guard()
        reading = records.read(paths)
        if found := reading.problems or [*problems(), *moved()]:
            raise FactsRefused(found)
    return reading.count


def problems() -> list[str]:
    """Every contradiction among the facts in the database, as sentences; an empty list if there is none."""
    return [
        *_tree_problems(),
        *_source_problems(),
        *_total_problems(),
        *_missing_totals(),
        *_code_problems(),
        *_ledger_problems(),
        *_definition_problems(),
        *_belonging_problems(),
        *_duty_problems(),
        *_period_problems(),
        *_module_problems(),
    ]


def _tree_problems() -> Iterator[str]:
    kinds = [
        _("a path with characters that are not allowed"),
        _("a path of the wrong length"),
        _("no parent"),
        _("the wrong depth"),
        _("the wrong number of children"),
    ]
    for kind, ids in zip(kinds, Tenant.objects.find_problems(), strict=True):
        for tenant in Tenant.objects.filter(pk__in=ids).order_by("path"):
            yield _("The tree of tenants is broken: %(tenant)s has %(problem)s.") % {
                "tenant": tenant.code,
                "problem": kind,
            }


def _source_problems() -> Iterator[str]:
    """A cell that says another figure than the one that counts would be shown as the document's word."""
    for target in Target.objects.select_related("programme", "indicator", "tenant"):
        if not printed.agrees(target.source_text, target.value):
            yield _(
                "%(programme)s, %(year)s, row “%(row)s”, %(tenant)s: “%(source_text)s” is printed (source_text), the value is %(value)s."
            ) % {
                "programme": target.programme.name,
                "year": target.year,
                "row": target.indicator.target_heading or target.indicator.name,
                "tenant": target.tenant.short_name,
                "source_text": target.source_text.strip(),
                "value": "/" if target.value is None else target.value,
            }


def _total_problems() -> Iterator[str]:
    """“/” and blank cells add nothing to their row."""
    totals = TargetTotal.objects.select_related("programme", "indicator")
    for total in totals:
        cells = total.indicator.targets.filter(year=total.year)
        yield from _row_problems(total, cells.aggregate(sum=Sum("value", default=0))["sum"])


def _row_problems(total: TargetTotal, row_sum: int) -> Iterator[str]:
    stated = row_sum if total.printed is None else total.printed
    row = {
        "programme": total.programme.name,
        "year": total.year,
        "row": total.indicator.target_heading,
        "sum": row_sum,
        "total": stated,
        "prose": total.prose,
    }
    if row_sum != stated:
        yield (
            _("%(programme)s, %(year)s, row “%(row)s”: the cells sum to %(sum)s, printed is %(total)s.") % row
        )
    if total.prose is not None and _contradicts(stated, total.prose, total.is_floor):
        yield (
            _("%(programme)s, %(year)s, row “%(row)s”: the total is %(total)s, the text says %(prose)s.")
            % row
        )


def _contradicts(total: int, prose: int, is_floor: bool) -> bool:
    """“以上” is a floor: more is no contradiction. Otherwise the text means exactly its figure."""
    return total < prose if is_floor else total != prose


def _missing_totals() -> Iterator[str]:
    """Rows that nothing would be compared with: a total left out of the fixture would pass unseen."""
    rows = Indicator.objects.filter(targets__isnull=False).values_list("id", "targets__year").distinct()
    totals = TargetTotal.objects.values_list("indicator_id", "year")
    for indicator, year in sorted(set(rows) - set(totals)):
        row = Indicator.objects.select_related("programme").get(pk=indicator)
        yield _("%(programme)s, %(year)s, row “%(row)s”: no total to compare the cells with.") % {
            "programme": row.programme.name,
            "year": year,
            "row": row.target_heading,
        }


def _code_problems() -> Iterator[str]:
    """Codes inside JSON and text fields, which no foreign key guards."""
    for programme in Programme.objects.prefetch_related("indicators", "duties__tenant"):
        known = {indicator.code for indicator in programme.indicators.all()}
        for owner, codes in _mentions(programme):
            for code in codes:
                if code not in known:
                    yield _("%(programme)s: %(owner)s names “%(code)s”, which is no indicator.") % {
                        "programme": programme.name,
                        "owner": owner,
                        "code": code,
                    }


def _ledger_problems() -> Iterator[str]:
    """A ledger that counts in a column that is not there would be an activity that counts nowhere."""
    tenants = set(Tenant.objects.values_list("code", flat=True))
    for programme in Programme.objects.prefetch_related("indicators"):
        typed = [each.code for each in programme.indicators.all() if not each.sum_of]
        for problem in ledger.problems(programme.ledger, indicators=typed, tenants=tenants):
            yield f"{programme.name}: {problem}"


def _definition_problems() -> Iterator[str]:
    """A sentence that names a setting which is not there would be shown with a hole in it."""
    for programme in Programme.objects.prefetch_related("decisions"):
        try:
            values = programme.definition_values
        except (*UNREADABLE, ArithmeticError):  # its ledger cannot be read, which is a problem of its own
            continue
        for decision in programme.decisions.all():
            for name in unfilled("".join(decision.texts), values):
                yield _("%(programme)s, definition %(code)s: no setting fills “%(name)s”.") % {
                    "programme": programme.name,
                    "code": decision.code,
                    "name": f"{{{name}}}",
                }


def _mentions(programme: Programme) -> Iterator[tuple[str, list[str]]]:
    """Who mentions which codes of indicators. A threshold that is a table is one by indicator."""
    indicator: Indicator
    duty: ReportingDuty
    for name, limits in programme.thresholds.items():
        yield name, list(limits) if isinstance(limits, dict) else []
    for indicator in programme.indicators.all():
        yield indicator.code, [*indicator.sum_of, *filter(None, [indicator.attendances_of])]
    for duty in programme.duties.all():
        yield duty.tenant.code, duty.not_credited


def _belonging_problems() -> Iterator[str]:
    """A target or a duty belongs to a tenant below the lead, a target's indicator to its programme."""
    for model in (Target, ReportingDuty):
        for row in model.objects.select_related("programme__lead", "tenant"):
            if not row.programme.lead.covers(row.tenant):
                yield _("%(programme)s: %(tenant)s is not below the lead %(lead)s.") % {
                    "programme": row.programme.name,
                    "tenant": row.tenant.code,
                    "lead": row.programme.lead.code,
                }
    strays = Target.objects.exclude(programme=F("indicator__programme"))
    for row in strays.select_related("programme", "indicator"):
        yield _("%(programme)s: the indicator “%(indicator)s” belongs to another programme.") % {
            "programme": row.programme.name,
            "indicator": row.indicator.code,
        }


def _duty_problems() -> Iterator[str]:
    """What held earlier says of what, and until which day."""
    for duty in ReportingDuty.objects.select_related("programme", "tenant"):
        for each in duty.earlier:
            try:
                is_known = set(each) == {"until", "duty"} and each["duty"] in Duty.values
                date.fromisoformat(each["until"])
            except (KeyError, TypeError, ValueError):
                is_known = False
            if not is_known:
                yield _(
                    "%(programme)s, duty of %(tenant)s: an entry of “earlier” has “until”, a day, and “duty”, one of %(duties)s."
                ) % {
                    "programme": duty.programme.name,
                    "tenant": duty.tenant.code,
                    "duties": ", ".join(Duty.values),
                }


def _period_problems() -> Iterator[str]:
    """A day belongs to one period at most."""
    before: Period | None = None
    for period in Period.objects.select_related("programme").order_by("programme", "starts_on", "ends_on"):
        if before and before.programme == period.programme and period.starts_on <= before.ends_on:
            yield _("%(programme)s: the periods %(first)s and %(second)s overlap.") % {
                "programme": period.programme.name,
                "first": before.code,
                "second": period.code,
            }
        before = period


def _module_problems() -> Iterator[str]:
    """The work module is readable, and names tenants, indicators and sums that there are."""
    tenants = dict(Tenant.objects.values_list("code", "kind"))
    for programme in Programme.objects.prefetch_related("indicators"):
        try:
            found = work_module.read(programme.module)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            yield _("%(programme)s: the work module is unreadable (%(error)s).") % {
                "programme": programme.name,
                "error": repr(error),
            }
            continue
        for code in _strays_of(found, programme, {*tenants, *tenants.values()}) if found else ():
            yield _("%(programme)s: the work module names “%(code)s”, which there is not, or twice.") % {
                "programme": programme.name,
                "code": code,
            }


def _strays_of(found: work_module.WorkModule, programme: Programme, units: set[str]) -> Iterator[str]:
    yield from work_module.repeated(found)
    named = {unit for kind in found.kinds for unit in kind.units} | set(found.outside)
    yield from sorted(named - units)
    if found.headlines and found.headline(programme.headline_channel) is None:
        yield programme.headline_channel
    if rules := programme.ledger_rules:
        yield from (each.code for each in found.tags if each.code not in rules.tags)
    channels = {work_module.ALL, *Channel.values}
    yield from (each.code for each in found.headlines if each.code not in channels)
    if (phase := found.first_phase) and (one := phase.at_least_one):
        known = {each.code for each in programme.indicators.all()}
        yield from (code for code in [one.indicator] if code not in known)
        yield from (kind for kind in [one.tenant_kind] if kind not in units)
