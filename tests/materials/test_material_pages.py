"""The pages of 成果 and of the survey, through the front door."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from portal import clock
from reporting.materials import actions as material_actions
from reporting.models import Material, RegisterSwitch, Survey
from reporting.models.material_states import MaterialMove
from reporting.providers import actions as provider_actions

from ..conftest import NOW
from ..factories import (
    SURVEY,
    accepted,
    grid,
    membership,
    period,
    recorded_material,
    row,
    started,
    submitted,
    surveyed,
)
from ..live import zh
from ..screen import Screen
from ..test_query_counts import queries

PROVIDER = "海门街道社区学校"
LIBRARY, SURVEYS = "/taizhou/materials/?year=2021", "/taizhou/survey/"


def posted(**given: object) -> dict:
    """What the form of a material sends."""
    usual = {
        "kind": "videos",
        "title": "网上预约挂号",
        "maker": "演示单位",
        "year": "2021",
        "finished_on": "2021-11-10",
    }
    return {**usual, "link": "", "language": "", "provider": "", "version_of": ""} | given


def titles(screen: Screen) -> list[str]:
    return [link.text for link in screen.links if link.href.startswith("/materials/")]


# --- recording


def test_a_material_keeps_its_provider_that_is_out_of_use(as_, clerk):
    """Saved again, it must not leave the return without a word."""
    provider = provider_actions.add_provider(clerk.tenant, PROVIDER, by=clerk)
    material = recorded_material(clerk, provider=provider)
    given = {"name": PROVIDER, "aliases": [], "is_active": False}
    provider_actions.change_provider(provider, **given, revision=provider.revision, by=clerk)
    address = f"{material.get_absolute_url()}edit/"
    shown = Screen(as_(clerk).get(address)).fields
    assert shown.get("provider") == str(provider.public_id)
    assert as_(clerk).post(address, posted(**shown) | {"maker": "另一单位"}).status_code == 302
    material.refresh_from_db()
    assert (material.maker, material.provider) == ("另一单位", provider)


def test_it_keeps_everything_typed_when_it_refuses(as_, clerk):
    page = as_(clerk).post("/taizhou/materials/add/", posted(title="", link="见附件", maker="某队"))
    screen = Screen(page)
    assert page.status_code == 422
    assert (screen.fields["maker"], screen.fields["link"], screen.fields["finished_on"]) == (
        "某队",
        "见附件",
        "2021-11-10",
    )
    assert {link.href for link in screen.problems()} == {"#id_title", "#id_link"}
    assert not Material.objects.exists()


@pytest.mark.parametrize("name", ["provider", "version_of"])
def test_it_takes_no_foreign_reference(as_, clerk, neighbour, name):
    foreign = {
        "provider": provider_actions.add_provider(neighbour.tenant, PROVIDER, by=neighbour),
        "version_of": recorded_material(neighbour),
    }[name]
    page = as_(clerk).post("/taizhou/materials/add/", posted(language="椒江话", **{name: foreign.public_id}))
    assert page.status_code == 422
    assert not Material.objects.filter(tenant=clerk.tenant).exists()


def test_it_records_a_material_and_shows_it(as_, clerk):
    page = as_(clerk).post("/taizhou/materials/add/", posted(), follow=True)
    material = Material.objects.get()
    assert page.redirect_chain[-1][0] == material.get_absolute_url()
    assert zh("Material recorded") in Screen(page).text


def test_a_version_starts_with_what_its_original_says(as_, clerk):
    original = recorded_material(clerk, maker="台前幕后队")
    screen = Screen(as_(clerk).get(f"/taizhou/materials/add/?of={original.public_id}"))
    assert (screen.fields["maker"], screen.fields["version_of"]) == ("台前幕后队", str(original.public_id))


def test_a_change_from_an_old_page_keeps_what_was_typed(as_, clerk, reviewer):
    material = recorded_material(clerk)
    material_actions.move_material(material, MaterialMove.SELECT, revision=1, by=reviewer)
    address = reverse("material-edit", args=[material.public_id])
    page = as_(clerk).post(address, posted(title="改过的名称", revision=1))
    assert page.status_code == 409
    assert Screen(page).fields["title"] == "改过的名称"


# --- deciding


def test_the_lead_selects_and_promotes(as_, clerk, reviewer):
    material = recorded_material(clerk)
    address = reverse("material-move", args=[material.public_id])
    for number, move in enumerate(["select", "promote"], start=1):
        assert as_(reviewer).post(address, {"move": move, "revision": number}).status_code == 302
    material.refresh_from_db()
    assert material.state == "promoted"


def test_a_step_back_without_a_reason_says_so_at_its_field(as_, clerk, reviewer):
    material = recorded_material(clerk)
    material_actions.move_material(material, MaterialMove.SELECT, revision=1, by=reviewer)
    address = reverse("material-move", args=[material.public_id])
    page = as_(reviewer).post(address, {"move": "step_back", "revision": 2, "reason": "　"})
    assert page.status_code == 422
    assert as_(reviewer).post(address, {"move": "vanish", "revision": 2}).status_code == 404


def test_who_may_not_decide_is_offered_nothing(as_, clerk, neighbour, observer):
    material = recorded_material(clerk)
    for somebody in (clerk, observer):
        screen = Screen(as_(somebody).get(material.get_absolute_url()))
        assert screen.button("select") is None
    assert as_(neighbour).get(material.get_absolute_url()).status_code == 404


# --- the library


def test_a_county_sees_its_own_register_and_the_city_all(as_, clerk, neighbour, reviewer):
    recorded_material(clerk, "椒江的视频")
    recorded_material(neighbour, "黄岩的视频")
    assert titles(Screen(as_(clerk).get(LIBRARY))) == ["椒江的视频"]
    assert titles(Screen(as_(reviewer).get(LIBRARY))) == ["椒江的视频", "黄岩的视频"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["甲", "方言甲", "乙", "读本"]),
        ("&kind=textbooks", ["读本"]),
        ("&state=selected", ["乙"]),
        ("&state=unfinished", ["读本"]),
        ("&q=方言", ["甲", "方言甲"]),
        ("&tenant=huangyan", ["乙"]),
        ("&tenant=nowhere&kind=x&state=x", ["甲", "方言甲", "乙", "读本"]),
    ],
)
def test_it_narrows_the_library_down(as_, clerk, neighbour, reviewer, query, expected):
    original = recorded_material(clerk, "甲")
    recorded_material(clerk, "方言甲", version_of=original, language="椒江话")
    selected = recorded_material(neighbour, "乙")
    material_actions.move_material(selected, MaterialMove.SELECT, revision=1, by=reviewer)
    recorded_material(clerk, "读本", kind="textbooks", finished_on=None)
    assert titles(Screen(as_(reviewer).get(LIBRARY + query))) == expected


def test_the_city_reads_who_is_short_by_accepted_returns(as_, reviewer):
    linhai = membership("linhai-preparer")
    accepted(linhai, row("临海社区学院", 1, 41, 0, 0, 1))
    recorded_material(membership("wenling-preparer"), year=2022, finished_on=date(2022, 2, 1))
    screen = Screen(as_(reviewer).get("/taizhou/materials/?year=2022"))
    assert screen.rows("临海")[0][1:4] == ["1", "1", f"0 ≠{zh('differs')}"]
    short = zh("%(number)s short", number=1)
    assert screen.rows("温岭")[0][1:4] == ["1", f"— {short}", f"1 ≠{zh('differs')}"]


def test_a_library_in_a_file_says_the_same(as_, clerk, reviewer):
    original = recorded_material(clerk, "=甲", maker="演示单位")
    recorded_material(clerk, "方言版", version_of=original, language="椒江话")
    address = "/taizhou/materials/export/?year=2021"
    text = as_(reviewer).get(address + "&format=csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert [[line[1], line[8]] for line in rows[1:3]] == [["'=甲", "1"], ["方言版", ""]]
    sheet = load_workbook(io.BytesIO(as_(reviewer).get(address).content)).active
    cells = {cell.value: cell.data_type for line in sheet.iter_rows() for cell in line}
    assert cells["=甲"] == "s" and "方言版" in cells


def test_a_programme_without_materials_has_no_such_pages(as_, shanghai_reviewer):
    for address in ("/shanghai/materials/", "/shanghai/survey/", "/shanghai/materials/export/"):
        assert as_(shanghai_reviewer).get(address).status_code == 404
    assert "/shanghai/materials/" not in [link.href for link in Screen(as_(shanghai_reviewer).get("/")).links]


# --- beside the return


def test_the_filing_page_counts_from_the_register_and_types_the_rest(as_, clerk):
    provider = provider_actions.add_provider(clerk.tenant, PROVIDER, by=clerk)
    material = recorded_material(
        clerk, "本季的视频", provider=provider, year=2022, finished_on=date(2022, 2, 1)
    )
    client, filing = as_(clerk), started(clerk)
    address = reverse("filing-edit", args=[filing.public_id])
    assert "本季的视频" not in Screen(client.get(address)).text
    client.post("/taizhou/materials/register/", {"is_on": "1"})
    assert RegisterSwitch.objects.get().starts_on == filing.period.starts_on
    screen = Screen(client.get(address))
    assert "本季的视频" in titles(screen) and screen.fields["row-1-provider"] == PROVIDER
    page = client.post(address, grid(filing, row(PROVIDER, 1, 41, 0, 0, "", "", ""), do="save"), follow=True)
    assert page.status_code == 200
    assert "2022年第一季度季报上报时计入。" in (Screen(client.get(material.get_absolute_url())).text)


def test_a_version_leads_to_the_materials_that_it_counts(as_, clerk, reviewer):
    provider = provider_actions.add_provider(clerk.tenant, PROVIDER, by=clerk)
    material_actions.switch_register(clerk.tenant, period().programme, is_on=True, by=clerk)
    recorded_material(clerk, "本季的视频", provider=provider, year=2022, finished_on=date(2022, 2, 1))
    version = submitted(clerk, row(PROVIDER, 1, 41, 0, 0, "", "", "")).latest
    client = as_(reviewer)
    behind = reverse("version-activities", args=[version.public_id])
    links = [
        link.href for link in Screen(client.get(reverse("version-detail", args=[version.public_id]))).links
    ]
    assert any(each.startswith(behind) for each in links)
    screen = Screen(client.get(behind))
    assert "本季的视频" in screen.text
    assert Material.objects.get().get_absolute_url() in [link.href for link in screen.links]


# --- the survey


def test_a_survey_submitted_again_with_the_former_answers_is_submitted(as_, clerk):
    survey = surveyed(clerk)
    for minute, (people, step) in enumerate([("1999", "save"), (SURVEY["people"], "submit")], start=1):
        given = SURVEY | {"people": people, "do": step, "revision": survey.revision}
        with clock.frozen(NOW + timedelta(minutes=minute)):
            assert as_(clerk).post("/taizhou/survey/edit/", given).status_code == 302
        survey.refresh_from_db()
    told = zh("What was typed since is saved, not submitted: the former answers count.")
    assert told not in Screen(as_(clerk).get(SURVEYS)).text


def test_the_survey_keeps_what_is_typed_and_names_what_is_wrong(as_, clerk):
    page = as_(clerk).post(
        "/taizhou/survey/edit/", SURVEY | {"people": "约2000", "do": "submit", "revision": 0}
    )
    screen = Screen(page)
    assert page.status_code == 422
    assert [link.href for link in screen.problems()] == ["#id_people"]
    assert screen.fields["people"] == "约2000"
    survey = Survey.objects.get()
    assert (survey.typed["people"], survey.submitted_at) == ("约2000", None)
    assert screen.fields["revision"] == "1"


def test_the_survey_is_submitted_and_added_up(as_, clerk, reviewer):
    page = as_(clerk).post("/taizhou/survey/edit/", SURVEY | {"do": "submit", "revision": 0})
    assert page.status_code == 302
    screen = Screen(as_(reviewer).get(SURVEYS))
    assert "2,000" in screen.rows("椒江")[0] and "2,000" in screen.rows(zh("Total"))[0]


def test_a_survey_that_a_colleague_saved_is_not_overwritten(as_, clerk, head):
    surveyed(head)
    page = as_(clerk).post("/taizhou/survey/edit/", SURVEY | {"people": "9", "revision": 0})
    assert page.status_code == 409
    assert Screen(page).fields["people"] == "9"
    assert Survey.objects.get().typed["people"] == "2000"


def test_progress_says_attendances_not_people(as_, clerk):
    surveyed(clerk, people="2000")
    accepted(clerk, row(PROVIDER, 20, 1000))
    screen = Screen(as_(clerk).get("/taizhou/progress/?period=2022Q1"))
    assert zh("Attendances per surveyed person") in screen.text
    assert screen.rows(zh("Attendances per person"))[0][1] == "0.50"


# --- queries


@pytest.mark.parametrize("address", ["/taizhou/materials/?year=2021", "/taizhou/survey/"])
def test_it_asks_as_often_for_three_as_for_one(as_, reviewer, address):
    counts = []
    for codes in (["jiaojiang"], ["huangyan", "luqiao"]):
        for code in codes:
            by = membership(f"{code}-preparer")
            original = recorded_material(by)
            recorded_material(by, "方言版", version_of=original, language="方言")
            surveyed(by)
        counts.append(queries(as_(reviewer), address))
    assert counts[0] == counts[1]
    assert period().programme.materials
