"""The grid in Chromium: a return that somebody types into, and browsers of their own for everybody who does."""

import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from portal import clock
from portal.demonstration import PASSWORD
from reporting.models import Draft, Filing

from ...conftest import NOW
from ...factories import COLUMNS, membership, started
from ...live import Process, wait_for

CLERK, HEAD, NEIGHBOUR = "jiaojiang-preparer", "jiaojiang-head", "huangyan-preparer"
SCREEN = {"width": 1440, "height": 900}
EXPECTED = ("net::ERR", "status of 4", "status of 5")  # what the tests do to the network on purpose

expect.set_options(timeout=15_000)


@pytest.fixture(scope="module")
def playwright() -> Iterator:
    with sync_playwright() as running:
        yield running


def chromium_path() -> str:
    return next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])))


@pytest.fixture(scope="module")
def chromium(playwright) -> Iterator[Browser]:
    quiet = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
    browser = playwright.chromium.launch(executable_path=chromium_path(), args=quiet)
    yield browser
    browser.close()


@pytest.fixture
def filing(live_server, monkeypatch) -> Filing:
    """A return that the clerk has begun; the server's clock shows the tests' time."""
    monkeypatch.setenv("PORTAL_NOW", NOW.isoformat())
    with clock.frozen(NOW):
        return started(membership(CLERK))


@pytest.fixture
def open_grid(chromium, live_server, filing) -> Iterator[Callable[..., Page]]:
    """`open_grid(HEAD)`: the filing page of somebody who has signed in, in a browser of their own."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def new(username: str = CLERK, url: str = "", **options) -> Page:
        given = {"viewport": SCREEN, "permissions": ["clipboard-read", "clipboard-write"], **options}
        context = chromium.new_context(base_url=url or live_server.url, locale="zh-CN", **given)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.extend(complaint(said)))
        sign_in(page, username)
        page.goto(reverse("filing-edit", args=[filing.public_id]))
        return page

    yield new
    for context in contexts:
        context.close()
    assert complaints == []


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Server(Process):
    """A server process on the test database, which a test may kill and start again on the same port."""

    def __init__(self, folder: Path, port: int):
        command = [sys.executable, "-m", "django", "runserver", "--noreload", f"127.0.0.1:{port}"]
        super().__init__(
            command,
            folder / "server.log",
            DJANGO_SETTINGS_MODULE="tests.filings.grid.server_settings",
            PORTAL_TEST_DATABASE=str(connection.settings_dict["NAME"]),
            PORTAL_TEST_FILES=str(settings.MEDIA_ROOT),
            PORTAL_NOW=NOW.isoformat(),
        )
        self.url = f"http://127.0.0.1:{port}"
        wait_for("the server", lambda: answers(port))


def answers(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def complaint(said) -> list[str]:
    is_expected = any(each in said.text for each in EXPECTED)
    return [said.text] if said.type in ("error", "warning") and not is_expected else []


def sign_in(page: Page, username: str) -> None:
    if "/sign-in/" not in page.url:
        page.goto("/sign-in/")
    form = page.locator("form.card")
    form.locator("[name=username]").fill(username)
    form.locator("[name=password]").fill(PASSWORD)
    form.locator("button").first.click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def cell(page: Page, row: int, column: str = "provider"):
    return page.locator(f"[name=row-{row}-{column}]")


def line(page: Page, row: int) -> list[str]:
    return [cell(page, row, column).input_value() for column in ("provider", *COLUMNS)]


def is_saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "saved")


def stored(filing: Filing) -> list[list[str]]:
    """The rows of the draft as the server has them."""
    return [
        [each["provider"], *(str(each["values"].get(code, "")) for code in COLUMNS)]
        for each in Draft.objects.get(filing=filing).rows
    ]


def paste(page: Page, text: str) -> None:
    """What Ctrl+V does with what a sheet has put on the clipboard."""
    page.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        text,
    )
