"""Two people at once, on real connections: exactly one wins, and nothing is lost."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import chain

import pytest
from django.db import connection

from portal import clock, history, locks, walls
from portal.models import HistoryEntry
from portal.problems import Refused
from reporting.filings import actions as filing_actions
from reporting.filings import transition
from reporting.filings.typed_return import Typed
from reporting.models import Extension, Filing, Version
from reporting.models.filings import FilingQuerySet
from reporting.models.states import Status
from reporting.periods import actions as period_actions
from reporting.review import actions as review_actions
from reporting.rollup import status as rollup_status

from ..conftest import NOW
from ..factories import FIGURES, membership, row, started, submitted
from ..selection import times
from ..tampering import tamper, unfrozen

pytestmark = pytest.mark.both_databases

ROUNDS, UNTIL_IT_HAPPENS = times(10, 100), 100


@pytest.fixture
def people(transactional_db):
    """The accounts that the races need, in a database that real transactions reach."""


def race(*moves: Callable[[], object], at: datetime = NOW) -> list[object]:
    """Run the moves at the same moment, each on a connection of its own: what each returned or raised."""
    barrier, outcomes = threading.Barrier(len(moves)), [None] * len(moves)

    def run(index: int, move: Callable[[], object]) -> None:
        with clock.frozen(at):
            barrier.wait()
            try:
                with walls.everything():
                    outcomes[index] = move()
            except Exception as error:
                outcomes[index] = error
            finally:
                connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(moves)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


def verdict(outcomes: list[object]) -> list[str]:
    """How it ended for each, in no order: “won”, or the name of what was raised."""
    return sorted(type(each).__name__ if isinstance(each, Exception) else "won" for each in outcomes)


# One wins, the other is told so: no fault of ours, and nobody left waiting.
FAIR = sorted([Refused.__name__, "won"])


def again(filing: Filing, status: Status = Status.SUBMITTED) -> Filing:
    """The same return at the start of the next round: reviews are taken away, the state is set back."""
    tamper("reporting_reviewpoint", "DELETE FROM reporting_reviewpoint")
    tamper("reporting_review", "DELETE FROM reporting_review")
    Filing.objects.filter(pk=filing.pk).update(status=status, accepted=None, revision=1)
    return Filing.objects.with_parties().get(pk=filing.pk)


def play(rounds: int, start: Callable[[], Filing], *moves: Callable[[Filing], object]) -> list[list[str]]:
    """How each round ended."""
    ends = []
    for _round in range(rounds):
        filing = start()
        ends.append(verdict(race(*[lambda move=move, filing=filing: move(filing) for move in moves])))
    return ends


def accept(filing: Filing):
    return review_actions.accept(
        filing, revision=filing.revision, by=membership("taizhou-education-reviewer")
    )


def send_back(filing: Filing):
    by = membership("taizhou-education-reviewer")
    return review_actions.send_back(filing, reason="请核对人次后重报。", revision=filing.revision, by=by)


def recall(filing: Filing):
    return filing_actions.recall(filing, revision=filing.revision, by=membership("jiaojiang-preparer"))


def accept_several(filing: Filing):
    """One of several, told as a decision about it alone is told."""
    by = membership("taizhou-education-reviewer")
    review_actions.open_version(filing.latest, by=by)
    try:
        return review_actions.accept_several([(filing, filing.revision)], by=by)
    except review_actions.SeveralRefused as refused:
        raise Refused(refused.outcomes[0].refused) from refused


def submit(filing: Filing):
    return filing_actions.submit(filing, revision=filing.revision, by=membership("jiaojiang-preparer"))


def edit(who: str, figure: int) -> Callable[[Filing], object]:
    def move(filing: Filing):
        typed = Typed(rows=[row("海门街道社区学校", 1, figure)], preparer="甲", head="乙", telephone="0000")
        return filing_actions.save_draft(filing, typed, revision=filing.revision, by=membership(who))

    return move


@pytest.mark.parametrize("moves", [(accept, send_back), (accept, accept), (accept, recall)])
def test_it_lets_exactly_one_decision_win(people, moves):
    filing = submitted(membership("jiaojiang-preparer"))
    assert play(ROUNDS, lambda: again(filing), *moves) == [FAIR] * ROUNDS


def test_it_loses_no_edit_without_telling(people):
    """Two clerks save different figures on the same revision: one is kept, the other is told."""
    filing = started(membership("jiaojiang-preparer"))
    both = [edit("jiaojiang-preparer", 51), edit("jiaojiang-head", 52)]
    assert play(ROUNDS, lambda: again(filing, Status.DRAFT), *both) == [FAIR] * ROUNDS


def test_it_submits_once_when_the_button_is_pressed_twice(people):
    """Two posts of one submission: one version, one history entry."""
    filing = submitted(membership("jiaojiang-preparer"), row("海门街道社区学校", *FIGURES))
    versions, entries = Version.objects.count(), HistoryEntry.objects.filter(action="submit").count()
    assert play(ROUNDS, lambda: again(filing, Status.DRAFT), submit, submit) == [FAIR] * ROUNDS
    assert Version.objects.count() == versions + ROUNDS
    assert HistoryEntry.objects.filter(action="submit").count() == entries + ROUNDS


def test_it_submits_what_it_checked_or_refuses(people):
    """Submit against edit: whichever comes second is refused."""
    filing = submitted(membership("jiaojiang-preparer"), row("海门街道社区学校", *FIGURES))
    moves = [submit, edit("jiaojiang-head", 77)]
    assert play(ROUNDS, lambda: again(filing, Status.DRAFT), *moves) == [FAIR] * ROUNDS


RACES = {
    "two reviewers, two decisions": (Status.SUBMITTED, accept, send_back),
    "two reviewers, one decision": (Status.SUBMITTED, accept, accept),
    "accept against recall": (Status.SUBMITTED, accept, recall),
    "accept several against recall": (Status.SUBMITTED, accept_several, recall),
    "two clerks on one return": (Status.DRAFT, edit("jiaojiang-preparer", 51), edit("jiaojiang-head", 52)),
    "a double-clicked submit": (Status.DRAFT, submit, submit),
    "submit against edit": (Status.DRAFT, submit, edit("jiaojiang-head", 77)),
}


@pytest.mark.parametrize("name", RACES)
def test_each_race_is_seen_to_be_lost_without_the_guard(people, monkeypatch, name):
    """With lock and compare-and-set switched off both win, or one runs into a constraint of the database."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's immediate transactions are a guard of their own: one writer at a time")
    filing = submitted(membership("jiaojiang-preparer"), row("海门街道社区学校", *FIGURES))
    monkeypatch.setattr(FilingQuerySet, "select_for_update", lambda self, **options: self)
    monkeypatch.setattr(locks, "hold_figures", lambda tenant: None)
    monkeypatch.setattr(transition, "take_revision", WithoutGuard())
    status, *moves = RACES[name]
    ends = play(3, lambda: again(filing, status), *moves)
    assert FAIR not in ends
    assert threading.BrokenBarrierError.__name__ not in chain.from_iterable(ends)


class WithoutGuard:
    """Writes whatever the return is by now; and waits until both sides have asked whether they may."""

    def __init__(self):
        self.both_asked = threading.Barrier(2, timeout=20)

    def __call__(self, filing, revision, sources, written):
        self.both_asked.wait()
        Filing.objects.filter(pk=filing.pk).update(**written)
        return True


def test_it_numbers_every_entry_once(people):
    """Two tenants, two clerks each, all at once: each tenant's chain is whole, and nobody is refused."""
    clerks = [
        membership(f"{code}-{role}") for code in ("jiaojiang", "huangyan") for role in ("preparer", "head")
    ]
    filings = {who.tenant: started(who) for who in clerks}
    for _round in range(ROUNDS):
        outcomes = race(*[lambda who=who: noted(filings[who.tenant], who) for who in clerks])
        assert verdict(outcomes) == ["won"] * 4
    for tenant in filings:
        head, faults = history.verify(tenant)
        assert (head.count, faults) == (1 + 2 * ROUNDS, [])


def noted(filing: Filing, who):
    return history.record(
        "save", subject_kind="filing", subject_id=filing.public_id, tenant=filing.tenant, by=who.user
    )


def test_it_opens_one_return_for_two_colleagues(people):
    """Two clerks press “fill in” at once: both get the same return."""
    clerk, head = membership("jiaojiang-preparer"), membership("jiaojiang-head")
    for _round in range(ROUNDS):
        Filing.objects.all().delete()
        outcomes = race(*[lambda who=who: started(who) for who in (clerk, head)])
        assert outcomes[0] == outcomes[1] == Filing.objects.get()


# --- periods


def reset_period(filing: Filing, status: Status = Status.DRAFT) -> Filing:
    """The period as if nothing had been decided about it, and the return before its first version."""
    written = [f"reporting_{each}" for each in ("perioddecision", "extension", "total", "line", "version")]
    with unfrozen(*written), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reporting_filing SET latest_id = NULL, accepted_id = NULL, first_submitted_at = NULL, first_due_at = NULL"
        )
        for table in written:
            cursor.execute(f"DELETE FROM {table}")
    return again(filing, status)


def ready() -> Filing:
    """A draft that could be submitted as it is."""
    filing = submitted(membership("jiaojiang-preparer"), row("海门街道社区学校", *FIGURES))
    return reset_period(filing)


def close(filing: Filing):
    by = membership("taizhou-education-administrator")
    return period_actions.close_period(filing.period, reason="汇总已完成。", by=by)


def extend(filing: Filing, days: int = 3):
    by = membership("taizhou-education-administrator")
    due_at = filing.period.due_at + timedelta(days=days)
    return period_actions.extend(filing.period, filing.tenant, due_at=due_at, reason="延期。", by=by)


def test_what_is_closed_has_named_everything_that_was_in(people):
    """Close against submit: the return is in and the closing asks about it, or the books are closed and it is not."""
    filing = ready()
    ends = {tuple(each) for each in play(ROUNDS, lambda: reset_period(filing), close, submit)}
    assert ends <= {tuple(FAIR), ("Invalid", "won")}  # submitting is refused, or the closing asks


@pytest.mark.assurance("a hundred rounds, until what may happen has happened")
def test_without_the_lock_a_return_is_submitted_beside_a_closing(people, monkeypatch):
    """The control: without waiting for one another, both win, and a return waits that nobody was asked about."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's immediate transactions are a guard of their own: one writer at a time")
    monkeypatch.setattr(locks, "_lock", lambda row, how: None)
    filing = ready()
    assert ["won", "won"] in play(UNTIL_IT_HAPPENS, lambda: reset_period(filing), close, submit)


def test_a_return_is_judged_by_the_date_that_it_saw(people):
    """Extension against submit, both a day after the due date: late or not, every place says the same."""
    filing = ready()
    after_due = filing.period.due_at + timedelta(hours=1)
    for _round in range(ROUNDS):
        fresh = reset_period(filing)
        outcomes = race(lambda fresh=fresh: submit(fresh), lambda fresh=fresh: extend(fresh), at=after_due)
        assert verdict(outcomes) == ["won", "won"]
        now = Filing.objects.with_parties().get(pk=filing.pk)
        (cell,) = rollup_status.cells(now.period.programme, [now.period], under=now.tenant).values()
        is_late = now.latest.submitted_at >= now.latest.due_at
        assert (now.latest.is_supplementary, cell.days_late > 0, now.first_due_at) == (
            is_late, is_late, now.latest.due_at,
        )  # fmt: skip


def test_of_two_extensions_the_shorter_never_comes_second(people):
    filing = ready()
    for _round in range(ROUNDS):
        fresh = reset_period(filing)
        race(lambda fresh=fresh: extend(fresh, 5), lambda fresh=fresh: extend(fresh, 2))
        given = list(Extension.objects.order_by("id").values_list("due_at", flat=True))
        assert given == sorted(given)
        assert given[-1] == filing.period.due_at + timedelta(days=5)


@pytest.mark.assurance("a hundred rounds, until what may happen has happened")
def test_two_extensions_run_over_one_another_without_the_guard(people, monkeypatch):
    """The control: nobody waits, and in some round the shorter one is given after the longer."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's immediate transactions are a guard of their own: one writer at a time")
    monkeypatch.setattr(locks, "_lock", lambda row, how: None)
    filing = ready()
    orders = []
    for _round in range(UNTIL_IT_HAPPENS):
        fresh = reset_period(filing)
        race(lambda fresh=fresh: extend(fresh, 5), lambda fresh=fresh: extend(fresh, 2))
        orders.append(list(Extension.objects.order_by("id").values_list("due_at", flat=True)))
    assert any(given != sorted(given) for given in orders)


def test_accepting_several_takes_all_or_none(people):
    """Accept-several against recall: either all are accepted, or the one is recalled and none is."""
    fought = submitted(membership("jiaojiang-preparer"))
    safe = submitted(membership("huangyan-preparer"))
    by = membership("taizhou-education-reviewer")
    for _round in range(ROUNDS):
        both = [again(fought), again(safe)]
        outcomes = race(
            lambda both=both: review_actions.accept_several([(each, each.revision) for each in both], by=by),
            lambda both=both: recall(both[0]),
        )
        several, recalled = (isinstance(each, Refused) for each in outcomes)
        assert several is not recalled
        assert Filing.objects.get(pk=safe.pk).status == ("submitted" if several else "accepted")


def test_two_reviewers_accept_several_in_opposite_orders(people):
    """Nobody waits for somebody who waits for them: each return is accepted once."""
    filings = [submitted(membership(f"{code}-preparer")) for code in ("jiaojiang", "huangyan", "luqiao")]
    by = membership("taizhou-education-reviewer")
    for _round in range(ROUNDS):
        fresh = [again(each) for each in filings]
        outcomes = race(
            *[
                lambda order=order: review_actions.accept_several(
                    [(each, each.revision) for each in order], by=by
                )
                for order in (fresh, fresh[::-1])
            ]
        )
        done, late = sorted(outcomes, key=lambda each: isinstance(each, Refused))
        assert len(done) == len(filings) and isinstance(late, Refused)
