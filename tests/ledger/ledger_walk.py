"""A random walk over the activity ledger and the returns that it feeds, watched from outside.

What has to hold is written down here a second time, from the tables alone: no activity in two returns, none forgotten
without being listed as uncounted, and the computed figures are the sums of the activities. `test_ledger_walk.py` runs it.
"""

from collections import Counter
from datetime import date

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from portal import clock
from reporting.filings import actions as filing_actions
from reporting.filings.typed_return import Typed
from reporting.ledger import actions as ledger_actions
from reporting.ledger import duplicate_actions
from reporting.ledger import queries as ledger_queries
from reporting.ledger.reading import as_typed
from reporting.models import Activity, CountedActivity, Filing, Line, Provider
from reporting.providers import actions as provider_actions

from ..factories import COLUMNS, EXPLANATION, course, ledger_user, period, row, switched
from ..return_walk import DAY, DONE, MOVES_OF_RETURNS, REFUSED, ReturnWalk, drawn_from, quarter_of, quarters

LEDGER, TYPING = "海门街道社区学校", "白云街道社区学校"
TYPED = (2, 90)  # what 白云 types for its short trainings
KINDS = {"short_training": "training", "community": "outreach"}
COMPUTED = ("training_sessions", "training_attendances", "outreach_sessions", "outreach_attendances")

which = st.integers(-3, 2)  # of the last ones; below 0: of those that a return counts
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
    "withdraw": (2, {"n": which}),
    "decide": (1, {"n": which, "m": which}),
    "switch": (1, {"code": quarters}),
    **MOVES_OF_RETURNS,
}


class LedgerWalk(ReturnWalk):
    outcomes: Counter = Counter()

    def __init__(self):
        super().__init__()
        with clock.frozen(self.now):
            ledger_user(self.clerk, LEDGER)
            provider_actions.add_provider(self.clerk.tenant, TYPING, by=self.clerk)
        self.uses = {LEDGER: {"2022Q1"}, TYPING: set()}  # from which quarters on
        self.frozen: dict[int, tuple] = {}

    @initialize(several=st.lists(st.fixed_dictionaries(activity), min_size=2, max_size=4))
    def begin(self, several):
        for each in several:
            self.record(**each)

    @rule(happening=drawn_from(HAPPENINGS))
    def happens(self, happening):
        name, given = happening
        getattr(self, name)(**given)

    def record(self, back, hours, kind, channel, attendances, name):
        on = str((self.now - back * DAY).date())
        typed = course(name, on, attendances, kind=kind, sittings=[(on, hours)], channel=channel)
        self.step(
            "record", lambda: ledger_actions.record_activity(self.clerk.tenant, typed, by=self.clerk), {DONE}
        )

    def change(self, n, back, attendances):
        if each := self.pick(n):
            typed, on = as_typed(each), str((self.now - back * DAY).date())
            typed.attendances, typed.sittings = str(attendances), [(on, "5")]
            self.step(
                "change",
                lambda: ledger_actions.change_activity(each, typed, revision=each.revision, by=self.clerk),
                {REFUSED if self.is_locked(each) else DONE},
            )

    def withdraw(self, n):
        if each := self.pick(n):
            self.step(
                "withdraw",
                lambda: ledger_actions.withdraw_activity(
                    each, reason="误记。", revision=each.revision, by=self.clerk
                ),
                {REFUSED if self.is_locked(each) else DONE},
            )

    def decide(self, n, m):
        one, other = self.pick(n), self.pick(m)
        if one and other and one != other:
            given = {"outcome": "duplicate", "reason": "同一场活动。", "by": self.clerk}
            self.step("decide", lambda: duplicate_actions.decide_duplicate(one, other, **given), {DONE})

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

    def submit(self, code):
        """Fill in and submit in one go; 白云 types its figures as well, whoever reads them."""

        def act():
            typed = Typed(rows=[row(LEDGER), row(TYPING, *TYPED)])
            filing_actions.file(
                self.clerk.tenant, period(code), typed, by=self.clerk, explanation=EXPLANATION
            )

        wanted = self.due_in(code)
        if self.step("submit", act, self.submitting(code)) == DONE:
            counted = CountedActivity.objects.filter(version=self.filing(code).latest)
            assert set(counted.values_list("activity_id", flat=True)) >= wanted, "one was forgotten"

    def pick(self, n: int) -> Activity | None:
        seen = Activity.objects.with_parties().not_withdrawn()
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
        found = CountedActivity.objects.filter(version__in=self.standing_versions(filing))
        return set(found.values_list("activity_id", flat=True))

    def uses_ledger(self, name: str, code: str) -> bool:
        return any(since <= code for since in self.uses[name])

    def is_eligible(self, each: Activity, duplicates: set[int]) -> bool:
        enough = each.kind != "short_training" or each.class_hours >= 5
        return (
            enough and each.channel == "on_site" and each.pk not in duplicates and each.withdrawn_at is None
        )

    def duplicates(self) -> set[int]:
        last = {}
        for each in Activity.objects.all():
            for decision in each.duplicate_decisions.order_by("id"):
                last[each.pk, decision.other_id] = decision.outcome
        return {one for (one, _other), outcome in last.items() if outcome == "duplicate"}

    def due_in(self, code: str) -> set[int]:
        """The activities that no other return counts and that this one has to: of its own days, and late ones."""
        others = [self.counted_by(each) for each in self.filings() if each.period.code != code]
        elsewhere = set().union(*others)
        duplicates, taken = self.duplicates(), self.takes_from(code)
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
            listed = ledger_queries.uncounted(self.clerk.tenant, period().programme)
        counted = set().union(*(self.counted_by(each) for each in self.filings()))
        keys = [each.activity.pk for each in listed]
        standing = set(Activity.objects.not_withdrawn().values_list("pk", flat=True))
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
