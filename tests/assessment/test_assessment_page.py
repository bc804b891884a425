"""内部测算: page, workbook, CSV and command say the same, each figure with how it was reckoned; the lead's alone."""

import csv
import io
import json
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse
from openpyxl import load_workbook

from portal import clock
from portal.models import HistoryEntry
from portal.problems import Refused
from reporting.assessment import actions as assessment_actions
from reporting.models import Weighting
from targets.models import Programme

from ..factories import accepted, membership, period, released, row
from ..live import zh
from ..screen import Screen

PAGE, EXPORT, WEIGHTS = (
    reverse(name, args=["taizhou"]) for name in ("assessment", "assessment-export", "assessment-weights")
)
# domain §6: name, score, rank, tied
ACCEPTANCE = [
    ("椒江区教育局", "100.00", 1, True),
    ("黄岩区教育局", "100.00", 1, True),
    ("路桥区教育局", "100.00", 1, True),
    ("临海市教育局", "100.00", 1, True),
    ("温岭市教育局", "100.00", 1, True),
    ("三门县教育局", "99.97", 6, False),
    ("玉环市教育局", "94.63", 7, False),
    ("天台县教育局", "87.37", 8, False),
    ("仙居县教育局", "84.93", 9, False),
]
CODES = ["training_sessions", "training_attendances", "outreach_sessions", "videos", "textbooks", "cases"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(as_):
    return as_(membership("taizhou-education-reviewer"))


@pytest.fixture
def city(as_):
    return as_(membership("taizhou-education-administrator"))


def rank(number: int, tied: bool) -> str:
    return zh("%(rank)s (tied)") % {"rank": number} if tied else str(number)


def on_page(client, query: str = "?through=2021Q4") -> list[list[str]]:
    """The table without the explanations that stand beside its figures."""
    page = Screen(client.get(PAGE + query))
    whys = sorted((text for name, text in page.at.items() if name.startswith("why-")), key=len, reverse=True)
    rows = []
    for each in page.tables[0][1:]:
        for why in whys:
            each = [cell.replace(why, "") for cell in each]
        rows.append([cell.strip() for cell in each])
    return rows


def in_workbook(client, query: str = "?through=2021Q4") -> list[list[list]]:
    workbook = load_workbook(io.BytesIO(client.get(EXPORT + query).content))
    return [[[cell.value for cell in line] for line in sheet.iter_rows()] for sheet in workbook]


def test_page_workbook_csv_and_command_say_the_acceptance_figures(year, reader, capsys):
    expected = [(name, rank(number, tied), score) for name, score, number, tied in ACCEPTANCE]
    shown = on_page(reader)
    assert [(each[0], each[1], each[2]) for each in shown] == expected

    ranks, _explanations = in_workbook(reader)
    rows = [each for each in ranks if each[1] in {name for name, *_rest in ACCEPTANCE}]
    assert [(each[1], each[0], f"{each[2]:.2f}") for each in rows] == expected

    text = reader.get(f"{EXPORT}?through=2021Q4&format=csv").content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))[1:10]
    assert [(each[1], each[0], each[3]) for each in lines] == expected

    call_command("assessment", programme="taizhou", year=2021, format="json")
    said = json.loads(capsys.readouterr().out)["rows"]
    assert [(each["score"], each["rank"], each["tied"]) for each in said] == [row[1:] for row in ACCEPTANCE]

    rates = [[each["rates"][code] for code in CODES] for each in said]
    assert [each[3:9] for each in shown] == [["/" if r is None else f"{r}%" for r in row] for row in rates]
    assert [each[3:9] for each in rows] == [["/" if r is None else float(r) for r in row] for row in rates]
    assert [each[5::2] for each in lines] == [["/" if r is None else f"{r}%" for r in row] for row in rates]


def test_every_figure_says_how_it_was_reckoned_on_page_and_in_both_files(year, reader):
    page = Screen(reader.get(PAGE, {"through": "2021Q4"}))
    whys = {name: text for name, text in page.at.items() if name.startswith("why-")}
    assert len(whys) == 9 * 7
    _ranks, sheet = in_workbook(reader)
    text = reader.get(f"{EXPORT}?through=2021Q4&format=csv").content.decode("utf-8-sig")
    for county, told in [("三门县教育局", "999 ÷ 1000 = 99.9%"), ("玉环市教育局", "885 ÷ 1000 = 88.5%")]:
        assert any(county in why and told in why for why in whys.values())
        assert any(each[0] == county and told in str(each[3]) for each in sheet)
        assert told in text
    total = "(90.0 × 1 + 88.5 × 1 + 100.0 × 1 + 100.0 × 1)"
    assert any(total in why.replace("（", "(").replace("）", ")") for why in whys.values())


def test_each_tooltip_belongs_to_its_figure(year, reader):
    """Reached with Tab, a figure is described by its own explanation."""
    content = reader.get(PAGE, {"through": "2021Q4"}).content.decode()
    assert content.count('tabindex="0" aria-describedby="why-') == content.count('role="tooltip"') == 63


def test_it_reckons_through_the_quarter_that_is_chosen(year, reader):
    through_two = {each[0]: each[2] for each in on_page(reader, "?through=2021Q2")}
    assert through_two != {each[0]: each[2] for each in on_page(reader)}
    assert Decimal(through_two["仙居县教育局"]) < Decimal("84.93")


def test_who_has_not_filed_is_marked(reader, clerk):
    accepted(clerk, row("椒江成校", 1, 40))
    with clock.frozen(period().due_at):
        rows = {each[0].split()[0]: each for each in on_page(reader, "?through=2022Q1")}
    assert rows["椒江区教育局"][0] == "椒江区教育局"
    assert "第一季度" in rows["黄岩区教育局"][0]
    assert rows["黄岩区教育局"][2] == "0.00"


def test_before_the_due_day_nobody_has_a_score_or_a_rank(reader, clerk):
    """Who filed early has the rates of what is there; of the others nothing is said."""
    accepted(clerk, row("椒江成校", 1, 40))
    rows = {each[0].split()[0]: each for each in on_page(reader, "?through=2022Q1")}
    assert {tuple(each[1:3]) for each in rows.values()} == {("—", "—")}
    assert rows["黄岩区教育局"][0] == "黄岩区教育局"
    assert set(rows["黄岩区教育局"][3:9]) <= {"—", "/"}
    assert rows["椒江区教育局"][3].endswith("%")


@pytest.mark.parametrize("code", ["2021Q9", "2022Q4", "x"])
def test_a_quarter_that_is_not_there_or_has_not_begun_is_not_found(reader, code):
    assert reader.get(PAGE, {"through": code}).status_code == 404
    assert reader.get(EXPORT, {"through": code}).status_code == 404


def test_a_programme_that_ranks_nobody_says_so(as_):
    lead = as_(membership("shanghai-civil-affairs-reviewer"))
    page = Screen(lead.get(reverse("assessment", args=["shanghai"])))
    assert zh("Nobody is ranked here") in page.text


@pytest.mark.parametrize(
    ("username", "is_offered"),
    [
        ("taizhou-education-reviewer", True),
        ("taizhou-education-administrator", True),
        ("taizhou-education-observer", False),
        ("jiaojiang-administrator", False),
        ("jiaojiang-preparer", False),
    ],
)
def test_it_is_offered_to_those_who_may_see_it(as_, username, is_offered):
    client = as_(membership(username))
    assert (PAGE in [link.href for link in Screen(client.get("/")).links]) is is_offered
    assert client.get(PAGE).status_code == (200 if is_offered else 403)


# --- weights


def weigh(by, revision: int = 0, **weights: int) -> Weighting:
    programme = Programme.objects.select_related("lead").get(code="taizhou")
    return assessment_actions.set_weights(programme, weights, revision=revision, by=by)


def test_weights_change_the_score_and_are_said_beside_it(year, reader, administrator):
    """玉环: (18/20 × 3 + 885/1000 + 1 + 1) ÷ 6."""
    weigh(administrator, training_sessions=3)
    rows = {each[0]: each for each in on_page(reader)}
    assert rows["玉环市教育局"][2] == "93.08"
    page = Screen(reader.get(PAGE, {"through": "2021Q4"}))
    assert "90.0 × 3 + 88.5 × 1" in page.text


def test_the_command_reckons_with_them(year, administrator, capsys):
    weigh(administrator, training_sessions=3)
    call_command("assessment", programme="taizhou", year=2021, format="json")
    scores = {each["tenant"]: each["score"] for each in json.loads(capsys.readouterr().out)["rows"]}
    assert scores["yuhuan"] == "93.08"


def test_setting_them_leaves_one_line_in_the_history(city, administrator):
    fields = Screen(city.get(WEIGHTS)).fields
    assert {fields[code] for code in CODES} == {"1"}
    before = HistoryEntry.objects.count()
    assert city.post(WEIGHTS, fields | {"videos": "5"}).status_code == 302
    assert HistoryEntry.objects.count() == before + 1
    entry = HistoryEntry.objects.latest("id")
    assert (entry.action, entry.by, entry.before) == ("weigh", administrator.user, {"weights": {}})
    assert entry.after == {"weights": dict.fromkeys(CODES, 1) | {"videos": 5}}
    assert Screen(city.get(WEIGHTS)).fields["videos"] == "5"


@pytest.mark.parametrize("typed", ["", "-1", "101", "1.5", "x", "１２３４"])
def test_what_is_no_weight_is_refused_and_kept(city, typed):
    fields = Screen(city.get(WEIGHTS)).fields | {"videos": typed, "cases": "7"}
    answer = city.post(WEIGHTS, fields)
    assert answer.status_code == 422
    page = Screen(answer)
    assert (page.fields["videos"], page.fields["cases"]) == (typed, "7")
    assert not Weighting.objects.exists()


def test_not_all_of_them_can_be_0(city):
    fields = Screen(city.get(WEIGHTS)).fields
    answer = city.post(WEIGHTS, fields | dict.fromkeys(CODES, "0"))
    assert answer.status_code == 422
    assert len(Screen(answer).alerts) >= 1
    assert not Weighting.objects.exists()


def test_of_two_who_set_them_the_second_is_told(city, administrator):
    fields = Screen(city.get(WEIGHTS)).fields
    weigh(administrator, videos=9)
    answer = city.post(WEIGHTS, fields | {"videos": "2"})
    assert answer.status_code == 409
    page = Screen(answer)
    assert page.fields["videos"] == "2"
    assert Weighting.objects.get().weights == {"videos": 9}
    assert city.post(WEIGHTS, page.fields).status_code == 302
    assert Weighting.objects.get().weights["videos"] == 2


@pytest.mark.parametrize("username", ["taizhou-education-reviewer", "jiaojiang-administrator"])
def test_nobody_but_the_leads_administrator_sets_them(username):
    with pytest.raises(PermissionDenied):
        weigh(membership(username), videos=2)


def test_a_release_keeps_the_ranks_that_it_was_published_with(administrator):
    release = released("2021Q4", with_ranking=True)
    weigh(administrator, videos=9)
    release.refresh_from_db()
    assert set(release.content["ranking"]["weights"].values()) == {1}
    with pytest.raises(Refused):
        weigh(administrator, revision=0, videos=3)
    assert period("2021Q4").programme.weighting.revision == 1
