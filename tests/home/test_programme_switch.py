"""One office, two programmes: every page says which one it is about, and leads to the other."""

import json

import pytest
from django.core.management import CommandError, call_command

from reporting.models import Filing
from targets import loading

from ..factories import membership, period, started, submitted
from ..screen import Screen
from ..targets.conftest import THIRD

pytestmark = pytest.mark.django_db

FIRST, SECOND = "台州市老年人智能技术日常应用普及行动", "演示市银龄数字课堂"
OFFICES = {
    "yanshi-centre": "taizhou-education",
    "yanshi-east": "jiaojiang",
    "yanshi-west": "huangyan",
    "yanshi-library": "taizhouwan",
    '"yanshi"': '"second"',
    "2023M03": "2022Q1",  # a code that the other programme has as well
    "2023": "2022",
}
# Pages whose address names no programme.
PLAIN = ["/", "/filings/", "/exports/", "/providers/", "/history/"]


@pytest.fixture
def second(tmp_path):
    """Another programme of the same office, loaded from a fixture."""
    text = json.dumps(
        [each for each in json.loads(THIRD.read_text("utf-8")) if each["model"] != "portal.tenant"]
    )
    for theirs, ours in OFFICES.items():
        text = text.replace(theirs, ours)
    path = tmp_path / "second.json"
    path.write_text(text, encoding="utf-8")
    loading.load([path])


@pytest.fixture
def office(as_, clerk):
    return as_(clerk)


def in_header(client, address) -> dict[str, str]:
    """{programme: where its entry of the menu leads}; the programme that one is in under ""."""
    response = client.get(address)
    assert response.status_code == 200, address
    context = response.context
    switch = {each["programme"].name: each["url"] for each in context["programme_switch"]}
    header = response.content.decode().split('<header class="site-header">')[1].split("</header>")[0]
    assert all(f'href="{url}"' in header for url in switch.values())
    (current,) = [each["programme"].name for each in context["programme_switch"] if each["current"]]
    assert context["programme"].name == current
    return switch | {"": current}


def test_an_office_with_one_programme_has_nothing_to_choose(office):
    response = office.get("/")
    assert response.context["programme_switch"] == []
    assert "?programme=" not in response.content.decode()


@pytest.mark.parametrize(
    "page", [*PLAIN, "/taizhou/rollup/", "/taizhou/periods/2022Q1/", "/account/sessions/"]
)
def test_every_page_leads_to_the_other_programme(office, second, page):
    there = in_header(office, page)[SECOND]
    assert in_header(office, there)[""] == SECOND


@pytest.mark.parametrize("name", ["rollup", "progress", "board", "periods", "definitions", "targets"])
def test_it_leads_to_the_same_page_of_the_other(office, second, name):
    assert in_header(office, f"/taizhou/{name}/")[SECOND] == f"/second/{name}/"
    assert in_header(office, f"/second/{name}/")[FIRST] == f"/taizhou/{name}/"


def test_where_the_other_has_no_such_page_it_leads_to_its_first(office, second):
    assert in_header(office, "/taizhou/materials/")[SECOND] == "/?programme=second"


@pytest.mark.parametrize("page", PLAIN)
def test_a_page_without_it_in_its_address_stays_in_the_one_looked_at_last(office, second, page):
    office.get("/second/board/")
    assert in_header(office, page)[""] == SECOND
    office.get("/taizhou/board/")
    assert in_header(office, page)[""] == FIRST


def test_the_navigation_is_the_one_of_the_programme(office, second):
    links = {each.href for each in Screen(office.get("/?programme=second")).links}
    assert {"/second/rollup/", "/second/periods/", "/filings/?programme=second"} <= links
    assert "/taizhou/rollup/" not in links
    assert "月报" in [each["label"] for each in office.get("/").context["navigation"]]


def test_a_return_is_its_own_programmes_whatever_was_looked_at(office, clerk, second):
    filing = started(clerk, "2022Q1", "second")
    other = started(clerk)
    for chosen in ("taizhou", "second"):
        office.get(f"/{chosen}/board/")
        assert in_header(office, f"/filings/{filing.public_id}/edit/")[""] == SECOND
        office.get(f"/{chosen}/board/")
        assert in_header(office, f"/filings/{other.public_id}/edit/")[""] == FIRST


def test_a_version_and_what_belongs_to_it_is_its_returns(office, clerk, second):
    version = submitted(clerk).latest
    office.get("/second/board/")
    assert in_header(office, f"/versions/{version.public_id}/")[""] == FIRST


def test_the_list_of_returns_is_the_programmes(office, clerk, second):
    filing, other = started(clerk, "2022Q1", "second"), started(clerk)
    links = {each.href for each in Screen(office.get("/filings/?programme=second")).links}
    assert filing.get_absolute_url() in links
    assert other.get_absolute_url() not in links
    links = {each.href for each in Screen(office.get("/filings/?programme=taizhou")).links}
    assert other.get_absolute_url() in links


def test_my_tasks_are_those_of_both_and_say_whose_they_are(office, as_, reviewer, clerk, second):
    text = Screen(office.get("/")).text.partition("我的任务")[2]
    assert text.count(FIRST) and text.count(SECOND)
    submitted(clerk)
    waiting = as_(reviewer).get("/").content.decode().split('id="waiting"')[1].split("</section>")[0]
    assert FIRST in waiting


@pytest.mark.parametrize("name", ["shanghai", "nothing", ""])
def test_anothers_programme_is_not_chosen(office, second, name):
    assert in_header(office, f"/?programme={name}")[""] == FIRST


def test_exports_begin_with_the_programme_that_one_is_in(office, second):
    office.get("/second/board/")
    assert office.get("/exports/").context["span"].programme.code == "second"


def test_a_command_asks_which_one_where_two_have_the_period(second, clerk):
    arguments = ["nil", "--tenant", "jiaojiang", "--period", "2022Q1", "--by", "jiaojiang-preparer"]
    started(clerk)
    with pytest.raises(CommandError, match="taizhou、second"):
        call_command("move_filing", *arguments)
    call_command("move_filing", *arguments, "--programme", "taizhou")
    assert Filing.objects.get(period=period(), tenant=clerk.tenant).status == "submitted"


def test_acting_for_another_office_is_its_programme(as_, second):
    client = as_(membership("jiaojiang-preparer"))
    client.get("/second/board/")
    client.force_login(membership("sh-bigdata-preparer").user)
    assert client.get("/").context["programme"].code == "shanghai"
