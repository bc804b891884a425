"""A random walk over everything that people decide, watched from outside (`walk/`, `oracle.py`, `changes.py`, `snapshots.py`).

**One entry closes each change.** Between two history entries some business row changed; after the last none did.
A composite action (“nil”: save and submit) writes an entry for each of its parts, each after a change of its own.
What is refused changes nothing and writes nothing. What people did not decide (a job's progress, sessions) has none.

The walk is the same every time. Every day it is short. WALK_EXAMPLES and WALK_STEPS make it longer and another one each time, and let
Hypothesis look for the shortest way to what it found, which takes minutes.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from portal import clock
from reporting.filings import actions as filing_actions
from reporting.filings import rules as filing_rules
from reporting.filings import transition
from reporting.models import Filing
from reporting.models.states import MOVES, Move, Rule, Status
from reporting.rollup import rollup

from .factories import COLUMNS
from .oracle import DONE, FINDINGS, FORBIDDEN, REFUSED
from .selection import times
from .walk.drawing import DECISIONS, MINUTE, MOVES_MADE
from .walk.machine import Walk

IS_LONG = "WALK_EXAMPLES" in os.environ
EXAMPLES, STEPS = int(os.environ.get("WALK_EXAMPLES", times(5, 60))), int(os.environ.get("WALK_STEPS", 25))


def walk(*, examples: int, length: int, is_long: bool = False) -> None:
    run_state_machine_as_test(
        Walk,
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
    """And it goes everywhere: every move is made at least once, and refused for each of its reasons."""
    Walk.outcomes.clear()
    walk(examples=EXAMPLES, length=STEPS, is_long=IS_LONG)
    print(sum(Walk.outcomes.values()), "steps")
    if EXAMPLES * STEPS >= 1500:
        assert {name for name, outcome in Walk.outcomes if outcome == DONE} == MOVES_MADE
        assert {name for name, outcome in Walk.outcomes if outcome == FORBIDDEN} >= DECISIONS
        assert {name for name, outcome in Walk.outcomes if outcome == REFUSED} >= DECISIONS
        assert {name for name, outcome in Walk.outcomes if outcome == FINDINGS} >= {
            "submit",
            "send_back",
            "correct",
        }


# --- that it can fail: faults put in on purpose


def history_left_out(patch):
    record = transition.record
    patch.setattr(
        filing_actions, "record", lambda filing, name, **k: name == Move.RECALL or record(filing, name, **k)
    )


def history_written_twice(patch):
    record = transition.record

    def twice(filing, name, **given):
        record(filing, name, **given)
        record(filing, name, **given)

    patch.setattr(filing_actions, "record", twice)


def history_that_is_not_true(patch):
    patch.setattr(transition, "snapshot", lambda filing: TRUE_SNAPSHOT(filing) | {"accepted": None})


def submitted_figures_counted(patch):
    sums = rollup._sums
    patch.setattr(rollup, "_sums", lambda periods, under, _include: sums(periods, under, True))


def stale_pages_taken(patch):
    def take(filing, revision, sources, written):
        return bool(Filing.objects.filter(pk=filing.pk).update(**written))

    patch.setattr(transition, "take_revision", take)


def own_work_accepted(patch):
    patch.setattr(filing_rules, "_took_part", lambda filing, by: False)
    patch.setattr(filing_rules, "works_for", lambda user, tenant: False)


def accepted_return_recalled(patch):
    rule = MOVES[Move.RECALL]
    wider = rule.sources | {Status.ACCEPTED}
    patch.setitem(MOVES, Move.RECALL, Rule(frozenset(wider), rule.target, rule.permission))


def refused_submission_leaves_a_trace(patch):
    patch.setattr(filing_actions, "submit", filing_actions.submit.__wrapped__)


def late_is_a_minute_later(patch):
    patch.setattr(transition, "now", lambda: clock.now() - MINUTE)


def unfiled_counted_as_zero(patch):
    values = rollup._values
    zero = dict.fromkeys(COLUMNS, 0)
    patch.setattr(rollup, "_values", lambda sums, indicators: values(sums or zero, indicators))


TRUE_SNAPSHOT = transition.snapshot
FAULTS = [
    history_left_out,
    history_written_twice,
    history_that_is_not_true,
    submitted_figures_counted,
    stale_pages_taken,
    own_work_accepted,
    accepted_return_recalled,
    refused_submission_leaves_a_trace,
    late_is_a_minute_later,
    unfiled_counted_as_zero,
]


@pytest.mark.assurance("walks until each fault is met")
@pytest.mark.parametrize("put_in", FAULTS)
def test_it_finds_a_planted_fault(db, monkeypatch, put_in):
    put_in(monkeypatch)
    with pytest.raises(AssertionError):
        walk(examples=60, length=25)
