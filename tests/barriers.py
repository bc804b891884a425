"""What axe has to say of a page in a real browser."""

import os

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page

from .selection import IS_WHOLE

ATTEMPTS = 3
WIDTHS = {"1440": (1440, 900), "390": (390, 844), "1280": (1280, 720)}


def barriers(page: Page) -> list[tuple[str, str]]:
    """(rule, where) of each barrier. A page that is replaced while axe looks at it is looked at again."""
    for attempt in range(ATTEMPTS):
        page.wait_for_load_state()
        try:
            found = Axe().run(page).response["violations"]
        except Error:
            if attempt == ATTEMPTS - 1:
                raise
        else:
            break
    return [(each["id"], node["html"][:200]) for each in found for node in each["nodes"]]


def widths(page: int) -> list[tuple[str, tuple[int, int]]]:
    """At which widths the page of that number is looked at: in script/assure and for pictures at all, else one in turn."""
    found = list(WIDTHS.items())
    return found if IS_WHOLE or os.environ.get("PORTAL_SCREENSHOTS") else [found[page % len(found)]]
