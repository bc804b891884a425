"""Reminders through the outbox, to a mail server and a robot that really answer: once, and never to who has filed."""

import threading
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from portal import celery, clock
from portal.models import HistoryEntry, Membership
from portal.problems import Refused
from reporting.models import Reminder, ReminderSettings
from reporting.periods import actions as period_actions
from reporting.reminders import actions as reminder_actions
from reporting.reminders import channels, delivery, outbox, queries, texts
from reporting.review import actions as review_actions

from ..factories import accepted, membership, nil, period, submitted
from ..walls import see_everything
from .receivers import SECRET, Post, Robot

Status = Reminder.Status
# The first quarter of 2022 is due on Monday 28 March: at nine, three days before, on Friday the 25th.
FRIDAY = datetime.fromisoformat("2022-03-25T09:00:00+08:00")
EXPECTED = 10


@pytest.fixture
def robot(settings):
    robot = Robot()
    settings.WEBHOOK_ORIGINS = [robot.origin]
    yield robot
    robot.stop()


@pytest.fixture
def post(settings):
    post = Post()
    settings.HAS_EMAIL, settings.EMAIL_HOST, settings.EMAIL_PORT = True, "127.0.0.1", post.port
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.SITE_URL = "https://portal.example"
    yield post
    post.stop()


@pytest.fixture(autouse=True)
def no_broker(monkeypatch):
    """What the worker would be told, the tests do themselves."""
    monkeypatch.setattr(celery.app, "send_task", lambda *args, **how: None)


def switch(by: Membership, **how) -> ReminderSettings:
    given = {"by_email": False, "by_dingtalk": False, "hour": 9} | how
    return reminder_actions.change_reminders(period().programme, by=by, **given)


def group_on(administrator: Membership, robot: Robot) -> None:
    switch(administrator, by_dingtalk=True, webhook=robot.webhook, secret=SECRET)


def address(username: str, email: str = "") -> Membership:
    who = membership(username)
    reminder_actions.set_address(who.user, email or f"{username}@example.org", by=who)
    return membership(username)


def work_off() -> None:
    """What beat and a worker do once."""
    delivery.plan()
    for public_id in Reminder.objects.filter(outbox._free()).values_list("public_id", flat=True):
        delivery.deliver(str(public_id))


def at_once(reminder: Reminder) -> None:
    """The wait before the next attempt is over."""
    Reminder.objects.filter(pk=reminder.pk).update(next_at=timezone.now())
    delivery.deliver(str(reminder.public_id))
    reminder.refresh_from_db()


def a_message(administrator: Membership, robot: Robot) -> Reminder:
    group_on(administrator, robot)
    with clock.frozen(FRIDAY):
        delivery.plan()
    return Reminder.objects.get()


# --- off by default


def test_it_sends_nothing_until_somebody_switches_it_on(db, post, robot):
    address("jiaojiang-preparer")
    with clock.frozen(FRIDAY):
        work_off()
    assert not Reminder.objects.exists()
    assert (post.messages, robot.calls) == ([], 0)


def test_it_sends_nothing_once_it_is_switched_off_again(administrator, robot):
    reminder = a_message(administrator, robot)
    switch(administrator)
    with clock.frozen(FRIDAY):
        work_off()
    reminder.refresh_from_db()
    assert (reminder.status, robot.calls) == (Status.WITHHELD, 0)


# --- to whom


def test_it_writes_to_those_who_file_and_have_not(administrator, post):
    for username in ("jiaojiang-preparer", "jiaojiang-head", "huangyan-preparer", "luqiao-preparer"):
        address(username)
    address("jiaojiang-observer"), address("jiaojiang-administrator"), address("taizhouwan-preparer")
    submitted(membership("huangyan-preparer")), nil(membership("luqiao-preparer"))
    switch(administrator, by_email=True)
    with clock.frozen(FRIDAY):
        work_off()
    assert post.recipients == ["jiaojiang-head@example.org", "jiaojiang-preparer@example.org"]
    assert {each.status for each in Reminder.objects.all()} == {Status.SENT}
    assert (
        Reminder.objects.get(recipient=membership("jiaojiang-head").user.public_id).sent_to
        == "j***@example.org"
    )


def test_it_says_what_until_when_and_where_and_no_figure(administrator, post):
    address("jiaojiang-preparer")
    switch(administrator, by_email=True)
    with clock.frozen(FRIDAY):
        work_off()
    [message] = post.messages
    text = message.get_content()
    assert message["Subject"] and message.get_content_type() == "text/plain"
    for part in ("椒江区教育局", "2022年第一季度", "3月28日", "星期一", "https://portal.example/"):
        assert part in text, part
    assert "培训" not in text.replace(period().programme.name, "")


def test_a_unit_with_longer_reads_its_own_dates_and_no_others(administrator, clerk, post):
    """When it is due, and until when it is taken after that: both as they were extended."""
    address("jiaojiang-preparer"), address("huangyan-preparer")
    switch(administrator, by_email=True)
    extend(administrator, clerk, "2022-04-07T00:00", closes="2022-04-21T00:00")
    with clock.frozen(datetime.fromisoformat("2022-03-28T09:00:00+08:00")):
        work_off()
    assert post.recipients == ["huangyan-preparer@example.org"]  # for 椒江 it is not the day yet
    assert "3月28日" in post.messages[0]["Subject"] and "4月10日" in post.messages[0].get_content()
    with clock.frozen(datetime.fromisoformat("2022-04-06T09:00:00+08:00")):
        work_off()
    own = next(each for each in post.messages if each["To"] == "jiaojiang-preparer@example.org")
    text = own.get_content()
    assert "4月6日（星期三）截止，今天截止" in own["Subject"]
    assert "4月6日（星期三）24:00" in text and "4月20日（星期三）24:00" in text
    assert "3月28日" not in text and "4月10日" not in text


def test_the_group_reads_for_each_its_own_dates(administrator, clerk, robot):
    extend(administrator, clerk, "2022-04-02T00:00", closes="2022-04-21T00:00")
    with clock.frozen(datetime.fromisoformat("2022-03-30T09:00:00+08:00")):
        text = texts.for_group(period(), queries.owing(period(), under=administrator.tenant), link="")
    late, longer = text.split("截止时间：")[1:]
    assert late.startswith("3月28日（星期一）24:00，已逾期2天") and "4月10日" in late and "椒江" not in late
    assert longer.startswith("4月1日（星期五）24:00，还有2天") and "待报（1家）：椒江区教育局" in longer
    assert "尚未上报（9家）" in late and "4月10日" not in longer and "4月20日" not in longer


def extend(administrator: Membership, who: Membership, due: str, *, closes: str) -> None:
    due_at, closes_at = (datetime.fromisoformat(f"{each}+08:00") for each in (due, closes))
    given = {"due_at": due_at, "closes_at": closes_at, "reason": "停电。"}
    period_actions.extend(period(), who.tenant, by=administrator, **given)


def test_it_does_not_write_to_who_has_filed_between_plan_and_delivery(administrator, clerk, post):
    address("jiaojiang-preparer")
    switch(administrator, by_email=True)
    with clock.frozen(FRIDAY):
        delivery.plan()
        accepted(clerk)
        work_off()
    assert (Reminder.objects.get().status, post.messages) == (Status.WITHHELD, [])


def test_it_lists_in_the_group_who_has_not_filed_and_who_has_to_again(administrator, clerk, reviewer, robot):
    accepted(clerk)
    back = submitted(membership("wenling-preparer"))
    review_actions.send_back(back, reason="请核对人次后重报。", revision=back.revision, by=reviewer)
    group_on(administrator, robot)
    with clock.frozen(FRIDAY):
        work_off()
    [text] = robot.texts
    assert "椒江" not in text and "台州湾" not in text
    never, again = (next(line for line in text.splitlines() if name in line) for name in ("黄岩", "温岭"))
    assert never != again and "温岭" not in never
    assert never.count("、") == EXPECTED - 3
    assert "3月28日（星期一）" in text


def test_it_keeps_quiet_when_everybody_has_filed(administrator, robot):
    reminder = a_message(administrator, robot)
    for each in Membership.objects.filter(role="preparer", tenant__duties__programme__code="taizhou"):
        submitted(each)
    with clock.frozen(FRIDAY):
        work_off()
    reminder.refresh_from_db()
    assert (reminder.status, robot.calls) == (Status.WITHHELD, 0)


def test_it_does_not_write_to_who_has_left(administrator, post):
    who = address("jiaojiang-preparer")
    switch(administrator, by_email=True)
    with clock.frozen(FRIDAY):
        delivery.plan()
        Membership.objects.filter(pk=who.pk).update(is_active=False)
        work_off()
    assert (Reminder.objects.get().status, post.messages) == (Status.WITHHELD, [])


# --- once


def test_it_plans_once_however_often_it_is_started(administrator, post, robot):
    """Beat restarts at the boundary (G18): exactly once per tenant, period, kind, channel and recipient."""
    address("jiaojiang-preparer")
    group_on(administrator, robot)
    switch(administrator, by_email=True, by_dingtalk=True)
    for minute in range(0, 360, 30):
        with clock.frozen(FRIDAY + timedelta(minutes=minute)):
            work_off()
    assert (len(post.messages), len(robot.texts)) == (1, 1)
    assert Reminder.objects.count() == 2


def test_it_makes_up_for_six_hours_that_it_was_down(administrator, robot):
    group_on(administrator, robot)
    with clock.frozen(FRIDAY - timedelta(minutes=1)):
        work_off()
    assert robot.texts == []
    with clock.frozen(FRIDAY + timedelta(hours=6)):
        work_off()
        work_off()
    assert len(robot.texts) == 1


def test_it_sends_once_when_the_task_is_delivered_twice(administrator, robot):
    reminder = a_message(administrator, robot)
    with clock.frozen(FRIDAY):
        for _twice in range(2):
            delivery.deliver(str(reminder.public_id))
    assert (robot.calls, Reminder.objects.get().attempts) == (1, 1)


def test_the_database_refuses_the_same_reminder_a_second_time(administrator, robot):
    reminder = a_message(administrator, robot)
    reminder.pk, reminder.public_id = None, "0f0e0d0c-0b0a-4908-8706-050403020100"
    with pytest.raises(IntegrityError), transaction.atomic():
        reminder.save(force_insert=True)


@pytest.mark.slow("thirty days, six times a day")
def test_it_reminds_through_the_whole_quarter_on_its_days_only(administrator, robot):
    group_on(administrator, robot)
    heard = []
    moment = datetime.fromisoformat("2022-03-14T08:30:00+08:00")
    while moment.date() < datetime(2022, 4, 13).date():
        with clock.frozen(moment):
            work_off()
        if len(robot.texts) > len(heard):
            heard.append(f"{moment:%m-%d %H}")
        moment += timedelta(hours=4)
    assert heard == ["03-21 12", "03-25 12", "03-28 12", "03-29 12", "03-31 12"]


# --- when it does not go well


@pytest.mark.parametrize("answer", [310000, 130101, "status 500", "redirect", "no json"])
def test_it_tries_again_after_a_refusal(administrator, robot, answer):
    reminder = a_message(administrator, robot)
    robot.answers = [answer]
    with clock.frozen(FRIDAY):
        work_off()
        reminder.refresh_from_db()
        assert (reminder.status, reminder.attempts, robot.texts) == (Status.WAITING, 1, [])
        assert reminder.note and reminder.next_at > timezone.now() + timedelta(seconds=30)
        delivery.deliver(str(reminder.public_id))  # too early
        assert robot.calls == 1
        at_once(reminder)
    assert (reminder.status, reminder.attempts, len(robot.texts), reminder.note) == (Status.SENT, 2, 1, "")


def test_it_does_not_wait_for_a_robot_that_hangs(administrator, robot, monkeypatch):
    monkeypatch.setattr(channels, "READ_SECONDS", 0.3)
    reminder = a_message(administrator, robot)
    robot.answers = ["hang"]
    with clock.frozen(FRIDAY):
        work_off()
        reminder.refresh_from_db()
        assert reminder.status == Status.WAITING
        at_once(reminder)
    assert reminder.status == Status.SENT


def test_it_gives_up_after_six_attempts_and_says_so(administrator, robot, settings):
    reminder = a_message(administrator, robot)
    robot.answers = [310000] * settings.REMINDER_ATTEMPTS
    waits = []
    with clock.frozen(FRIDAY):
        for _attempt in range(settings.REMINDER_ATTEMPTS):
            at_once(reminder)
            waits.append(round((reminder.next_at - timezone.now()).total_seconds() / 60))
    assert waits[:5] == [1, 4, 16, 64, 256]
    assert (reminder.status, reminder.attempts) == (Status.DEAD, 6)
    assert "310000" in reminder.note and robot.webhook not in reminder.note
    at_once(reminder)
    assert robot.calls == settings.REMINDER_ATTEMPTS


def test_it_waits_for_a_mail_server_that_is_down(administrator, post):
    address("jiaojiang-preparer")
    switch(administrator, by_email=True)
    post.stop()
    with clock.frozen(FRIDAY):
        work_off()
        reminder = Reminder.objects.get()
        assert (reminder.status, reminder.attempts) == (Status.WAITING, 1)
        post.start()
        at_once(reminder)
    assert (reminder.status, len(post.messages)) == (Status.SENT, 1)


def test_it_keeps_an_address_out_of_the_error(administrator, post):
    address("jiaojiang-preparer", "zhang.full@example.org")
    switch(administrator, by_email=True)
    post.refusals = ["550 no mailbox zhang.full@example.org"]
    with clock.frozen(FRIDAY):
        work_off()
    note = Reminder.objects.get().note
    assert "550" in note and "zhang.full" not in note


def test_it_frees_what_a_killed_worker_had(administrator, robot):
    reminder = a_message(administrator, robot)
    gone = {"status": Status.SENDING, "attempts": 1, "lease_until": timezone.now() + timedelta(seconds=60)}
    Reminder.objects.update(**gone)
    with clock.frozen(FRIDAY):
        delivery.deliver(str(reminder.public_id))
        assert robot.calls == 0
        Reminder.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        delivery.deliver(str(reminder.public_id))
    assert (robot.calls, Reminder.objects.get().status) == (1, Status.SENT)


def test_it_does_not_overwrite_what_another_worker_has_taken_over(administrator, robot):
    reminder = a_message(administrator, robot)
    late = outbox.claim(str(reminder.public_id))
    Reminder.objects.update(attempts=2)
    outbox.fail(late, "too late")
    assert Reminder.objects.get().note == ""


# --- the robot's address


@pytest.mark.parametrize(
    "bad",
    [
        "http://oapi.dingtalk.com/robot/send?access_token=x",
        "https://oapi.dingtalk.com.evil.example/robot/send?access_token=x",
        "https://oapi.dingtalk.com@127.0.0.1/robot/send?access_token=x",
        "https://oapi.dingtalk.com:8443/robot/send?access_token=x",
        "https://127.0.0.1/robot/send?access_token=x",
        "https://[::1]/robot/send?access_token=x",
        "https://oapi.dingtalk.com\\@127.0.0.1/?access_token=x",
        "https://oapi.dingtalk.com/robot/send?access_token=x\r\nHost: evil",
        "file:///etc/passwd?access_token=x",
        "https://oapi.dingtalk.com/robot/send",
        "https://oapi.dingtalk.com/robot/send?access_token=x#here",
        "https://oapi.dingtalk。com/robot/send?access_token=x",
        "//oapi.dingtalk.com/robot/send?access_token=x",
        "https://[oapi/robot/send?access_token=x",
    ],
)
def test_it_posts_to_robots_of_the_allowed_origins_only(bad):
    assert channels.why_not_webhook("https://oapi.dingtalk.com/robot/send?access_token=x") is None
    assert channels.why_not_webhook(bad)


def test_it_posts_to_the_robot_of_wecom_as_that_one_asks(administrator, robot):
    """With its key alone: no signature; what is too long for it goes out as several messages, in order."""
    switch(administrator, by_dingtalk=True, webhook=robot.wecom)
    with clock.frozen(FRIDAY):
        work_off()
    assert Reminder.objects.get().status == Status.SENT
    assert "三门县教育局" in "".join(robot.texts)
    robot.texts.clear()
    lines = [f"第{number}个单位尚未上报" for number in range(200)] + ["很长" * 800]
    channels.post_to_group(robot.wecom, "", "\n".join(lines))
    assert len(robot.texts) > 1
    assert "\n".join(robot.texts).replace("\n", "") == "".join(lines)


def test_wecom_says_why_it_refuses(robot):
    with pytest.raises(channels.NotDelivered, match="93000"):
        channels.post_to_group(robot.wecom + "x", "", "文本")


@pytest.mark.parametrize("end", ["", "?access_token=x", "?key=", "?key=x#here"])
def test_the_address_of_wecom_has_its_key(end):
    address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"
    assert channels.why_not_webhook(f"{address}?key=x") is None
    assert channels.why_not_webhook(address + end)


def test_a_signature_is_asked_for_again_after_wecom(administrator, robot):
    switch(administrator, by_dingtalk=True, webhook=robot.wecom)
    group_on(administrator, robot)
    with clock.frozen(FRIDAY):
        work_off()
    assert len(robot.texts) == 1


def test_it_checks_the_address_again_before_it_posts(administrator, robot, settings):
    reminder = a_message(administrator, robot)
    settings.WEBHOOK_ORIGINS = ["https://oapi.dingtalk.com"]
    with clock.frozen(FRIDAY):
        work_off()
    reminder.refresh_from_db()
    assert (reminder.status, robot.calls) == (Status.WAITING, 0)


def test_it_keeps_webhook_and_secret_encrypted_and_out_of_the_history(administrator, robot):
    group_on(administrator, robot)
    kept = ReminderSettings.objects.get()
    assert robot.webhook not in kept.webhook and SECRET not in kept.secret
    entry = HistoryEntry.objects.get(action="reminder_settings")
    assert entry.after["has_robot"] and SECRET not in str(entry.after) + str(entry.before)
    assert "access_token" not in str(entry.after)


def test_the_robot_of_the_tests_refuses_a_wrong_signature(robot):
    for secret, expected in ((SECRET, 1), ("SECother", 1)):
        try:
            channels.post_to_group(robot.webhook, secret, "测试")
        except channels.NotDelivered as error:
            assert "310000" in str(error)
        assert len(robot.texts) == expected


@pytest.mark.parametrize("email", ["a@example.org\r\nBcc: b@example.org", "a@example.org\nX: y"])
def test_it_injects_no_header(post, email):
    with pytest.raises(channels.NotDelivered):
        channels.send_email(email, "催报", "文本", identity="x")
    channels.send_email("a@example.org", "催报\r\nBcc: b@example.org", "文本", identity="x")
    [message] = post.messages
    assert message["Bcc"] is None and post.recipients == ["a@example.org"]


# --- by hand


def test_it_reminds_by_hand_once_a_day(administrator, reviewer, robot):
    group_on(administrator, robot)
    reminder_actions.remind(period(), by=reviewer)
    work_off()
    with pytest.raises(Refused):
        reminder_actions.remind(period(), by=reviewer)
    with clock.frozen(clock.now() + timedelta(days=1)):
        reminder_actions.remind(period(), by=reviewer)
    assert HistoryEntry.objects.filter(action="remind").count() == 2


def test_it_does_not_remind_by_hand_while_it_is_off(reviewer):
    with pytest.raises(Refused):
        reminder_actions.remind(period(), by=reviewer)
    assert not Reminder.objects.exists()


def test_a_pillar_reminds_its_own_districts_only(db, robot):
    by = membership("shanghai-civil-affairs-administrator")
    programme = period("2021Q4", "shanghai").programme
    with clock.frozen(datetime.fromisoformat("2021-12-20T09:00:00+08:00")):
        given = {
            "by_email": False,
            "by_dingtalk": True,
            "hour": 9,
            "webhook": robot.webhook,
            "secret": SECRET,
        }
        reminder_actions.change_reminders(programme, by=by, **given)
        reminder_actions.remind(period("2021Q4", "shanghai"), by=membership("sh-eldercare-reviewer"))
        for each in Reminder.objects.all():
            delivery.deliver(str(each.public_id))
    [text] = robot.texts
    assert "黄浦" in text and "大数据" not in text


def test_it_sends_again_what_was_given_up_unless_it_was_filed(administrator, reviewer, clerk, post):
    address("jiaojiang-preparer")
    switch(administrator, by_email=True)
    with clock.frozen(FRIDAY):
        work_off()
        reminder = Reminder.objects.get()
        reminder_actions.send_again(reminder, by=reviewer)
        work_off()
        assert len(post.messages) == 2
        accepted(clerk)
        reminder.refresh_from_db()
        reminder_actions.send_again(reminder, by=reviewer)
        work_off()
    assert (len(post.messages), Reminder.objects.get().status) == (2, Status.WITHHELD)


def test_only_the_leads_administrator_changes_the_settings(db, reviewer):
    for who in (
        reviewer,
        membership("jiaojiang-administrator"),
        membership("shanghai-civil-affairs-administrator"),
    ):
        with pytest.raises(PermissionDenied):
            switch(who, by_email=True)


def test_it_tests_before_it_is_switched_on(administrator, robot, post):
    switch(administrator, webhook=robot.webhook, secret=SECRET)
    address("taizhou-education-administrator")
    administrator.user.refresh_from_db()
    for _twice in range(2):
        reminder_actions.send_test(period().programme, period(), by=administrator)
        work_off()
    assert (len(robot.texts), post.recipients) == (2, ["taizhou-education-administrator@example.org"] * 2)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("robot")
def test_two_planners_at_once_plan_once(robot):
    group_on(membership("taizhou-education-administrator"), robot)
    failed = []

    def run() -> None:
        try:
            see_everything()
            with clock.frozen(FRIDAY):
                work_off()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _each in range(4)]
    [each.start() for each in threads]
    [each.join() for each in threads]
    assert (failed, Reminder.objects.count(), len(robot.texts)) == ([], 1, 1)
