"""The life of a return: who may make which move from where. The tables here are written out by hand."""

from dataclasses import astuple, replace
from datetime import datetime
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from portal import clock
from portal.models import Membership
from portal.problems import Refused
from portal.roles import Permission
from reporting.filings import actions as filing_actions
from reporting.filings import rules as filing_rules
from reporting.filings.typed_return import Typed
from reporting.management.commands.workflow import as_markdown
from reporting.models import Filing
from reporting.models.states import MOVES, Move, Status
from reporting.review import actions as review_actions

from ..factories import FIGURES, accepted, answered, membership, period, row, started, submitted

pytestmark = pytest.mark.django_db

OPEN = frozenset({"draft", "returned", "recalled", "correcting"})

# sources, target, permission, made from above, needs a reason, needs an open period
BY_HAND = {
    "save": (OPEN, None, Permission.FILE, False, False, False),
    "submit": (OPEN, "submitted", Permission.FILE, False, False, True),
    "nil": (OPEN, "submitted", Permission.FILE, False, False, True),
    "recall": (frozenset({"submitted"}), "recalled", Permission.FILE, False, False, True),
    "accept": (frozenset({"submitted"}), "accepted", Permission.REVIEW, True, False, False),
    "send_back": (frozenset({"submitted"}), "returned", Permission.REVIEW, True, True, False),
    "correct": (frozenset({"accepted"}), "correcting", Permission.FILE, False, True, False),
    "give_up": (frozenset({"correcting", "returned"}), "accepted", Permission.FILE, False, False, False),
}

# Where each move leads from each status; “-”: refused.
TABLE = """
            save        submit     nil        recall    accept    send_back  correct     give_up
draft       draft       submitted  submitted  -         -         -          -           -
submitted   -           -          -          recalled  accepted  returned   -           -
returned    returned    submitted  submitted  -         -         -          -           -
recalled    recalled    submitted  submitted  -         -         -          -           -
accepted    -           -          -          -         -         -          correcting  -
correcting  correcting  submitted  submitted  -         -         -          -           accepted
"""

# Who makes each move. Everybody else of the cast is denied it, whatever the status.
WHO = {
    "save": {"clerk", "head"},
    "submit": {"clerk", "head"},
    "nil": {"clerk", "head"},
    "recall": {"clerk", "head"},
    "accept": {"reviewer"},
    "send_back": {"reviewer"},
    "correct": {"clerk", "head"},
    "give_up": {"clerk", "head"},
}
CAST = {
    "clerk": "jiaojiang-preparer",
    "head": "jiaojiang-head",
    "neighbour": "huangyan-preparer",
    "reviewer": "taizhou-education-reviewer",
    "administrator": "taizhou-education-administrator",
    "observer": "taizhou-education-observer",
    "shanghai_reviewer": "shanghai-civil-affairs-reviewer",
}
REASON = "第二行人次与签到表不符，请核对后重报。"


def cells() -> list[tuple[str, str, str]]:
    """(status, move, where it leads or “-”) of every cell of the table."""
    moves, *lines = [line.split() for line in TABLE.strip().splitlines()]
    return [(status, move, leads) for status, *row in lines for move, leads in zip(moves, row, strict=True)]


def standing(status: str, clerk: Membership, reviewer: Membership) -> Filing:
    """椒江's return, brought to the status by the people who would."""
    if status == "draft":
        typed = Typed(rows=[row("椒江区社区学院", *FIGURES)], preparer="甲", head="乙", telephone="0000")
        return filing_actions.save_draft(started(clerk), typed, revision=1, by=clerk)
    if status in ("accepted", "correcting"):
        filing = accepted(clerk, reviewer=reviewer)
        return changed(make("correct", filing, clerk), clerk) if status == "correcting" else filing
    filing = submitted(clerk)
    move = {"returned": ("send_back", reviewer), "recalled": ("recall", clerk)}.get(status)
    filing = make(move[0], filing, move[1]) if move else filing
    return answered(filing, clerk) if status == "returned" else filing


def changed(filing: Filing, clerk: Membership) -> Filing:
    """A correction that corrects something."""
    typed = replace(Typed.of(filing.draft), rows=[row("椒江区社区学院", 2, 85)])
    return filing_actions.save_draft(filing, typed, revision=filing.revision, by=clerk)


def make(move: str, filing: Filing, by: Membership) -> Filing:
    """Make the move on the return as it is now: the return afterwards."""
    filing = Filing.objects.with_parties().get(pk=filing.pk)
    now = {"revision": filing.revision, "by": by}
    draft = filing.draft
    calls = {
        "save": lambda: filing_actions.save_draft(filing, Typed(rows=draft.rows), **now),
        "nil": lambda: filing_actions.declare_nil(filing, **now),
        "send_back": lambda: review_actions.send_back(filing, reason=REASON, **now),
        "correct": lambda: filing_actions.correct(filing, reason=REASON, **now),
        "submit": lambda: filing_actions.submit(filing, **now),
        "recall": lambda: filing_actions.recall(filing, **now),
        "accept": lambda: review_actions.accept(filing, **now),
        "give_up": lambda: filing_actions.give_up(filing, **now),
    }
    calls[move]()
    return Filing.objects.with_parties().get(pk=filing.pk)


def outcome(move: str, filing: Filing, by: Membership) -> str:
    """The status that the move led to, or how it was refused. Afterwards all is as it was."""
    undo = transaction.savepoint()
    try:
        return str(make(move, filing, by).status)
    except PermissionDenied:
        return "denied"
    except Refused:
        return "refused"
    finally:
        transaction.savepoint_rollback(undo)


def test_it_has_exactly_the_moves_written_here():
    assert {str(move): astuple(rule) for move, rule in MOVES.items()} == BY_HAND


def test_it_has_exactly_the_states_written_here():
    assert {status for status, _move, _leads in cells()} == set(Status.values)
    assert {move for _status, move, _leads in cells()} == set(Move.values) == set(WHO)


@pytest.mark.parametrize(("status", "move", "leads"), cells())
def test_it_lets_exactly_these_people_make_the_move(status, move, leads, clerk, reviewer):
    filing = standing(status, clerk, reviewer)
    assert filing.status == status
    expected = "refused" if leads == "-" else leads
    assert {job: outcome(move, filing, membership(name)) for job, name in CAST.items()} == {
        job: expected if job in WHO[move] else "denied" for job in CAST
    }


@pytest.mark.parametrize(("status", "move", "leads"), cells())
def test_it_writes_nothing_when_it_refuses(status, move, leads, clerk, reviewer, unchanged):
    filing = standing(status, clerk, reviewer)
    stopped = [job for job in CAST if leads == "-" or job not in WHO[move]]
    assert len(stopped) >= 5
    with unchanged():
        for job in stopped:
            with pytest.raises((PermissionDenied, Refused)):
                make(move, filing, membership(CAST[job]))


@pytest.mark.parametrize(("status", "move", "leads"), cells())
def test_the_reason_beside_a_button_says_what_the_action_does(status, move, leads, clerk, reviewer):
    filing = standing(status, clerk, reviewer)
    possible = {job: filing_rules.why_not(filing, Move(move), membership(name)) for job, name in CAST.items()}
    assert {job for job, reason in possible.items() if reason is None} == (
        set() if leads == "-" else WHO[move]
    )


def test_nobody_else_starts_a_return_of_this_tenant(clerk, unchanged):
    for job in CAST.keys() - {"clerk", "head"}:
        with unchanged(), pytest.raises(PermissionDenied):
            filing_actions.start(clerk.tenant, period(), by=membership(CAST[job]))
    assert filing_actions.start(clerk.tenant, period(), by=membership(CAST["head"])).status == "draft"


# After the books are closed: what was in is brought to its end, nothing is filed anew (D4); typing is always kept.
CLOSED = {
    ("draft", "save"): "draft",
    ("draft", "submit"): "refused",
    ("draft", "nil"): "refused",
    ("returned", "submit"): "submitted",
    ("recalled", "submit"): "refused",
    ("submitted", "recall"): "refused",
    ("submitted", "accept"): "accepted",
    ("submitted", "send_back"): "returned",
    ("accepted", "correct"): "correcting",
    ("correcting", "save"): "correcting",
    ("correcting", "submit"): "submitted",
    ("correcting", "give_up"): "accepted",
}


@pytest.mark.parametrize(("status", "move", "leads"), [(*cell, leads) for cell, leads in CLOSED.items()])
def test_it_knows_what_goes_on_after_closing(status, move, leads, clerk, reviewer):
    filing = standing(status, clerk, reviewer)
    with clock.frozen(datetime.fromisoformat("2022-04-11T00:00:00+08:00")):
        assert outcome(move, filing, clerk if "clerk" in WHO[move] else reviewer) == leads


def test_it_does_not_start_a_return_for_a_closed_period_or_one_to_come(clerk, unchanged):
    for code in ("2021Q4", "2022Q2"):
        with unchanged(), pytest.raises(Refused):
            started(clerk, code)


def test_the_draft_is_kept_when_the_period_closes(clerk, unchanged):
    filing = standing("draft", clerk, membership(CAST["reviewer"]))
    closed = clock.frozen(datetime.fromisoformat("2022-04-11T00:00:00+08:00"))
    with closed, unchanged(), pytest.raises(Refused):
        make("submit", filing, clerk)
    filing.draft.refresh_from_db()
    assert filing.draft.rows == [row("椒江区社区学院", *FIGURES)]


def test_the_page_about_the_workflow_is_printed_from_the_code():
    page = Path(__file__).parents[2] / "docs" / "workflow.md"
    assert page.read_text(encoding="utf-8") == as_markdown()
