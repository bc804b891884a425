"""A random walk over the activity ledger and the returns that it feeds, watched from outside.

What has to hold is written down here a second time, from the tables alone: no activity in two returns, none forgotten
without being listed as uncounted, and the computed figures are the sums of the activities. `test_ledger_walk.py` runs it.
"""

from collections import Counter
from datetime import date, datetime, timedelta
from io import StringIO

from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from portal import clock
from portal.problems import Refused
from reporting import actions, queries
from reporting.actions import NotSubmittable, Typed
from reporting.ledger.typed import as_typed
from reporting.models import Activity, CountedActivity, Filing, Line, Provider

from .factories import COLUMNS, EXPLANATION, course, ledger_user, membership, period, row, switched

DONE, REFUSED, FINDINGS = "done", "refused", "findings"
STARTS_AT = datetime.fromisoformat("2022-03-21T09:00:00+08:00")
DAY = timedelta(days=1)
QUARTERS = ("2022Q1", "2022Q2", "2022Q3")
LEDGER, TYPING = "海门街道社区学校", "白云街道社区学校"
TYPED = (2, 90)  # what 白云 types for its short trainings
KINDS = {"short_training": "training", "community": "outreach"}
COMPUTED = ("training_sessions", "training_attendances", "outreach_sessions", "outreach_attendances")

quarters = st.sampled_from(["2022Q1"] * 4 + ["2022Q2"] * 2 + ["2022Q3"])
which = st.integers(-2, 3)  # of the last ones; below 0: of those that a return counts
activity = {
    "back": st.sampled_from([0, 1, 5, 20, 60, 90, 100]),
    "hours": st.sampled_from(["5", "5", "2.5"]),
    "kind": st.sampled_from([*KINDS, "short_training"]),
    "channel": st.sampled_from(["on_site"] * 3 + ["online"]),
    "attendances": st.integers(10, 50),
    "name": st.sampled_from([LEDGER] * 3 + [TYPING]),
}

# {name of a method of the walk: (how often, what it is given)}
HAPPENINGS = {
    "record": (3, activity),
    "change": (2, {"n": which, "back": activity["back"], "attendances": activity["attendances"]}),
    "withdraw": (1, {"n": which}),
    "decide": (1, {"n": which, "m": which}),
    "switch": (1, {"code": quarters}),
    "go_on": (6, {"code": quarters, "picks": st.lists(st.integers(0, 3), min_size=1, max_size=3)}),
    "out_of_turn": (
        2,
        {"name": st.sampled_from(["submit", "recall", "accept", "send_back", "correct"]), "code": quarters},
    ),
    "wait": (2, {"days": st.sampled_from([1, 8, 21, 40])}),
}
happenings = st.sampled_from(
    [name for name, (often, _given) in HAPPENINGS.items() for _ in range(often)]
).flatmap(lambda name: st.tuples(st.just(name), st.fixed_dictionaries(HAPPENINGS[name][1])))


class LedgerWalk(RuleBasedStateMachine):
    """`outcomes` counts what came of which move, over all walks."""

    outcomes: Counter = Counter()

    def __init__(self):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.now = STARTS_AT
        self.clerk, self.reviewer = membership("jiaojiang-preparer"), membership("taizhou-education-reviewer")
        self.has_failed = False
        with clock.frozen(self.now):
            ledger_user(self.clerk, LEDGER)
            actions.add_provider(self.clerk.tenant, TYPING, by=self.clerk)
        self.uses = {LEDGER: {"2022Q1"}, TYPING: set()}  # from which quarters on
        self.frozen: dict[int, tuple] = {}

    def teardown(self):
        try:
            if not self.has_failed:
                for command in ("verify_history", "verify_figures"):
                    call_command(command, stdout=StringIO())
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
            except (NotSubmittable, PermissionDenied):
                outcome = FINDINGS
        assert outcome in expected, (name, outcome)
        LedgerWalk.outcomes[name, outcome] += 1
        self.has_failed = False
        return outcome

    @initialize(several=st.lists(st.fixed_dictionaries(activity), min_size=2, max_size=4))
    def begin(self, several):
        for each in several:
            self.record(**each)

    @rule(happening=happenings)
    def happens(self, happening):
        name, given = happening
        getattr(self, name)(**given)

    def record(self, back, hours, kind, channel, attendances, name):
        on = str((self.now - back * DAY).date())
        typed = course(name, on, attendances, kind=kind, sittings=[(on, hours)], channel=channel)
        self.step("record", lambda: actions.record_activity(self.clerk.tenant, typed, by=self.clerk), {DONE})

    def change(self, n, back, attendances):
        if each := self.pick(n):
            typed, on = as_typed(each), str((self.now - back * DAY).date())
            typed.attendances, typed.sittings = str(attendances), [(on, "5")]
            self.step(
                "change",
                lambda: actions.change_activity(each, typed, revision=each.revision, by=self.clerk),
                {REFUSED if self.is_locked(each) else DONE},
            )

    def withdraw(self, n):
        if each := self.pick(n):
            self.step(
                "withdraw",
                lambda: actions.withdraw_activity(
                    each, reason="误记。", revision=each.revision, by=self.clerk
                ),
                {REFUSED if self.is_locked(each) else DONE},
            )

    def decide(self, n, m):
        one, other = self.pick(n), self.pick(m)
        if one and other and one != other:
            given = {"outcome": "duplicate", "reason": "同一场活动。", "by": self.clerk}
            self.step("decide", lambda: actions.decide_duplicate(one, other, **given), {DONE})

    def switch(self, code):
        provider = Provider.objects.get(key=TYPING)
        may = not any(each.latest_id for each in self.filings() if each.period.code >= code)
        new = may and code not in self.uses[TYPING] and not any(c <= code for c in self.uses[TYPING])
        done = self.step(
            "switch",
            lambda: switched(provider, self.clerk, code),
            {DONE} if new and not self.uses[TYPING] else {DONE, REFUSED} if may else {REFUSED},
        )
        if done == DONE:
            self.uses[TYPING].add(code)

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

    def out_of_turn(self, name, code):
        """Whatever the return is in."""
        if name == "submit":
            self.submit(code)
        else:
            self.decision(name, code)

    def submit(self, code):
        """Fill in and submit in one go; 白云 types its figures as well, whoever reads them."""

        def act():
            typed = Typed(rows=[row(LEDGER), row(TYPING, *TYPED)])
            actions.file(self.clerk.tenant, period(code), typed, by=self.clerk, explanation=EXPLANATION)

        wanted, expected = self.due_in(code), DONE if self.may_submit(code) else REFUSED
        if self.step("submit", act, {expected}) == DONE:
            counted = CountedActivity.objects.filter(version=self.filing(code).latest)
            assert set(counted.values_list("activity_id", flat=True)) >= wanted, "one was forgotten"

    def decision(self, name, code):
        by = self.clerk if name in ("recall", "correct") else self.reviewer
        given = {"reason": "请核对台账。"} if name in ("send_back", "correct") else {}
        if filing := self.filing(code):
            act = getattr(actions, name)
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

    def pick(self, n: int) -> Activity | None:
        seen = Activity.objects.with_parties().standing()
        if n < 0:
            seen, n = seen.exclude(counted_in=None), -n - 1
        found = list(seen.order_by("-id")[: n + 1])
        return found[-1] if found else None

    def is_locked(self, each: Activity) -> bool:
        """Counted by a return that nobody may write in."""
        return any(
            filing.status in ("submitted", "accepted") and each.pk in self.counted_by(filing)
            for filing in self.filings()
        )

    def counted_by(self, filing: Filing) -> set[int]:
        """The activities of the versions of a return that stand."""
        standing = [filing.accepted_id, filing.latest_id if filing.status == "submitted" else None]
        found = CountedActivity.objects.filter(version__in=[each for each in standing if each])
        return set(found.values_list("activity_id", flat=True))

    def uses_ledger(self, name: str, code: str) -> bool:
        return any(since <= code for since in self.uses[name])

    def is_eligible(self, each: Activity, duplicates: set[int]) -> bool:
        enough = each.kind != "short_training" or each.class_hours >= 5
        return (
            enough and each.channel == "on_site" and each.pk not in duplicates and each.withdrawn_at is None
        )

    def is_over(self, code: str) -> bool:
        return self.now >= period(code).closes_at

    def duplicates(self) -> set[int]:
        last = {}
        for each in Activity.objects.all():
            for decision in each.duplicate_decisions.order_by("id"):
                last[each.pk, decision.other_id] = decision.outcome
        return {one for (one, _other), outcome in last.items() if outcome == "duplicate"}

    def due_in(self, code: str) -> set[int]:
        """The activities that no other return counts and that this one has to: of its own days, and late ones if every
        earlier quarter of the year is shut."""
        others = [self.counted_by(each) for each in self.filings() if each.period.code != code]
        elsewhere = set().union(*others)
        duplicates = self.duplicates()
        shut = {each for each in QUARTERS if each < code and not self.may_submit(each) and self.is_over(each)}
        taken = {code} | (shut if all(each in shut for each in QUARTERS if each < code) else set())
        return {
            each.pk
            for each in Activity.objects.select_related("provider")
            if (own := quarter_of(each.ends_on)) in taken
            and self.uses_ledger(each.provider.name, own)
            and each.pk not in elsewhere
            and self.is_eligible(each, duplicates)
        }

    # --- what always holds

    @invariant()
    def no_activity_is_in_two_returns(self):
        counted = Counter(key for each in self.filings() for key in self.counted_by(each))
        assert all(number == 1 for number in counted.values()), "counted twice"

    @invariant()
    def none_is_forgotten(self):
        with clock.frozen(self.now):
            listed = queries.uncounted(self.clerk.tenant, period().programme)
        counted = set().union(*(self.counted_by(each) for each in self.filings()))
        keys = [each.activity.pk for each in listed]
        standing = set(Activity.objects.standing().values_list("pk", flat=True))
        assert len(keys) == len(set(keys))
        assert (set(keys) | counted) >= standing, "neither counted nor listed"
        assert not set(keys) & counted, "counted and listed"
        assert all(each.place.reason for each in listed)

    @invariant()
    def figures_are_the_sums_of_activities(self):
        for line in Line.objects.select_related("version__filing__period"):
            code = line.version.filing.period.code
            counted = CountedActivity.objects.filter(version=line.version_id, provider_key=line.provider_key)
            if self.uses_ledger(line.provider_key, code):
                expected = Counter(dict.fromkeys(COMPUTED, 0))
                for each in counted:
                    pair = KINDS[each.content["kind"]]
                    expected[f"{pair}_sessions"] += 1
                    expected[f"{pair}_attendances"] += each.content["attendances"]
                assert {column: line.values[column] for column in COMPUTED} == expected, "not the sum"
            else:
                assert not counted.exists() and not line.computed
                assert [line.values[column] for column in COLUMNS[:2]] == list(TYPED), "not what was typed"

    @invariant()
    def only_what_may_be_counted_is(self):
        for each in CountedActivity.objects.select_related("version__filing__period"):
            code, own = (
                each.version.filing.period.code,
                quarter_of(date.fromisoformat(each.content["ends_on"])),
            )
            assert own <= code and each.is_late == (own < code), "in the wrong quarter"
            assert each.content["channel"] == "on_site"
            assert each.content["kind"] != "short_training" or float(each.content["class_hours"]) >= 5

    @invariant()
    def what_is_frozen_stays(self):
        now = {
            each.pk: (each.version_id, each.content, each.figures) for each in CountedActivity.objects.all()
        }
        assert {key: now.get(key) for key in self.frozen} == self.frozen
        self.frozen = now


def quarter_of(day: date) -> str:
    return f"{day.year}Q{(day.month + 2) // 3}"
