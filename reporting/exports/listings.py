"""The plain tables: completion, the board, the lines. The figures come from the functions that the pages ask."""

import json
import tempfile
from collections.abc import Collection, Iterator

from django.db.models import F, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.clock import now, today
from targets import dashboard
from targets.comparison import Comparison, compare
from targets.queries import TargetTable, has_two_sums

from ..entry.columns import typed_indicators
from ..excel.listing import Bars, Listing, Value
from ..models import Line
from ..models.states import STATES
from ..rollup import status as rollup_status
from ..rollup.records import actuals_by_channel
from ..rollup.rollup import actual_figures, not_due_below
from ..work_module import queries as work_module_queries
from .span import ExportSpan

NOT_FILED, NO_TASK, NOT_DUE = "—", "/", "—"
CHUNK = 1000


def _subtitle(span: ExportSpan, name: str) -> str:
    at = date_format(localtime(now()), "Y-m-d H:i")
    return "　".join([span.under.name, name, _("as of %(at)s") % {"at": at}])


# --- completion: 任务数, 完成数, 完成率


def completion(span: ExportSpan) -> list[Listing]:
    """The year so far against its targets: all together by indicator, then each tenant below."""
    figures = actual_figures(span.programme, span.year_so_far, span.under)
    first = (
        work_module_queries.headline_of(span.programme) if has_two_sums(span.programme, span.under) else None
    )
    channels = actuals_by_channel(span.programme, span.year_so_far, span.under) if first else {}
    not_due = not_due_below(span.programme, span.year_so_far, span.under)
    compared = compare(span.programme, span.period, span.under, figures, first, channels, not_due)
    found = []
    if compared.own:
        found.append(_by_indicator(span, compared, compared.own, _("Our tasks")))
    if compared.whole:
        name = _("Headline: recorded in the module") if compared.both else _("All together")
        found.append(_by_indicator(span, compared, compared.whole, name))
    if compared.both:
        name = _("All together, self-reported figures included")
        found.append(_by_indicator(span, compared, compared.both, name))
    if compared.rows:
        found.append(_by_tenant(span, compared))
    return found or [_without_targets(span, compared)]


def _completion_title(span: ExportSpan) -> str:
    return f"{span.programme.name}{_('Completion table')}"


def _by_indicator(span: ExportSpan, compared: Comparison, row: dashboard.ProgressRow, name: str) -> Listing:
    rows: list[tuple[Value, ...]] = [
        (
            compared.indicators[cell.indicator].name,
            cell.target,
            NOT_FILED if cell.actual is None else cell.actual,
            NOT_DUE if cell.rate is None else cell.rate,
            cell.remaining,
            str(cell.label.label),
        )
        for cell in row.cells
    ]
    extra: list[tuple[Value, ...]] = [
        (
            compared.indicators[each.indicator].name,
            each.sign,
            NOT_FILED if each.actual is None else each.actual,
            each.sign,
            each.sign,
            str(each.label.label),
        )
        for each in row.extra
    ]
    return Listing(
        name=name,
        title=_completion_title(span),
        subtitle=_subtitle(span, span.period.cumulative_name),
        headings=(
            _("Indicator"), _("Target"), _("Actual"), _("Completion rate"), _("Remaining"), _("Schedule"),
        ),
        rows=[*rows, *extra],
        charts=(Bars(_("Completion rate"), (3,), is_rate=True, is_lying=True),),
    )  # fmt: skip


def _by_tenant(span: ExportSpan, compared: Comparison) -> Listing:
    """A row for each tenant with a task, three columns for each indicator, then all together."""
    columns = compared.columns
    heads = (_("Target"), _("Actual"), _("Completion rate"))
    rows = [(compared.tenants[row.tenant].short_name, *_triples(row, columns)) for row in compared.rows]
    all_together = compared.both or compared.whole
    whole = (_("All together"), *_triples(all_together, columns)) if all_together else ()
    return Listing(
        name=_("Every tenant"),
        title=_completion_title(span),
        subtitle=_subtitle(span, span.period.cumulative_name),
        headings=(_("Tenant"), *heads * len(columns)),
        groups=(("", 1), *((each.name, len(heads)) for each in columns)),
        rows=rows,
        widths=(20, 9.5),
        foot=(whole,) if whole else (),
        notes=(
            _("“/” is no task; a figure beside it is work done all the same."),
            *([] if compared.is_loaded else [not_loaded_note(span.period.year)]),
        ),
        charts=tuple(
            Bars(f"{each.name} {heads[0]} / {heads[1]}", (1 + 3 * place, 2 + 3 * place))
            for place, each in enumerate(columns)
        ),
    )


def _triples(row: dashboard.ProgressRow, columns) -> Iterator[Value]:
    for column in columns:
        cell = row.cell(column.code)
        extra = next((each for each in row.extra if each.indicator == column.code), None)
        sign = extra.sign if extra else NO_TASK
        if cell:
            actual = NOT_FILED if cell.actual is None else cell.actual
            yield from (cell.target, actual, NOT_DUE if cell.rate is None else cell.rate)
        else:
            yield from (sign, sign if extra is None or extra.actual is None else extra.actual, sign)


def not_loaded_note(year: int) -> str:
    text = _("The targets of %(year)s have not been loaded: whether there is a task is not known.")
    return text % {"year": year}


def _without_targets(span: ExportSpan, compared: Comparison) -> Listing:
    return Listing(
        name=_("Completion table"),
        title=_completion_title(span),
        subtitle=_subtitle(span, span.period.cumulative_name),
        headings=(_("Indicator"), _("Target"), _("Actual"), _("Completion rate")),
        rows=[],
        notes=(
            _("The document sets no target for this tenant; its work counts in the totals.")
            if compared.is_loaded
            else not_loaded_note(span.period.year),
        ),
    )


# --- the target table, for CSV


def targets(table: TargetTable) -> Listing:
    """The document's own table, `/` and blanks as printed."""
    return Listing(
        name=_("Target table"),
        title=table.document_title,
        subtitle=table.caption,
        headings=(table.corner[-1], *(each.heading for each in table.columns), table.total_label),
        rows=[(row.heading, *(cell.text for cell in row.cells), row.total) for row in table.rows],
        notes=() if table.rows else (not_loaded_note(table.year),),
    )


# --- the reporting board


def board(span: ExportSpan) -> list[Listing]:
    """报送进度: tenants × the year's periods, with the rates of each period that has begun."""
    periods = list(span.programme.periods.filter(year=span.period.year).order_by("number"))
    cells = rollup_status.cells(span.programme, periods, under=span.under)
    tenants = dict.fromkeys(cell.tenant for cell in cells.values())
    rates = [
        rollup_status.rates(cell for (_tenant, key), cell in cells.items() if key == each.pk)
        if each.starts_on <= today()
        else None
        for each in periods
    ]
    return [
        Listing(
            name=_("Reporting board"),
            title=f"{span.programme.name}{_('Reporting board')}",
            subtitle=_subtitle(span, _("year %(year)s") % {"year": span.period.year}),
            headings=(_("Tenant"), *(each.short_name for each in periods)),
            widths=(26, 22),
            rows=[(tenant.name, *(_state(cells[tenant.pk, each.pk]) for each in periods)) for tenant in tenants],
            foot=(
                (_("Filed of expected"), *(f"{each.filed} / {each.expected}" if each else NOT_FILED for each in rates)),
                (_("Reporting rate"), *(each.reporting_rate if each else NOT_FILED for each in rates)),
                (_("Timeliness rate"), *(each.timeliness_rate if each else NOT_FILED for each in rates)),
            ),
        )
    ]  # fmt: skip


def _state(cell: rollup_status.BoardCell) -> str:
    """As the page shows it: the state, whether it came in time, and until when one tenant has longer."""
    until = _("extended to %(day)s") % {"day": date_format(cell.window.due_on, "n/j")}
    former = _("filed before that, judged by the former date") if cell.is_judged_before else ""
    notes = "，".join(filter(None, [cell.note, until if cell.window.is_extended else "", former]))
    return f"{STATES[cell.state]}（{notes}）" if notes else str(STATES[cell.state])


# --- the lines


def lines(span: ExportSpan) -> list[Listing]:
    """Every accepted line, as it counts in the sums."""
    indicators = typed_indicators(span.programme.pk)
    codes, names = [each.code for each in indicators], [each.name for each in indicators]
    found = accepted_lines(span).values_list(
        "version__filing__period__name", "tenant__code", "tenant__name", "provider", "values",
        "version__number", "version__receipt_number",
    )  # fmt: skip
    rows = Spool(_line(row, codes) for row in found.iterator(chunk_size=CHUNK))
    return [
        Listing(
            name=_("Lines"),
            title=f"{span.programme.name}{_('Lines')}",
            subtitle=_subtitle(span, span.name),
            headings=(_("Period"), _("Tenant code"), _("Tenant"), _("Provider"), *names, _("Version"), _("Receipt number")),
            rows=rows,
            widths=(18, 16, 26, 40, *[12] * len(names), 7, 44),
            texts=(2, 3),
        )
    ]  # fmt: skip


def accepted_lines(span: ExportSpan) -> QuerySet[Line]:
    accepted = Line.objects.filter(
        version=F("version__filing__accepted"),
        version__filing__period__in=span.periods,
        tenant__path__startswith=span.under.path,
    )
    return accepted.order_by("version__filing__period__number", "tenant__path", "position")


def _line(row: tuple, codes: list[str]) -> list[Value]:
    period, code, tenant, provider, values, version, receipt = row
    figures = [NO_TASK if values.get(each) is None else values[each] for each in codes]
    return [period, code, tenant, provider, *figures, version, receipt]


class Spool(Collection):
    """Rows kept in a file of its own: read in one transaction, written out after it, never all in memory."""

    def __init__(self, rows: Iterator[list[Value]]):
        self.file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 -- closed with the rows
        self.length = 0
        for row in rows:
            self.file.write(json.dumps(row) + "\n")
            self.length += 1

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        self.file.seek(0)
        return (tuple(json.loads(line)) for line in self.file)

    def __len__(self) -> int:
        return self.length

    def __contains__(self, row: object) -> bool:
        return any(each == row for each in self)
