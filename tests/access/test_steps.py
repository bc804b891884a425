"""Who has codes, who has a step to take first, and who is not signed in any more: the matrix at those doors."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse

from portal.models import User
from portal.sessions import PASSWORD_DUE

from ..selection import few
from . import oracle, world
from .asking import Asker, comparable, undone
from .doors import BY_ID, NEED_ACCOUNT, PAGES, address_of, findings, methods_of
from .matrix import DONE_WITH_CODES, MATRIX, SHOWN_ONCE, STEPS

pytestmark = [pytest.mark.one_database("sqlite"), pytest.mark.slow("every address for each of the cast")]


@pytest.mark.parametrize("is_required", [False, True])
def test_it_shows_the_second_factor_to_those_who_have_codes(fresh, settings, is_required):
    """The pages of the second factor; who needs codes cannot switch them off."""
    settings.REQUIRE_TOTP = is_required
    for each in few([each for each in fresh if each.persona.is_signed_in], 5):
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
    """Who asks decides nothing here: every day one or two of the cast."""
    filing, version = world.make_return("jiaojiang-preparer", "submitted")
    settings.REQUIRE_TOTP = step == "mfa_activate_totp"
    held = [
        each
        for each in fresh
        if each.persona.is_signed_in and (needs_codes(each) or not settings.REQUIRE_TOTP)
    ]
    for each in few(held, 2):
        if not settings.REQUIRE_TOTP:
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
                    nothing = reverse(name, args=[world.NOTHING])
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
