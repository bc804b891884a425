"""A random walk over the activity ledger (`ledger_walk.py`), and proof that it finds faults that are put in.

Every day a short walk; script/assure goes everywhere. WALK_EXAMPLES and WALK_STEPS make it longer and another one each time.
"""

import os
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from reporting.filings import actions as filing_actions
from reporting.filings import counted
from reporting.ledger import queries as ledger_queries
from reporting.ledger import rules as ledger_rules
from reporting.ledger.allocation import Book, Place, Reason
from reporting.models import Activity
from reporting.review import actions as review_actions

from ..return_walk import DONE, REFUSED
from ..selection import times
from .ledger_walk import LedgerWalk

IS_LONG = "WALK_EXAMPLES" in os.environ
EXAMPLES, STEPS = int(os.environ.get("WALK_EXAMPLES", times(5, 14))), int(os.environ.get("WALK_STEPS", 25))


def walk(*, examples: int, length: int, is_long: bool = False) -> None:
    run_state_machine_as_test(
        LedgerWalk,
        settings=settings(
            max_examples=examples,
            stateful_step_count=length,
            derandomize=not is_long,
            phases=[Phase.generate, Phase.shrink] if is_long else [Phase.generate],
            database=None,
            deadline=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow("a hundred steps, and every table looked at after each")
def test_every_invariant_holds_after_every_step(db):
    """And, if it is long enough, everywhere: every move is made, and refused where it can be."""
    LedgerWalk.outcomes.clear()
    walk(examples=EXAMPLES, length=STEPS, is_long=IS_LONG)
    print(sum(LedgerWalk.outcomes.values()), "steps")
    if EXAMPLES * STEPS >= 300:
        it_went_everywhere()


def it_went_everywhere() -> None:
    moves = {
        "record",
        "change",
        "withdraw",
        "decide",
        "switch",
        "submit",
        "recall",
        "accept",
        "send_back",
        "correct",
    }
    assert {name for name, outcome in LedgerWalk.outcomes if outcome == DONE} == moves
    refused = {name for name, outcome in LedgerWalk.outcomes if outcome == REFUSED}
    assert refused >= {"change", "withdraw", "switch", "submit", "recall", "accept", "send_back"}


# --- that it can fail: faults put in on purpose


def returned_activities_stay_counted(patch):
    patch.setattr(review_actions, "settle_activities", lambda filing: None)


def what_a_correction_left_out_stays_counted(patch):
    patch.setattr(filing_actions, "settle_activities", lambda filing: None)


def a_late_entry_is_forgotten(patch):
    place = Book.place

    def forgetful(self, entry, **given):
        found = place(self, entry, **given)
        return Place(Reason.NO_PERIOD) if found.is_late else found

    patch.setattr(Book, "place", forgetful)


def a_list_without_those_that_wait(patch):
    patch.setattr(
        ledger_queries,
        "uncounted",
        lambda *given: [each for each in UNCOUNTED(*given) if each.place.reason != Reason.SUPPLEMENT],
    )


def attendances_for_sessions(patch):
    figures = Book.figures
    patch.setattr(
        Book,
        "figures",
        lambda self, entry, sessions=1: figures(
            self, replace(entry, attendances=entry.attendances + sessions), sessions
        ),
    )


def short_courses_count(patch):
    why_never = Book.why_never

    def lenient(self, entry):
        reason = why_never(self, entry)
        return None if reason is Reason.SHORT else reason

    patch.setattr(Book, "why_never", lenient)


def online_counts(patch):
    why_never = Book.why_never

    def lenient(self, entry):
        reason = why_never(self, entry)
        return None if reason is Reason.CHANNEL else reason

    patch.setattr(Book, "why_never", lenient)


def counted_activities_are_changed(patch):
    patch.setattr(ledger_rules, "why_not_change_activity", lambda activity: None)


def withdrawn_activities_count(patch):
    patch.setattr(Activity._default_manager._queryset_class, "not_withdrawn", lambda self: self.all())


def a_draft_takes_what_another_return_counts(patch):
    """The database and the action refuse it, so that a return which could be submitted is not."""
    place_in = Book.place_in
    patch.setattr(ledger_queries, "Q", lambda **given: EVERYTHING)
    patch.setattr(
        Book, "place_in", lambda self, entry, each: place_in(self, replace(entry, counted=None), each)
    )


def everything_goes_into_the_return_at_hand(patch):
    patch.setattr(Book, "place_in", lambda self, entry, each: Place(Reason.DRAFT, each))


def typed_and_computed_are_both_read(patch):
    patch.setattr(Book, "uses_ledger", lambda self, provider, on: True)


UNCOUNTED, EVERYTHING = ledger_queries.uncounted, counted.Q(pk__isnull=False)
FAULTS = [
    returned_activities_stay_counted,
    what_a_correction_left_out_stays_counted,
    a_late_entry_is_forgotten,
    a_list_without_those_that_wait,
    attendances_for_sessions,
    short_courses_count,
    online_counts,
    counted_activities_are_changed,
    withdrawn_activities_count,
    a_draft_takes_what_another_return_counts,
    everything_goes_into_the_return_at_hand,
    typed_and_computed_are_both_read,
]


@pytest.mark.assurance("walks until each fault is met")
@pytest.mark.parametrize("put_in", FAULTS)
def test_it_finds_a_planted_fault(db, monkeypatch, put_in):
    put_in(monkeypatch)
    with pytest.raises(AssertionError):
        walk(examples=30, length=25)
