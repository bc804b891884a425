"""Nothing typed is lost: the browser dies, the network is away, the session ends, the server is replaced, a colleague
types into the same return. Each in a real browser; the last word is what the server has in the end."""

import os
import re
import signal
import subprocess
import time
from contextlib import suppress

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from portal.models import HistoryEntry
from reporting.filings import actions as filing_actions
from reporting.filings import typed_return
from reporting.models import Filing

from ...factories import EXPLANATION, FIGURES, membership, row
from ...live import wait_for
from .conftest import (
    CLERK,
    HEAD,
    NEIGHBOUR,
    Server,
    cell,
    chromium_path,
    free_port,
    is_saved,
    line,
    sign_in,
    stored,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.one_database("postgresql"),
]
A, B, C = "training_sessions", "training_attendances", "outreach_sessions"
ODD = ["约50", "１２.", "-1", " 7 ", "=1+1", "二十", "/"]


def type_row(page: Page, number: int, provider: str, figures: list) -> None:
    cell(page, number).click()
    page.keyboard.type(provider)
    for figure in figures:
        page.keyboard.press("Tab")
        page.keyboard.type(str(figure))


def indicator(page: Page):
    return page.locator("[data-saved]")


def says(page: Page, state: str) -> None:
    expect(indicator(page)).to_have_attribute("data-state", state)


def test_it_keeps_whatever_is_typed_byte_for_byte(open_grid, filing):
    """R24: valid or not, on the server and after a reload."""
    page = open_grid()
    type_row(page, 1, "海门街道社区学校", ODD)
    is_saved(page)
    assert stored(filing) == [["海门街道社区学校", *ODD]]
    page.reload()
    assert line(page, 1) == ["海门街道社区学校", *ODD]
    expect(indicator(page)).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"))


def test_it_writes_one_entry_for_each_saving_and_shows_a_run_as_one(open_grid, filing):
    page = open_grid()
    for row_number in (1, 2, 3):
        cell(page, row_number, A).fill("1")
        is_saved(page)
    entries = HistoryEntry.objects.filter(subject_id=filing.public_id, action="autosave")
    revision = Filing.objects.get(pk=filing.pk).revision
    assert entries.count() == revision - filing.revision >= 2
    page.goto(filing.get_absolute_url())
    assert page.locator("main").inner_text().count("自动保存") <= 1


@pytest.mark.parametrize("is_under_way", [False, True])
def test_it_sends_what_was_typed_last_when_the_page_is_closed(open_grid, filing, is_under_way):
    """Right after the last key; with a packet on its way that never arrives as well."""
    page = open_grid()
    is_saved(page)
    if is_under_way:
        page.route(
            "**/autosave/",
            lambda route: None if route.request.post_data_json["number"] == 2 else route.continue_(),
        )
        cell(page, 1).click()
        page.keyboard.type("海门街道社区学校")
        says(page, "saving")
    else:
        cell(page, 1).click()
        page.keyboard.type("海门街道社区学校")
    page.keyboard.press("Tab")
    page.keyboard.type("3")
    page.evaluate("window.portalLeaving = true")  # nobody is there to answer the question
    page.goto("about:blank")
    wait_for("the last figure", lambda: [each[:2] for each in stored(filing)] == [["海门街道社区学校", "3"]])


def test_a_tab_that_is_closed_sends_it_as_well(open_grid, filing):
    page = open_grid()
    is_saved(page)
    page.context.new_page()  # the browser goes on
    cell(page, 1, A).click()
    page.keyboard.type("7")
    page.close(run_before_unload=False)
    wait_for("the figure", lambda: [each[1] for each in stored(filing)] == ["7"])


# --- the network, the session, the server


def test_it_goes_on_after_ten_minutes_without_a_network(open_grid, filing):
    page = open_grid()
    page.clock.install()
    page.reload()
    is_saved_soon(page)
    page.context.set_offline(True)
    type_row(page, 1, "海门街道社区学校", FIGURES[:4])
    page.clock.run_for(60_000)
    says(page, "offline")
    page.clock.run_for(540_000)
    cell(page, 1, "videos").fill("2")
    page.clock.run_for(2_000)
    assert stored(filing) == []
    page.context.set_offline(False)
    page.clock.run_for(20_000)
    is_saved_soon(page)
    assert stored(filing)[0][:6] == ["海门街道社区学校", *map(str, FIGURES[:4]), "2"]


def is_saved_soon(page: Page) -> None:
    for _each in range(40):
        if indicator(page).get_attribute("data-state") == "saved":
            return
        page.clock.run_for(1_000)
        page.wait_for_timeout(100)
    is_saved(page)


def test_it_waits_for_an_ended_session_and_sends_nothing_lost(open_grid, filing, settings):
    """R22: forty cells, the session ends under them, signing in again in place."""
    settings.SESSION_CHECK = 1
    page = open_grid()
    for number in range(1, 4):
        type_row(page, number, f"第{number}社区学校", [number] * 7)
    Session.objects.all().delete()
    for number in range(4, 6):
        type_row(page, number, f"第{number}社区学校", [number] * 7)
    says(page, "signedOut")
    with page.context.expect_page() as opened:
        page.locator("[data-again]").click()
    tab = opened.value
    sign_in(tab, CLERK)
    tab.wait_for_url("**/account/session/again/")
    tab.close()
    is_saved(page)
    assert stored(filing) == [[f"第{n}社区学校", *[str(n)] * 7] for n in range(1, 6)]


def test_it_sends_nothing_as_somebody_else(open_grid, filing):
    page = open_grid()
    is_saved(page)
    tab = page.context.new_page()
    tab.goto("/")
    tab.locator("form[action='/sign-out/'] button").dispatch_event("click")
    tab.wait_for_url("**/sign-in/**")
    sign_in(tab, HEAD)  # who may type into the very same return
    cell(page, 1, A).fill("7")
    says(page, "other")
    assert stored(filing) == []


def test_it_goes_on_when_the_server_is_replaced(open_grid, filing, tmp_path):
    """R28: killed while somebody types, another one started on the same port."""
    port = free_port()
    server = Server(tmp_path, port)
    try:
        page = open_grid(url=server.url)
        type_row(page, 1, "海门街道社区学校", FIGURES[:2])
        is_saved(page)
        server.kill()
        type_row(page, 2, "白云街道社区学校", FIGURES)
        says(page, "offline")
        server = Server(tmp_path, port)
        type_row(page, 3, "葭沚街道成校", FIGURES)
        is_saved(page)
    finally:
        server.stop()
    assert [each[:3] for each in stored(filing)] == [
        ["海门街道社区学校", "1", "41"], ["白云街道社区学校", "1", "41"], ["葭沚街道成校", "1", "41"],
    ]  # fmt: skip


# --- the browser


@pytest.fixture
def open_profile(playwright, live_server, filing, tmp_path):
    """A browser with a profile on disk, which the test may kill."""
    contexts = []

    def new():
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "profile", executable_path=chromium_path(), base_url=live_server.url, locale="zh-CN",
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )  # fmt: skip
        contexts.append(context)
        return context

    yield new
    for context in contexts:
        with suppress(Exception):  # it was killed
            context.close()


def kill_browser(profile) -> None:
    """kill -9 of the browser that uses this profile, which the test itself started."""
    alive = list_of(profile)
    assert alive
    for each in alive:
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)
    wait_for("the end of the browser", lambda: not list_of(profile))
    time.sleep(2)  # what it started besides ends by itself
    for lock in profile.glob("Singleton*"):
        lock.unlink()


def list_of(profile) -> list[int]:
    """The processes of the browser with this profile that are alive."""
    listed = subprocess.run(
        ["ps", "-eww", "-o", "pid,stat,args"], capture_output=True, text=True, check=True
    ).stdout
    lines = [line.split(None, 2) for line in listed.splitlines() if f"--user-data-dir={profile}" in line]
    return [int(pid) for pid, state, _args in lines if "Z" not in state]


def test_it_has_everything_back_after_the_browser_was_killed(open_profile, filing, tmp_path):
    """R23: offline, typing, kill -9; the browser is opened again and everything is there, and reaches the server."""
    context = open_profile()
    page = context.new_page()
    sign_in(page, CLERK)
    address = reverse("filing-edit", args=[filing.public_id])
    page.goto(address)
    is_saved(page)
    context.set_offline(True)
    type_row(page, 1, "海门街道社区学校", ODD)
    type_row(page, 2, "白云街道社区学校", FIGURES)
    page.wait_for_timeout(1500)
    says(page, "offline")
    kill_browser(tmp_path / "profile")
    assert stored(filing) == []

    context = open_profile()
    page = context.new_page()
    if "/sign-in/" in page.goto(address).url:
        sign_in(page, CLERK)
    if not page.url.endswith(address):  # a page that is left sends what it has taken up
        page.goto(address)
    expect(cell(page, 2, "training_sessions")).to_have_value("1", timeout=30_000)
    assert line(page, 1) == ["海门街道社区学校", *ODD]
    expect(page.locator("[data-taken-up]")).to_be_visible()
    is_saved(page)
    assert stored(filing) == [["海门街道社区学校", *ODD], ["白云街道社区学校", *map(str, FIGURES)]]
    assert copies(page) == []


def copies(page: Page) -> list:
    page.wait_for_timeout(600)
    return page.evaluate("portalTyping.list(document.querySelector('[data-session]').dataset.user)")


def test_it_shows_nothing_of_the_copy_to_somebody_else(open_grid, filing):
    page = open_grid()
    is_saved(page)
    page.context.set_offline(True)
    cell(page, 1, A).fill("77")
    page.wait_for_timeout(800)
    assert len(copies(page)) == 1
    page.context.set_offline(False)
    page.context.clear_cookies()
    other = page.context.new_page()
    page.evaluate("window.portalLeaving = true")
    page.close()
    sign_in(other, HEAD)
    other.goto(reverse("filing-edit", args=[filing.public_id]))
    is_saved(other)
    other.wait_for_timeout(7000)  # as long as an ended page is looked for
    assert cell(other, 1, A).input_value() == ""
    assert copies(other) == []
    assert stored(filing) == []


def test_signing_out_asks_before_the_copy_is_deleted(open_grid, filing):
    page = open_grid()
    is_saved(page)
    page.route("**/autosave/", lambda route: route.abort())
    cell(page, 1, A).fill("77")
    says(page, "offline")
    page.wait_for_timeout(600)
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.locator("form[action='/sign-out/'] button").dispatch_event("click")
    page.wait_for_timeout(500)
    assert asked and len(copies(page)) == 1
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("form[action='/sign-out/'] button").dispatch_event("click")
    page.wait_for_url("**/sign-in/**")
    sign_in(page, CLERK)
    assert copies(page) == []


# --- two people


def test_it_merges_different_cells_and_rows_of_two_people(open_grid, filing):
    """R02: both see everything in the end."""
    one, other = open_grid(CLERK), open_grid(HEAD)
    is_saved(one), is_saved(other)
    type_row(one, 1, "海门街道社区学校", [1, 41])
    is_saved(one)
    type_row(other, 1, "白云街道社区学校", [2, 90])  # a row of their own: they have not seen the other
    is_saved(other)
    cell(one, 1, C).fill("3")
    is_saved(one)
    cell(other, 1, A).focus()
    expected = [["海门街道社区学校", "1", "41", "3"], ["白云街道社区学校", "2", "90", ""]]
    assert sorted(each[:4] for each in stored(filing)) == sorted(expected)
    for page in (one, other):
        cell(page, 5, "cases").fill("1" if page is one else "")
        cell(page, 5, "videos").fill("1")
        is_saved(page)
    shown = [line(one, number)[:4] for number in (1, 2)]
    assert sorted(shown) == sorted(expected)


def test_it_shows_both_texts_of_one_cell_and_asks(open_grid, filing):
    one, other = open_grid(CLERK), open_grid(HEAD)
    type_row(one, 1, "海门街道社区学校", [1, 41])
    is_saved(one)
    other.reload()
    is_saved(other)
    one.context.set_offline(True)
    cell(one, 1, B).fill("43")
    cell(other, 1, B).fill("42")
    is_saved(other)
    one.context.set_offline(False)
    question = one.locator("[data-conflict]")
    cell(one, 1, B).focus()
    expect(question).to_be_visible(timeout=30_000)
    expect(question.locator("[data-mine]")).to_have_text("43")
    expect(question.locator("[data-theirs]")).to_have_text("42")
    expect(one.locator("[data-submit]")).to_be_disabled()
    assert stored(filing)[0][2] == "42"
    question.locator("[data-decide=mine]").click()
    is_saved(one)
    assert stored(filing)[0][2] == "43"
    expect(one.locator("[data-conflict]")).to_have_count(0)


def test_it_is_told_that_a_late_packet_was_not_merged(open_grid, filing):
    """F14: submitted by a colleague while this page was open."""
    page = open_grid()
    cell(page, 1, A).fill("7")
    is_saved(page)
    head = membership(HEAD)
    typed = typed_return.Typed(
        rows=[row("海门街道社区学校", *FIGURES)], preparer="甲", head="乙", telephone="演示 0000"
    )
    filing_actions.file(head.tenant, filing.period, typed, by=head, explanation=EXPLANATION)
    cell(page, 1, A).fill("9")
    says(page, "closed")
    expect(indicator(page).locator("a")).to_have_attribute("href", filing.get_absolute_url())
    assert stored(filing) == [["海门街道社区学校", *map(str, FIGURES)]]


def test_another_county_does_not_see_the_grid(open_grid, filing):
    page = open_grid(NEIGHBOUR)
    assert page.locator("[data-grid]").count() == 0
