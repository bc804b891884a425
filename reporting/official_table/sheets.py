"""Which figures stand in an official attachment? One tenant's, or the roll-up of many; a period, or the year so far.

Everything that prints or exports the official table takes it from here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.clock import now
from portal.models import Tenant
from targets.models import Period, Programme

from ..excel.attachment import Attachment, AttachmentColumn, AttachmentRow, Value
from ..excel.layout import OFFICIAL
from ..excel.text import missing_note
from ..filings import versions as filing_versions
from ..filings.sheet import bureau_line, column_sums, columns_of, shown_value, without_task
from ..models import Filing, Line, Version
from ..rollup.rollup import RollUp, not_credited_to


def tenant_sheet(tenant: Tenant, periods: Sequence[Period]) -> Attachment:
    """The tenant's accepted figures by provider: of one period, or added up over the first periods of a year."""
    filings = {
        each.period_id: each
        for each in Filing.objects.filter(tenant=tenant, period__in=periods)
        .exclude(accepted=None)
        .select_related("accepted__submitted_by", "accepted__review__reviewed_by", "period__programme")
    }
    counting = [filings[each.pk] for each in periods if each.pk in filings]
    for filing in counting:
        filing.accepted_version().filing = filing
    return _tenant_sheet(tenant, periods, [filing.accepted_version() for filing in counting])


def tenant_sheets(under: Tenant, periods: Sequence[Period]) -> list[Attachment]:
    """`tenant_sheet` of every tenant at or below `under` with accepted figures, in document order. The number of
    queries does not grow with them."""
    order = {each.pk: place for place, each in enumerate(periods)}
    filings = (
        Filing.objects.filter(tenant__path__startswith=under.path, period__in=periods)
        .exclude(accepted=None)
        .select_related("tenant", "accepted__submitted_by", "accepted__review__reviewed_by")
    )
    versions: dict[Tenant, list[Version]] = {}
    for filing in sorted(filings, key=lambda each: (each.tenant.path, order[each.period_id])):
        version = filing.accepted_version()
        version.filing, filing.period = filing, periods[order[filing.period_id]]
        versions.setdefault(filing.tenant, []).append(version)
    every = [version for found in versions.values() for version in found]
    known = _known(periods[0].programme, every, under)
    return [_tenant_sheet(tenant, periods, found, known) for tenant, found in versions.items()]


def version_sheet(version: Version) -> Attachment:
    """One version's figures, whatever became of it."""
    return _tenant_sheet(version.filing.tenant, [version.filing.period], [version])


def rollup_sheet(rolled: RollUp) -> Attachment:
    """One row per reporting unit in document order, then units without targets, then 合计; who is missing is named."""
    columns = columns_of(rolled.programme.pk)
    rows = sorted(rolled.rows, key=lambda row: not row.has_targets)
    layout = rolled.programme.layout
    return Attachment(
        layout=layout,
        period_line=_period_line(rolled.periods),
        bureau_line=layout["summary_bureau_line"] if rolled.under.is_root() else bureau_line(rolled.under),
        columns=columns,
        rows=tuple(
            AttachmentRow(bureau_line(row.tenant), tuple(row.shown[each.code] for each in columns))
            for row in rows
        ),
        total=tuple(rolled.total[each.code] for each in columns),
        note=_missing_note(rolled),
        provenance=_rollup_provenance(rolled),
    )


@dataclass(frozen=True)
class _Known:
    """What the sheets of many tenants share, or what was read for all of them at once."""

    columns: tuple[AttachmentColumn, ...]
    lines: dict[int, list[Line]]
    common: tuple[tuple[str, str], ...]
    definitions: tuple[tuple[str, str], ...]
    no_task: Mapping[int, frozenset[str]]


def _known(programme: Programme, versions: Iterable[Version], under: Tenant) -> _Known:
    lines = filing_versions.provider_lines(version.pk for version in versions)
    with translation.override(OFFICIAL):
        return _Known(
            columns_of(programme.pk),
            lines,
            tuple(_common_provenance()),
            tuple(_definitions(programme)),
            not_credited_to(programme, under),
        )


def _tenant_sheet(
    tenant: Tenant, periods: Sequence[Period], versions: Sequence[Version], known: _Known | None = None
) -> Attachment:
    programme = periods[0].programme
    known = known or _known(programme, versions, tenant)
    no_task = known.no_task[tenant.pk]
    rows = without_task(_added_up(versions, known), known.columns, no_task)
    return Attachment(
        layout=programme.layout,
        period_line=_period_line(periods),
        bureau_line=bureau_line(tenant),
        columns=known.columns,
        rows=rows,
        total=column_sums(rows, known.columns, no_task=no_task),
        provenance=_versions_provenance(versions, known),
    )


def _added_up(versions: Sequence[Version], known: _Known) -> tuple[AttachmentRow, ...]:
    """The providers of all versions in the order in which they first appear, their figures added up.

    Sums of the lines, where the roll-up takes the versions' totals, on purpose (`rollup._sums`): `verify_figures` compares
    the two in every version.
    """
    sums: dict[str, tuple[str, list[Value]]] = {}
    for version in versions:
        for line in known.lines.get(version.pk, ()):
            _name, values = sums.setdefault(line.provider_key, (line.provider, [None] * len(known.columns)))
            for index, column in enumerate(known.columns):
                values[index] = _plus(values[index], line.values.get(column.code))
    return tuple(
        AttachmentRow(name, tuple(shown_value(value) for value in values)) for name, values in sums.values()
    )


def _plus(sum_so_far: Value, value: int | None) -> Value:
    if value is None:
        return sum_so_far
    return value + (sum_so_far if isinstance(sum_so_far, int) else 0)


def _period_line(periods: Sequence[Period]) -> str:
    return periods[0].name if len(periods) == 1 else periods[-1].cumulative_name


def _missing_note(rolled: RollUp) -> str:
    return missing_note(
        rolled.programme.layout["missing_note"],
        expected=rolled.expected,
        filed=rolled.filed,
        missing=_names(rolled.missing),
        pending=_names(rolled.pending),
    )


def _names(tenants: Iterable[Tenant]) -> list[str]:
    return [each.name for each in tenants]


def _rollup_provenance(rolled: RollUp) -> tuple[tuple[str, str], ...]:
    with translation.override(OFFICIAL):
        counted = (
            _("accepted and submitted figures") if rolled.includes_submitted else _("accepted figures only")
        )
        corrected = "、".join(row.tenant.name for row in rolled.rows if row.is_corrected)
        return (
            *_common_provenance(),
            (_("Figures"), counted),
            (_("Expected / filed"), f"{rolled.expected} / {rolled.filed}"),
            (_("Not filed"), "、".join(_names(rolled.missing)) or _("nobody")),
            *([(_("To be filed"), "、".join(_names(rolled.pending)))] if rolled.pending else []),
            (_("With corrections"), corrected or _("nobody")),
            *_definitions(rolled.programme),
        )


def _versions_provenance(versions: Sequence[Version], known: _Known) -> tuple[tuple[str, str], ...]:
    with translation.override(OFFICIAL):
        if not versions:
            return (*known.common, (_("Figures"), _("nothing has been accepted for this period")))
        entries = [entry for version in versions for entry in _version_provenance(version)]
        return (*known.common, *entries, *known.definitions)


def _version_provenance(version: Version) -> list[tuple[str, str]]:
    kind = _("nil return") if version.is_nil else _("version %(number)s") % {"number": version.number}
    entries = [
        (version.filing.period.name, kind),
        (_("Receipt number"), version.receipt_number),
        (_("Submitted"), f"{_instant(version.submitted_at)} {version.submitted_by}"),
    ]
    if hasattr(version, "review"):
        review = version.review
        entries.append((review.get_outcome_display(), f"{_instant(review.reviewed_at)} {review.reviewed_by}"))
    if version.correction_reason:
        entries.append((_("Correction"), version.correction_reason))
    entries += [(_("Explanation"), f"{each['question']} — {each['answer']}") for each in version.explanations]
    return entries


def _common_provenance() -> list[tuple[str, str]]:
    demonstration = (
        [(_("Demonstration data"), _("Invented figures of an illustrative year."))] if settings.DEMO else []
    )
    return [*demonstration, (_("As of"), _instant(now()))]


def _definitions(programme) -> list[tuple[str, str]]:
    """The platform's definitions, marked as such: they are not the document's words."""
    title = _("Definitions (the platform's, not the document's words)")
    return [
        (title, ""),
        *((f"{each.code} {each.question}", each.answer) for each in programme.definitions),
    ]


def _instant(at) -> str:
    return date_format(localtime(at), "Y-m-d H:i")
