"""Every route × every role × every relation × every method × every state, against the matrix."""

import uuid

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import reverse

from portal.models import Membership, User
from portal.sessions import PASSWORD_DUE
from tests.factories import membership, period
from tests.factories import tenant as tenant_of

from . import oracle, world
from .asking import Asker, comparable, undone
from .cast import ABOVE, CITY, COUNTY, DISTRICT, PILLAR, PROGRAMME, SHANGHAI, SIBLING
from .matrix import DONE_WITH_CODES, KEPT, MATRIX, SHOWN_ONCE, STEPS, WITHOUT_ACCOUNT
from .routes import METHODS, named, offered

BY_ID = {
    "return": [
        name for name in MATRIX if name.startswith("filing-") and name not in ("filing-list", "filing-start")
    ]
    + ["import-template", "import-new", "evidence-new"],
    "evidence": ["evidence-file", "evidence-remove", "evidence-restore"],
    "import": ["import-detail", "import-file"],
    "version": ["version-detail", "version-attachment", "version-print", "version-activities"],
    "export": ["export-detail", "export-file", "export-cancel"],
    "release": ["release-detail", "release-workbook", "release-json"],
    "person": ["person-set-active", "person-reset-codes"],
    "reminder": ["reminder-again"],
    "provider": ["provider-edit", "provider-ledger"],
    "activity": [
        "activity-detail",
        "activity-edit",
        "activity-withdraw",
        "activity-files",
        "duplicate-decide",
    ],
    "activity file": ["activity-file", "activity-file-withdraw"],
    "material": ["material-detail", "material-edit", "material-withdraw", "material-move", "material-files"],
    "material file": ["material-file", "material-file-withdraw"],
    "survey file": ["survey-file"],
    "service point": ["service-point-edit", "service-point-check"],
    "operator": ["operator-check", "operator-end"],
}
THINGS = {name for names in BY_ID.values() for name in names}
PERIODS = [name for name, route in named().items() if "period" in route.parameters]
PROGRAMMES = [
    name for name, route in named().items() if "programme" in route.parameters and name not in PERIODS
]
PAGES = sorted(set(MATRIX) - THINGS - set(PROGRAMMES) - set(PERIODS) - {"invitation-accept"})
WITH_HEAD = {
    "submitted",
    "missing",
    "done",
    "published",
    "active",
    "waiting",
    "collected",
}  # HEAD follows GET; it is asked in one state of a return
NOTHING = uuid.UUID("0f0e0d0c-0b0a-4908-8706-050403020100")
WITH_TENANT = ["rollup", "rollup-attachment"]
SIGN_IN = {"sign-in", "account_login"}  # who is signed in already is led on
NOWHERE = {"PUT", "PATCH", "DELETE", "OPTIONS"}  # refused before anybody asks who is there
NEED_ACCOUNT = [name for name in MATRIX if name not in WITHOUT_ACCOUNT]


OFFERED: dict[str, set[str]] = {}


def findings(askers: list[Asker]) -> list[str]:
    return [line for each in askers for line in each.wrong]


def methods_of(name: str) -> list[str]:
    """The methods of the matrix, and HEAD where the route turned out to offer it beside GET."""
    return [*MATRIX[name], *(["HEAD"] if "HEAD" in OFFERED.get(name, ()) else [])]


def is_public(name: str) -> bool:
    return "anyone" in str(MATRIX[name])


def address_of(name: str) -> str:
    """An address of the route, of nothing in particular."""
    given = {
        "public_id": uuid.uuid4(),
        "programme": "taizhou",
        "period": world.PERIOD,
        "token": "no-such-token",
        "provider_id": "no-such-provider",
    }
    return reverse(name, kwargs={each: given[each] for each in named()[name].parameters})


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
    """Known by asking; HEAD may come with GET. Whatever is not offered is 405 to everybody who is signed in."""
    who = membership("taizhou-education-administrator")
    found = offered(Client if name in SIGN_IN else lambda: as_(who), address_of(name))
    OFFERED[name] = found
    assert found - {"HEAD"} == set(MATRIX[name])
    for each in fresh:
        for method in set(METHODS) - found:
            is_known = each.persona.is_signed_in or is_public(name) or method in NOWHERE
            each.cell(method, address_of(name), 405 if is_known else 302, is_public=is_public(name))
    assert findings(fresh) == []


@pytest.mark.parametrize(("username", "state"), world.RETURNS)
def test_it_answers_for_returns(fresh, username, state):
    filing, version = world.make_return(username, state)
    for thing in (filing, version) if version else (filing,):
        ask_about(thing, fresh)
    assert findings(fresh) == []


@pytest.mark.parametrize("kind", BY_ID)
def test_it_answers_for_what_does_not_exist(fresh, kind):
    ask_about(world.missing(kind), fresh)
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
    for provider in world.make_providers():
        ask_about(provider, fresh)
    assert findings(fresh) == []


@pytest.mark.parametrize("state", ["uncounted", "counted"])
def test_it_answers_for_activities(fresh, state):
    for activity in world.make_activities(state):
        ask_about(activity, fresh)
    assert findings(fresh) == []


@pytest.mark.parametrize("state", ["uncounted", "counted"])
def test_it_answers_for_files_of_activities(fresh, settings, tmp_path, state):
    settings.MEDIA_ROOT = tmp_path
    for file in world.make_activity_files(state):
        ask_about(file, fresh)
    assert findings(fresh) == []


@pytest.mark.parametrize("state", ["collected", "counted", "selected"])
def test_it_answers_for_files_of_materials(fresh, settings, tmp_path, state):
    settings.MEDIA_ROOT = tmp_path
    for file in world.make_material_files(state):
        ask_about(file, fresh)
    assert findings(fresh) == []


@pytest.mark.parametrize("state", ["typed", "submitted"])
def test_it_answers_for_work_plans(fresh, settings, tmp_path, state):
    settings.MEDIA_ROOT = tmp_path
    for file in world.make_survey_files(state):
        ask_about(file, fresh)
    assert findings(fresh) == []


@pytest.mark.parametrize("state", ["collected", "selected", "withdrawn"])
def test_it_answers_for_materials(fresh, settings, tmp_path, state):
    settings.MEDIA_ROOT = tmp_path
    for material in world.make_materials(state):
        ask_about(material, fresh)
    assert findings(fresh) == []


def test_it_answers_for_service_points(fresh):
    for point in world.make_service_points():
        ask_about(point, fresh)
    assert findings(fresh) == []


@pytest.mark.parametrize("state", ["active", "ended"])
def test_it_answers_for_operators(fresh, state):
    for operator in world.make_operators(state):
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
def test_it_resets_the_codes_only_of_whom_one_administers_everywhere(fresh, username, by, expected):
    each = next(each for each in fresh if each.persona.username == by)
    world.set_up_codes(User.objects.get(username=username))
    for member in Membership.objects.filter(user__username=username).select_related("tenant"):
        own = each.persona.at[0][0]
        related = oracle.relation(own, member.tenant.code)
        address = reverse("person-reset-codes", args=[member.public_id])
        status = 404 if related == "foreign" else expected
        each.cell("POST", address, status, moves=status == 302)
    assert findings(fresh) == []


def ask_about(thing: world.Thing, askers: list[Asker]) -> None:
    for name in BY_ID[thing.kind]:
        address, missing = (reverse(name, args=[each]) for each in (thing.public_id, NOTHING))
        for each in askers:
            for method in methods_of(name) if thing.state in WITH_HEAD else MATRIX[name]:
                expected = oracle.for_thing(name, method, each.persona, thing)
                is_move = (
                    method == "POST" and expected == oracle.done(name, method) and each.persona.is_signed_in
                )
                data = thing.data if method == "POST" else None
                if name == "filing-autosave":
                    data = world.autosaved(each.persona.username)
                each.cell(
                    method,
                    address,
                    expected,
                    data=data,
                    about=f"({thing})",
                    missing=missing,
                    moves=is_move,
                    keeps=(name, method) in KEPT,
                    marks=SHOWN_ONCE.get(name, ""),
                )


@pytest.mark.parametrize("name", PAGES)
def test_it_answers_for_pages(fresh, name):
    for each in fresh:
        for method in methods_of(name):
            expected = oracle.for_page(name, method, each.persona)
            data = form(name, each) if method == "POST" else None
            each.cell(method, address_of(name), expected, data=data, is_public=is_public(name))
    assert findings(fresh) == []


@pytest.mark.parametrize("is_required", [False, True])
def test_it_answers_for_who_has_codes(fresh, settings, is_required):
    """The pages of the second factor; who needs codes cannot switch them off."""
    settings.REQUIRE_TOTP = is_required
    for each in fresh:
        if not each.persona.is_signed_in:
            continue
        world.set_up_codes(User.objects.get(username=each.persona.username))
        is_held = is_required and needs_codes(each)
        for name in [name for name in PAGES if "mfa_" in name or name in ("home", "account_reauthenticate")]:
            for method in methods_of(name):
                asked = "GET" if method == "HEAD" else method
                expected = DONE_WITH_CODES.get((name, asked), oracle.for_page(name, method, each.persona))
                if is_held and (name, method) == ("mfa_deactivate_totp", "POST"):
                    expected = 422
                shown = SHOWN_ONCE.get(name, "")
                each.cell(method, address_of(name), expected, about="with codes", marks=shown)
    assert findings(fresh) == []


def needs_codes(each: Asker) -> bool:
    return any(role in ("reviewer", "administrator") for _code, role in each.persona.at)


@pytest.mark.parametrize("step", STEPS)
def test_it_leads_everything_to_a_step_that_is_due(fresh, settings, step):
    filing, version = world.make_return("jiaojiang-preparer", "submitted")
    for each in fresh:
        if not each.persona.is_signed_in:
            continue
        if step == "mfa_activate_totp":
            settings.REQUIRE_TOTP = True
            if not needs_codes(each):
                continue
        else:
            session = SessionStore(each.session)
            session[PASSWORD_DUE] = True
            session.save()
        for name in NEED_ACCOUNT:
            about = filing if name in BY_ID["return"] else version if name in BY_ID["version"] else None
            for method in MATRIX[name]:
                address = reverse(name, args=[about.public_id]) if about else address_of(name)
                if name in STEPS[step]:
                    each.cell(method, address, oracle.for_page(name, method, each.persona))
                else:
                    each.cell(method, address, 302, gate=reverse(step), about=f"({step} is due)")
    assert findings(fresh) == []


HERE = {"Origin": "http://testserver"}


def test_it_gives_a_form_back_that_comes_too_late(fresh):
    """To a form of this site alone, word for word the same whatever the address names."""
    filing, _version = world.make_return("jiaojiang-preparer", "submitted")
    typed = {"reason": "typed before the end"}
    for each in fresh:
        if each.persona.is_signed_in:
            continue
        for name in [name for name in NEED_ACCOUNT if "POST" in MATRIX[name]]:
            is_return = name in BY_ID["return"]
            address = reverse(name, args=[filing.public_id]) if is_return else address_of(name)
            each.cell("POST", address, 401, data=typed, headers=HERE, about="(late)")
            for origin in ({}, {"Origin": "null"}, {"Origin": "https://elsewhere.example"}):
                each.cell("POST", address, 302, data=typed, headers=origin, about=f"(late, {origin})")
            for one in ({"code": "1"}, {"oldpassword": "x"}, {}):
                each.cell("POST", address, 302, data=one, headers=HERE, about=f"(late, {one})")
            with undone():
                answer, _written = each.ask("POST", address, typed, HERE)
                assert typed["reason"] in answer.content.decode()
                if is_return:
                    nothing = reverse(name, args=[NOTHING])
                    other, _written = each.ask("POST", nothing, typed, HERE)
                    assert comparable(answer, address) == comparable(other, nothing)
    assert findings(fresh) == []


@pytest.mark.parametrize("headers", [{"Accept": "application/json"}, {"HX-Request": "true"}])
def test_it_tells_a_script_that_nobody_is_signed_in(fresh, headers):
    for each in fresh:
        if not each.persona.is_signed_in:
            for name in NEED_ACCOUNT:
                for method in MATRIX[name]:
                    each.cell(method, address_of(name), 401, headers=headers, about=str(headers))
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
    world.designate_operators()
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
def test_it_takes_no_foreign_reference_in_a_form(fresh, name, username, data, expected):
    if name == "membership-switch":
        other = Membership.objects.filter(user__username=data).first()
        data = {"membership": other.public_id}
    elif name == "session-end":
        data = {"session": UserSession.objects.get(user__username=data).pk}
    elif name == "person-invite":
        data = {"full_name": "丁", "role": "head", "tenant": tenant_of(data).public_id}
    each = next(each for each in fresh if each.persona.username == username)
    each.cell("POST", reverse(name), expected, data=data)
    assert findings(fresh) == []


def test_it_knows_its_own_tree(fresh):
    """The oracle's tree by hand is the loaded one."""
    for code, above in ABOVE.items():
        found = tenant_of(code)
        assert [each.code for each in reversed(type(found).objects.get_ancestors(found))] == list(above)
    assert period(world.PERIOD, "shanghai").closes_at > world.NOW
    assert {PILLAR, DISTRICT} <= set(ABOVE)
