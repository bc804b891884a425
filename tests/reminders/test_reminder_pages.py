"""催报 through the front door: the board's text, remind now, the outbox, the settings, one's own address."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import celery, clock
from portal.models import HistoryEntry
from reporting.models import Reminder, ReminderSettings
from reporting.reminders import actions as reminder_actions
from reporting.reminders import delivery
from reporting.review import actions as review_actions

from ..conftest import NOW
from ..factories import accepted, membership, nil, period, submitted
from ..screen import Screen

BOARD, LIST, SEND, SETTINGS, TEST = (
    reverse(name, args=["taizhou"])
    for name in ("board", "reminder-list", "reminder-send", "reminder-settings", "reminder-test")
)
ADDRESS = reverse("reminder-address")
WEBHOOK, SECRET = "https://oapi.dingtalk.com/robot/send?access_token=demo", "SECdemo0123456789"
ROBOT = {"by_dingtalk": "on", "hour": "9", "webhook": WEBHOOK, "secret": SECRET}


@pytest.fixture(autouse=True)
def no_broker(monkeypatch):
    monkeypatch.setattr(celery.app, "send_task", lambda *args, **how: None)


@pytest.fixture
def switched_on(as_, administrator):
    assert as_(administrator).post(SETTINGS, ROBOT).status_code == 302


def text_of(client, query="") -> str:
    return Screen(client.get(BOARD + query)).at["reminder-board"]


# --- the board


def test_it_gives_a_text_with_those_who_owe_and_nobody_else(as_, clerk, neighbour, reviewer):
    accepted(clerk), submitted(neighbour), nil(membership("luqiao-preparer"))
    back = submitted(membership("wenling-preparer"))
    review_actions.send_back(back, reason="请核对人次后重报。", revision=back.revision, by=reviewer)
    text = text_of(as_(reviewer))
    assert all(name in text for name in ("临海市教育局", "温岭市教育局", "3月28日（星期一）"))
    assert not any(name in text for name in ("椒江", "黄岩", "路桥", "台州湾"))


def test_it_gives_the_text_in_chinese_to_an_english_reader_too(as_, reviewer):
    client = as_(reviewer)
    client.post(reverse("set_language"), {"language": "en"})
    assert "3月28日（星期一）" in text_of(client)


def test_it_gives_no_text_to_those_who_do_not_remind(as_, clerk, observer):
    for who in (clerk, observer, membership("jiaojiang-administrator")):
        screen = Screen(as_(who).get(BOARD))
        assert "reminder-board" not in screen.at
        assert LIST not in [link.href for link in screen.links]


def test_it_gives_no_text_for_a_closed_period(as_, reviewer):
    assert "reminder-board" not in Screen(as_(reviewer).get(f"{BOARD}?period=2021Q4")).at


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("awaited", 8),
        ("owing", 0),
        ("returned", 1),
        ("waiting", 1),
        ("late", 0),
        ("nil", 1),
        ("", 12),
        ("x", 12),
    ],
)
def test_it_narrows_the_board_down(as_, clerk, reviewer, show, expected):
    submitted(clerk)
    empty = nil(membership("luqiao-preparer"))
    review_actions.accept(empty, revision=empty.revision, by=reviewer)
    back = submitted(membership("wenling-preparer"))
    review_actions.send_back(back, reason="请核对人次后重报。", revision=back.revision, by=reviewer)
    table = Screen(as_(reviewer).get(f"{BOARD}?show={show}")).tables[0]
    names = [line[0] for line in table[1:-3] if len(line) > 1]
    assert len(names) == (expected if expected < 12 else len(period().programme.duties.all()))


@pytest.mark.usefixtures("year")
def test_it_says_who_was_in_time_and_who_late(as_, reviewer):
    [late] = Screen(as_(reviewer).get(f"{BOARD}?period=2021Q3&show=late")).tables[0][1:-3]
    assert late[0] == "玉环市教育局" and "2" in late[3]
    answer = as_(reviewer).get(f"{BOARD}?period=2021Q3")
    figures = Screen(answer).text
    assert "100.0%" in figures and "90.0%" in figures


# --- remind now


def test_it_shows_who_will_get_what_and_sends_nothing_by_looking(
    as_, clerk, reviewer, administrator, settings
):
    settings.HAS_EMAIL = True
    as_(administrator).post(SETTINGS, ROBOT | {"by_email": "on"})
    reminder_actions.set_address(clerk.user, "zhang@example.org", by=clerk)
    accepted(membership("huangyan-preparer"))
    screen = Screen(as_(reviewer).get(SEND))
    table = {line[0]: line[1:] for line in screen.tables[0]}
    assert "z***@example.org" in table["椒江区教育局"][1]
    assert "黄岩区教育局" not in table and "zhang@example.org" not in screen.text
    assert not Reminder.objects.exists()


def test_it_reminds_and_says_so_in_the_outbox(as_, reviewer, switched_on):
    client = as_(reviewer)
    assert client.post(SEND, {"period": "2022Q1"})["Location"] == LIST
    [reminder] = Reminder.objects.all()
    assert (reminder.kind, reminder.channel, reminder.requested_by) == ("by-hand", "dingtalk", reviewer.user)
    assert len(Screen(client.get(LIST)).tables[0]) == 2
    assert client.post(SEND, {"period": "2022Q1"}).status_code == 409
    assert HistoryEntry.objects.filter(action="remind").count() == 1


def test_it_does_not_remind_while_it_is_switched_off(as_, reviewer):
    screen = Screen(as_(reviewer).get(SEND))
    main = as_(reviewer).get(SEND).content.decode().split("<main", 1)[1]
    assert '<button class="button" disabled>' in main and "is-primary" not in main.split("</main>")[0]
    assert "reminder-send" in screen.at  # the text can be copied all the same
    assert as_(reviewer).post(SEND, {"period": "2022Q1"}).status_code == 409
    assert not Reminder.objects.exists()


def test_it_knows_no_foreign_period(as_, reviewer, switched_on):
    assert as_(reviewer).post(SEND, {"period": "nothing"}).status_code == 404
    assert as_(reviewer).post(SEND, {"period": "\x00"}).status_code == 404


# --- the outbox


def test_it_shows_what_failed_and_sends_it_again(as_, reviewer, switched_on):
    client = as_(reviewer)
    client.post(SEND, {"period": "2022Q1"})
    Reminder.objects.update(status="dead", attempts=6, note="机器人拒收（310000）")
    screen = Screen(client.get(LIST))
    assert "310000" in screen.text
    again = reverse("reminder-again", args=[Reminder.objects.get().public_id])
    assert client.post(again)["Location"] == LIST
    assert Reminder.objects.get().status == "waiting"
    assert client.post(again).status_code == 409


def test_it_asks_as_often_for_many_reminders_as_for_one(as_, reviewer, switched_on):
    counts = []
    for number in (1, 12):
        for day in range(number):
            with clock.frozen(NOW.replace(day=2 + day)):
                if not Reminder.objects.filter(relative_to=clock.today()).exists():
                    reminder_actions.remind(period(), by=reviewer)
        client = as_(reviewer)
        client.get(LIST)
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- the settings


def test_it_is_off_and_empty_at_first(as_, administrator):
    screen = Screen(as_(administrator).get(SETTINGS))
    assert screen.fields.get("webhook") == "" and "by_dingtalk" not in screen.fields


def test_it_never_shows_webhook_or_secret_again(as_, administrator, switched_on):
    for address in (SETTINGS, LIST, "/history/", "/"):
        page = as_(administrator).get(address).content.decode()
        assert "access_token=demo" not in page and SECRET not in page


def test_it_keeps_what_is_left_empty(as_, administrator, switched_on):
    before = ReminderSettings.objects.get()
    assert as_(administrator).post(SETTINGS, {"by_dingtalk": "on", "hour": "14"}).status_code == 302
    after = ReminderSettings.objects.get()
    assert (after.webhook, after.secret, after.hour) == (before.webhook, before.secret, 14)
    assert HistoryEntry.objects.filter(action="reminder_settings").count() == 2


@pytest.mark.parametrize(
    "typed",
    [
        {"by_dingtalk": "on", "hour": "9"},
        {"by_dingtalk": "on", "hour": "9", "webhook": WEBHOOK},
        {"by_dingtalk": "on", "hour": "9", "secret": SECRET},
        {"hour": "9", "webhook": "http://169.254.169.254/?access_token=x", "secret": SECRET},
        {"hour": "3"},
        {"hour": "x"},
        {},
    ],
)
def test_it_refuses_settings_that_cannot_work(as_, administrator, typed):
    answer = as_(administrator).post(SETTINGS, typed)
    assert answer.status_code == 422
    assert Screen(answer).problems()
    assert not ReminderSettings.objects.exists()


def test_the_robot_of_wecom_needs_no_secret(as_, administrator):
    address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=demo"
    typed = {"by_dingtalk": "on", "hour": "9", "webhook": address}
    assert as_(administrator).post(SETTINGS, typed).status_code == 302
    assert as_(administrator).post(SETTINGS, {"by_dingtalk": "on", "hour": "10"}).status_code == 302
    assert as_(administrator).post(SETTINGS, typed | {"webhook": WEBHOOK}).status_code == 422


def test_it_cannot_switch_e_mail_on_without_a_mail_server(as_, administrator):
    as_(administrator).post(SETTINGS, {"by_email": "on", "hour": "9"})
    assert not ReminderSettings.objects.get().by_email


def test_it_asks_for_a_test_message(as_, administrator):
    assert as_(administrator).post(TEST).status_code == 409
    as_(administrator).post(SETTINGS, ROBOT | {"by_dingtalk": ""})
    assert as_(administrator).post(TEST)["Location"] == LIST
    assert Reminder.objects.get().kind == "test"


# --- my own address


def test_it_keeps_an_address_and_takes_it_away(as_, clerk):
    for email in ("zhang@example.org", ""):
        assert as_(clerk).post(ADDRESS, {"email": email}).status_code == 302
        clerk.user.refresh_from_db()
        assert clerk.user.email == email
    entries = HistoryEntry.objects.filter(action="set_address")
    assert [entry.after["email"] for entry in entries] == ["z***@example.org", ""]


@pytest.mark.parametrize(
    "email", ["a@example.org\r\nBcc: b@example.org", "nobody", "a@b@c.org", "x" * 200 + "@a.org"]
)
def test_it_takes_no_address_that_is_none(as_, clerk, email):
    answer = as_(clerk).post(ADDRESS, {"email": email})
    assert answer.status_code == 422
    clerk.user.refresh_from_db()
    assert clerk.user.email == ""


def test_it_withholds_when_it_is_switched_off_before_it_goes_out(as_, administrator, reviewer, switched_on):
    as_(reviewer).post(SEND, {"period": "2022Q1"})
    as_(administrator).post(SETTINGS, {"hour": "9"})
    delivery.deliver(str(Reminder.objects.get().public_id))
    assert Reminder.objects.get().status == "withheld"
