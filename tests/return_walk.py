"""What every random walk over a county's returns of a year has in common: time, people, moves, and what is asked from outside.

A walk is one transaction that is rolled back; what it leaves has to pass `verify_history` and `verify_figures`.
"""

from collections import Counter
from datetime import datetime, timedelta
from io import StringIO

from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from portal import clock
from portal.problems import Refused
from reporting.entry.findings import Invalid
from reporting.filings import actions as filing_actions
from reporting.models import Filing
from reporting.review import actions as review_actions

from .factories import membership, period

DECISIONS = {
    "recall": filing_actions.recall,
    "correct": filing_actions.correct,
    "accept": review_actions.accept,
    "send_back": review_actions.send_back,
}
DONE, REFUSED, FINDINGS = "done", "refused", "findings"
STARTS_AT = datetime.fromisoformat("2022-03-21T09:00:00+08:00")
DAY = timedelta(days=1)
QUARTERS = ("2022Q1", "2022Q2", "2022Q3")

quarters = st.sampled_from(["2022Q1"] * 4 + ["2022Q2"] * 2 + ["2022Q3"])
any_move = st.sampled_from(["submit", "recall", "accept", "send_back", "correct"])

# {name of a method of the walk: (how often, what it is given)}
MOVES_OF_RETURNS = {
    "go_on": (6, {"code": quarters, "picks": st.lists(st.integers(0, 3), min_size=1, max_size=3)}),
    "out_of_turn": (2, {"names": st.lists(any_move, min_size=1, max_size=3), "code": quarters}),
    "wait": (2, {"days": st.sampled_from([1, 8, 21, 40])}),
}


def drawn_from(happenings: dict):
    """(name, what it is given), as often as each is to happen."""
    names = [name for name, (often, _given) in happenings.items() for _ in range(often)]
    return st.sampled_from(names).flatmap(
        lambda name: st.tuples(st.just(name), st.fixed_dictionaries(happenings[name][1]))
    )


class ReturnWalk(RuleBasedStateMachine):
    """`outcomes` counts what came of which move, over all walks of a kind. A kind says how it `submit`s."""

    outcomes: Counter

    def __init__(self):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.now = STARTS_AT
        self.clerk, self.reviewer = membership("jiaojiang-preparer"), membership("taizhou-education-reviewer")
        self.has_failed = False

    def teardown(self):
        try:
            if not self.has_failed:
                for command in ("verify_history", "verify_figures"):
                    call_command(command, stdout=StringIO())
        except CommandError as error:
            raise AssertionError(str(error)) from error
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    # --- what people do

    def step(self, name: str, act, expected: set[str]) -> str:
        self.has_failed = True
        with clock.frozen(self.now):
            try:
                with transaction.atomic():
                    act()
                outcome = DONE
            except Refused:
                outcome = REFUSED
            except (Invalid, PermissionDenied):
                outcome = FINDINGS
        assert outcome in expected, (name, outcome)
        self.outcomes[name, outcome] += 1
        self.has_failed = False
        return outcome

    def go_on(self, code, picks):
        """A few moves that fit where the return stands."""
        for pick in picks:
            filing = self.filing(code)
            status = filing.status if filing else "draft"
            if status == "submitted":
                self.decision(["recall", "send_back", "accept", "accept"][pick], code)
            elif status == "accepted":
                self.decision("correct", code)
            else:
                self.submit(code)

    def out_of_turn(self, names, code):
        """Whatever the return is in."""
        for name in names:
            if name == "submit":
                self.submit(code)
            else:
                self.decision(name, code)

    def submit(self, code):
        raise NotImplementedError

    def decision(self, name, code):
        by = self.clerk if name in ("recall", "correct") else self.reviewer
        given = {"reason": "请核对台账。"} if name in ("send_back", "correct") else {}
        if filing := self.filing(code):
            act = DECISIONS[name]
            self.step(name, lambda: act(filing, revision=filing.revision, by=by, **given), {DONE, REFUSED})

    def wait(self, days):
        self.now = min(self.now + days * DAY, datetime.fromisoformat("2022-10-20T09:00:00+08:00"))

    # --- what is asked from outside

    def filings(self) -> list[Filing]:
        return list(Filing.objects.with_parties().filter(tenant=self.clerk.tenant).order_by("period"))

    def filing(self, code: str) -> Filing | None:
        return next((each for each in self.filings() if each.period.code == code), None)

    def may_submit(self, code: str) -> bool:
        """After the closing only what came back, or was accepted once, goes on."""
        filing, of = self.filing(code), period(code)
        if filing and filing.status in ("submitted", "accepted"):
            return False
        goes_on = filing is not None and (filing.status == "returned" or filing.accepted_id is not None)
        return goes_on or (of.starts_on <= self.now.date() and self.now < of.closes_at)

    def submitting(self, code: str) -> set[str]:
        """How it may end. A correction that changes nothing is none."""
        if not self.may_submit(code):
            return {REFUSED}
        filing = self.filing(code)
        return {DONE, FINDINGS} if filing and filing.correction_reason else {DONE}

    def is_over(self, code: str) -> bool:
        return self.now >= period(code).closes_at

    def takes_from(self, code: str) -> set[str]:
        """The quarters of which a return counts: its own, and those that are shut if every earlier one of the year is."""
        earlier = [each for each in QUARTERS if each < code]
        shut = {each for each in earlier if not self.may_submit(each) and self.is_over(each)}
        return {code} | (shut if len(shut) == len(earlier) else set())

    def standing_versions(self, filing: Filing) -> list[int]:
        """The accepted one, and the one that is submitted."""
        standing = [filing.accepted_id, filing.latest_id if filing.status == "submitted" else None]
        return [each for each in standing if each]


def quarter_of(day) -> str:
    return f"{day.year}Q{(day.month + 2) // 3}"
