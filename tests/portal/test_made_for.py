"""A form acts for the unit that its page was made for, or for none: whoever switches in another tab overwrites nothing."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal import acting
from portal.models import HistoryEntry, Membership, User
from reporting.models import Filing, Material, Provider, Survey

from ..access.doors import address_of
from ..access.matrix import MATRIX
from ..access.routes import named
from ..factories import SURVEY, membership, submitted, tenant
from ..page_forms import WHO, Forms, addresses, pages
from ..screen import Screen

pytestmark = pytest.mark.one_database("sqlite")

# What a person does for themselves, or to choose the unit: the unit decides nothing there.
OF_THE_PERSON = {"membership-switch", "signed-in-again"}
FOR_A_UNIT = [
    name
    for name, methods in MATRIX.items()
    if "POST" in methods
    and not {"self", "anyone"} & set(methods["POST"].values())
    and "public_id" not in named()[name].parameters
    and name not in OF_THE_PERSON
]


@pytest.mark.slow("every page of six people")
def test_every_form_says_for_which_unit_and_every_page_says_who_acts(scene, as_):
    """Of those too who work for one unit only."""
    reached, everywhere = set(), addresses(scene)
    for name in WHO:
        by, silent = membership(name), []
        for address, text in pages(as_(by), everywhere):
            header = re.search(r'<header class="site-header">.*?</header>', text, re.DOTALL)
            assert header and by.tenant.short_name in header[0], address
            forms = Forms(text, address).found
            reached |= {form.route for form in forms}
            silent += [form.action for form in forms if form.given.get("made_for") != acting.made_for(by)]
        assert silent == []
    unreached = {name for name in FOR_A_UNIT if name not in reached}
    assert unreached == set()


# --- two units, two tabs


@pytest.fixture
def of_two(db) -> User:
    """Who fills in for 三门, the unit to begin with, and for 玉环."""
    user = membership("sanmen-preparer").user
    Membership.objects.create(user=user, tenant=tenant("yuhuan"), role="preparer")
    return user


@pytest.fixture
def tab(of_two) -> Client:
    client = Client()
    client.force_login(of_two)
    switch(client, "sanmen")
    return client


def unit(user: User, code: str) -> Membership:
    return user.memberships.get(tenant__code=code)


def switch(client: Client, code: str) -> None:
    """In whichever tab: the session is the same."""
    user = User.objects.get(pk=client.session["_auth_user_id"])
    address = reverse("membership-switch")
    assert client.post(address, {"membership": str(unit(user, code).public_id)}).status_code == 302


def hidden_of(answer) -> dict[str, str]:
    """The fields of the form that came back."""
    address = answer.wsgi_request.get_full_path()
    return next(
        form.given | form.primary
        for form in Forms(answer.content.decode(), address).found
        if form.action == address
    )


def unit_on(client: Client, address: str) -> dict[str, str]:
    return {"made_for": Screen(client.get(address)).fields["made_for"]}


FACTS = {"kind": "videos", "title": "演示视频", "maker": "演示", "year": "2022"}
STORIES = {
    "survey": ("/taizhou/survey/edit/", {**SURVEY, "revision": "0", "do": "save"}, Survey),
    "material": ("/taizhou/materials/add/", FACTS, Material),
    "provider": ("/providers/", {"name": "演示学堂"}, Provider),
    "return": ("/filings/start/", {"programme": "taizhou", "period": "2022Q1"}, Filing),
}


@pytest.mark.parametrize(("address", "typed", "model"), STORIES.values(), ids=STORIES)
def test_it_refuses_what_was_typed_for_the_other_unit_and_keeps_it(of_two, tab, address, typed, model):
    page = "/" if address == "/filings/start/" else address
    sent = typed | unit_on(tab, page)
    switch(tab, "yuhuan")
    entries = HistoryEntry.objects.count()

    answer = tab.post(address, sent)

    text = Screen(answer).text
    assert answer.status_code == 409
    assert "这个页面是“三门县教育局”的，而您现在以“玉环市教育局”的身份操作" in text
    assert (
        model.objects.filter(tenant__code__in=["sanmen", "yuhuan"]).count(),
        HistoryEntry.objects.count(),
    ) == (0, entries)
    kept = hidden_of(answer)
    assert {name: kept[name] for name in typed} == typed

    assert tab.post(address, kept).status_code == 302
    assert [each.tenant.code for each in model.objects.filter(tenant__code__in=["sanmen", "yuhuan"])] == [
        "sanmen"
    ]
    assert acting.made_for(unit(of_two, "sanmen")) == unit_on(tab, "/")["made_for"]


def test_files_are_chosen_again(tab):
    sent = unit_on(tab, "/ledger/import/")
    switch(tab, "yuhuan")
    answer = tab.post("/ledger/import/", sent | {"file": SimpleUploadedFile("台账.xlsx", b"PK")})
    assert answer.status_code == 409
    assert "文件" in Screen(answer).text


@pytest.mark.parametrize("name", FOR_A_UNIT)
def test_nothing_is_done_in_another_units_name(of_two, tab, name):
    """At each address that names no object: for the other unit, for one that has ended, for somebody else's, for none."""
    switch(tab, "yuhuan")
    stranger = acting.made_for(membership("yuhuan-preparer"))
    for said in (acting.made_for(unit(of_two, "sanmen")), stranger, stranger.replace(":", ""), "", None):
        answer = tab.post(address_of(name), {} if said is None else {"made_for": said})
        assert (said, answer.status_code) == (said, 409)
        script = {"Accept": "application/json"} | ({} if said is None else {acting.HEADER: said})
        assert (said, tab.post(address_of(name), headers=script).status_code) == (said, 409)
    own = {"made_for": acting.made_for(unit(of_two, "yuhuan"))}
    assert tab.post(address_of(name), own).status_code != 409 or name == "release-publish"


def test_a_unit_that_one_works_for_no_longer_is_named_and_not_offered(of_two, tab):
    sent = {"name": "演示学堂"} | unit_on(tab, "/providers/")
    Membership.objects.filter(pk=unit(of_two, "sanmen").pk).update(is_active=False)
    answer = tab.post("/providers/", sent)
    assert (answer.status_code, "三门县教育局" in Screen(answer).text) == (409, True)
    assert tab.post("/providers/", sent).status_code == 409
    assert not Provider.objects.filter(name="演示学堂").exists()


def test_a_script_of_somebody_of_one_unit_need_not_say_it(as_, clerk):
    assert as_(clerk).post("/providers/", {"name": "演示学堂"}).status_code == 302


def test_a_form_about_a_return_acts_as_its_page_did(as_):
    """市本级's return is seen by who files it and by who reviews it; somebody is both."""
    clerk = membership("taizhou-rtvu-preparer")
    Membership.objects.create(user=clerk.user, tenant=tenant("taizhou-education"), role="reviewer")
    filing, client = submitted(clerk), as_(clerk)
    switch(client, "taizhou-rtvu")
    address = reverse("filing-recall", args=[filing.public_id])
    sent = {"revision": filing.revision} | unit_on(client, address)
    switch(client, "taizhou-education")
    assert client.post(address, {"revision": filing.revision}).status_code == 403
    assert client.post(address, sent).status_code == 302
