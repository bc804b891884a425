"""The pictures of the ledger, the library and the work module in docs/screenshots, of the demonstration year:

PORTAL_SCREENSHOTS=1 PORTAL_TEST_ONLY=sqlite script/test tests/ledger/test_ledger_pictures.py
"""

import os

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import expect

from reporting.demonstration import year as demonstration_year
from reporting.filings import actions as filing_actions
from reporting.models import Provider

from .. import live
from ..factories import membership, period
from ..live import zh
from ..test_journey import PICTURES, chromium, heading, new_page, sign_in, stage  # noqa: F401 -- fixtures

pytestmark = [
    pytest.mark.one_database("sqlite"),
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not os.environ.get("PORTAL_SCREENSHOTS"), reason="takes pictures alone"),
]
CLERK, REVIEWER = "jiaojiang-preparer", "taizhou-education-reviewer"
WIDE = {"width": 1440, "height": 900}


@pytest.fixture
def row(stage) -> str:  # noqa: F811
    """The demonstration as it is loaded, and a row of 椒江's draft opened to its activities."""
    live.play_the_year()
    with transaction.atomic():
        demonstration_year.begin_quarter()
        clerk = membership(CLERK)
        filing = filing_actions.start(clerk.tenant, period(), by=clerk)
        provider = Provider.objects.get(tenant=clerk.tenant, name="海门街道社区学校")
    return reverse("filing-activities", args=[filing.public_id]) + f"?provider={provider.public_id.hex}"


def test_pictures_of_the_demonstration(new_page, row):  # noqa: F811
    shown = [
        (CLERK, reverse("activity-list"), "ledger-list", False),
        (CLERK, row, "ledger-row", False),
        (REVIEWER, reverse("material-list", args=["taizhou"]) + "?year=2021", "materials", True),
        (REVIEWER, reverse("survey-overview", args=["taizhou"]), "survey", True),
        (
            "shanghai-civil-affairs-administrator",
            reverse("channels", args=["shanghai"]) + "?period=2021Q4",
            "module",
            True,
        ),
    ]
    for username, address, name, is_whole in shown:
        page = new_page()
        page.set_viewport_size(WIDE)
        sign_in(page, username)
        expect(heading(page)).to_have_text(zh("My tasks"))
        page.goto(address)
        expect(heading(page)).to_be_visible()
        page.screenshot(
            path=PICTURES / f"{name}.png", full_page=is_whole, animations="disabled", caret="hide"
        )
