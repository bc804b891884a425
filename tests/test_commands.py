"""The command line: the shapes that scripts read, and refusals as one clear line with exit 1."""

import csv
import io
import json
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from portal import clock
from portal.models import HistoryEntry, Membership, Tenant
from reporting.excel.attachment import Attachment, AttachmentRow
from reporting.excel.export import write_attachment
from reporting.filings import actions as filing_actions
from reporting.filings import typed_return
from reporting.filings.sheet import columns_of
from reporting.models import Filing, Version
from reporting.review import actions as review_actions

from .factories import (
    COLUMNS,
    EXPLANATION,
    accepted,
    membership,
    nil,
    period,
    row,
    started,
    submitted,
    tenant,
)

pytestmark = pytest.mark.django_db

REASON = "第1行人次与签到表不符，请核对后重报。"
EXPLAINED = "小班教学，当日来了九位老人。"
REQUIRED = [
    "jiaojiang", "huangyan", "luqiao", "linhai", "wenling", "yuhuan", "tiantai", "xianju", "sanmen", "taizhou-rtvu",
]  # fmt: skip


def run(*arguments: object) -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command(*map(str, arguments), stdout=out)
    return out.getvalue()


def refusal(*arguments: object) -> list[str]:
    """The lines on standard error of a command that ends with exit 1, and no traceback."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(*map(str, arguments), stdout=out, stderr=err)
    except CommandError as refused:
        assert (refused.returncode, out.getvalue(), err.getvalue()) == (1, "", "")
        return str(refused).splitlines()
    except SystemExit as stopped:
        assert (stopped.code, out.getvalue()) == (1, "")
        return err.getvalue().splitlines()
    raise AssertionError("it was not refused")


def figures(*given: int | None) -> dict:
    return dict(zip(COLUMNS, [*given, *[0] * (len(COLUMNS) - len(given))], strict=True))


# --- names that are not there

UNKNOWN = [
    ("rollup --programme atlantis --year 2022", "atlantis"),
    ("rollup --programme taizhou --year 1999", "1999"),
    ("rollup --programme taizhou --period 2022Q9", "2022Q9"),
    ("rollup --programme taizhou --period 2022Q1 --year 2021", "2022Q1"),
    ("rollup --programme taizhou", "--period"),
    ("rollup --programme taizhou --year 2022 --tenant atlantis", "atlantis"),
    ("rollup --programme taizhou --year 2022 --tenant sh-bases", "sh-bases"),
    ("rollup --programme taizhou --year 2022 --format xml", "xml"),
    ("rollup --programme taizhou --year twenty", "twenty"),
    ("assessment --programme atlantis --year 2022", "atlantis"),
    ("assessment --programme taizhou --year 1999", "1999"),
    ("targets --programme atlantis --year 2022", "atlantis"),
    ("targets --programme taizhou --year 1999", "1999"),
    ("export_attachment --programme atlantis --period 2022Q1 --output x.xlsx", "atlantis"),
    ("export_attachment --programme taizhou --period 2022Q9 --output x.xlsx", "2022Q9"),
    ("export_attachment --programme taizhou --year 2022 --through 0 --output x.xlsx", "2022"),
    ("export_attachment --programme taizhou --period 2022Q1 --tenant sh-bases --output x.xlsx", "sh-bases"),
    ("export_attachment --programme taizhou --period 2022Q1 --output /no/such/folder/x.xlsx", "/no/such/folder"),
    ("move_filing submit --tenant atlantis --period 2022Q1 --by jiaojiang-preparer", "atlantis"),
    ("move_filing submit --tenant jiaojiang --period 2022Q9 --by jiaojiang-preparer", "2022Q9"),
    ("move_filing submit --tenant jiaojiang --period 2022Q1 --by nobody", "nobody"),
    ("move_filing submit --tenant jiaojiang --period 2022Q1 --by huangyan-preparer", "huangyan-preparer"),
    ("move_filing vanish --tenant jiaojiang --period 2022Q1 --by jiaojiang-preparer", "vanish"),
    ("move_filing submit --tenant jiaojiang --period 2022Q1 --by jiaojiang-preparer", "2022"),
    ("import_return x.xlsx --tenant atlantis --period 2022Q1 --by jiaojiang-preparer", "atlantis"),
    ("import_return x.xlsx --tenant jiaojiang --period 2022Q9 --by jiaojiang-preparer", "2022Q9"),
    ("import_return x.xlsx --tenant jiaojiang --period 2022Q1 --by nobody", "nobody"),
    ("import_return no-such.xlsx --tenant jiaojiang --period 2022Q1 --by jiaojiang-preparer", "no-such.xlsx"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "named"), UNKNOWN)
def test_it_refuses_what_it_does_not_know_in_one_line(line, named, unchanged):
    with unchanged():
        (told,) = refusal(*line.split())
    assert named in told


# --- rollup


@pytest.fixture
def filed(clerk, neighbour, reviewer):
    """椒江 accepted, 黄岩 submitted, 路桥 a nil return, 台州湾新区 accepted without a target."""
    accepted(clerk, row("椒江区社区学院", 15, 750, 3, 50))
    submitted(neighbour, row("黄岩区社区学院", 10, 500, 5, 90))
    declared = nil(membership("luqiao-preparer"))
    review_actions.accept(declared, revision=declared.revision, by=reviewer)
    accepted(membership("taizhouwan-preparer"), row("台州湾新区社区教育中心", 1, 45))


def rows_of_the_period(huangyan: dict) -> list[dict]:
    nobody = dict.fromkeys(COLUMNS)
    known = {
        "jiaojiang": ("accepted", figures(15, 750, 3, 50)),
        "huangyan": ("submitted", huangyan),
        "luqiao": ("nil", figures()),
        "taizhouwan": ("accepted", figures(1, 45)),
        "taizhou-universities": ("not_required", nobody),
    }
    return [
        {"tenant": code, "state": state, "values": values, "no_task": []}
        for code in [*REQUIRED, "taizhouwan", "taizhou-universities"]
        for state, values in [known.get(code, ("pending", nobody))]
    ]


def test_rollup_prints_a_period_as_json(filed):
    assert json.loads(run("rollup", "--programme", "taizhou", "--period", "2022Q1", "--format", "json")) == {
        "programme": "taizhou",
        "period": "2022Q1",
        "as_of": "2022-03-21T09:00:00+08:00",
        "expected": 10,
        "filed": 3,
        "missing": [],
        "pending": REQUIRED[3:],
        "rows": rows_of_the_period(dict.fromkeys(COLUMNS)),
        "subtotal": figures(15, 750, 3, 50),
        "total": figures(16, 795, 3, 50),
    }


def test_rollup_adds_submitted_figures_on_request(filed):
    printed = json.loads(
        run("rollup", "--programme", "taizhou", "--year", 2022, "--period", "2022Q1", "--include-submitted")
    )
    assert printed["rows"] == rows_of_the_period(figures(10, 500, 5, 90))
    assert (printed["subtotal"], printed["total"]) == (figures(25, 1250, 8, 140), figures(26, 1295, 8, 140))


def test_rollup_prints_a_year_and_one_tenant_as_json(filed):
    printed = json.loads(run("rollup", "--programme", "taizhou", "--year", 2022, "--tenant", "jiaojiang"))
    own = figures(15, 750, 3, 50)
    assert printed == {
        "programme": "taizhou",
        "year": 2022,
        "as_of": "2022-03-21T09:00:00+08:00",
        "expected": 1,
        "filed": 1,
        "missing": [],
        "pending": [],
        "rows": [{"tenant": "jiaojiang", "state": "accepted", "values": own, "no_task": []}],
        "subtotal": own,
        "total": own,
    }


def test_rollup_prints_csv_with_nothing_where_nothing_was_filed(filed):
    printed = run("rollup", "--programme", "taizhou", "--period", "2022Q1", "--format", "csv")
    lines = list(csv.reader(io.StringIO(printed)))
    assert lines[0] == ["tenant", "state", *COLUMNS]
    assert lines[1:4] == [
        ["jiaojiang", "accepted", "15", "750", "3", "50", "0", "0", "0"],
        ["huangyan", "submitted", *[""] * 7],
        ["luqiao", "nil", *["0"] * 7],
    ]
    assert lines[-2:] == [
        ["subtotal", "", "15", "750", "3", "50", "0", "0", "0"],
        ["total", "", "16", "795", "3", "50", "0", "0", "0"],
    ]


# --- targets, assessment, demo_accounts


def test_targets_prints_each_cell_with_its_state():
    printed = json.loads(run("targets", "--programme", "taizhou", "--year", 2022, "--format", "json"))
    cells = {(each["tenant"], each["indicator"]): each for each in printed["rows"]}
    assert [cells["sanmen", code] for code in ("training_sessions", "videos", "textbooks")] == [
        {"tenant": "sanmen", "indicator": "training_sessions", "state": "number", "value": 30, "source_text": "30"},
        {"tenant": "sanmen", "indicator": "videos", "state": "no_task", "value": None, "source_text": "/"},
        {"tenant": "sanmen", "indicator": "textbooks", "state": "blank", "value": None, "source_text": ""},
    ]  # fmt: skip
    assert (set(printed), printed["totals"]["training_attendances"]) == ({"rows", "totals"}, 15000)


def test_assessment_prints_rates_as_text_and_null_without_a_task(filed):
    with clock.frozen(period().due_at):
        printed = json.loads(run("assessment", "--programme", "taizhou", "--year", 2022, "--format", "json"))
    no_task = dict.fromkeys(["videos", "textbooks", "cases"])

    def rates(*each):
        return dict(
            zip(["training_sessions", "training_attendances", "outreach_sessions"], each, strict=True)
        )

    assert list(printed) == ["rows"]
    assert printed["rows"][:2] == [
        {"tenant": "jiaojiang", "rates": rates("50.0", "50.0", "20.0") | no_task, "score": "40.00", "rank": 1, "tied": False},
        {"tenant": "huangyan", "rates": rates("0.0", "0.0", "0.0") | no_task, "score": "0.00", "rank": 2, "tied": True},
    ]  # fmt: skip
    assert [each["tenant"] for each in printed["rows"]] == REQUIRED[:-1]


def test_assessment_prints_csv(filed):
    with clock.frozen(period().due_at):
        text = run("assessment", "--programme", "taizhou", "--year", 2022, "--format", "csv")
    lines = list(csv.reader(io.StringIO(text)))
    codes = ["training_sessions", "training_attendances", "outreach_sessions", "videos", "textbooks", "cases"]
    assert lines[:2] == [
        ["tenant", *codes, "score", "rank", "tied"],
        ["jiaojiang", "50.0", "50.0", "20.0", "", "", "", "40.00", "1", "False"],
    ]


def test_demo_accounts_prints_one_account_for_each_tenant_and_role():
    printed = json.loads(run("demo_accounts", "--format", "json"))
    assert printed[0].keys() == {"username", "password", "tenant", "role"}
    found = {(each["tenant"], each["role"]): each["username"] for each in printed}
    assert len(found) == len(printed) == Membership.objects.count()
    assert {code for code, _role in found} == set(Tenant.objects.values_list("code", flat=True))
    assert found["jiaojiang", "preparer"] == "jiaojiang-preparer"


def test_demo_accounts_says_nothing_outside_the_demonstration(settings):
    settings.DEMO = False
    assert len(refusal("demo_accounts", "--format", "json")) == 1


# --- import_return


@pytest.fixture
def workbook(tmp_path):
    """Write a filled-in attachment: `workbook(("海门街道社区学校", 1, 50), total=...)`."""

    def write(*lines: tuple, period_line="2022年第一季度", bureau_line="椒江区教育局", total=None) -> Path:
        rows = [AttachmentRow(name, (*given, *[0] * (7 - len(given)))) for name, *given in lines]
        sheet = Attachment(
            layout=period().programme.layout,
            period_line=period_line,
            bureau_line=bureau_line,
            columns=columns_of(period().programme_id),
            rows=tuple(rows),
            total=total or tuple(sum(each.values[index] for each in rows) for index in range(7)),
        )
        (tmp_path / "return.xlsx").write_bytes(write_attachment(sheet))
        return tmp_path / "return.xlsx"

    return write


FINE = [("椒江区社区学院", 1, 41), ("海门街道社区学校", 1, 51), ("白云街道社区学校", 1, 60, 1, 18)]
LOW = [*FINE[:2], ("白云街道社区学校", 1, 9)]
FOR_JIAOJIANG = ["--tenant", "jiaojiang", "--period", "2022Q1", "--by", "jiaojiang-preparer"]

# What is wrong with the workbook: rows, headings, options, the cells that the lines begin with.
WRONG = {
    "a soft check without an explanation": (LOW, {}, ["--submit"], ["C9"]),
    "an empty explanation": (LOW, {}, ["--submit", "--explanation", "核实无误"], ["C9"]),
    "fewer than sessions": ([*FINE[:2], ("白云街道社区学校", 5, 2)], {}, ["--submit"], ["C9"]),
    "two problems": ([("椒江区社区学院", 1, "约50"), *FINE[1:2], ("海门街道社区学校", 1, -5)], {"total": (3, 0, *[0] * 5)}, [], ["C7", "C9", "A9"]),
    "no provider": ([*FINE[:2], ("", 1, 50)], {}, ["--submit"], ["A9"]),
    "another tenant's heading": (FINE, {"bureau_line": "温岭市教育局"}, [], ["A5"]),
    "another period's heading": (FINE, {"period_line": "2021年第一季度"}, [], ["A4"]),
    "a wrong total": (FINE, {"total": (3, 205, 1, 18, 0, 0, 0)}, [], ["C12"]),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_import_names_the_cell_of_each_problem_and_changes_nothing(case, workbook, unchanged):
    rows, headings, options, cells = WRONG[case]
    with unchanged():
        lines = refusal("import_return", workbook(*rows, **headings), *FOR_JIAOJIANG, *options)
    assert sorted(line.split(": ")[0] for line in lines) == sorted(cells)


def test_import_tells_the_total_and_the_sum(workbook):
    (line,) = refusal("import_return", workbook(*FINE, total=(3, 205, 1, 18, 0, 0, 0)), *FOR_JIAOJIANG)
    assert ["205" in line, "152" in line] == [True, True]


@pytest.mark.parametrize("code", ["2021Q4", "2022Q2"])
def test_import_refuses_a_period_that_is_not_open(code, workbook, unchanged):
    name = period(code).name
    with unchanged():
        (_line,) = refusal(
            "import_return", workbook(*FINE, period_line=name),
            "--tenant", "jiaojiang", "--period", code, "--by", "jiaojiang-preparer", "--submit",
        )  # fmt: skip


@pytest.mark.parametrize("name", ["taizhou-education-reviewer", "jiaojiang-observer", "huangyan-preparer"])
def test_import_is_the_tenants_own(name, workbook, unchanged):
    with unchanged():
        lines = refusal(
            "import_return", workbook(*FINE), "--tenant", "jiaojiang", "--period", "2022Q1", "--by", name
        )
    assert len(lines) == 1


def test_import_refuses_a_file_that_is_no_workbook(tmp_path, unchanged):
    (tmp_path / "x.xlsx").write_bytes(b"not a workbook")
    with unchanged():
        assert len(refusal("import_return", tmp_path / "x.xlsx", *FOR_JIAOJIANG)) == 1


def test_import_refuses_while_the_return_is_under_review(clerk, workbook, unchanged):
    submitted(clerk)
    with unchanged():
        assert len(refusal("import_return", workbook(*FINE), *FOR_JIAOJIANG, "--submit")) == 1


def test_import_without_submit_keeps_a_draft(workbook):
    run("import_return", workbook(*LOW), *FOR_JIAOJIANG)
    found = Filing.objects.get()
    assert (found.status, found.latest) == ("draft", None)
    assert found.draft.rows == [row(name, *given) for name, *given in LOW]


@pytest.mark.parametrize(("rows", "options"), [(FINE, []), (LOW, ["--explanation", EXPLAINED])])
def test_import_with_submit_files_the_return(rows, options, workbook):
    run("import_return", workbook(*rows), *FOR_JIAOJIANG, "--submit", *options)
    version = Version.objects.get()
    assert version.filing.status == "submitted"
    assert list(version.lines.values_list("provider", "values")) == [
        (name, figures(*given)) for name, *given in rows
    ]
    assert [each["answer"] for each in version.explanations] == options[1:]


def test_import_takes_the_official_form_with_its_headings_left_blank(workbook):
    layout = period().programme.layout
    run(
        "import_return",
        workbook(*FINE, period_line=layout["blank_period_line"], bureau_line=layout["blank_bureau_line"]),
        *FOR_JIAOJIANG,
    )
    assert Filing.objects.get().status == "draft"


# --- move_filing


def move(name: str, by: str, *options: str) -> str:
    run("move_filing", name, "--tenant", "jiaojiang", "--period", "2022Q1", "--by", by, *options)
    return Filing.objects.get(tenant=tenant("jiaojiang"), period=period()).status


def test_move_filing_makes_every_move(workbook):
    clerk, reviewer = "jiaojiang-preparer", "taizhou-education-reviewer"
    run("import_return", workbook(*FINE), *FOR_JIAOJIANG)
    assert [
        move("submit", clerk),
        move("recall", clerk),
        move("nil", "jiaojiang-head"),
        move("send_back", reviewer, "--reason", REASON),
        move("nil", clerk, "--reason", EXPLANATION),
        move("accept", reviewer, "--reason", "下季请注意口径。"),
        move("correct", clerk, "--reason", REASON),
        move("give_up", clerk),
    ] == ["submitted", "recalled", "submitted", "returned", "submitted", "accepted", "correcting", "accepted"]
    said = HistoryEntry.objects.get(action="accept", subject_id=Filing.objects.get().public_id)
    assert said.reason == "下季请注意口径。"


def test_move_filing_declares_nil_without_a_return_that_was_started():
    assert move("nil", "jiaojiang-preparer") == "submitted"
    assert Version.objects.get().is_nil


def test_a_nil_return_that_cannot_be_declared_starts_nothing(unchanged):
    Tenant.objects.filter(code="jiaojiang").update(head_name="")
    with unchanged():
        assert len(refusal("move_filing", "nil", *FOR_JIAOJIANG)) == 1


# From which status a move is tried, by whom, and with what it is refused.
REFUSED = [
    ("draft", "submit", "jiaojiang-preparer", []),
    ("draft", "accept", "taizhou-education-reviewer", []),
    ("draft", "recall", "jiaojiang-preparer", []),
    ("draft", "send_back", "taizhou-education-reviewer", ["--reason", REASON]),
    ("draft", "correct", "jiaojiang-preparer", ["--reason", REASON]),
    ("submitted", "submit", "jiaojiang-preparer", []),
    ("submitted", "nil", "jiaojiang-preparer", []),
    ("submitted", "send_back", "taizhou-education-reviewer", []),
    ("submitted", "accept", "jiaojiang-preparer", []),
    ("submitted", "accept", "taizhou-education-observer", []),
    ("submitted", "recall", "taizhou-education-reviewer", []),
    ("submitted", "accept", "shanghai-civil-affairs-reviewer", []),
    ("accepted", "correct", "jiaojiang-preparer", ["--reason", " "]),
    ("accepted", "accept", "taizhou-education-reviewer", []),
    ("accepted", "give_up", "jiaojiang-preparer", []),
]


@pytest.mark.parametrize(("status", "name", "by", "options"), REFUSED)
def test_move_filing_refuses_in_one_line_and_changes_nothing(status, name, by, options, clerk, unchanged):
    {"draft": started, "submitted": submitted, "accepted": accepted}[status](clerk)
    with unchanged():
        lines = refusal(
            "move_filing", name, "--tenant", "jiaojiang", "--period", "2022Q1", "--by", by, *options
        )
    assert len(lines) == 1


def test_move_filing_tells_every_finding_on_a_line_of_its_own(clerk, unchanged):
    filing = started(clerk)
    typed = typed_return.Typed([row("合计", 1, 5), row("", "x", 5)], preparer="甲", head="", telephone="0000")
    filing_actions.save_draft(filing, typed, revision=1, by=clerk)
    with unchanged():
        assert len(refusal("move_filing", "submit", *FOR_JIAOJIANG)) == 4


# --- export_attachment


def exported(tmp_path: Path, *options: object) -> list[tuple]:
    """The rows of the first sheet of the workbook that was written, as values."""
    path = tmp_path / "out.xlsx"
    run("export_attachment", "--output", path, *options)
    sheet = load_workbook(path).worksheets[0]
    return [tuple(cell.value for cell in line) for line in sheet.iter_rows()]


def test_export_writes_a_tenants_period(filed, tmp_path):
    rows = exported(tmp_path, "--programme", "taizhou", "--period", "2022Q1", "--tenant", "jiaojiang")
    assert (rows[3][0], rows[4][0]) == ("2022年第一季度", "椒江区教育局")
    assert rows[6] == ("椒江区社区学院", 15, 750, 3, 50, 0, 0, 0)
    assert rows[11] == ("合计", 15, 750, 3, 50, 0, 0, 0)


def test_export_writes_the_citys_period_and_names_who_is_awaited(filed, tmp_path):
    rows = exported(tmp_path, "--programme", "taizhou", "--period", "2022Q1")
    assert rows[4][0] == "台州市教育局（汇总）"
    assert rows[6] == ("椒江区教育局", 15, 750, 3, 50, 0, 0, 0)
    assert rows[18] == ("合计", 16, 795, 3, 50, 0, 0, 0)
    assert rows[19][0].startswith("注：应报10家，实报3家，尚未到期，待报：临海市教育局、")


def test_export_writes_the_year_through_a_quarter(clerk, tmp_path):
    accepted(clerk, row("椒江区社区学院", 1, 41))
    with clock.frozen(datetime.fromisoformat("2022-04-05T09:00:00+08:00")):
        accepted(clerk, row("椒江区社区学院", 2, 90), row("海门街道社区学校", 1, 51), code="2022Q2")
    year = ["--programme", "taizhou", "--year", 2022, "--tenant", "jiaojiang", "--through"]
    rows = exported(tmp_path, *year, 2)
    assert rows[3][0] == "2022年第一至第二季度（累计）"
    assert rows[6:8] == [("椒江区社区学院", 3, 131, *[0] * 5), ("海门街道社区学校", 1, 51, *[0] * 5)]
    assert exported(tmp_path, *year, 1)[11] == ("合计", 1, 41, *[0] * 5)


def test_export_of_a_pillar_adds_up_the_districts_below_it(tmp_path):
    rows = exported(tmp_path, "--programme", "shanghai", "--period", "2021Q1", "--tenant", "sh-eldercare")
    names = [line[0] for line in rows]
    assert [tenant(code).bureau_line or tenant(code).name for code in ("sh-huangpu", "sh-chongming")] == [
        name for name in names if name and ("黄浦" in name or "崇明" in name) and "注" not in name
    ]


def test_what_was_exported_can_be_imported_again(filed, tmp_path, clerk):
    exported(tmp_path, "--programme", "taizhou", "--period", "2022Q1", "--tenant", "jiaojiang")
    move("correct", "jiaojiang-preparer", "--reason", REASON)
    run("import_return", tmp_path / "out.xlsx", *FOR_JIAOJIANG)
    assert Filing.objects.get(tenant=clerk.tenant).draft.rows == [row("椒江区社区学院", 15, 750, 3, 50)]
