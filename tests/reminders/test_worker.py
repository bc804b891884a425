"""Reminders with a real worker, beat and broker, on the committed test database: once each, whatever goes down."""

import os
import re

import pytest
from django.db import transaction

from portal import celery
from reporting.models import Reminder
from reporting.reminders import actions as reminder_actions
from reporting.reminders import outbox

from .. import live
from ..factories import accepted, membership, period
from .receivers import SECRET, Post, Robot

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

Status = Reminder.Status


@pytest.fixture(autouse=True)
def stage(transactional_db):
    """The facts and the accounts, committed. The clock of the tests stands on a day on which a reminder is due."""
    yield
    live.publish_to("")


@pytest.fixture
def robot(settings):
    robot = Robot()
    settings.WEBHOOK_ORIGINS = [robot.origin]
    yield robot
    robot.stop()


@pytest.fixture
def post():
    post = Post()
    yield post
    post.stop()


@pytest.fixture
def start(tmp_path_factory, robot, post, monkeypatch):
    """Start a process that ends with the test, with the receivers of the test in its environment."""
    monkeypatch.setenv("PORTAL_WEBHOOKS", robot.origin)
    monkeypatch.setenv("PORTAL_EMAIL_URL", f"smtp://127.0.0.1:{post.port}")
    monkeypatch.setenv("PORTAL_REMINDER_SWEEP", "1")
    monkeypatch.setenv("PORTAL_REMINDER_RETRY", "1")
    started: list[live.Process] = []

    def start(kind: type[live.Process], **how) -> live.Process:
        started.append(kind(tmp_path_factory.mktemp("process"), **how))
        return started[-1]

    yield start
    for process in reversed(started):
        process.stop()


@pytest.fixture
def broker(start) -> str:
    address = os.environ.get("CELERY_BROKER_URL") or start(live.Broker).address
    live.publish_to(address)
    return address


@pytest.fixture
def switched_on(robot, stage):
    """21 March 2022, nine o'clock: seven days before the due day. 椒江 has filed, 黄岩 has not."""
    administrator = membership("taizhou-education-administrator")
    with transaction.atomic():
        for username in ("jiaojiang-preparer", "huangyan-preparer", "huangyan-head"):
            who = membership(username)
            reminder_actions.set_address(who.user, f"{username}@example.org", by=who)
        accepted(membership("jiaojiang-preparer"))
        how = {"by_email": True, "by_dingtalk": True, "hour": 9, "webhook": robot.webhook, "secret": SECRET}
        reminder_actions.change_reminders(period().programme, by=administrator, **how)


def all_finished() -> bool:
    states = set(Reminder.objects.values_list("status", flat=True))
    return bool(states) and states <= {Status.SENT, Status.WITHHELD, Status.DEAD}


def test_beat_and_worker_send_each_once_and_never_to_who_has_filed(start, broker, switched_on, robot, post):
    robot.answers = [310000, "status 500"]
    post.refusals = ["451 try again later"]
    worker = start(live.Worker, broker=broker)

    live.wait_for("the reminders to be sent", all_finished)
    sweeps = len(re.findall(r"send_due_reminders\[[-0-9a-f]+\] succeeded", worker.said()))
    again = r"send_due_reminders\[[-0-9a-f]+\] succeeded"
    live.wait_for("beat to look again", lambda: len(re.findall(again, worker.said())) >= sweeps + 2)

    assert post.recipients == ["huangyan-head@example.org", "huangyan-preparer@example.org"]
    assert (len(robot.texts), robot.calls) == (1, 3)
    assert "黄岩" in robot.texts[0] and "椒江" not in robot.texts[0]
    assert {each.status for each in Reminder.objects.all()} == {Status.SENT}
    assert Reminder.objects.count() == 3
    assert robot.webhook not in worker.said() and SECRET not in worker.said()


def test_a_killed_worker_and_a_second_beat_change_nothing(start, broker, switched_on, robot, post):
    start(live.Worker, broker=broker).kill()
    first, second = (start(live.Worker, broker=broker) for _each in range(2))
    live.wait_for("the reminders to be sent", all_finished)
    for worker in (first, second):
        live.wait_for("each to look", lambda worker=worker: "send_due_reminders" in worker.said())
    outbox.nudge_waiting()
    for each in Reminder.objects.all():
        celery.app.send_task("reporting.tasks.deliver_reminder", [str(each.public_id)])
    live.wait_for(
        "the messages sent twice to be worked off",
        lambda: (
            len(re.findall(r"deliver_reminder\[[-0-9a-f]+\] succeeded", first.said() + second.said())) >= 6
        ),
    )
    assert len(post.messages) == 2 and len(robot.texts) == 1


def test_without_a_broker_reminding_by_hand_succeeds_and_the_sweep_sends_it(
    start, broker, switched_on, robot
):
    live.publish_to("redis+socket:///nonexistent/broker.sock")
    with transaction.atomic():
        reminder_actions.remind(period(), by=membership("taizhou-education-reviewer"))
    assert {each.status for each in Reminder.objects.all()} == {Status.WAITING}
    start(live.Worker, broker=broker)
    live.wait_for(
        "the sweep to send it", lambda: Reminder.objects.filter(kind="by-hand", status="sent").count() == 3
    )
