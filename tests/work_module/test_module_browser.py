"""The work module in a browser: a unit's operator, its points and bases, the two sums; every page at every width, with axe."""

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from reporting.ledger import actions as ledger_actions
from reporting.providers import actions as provider_actions
from reporting.work_module import actions as work_module_actions

from .. import live
from ..barriers import widths
from ..factories import membership
from ..home.test_tasks_browser import keep
from ..live import zh
from ..test_journey import button, chromium, heading, looked_at, new_page, sign_in, stage  # noqa: F401 -- fixtures

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.one_database("sqlite"),
]

PHONE = {"width": 390, "height": 844}
BASE, POINT = "黄浦演示为老服务中心", "外滩街道公益网点（演示）"
PAGES = {
    "sh-huangpu-preparer": ["/shanghai/module/", "/shanghai/module/points/", "/shanghai/module/operators/"],
    "shanghai-civil-affairs-administrator": [
        "/shanghai/module/", "/shanghai/module/channels/", "/shanghai/module/headline/", "/shanghai/module/first-phase/",
        "/shanghai/module/points/", "/shanghai/module/operators/", "/shanghai/progress/?period=2021Q4",
    ],
}  # fmt: skip


@pytest.fixture
def unit(stage):  # noqa: F811
    """黄浦 has a base and an operator."""
    with transaction.atomic():
        operator = membership("sh-huangpu-preparer")
        programme = ledger_actions.require_ledger(operator.tenant, operator)
        work_module_actions.designate(programme, operator, by=membership("sh-huangpu-administrator"))
        return provider_actions.add_provider(operator.tenant, BASE, by=operator)


def on_a_phone(page: Page, username: str) -> Page:
    page.set_viewport_size(PHONE)
    sign_in(page, username)
    return page


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_units_administrator_designates_who_records(new_page):  # noqa: F811
    page = on_a_phone(new_page(), "sh-huangpu-administrator")
    page.goto("/shanghai/module/operators/")
    person = membership("sh-huangpu-preparer")
    page.locator("#id_person").select_option(str(person.public_id))
    button(page, "Designate").click()
    expect(page.locator("table.module-points tbody th")).to_have_text(str(person.user))
    assert fits(page)


def test_the_operator_says_what_a_base_is_adds_a_point_and_checks_it(new_page, unit):  # noqa: F811
    page = on_a_phone(new_page(), "sh-huangpu-preparer")
    page.goto(f"/providers/{unit.public_id}/")
    page.get_by_role("link", name=zh("Say what kind it is…")).click()
    page.get_by_label("养老服务机构及场所", exact=True).first.check()
    page.get_by_label("公益基地", exact=True).last.check()
    looked_at(page)
    button(page, "Save").click()
    expect(page.locator("main .tag")).to_have_text("公益基地")

    page.goto("/shanghai/module/points/")
    page.locator("#id_name").fill(POINT)
    button(page, "Add").click()
    point = page.get_by_role("row").filter(has_text=POINT)
    expect(point).to_contain_text("0 / 4")
    point.get_by_role("link", name=zh("Check")).click()
    expect(heading(page)).to_contain_text(POINT)
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    looked_at(page)
    button(page, "Record").click()
    expect(point).to_contain_text("4 / 4")
    assert fits(page)


def test_the_city_chooses_which_sum_stands_first(new_page):  # noqa: F811
    live.play_the_year()
    page = new_page()
    sign_in(page, "shanghai-civil-affairs-administrator")
    page.goto("/shanghai/module/channels/")
    first = page.locator(".channel-head.is-first")
    expect(first).to_contain_text("491,000")
    page.get_by_role("link", name=zh("Choose the headline")).click()
    page.locator("input[name=channel][value=all]").check()
    button(page, "Choose").click()
    expect(first).to_contain_text("1,220,000")
    expect(page.locator("main")).to_contain_text("完成100万人次以上")


def test_its_pages_have_no_barriers_at_any_width(new_page, unit):  # noqa: F811
    live.play_the_year()
    for username, addresses in PAGES.items():
        page = new_page()
        sign_in(page, username)
        for place, address in enumerate(addresses):
            for name, (width, height) in widths(place):
                page.set_viewport_size({"width": width, "height": height})
                page.goto(address)
                assert fits(page), (address, name)
                if name != "1280":
                    looked_at(page)
                keep(page, f"{username}{address.replace('/', '_').replace('?', '-')}{name}")
