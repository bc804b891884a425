"""The two sums, written: as JSON for a script, as text with separators, as a workbook. The same figures as the page."""

import io
from functools import partial
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from targets.work_module import ALL

from ..excel.attachment import in_file_names
from ..excel.export import write_book
from ..excel.layout import OFFICIAL
from ..excel.plain_table import PlainTable, write_plain_table
from ..excel.separated_values import write_rows
from ..work_module.queries import channel_name
from .channels import ChannelSums, ChannelUnit


def as_json(sums: ChannelSums) -> dict[str, Any]:
    """The shape that scripts read. A rate is text with one decimal, null where there is nothing to compare with."""
    return {
        "programme": sums.programme.code,
        "under": sums.under.code,
        "indicator": sums.indicator.code,
        "as_of": localtime(sums.as_of).isoformat(timespec="seconds"),
        "headline": {"channel": sums.headline.code, "sentence": sums.headline.sentence},
        "points": [
            {
                "period": each.period.code,
                "on": each.period.ends_on.isoformat(),
                "channels": {code or "none": value for code, value in each.sums.items()},
                "module": each.module,
                "records": each.records,
                "unrecorded": each.unrecorded,
                "all": each.total,
                "headline": each.headline,
                "milestone": each.goal.value if each.goal else None,
                "rate": None if each.rate is None else str(each.rate),
            }
            for each in sums.points
        ],
        "units": [
            {
                "tenant": each.tenant.code,
                "channels": list(each.channels),
                "cumulative": list(each.totals),
                "recorded": list(each.recorded),
                "typed_by": {tenant.code: figure for tenant, figure in each.typed_by},
                "why_outside": each.why,
            }
            for each in sums.units
        ],
        "milestones": [
            {
                "on": each.on.isoformat(),
                "value": each.value,
                "kind": each.kind,
                "is_reached": each.is_reached,
                "by": {
                    code: {"figure": one.figure, "rate": str(one.rate), "is_reached": one.is_reached}
                    for code, one in sorted(each.judged.items())
                },
                "sentence": each.sentence,
            }
            for each in sums.marks
        ],
    }


def write_csv(sums: ChannelSums) -> bytes:
    """A row a tenant, then the sums; columns are the days up to which they count."""
    with translation.override(OFFICIAL):
        table, written = sums_table(sums), io.BytesIO()
        write_rows([table.headings, *table.rows, *[[each] for each in table.remarks]], written)
    return written.getvalue()


def write_workbook(sums: ChannelSums) -> bytes:
    """Two sheets: the sums unit by unit, and why they differ."""
    with translation.override(OFFICIAL):
        sheets = {_("By recording channel"): sums_table(sums), _("Why the sums differ"): difference(sums)}
        layout = sums.programme.layout
        return write_book(
            {name: partial(write_plain_table, table=each, layout=layout) for name, each in sheets.items()}
        )


def file_name(sums: ChannelSums, extension: str) -> str:
    with translation.override(OFFICIAL):
        span = sums.points[-1].period.cumulative_name
        name = f"{sums.programme.name}{_('By recording channel')}（{span}）—{sums.under.name}.{extension}"
    return in_file_names(name)


def sums_table(sums: ChannelSums) -> PlainTable:
    days = [_("through %(day)s") % {"day": each.period.ends_on.isoformat()} for each in sums.points]
    rows: list[list[Any]] = [[each.tenant.name, _channels(each), *each.totals] for each in sums.units]
    rows += [[_("Recorded in the module"), "", *[each.module for each in sums.points]]]
    if sums.has_unrecorded:
        rows += [[_("Not recorded in the module"), "", *[each.unrecorded for each in sums.points]]]
    rows += [
        [_("Self-reported"), "", *[each.self_reported for each in sums.points]],
        [_("Module and self-reported together"), "", *[each.total for each in sums.points]],
        [_("Headline"), _headline(sums), *[each.headline for each in sums.points]],
        [_("Milestone"), "", *[each.goal.value if each.goal else "" for each in sums.points]],
        [_("Completion rate"), "", *["" if each.rate is None else f"{each.rate}%" for each in sums.points]],
    ]
    return PlainTable(
        title=_("%(programme)s: figures by recording channel") % {"programme": sums.programme.name},
        lines=[f"{sums.under.name}　{sums.indicator.name}"],
        headings=[_("Tenant"), _("Recording channel"), *days],
        rows=rows,
        shares=[2.6, 2.2, *[1.4] * len(days)],
        formats=["text", "text", *[""] * len(days)],
        remarks=[*_sentences(sums), _records(sums), _as_of(sums)],
    )


def difference(sums: ChannelSums) -> PlainTable:
    """Together − module = what these units report by period, or typed where they had to record."""
    last = len(sums.points) - 1
    rows: list[list[Any]] = [
        [each.tenant.name, _channels(each), each.outside, each.why] for each in sums.outside
    ]
    rows.append([_("Difference of the sums"), "", sums.points[last].outside, ""])
    return PlainTable(
        title=_("Why the sums differ"),
        lines=[sums.points[last].period.cumulative_name],
        headings=[_("Tenant"), _("Recording channel"), _("Figure"), _("Why")],
        rows=rows,
        shares=[2.2, 1.6, 1.2, 4],
        formats=["text", "text", "", "text"],
        remarks=[_as_of(sums)],
    )


def _channels(unit: ChannelUnit) -> str:
    return "、".join(channel_name(each) for each in unit.channels)


def _headline(sums: ChannelSums) -> str:
    is_all = sums.headline.code == ALL
    return _("Module and self-reported together") if is_all else channel_name(sums.headline.code)


def _sentences(sums: ChannelSums) -> list[str]:
    return [f"“{each}”" for each in [sums.headline.sentence, *[mark.sentence for mark in sums.marks]] if each]


def _records(sums: ChannelSums) -> str:
    """What the module's sum is the sum of."""
    return _("Recorded in the module: the sum of %(number)s records of activities.") % {
        "number": f"{sums.points[-1].records:,}"
    }


def _as_of(sums: ChannelSums) -> str:
    instant = date_format(localtime(sums.as_of), "Y-m-d H:i")
    return _("As of %(instant)s, accepted figures only.") % {"instant": instant}
