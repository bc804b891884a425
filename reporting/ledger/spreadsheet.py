"""Which activities does this sheet list? An uploaded list is read, looked at as a whole, and taken over later or not."""

import io
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core import signing
from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from portal.clock import today
from portal.models import Membership
from targets.ledger import Ledger
from targets.models import Programme

from ..entry.reading import Finding
from ..excel.attachment import AttachmentColumn
from ..excel.kinds import check_name
from ..excel.layout import OFFICIAL
from ..excel.plain_list import ReadList
from ..excel.problems import PROBLEMS_AT_MOST, Problem, Refused, locate
from ..excel.subprocess_reader import read_list_in_subprocess
from . import page_queries, queries
from .fields import COLUMNS, IN_FORM, LABELS, LISTED, NEEDED, TICKED, ReadActivity
from .reading import TypedActivity, read_activity

ROWS_AT_MOST = 500
KEPT_FOR = 24 * 60 * 60  # seconds
SALT = "activities of a sheet"
_SEPARATORS = re.compile(r"[、，,;；\n]")
_SITTING = re.compile(r"sitting-\d+-(on|hours)")


@dataclass
class FoundList:
    """What a sheet lists: activities as typed and as read, or what is wrong with it."""

    activities: list[TypedActivity] = field(default_factory=list)
    read: list[ReadActivity] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def look_at_list(content: bytes, name: str, programme: Programme, by: Membership) -> FoundList:
    """Nothing is kept or written."""
    try:
        check_name(name)
    except Refused as refusal:
        return FoundList(problems=[refusal.problem])
    ledger = programme.ledger_rules
    sheet = read_list_in_subprocess(content, _layout(ledger), _columns(ledger))
    found = FoundList(problems=list(sheet.problems), notices=sheet.notices)
    if not sheet.rows:
        return found
    found.activities = [_typed(row, ledger) for row in sheet.rows]
    if any(not row.get("channel", "").strip() for row in sheet.rows):
        usual = next(iter(ledger.channels.values()))
        sentence = _("Where the sheet does not say how it was held, “%(name)s” is taken.")
        found.notices = [*found.notices, sentence % {"name": usual.name}]
    found.read = read_several(found.activities, programme, by)
    for place, each in enumerate(found.read):
        found.problems += [_at_cell(finding, place, sheet) for finding in each.findings]
    found.problems = found.problems[:PROBLEMS_AT_MOST]
    return found


def read_several(several: list[TypedActivity], programme: Programme, by: Membership) -> list[ReadActivity]:
    providers, day = queries.names_of_providers(by.tenant), today()
    ledger = programme.ledger_rules
    return [read_activity(each, ledger, providers=providers, today=day) for each in several]


def template_workbook(programme: Programme, by: Membership) -> bytes:
    """An empty list with its headings, and a sheet that says which words each column takes."""
    ledger, workbook = programme.ledger_rules, Workbook()
    with translation.override(OFFICIAL):
        sheet = workbook.active
        sheet.title = _("Activity ledger")
        for number, column in enumerate([_provider_first(ledger)[code] for code in _codes(ledger)], start=1):
            cell = sheet.cell(1, number, column)
            cell.font = Font(bold=True)
            sheet.column_dimensions[get_column_letter(number)].width = max(12, 3 * len(column))
            for row in range(2, ROWS_AT_MOST + 2) if number == 1 else ():
                sheet.cell(row, number).number_format = "@"
        sheet.freeze_panes = "A2"
        _write_words(workbook, ledger, by)
    return _saved(workbook)


def _write_words(workbook: Workbook, ledger: Ledger, by: Membership) -> None:
    """What the columns take, in the programme's words."""
    words = workbook.create_sheet(_("Words"))
    lists = {
        str(LABELS["kind"]): [each.name for each in ledger.kinds.values()],
        str(LABELS["venue_kind"]): [each.name for each in ledger.venues.values()],
        str(LABELS["scenarios"]): [each.name for each in ledger.scenarios.values()],
        str(LABELS["channel"]): [each.name for each in ledger.channels.values()],
        str(LABELS["provider"]): page_queries.provider_names(by.tenant),
    }
    for row, (heading, names) in enumerate(lists.items(), start=2):
        words.cell(row, 1, heading).font = Font(bold=True)
        for column, name in enumerate(names, start=2):
            words.cell(row, column, name).data_type = "s"
            words.column_dimensions[get_column_letter(column)].width = 20
    words.cell(1, 1, _("Several days, hours or scenarios stand in one cell with 、 between them."))


def _saved(workbook: Workbook) -> bytes:
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


# --- what waits for a person's confirmation


def sealed(found: FoundList, by: Membership) -> str:
    """The list as the page carries it: nobody else can take it over, and nobody can change it on the way."""
    return signing.dumps([asdict(each) for each in found.activities], salt=_salt(by), compress=True)


def unsealed(text: str, by: Membership) -> list[TypedActivity] | None:
    """None: it is no such list, another person's, or more than a day old."""
    try:
        given = signing.loads(text, salt=_salt(by), max_age=KEPT_FOR)
    except signing.BadSignature:
        return None
    return [TypedActivity(**each) for each in given]


def _salt(by: Membership) -> str:
    return f"{SALT} {by.tenant_id} {by.user_id}"


# --- columns


def _codes(ledger: Ledger) -> list[str]:
    return [code for code in COLUMNS if code != "tags" or ledger.tags]


def _columns(ledger: Ledger) -> tuple[AttachmentColumn, ...]:
    """By the official heading, and by the one of the language of the page."""
    official = _provider_first(ledger)
    return tuple(
        AttachmentColumn(code, official[code], str(LABELS[code]), "")
        for code in _codes(ledger)
        if code != "provider"
    )


def _provider_first(ledger: Ledger) -> dict[str, str]:
    with translation.override(OFFICIAL):
        return {code: str(LABELS[code]) for code in _codes(ledger)}


def _layout(ledger: Ledger) -> dict:
    heading = _provider_first(ledger)["provider"]
    needed = [*NEEDED, *(["hours"] if any(each.class_hours for each in ledger.kinds.values()) else [])]
    return {
        "provider_heading": heading,
        "sheet_name": heading,
        "days": ["on"],
        "needed": needed,
        "rows_at_most": ROWS_AT_MOST,
    }


def _typed(row: Mapping[str, str], ledger: Ledger) -> TypedActivity:
    """Several days in one cell are several sittings, with as many class hours. Without a word on the channel it is the
    usual one, the first of the programme's."""
    days, hours = (_parts(row.get(name, "")) for name in ("on", "hours"))
    count = max(len(days), len(hours), 1)
    padded = [[*each, *[""] * (count - len(each))] for each in (days, hours)]
    plain = {name: row.get(name, "") for name in IN_FORM}
    several: dict[str, Any] = {name: _parts(row.get(name, "")) for name in (*TICKED, *LISTED)}
    plain["channel"] = plain["channel"].strip() or next(iter(ledger.channels))
    return TypedActivity(sittings=list(zip(*padded, strict=True)), **plain, **several)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in _SEPARATORS.split(text) if part.strip()]


def _at_cell(finding: Finding, place: int, sheet: ReadList) -> Problem:
    sitting = _SITTING.fullmatch(finding.column or "")
    code = sitting[1] if sitting else ("on" if finding.column == "sittings" else finding.column or "on")
    cell, raw = sheet.cell(place, code), sheet.rows[place].get(code, "")
    text = locate(cell, sheet.places[place], str(LABELS[code])) + finding.text
    if raw.strip() and raw.strip() not in finding.text:
        text = _("%(text)s You typed “%(raw)s”.") % {"text": text, "raw": raw.strip()[:60]}
    return Problem(cell, text)


def facts_of(read: ReadActivity) -> tuple:
    """What makes two rows the same activity, as the ledger would keep it."""
    values = read.values
    sittings = tuple((each["on"], Decimal(each["hours"])) for each in values["sittings"])
    return values["provider"], values["kind"], sittings, values["attendances"], values["venue_key"]


def repeated(read: list[ReadActivity], by: Membership) -> set[int]:
    """Places of the rows that the ledger has already, word for word: the same sheet a second time."""
    days: set[date] = {each.values["ends_on"] for each in read}
    known = {
        (
            each.provider.key,
            each.kind,
            tuple((sitting["on"], Decimal(sitting["hours"])) for sitting in each.sittings),
            each.attendances,
            each.venue_key,
        )
        for each in page_queries.recorded_on(by.tenant, days)
    }
    return {place for place, each in enumerate(read) if facts_of(each) in known}
