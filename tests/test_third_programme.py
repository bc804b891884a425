"""A third city's programme is a fixture: months instead of quarters, its own headings, no code of its own."""

import io
import json
import re
from datetime import datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from portal import clock, demonstration
from portal.problems import Refused
from reporting.demonstration.year import fill_profiles
from reporting.entry.findings import Invalid
from reporting.excel.attachment import AttachmentRow
from reporting.excel.export import write_attachment
from reporting.filings import actions as filing_actions
from reporting.filings.sheet import draft_sheet
from reporting.filings.typed_return import Typed
from reporting.imports.take_over import WorkbookRefused, import_return
from reporting.ledger.allocation import Place, Reason
from reporting.models import Filing
from reporting.official_table.sheets import rollup_sheet, tenant_sheet
from reporting.reminders.texts import for_group, for_tenant
from reporting.review import actions as review_actions
from reporting.rollup.rollup import roll_up
from reporting.rollup.status import cells, rates
from targets import loading
from targets.queries import programme_for, target_table

from . import walls
from .conftest import NOW
from .factories import EXPLANATION, membership, period, tenant
from .screen import Screen

FIXTURE = Path(__file__).parent / "fixtures" / "third_programme.json"
FEBRUARY = datetime.fromisoformat("2023-02-03T10:00:00+08:00")  # January is open until the 11th
LATE = datetime.fromisoformat("2023-02-04T00:00:00+08:00")


@pytest.fixture(autouse=True)
def third(db):
    """The fixture, an account for each of its tenants and roles, and a day on which January is due."""
    loading.load([FIXTURE])
    walls.see_everything()  # its tenants as well
    demonstration.make_accounts(make_password(demonstration.PASSWORD))
    fill_profiles()
    with clock.frozen(FEBRUARY):
        yield programme_for("yanshi")


@pytest.fixture
def east():
    return membership("yanshi-east-preparer")


@pytest.fixture
def centre():
    return membership("yanshi-centre-reviewer")


def month(number: int = 1):
    return period(f"2023M0{number}", "yanshi")


def line(provider: str, *figures: object) -> dict:
    codes = ["lectures", "listeners", "handbooks"]
    return {"provider": provider, "values": dict(zip(codes, map(str, figures), strict=True))}


def file(by, *rows: dict) -> Filing:
    typed = Typed(rows=list(rows), is_nil=not rows)
    return filing_actions.file(by.tenant, month(), typed, by=by, explanation=EXPLANATION)


def accept(filing: Filing, by) -> Filing:
    return review_actions.accept(filing, revision=filing.revision, by=by)


def printed(name: str, *options: str) -> dict:
    out = io.StringIO()
    call_command(name, *options, stdout=out)
    return json.loads(out.getvalue())


# --- refusals

UNSUBMITTABLE = {
    "listeners without a lecture": (line("老年大学", 0, 5, 0), ["one_without_other"]),
    "fewer listeners than lectures": (line("老年大学", 5, 2, 0), ["fewer_than_sessions"]),
    "fewer than five listeners each": (line("老年大学", 2, 9, 0), ["unusual_average"]),
    "a blank cell with a task": (line("老年大学", "", 9, 0), ["blank"]),
    "another column's unit": (line("老年大学", "2册", 20, 0), ["wrong_unit"]),
}


@pytest.mark.parametrize("case", UNSUBMITTABLE)
def test_the_checks_know_its_columns(case, east, unchanged):
    row, codes = UNSUBMITTABLE[case]
    with unchanged(), pytest.raises(Invalid) as refused:
        filing_actions.file(east.tenant, month(), Typed([row]), by=east)
    assert [finding.code for finding in refused.value.findings] == codes


def test_its_threshold_is_its_own(east):
    assert file(east, line("老年大学", 2, 10, "/")).latest.explanations == []


def test_reviewers_of_other_programmes_have_no_part_in_it(east, reviewer, shanghai_reviewer, unchanged):
    filing = file(east, line("老年大学", 2, 20, 0))
    for stranger in (reviewer, shanghai_reviewer):
        with unchanged(), pytest.raises(PermissionDenied):
            accept(filing, stranger)


def test_its_periods_open_and_close_by_the_fixture(east, unchanged):
    for instant in ("2022-12-31T23:59:59+08:00", "2023-02-11T00:00:00+08:00"):
        with clock.frozen(datetime.fromisoformat(instant)), unchanged(), pytest.raises(Refused):
            filing_actions.start(east.tenant, month(), by=east)


def test_its_tenants_are_not_the_other_programmes(third):
    with pytest.raises(CommandError):
        call_command("rollup", "--programme", "taizhou", "--year", "2022", "--tenant", "yanshi-east")


# --- from typing to the roll-up


def test_it_rolls_up_accepted_figures_with_who_is_missing(third, east, centre):
    accept(file(east, line("老年大学东校", 2, 30, "/"), line("社区课堂", 1, 12, 0)), centre)
    accept(file(membership("yanshi-library-preparer"), line("图书馆", 1, 40, 2)), centre)
    rolled = roll_up(third, [month()], under=third.lead)
    assert [(row.tenant.code, row.state, row.values) for row in rolled.rows] == [
        ("yanshi-east", "accepted", {"lectures": 3, "listeners": 42, "handbooks": 0}),
        ("yanshi-west", "pending", {"lectures": None, "listeners": None, "handbooks": None}),
        ("yanshi-library", "accepted", {"lectures": 1, "listeners": 40, "handbooks": 2}),
    ]
    assert rolled.subtotal == {"lectures": 3, "listeners": 42, "handbooks": 0}
    assert rolled.total == {"lectures": 4, "listeners": 82, "handbooks": 2}
    assert (rolled.expected, rolled.filed, [each.code for each in rolled.pending]) == (2, 1, ["yanshi-west"])


def test_it_judges_timeliness_by_its_own_due_instant(third, east):
    file(east, line("老年大学", 2, 20, 0))
    with clock.frozen(LATE):
        late = file(membership("yanshi-west-preparer"))
        board = cells(third, [month()], under=third.lead)
    found = rates(board.values())
    assert (found.expected, found.filed, found.on_time) == (2, 2, 1)
    assert (board[late.tenant_id, month().pk].days_late, late.latest.is_nil) == (1, True)


def test_its_receipt_names_its_own_period(east):
    assert file(east, line("老年大学", 2, 20, 0)).latest.receipt_number.startswith(
        "yanshi-2023M01-yanshi-east-1-"
    )


def test_sending_back_and_correcting_work_as_everywhere(third, east, centre):
    filing = file(east, line("老年大学", 2, 20, 0))
    review_actions.send_back(filing, reason="请核对听讲人次后重报。", revision=filing.revision, by=centre)
    filing = accept(file(east, line("老年大学", 2, 22, 0)), centre)
    filing_actions.correct(filing, reason="漏计一场讲座，现予更正。", revision=filing.revision, by=east)
    accept(file(east, line("老年大学", 3, 33, 0)), centre)
    assert roll_up(third, [month()], under=third.lead).total["listeners"] == 33
    assert Filing.objects.with_parties().get(tenant=east.tenant).latest.number == 3


# --- the attachment and back


def sheet_rows(attachment) -> list[tuple]:
    sheet = load_workbook(io.BytesIO(write_attachment(attachment)))["月报表"]
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


def test_its_workbook_has_its_own_headings_rows_and_name(east, centre):
    accept(file(east, line("老年大学东校", 2, 30, "/"), line("社区课堂", 1, 12, 0)), centre)
    attachment = tenant_sheet(tenant("yanshi-east"), [month()])
    assert sheet_rows(attachment) == [
        ("附件1", None, None, None),
        ("演示市银龄数字课堂月报表", None, None, None),
        ("2023年1月", None, None, None),
        ("东区老年大学", None, None, None),
        ("承办单位", "举办讲座(场)", "听讲人次", "编印手册[册]"),
        ("老年大学东校", 2, 30, "/"),
        ("社区课堂", 1, 12, 0),
        (None, None, None, None),
        ("总计", 3, 42, 0),
    ]
    assert attachment.file_name == "银龄数字课堂月报表（2023年1月）—东区老年大学.xlsx"


def test_its_summary_names_who_is_awaited(third, east, centre):
    accept(file(east, line("老年大学", 2, 20, 0)), centre)
    rows = sheet_rows(rollup_sheet(roll_up(third, [month()], under=third.lead)))
    assert [row[0] for row in rows[3:]] == [
        "演示市老年教育中心（汇总）",
        "承办单位",
        "东区老年大学",
        "西区老年大学",
        "演示市图书馆",
        "总计",
        "注：应报2家，实报1家，尚未到期，待报：西区老年大学。",
    ]


def filled_in(east, *rows: AttachmentRow) -> bytes:
    """The blank official form of January, filled in."""
    filing = filing_actions.start(east.tenant, month(), by=east)
    form = draft_sheet(filing, [])
    sums = tuple(sum(row.values[index] for row in rows) for index in range(3))
    return write_attachment(type(form)(**{**vars(form), "rows": rows, "total": sums}))


def test_a_filled_in_form_becomes_a_submitted_return(east):
    form = filled_in(east, AttachmentRow("老年大学东校", (2, 30, 0)), AttachmentRow("社区课堂", (1, 12, 0)))
    filing, _found = import_return(form, east.tenant, month(), by=east, submitting=True)
    assert (filing.status, list(filing.latest.lines.values_list("provider", "values"))) == (
        "submitted",
        [
            ("老年大学东校", {"lectures": 2, "listeners": 30, "handbooks": 0}),
            ("社区课堂", {"lectures": 1, "listeners": 12, "handbooks": 0}),
        ],
    )


def test_a_problem_of_its_form_is_told_at_its_cell(east, unchanged):
    form = filled_in(east, AttachmentRow("老年大学东校", (2, 30, 0)), AttachmentRow("社区课堂", (2, 9, 0)))
    with unchanged(), pytest.raises(WorkbookRefused) as refused:
        import_return(form, east.tenant, month(), by=east, submitting=True)
    assert [problem.cell for problem in refused.value.problems] == ["C7"]


def test_the_other_programmes_form_is_refused(east, clerk, unchanged):
    form = filled_in(east, AttachmentRow("老年大学东校", (2, 30, 0)))
    with clock.frozen(NOW), unchanged(), pytest.raises(WorkbookRefused):
        import_return(form, clerk.tenant, period(), by=clerk, submitting=False)


# --- targets and the command line


def test_its_target_table_stands_as_printed(third):
    table = target_table(third, 2023)
    assert [column.heading for column in table.columns] == ["东区", "西区"]
    assert [(row.heading, [cell.text for cell in row.cells], row.total) for row in table.rows] == [
        ("讲座（场）", ["6", "4"], 10),
        ("手册（册）", ["/", "1"], 1),
    ]
    assert (table.total_label, table.side) == ("总计", "目标")


def test_the_command_line_knows_it(east, centre):
    accept(file(east, line("老年大学", 3, 42, 0)), centre)
    with clock.frozen(LATE):
        rolled = printed("rollup", "--programme", "yanshi", "--period", "2023M01")
        assessed = printed("assessment", "--programme", "yanshi", "--year", "2023")["rows"]
    assert (rolled["total"], rolled["missing"]) == (
        {"lectures": 3, "listeners": 42, "handbooks": 0},
        ["yanshi-west"],
    )
    assert assessed == [
        {"tenant": "yanshi-east", "rates": {"lectures": "50.0", "handbooks": None}, "score": "50.00", "rank": 1, "tied": False},
        {"tenant": "yanshi-west", "rates": {"lectures": "0.0", "handbooks": "0.0"}, "score": "0.00", "rank": 2, "tied": False},
    ]  # fmt: skip
    assert printed("targets", "--programme", "yanshi", "--year", "2023")["totals"] == {
        "lectures": 10,
        "handbooks": 1,
    }


# --- what its returns are called


@pytest.fixture
def pages(east, centre, as_):
    """{address: the page}: what is filed, reviewed, counted and looked after in the third programme."""
    filing = file(east, line("老年大学", 3, 42, 0))
    own, others = as_(east), as_(centre)
    addresses = ["/", "/filings/", filing.get_absolute_url(), f"/filings/{filing.public_id}/recall/"]
    found = {address: own.get(address) for address in addresses}
    found["edit"] = own.get(f"/filings/{filing.public_id}/correct/")  # 409: not accepted
    for name in ("rollup", "board", "progress", "releases", "periods", "targets", "definitions", "reminders"):
        found[name] = others.get(f"/yanshi/{name}/")
    found["review"] = others.get(filing.get_absolute_url())
    return {address: Screen(answer) for address, answer in found.items() if answer.status_code in (200, 409)}


def test_its_monthly_returns_are_never_called_quarterly(pages):
    assert len(pages) >= 11
    assert "月报" in pages["/filings/"].text and "撤回这份月报" in pages[list(pages)[3]].text
    assert "月报当前为" in pages["edit"].text
    assert {address: text for address, each in pages.items() if "季" in (text := each.text)} == {}


def test_those_of_quarters_still_are(as_, clerk):
    with clock.frozen(NOW):
        assert "季报" in Screen(as_(clerk).get("/filings/")).text


def test_a_reminder_says_the_word_of_its_programme(east, third):
    owed = cells(third, [month()], under=east.tenant)
    message = for_tenant(next(iter(owed.values())), link="")
    assert message.subject.startswith("【催报】2023年1月月报：")
    assert "贵单位2023年1月月报（演示市银龄数字课堂）尚未上报。" in message.text
    assert "季" not in message.text + for_group(month(), [*owed.values()], link="")


def test_no_sentence_has_the_word_of_one_programme():
    """A sentence takes the programme's word (`return_word`), or one that fits every programme."""
    with (settings.BASE_DIR / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalogue = read_po(file)
    found = {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalogue
        if re.search("季报|提供服务的单位", str(message.string))
    }
    known = {
        "What its returns are called, e.g. 季报 or 月报.",
        "quarterly return",
        "quarterly returns",
        "Provider",
    }
    assert found == known


def test_a_sentence_of_the_ledger_has_the_programmes_word():
    assert str(Place(Reason.DRAFT, month()).text) == "2023年1月月报上报时计入。"
