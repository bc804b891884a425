"""Every route × every role × every relation × every method × every state, against the matrix."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from portal.models import Membership, User

from ..factories import membership, period
from ..factories import tenant as tenant_of
from ..selection import IS_WHOLE, few
from . import oracle, registers, world
from .asking import Asker
from .cast import ABOVE, CAST, CITY, COUNTY, DISTRICT, EVERYDAY, PILLAR, PROGRAMME, SHANGHAI, SIBLING
from .doors import (
    ANSWERED,
    BY_ID,
    NOWHERE,
    OFFERED,
    PAGES,
    PERIODS,
    PROGRAMMES,
    SIGN_IN,
    THINGS,
    WITH_TENANT,
    address_of,
    ask_about,
    findings,
    is_public,
    methods_of,
)
from .matrix import MATRIX
from .routes import METHODS, named, offered

pytestmark = [pytest.mark.one_database("sqlite"), pytest.mark.slow("thousands of cells")]


def test_every_parameter_of_every_route_is_exercised():
    known = {
        "return": {"public_id"},
        "programme": {"programme"},
        "period": {"period"},
        "token": {"token"},
        "provider": {"provider_id"},
    }
    used = {parameter for route in named().values() for parameter in route.parameters}
    assert used == set().union(*known.values())
    assert {name for name, route in named().items() if "public_id" in route.parameters} == THINGS


@pytest.mark.parametrize("name", MATRIX)
def test_it_offers_the_methods_of_the_matrix(fresh, as_, name):
    """Known by asking; HEAD may come with GET. Whatever is not offered is 405 to everybody who is signed in.

    What is refused before anybody asks who is there is asked by nobody and by one person; the rest, every day, by four
    of the cast: who asks decides nothing about a method."""
    who = membership("taizhou-education-administrator")
    found = offered(Client() if name in SIGN_IN else as_(who), address_of(name))
    OFFERED[name] = found
    assert found - {"HEAD"} == set(MATRIX[name])
    for method in set(METHODS) - found:
        for each in fresh[:2] if method in NOWHERE else few(fresh, 4):
            is_known = each.persona.is_signed_in or is_public(name) or method in NOWHERE
            each.cell(method, address_of(name), 405 if is_known else 302, is_public=is_public(name))
    assert findings(fresh) == []


@pytest.mark.parametrize("kind", BY_ID)
def test_it_answers_for_what_does_not_exist(fresh, kind):
    """And so that what follows can be compared with it."""
    ask_about(world.missing(kind), fresh)
    assert findings(fresh) == []


# Every day a county's return in the states that somebody else may meet or not, a district's and one of two roles; in
# script/assure everybody's in every state.
OF_A_DAY = {
    *[("jiaojiang-preparer", state) for state in ("draft", "submitted", "returned", "accepted", "closed")],
    *[("sh-huangpu-preparer", "submitted"), ("dual", "submitted")],
}


@pytest.mark.parametrize(
    ("username", "state"), [each for each in world.RETURNS if IS_WHOLE or each in OF_A_DAY]
)
def test_it_answers_for_returns(fresh, username, state):
    filing, version = world.make_return(username, state)
    for thing in (filing, version) if version else (filing,):
        ask_about(thing, fresh)
    assert findings(fresh) == []


def test_it_answers_for_exports(fresh, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for job in world.make_exports():
        ask_about(job, fresh)
    assert findings(fresh) == []


@pytest.mark.parametrize("code", [CITY, SHANGHAI])
def test_it_answers_for_releases(fresh, code):
    ask_about(world.make_release(code), fresh)
    assert findings(fresh) == []


@pytest.mark.parametrize("programme", ["taizhou", "shanghai"])
def test_it_publishes_and_weighs_for_the_lead_alone(fresh, programme):
    """With everything in the form that the page itself would send."""
    publishing, weighing = world.form_of_release(programme), world.form_of_weights(programme)
    for name, data in [("release-publish", publishing), ("assessment-weights", weighing)]:
        for each in fresh:
            expected = oracle.for_programme(name, "POST", each.persona, programme)
            expected = 302 if expected == oracle.done(name, "POST") else expected
            address = reverse(name, args=[programme])
            is_done = expected == 302 and each.persona.is_signed_in
            each.cell("POST", address, expected, data=data, moves=is_done)
    assert findings(fresh) == []


@pytest.mark.parametrize("state", ["waiting", "confirmed"])
def test_it_answers_for_imports(fresh, settings, tmp_path, state):
    settings.MEDIA_ROOT = tmp_path
    for imported in world.make_imports(state):
        ask_about(imported, fresh)
    assert findings(fresh) == []


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_it_answers_for_attached_files(fresh, settings, tmp_path, state):
    settings.MEDIA_ROOT = tmp_path
    for evidence in world.make_files(state):
        ask_about(evidence, fresh)
    assert findings(fresh) == []


def test_a_removed_file_is_not_there_but_for_who_may_put_it_back(fresh, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for evidence in world.make_files("removed"):
        for each in fresh:
            for name in BY_ID["evidence"]:
                expected = oracle.for_thing(
                    name, "POST" if name.endswith("store") else "GET", each.persona, evidence
                )
                is_gone = not name.endswith("store") and each.persona.is_signed_in
                address = reverse(name, args=[evidence.public_id])
                method = "POST" if name.endswith("store") else "GET"
                each.cell(
                    method,
                    address,
                    404 if is_gone else expected,
                    moves=expected == 302 and each.persona.is_signed_in and not is_gone,
                )
    assert findings(fresh) == []


@pytest.mark.parametrize("state", ["sent", "withheld", "dead", "waiting", "sending"])
def test_it_answers_for_reminders(fresh, state):
    for reminder in world.make_reminders(state):
        ask_about(reminder, fresh)
    assert findings(fresh) == []


def test_it_answers_for_providers(fresh):
    for provider in registers.make_providers():
        ask_about(provider, fresh)
    assert findings(fresh) == []


@pytest.mark.parametrize("state", ["uncounted", "counted"])
def test_it_answers_for_activities(fresh, state):
    for activity in registers.make_activities(state):
        ask_about(activity, fresh)
    assert findings(fresh) == []


@pytest.mark.parametrize("state", ["uncounted", "counted"])
def test_it_answers_for_files_of_activities(fresh, settings, tmp_path, state):
    settings.MEDIA_ROOT = tmp_path
    for file in registers.make_activity_files(state):
        ask_about(file, fresh)
    assert findings(fresh) == []


@pytest.mark.parametrize("state", ["collected", "counted", "selected"])
def test_it_answers_for_files_of_materials(fresh, settings, tmp_path, state):
    settings.MEDIA_ROOT = tmp_path
    for file in registers.make_material_files(state):
        ask_about(file, fresh)
    assert findings(fresh) == []


@pytest.mark.parametrize("state", ["typed", "submitted"])
def test_it_answers_for_work_plans(fresh, settings, tmp_path, state):
    settings.MEDIA_ROOT = tmp_path
    for file in registers.make_survey_files(state):
        ask_about(file, fresh)
    assert findings(fresh) == []


@pytest.mark.parametrize("state", ["typed", "submitted", "sent back"])
def test_it_answers_for_surveys(fresh, state):
    for survey in registers.make_surveys(state):
        ask_about(survey, fresh)
    assert findings(fresh) == []


@pytest.mark.parametrize("state", ["collected", "selected", "withdrawn"])
def test_it_answers_for_materials(fresh, settings, tmp_path, state):
    settings.MEDIA_ROOT = tmp_path
    for material in registers.make_materials(state):
        ask_about(material, fresh)
    assert findings(fresh) == []


def test_it_answers_for_service_points(fresh):
    for point in registers.make_service_points():
        ask_about(point, fresh)
    assert findings(fresh) == []


@pytest.mark.parametrize("state", ["active", "ended"])
def test_it_answers_for_operators(fresh, state):
    for operator in registers.make_operators(state):
        ask_about(operator, fresh)
    assert findings(fresh) == []


def test_it_lets_nobody_keep_the_register_who_is_not_designated(fresh):
    """The role alone is not enough: “应安排专人负责日常操作”."""
    for each in fresh:
        if each.persona.at and each.persona.at[0][1] in ("preparer", "head"):
            expected = 403 if PROGRAMME[each.persona.at[0][0]] == "shanghai" else 404
            address = reverse("service-point-list", args=["shanghai"])
            each.cell("POST", address, expected, data={"kind": "volunteers"}, about="(not designated)")
    assert findings(fresh) == []


@pytest.mark.parametrize("state", ["active", "without codes"])
def test_it_answers_for_people(fresh, state):
    for person in world.people(state):
        ask_about(person, fresh)
    assert findings(fresh) == []


@pytest.mark.parametrize(
    ("username", "by", "expected"),
    [
        ("both", "jiaojiang-administrator", 403),
        ("both", "taizhou-education-administrator", 403),
        ("both", "shanghai-civil-affairs-administrator", 403),
        ("both", "huangyan-administrator", 404),
        ("dual", "taizhou-education-administrator", 302),
    ],
)
def test_it_resets_the_codes_only_of_whom_one_administers_everywhere(everybody, username, by, expected):
    each = next(each for each in everybody if each.persona.username == by)
    world.set_up_codes(User.objects.get(username=username))
    for member in Membership.objects.filter(user__username=username).select_related("tenant"):
        own = each.persona.at[0][0]
        related = oracle.relation(own, member.tenant.code)
        address = reverse("person-reset-codes", args=[member.public_id])
        status = 404 if related == "foreign" else expected
        each.cell("POST", address, status, moves=status == 302)
    assert findings(everybody) == []


def test_every_address_was_requested_by_the_whole_cast(request):
    """Every address of a thing, by each of its methods, by the whole cast about a thing that is there."""
    selected = {each.originalname for each in request.session.items}
    if not {name for name in globals() if name.startswith("test_")} <= selected:
        pytest.skip("not all of the matrix was selected")
    everything = {(name, method) for name in THINGS for method in MATRIX[name]}
    cast = [each.name for each in CAST if IS_WHOLE or each.name in EVERYDAY]
    left_out = {(*each, name) for each in everything for name in cast} - ANSWERED
    assert left_out == set()


@pytest.mark.parametrize("name", PAGES)
def test_it_answers_for_pages(fresh, name):
    for each in fresh:
        for method in methods_of(name):
            expected = oracle.for_page(name, method, each.persona)
            data = form(name, each) if method == "POST" else None
            each.cell(method, address_of(name), expected, data=data, is_public=is_public(name))
    assert findings(fresh) == []


def form(name: str, each: Asker) -> dict:
    """What the page's own form would send for this persona."""
    own = each.persona.at[0][0] if each.persona.at else COUNTY
    asked = {"programme": PROGRAMME[own], "period": world.PERIOD}
    mine = Membership.objects.filter(user__username=each.persona.username, tenant__code=own).first()
    return {
        "filing-start": asked,
        "provider-list": {"name": "演示学堂"},
        "export-list": asked,
        "person-invite": {"full_name": "丁", "tenant": tenant_of(own).public_id, "role": "observer"},
        "membership-switch": {"membership": mine.public_id if mine else ""},
        "set_language": {"language": "en"},
        "session-end": {"session": "others"},
    }.get(name, {})


@pytest.mark.parametrize("name", PROGRAMMES)
def test_it_answers_for_programmes(fresh, name):
    world.switch_reminders_on()
    registers.designate_operators()
    for each in fresh:
        for programme in ("taizhou", "shanghai", "nowhere"):
            for method in methods_of(name):
                expected = oracle.for_programme(name, method, each.persona, programme)
                each.cell(method, reverse(name, args=[programme]), expected)
    assert findings(fresh) == []


@pytest.mark.parametrize("name", PERIODS)
def test_it_answers_for_periods(fresh, name):
    """An open one and one that is closed; one that is not there is no period of anybody's."""
    states = {world.PERIOD: "open", world.CLOSED_PERIOD: "closed"}
    for each in fresh:
        for programme in ("taizhou", "shanghai", "nowhere"):
            filers = [code for code in ABOVE if PROGRAMME[code] == programme and ABOVE[code]]
            data = {"reason": world.REASON, "due_on": "2022-03-20"}
            data |= {"tenant": tenant_of(filers[0]).public_id} if filers else {}
            for code, state in states.items():
                for method in methods_of(name):
                    expected = oracle.for_period(name, method, each.persona, programme, state)
                    is_move = method == "POST" and expected == 302 and each.persona.is_signed_in
                    given = data if method == "POST" else None
                    address = reverse(name, args=[programme, code])
                    each.cell(method, address, expected, data=given, moves=is_move)
            nothing = reverse(name, args=[programme, "2030Q1"])
            is_known = each.persona.is_signed_in
            each.cell(next(iter(MATRIX[name])), nothing, 404 if is_known else 302)
    assert findings(fresh) == []


@pytest.mark.parametrize("name", WITH_TENANT)
def test_it_answers_for_the_tenant_in_the_address(fresh, name):
    for each in fresh:
        for code in [*ABOVE, "nowhere"]:
            programme = PROGRAMME.get(code, "taizhou")
            expected = oracle.for_programme(name, "GET", each.persona, programme, code)
            each.cell("GET", f"{reverse(name, args=[programme])}?tenant={code}", expected)
    assert findings(fresh) == []


def test_it_opens_an_invitation_to_who_holds_the_link(fresh):
    token = world.make_invitation()
    secret = "Ein-langes-Kennwort-2021"
    account = {"username": "invited", "password": secret, "again": secret}
    for each in fresh:
        address, nothing = (reverse("invitation-accept", args=[known]) for known in (token, "no-such-token"))
        each.cell("GET", address, 200, is_public=True)
        each.cell("POST", address, 302, data=account, moves=True, is_public=True)
        each.cell("GET", nothing, 404, is_public=True)
        each.cell("POST", nothing, 404, data=account, is_public=True)
    assert findings(fresh) == []


@pytest.mark.parametrize(
    ("name", "username", "data", "expected"),
    [
        ("filing-start", "jiaojiang-preparer", {"programme": "shanghai", "period": world.PERIOD}, 404),
        ("filing-start", "sh-huangpu-preparer", {"programme": "taizhou", "period": world.PERIOD}, 404),
        ("export-list", "taizhou-education-reviewer", {"programme": "shanghai", "period": world.PERIOD}, 404),
        ("export-list", "jiaojiang-observer", {"programme": "shanghai", "period": world.PERIOD}, 404),
        ("membership-switch", "jiaojiang-preparer", "huangyan-preparer", 404),
        ("membership-switch", "jiaojiang-preparer", "jiaojiang-head", 404),
        ("membership-switch", "ended", "ended", 404),
        ("session-end", "jiaojiang-preparer", "huangyan-preparer", 404),
        ("session-end", "jiaojiang-preparer", "jiaojiang-preparer", 404),  # this one ends by signing out
        ("person-invite", "jiaojiang-administrator", SIBLING, 422),
        ("person-invite", "jiaojiang-administrator", CITY, 422),
        ("person-invite", "taizhou-education-administrator", SHANGHAI, 422),
        ("person-invite", "sh-eldercare-administrator", SHANGHAI, 422),
    ],
)
def test_it_takes_no_foreign_reference_in_a_form(everybody, name, username, data, expected):
    if name == "membership-switch":
        other = Membership.objects.filter(user__username=data).first()
        data = {"membership": other.public_id}
    elif name == "session-end":
        data = {"session": UserSession.objects.get(user__username=data).pk}
    elif name == "person-invite":
        data = {"full_name": "丁", "role": "head", "tenant": tenant_of(data).public_id}
    each = next(each for each in everybody if each.persona.username == username)
    each.cell("POST", reverse(name), expected, data=data)
    assert findings(everybody) == []


def test_it_knows_its_own_tree(fresh):
    """The oracle's tree by hand is the loaded one."""
    for code, above in ABOVE.items():
        found = tenant_of(code)
        assert [each.code for each in reversed(type(found).objects.get_ancestors(found))] == list(above)
    assert period(world.PERIOD, "shanghai").closes_at > world.NOW
    assert {PILLAR, DISTRICT} <= set(ABOVE)
