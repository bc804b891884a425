from collections.abc import Collection, Sequence
from dataclasses import replace

from portal.models import Tenant

from ..entry.columns import fields_for, typed_indicators
from ..entry.computed_figures import Computed
from ..entry.counts import parse_count
from ..entry.reading import ReadLine, is_blank
from ..excel.attachment import Attachment, AttachmentColumn, AttachmentRow, Value
from ..models import Filing
from . import computed as filing_computed
from . import queries


def columns_of(programme_id: int) -> tuple[AttachmentColumn, ...]:
    """The columns of the official table, verbatim."""
    return tuple(
        AttachmentColumn(each.code, each.attachment_heading, each.name, each.unit)
        for each in typed_indicators(programme_id)
    )


def draft_sheet(filing: Filing, lines: Sequence[ReadLine]) -> Attachment:
    """What would be submitted: the draft as read, for a last look before it is."""
    columns = columns_of(filing.period.programme_id)
    fields = fields_for(filing.tenant, filing.period)
    no_task = frozenset(each.code for each in fields if not each.is_credited)
    rows = tuple(
        AttachmentRow(line.provider, tuple(shown_value(line.values.get(each.code)) for each in columns))
        for line in lines
    )
    return Attachment(
        layout=filing.period.programme.layout,
        period_line=filing.period.name,
        bureau_line=bureau_line(filing.tenant),
        columns=columns,
        rows=without_task(rows, columns, no_task),
        total=column_sums(rows, columns, no_task=no_task),
    )


def filling_sheet(filing: Filing) -> Attachment:
    """The draft as a form to be filled in: providers, by the names of the register, and what is typed so far. The total is
    left blank: it would be wrong as soon as a figure changes, and a blank one is accepted."""
    columns, computed = columns_of(filing.period.programme_id), filing_computed.computed_for(filing)
    names = queries.registered_names(filing.tenant)
    rows = tuple(
        AttachmentRow(
            names.meant_by(row["provider"]) or row["provider"],
            tuple(_filled(row, each, computed) for each in columns),
        )
        for row in computed.complete(filing.draft.rows)
        if not is_blank(row)
    )
    return Attachment(
        layout=filing.period.programme.layout,
        period_line=filing.period.name,
        bureau_line=bureau_line(filing.tenant),
        columns=columns,
        rows=rows,
        total=(None,) * len(columns),
    )


def _filled(row: dict, column: AttachmentColumn, computed: Computed) -> Value:
    """The ledger's figure where it computes one, else what is typed."""
    found = computed.row(row["provider"])
    if found and column.code in found.figures:
        return found.figures[column.code]
    return _typed_value(row["values"].get(column.code), column.unit)


def _typed_value(raw: str | None, unit: str) -> Value:
    """A number as a number; what cannot be read as it was typed."""
    count = parse_count(raw, unit=unit)
    return (raw or None) if count.value is None else count.value


def bureau_line(tenant: Tenant) -> str:
    return tenant.bureau_line or tenant.name


def shown_value(value: Value) -> Value:
    """“/” where there is no task: kept as it was typed, and no zero."""
    return "/" if value is None else value


def without_task(
    rows: Sequence[AttachmentRow], columns: Sequence[AttachmentColumn], no_task: Collection[str]
) -> tuple[AttachmentRow, ...]:
    """“/” where a column does not count for the tenant, also where somebody typed 0 for it."""
    return tuple(
        replace(
            row,
            values=tuple(
                "/" if column.code in no_task and not value else value
                for column, value in zip(columns, row.values, strict=True)
            ),
        )
        for row in rows
    )


def column_sums(
    rows: Sequence[AttachmentRow], columns: Sequence[AttachmentColumn], *, no_task: Collection[str] = ()
) -> tuple[Value, ...]:
    """合计: the sum of each column; “/” adds nothing, and is itself the sum of a column that does not count."""
    figures = [
        [value for value in (row.values[index] for row in rows) if isinstance(value, int)]
        for index in range(len(columns))
    ]
    sums = [sum(column) for column in figures]
    return tuple(
        "/" if column.code in no_task and not figure else figure
        for column, figure in zip(columns, sums, strict=True)
    )
