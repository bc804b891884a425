"""Two-step sign-in as in real use: the server with PORTAL_DEMO=0, Chromium, and the codes that an app shows."""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect, sync_playwright

from portal import actions, clock
from portal.models import Membership

from .. import live
from ..factories import membership, tenant
from .conftest import code

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.one_database("postgresql"),
]

INITIAL, OWN = "Lvye-7-qingsong-x", "Haitang-9-yuanlin"
SET_UP, CHANGE = re.compile(r"/account/codes/activate/$"), re.compile(r"/account/password/$")
CODE, HOME = re.compile(r"/sign-in/code/$"), re.compile(r":\d+/$")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def at_nine():
    """Not at nine: these tests and their server live now."""
    with clock.frozen(datetime.now(UTC)):
        yield


@pytest.fixture
def server(transactional_db, tmp_path, at_nine) -> Iterator[live.Server]:
    process = live.Server(tmp_path)
    yield process
    process.stop()
    assert "Traceback" not in process.said()


@pytest.fixture
def open_page(chromium, server) -> Iterator[Callable[[], Page]]:
    contexts = []

    def new() -> Page:
        contexts.append(chromium.new_context(base_url=server.url, locale="zh-CN"))
        contexts[-1].set_default_timeout(20_000)
        return contexts[-1].new_page()

    yield new
    for context in contexts:
        context.close()


def sign_in(page: Page, username: str, password: str) -> None:
    page.goto("/sign-in/")
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(password)
    page.locator("form.card .is-primary").click()


def sign_out(page: Page) -> None:
    page.locator("form[action='/sign-out/'] button").dispatch_event("click")
    page.wait_for_url("**/sign-in/**")


def leads_nowhere_but(page: Page, step: re.Pattern) -> None:
    for address in ("/", "/filings/", "/history/", "/exports/", "/taizhou/rollup/", "/account/sessions/"):
        page.goto(address)
        expect(page).to_have_url(step)


def set_up_codes(page: Page) -> tuple[str, list[str]]:
    """The key that the app keeps, and the recovery codes that are shown once."""
    page.goto("/account/codes/activate/")
    type_code(page, "000000")
    expect(page.locator("#id_code_error")).to_be_visible()
    key = page.locator("#key").inner_text()
    type_code(page, code(key))
    shown = page.locator("#codes").input_value().split()
    return key, shown


def type_code(page: Page, text: str) -> None:
    page.locator("[name=code]").fill(text)
    page.locator("main form .is-primary").first.click()


@pytest.fixture
def reviewer(server, open_page) -> Page:
    """Somebody who has just made an account from an invitation to review at the city."""
    by = membership("taizhou-education-administrator")
    _invitation, token = actions.invite(
        tenant=tenant("taizhou-education"), role="reviewer", full_name="新来的（演示）", by=by
    )
    page = open_page()
    page.goto(f"/invitations/{token}/")
    page.locator("[name=username]").fill("new-reviewer")
    for field in ("password", "again"):
        page.locator(f"[name={field}]").fill(OWN)
    page.locator("form.card .is-primary").click()
    expect(page).to_have_url(SET_UP)
    return page


def test_a_reviewer_sets_codes_up_first_and_signs_in_with_them(reviewer, open_page):
    leads_nowhere_but(reviewer, SET_UP)
    key, recovery = set_up_codes(reviewer)
    assert len(recovery) == 10
    reviewer.goto("/filings/")
    expect(reviewer).to_have_url(re.compile(r"/filings/$"))
    sign_out(reviewer)

    page = open_page()
    sign_in(page, "new-reviewer", OWN)
    expect(page).to_have_url(CODE)
    page.goto("/filings/")  # the password alone opens nothing
    expect(page).to_have_url(CODE)
    type_code(page, code(key, 1))
    expect(page).to_have_url(HOME)
    sign_out(page)

    sign_in(page, "new-reviewer", OWN)
    type_code(page, recovery[2])
    expect(page).to_have_url(HOME)
    sign_out(page)

    sign_in(page, "new-reviewer", OWN)
    type_code(page, recovery[2])  # counts once
    expect(page.locator("#id_code_error")).to_be_visible()
    expect(page).to_have_url(CODE)


def test_the_first_administrator_changes_the_password_then_sets_codes_up(server, open_page, monkeypatch):
    monkeypatch.setattr("portal.management.commands.create_administrator.getpass", lambda prompt: INITIAL)
    call_command("create_administrator", "first", "--tenant", "jiaojiang", "--name", "第一位（演示）")
    page = open_page()
    sign_in(page, "first", INITIAL)
    leads_nowhere_but(page, CHANGE)
    page.locator("[name=oldpassword]").fill(INITIAL)
    for field in ("password1", "password2"):
        page.locator(f"[name={field}]").fill(OWN)
    page.locator("main form .is-primary").click()
    leads_nowhere_but(page, SET_UP)
    set_up_codes(page)
    page.goto("/people/")
    expect(page).to_have_url(re.compile(r"/people/$"))
    assert Membership.objects.get(user__username="first").user.has_initial_password is False


def test_there_are_no_demonstration_accounts_to_click(open_page):
    page = open_page()
    page.goto("/sign-in/")
    expect(page.locator("form.card")).to_have_count(1)
    expect(page.locator("#accounts")).to_have_count(0)
