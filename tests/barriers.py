"""What axe has to say of a page in a real browser."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page

ATTEMPTS = 3


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
