"""A release (通报) is the roll-up of its day, numbered and frozen; what changes later is the next number's."""

import hashlib
import io
import random
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from openpyxl import load_workbook

from portal import clock
from portal.models import HistoryEntry
from portal.problems import Refused
from reporting.filings import actions as filing_actions
from reporting.filings import typed_return
from reporting.models import Filing, Release
from reporting.releases import actions as release_actions
from reporting.releases import content as release_content
from reporting.releases.workbook import write_release
from reporting.review import actions as review_actions
from reporting.rollup.rollup import figures, roll_up
from reporting.rollup.status import cells, rates
from targets.assessment import completion_rate
from targets.queries import targets_of

from ..factories import COLUMNS, accepted, membership, period, released, row, submitted, tenant
from ..tampering import tamper

pytestmark = pytest.mark.django_db
COUNTIES = ["jiaojiang", "huangyan", "luqiao", "linhai"]
DURING = datetime.fromisoformat("2022-03-30T09:00:00+08:00")  # after the 28th, before closing
WHY = "12月30日举办短期培训一场，漏计。"


@pytest.fixture(autouse=True)
def after_the_due_date():
    with clock.frozen(DURING):
        yield


def corrected(filing: Filing, *rows: dict) -> Filing:
    """The accepted return with other figures, through a correction."""
    by = membership(f"{filing.tenant.code}-preparer")
    filing = filing_actions.correct(filing, reason=WHY, revision=filing.revision, by=by)
    typed = typed_return.Typed(
        rows=list(rows), preparer="甲（演示）", head="乙（演示）", telephone="演示 0000"
    )
    filing = filing_actions.file(
        filing.tenant, filing.period, typed, by=by, explanation="已与签到表逐项核对，无误。"
    )
    return review_actions.accept(
        filing, revision=filing.revision, by=membership("taizhou-education-reviewer")
    )


def of_row(content: dict, code: str, part: str = "quarter") -> dict:
    return next(each for each in content[part]["rows"] if each["tenant"] == code)


# --- what it says


@pytest.mark.parametrize("seed", range(3))
def test_its_figures_are_the_roll_ups_whatever_was_filed(seed):
    chance = random.Random(seed)
    for county in COUNTIES:
        given = [chance.randrange(1, 9), chance.randrange(200, 900), 0, 0, *chance.choices(range(3), k=3)]
        file = chance.choice([accepted, accepted, submitted])
        file(membership(f"{county}-preparer"), row(f"{county}成校（演示）", *given))
    about = period("2022Q1")
    content = released("2022Q1").content
    rolled = roll_up(about.programme, [about], under=about.programme.lead)
    for part in ("quarter", "cumulative"):
        assert {each["tenant"]: each["values"] for each in content[part]["rows"]} == figures(rolled)
        assert (content[part]["subtotal"], content[part]["total"]) == (rolled.subtotal, rolled.total)
    board = rates(cells(about.programme, [about], under=about.programme.lead).values())
    shown = content["rates"][-1]
    assert (shown["expected"], shown["filed"], shown["on_time"]) == (
        board.expected,
        board.filed,
        board.on_time,
    )
    assert shown["reporting_rate"] == str(completion_rate(board.filed, board.expected))
    targets = targets_of(about.programme, 2022)
    for each in content["completion"]["rows"]:
        for column, cell in zip(content["completion"]["columns"], each["cells"], strict=True):
            target = targets.get(each["tenant"], {}).get(column["code"])
            actual = figures(rolled)[each["tenant"]][column["code"]]
            assert cell["target"] == target
            assert cell["rate"] == (None if target is None else str(completion_rate(actual or 0, target)))


def test_who_has_not_filed_is_named_and_not_counted_as_0(clerk):
    accepted(clerk)
    content = released("2022Q1").content
    quarter = content["quarter"]
    assert (quarter["expected"], quarter["filed"]) == (10, 1)
    assert len(quarter["missing_names"]) == 9
    assert "黄岩区教育局" in quarter["missing_names"]
    assert set(of_row(content, "huangyan")["values"].values()) == {None}
    assert of_row(content, "huangyan")["lacking"] == ["第一季度"]
    assert content["completion"]["rows"][1]["cells"][0]["actual"] is None


def test_what_nobody_has_reviewed_is_named_and_not_in_it(clerk):
    submitted(clerk)
    content = released("2022Q1").content
    assert content["rates"][-1]["unreviewed"] == ["椒江区教育局"]
    assert set(of_row(content, "jiaojiang")["values"].values()) == {None}


def test_numbers_run_per_programme_and_year():
    for code in ("2021Q1", "2021Q2", "2022Q1"):
        released(code)
    released("2021Q1", "shanghai")
    found = Release.objects.order_by("programme", "year", "number")
    assert [(each.programme.code, each.year, each.number) for each in found] == [
        ("taizhou", 2021, 1),
        ("taizhou", 2021, 2),
        ("taizhou", 2022, 1),
        ("shanghai", 2021, 1),
    ]


def test_it_ranks_nobody_unless_asked_and_then_counties_only(clerk):
    accepted(clerk)
    assert released("2022Q1").content["ranking"] is None
    ranking = released("2022Q1", with_ranking=True).content["ranking"]
    assert len(ranking["rows"]) == 9
    assert "taizhou-rtvu" not in {each["tenant"] for each in ranking["rows"]}
    assert ranking["rows"][0]["tenant"] == "jiaojiang"


def test_a_programme_that_ranks_nobody_has_no_ranks_to_publish():
    assert released("2021Q4", "shanghai", with_ranking=True).content["ranking"] is None


# --- publishing


def test_it_is_published_once_with_one_line_in_the_history(administrator, writes):
    assert writes(lambda: released("2022Q1")) == {"release": (1, 0), "historyentry": (1, 0)}
    release, entry = Release.objects.get(), HistoryEntry.objects.latest("id")
    assert (entry.action, entry.subject_id, entry.by) == ("publish", release.public_id, administrator.user)
    assert (entry.version, entry.version_digest) == (1, release.digest)
    assert entry.after["workbook_digest"] == release.workbook_digest


@pytest.mark.parametrize(
    "username",
    ["taizhou-education-reviewer", "taizhou-education-observer", "jiaojiang-administrator", "jiaojiang-head"],
)
def test_nobody_but_the_leads_administrator_publishes(username, unchanged):
    content = release_content.compose(period("2022Q1"), with_ranking=False, at=DURING)
    with unchanged(), pytest.raises(PermissionDenied):
        release_actions.publish(
            period("2022Q1"),
            with_ranking=False,
            preview=release_content.preview_digest(content),
            by=membership(username),
        )


def test_it_refuses_what_was_not_looked_at(administrator, clerk, unchanged):
    content = release_content.compose(period("2022Q1"), with_ranking=False, at=DURING)
    seen = release_content.preview_digest(content)
    accepted(clerk)
    with unchanged(), pytest.raises(Refused):
        release_actions.publish(period("2022Q1"), with_ranking=False, preview=seen, by=administrator)
    with unchanged(), pytest.raises(Refused):
        release_actions.publish(period("2022Q1"), with_ranking=True, preview=seen, by=administrator)


def test_two_looks_at_the_same_figures_are_the_same_preview(administrator):
    content = release_content.compose(period("2022Q1"), with_ranking=False, at=DURING)
    later = release_content.compose(period("2022Q1"), with_ranking=False, at=DURING + timedelta(hours=1))
    assert release_content.preview_digest(content) == release_content.preview_digest(later)


def test_it_waits_while_returns_are_in_time(clerk, unchanged):
    with clock.frozen(period("2022Q1").due_at - timedelta(seconds=1)):
        accepted(clerk)
        with unchanged(), pytest.raises(Refused):
            released("2022Q1")
    with clock.frozen(period("2022Q1").due_at):
        released("2022Q1")


# --- frozen


def test_a_later_correction_changes_nothing_in_it(clerk):
    filing = accepted(clerk, row("椒江成校", 1, 40))
    release = released("2022Q1")
    before = (release.content, bytes(release.workbook), release.digest, release.workbook_digest)
    with clock.frozen(DURING + timedelta(days=200)):
        corrected(filing, row("椒江成校", 3, 120))
        released("2022Q1")
        release = Release.objects.get(pk=release.pk)
        assert (release.content, bytes(release.workbook), release.digest, release.workbook_digest) == before
        assert release_content.digest_of(release.content) == release.digest
        assert hashlib.sha256(bytes(release.workbook)).hexdigest() == release.workbook_digest


@pytest.mark.parametrize(
    "changes", [{"content": {}}, {"workbook": b""}, {"title": "x"}, {"number": 9}, {"digest": ""}]
)
def test_the_database_refuses_to_change_it(changes):
    release = released("2022Q1")
    with pytest.raises(DatabaseError), transaction.atomic():
        Release.objects.filter(pk=release.pk).update(**changes)


def test_what_was_changed_past_the_database_is_found():
    release = released("2022Q1")
    call_command("verify_figures", stdout=io.StringIO())
    tamper("reporting_release", "UPDATE reporting_release SET workbook = %s WHERE id = %s", b"x", release.pk)
    with pytest.raises(CommandError, match="2022"):
        call_command("verify_figures", stdout=io.StringIO())


# --- what changed since


def test_it_says_what_changed_since_and_why(clerk, neighbour):
    filing = accepted(clerk, row("椒江成校", 1, 40))
    release = released("2022Q1")
    assert release_content.changed_since(release) == []
    corrected(filing, row("椒江成校", 2, 89))
    accepted(neighbour, row("黄岩成校", 1, 50))
    changed = release_content.changed_since(release)
    told = [(each["tenant"], each["indicator"], each["before"], each["after"]) for each in changed]
    assert told == [
        ("jiaojiang", "training_sessions", 1, 2),
        ("jiaojiang", "training_attendances", 40, 89),
        *[
            ("huangyan", code, None, figure)
            for code, figure in zip(COLUMNS, (1, 50, 0, 0, 0, 0, 0), strict=True)
        ],
    ]
    assert {each["why"] for each in changed if each["tenant"] == "jiaojiang"} == {WHY}
    assert all(each["why"] and each["why"] != WHY for each in changed if each["tenant"] == "huangyan")


def test_the_next_number_lists_the_changes_and_the_one_after_does_not(clerk):
    filing = accepted(clerk, row("椒江成校", 1, 40))
    first = released("2022Q1")
    corrected(filing, row("椒江成校", 2, 89))
    second, third = released("2022Q1"), released("2022Q1")
    assert first.content["changes"] == []
    assert [(each["since"], each["before"], each["after"]) for each in second.content["changes"]] == [
        (1, 1, 2),
        (1, 40, 89),
    ]
    assert third.content["changes"] == []
    assert second.content["previous"]["number"] == 1


def test_each_quarter_is_compared_with_the_last_release_that_covers_it(year):
    """玉环's late third quarter stands in the second number, 三门's correction will in the third."""
    first, second = Release.objects.filter(programme__code="taizhou").order_by("number")
    assert (first.period.code, second.period.code) == ("2021Q3", "2021Q4")
    assert first.content["quarter"]["missing"] == ["yuhuan"]
    assert {(each["tenant"], each["period"], each["since"]) for each in second.content["changes"]} == {
        ("yuhuan", "2021Q3", 1)
    }
    changed = release_content.changed_since(second)
    assert [(each["tenant"], each["before"], each["after"]) for each in changed] == [
        ("sanmen", 5, 6),
        ("sanmen", 249, 299),
    ]
    assert {each["why"] for each in changed} == {
        "12月30日珠岙镇成校举办短期培训1场49人次，三门县社区学院漏计1人次，一并更正。"
    }


# --- the workbook


def sheets_of(release: Release) -> list[list[list]]:
    workbook = load_workbook(io.BytesIO(bytes(release.workbook)))
    return [[[cell.value for cell in line] for line in sheet.iter_rows()] for sheet in workbook]


def test_its_workbook_holds_the_figures_of_its_content(clerk):
    accepted(clerk, row("椒江成校", 3, 140, 2, 30))
    release = released("2022Q1", with_ranking=True)
    quarter, cumulative, completion, rated, ranks, definitions = sheets_of(release)
    figures_of = [3, 140, 2, 30, 0, 0, 0]
    assert ["椒江区教育局", *figures_of] in quarter
    assert ["黄岩区教育局", *[None] * 7] in quarter
    assert ["合计", *figures_of] in cumulative
    assert "应报10家，实报1家" in quarter[-1][0]
    assert [each[2:4] for each in completion if each[0] == "椒江区教育局"] == [
        [30, 3],
        [1500, 140],
        [15, 2],
    ]
    assert rated[-2][:4] == ["2022年第一季度", 10, 1, 0]
    assert len(ranks) == 4 + 9
    assert "D1 " in str(definitions)


def test_its_workbook_has_no_formula_and_keeps_text_as_text(clerk):
    filing = accepted(clerk)
    released("2022Q1")
    filing_actions.correct(filing, reason="=1+1 更正理由", revision=filing.revision, by=clerk)
    filing = Filing.objects.with_parties().get(pk=filing.pk)
    typed = typed_return.Typed(rows=[row("椒江成校", 2, 90)], preparer="甲", head="乙", telephone="演示 0")
    filing = filing_actions.file(
        filing.tenant, filing.period, typed, by=clerk, explanation="已与签到表逐项核对，无误。"
    )
    review_actions.accept(filing, revision=filing.revision, by=membership("taizhou-education-reviewer"))
    workbook = load_workbook(io.BytesIO(bytes(released("2022Q1").workbook)))
    read = [cell for sheet in workbook for line in sheet.iter_rows() for cell in line]
    assert {cell.data_type for cell in read} == {"s", "n"}
    assert "=1+1 更正理由" in [cell.value for cell in read]


def test_the_same_content_gives_the_same_bytes(clerk):
    release = released("2022Q1")
    with clock.frozen(DURING + timedelta(days=400)):
        again = write_release(release.content, release.programme.layout)
    assert again == bytes(release.workbook)


def test_it_keeps_the_names_of_its_day(clerk):
    accepted(clerk)
    release = released("2022Q1")
    renamed = tenant("jiaojiang")
    renamed.name = "改名后的局"
    renamed.save(update_fields=["name"])
    release.refresh_from_db()
    assert of_row(release.content, "jiaojiang")["name"] == "椒江区教育局"
