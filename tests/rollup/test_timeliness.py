"""On time, late, closed: by the server's clock, in Asia/Shanghai, whatever zone anything else is in (part G)."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from django.utils import timezone as django_timezone

from portal import clock
from portal.problems import Refused
from reporting.assessment.assessment import periods_not_filed
from reporting.filings import actions as filing_actions
from reporting.models import Filing
from reporting.models.states import STATES
from reporting.periods.queries import begun_periods
from reporting.periods.rules import why_not_open
from reporting.reminders.queries import owing
from reporting.review import actions as review_actions
from reporting.rollup.rollup import RollUpRow
from reporting.rollup.status import SHOWN, cells, rates
from targets.calendar import timeliness
from targets.models import Duty, Period

from ..conftest import NOW
from ..factories import accepted, membership, period, row, started, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

ZONES = ["Asia/Shanghai", "UTC", "America/New_York", "Asia/Kathmandu"]
REASON = "第1行人次与签到表不符，请核对后重报。"


def at(text: str) -> datetime:
    """An instant; in Asia/Shanghai unless the text says otherwise."""
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=timezone(timedelta(hours=8)))


def cell(code: str, quarter: str):
    """How the tenant's return stands on the board."""
    found = cells(period(quarter).programme, [period(quarter)], under=period(quarter).programme.lead)
    return next(each for each in found.values() if each.tenant.code == code)


# --- the due instant (G01–G03): the 28th is included, the 29th begins late (D2)

DUE = {
    "2022-03-21T09:00:00": 0,
    "2022-03-28T00:00:00": 0,
    "2022-03-28T23:59:59": 0,
    "2022-03-28T23:59:59.999999": 0,
    "2022-03-28T15:59:59+00:00": 0,
    "2022-03-28T16:00:00+00:00": 1,
    "2022-03-29T00:00:00": 1,
    "2022-03-29T23:59:59": 1,
    "2022-03-30T00:00:00": 2,
    "2022-03-29T12:00:00-04:00": 2,
    "2022-04-10T23:59:59": 13,
}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("instant", "days"), DUE.items())
def test_it_counts_the_days_late_in_any_zone(instant, days, zone):
    with django_timezone.override(zone):
        assert timeliness(at(instant), period("2022Q1").due_at) == days
        assert timeliness(at(instant).astimezone(timezone.utc), period("2022Q1").due_at) == days  # noqa: UP017


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("instant", "days"), DUE.items())
def test_a_return_is_accepted_late_and_flagged(instant, days, zone, clerk):
    with django_timezone.override(zone), clock.frozen(at(instant)):
        filing = submitted(clerk)
        assert filing.first_submitted_at == at(instant)
        assert filing.latest.is_supplementary is (days > 0)
        board = cell("jiaojiang", "2022Q1")
        assert (board.state, board.days_late) == ("submitted", days)


def test_the_first_due_day_is_a_sunday_and_is_not_moved():
    due = Period.objects.get(programme__code="taizhou", code="2021Q1")
    assert (due.due_on, due.due_on.isoweekday()) == (date(2021, 3, 28), 7)
    assert due.due_at == at("2021-03-29T00:00:00")


def test_every_return_is_due_on_the_28th_of_the_last_month():
    due = [each.due_on for each in Period.objects.filter(programme__code="taizhou")]
    assert due == [date(year, month, 28) for year in (2021, 2022) for month in (3, 6, 9, 12)]


# --- open and closed (D4, D5)

OPEN = {
    ("2021Q1", "2021-02-28T23:59:59"): False,
    ("2021Q1", "2021-03-01T00:00:00"): True,
    ("2022Q1", "2021-12-31T23:59:59"): False,
    ("2022Q1", "2022-01-01T00:00:00"): True,
    ("2022Q1", "2021-12-31T16:00:00+00:00"): True,
    ("2022Q1", "2022-03-29T00:00:00"): True,
    ("2022Q1", "2022-04-10T23:59:59.999999"): True,
    ("2022Q1", "2022-04-11T00:00:00"): False,
    ("2022Q2", "2022-03-31T23:59:59"): False,
    ("2022Q2", "2022-04-01T00:00:00"): True,
    ("2022Q4", "2023-01-31T23:59:59"): True,
    ("2022Q4", "2023-02-01T00:00:00"): False,
}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("place", "is_open"), OPEN.items())
def test_a_period_is_open_from_its_first_day_until_the_books_close(place, is_open, zone):
    quarter, instant = place
    with django_timezone.override(zone), clock.frozen(at(instant)):
        assert (why_not_open(period(quarter)) is None) is is_open


@pytest.mark.parametrize(("place", "is_open"), OPEN.items())
def test_a_return_is_started_while_its_period_is_open(place, is_open, clerk, unchanged):
    quarter, instant = place
    with clock.frozen(at(instant)):
        if is_open:
            assert started(clerk, quarter).status == "draft"
            return
        with unchanged(), pytest.raises(Refused):
            started(clerk, quarter)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("instant", "code"), [("2022-03-31T23:59:59", "2022Q1"), ("2022-04-01T00:00:00", "2022Q2")]
)
def test_the_quarter_changes_at_midnight_in_shanghai(instant, code, zone, as_, clerk):
    """Not at midnight in Greenwich, which is eight in the morning here."""
    with django_timezone.override(zone), clock.frozen(at(instant)):
        assert begun_periods(period().programme)[-1].code == code
        assert cell("jiaojiang", "2022Q2").state == ("not_begun" if code == "2022Q1" else "pending")
        offered = as_(clerk).get("/taizhou/progress/").content.decode()
        assert ('value="2022Q2"' in offered) == (code == "2022Q2")
        assert period(code).due_on.day == 28


@pytest.mark.parametrize("zone", ZONES)
def test_today_is_todays_date_in_shanghai(zone):
    with django_timezone.override(zone), clock.frozen(at("2022-03-31T17:30:00+00:00")):
        assert clock.today() == date(2022, 4, 1)


# --- judged by the first submission


def test_what_was_first_filed_in_time_stays_in_time(clerk, reviewer):
    filing = submitted(clerk, row("椒江区社区学院", 1, 41))
    review_actions.send_back(filing, reason=REASON, revision=filing.revision, by=reviewer)
    with clock.frozen(at("2022-04-02T09:00:00")):
        again = accepted(clerk, row("椒江区社区学院", 1, 42))
        board = cell("jiaojiang", "2022Q1")
    assert (again.first_submitted_at, again.latest.submitted_at) == (NOW, at("2022-04-02T09:00:00"))
    assert (again.latest.is_supplementary, board.state, board.days_late) == (True, "accepted", 0)


def test_what_was_first_filed_late_stays_late_after_a_correction(clerk, reviewer):
    with clock.frozen(at("2022-03-30T10:12:00")):
        filing = accepted(clerk, row("椒江区社区学院", 1, 41))
        filing_actions.correct(filing, reason=REASON, revision=filing.revision, by=clerk)
        accepted(clerk, row("椒江区社区学院", 1, 42))
    assert cell("jiaojiang", "2022Q1").days_late == 2


def test_what_was_sent_back_after_the_due_day_is_not_filed(clerk, reviewer):
    with clock.frozen(at("2022-03-30T10:12:00")):
        filing = submitted(clerk)
        review_actions.send_back(filing, reason=REASON, revision=filing.revision, by=reviewer)
    board = cell("jiaojiang", "2022Q1")
    assert (board.state, board.is_filed, board.days_late) == ("returned", False, 0)


# --- one clock


@pytest.fixture
def real_time(settings, tmp_path):
    """No frozen instant, no clock file: what `clock` shows by itself."""
    settings.DATA_DIR = tmp_path
    with clock.frozen(None):
        yield settings


def is_now(instant: datetime, shown: datetime) -> bool:
    return abs(shown - instant) < timedelta(hours=12)


@pytest.mark.parametrize("text", ["2021-03-28T23:59:00+08:00", "2021-03-28T15:59:00Z", "2021-03-28T23:59:00"])
def test_the_demonstration_clock_is_set_from_the_environment(text, real_time, monkeypatch):
    monkeypatch.setenv("PORTAL_NOW", text)
    real_time.DEMO = True
    assert is_now(at("2021-03-28T23:59:00"), clock.now())


def test_the_environment_sets_no_clock_outside_the_demonstration(real_time, monkeypatch):
    monkeypatch.setenv("PORTAL_NOW", "2021-03-28T23:59:00+08:00")
    real_time.DEMO = True
    clock.start_demonstration(at("2021-06-01T09:00:00"))
    assert is_now(at("2021-03-28T23:59:00"), clock.now())
    real_time.DEMO = False
    assert is_now(django_timezone.now(), clock.now())


def test_the_clock_file_sets_no_clock_outside_the_demonstration(real_time, monkeypatch):
    monkeypatch.delenv("PORTAL_NOW", raising=False)
    clock.start_demonstration(at("2021-06-01T09:00:00"))
    real_time.DEMO = True
    assert is_now(at("2021-06-01T09:00:00"), clock.now())
    real_time.DEMO = False
    assert is_now(django_timezone.now(), clock.now())


# --- rates (domain §3); those of the demonstration year stand in test_demonstration


def test_who_has_not_filed_counts_as_expected_and_not_as_on_time(clerk):
    submitted(clerk)
    with clock.frozen(at("2022-03-29T00:00:00")):
        submitted(membership("huangyan-preparer"), row("黄岩区社区学院", 1, 50))
        submitted(membership("taizhouwan-preparer"), row("台州湾新区社区教育中心", 1, 50))
    found = rates(cells(period().programme, [period()], under=period().programme.lead).values())
    assert (found.expected, found.filed, found.on_time) == (10, 2, 1)
    assert (found.reporting_rate, found.timeliness_rate) == ("—", "—")  # in time until the 28th
    with clock.frozen(at("2022-03-29T00:00:00")):
        found = rates(cells(period().programme, [period()], under=period().programme.lead).values())
    assert (found.reporting_rate, found.timeliness_rate) == ("20.0%", "10.0%")
    assert Filing.objects.filter(period=period()).count() == 3


# --- who still owes: one answer on the board, for reminders and in the assessment


@pytest.mark.parametrize("duty", Duty)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    ("instant", "is_due"), [("2022-03-28T23:59:59", False), ("2022-03-29T00:00:00", True)]
)
def test_owed_is_what_is_required_and_not_there(state, duty, instant, is_due):
    """Before its day it is awaited, from then on it is overdue: the boundary is the second."""
    with clock.frozen(at(instant)):
        found = replace(cell("jiaojiang", "2022Q1"), state=state, duty=duty)
        is_owed = duty == "required" and state in ("pending", "missing", "returned", "recalled")
        assert (found.is_owed, found.is_due) == (is_owed, is_due)
        assert (SHOWN["owing"](found), SHOWN["awaited"](found)) == (
            is_owed and is_due,
            is_owed and not is_due,
        )
        assert periods_not_filed(RollUpRow(found.tenant, state, {}, True, (found,))) == (
            (found.period.short_name,) if is_owed and is_due else ()
        )


def test_who_is_reminded_is_who_owes_on_the_board(clerk, neighbour, reviewer):
    accepted(clerk)
    sent_back = submitted(neighbour)
    review_actions.send_back(sent_back, reason=REASON, revision=sent_back.revision, by=reviewer)
    board = cells(period().programme, [period()], under=reviewer.tenant).values()
    reminded = {each.tenant for each in owing(period(), under=reviewer.tenant)}
    assert reminded == {each.tenant for each in board if each.is_owed}
    assert neighbour.tenant in reminded and clerk.tenant not in reminded
