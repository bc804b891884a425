"""我的任务 for each role: what I owe, until when, whose turn it is, and one thing to press."""

import re
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import actions as people
from portal import clock
from portal.models import User
from reporting.models import Reminder
from reporting.review import actions as review_actions

from ..access.world import set_up_codes
from ..factories import accepted, membership, period, row, started, submitted
from ..screen import Screen

CITY = "taizhou-education"
REASON = "请核对人次后重报（演示）。"


def home(client) -> Screen:
    return Screen(client.get("/"))


def primary(client) -> list[str]:
    """The buttons of the page's own part that stand out; there is one thing to press, or nothing."""
    main = client.get("/").content.decode().split("<main", 1)[1].split("</main>")[0]
    return re.findall(r'class="button is-primary"', main)


@pytest.mark.parametrize("username", ["jiaojiang-preparer", "jiaojiang-head"])
def test_it_tells_who_files_what_is_owed_and_until_when(as_, db, username):
    client = as_(membership(username))
    text = home(client).text
    assert all(part in text for part in ("2022年第一季度", "3月28日", "星期一", "7"))
    assert len(primary(client)) == 1


@pytest.mark.parametrize(("day", "left"), [("28", "0"), ("29", "-1")])
def test_it_counts_the_days(as_, clerk, day, left):
    with clock.frozen(datetime.fromisoformat(f"2022-03-{day}T10:00:00+08:00")):
        page = as_(clerk).get("/").content.decode()
    missed = 4  # the quarters of the year before, of which nothing is in
    assert page.count("is-overdue") == missed + (left == "-1")


def test_a_missed_quarter_stays_with_what_to_do(as_, clerk):
    """Closed without a return: it does not vanish; who files can ask for it to be unlocked, and then waits."""
    ask = "/taizhou/periods/2022Q1/unlock/"
    with clock.frozen(datetime.fromisoformat("2022-04-20T09:00:00+08:00")):
        client = as_(clerk)
        page = home(client)
        assert "2022年第一季度 未报" in page.text and "2022年第二季度 待报" in page.text
        assert ask in [link.href for link in page.links] and "如需补报，请申请解锁" in page.text
        assert client.get(ask).status_code == 200
        client.post(ask, {"reason": "漏报一场活动，请解锁。"})
        page = home(client)
        assert ask not in [link.href for link in page.links] and "已申请解锁，待管理员办理" in page.text
        assert len(primary(client)) == 1


def test_what_was_filed_is_not_missed(as_, clerk):
    accepted(clerk)
    with clock.frozen(datetime.fromisoformat("2022-04-20T09:00:00+08:00")):
        assert "/taizhou/periods/2022Q1/unlock/" not in [link.href for link in home(as_(clerk)).links]


def test_who_files_voluntarily_reads_so_and_no_blame(as_, db):
    for day in ("2022-03-21", "2022-03-30", "2022-04-20"):
        with clock.frozen(datetime.fromisoformat(f"{day}T09:00:00+08:00")):
            page = as_(membership("taizhouwan-preparer")).get("/").content.decode()
            assert "自愿填报，未填" in page and "可报可不报" in page
            assert [each for each in ("未报", "逾期", "is-overdue", "unlock") if each in page] == []


def test_it_shows_why_a_return_came_back(as_, clerk, reviewer):
    back = submitted(clerk)
    review_actions.send_back(back, reason=REASON, revision=back.revision, by=reviewer)
    client = as_(clerk)
    screen = home(client)
    assert REASON in screen.text
    assert {link.href for link in screen.links if link.href.endswith("/edit/")} == {
        f"/filings/{back.public_id}/edit/"
    }
    assert len(primary(client)) == 1


def test_it_shows_a_return_that_came_back_after_the_closing(as_, clerk, reviewer):
    back = submitted(clerk)
    with clock.frozen(datetime.fromisoformat("2022-05-04T10:00:00+08:00")):
        review_actions.send_back(back, reason=REASON, revision=back.revision, by=reviewer)
        assert REASON in home(as_(clerk)).text


def test_it_says_that_it_is_the_reviewers_turn(as_, clerk):
    filing = submitted(clerk)
    client = as_(clerk)
    assert [link.href for link in home(client).links if str(filing.public_id) in link.href] == [
        filing.get_absolute_url()
    ]
    assert primary(client) == []


def test_it_puts_what_waits_first_for_the_reviewer_and_marks_explanations(as_, clerk, neighbour, reviewer):
    first = submitted(clerk, row("海门街道社区学校", 1, 8))  # so few that it is explained
    second = submitted(neighbour)
    client = as_(reviewer)
    page = client.get("/").content.decode()
    assert (
        page.index(first.get_absolute_url())
        < page.index(second.get_absolute_url())
        < page.index("reminder-1")
    )
    assert page.count('class="mark"') == sum(bool(each.latest.explanations) for each in (first, second)) == 1
    assert len(primary(client)) == 1


def test_it_gives_the_reviewer_the_text_for_those_who_are_missing(as_, clerk, reviewer):
    accepted(clerk)
    text = home(as_(reviewer)).at["reminder-1"]
    assert "黄岩区教育局" in text and "椒江" not in text


def test_it_tells_the_administrator_what_to_see_to(as_, administrator):
    people.invite(tenant=administrator.tenant, role="observer", full_name="丙（演示）", by=administrator)
    screen = home(as_(administrator))
    assert "丙（演示）" in screen.text
    assert str(membership(f"{CITY}-reviewer").user) in screen.text  # no codes yet
    assert "/taizhou/reminders/settings/" in [link.href for link in screen.links]
    with clock.frozen(datetime.fromisoformat("2022-03-30T10:00:00+08:00")):
        assert "4月" in home(as_(administrator)).text  # the books close


def test_it_leaves_out_what_is_done(as_, administrator):
    county = membership("jiaojiang-administrator")
    set_up_codes(county.user)
    assert county.user.full_name not in " ".join(home(as_(county)).items)


def test_it_tells_the_administrator_of_messages_that_did_not_arrive(as_, administrator):
    about = {"tenant": membership("jiaojiang-head").tenant, "period": period(), "kind": "before-7"}
    at = clock.now()
    about |= {"relative_to": at.date(), "planned_at": at, "next_at": at, "channel": "email", "recipient": "x"}
    Reminder.objects.create(status="dead", **about)
    assert "/taizhou/reminders/" in [link.href for link in home(as_(administrator)).links]


@pytest.mark.usefixtures("year")
def test_it_shows_an_observer_the_latest_figures(as_, observer):
    text = home(as_(observer)).text
    assert "10,044" in text and "213" in text


def test_it_says_when_there_are_no_figures_yet(as_, observer, db):
    assert "/taizhou/progress/" in [link.href for link in home(as_(observer)).links]


def test_it_tells_somebody_without_a_membership_what_to_do(client, db):
    nobody = User.objects.create(username="nobody", full_name="无（演示）")
    client.force_login(nobody)
    assert "nobody" in home(client).text


def test_it_shows_a_county_nobody_elses_return(as_, clerk, neighbour):
    submitted(neighbour)
    assert "黄岩" not in home(as_(clerk)).text


@pytest.mark.parametrize("role", ["reviewer", "administrator", "observer"])
def test_it_asks_as_often_for_three_as_for_one(as_, db, role):
    counts = []
    for counties in (["jiaojiang"], ["huangyan", "luqiao"]):
        for each in counties:
            submitted(membership(f"{each}-preparer"))
        client = as_(membership(f"{CITY}-{role}"))
        client.get("/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/")
        counts.append(len(asked))
    assert counts[0] == counts[1] < 60  # on PostgreSQL some of them set the scope


@pytest.mark.parametrize("role", ["preparer", "head", "administrator", "observer"])
def test_it_shows_a_draft_to_its_own_tenant_as_one(as_, clerk, role):
    started(clerk)
    page = as_(membership(f"jiaojiang-{role}")).get("/").content.decode()
    assert "status-draft" in page
    assert ("/edit/" in page) == (role in ("preparer", "head"))
