"""An activity recorded on a phone, with and without scripts, and the ledger's pages at every width, with axe.

The pictures in docs/screenshots are taken on the way: PORTAL_SCREENSHOTS=1 PORTAL_TEST_ONLY=sqlite script/test tests/ledger/test_ledger_browser.py
"""

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from reporting.models import Activity
from reporting.providers import actions as provider_actions

from ..barriers import widths
from ..factories import course, ledger_user, membership, recorded, row, started, submitted
from ..home.test_tasks_browser import keep
from ..live import zh
from ..test_journey import button, chromium, heading, looked_at, new_page, sign_in, stage  # noqa: F401 -- fixtures

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.one_database("sqlite"),
]

SCHOOL, OTHER = "海门街道社区学校", "葭沚街道成校"
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def school(stage):  # noqa: F811
    with transaction.atomic():
        clerk = membership("jiaojiang-preparer")
        ledger_user(clerk, SCHOOL)
        provider_actions.add_provider(clerk.tenant, OTHER, by=clerk)
        return clerk


def pick(page: Page, name: str) -> None:
    page.get_by_label(name, exact=True).check()


def test_an_activity_is_recorded_on_a_phone(new_page, school):  # noqa: F811
    """Twelve touches and two numbers; nothing is wider than the screen and every button is large enough for a thumb."""
    page = new_page()
    page.set_viewport_size(PHONE)
    sign_in(page, "jiaojiang-preparer")
    page.goto("/ledger/new/")
    pick(page, "应用类短期培训")
    page.get_by_label(zh("Organiser")).select_option(SCHOOL)
    page.locator("#sitting-1-hours").fill("2.5")
    button(page, "+ Another sitting of the same course").click()
    page.locator("#sitting-2-on").fill("2022-03-19")
    page.locator("#sitting-2-hours").fill("2.5")
    page.locator("#attendances").fill("36")
    pick(page, "农村文化礼堂")
    page.locator("#venue").fill("前所村文化礼堂（演示）")
    for scenario in ("扫码", "缴费"):
        pick(page, scenario)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    small = page.evaluate(
        "Array.from(document.querySelectorAll('.activity-form .pill span, .activity-form input:not([type=radio]):not([type=checkbox]):not([type=hidden]), .activity-form select'))"
        ".filter((each) => each.offsetParent && each.getBoundingClientRect().height < 44).map((each) => each.outerHTML)"
    )
    assert small == []
    page.evaluate("window.scrollTo(0, 0)")
    looked_at(page, "ledger-phone")
    keep(page, "ledger-phone-whole")
    button(page, "Record it").click()
    expect(heading(page)).to_contain_text(SCHOOL)
    expect(page.locator("main")).to_contain_text(zh("Recorded in the ledger."))
    looked_at(page)
    keep(page, "ledger-detail-390")
    activity = Activity.objects.get()
    assert (str(activity.class_hours), activity.attendances, activity.scenarios) == (
        "5.0",
        36,
        ["scan", "payment"],
    )
    assert activity.starts_on.isoformat() == "2022-03-19"

    page.get_by_role("link", name=zh("Record another one"), exact=True).click()
    expect(heading(page)).to_have_text(zh("Record an activity"))
    expect(page.locator("#provider")).to_have_value(SCHOOL)
    expect(page.locator("#sitting-1-on")).to_have_value("2022-03-21")


def test_it_is_recorded_without_scripts_and_a_mistake_is_told_at_its_field(new_page, school):  # noqa: F811
    page = new_page(java_script_enabled=False)
    page.set_viewport_size(PHONE)
    sign_in(page, "jiaojiang-preparer")
    page.goto("/ledger/new/")
    pick(page, "入户")
    page.get_by_label(zh("Organiser")).select_option(SCHOOL)
    button(page, "+ Another sitting of the same course").click()
    expect(page.locator("#sitting-2-on")).to_be_visible()
    page.locator("#attendances").fill("三户")
    button(page, "Record it").click()
    expect(page.locator("#attendances_error")).to_contain_text("三户")
    keep(page, "ledger-errors-390")
    page.locator("#attendances").fill("3")
    button(page, "Record it").click()
    expect(heading(page)).to_contain_text(SCHOOL)


def test_a_block_from_a_spreadsheet_becomes_a_days_list(new_page, school):  # noqa: F811
    page = new_page()
    sign_in(page, "jiaojiang-preparer")
    page.goto("/ledger/day/")
    lines = [f"{SCHOOL}\t入户\t\t{number}\t老年人家中\t\t1" for number in range(2, 10)]
    page.locator("#row-1-provider").evaluate(
        """(cell, text) => {
            const data = new DataTransfer();
            data.setData('text/plain', text);
            cell.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        "\n".join(lines),
    )
    expect(page.locator("#row-8-attendances")).to_have_value("9")
    expect(page.locator("#row-8-kind")).to_have_value("household")
    looked_at(page)
    keep(page, "ledger-day-1440")
    button(page, "Record them all").click()
    expect(heading(page)).to_have_text(zh("Activity ledger"))
    assert Activity.objects.count() == 8


def fill(clerk) -> str:
    """A quarter under way; the address of what a version of the first quarter counts."""
    recorded(
        clerk,
        course(SCHOOL, "2022-03-05", 41, venue="前所村文化礼堂（演示）", scenarios=["scan", "payment"]),
        course(
            SCHOOL,
            "2022-03-12",
            23,
            kind="community",
            sittings=[("2022-03-12", "")],
            venue="星光社区（演示）",
        ),
        course(SCHOOL, attendances=18, sittings=[("2022-03-14", "2.5")], venue="海门街道成校教室（演示）"),
        course(OTHER, "2022-03-15", 30, venue="葭沚老年学堂（演示）"),
        course(SCHOOL, "2022-03-05", 41, venue="前所村文化礼堂（演示）"),
    )
    bay = membership("taizhouwan-preparer")
    ledger_user(bay, "台州湾新区社区学校（演示）")
    recorded(bay, course("台州湾新区社区学校（演示）", "2022-03-05", 38, venue="前所村文化礼堂（演示）"))
    submitted(bay, row("台州湾新区社区学校（演示）"))
    filing = submitted(membership("huangyan-preparer"))
    return f"/versions/{filing.latest.public_id}/activities/"


def test_its_pages_have_no_barriers_at_any_width(new_page, school):  # noqa: F811
    with transaction.atomic():
        nothing_counted = fill(school)
        draft = started(school)
        first = Activity.objects.filter(tenant=school.tenant).earliest("id")
        bay = Activity.objects.get(tenant__code="taizhouwan")
        provider = first.provider
    pages = {
        "jiaojiang-preparer": [
            "/ledger/", "/ledger/?show=uncounted", "/ledger/new/", "/ledger/day/", "/ledger/import/", "/ledger/duplicates/",
            f"/ledger/{first.public_id}/", f"/ledger/{first.public_id}/edit/", f"/ledger/{first.public_id}/withdraw/",
            f"/filings/{draft.public_id}/edit/", f"/filings/{draft.public_id}/activities/",
            f"/providers/{provider.public_id}/", f"/providers/{provider.public_id}/ledger/", "/providers/",
        ],
        "taizhou-education-reviewer": [
            "/ledger/", "/ledger/duplicates/", f"/ledger/{bay.public_id}/", nothing_counted,
            f"/versions/{bay.counted_in.public_id}/activities/", f"/versions/{bay.counted_in.public_id}/",
        ],
    }  # fmt: skip
    for username, addresses in pages.items():
        page = new_page()
        sign_in(page, username)
        for place, address in enumerate(addresses):
            for name, (width, height) in widths(place):
                page.set_viewport_size({"width": width, "height": height})
                page.goto(address)
                assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
                    address,
                    name,
                )
                is_named = (username, address, name) == ("jiaojiang-preparer", "/ledger/", "1440")
                if name != "1280":
                    looked_at(page, "ledger-list" if is_named else "")
                keep(page, f"{username}{address.replace('/', '_').replace('?', '-')}{name}"[:120])
