"""我的任务, the board and the reminders' pages in Chromium: no barrier that axe knows of, at every width, for every role.

Pictures of all of them: PORTAL_PICTURES=folder with this file.
"""

import os
from pathlib import Path

import pytest
from django.db import transaction
from playwright.sync_api import Page

from portal import celery
from portal.models import User
from reporting.models import Reminder
from reporting.reminders import actions as reminder_actions
from reporting.review import actions as review_actions

from .. import live
from ..barriers import widths
from ..factories import accepted, membership, nil, period, row, started, submitted
from ..test_journey import chromium, looked_at, new_page, sign_in, stage  # noqa: F401 -- fixtures

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.one_database("postgresql"),
]

CITY = "taizhou-education"
PAGES = {
    "jiaojiang-preparer": ["/", "/account/reminders/"],
    "wenling-preparer": ["/"],
    "jiaojiang-head": ["/"],
    "jiaojiang-administrator": ["/"],
    "jiaojiang-observer": ["/", "/taizhou/board/"],
    f"{CITY}-reviewer": ["/", "/taizhou/board/", "/taizhou/board/?show=owing", "/taizhou/reminders/", "/taizhou/reminders/send/"],
    f"{CITY}-administrator": ["/", "/taizhou/reminders/settings/"],
    f"{CITY}-observer": ["/"],
    "sh-eldercare-preparer": ["/"],
    "shanghai-civil-affairs-reviewer": ["/", "/shanghai/board/"],
    "nobody": ["/"],
}  # fmt: skip

# Kept in docs/screenshots with PORTAL_SCREENSHOTS=1.
NAMED = {
    (f"{CITY}-reviewer", "/taizhou/board/"): "board-with-reminder",
    (f"{CITY}-reviewer", "/taizhou/reminders/"): "reminders",
    (f"{CITY}-reviewer", "/taizhou/reminders/send/"): "remind-now",
    (f"{CITY}-administrator", "/taizhou/reminders/settings/"): "reminder-settings",
    (f"{CITY}-administrator", "/"): "my-tasks-administrator",
    (f"{CITY}-observer", "/"): "my-tasks-observer",
    ("wenling-preparer", "/"): "my-tasks-sent-back",
}


@pytest.fixture
def busy(stage, monkeypatch):  # noqa: F811
    """A quarter under way: accepted, waiting, sent back, nil, begun; reminders sent, waiting and given up."""
    monkeypatch.setattr(celery.app, "send_task", lambda *args, **how: None)
    live.play_the_year()
    with transaction.atomic():
        fill()


def fill() -> None:
    administrator, reviewer = (membership(f"{CITY}-{role}") for role in ("administrator", "reviewer"))
    accepted(membership("huangyan-preparer"))
    submitted(membership("linhai-preparer"), row("临海市社区学院", 1, 8))
    submitted(membership("yuhuan-preparer")), nil(membership("luqiao-preparer"))
    started(membership("jiaojiang-preparer"))
    back = submitted(membership("wenling-preparer"))
    reason = "应用类短期培训填的是累计数，本表应填本季数，请核对后重报。"
    review_actions.send_back(back, reason=reason, revision=back.revision, by=reviewer)
    robot = {"webhook": "https://oapi.dingtalk.com/robot/send?access_token=demo", "secret": "SECdemo"}
    reminder_actions.change_reminders(
        period().programme, by_email=True, by_dingtalk=True, hour=9, by=administrator, **robot
    )
    reminder_actions.set_address(
        membership("jiaojiang-preparer").user, "zhang@example.org", by=membership("jiaojiang-preparer")
    )
    group, mail = sorted(reminder_actions.remind(period(), by=reviewer), key=lambda each: each.channel)
    Reminder.objects.filter(channel=group.channel).update(
        status="dead", attempts=6, note="机器人拒收（310000）：安全设置不符。", finished_at=group.planned_at
    )
    Reminder.objects.filter(channel=mail.channel).update(
        status="sent", attempts=1, sent_to="z***@example.org", finished_at=mail.planned_at,
        text="椒江区教育局：\n贵单位2022年第一季度季报尚未上报。",
    )  # fmt: skip
    nobody = User(username="nobody", full_name="无（演示）")
    nobody.password = membership("jiaojiang-head").user.password
    nobody.save()


def test_it_has_no_barriers_for_any_role_at_any_width(new_page, busy):  # noqa: F811
    for username, addresses in PAGES.items():
        page = new_page()
        sign_in(page, username)
        for place, address in enumerate(addresses):
            for name, (width, height) in widths(place):
                page.set_viewport_size({"width": width, "height": height})
                page.goto(address)
                unfold(page)
                assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
                if name != "1280":
                    looked_at(page, NAMED.get((username, address), "") if name == "1440" else "")
                keep(page, f"{username}{address.replace('/', '_').replace('?', '-')}{name}")


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details.unfold').forEach((each) => { each.open = true; })")


def keep(page: Page, name: str) -> None:
    if folder := os.environ.get("PORTAL_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True, animations="disabled")


def test_the_text_is_copied_without_leave_of_the_clipboard(new_page, busy):  # noqa: F811
    """An intranet without HTTPS has no clipboard API: the button still copies, and the text can be selected by hand."""
    page = new_page()
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    sign_in(page, f"{CITY}-reviewer")
    page.goto("/taizhou/board/")
    unfold(page)
    page.locator("[data-copy='#reminder-board']").click()
    page.locator(".copy-said").wait_for()
    assert page.locator(".copy-said").inner_text() == live.zh("Copied.")
    field = page.locator("#reminder-board")
    field.click()
    field.press("Control+a")
    selected = field.evaluate("each => each.value.slice(each.selectionStart, each.selectionEnd)")
    assert "温岭市教育局" in selected and "黄岩" not in selected


def test_the_pages_need_no_scripts(new_page, busy):  # noqa: F811
    page = new_page(java_script_enabled=False)
    sign_in(page, f"{CITY}-reviewer")
    page.goto("/taizhou/board/")
    page.locator("summary", has_text="催报文本").click()
    assert "温岭市教育局" in page.locator("#reminder-board").input_value()
    assert page.locator("[data-copy]").is_hidden()
