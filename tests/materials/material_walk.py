"""A random walk over the register of materials, its files, the survey, and the returns that the register feeds.

What has to hold is written down here a second time, from the tables alone: no material counted by two returns that stand,
none forgotten without being listed as uncounted, the computed figures are the numbers of materials, those above read of
the survey what was submitted last, and each change is closed by exactly one entry of the history.
`test_material_walk.py` runs it.
"""

from collections import Counter
from datetime import date

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from portal import clock
from portal.models import HistoryEntry
from reporting.evidence import verify
from reporting.filings import actions as filing_actions
from reporting.filings.typed_return import Typed
from reporting.materials import actions as material_actions
from reporting.materials import file_actions, register
from reporting.materials import queries as material_queries
from reporting.materials.actions import MaterialFacts
from reporting.models import (
    CountedMaterial,
    Filing,
    Line,
    Material,
    MaterialFile,
    Provider,
    Survey,
    SurveyFile,
)
from reporting.models.material_states import MaterialMove
from reporting.providers import actions as provider_actions
from reporting.survey import actions as survey_actions
from reporting.survey.overview import overview

from ..changes import frozen_rows_stay, one_entry_closes_each_change
from ..factories import EXPLANATION, SURVEY, examined, period, row
from ..return_walk import (
    DAY,
    DONE,
    FINDINGS,
    MOVES_OF_RETURNS,
    QUARTERS,
    REFUSED,
    ReturnWalk,
    drawn_from,
    quarter_of,
)
from ..snapshots import Snapshot, changed, snapshot, watching

OWN, OTHER = "海门街道社区学校", "白云街道社区学校"
KINDS = ("videos", "textbooks", "cases")
TYPED = (2, 1, 0)  # what both type, whoever reads it
# From which state a move leads, and where to.
WAYS = {
    ("collected", "select"): "selected",
    ("selected", "promote"): "promoted",
    ("selected", "step_back"): "collected",
    ("promoted", "step_back"): "selected",
}
NEXT = {"collected": "select", "selected": "promote", "promoted": "step_back"}

which = st.integers(-2, 3)  # of the last ones; below 0: of those that a return counts
facts = {
    "kind": st.sampled_from([*KINDS, "videos"]),
    "back": st.sampled_from([None, 0, 1, 5, 20, 60, 90, 100]),  # None: still being made
    "provider": st.sampled_from([OWN, OWN, OTHER, None]),
    "link": st.sampled_from(["", "https://example.org/yanshi"]),
}

moves = st.sampled_from(["next"] * 3 + ["select", "promote", "step_back"])

# {name of a method of the walk: (how often, what it is given)}
HAPPENINGS = {
    "add": (3, facts),
    "add_version": (1, {"n": which}),
    "change": (2, {"n": which, "back": facts["back"], "link": facts["link"]}),
    "withdraw": (2, {"n": which}),
    "decide": (3, {"n": which, "names": st.lists(moves, min_size=1, max_size=4)}),
    "attach": (3, {"n": which, "and_away": st.booleans()}),
    "switch": (
        2,
        {
            "code": st.sampled_from(["2022Q1", *QUARTERS, "2022Q4"]),
            "is_on": st.sampled_from([True, True, False]),
        },
    ),
    "answer": (1, {"people": st.integers(1, 5)}),
    "plan": (2, {"and_away": st.booleans()}),
    "hand_in": (1, {}),
    **MOVES_OF_RETURNS,
}


class MaterialWalk(ReturnWalk):
    outcomes: Counter = Counter()

    def __init__(self):
        super().__init__()
        with clock.frozen(self.now):
            for name in (OWN, OTHER):
                provider_actions.add_provider(self.clerk.tenant, name, by=self.clerk)
            switch(self.clerk, "2022Q1", is_on=True)
        self.switches = [("2022Q1", True)]
        self.frozen: dict[int, tuple] = {}
        self.answered: dict | None = None  # what those above read of the survey
        self.left_over = set(verify.faults())  # the files of walks before, rolled back
        self.number = 0
        self.taken: Snapshot = {}  # everything there is, as the last step left it

    def teardown(self):
        try:
            if not self.has_failed:
                assert set(verify.faults()) == self.left_over
        finally:
            super().teardown()

    # --- what people do

    def step(self, name, act, expected):
        """Whatever comes of it: an entry for each change, and nothing of what is refused."""
        before = self.taken or snapshot()
        last = HistoryEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0
        with watching(before) as watch:
            outcome = super().step(name, act, expected)
        self.taken = after = snapshot()
        entries = list(HistoryEntry.objects.filter(id__gt=last).order_by("id"))
        self.has_failed = True
        if outcome == DONE:
            one_entry_closes_each_change(entries, watch, after)
            frozen_rows_stay(before, after)
        else:
            assert (entries, changed(before, after)) == ([], {}), "what is refused leaves a trace"
        self.has_failed = False
        return outcome

    @initialize(several=st.lists(st.fixed_dictionaries(facts), min_size=2, max_size=4))
    def begin(self, several):
        for each in several:
            self.add(**each)

    @rule(happening=drawn_from(HAPPENINGS))
    def happens(self, happening):
        name, given = happening
        getattr(self, name)(**given)

    def add(self, kind, back, provider, link):
        given = self.facts(kind, self.day(back), Provider.objects.filter(name=provider).first(), link)
        self.record(given, {DONE})

    def add_version(self, n):
        """Of an original video alone."""
        if each := self.pick(n):
            day = each.finished_on or self.now.date()
            given = self.facts(each.kind, day, each.provider, "", version_of=each, language="台州话")
            self.record(given, {DONE if each.kind == "videos" and not each.version_of_id else FINDINGS})

    def record(self, given, expected):
        by = self.clerk
        self.step(
            "record",
            lambda: material_actions.record_material(by.tenant, period().programme, given, by=by),
            expected,
        )

    def change(self, n, back, link):
        if each := self.pick(n):
            given = self.facts(each.kind, self.day(back), each.provider, link, title=each.title)
            given = MaterialFacts(**{**vars(given), "version_of": each.version_of, "language": each.language})
            act = {"revision": each.revision, "by": self.clerk}
            self.step(
                "change", lambda: material_actions.change_material(each, given, **act), {self.when_free(each)}
            )

    def withdraw(self, n):
        if each := self.pick(n):
            act = {"reason": "误登。", "revision": each.revision, "by": self.clerk}
            is_original = each.variants.filter(withdrawn_at=None).exists()
            expected = REFUSED if is_original else self.when_free(each)
            self.step("withdraw", lambda: material_actions.withdraw_material(each, **act), {expected})

    def decide(self, n, names):
        """The lead's; 入选 takes what is finished and can be looked at."""
        if picked := self.pick(n):
            for name in names:
                each = Material.objects.get(pk=picked.pk)
                self.move(each, NEXT[each.state] if name == "next" else name)

    def move(self, each, name):
        is_fit = name != "select" or (each.finished_on and (each.link or self.files_of(each)))
        act = {"reason": "请补充。", "revision": each.revision, "by": self.reviewer}
        done = self.step(
            name,
            lambda: material_actions.move_material(each, MaterialMove(name), **act),
            {DONE if is_fit and (each.state, name) in WAYS else REFUSED},
        )
        if done == DONE:
            assert Material.objects.get(pk=each.pk).state == WAYS[each.state, name]

    def attach(self, n, and_away):
        if each := self.pick(n):
            file = self.file()
            self.step(
                "attach",
                lambda: file_actions.add_material_file(each, file, by=self.clerk),
                {DONE if each.state == "collected" else REFUSED},
            )
            if and_away:
                self.take_away(each)

    def take_away(self, material):
        found = MaterialFile.objects.not_withdrawn().filter(material=material).select_related("material")
        if each := found.first():
            self.step(
                "take_away",
                lambda: file_actions.withdraw_material_file(each, by=self.clerk),
                {self.when_free(each.material)},
            )

    def switch(self, code, is_on):
        may = not any(each.latest_id for each in self.filings() if each.period.code >= code)
        if may and self.uses_register(code) == is_on:
            return  # nothing is said, nothing written
        done = self.step("switch", lambda: switch(self.clerk, code, is_on=is_on), {DONE if may else REFUSED})
        if done == DONE:
            self.switches.append((code, is_on))

    def answer(self, people):
        """Typed, and kept as it is."""
        survey, typed = Survey.objects.first(), {**SURVEY, "people": str(people)}
        if survey is None or survey.typed["people"] != str(people):
            act = {"revision": survey.revision if survey else 0, "by": self.clerk}
            programme = period().programme
            self.step(
                "answer",
                lambda: survey_actions.save_survey(self.clerk.tenant, programme, typed, **act),
                {DONE},
            )

    def plan(self, and_away):
        """Put in the place of the one before, and perhaps taken away."""
        if Survey.objects.exists():
            file = self.file()
            self.answer_with("plan", lambda *on, **act: survey_actions.attach_to_survey(*on, file, **act))
            if and_away:
                self.answer_with("no_plan", survey_actions.withdraw_from_survey)

    def answer_with(self, name, action):
        survey = Survey.objects.select_related("tenant", "programme").get()
        given = {"revision": survey.revision, "by": self.clerk}
        self.step(name, lambda: action(survey, "plan_file", **given), {DONE})

    def hand_in(self):
        survey = Survey.objects.select_related("tenant", "programme").first()
        if survey and survey.typed != (self.answered or {}):
            act = {"revision": survey.revision, "by": self.clerk}
            self.step("hand_in", lambda: survey_actions.submit_survey(survey, **act), {DONE})
            self.answered = survey.typed

    def submit(self, code):
        """Fill in and submit in one go; materials are typed as well, whoever reads them."""

        def act():
            typed = Typed(rows=[row(name, 1, 41, 0, 0, *TYPED) for name in (OWN, OTHER)])
            filing_actions.file(
                self.clerk.tenant, period(code), typed, by=self.clerk, explanation=EXPLANATION
            )

        wanted = self.due_in(code)
        if self.step("submit", act, self.submitting(code)) == DONE:
            assert self.counted_by(self.filing(code)) >= wanted, "one was forgotten"

    # --- what is asked from outside

    def facts(self, kind, on, provider, link, *, title="", **more) -> MaterialFacts:
        self.number += 1
        year = on.year if on else 2022
        title = title or f"演示材料{self.number}"
        return MaterialFacts(kind, title, "演示单位", year, on, provider, link, **more)

    def day(self, back: int | None) -> date | None:
        return None if back is None else (self.now - back * DAY).date()

    def file(self):
        self.number += 1
        return examined("演示.pdf", f"%PDF-1.4 {self.number}".encode())

    def pick(self, n: int) -> Material | None:
        seen = Material.objects.filter(withdrawn_at=None)
        if n < 0:
            seen, n = seen.exclude(counted_in=None), -n - 1
        return (
            material_queries.materials_with_parties().filter(pk__in=seen).order_by("-id")[n : n + 1].first()
        )

    def files_of(self, each: Material) -> int:
        return MaterialFile.objects.filter(material=each, withdrawn_at=None).count()

    def when_free(self, each: Material) -> str:
        """What is selected, or counted by a return that nobody may write in, is not changed."""
        is_locked = any(
            filing.status in ("submitted", "accepted") and each.pk in self.counted_by(filing)
            for filing in self.filings()
        )
        return REFUSED if is_locked or each.state != "collected" else DONE

    def counted_by(self, filing: Filing) -> set[int]:
        """The materials of the versions of a return that stand."""
        found = CountedMaterial.objects.filter(version__in=self.standing_versions(filing))
        return set(found.values_list("material_id", flat=True))

    def uses_register(self, code: str) -> bool:
        holding = [is_on for since, is_on in self.switches if since <= code]
        return bool(holding) and holding[-1]

    def due_in(self, code: str) -> set[int]:
        """The materials that no other return counts and that this one has to: of its own days, and late ones."""
        elsewhere = set().union(
            *(self.counted_by(each) for each in self.filings() if each.period.code != code)
        )
        taken = self.takes_from(code)
        return {
            each.pk
            for each in Material.objects.filter(version_of=None, withdrawn_at=None, provider__isnull=False)
            if each.finished_on
            and quarter_of(each.finished_on) in taken
            and self.uses_register(code)
            and self.uses_register(quarter_of(each.finished_on))
            and each.pk not in elsewhere
        }

    # --- what always holds

    @invariant()
    def no_material_is_in_two_returns(self):
        counted = Counter(key for each in self.filings() for key in self.counted_by(each))
        assert all(number == 1 for number in counted.values()), "counted twice"

    @invariant()
    def none_is_forgotten(self):
        with clock.frozen(self.now):
            listed = register.unreported(self.clerk.tenant, period().programme, Material.objects.all())
        counted = set().union(*(self.counted_by(each) for each in self.filings()))
        keys = [each.material.pk for each in listed]
        standing = set(Material.objects.filter(withdrawn_at=None).values_list("pk", flat=True))
        assert len(keys) == len(set(keys))
        assert (set(keys) | counted) >= standing, "neither counted nor listed"
        assert not set(keys) & counted, "counted and listed"
        assert all(each.place.reason for each in listed)

    @invariant()
    def figures_are_the_numbers_of_materials(self):
        for line in Line.objects.select_related("version__filing__period"):
            counted = CountedMaterial.objects.filter(version=line.version_id, provider_key=line.provider_key)
            found = Counter(each.content["kind"] for each in counted)
            if self.uses_register(line.version.filing.period.code):
                assert [line.values[kind] for kind in KINDS] == [found[kind] for kind in KINDS], "not the sum"
            else:
                assert not found and tuple(line.values[kind] for kind in KINDS) == TYPED, "not as typed"

    @invariant()
    def only_what_may_be_counted_is(self):
        for each in CountedMaterial.objects.select_related("version__filing__period", "material"):
            code = each.version.filing.period.code
            own = quarter_of(date.fromisoformat(each.content["finished_on"]))
            assert own <= code and each.is_late == (own < code), "in the wrong quarter"
            assert each.material.version_of_id is None, "a version is no other video"

    @invariant()
    def what_is_frozen_stays(self):
        now = {
            each.pk: (each.version_id, each.content, each.figures) for each in CountedMaterial.objects.all()
        }
        assert {key: now.get(key) for key in self.frozen} == self.frozen
        self.frozen = now

    @invariant()
    def what_is_selected_can_be_looked_at(self):
        for each in Material.objects.exclude(state="collected"):
            assert each.finished_on and (each.link or self.files_of(each)), "nobody can look at it"

    @invariant()
    def those_above_read_what_was_submitted(self):
        (found,) = [
            each
            for each in overview(period().programme, self.reviewer).rows
            if each.tenant == self.clerk.tenant
        ]
        read = {
            "people": str(found.survey.answers["people"]) if found.survey else None,
            "plan_file": "".join(str(each.public_id) for each in found.files),
        }
        assert read == {name: (self.answered or {"plan_file": ""}).get(name) for name in read}

    @invariant()
    def one_plan_stands_and_none_is_lost(self):
        survey = Survey.objects.first()
        standing = [str(each.public_id) for each in SurveyFile.objects.filter(withdrawn_at=None)]
        assert standing == ([survey.typed["plan_file"]] if survey and survey.typed["plan_file"] else [])


def switch(by, code: str, *, is_on: bool):
    return material_actions.switch_register(
        by.tenant, period().programme, is_on=is_on, period=period(code), by=by
    )
