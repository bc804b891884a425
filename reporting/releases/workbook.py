"""Writes a release as a workbook, from its frozen content alone: the quarter and the year so far as the official
attachment prints them, then completion, rates, ranks, changes, definitions. Values, never formulas."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from targets.calendar import NOT_LOADED_SIGN, Label

from ..excel.attachment import Attachment, AttachmentColumn, AttachmentRow, Value, in_file_names
from ..excel.export import write_book, write_official
from ..excel.layout import OFFICIAL
from ..excel.plain_table import PlainTable, write_plain_table
from ..excel.text import missing_note, owed
from ..rollup.rollup import shown_values

Content = dict[str, Any]


def write_release(content: Content, layout: dict[str, Any]) -> bytes:
    """The workbook of a release: the same content gives the same bytes."""
    with translation.override(OFFICIAL):
        official = {
            _("This period"): _official(content, content["quarter"], layout),
            _("Year to date"): _official(content, content["cumulative"], layout),
        }
        plain = {name: table for name, table in _tables(content) if table}
        writers = {name: partial(write_official, attachment=each) for name, each in official.items()}
        writers |= {
            name: partial(write_plain_table, table=each, layout=layout) for name, each in plain.items()
        }
        return write_book(writers)


def file_name(content: Content) -> str:
    """The title, and the period it is about, without what a file system refuses."""
    return in_file_names(f"{content['title']}—{content['period']['name']}.xlsx")


def _official(content: Content, table: Content, layout: dict[str, Any]) -> Attachment:
    """In the city's attachment the typed indicators stand under their verbatim headings."""
    columns = tuple(
        AttachmentColumn(each["code"], each["heading"], each["name"])
        for each in content["indicators"]
        if each["is_typed"]
    )
    codes = [each.code for each in columns]
    return Attachment(
        layout=layout,
        period_line=table["name"],
        bureau_line=layout["summary_bureau_line"],
        columns=columns,
        rows=tuple(
            AttachmentRow(each["bureau_line"], tuple(values[code] for code in codes))
            for each in table["rows"]
            for values in [shown_values(each["values"], each.get("no_task", ()))]
        ),
        total=tuple(table["total"][code] for code in codes),
        note=missing_note(
            layout["missing_note"],
            expected=table["expected"],
            filed=table["filed"],
            missing=table["missing_names"],
            pending=table.get("pending_names", ()),
        ),
    )


def _tables(content: Content) -> Iterator[tuple[str, PlainTable | None]]:
    yield _("Completion"), _completion(content)
    yield _("Rates"), _rates(content)
    yield _("Ranks"), _ranking(content)
    yield _("Changes"), _changes(content)
    yield _("Definitions"), _definitions(content)


def _completion(content: Content) -> PlainTable | None:
    completion = content["completion"]
    if completion is None:
        return None
    rows = [
        row
        for each in completion["rows"]
        for row in _completion_rows(each["name"] + owed(each["lacking"]), each["cells"], completion)
    ]
    whole = _("Total of the city")
    if first := completion.get("headline"):
        rows += _completion_rows(first["name"], first["cells"], completion)
        whole = _("All together, self-reported figures included")
    rows += _completion_rows(whole, completion["whole"], completion)
    return PlainTable(
        title=_("Targets and completion"),
        lines=[
            content["period"]["cumulative_name"],
            _("On schedule means %(percent)s %% of the year's task.")
            % {"percent": content["period"]["expected_percent"]},
        ],
        headings=[_("Tenant"), _("Indicator"), _("Target"), _("Actual"), _("Completion rate"), _("Schedule")],
        rows=rows,
        shares=[3, 3, 1, 1, 1.2, 1.2],
        formats=["text", "text", "", "", "percent", ""],
        remarks=[
            *([f"“{first['sentence']}”"] if first else []),
            _("“/”: no task. A figure beside it is work done all the same."),
        ],
    )


def _completion_rows(name: str, cells: Sequence[Content], completion: Content) -> Iterator[list[Any]]:
    """A row for each task, and for what was done where there is none."""
    for column, cell in zip(completion["columns"], cells, strict=True):
        if cell["target"] is not None:
            lacking = _("not filed") if cell["rate"] is not None else _("to be filed")
            actual = lacking if cell["actual"] is None else cell["actual"]
            figures = [cell["target"], actual, _number(cell["rate"]), cell["label_name"]]
            yield [name, column["name"], *figures]
        elif cell["actual"] or cell["label"] == Label.NOT_LOADED:
            sign = str(NOT_LOADED_SIGN) if cell["label"] == Label.NOT_LOADED else "/"
            actual = sign if cell["actual"] is None else cell["actual"]
            yield [name, column["name"], sign, actual, sign, cell["label_name"]]


def _rates(content: Content) -> PlainTable:
    rows = [
        [
            each["name"],
            each["expected"],
            each["filed"],
            each["on_time"],
            _number(each["reporting_rate"]),
            _number(each["timeliness_rate"]),
            "、".join(each["missing"]) or _("nobody"),
            "、".join(each["late_names"]) or _("nobody"),
        ]
        for each in content["rates"]
    ]
    headings = [
        _("Period"),
        _("Expected"),
        _("Filed"),
        _("On time"),
        _("Reporting rate"),
        _("Timeliness rate"),
        _("Not filed"),
        _("Late"),
    ]
    return PlainTable(
        title=_("Reporting and timeliness rates"),
        lines=[_("As of %(instant)s") % {"instant": instant(content["as_of"])}],
        headings=headings,
        rows=rows,
        shares=[2, 1, 1, 1, 1.2, 1.2, 3, 3],
        formats=["text", "", "", "", "percent", "percent", "text", "text"],
        remarks=[_("Both rates are over those who are expected. Late is judged by the first submission.")],
    )


def _ranking(content: Content) -> PlainTable | None:
    ranking = content["ranking"]
    if ranking is None:
        return None
    names = {each["code"]: each["name"] for each in content["indicators"]}
    columns = [
        _("%(name)s (weight %(weight)s)") % {"name": names[code], "weight": ranking["weights"][code]}
        for code in ranking["columns"]
    ]
    rows = [
        [
            each["rank"],
            each["name"] + owed(each["lacking"]),
            _number(each["score"]),
            *["/" if rate is None else _number(rate) for rate in each["rates"]],
            each["explanation"],
        ]
        for each in ranking["rows"]
    ]
    return PlainTable(
        title=_("Ranks of the counties"),
        lines=[
            content["period"]["cumulative_name"],
            _("The document gives no formula; this is the platform's."),
        ],
        headings=[_("Rank"), _("Tenant"), _("Score"), *columns, _("How it was reckoned")],
        rows=rows,
        shares=[1.1, 1.8, 1, *[1.2] * len(columns), 4],
        formats=["", "text", "score", *["percent"] * len(columns), "text"],
    )


def _changes(content: Content) -> PlainTable | None:
    if content["previous"] is None:
        return None
    return PlainTable(
        title=_("What changed since earlier releases"),
        lines=[_("Compared with the last release that covers the period")],
        headings=[
            _("Published in"), _("Period"), _("Tenant"), _("Indicator"), _("As published"), _("Counts now"), _("Why"),
        ],
        rows=[
            [
                _("No. %(number)s") % {"number": each["since"]},
                each["period_name"],
                each["name"],
                each["indicator_name"],
                _figure(each["before"]),
                _figure(each["after"]),
                each["why"],
            ]
            for each in content["changes"]
        ],
        shares=[1, 2, 2, 2.4, 1, 1, 4],
        formats=["", "text", "text", "text", "", "", "text"],
        remarks=[] if content["changes"] else [_("Nothing changed.")],
    )  # fmt: skip


def _definitions(content: Content) -> PlainTable:
    given = [(_("Release"), content["title"]), (_("Period"), content["period"]["name"])]
    if content["is_demonstration"]:
        given.append((_("Demonstration data"), _("Invented figures of an illustrative year.")))
    quarter = content["quarter"]
    given += [
        (_("As of"), instant(content["as_of"])),
        (_("Figures"), _("accepted figures only")),
        (_("Expected / filed"), f"{quarter['expected']} / {quarter['filed']}"),
        (_("Not filed"), "、".join(quarter["missing_names"]) or _("nobody")),
        *([(_("To be filed"), "、".join(pending))] if (pending := quarter.get("pending_names")) else []),
        (_("Not yet reviewed"), "、".join(content["rates"][-1]["unreviewed"]) or _("nobody")),
    ]
    given += [(f"{each['code']} {each['question']}", each["answer"]) for each in content["definitions"]]
    return PlainTable(
        title=_("Definitions (the platform's, not the document's words)"),
        lines=[content["programme"]["document_title"]],
        headings=[_("Question"), _("Definition")],
        rows=given,
        shares=[1, 2.4],
        formats=["text", "text"],
    )


def instant(iso: str) -> str:
    return iso[:16].replace("T", " ")


def _figure(value: Value) -> Value:
    return _("not filed") if value is None else value


def _number(text: str | None) -> Decimal | str:
    return "—" if text is None else Decimal(text)
