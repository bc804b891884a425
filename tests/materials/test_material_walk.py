"""A random walk over the register of materials and the survey (`material_walk.py`), and proof that it finds faults.

Every day a short walk; script/assure goes everywhere. WALK_EXAMPLES and WALK_STEPS make it longer and another one each time.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from portal import history
from reporting.ledger import rules as ledger_rules
from reporting.ledger.allocation import Book, Place, Reason
from reporting.materials import register

from ..return_walk import DONE, REFUSED
from ..selection import times
from .material_walk import MaterialWalk

IS_LONG = "WALK_EXAMPLES" in os.environ
EXAMPLES, STEPS = int(os.environ.get("WALK_EXAMPLES", times(5, 12))), int(os.environ.get("WALK_STEPS", 25))

SEED = 1  # a walk that goes everywhere; without it each edit of the walk makes it another one


@pytest.fixture(autouse=True)
def stored_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def walk(*, examples: int, length: int, is_long: bool = False) -> None:
    run_state_machine_as_test(
        MaterialWalk if is_long else seed(SEED)(MaterialWalk),
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
    MaterialWalk.outcomes.clear()
    walk(examples=EXAMPLES, length=STEPS, is_long=IS_LONG)
    print(sum(MaterialWalk.outcomes.values()), "steps")
    if EXAMPLES * STEPS >= 300:
        it_went_everywhere()


def it_went_everywhere() -> None:
    moves = {
        *("record", "change", "withdraw", "select", "promote", "step_back", "attach", "take_away", "switch"),
        *("answer", "plan", "no_plan", "hand_in"),
        *("submit", "recall", "accept", "send_back", "correct"),
    }
    assert {name for name, outcome in MaterialWalk.outcomes if outcome == DONE} == moves
    refused = {name for name, outcome in MaterialWalk.outcomes if outcome == REFUSED}
    assert refused >= {"change", "withdraw", "select", "promote", "attach", "switch", "submit"}


# --- that it can fail: faults put in on purpose


def a_late_entry_is_forgotten(patch):
    place = Book.place

    def forgetful(self, entry, **given):
        found = place(self, entry, **given)
        return Place(Reason.NO_PERIOD) if found.is_late else found

    patch.setattr(Book, "place", forgetful)


def a_list_without_what_is_typed(patch):
    patch.setattr(
        register,
        "unreported",
        lambda *given: [each for each in UNREPORTED(*given) if each.place.reason != Reason.REGISTER_OFF],
    )


def counted_materials_are_changed(patch):
    patch.setattr(ledger_rules, "why_counted", lambda version: None)


def a_file_comes_without_an_entry(patch):
    record = history.record
    patch.setattr(
        history,
        "record",
        lambda action, **given: action == "attach_to_material" or record(action, **given),
    )


UNREPORTED = register.unreported
FAULTS = [
    a_late_entry_is_forgotten,
    a_list_without_what_is_typed,
    counted_materials_are_changed,
    a_file_comes_without_an_entry,
]


@pytest.mark.assurance("walks until each fault is met")
@pytest.mark.parametrize("put_in", FAULTS)
def test_it_finds_a_planted_fault(db, monkeypatch, put_in):
    put_in(monkeypatch)
    with pytest.raises(AssertionError):
        walk(examples=20, length=25)
