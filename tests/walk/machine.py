"""The random walk: everything that people decide about returns, drawn at random and watched from outside.

By the oracle, which knows the life of a return; by snapshots of every business table; and by the sums of the figures,
added up three ways. `test_random_walk.py` says what has to hold, and runs it.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from io import StringIO

from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine, rule

from portal import actions as people
from portal import clock
from portal.access import memberships_of
from portal.models import HistoryEntry, Membership, User
from portal.problems import Refused
from reporting.entry.findings import Invalid
from reporting.entry.merging import Change, text_at, with_ids
from reporting.exports import jobs
from reporting.filings import actions as filing_actions
from reporting.filings import autosave, versions
from reporting.filings import queries as filing_queries
from reporting.filings.typed_return import Typed
from reporting.models import Draft
from reporting.periods import actions as period_actions
from reporting.periods import queries as period_queries
from reporting.review import actions as review_actions

from ..changes import frozen_rows_stay, one_entry_closes_each_change
from ..conftest import NOW
from ..factories import EXPLANATION, membership, period, tenant
from ..oracle import DONE, FINDINGS, FORBIDDEN, NOTHING, OPEN, REFUSED, Oracle, Return
from ..snapshots import changed, snapshot, watching
from .drawing import CITY, COUNTIES, DAY, DECISIONS, MINUTE, MOMENT, PERIODS, REASON, RETURNS, happenings
from .holding import check_figures, check_returns
from .people import administrator_for, as_person, explained, filing_of, make_twin, neighbour_of, span, typed


class Walk(RuleBasedStateMachine):
    """`outcomes` counts what came of which move, over all walks."""

    outcomes: Counter = Counter()

    def __init__(self):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.now = NOW
        self.periods = {code: period(code) for code in PERIODS}
        spans = {code: span(each) for code, each in self.periods.items()}
        self.oracle = Oracle(dict.fromkeys(COUNTIES, CITY), spans, {"twin": {"jiaojiang"}})
        self.boundaries = sorted(
            {at - step for each in spans.values() for at in each for step in (MOMENT, 0 * MOMENT)}
        )
        self.has_failed = False
        self.last: tuple | None = None  # the last request: its name, itself, what came of it
        self.asked: set[tuple[str, str]] = set()  # for exports
        make_twin()
        self.entry = HistoryEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0
        self.taken = snapshot()

    def teardown(self):
        try:
            if not self.has_failed:
                check_figures(self.oracle, self.periods, self.now)
                for command in ("verify_history", "verify_figures"):
                    call_command(command, stdout=StringIO())
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    @rule(happening=happenings)
    def happens(self, happening):
        name, given = happening
        if "of" in given and name != "start":
            code = given["of"]
            if code not in self.oracle.returns and self.oracle.periods[code[1]][0] <= self.now:
                self.start(code, "clerk")
            each = self.oracle.returns.get(code) or self.oracle.returns.get(RETURNS[0])
            if each is None:
                return
            given = {"each": each, **{key: value for key, value in given.items() if key != "of"}}
        getattr(self, name)(**given)

    # --- what people decide about returns

    def start(self, of, who):
        if by := self.acting(of[0], who):
            expected = self.oracle.start(*of, as_person(by), self.now)
            self.step(
                "start", lambda: filing_actions.start(tenant(of[0]), self.periods[of[1]], by=by), expected
            )

    def save(self, each, who, behind, kind, videos, answers=False):
        typing, rows, contacts = typed(each, kind, videos)
        typing = replace(typing, is_answered=answers and each.sent_back is not None)
        given = Typed(rows=rows, is_nil=typing.is_nil, **contacts)
        if typing.is_answered:
            points = versions.sent_back_of(filing_of(each)).points
            given.replies = {point.key: EXPLANATION for point in points}
        if typing.is_explained:
            given.explanations = explained(filing_of(each), given)

        def act(filing, *, revision, by):
            return filing_actions.save_draft(filing, given, revision=revision, by=by)

        def expect(each, by, now, revision):
            return self.oracle.save(each, by, now, revision, typing)

        self.move("save", each, who, behind, act, expect)

    def autosave(self, each, who, videos):
        """A cell typed and kept by itself; what was typed last is no longer known to be fine."""
        draft = Draft.objects.filter(filing=filing_of(each)).first()
        rows = with_ids(draft.rows)
        is_new = not rows
        row_id = "new" if is_new else rows[0]["id"]
        now = "" if is_new else text_at(rows[0], "videos")
        changes = [Change("add", row_id)] if is_new else []
        changes.append(Change("cell", row_id, "videos", now, f"{videos} 个半"))
        number = max([0, *draft.packets.values()]) + 1

        def act(filing, *, revision, by):
            columns = [each.code for each in filing_queries.fields_of(filing)]
            return autosave.autosave(filing, changes, columns=columns, page="walkwalk", number=number, by=by)

        def expect(each, by, at, revision):
            is_same = now == f"{videos} 个半"
            return self.oracle.autosave(each, by, at, is_same)

        self.move("autosave", each, who, 0, act, expect)

    def submit(self, each, who, behind):
        self.move("submit", each, who, behind, filing_actions.submit, self.oracle.submit)

    def nil(self, each, who, behind):
        self.move("nil", each, who, behind, filing_actions.declare_nil, self.oracle.nil)

    def recall(self, each, who, behind):
        self.move("recall", each, who, behind, filing_actions.recall, self.oracle.recall)

    def accept(self, each, who, behind):
        self.move("accept", each, who, behind, review_actions.accept, self.oracle.accept)

    def send_back(self, each, who, behind, reason):
        self.move(
            "send_back", each, who, behind, review_actions.send_back, self.oracle.send_back, reason=reason
        )

    def correct(self, each, who, behind, reason):
        self.move("correct", each, who, behind, filing_actions.correct, self.oracle.correct, reason=reason)

    def give_up(self, each, who, behind):
        self.move("give_up", each, who, behind, filing_actions.give_up, self.oracle.give_up)

    def go_on(self, each, who, checker, picks):
        """A few moves that fit where the return stands (or recalling what is accepted), so that the walk gets far."""
        for pick in picks:
            if each.status in OPEN and each.accepted and pick == 5:
                self.give_up(each, who, 0)
            elif each.status in OPEN and pick:
                self.save(each, who, 0, "figures", pick)
                self.submit(each, who, 0)
            elif each.status in OPEN:
                self.nil(each, who, 0)
            elif each.status == "accepted" and pick:
                self.correct(each, who, 0, REASON)
            elif pick == 0:
                self.recall(each, who, 0)
            elif pick == 1:
                self.send_back(each, checker, 0, REASON)
            else:
                self.accept(each, checker, 0)

    # --- what the lead decides about periods

    def close_period(self, quarter, who, reason, names_waiting):
        """I-09: what is closed takes nothing new, whoever asks; what waits is named first."""
        if by := self.acting("jiaojiang", who):
            each = self.periods[quarter]
            ids = [filing.public_id for filing in period_queries.waiting_in(each)] if names_waiting else []
            expected = self.oracle.close(quarter, as_person(by), self.now, reason, names_waiting)
            given = {"reason": reason, "although_waiting": ids, "by": by}
            self.step("close_period", lambda: period_actions.close_period(each, **given), expected)
            self.last = None  # pressed twice it is refused, or names others who wait now

    def reopen_period(self, quarter, who, reason, days, closes_first):
        if closes_first:
            self.close_period(quarter, "administrator", REASON, True)
        if by := self.acting("jiaojiang", who):
            until = None if days is None else self.now + days * DAY
            expected = self.oracle.reopen(quarter, as_person(by), self.now, reason, until)
            given = {"reason": reason, "until": until, "by": by}
            self.step(
                "reopen_period",
                lambda: period_actions.reopen_period(self.periods[quarter], **given),
                expected,
            )
            self.add_boundaries(until)
            self.last = None  # its end may be moved again

    def extend(self, quarter, who, reason, code, days):
        """I-18: on time is judged by the date in force for that tenant; the document's date never moves."""
        if by := self.acting("jiaojiang", who):
            due_at = max(self.now, self.oracle.due(code, quarter)) + days * DAY
            expected = self.oracle.extend(code, quarter, as_person(by), self.now, reason, due_at)
            given = {"due_at": due_at, "reason": reason, "by": by}
            self.step(
                "extend",
                lambda: period_actions.extend(self.periods[quarter], tenant(code), **given),
                expected,
            )
            self.add_boundaries(due_at)
            self.last = None  # the same date a second time is a shortened one

    def add_boundaries(self, at):
        if at is not None:
            self.boundaries = sorted({*self.boundaries, at, at - MOMENT})

    # --- time, and things pressed twice

    def wait(self, long):
        """A minute, or to the next instant at which something begins, is due or closes, or just before it."""
        later = [at for at in self.boundaries if at > self.now]
        self.now = later[0] if long and later else self.now + MINUTE
        self.last = None
        check_figures(self.oracle, self.periods, self.now)

    def press_again(self):
        """The last request once more, unchanged: it is refused as before, or it comes too late (I-13)."""
        if self.last is None:
            return
        name, act, outcome = self.last
        too_late = NOTHING if name in ("start", "export", "autosave") else REFUSED
        self.step(name, act, too_late if outcome in (DONE, NOTHING) else outcome)

    # --- people and exports

    def invite_and_join(self, code, who):
        by, made = administrator_for(code, who), []

        def invite():
            made[:] = people.invite(tenant=tenant(code), role="preparer", full_name="新来的人", by=by)

        def join():
            people.accept_invitation(made[0], username=f"new-{made[0].pk}", password="a-long-password-1")

        self.step("invite", invite, FORBIDDEN if who == "neighbour" else DONE)
        if made:
            self.step("accept_invitation", join, DONE)
            self.press_again()
        self.last = None  # an invitation that is asked for twice is two links

    def set_active(self, code, who, whom, is_change, and_back=False):
        target, by = membership(f"{code}-{whom}"), administrator_for(code, who)
        is_active = target.is_active != is_change
        self.step(
            "activate" if is_active else "deactivate",
            lambda: people.set_active(target, is_active=is_active, by=by),
            FORBIDDEN if who == "neighbour" else DONE if is_change else REFUSED,
        )
        if and_back:
            self.set_active(code, who, whom, is_change)

    def export(self, quarter, who):
        by = membership(f"{CITY}-{who}")
        expected = NOTHING if (quarter, who) in self.asked else DONE
        self.asked.add((quarter, who))
        self.step("export", lambda: jobs.request_export(self.periods[quarter], by=by), expected)

    # --- how a move is made

    def move(
        self, name: str, each: Return, who: str, behind: int, action: Callable, expect: Callable, **given
    ):
        """One move on a return, from the page that somebody loaded `behind` revisions ago."""
        if by := self.acting(each.tenant, who):
            revision, filing = each.revision - behind, filing_of(each)
            expected = expect(each, as_person(by), self.now, revision, **given)
            self.step(name, lambda: action(filing, revision=revision, by=by, **given), expected)

    def acting(self, code: str, who: str) -> Membership | None:
        """The membership that acts, if it still counts: nobody else is let in."""
        username, at = {
            "clerk": (f"{code}-preparer", code),
            "head": (f"{code}-head", code),
            "observer": (f"{code}-observer", code),
            "neighbour": (f"{neighbour_of(code)}-preparer", neighbour_of(code)),
            "twin": ("twin", "jiaojiang"),
            "twin reviewer": ("twin", CITY),
            "reviewer": (f"{CITY}-reviewer", CITY),
            "administrator": (f"{CITY}-administrator", CITY),
            "other administrator": (f"{code}-administrator", code),
            "other reviewer": ("shanghai-civil-affairs-reviewer", "shanghai-civil-affairs"),
        }[who]
        counting = memberships_of(User.objects.get(username=username)).select_related("user", "tenant")
        return counting.filter(tenant__code=at).first()

    def step(self, name: str, act: Callable, expected: str):
        """Make a move and compare everything with what the oracle expects and the history says."""
        self.has_failed = True  # until the end of this step
        with clock.frozen(self.now), watching(self.taken) as watch:
            outcome = outcome_of(act)
        taken = snapshot()
        entries = list(HistoryEntry.objects.filter(id__gt=self.entry).order_by("id"))
        if outcome == DONE and not entries:
            outcome = NOTHING
        assert outcome == expected, name
        if entries:
            one_entry_closes_each_change(entries, watch, taken)
            frozen_rows_stay(self.taken, taken)
            self.entry = entries[-1].id
        else:
            assert changed(self.taken, taken) == {}, "changed without a history entry"
        self.taken, self.last = taken, (name, act, outcome)
        Walk.outcomes[name, outcome] += 1
        if entries:
            check_returns(self.oracle, self.periods, self.taken)
        if entries and name in DECISIONS:
            check_figures(self.oracle, self.periods, self.now)
        self.has_failed = False


def outcome_of(act: Callable) -> str:
    try:
        act()
    except PermissionDenied:
        return FORBIDDEN
    except Refused:
        return REFUSED
    except Invalid:
        return FINDINGS
    return DONE
