"""The random walk: everything that people decide, drawn at random and watched from outside.

By the oracle, which knows the life of a return; by snapshots of every business table; and by the sums of the figures,
added up three ways. `test_random_walk.py` says what has to hold, and runs it.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO

from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from portal import actions as people
from portal import clock
from portal.access import memberships_of
from portal.models import HistoryEntry, Membership, User
from portal.problems import Refused
from reporting import actions, jobs, queries, rollup
from reporting.actions import NotSubmittable, Typed
from reporting.checks import run_checks
from reporting.merging import Change, text_at, with_ids
from reporting.models import Draft, Filing, Line
from reporting.reading import read_rows
from targets.models import Duty, ReportingDuty

from .conftest import NOW
from .factories import COLUMNS, EXPLANATION, membership, period, row, tenant
from .oracle import (
    DONE,
    FINDINGS,
    FORBIDDEN,
    NOTHING,
    OPEN,
    REFUSED,
    TRANSITIONS,
    Oracle,
    Person,
    Return,
    Typing,
)
from .snapshots import FROZEN, Snapshot, changed, column, row_of, snapshot, standing, watching

CITY, COUNTIES = "taizhou-education", ("jiaojiang", "huangyan")
PERIODS = ("2022Q1", "2022Q2")
# Other providers in each period, or checks would compare their figures.
PROVIDERS = {"2022Q1": "海门街道社区学校", "2022Q2": "白云街道社区学校"}
ZERO = (0,) * len(COLUMNS)
MINUTE, MOMENT, DAY = timedelta(minutes=1), timedelta(microseconds=1), timedelta(days=1)
REASON = "请核对人次后重报。"
CONTACTS = {"preparer": "甲", "head": "乙", "telephone": "演示号码 0000"}

# Which tables an entry of that name may speak for.
SPEAKS_FOR = {
    "start": {"filing", "draft", "provider"},
    "save": {"filing", "draft"},
    "autosave": {"filing", "draft"},
    "submit": {"filing", "version", "line", "total"},
    "nil": {"filing", "version", "total"},
    "recall": {"filing"},
    "accept": {"filing", "review", "provider"},
    "send_back": {"filing", "review", "reviewpoint"},
    "correct": {"filing", "draft"},
    "close_period": {"perioddecision"},
    "reopen_period": {"perioddecision"},
    "extend": {"extension"},
    "export": {"job"},
    "invite": {"invitation"},
    "accept_invitation": {"invitation", "user", "membership", "formerpassword"},
    "activate": {"membership"},
    "deactivate": {"membership"},
}
# What may move a figure: after each of these the sums are taken again, and at the end of every walk.
DECISIONS = {"submit", "nil", "recall", "accept", "send_back", "correct"}

# --- what may happen: mostly what those do who may, on the page as it is now

# Who acts, as seen from the return's tenant. The twin files for 椒江 and reviews at the city.
FILERS = ["clerk"] * 8 + ["head", "twin", "twin", "twin", "neighbour", "reviewer", "observer"]
REVIEWERS = ["reviewer"] * 8 + ["twin reviewer"] * 4 + ["clerk", "administrator", "other reviewer"]
RETURNS = [("jiaojiang", "2022Q1")] * 5 + [("huangyan", "2022Q1")] * 3
RETURNS += [("jiaojiang", "2022Q2"), ("huangyan", "2022Q2")]
# What is typed into a draft; the second line is junk, as it stands.
KINDS = (
    ["figures"] * 4 + ["zeros", "unusual", "unusual and explained", "nothing"] + ["nil without contacts"] * 2
)
KINDS += ["约50", "", "-1", "1_000", "=1+1", "½"]

flag = st.booleans()
of = {"of": st.sampled_from(RETURNS)}
filer = of | {"who": st.sampled_from(FILERS), "behind": st.sampled_from([0] * 15 + [1, 2, -1])}
reviewer = filer | {"who": st.sampled_from(REVIEWERS)}
reason = {"reason": st.sampled_from([REASON] * 5 + ["", "　\n"])}
administrator = {"code": st.sampled_from(COUNTIES), "who": st.sampled_from(["city", "county", "neighbour"])}
decider = {
    "quarter": st.sampled_from(PERIODS),
    "who": st.sampled_from(["administrator"] * 5 + ["reviewer", "clerk", "other administrator"]),
}
asker = {"quarter": st.sampled_from(PERIODS), "who": st.sampled_from(["reviewer", "administrator"])}
picks = {"picks": st.lists(st.integers(0, 5), min_size=1, max_size=4)}

# {name of a method of the walk: (how often, what it is given)}
HAPPENINGS = {
    "go_on": (6, of | {"who": filer["who"], "checker": reviewer["who"]} | picks),
    "start": (1, of | {"who": filer["who"]}),
    "save": (4, filer | {"kind": st.sampled_from(KINDS), "videos": st.integers(0, 5), "answers": flag}),
    "autosave": (2, of | {"who": filer["who"], "videos": st.integers(0, 5)}),
    "submit": (3, filer),
    "nil": (3, filer),
    "recall": (3, filer),
    "accept": (3, reviewer),
    "send_back": (2, reviewer | reason),
    "correct": (3, filer | reason),
    "close_period": (2, decider | reason | {"names_waiting": flag}),
    "reopen_period": (3, decider | reason | {"days": st.sampled_from([None, 1, 3, 0])}),
    "extend": (
        1,
        decider | reason | {"code": st.sampled_from(COUNTIES), "days": st.sampled_from([1, 2, 20, 0])},
    ),
    "wait": (2, {"long": flag}),
    "press_again": (2, {}),
    "invite_and_join": (1, administrator),
    "set_active": (
        2,
        administrator
        | {
            "whom": st.sampled_from(["head", "observer"]),
            "is_change": st.sampled_from([True, True, False]),
            "and_back": flag,
        },
    ),
    "export": (1, asker),
}
happenings = st.sampled_from(
    [name for name, (often, _given) in HAPPENINGS.items() for _ in range(often)]
).flatmap(lambda name: st.tuples(st.just(name), st.fixed_dictionaries(HAPPENINGS[name][1])))


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
        self.oracle = Oracle(dict.fromkeys(COUNTIES, CITY), spans)
        self.boundaries = sorted(
            {at - step for each in spans.values() for at in each for step in (MOMENT, 0 * MOMENT)}
        )
        self.has_failed = False
        self.last: tuple | None = None  # the last request: its name, itself, what came of it
        self.asked: set[tuple[str, str]] = set()  # for exports
        make_twin()
        duties = ReportingDuty.objects.filter(programme__code="taizhou", duty=Duty.REQUIRED)
        self.required = list(duties.order_by("tenant__path").values_list("tenant__code", flat=True))
        self.entry = HistoryEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0
        self.taken = snapshot()

    def teardown(self):
        try:
            if not self.has_failed:
                self.check_figures()
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
            self.step("start", lambda: actions.start(tenant(of[0]), self.periods[of[1]], by=by), expected)

    def save(self, each, who, behind, kind, videos, answers=False):
        typing, rows, contacts = typed(each, kind, videos)
        typing = replace(typing, is_answered=answers and each.sent_back is not None)
        given = Typed(rows=rows, is_nil=typing.is_nil, **contacts)
        if typing.is_answered:
            points = queries.sent_back_of(filing_of(each)).points
            given.replies = {point.key: EXPLANATION for point in points}
        if typing.is_explained:
            given.explanations = explained(filing_of(each), given)

        def act(filing, *, revision, by):
            return actions.save_draft(filing, given, revision=revision, by=by)

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
            return actions.autosave(filing, changes, page="walkwalk", number=number, by=by)

        def expect(each, by, at, revision):
            is_same = now == f"{videos} 个半"
            return self.oracle.autosave(each, by, at, is_same)

        self.move("autosave", each, who, 0, act, expect)

    def submit(self, each, who, behind):
        self.move("submit", each, who, behind, actions.submit, self.oracle.submit)

    def nil(self, each, who, behind):
        self.move("nil", each, who, behind, actions.declare_nil, self.oracle.nil)

    def recall(self, each, who, behind):
        self.move("recall", each, who, behind, actions.recall, self.oracle.recall)

    def accept(self, each, who, behind):
        self.move("accept", each, who, behind, actions.accept, self.oracle.accept)

    def send_back(self, each, who, behind, reason):
        self.move("send_back", each, who, behind, actions.send_back, self.oracle.send_back, reason=reason)

    def correct(self, each, who, behind, reason):
        self.move("correct", each, who, behind, actions.correct, self.oracle.correct, reason=reason)

    def go_on(self, each, who, checker, picks):
        """A few moves that fit where the return stands (or recalling what is accepted), so that the walk gets far."""
        for pick in picks:
            if each.status in OPEN and pick:
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
            ids = [filing.public_id for filing in queries.waiting_in(each)] if names_waiting else []
            expected = self.oracle.close(quarter, as_person(by), self.now, reason, names_waiting)
            given = {"reason": reason, "although_waiting": ids, "by": by}
            self.step("close_period", lambda: actions.close_period(each, **given), expected)
            self.last = None  # pressed twice it is refused, or names others who wait now

    def reopen_period(self, quarter, who, reason, days):
        if by := self.acting("jiaojiang", who):
            until = None if days is None else self.now + days * DAY
            expected = self.oracle.reopen(quarter, as_person(by), self.now, reason, until)
            given = {"reason": reason, "until": until, "by": by}
            self.step(
                "reopen_period", lambda: actions.reopen_period(self.periods[quarter], **given), expected
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
                "extend", lambda: actions.extend(self.periods[quarter], tenant(code), **given), expected
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
        self.check_figures()

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
            one_entry_closes_each_change(entries, [watch.start, *watch.marks], taken)
            frozen_rows_stay(self.taken, taken)
            self.entry = entries[-1].id
        else:
            assert changed(self.taken, taken) == {}, "changed without a history entry"
        self.taken, self.last = taken, (name, act, outcome)
        Walk.outcomes[name, outcome] += 1
        if entries:
            self.check_returns()
        if entries and name in DECISIONS:
            self.check_figures()
        self.has_failed = False

    # --- what always holds

    def check_returns(self):
        """The returns stand as the oracle says (I-09, I-10, I-18), and as their history says (I-08)."""
        for each in self.oracle.returns.values():
            filing = filing_of(each)
            assert (filing.status, filing.revision) == (each.status, each.revision)
            assert (filing.accepted and filing.accepted.number) == each.accepted
            versions = list(filing.versions.order_by("number"))
            assert [version.is_supplementary for version in versions] == [v.is_late for v in each.versions]
            assert filing.first_submitted_at == (each.versions[0].at if versions else None)
            due = queries.window_of(filing).due_at
            assert (due, filing.period.due_at) == (
                self.oracle.due(each.tenant, each.period), self.periods[each.period].due_at,
            )  # fmt: skip
            folded = None
            for entry in HistoryEntry.objects.filter(subject_id=filing.public_id).order_by("number"):
                assert entry.before == folded
                folded = entry.after
            assert folded == standing(self.taken, filing.public_id)
            for version in versions:
                assert version.receipt_number.endswith(f"-{version.number}-{version.digest[:8]}")
        receipts = list(column(self.taken, "reporting_version", "receipt_number").values())
        digests = set(column(self.taken, "reporting_version", "digest").values())
        assert len(receipts) == len(set(receipts)) == len(digests)

    def check_figures(self):
        """The roll-up is the oracle's sum and the sum of the accepted lines (I-01); unfiled is not 0 (I-22)."""
        with clock.frozen(self.now):
            for codes, include in ((PERIODS[:1], False), (PERIODS, True)):
                self.check_rollup(codes, include)

    def check_rollup(self, codes: tuple[str, ...], include: bool):
        spans = [self.periods[code] for code in codes]
        rolled = rollup.roll_up(spans[0].programme, spans, under=tenant(CITY), include_submitted=include)
        by_tenant = {each.tenant.code: each for each in rolled.rows}
        total = [0] * len(COLUMNS)
        for code in COUNTIES:
            mine = [self.oracle.returns.get((code, quarter)) for quarter in codes]
            counted = [f for each in mine if each and (f := each.counts(with_submitted=include)) is not None]
            expected = (
                [sum(figures) for figures in zip(*counted, strict=True)] if counted else [None] * len(COLUMNS)
            )
            assert [by_tenant[code].values[indicator] for indicator in COLUMNS] == expected
            if not include:
                assert sum_of_lines(code, codes) == [value or 0 for value in expected]
            total = [a + (b or 0) for a, b in zip(total, expected, strict=True)]
            late = [each for each in mine if each and each.is_filed and each.versions[0].is_late]
            assert sum(cell.days_late > 0 for cell in by_tenant[code].cells) == len(late)
        assert [rolled.total[indicator] for indicator in COLUMNS] == total
        begun = [code for code in codes if self.oracle.periods[code][0] <= self.now]
        filed = [
            code
            for code in self.required
            if all((each := self.oracle.returns.get((code, quarter))) and each.is_filed for quarter in begun)
        ]
        assert (rolled.expected, rolled.filed) == (len(self.required), len(filed))
        assert [each.code for each in rolled.missing] == [code for code in self.required if code not in filed]
        assert rolled.expected == rolled.filed + len(rolled.missing)


def outcome_of(act: Callable) -> str:
    try:
        act()
    except PermissionDenied:
        return FORBIDDEN
    except Refused:
        return REFUSED
    except NotSubmittable:
        return FINDINGS
    return DONE


def one_entry_closes_each_change(entries: list[HistoryEntry], marks: list[Snapshot], taken: Snapshot) -> None:
    assert len(marks) == len(entries) + 1
    assert changed(marks[-1], taken) == {}, "something changed after the last history entry"
    for entry, before, after in zip(entries, marks, marks[1:], strict=False):
        changes = changed(before, after)
        assert changes, f"a second entry for one change: {entry.action}"
        table = f"reporting_{entry.subject_kind}" if entry.subject_kind in ("filing", "job", "perioddecision", "extension") else f"portal_{entry.subject_kind}"  # fmt: skip
        assert {name.split("_", 1)[1] for name in changes} <= SPEAKS_FOR[entry.action]
        subject = row_of(after, table, entry.subject_id)
        assert changes[table] == {subject["id"]}, "another row changed as well"
        assert subject["tenant_id"] == entry.tenant_id
        if entry.subject_kind == "filing":
            assert entry.before == standing(before, entry.subject_id)
            assert entry.after == standing(after, entry.subject_id)
            was = entry.before["status"] if entry.before else None
            assert (entry.action, was, entry.after["status"]) in TRANSITIONS
        elif entry.subject_kind == "membership":
            was = row_of(before, table, entry.subject_id)
            assert bool(was["is_active"]) == entry.before["is_active"]
            assert bool(subject["is_active"]) == entry.after["is_active"]


def frozen_rows_stay(before: Snapshot, after: Snapshot) -> None:
    """Versions, their lines and totals, and reviews are added, never changed (I-06)."""
    for table in FROZEN:
        assert {key: after[table].get(key) for key in before[table]} == before[table]


def sum_of_lines(code: str, codes: tuple[str, ...]) -> list[int]:
    """The figures of the accepted versions, line by line."""
    accepted = Filing.objects.filter(tenant__code=code, period__code__in=codes).exclude(accepted=None)
    lines = Line.objects.filter(version__in=list(accepted.values_list("accepted", flat=True)))
    return [sum(line.values[indicator] or 0 for line in lines) for indicator in COLUMNS]


# --- who and what


def make_twin() -> None:
    twin = User.objects.create(username="twin", full_name="两边都在的人")
    for code, role in (("jiaojiang", "preparer"), (CITY, "reviewer")):
        Membership.objects.create(user=twin, tenant=tenant(code), role=role)


def span(each) -> tuple[datetime, datetime, datetime]:
    return datetime.fromisoformat(f"{each.starts_on}T00:00:00+08:00"), each.due_at, each.closes_at


def neighbour_of(code: str) -> str:
    return COUNTIES[1 - COUNTIES.index(code)]


def administrator_for(code: str, who: str) -> Membership:
    at = {"city": CITY, "county": code, "neighbour": neighbour_of(code)}[who]
    return membership(f"{at}-administrator")


def filing_of(each: Return) -> Filing:
    return Filing.objects.with_parties().get(tenant__code=each.tenant, period__code=each.period)


def as_person(by: Membership) -> Person:
    return Person(by.user.username, str(by.role), by.tenant.code)


def typed(each: Return, kind: str, videos: int) -> tuple[Typing, list[dict], dict]:
    """What a kind of typing is to the oracle, and its rows and contacts as they are typed."""
    if kind in ("nothing", "nil without contacts"):
        return Typing(ZERO, is_nil=kind != "nothing", has_contacts=False), [], {}
    if kind == "zeros" and each.period == PERIODS[0]:  # later, zeros want a reason
        return Typing(ZERO, is_fine=True), [row(name, *ZERO) for name in PROVIDERS.values()], CONTACTS
    is_explained, is_fine = kind == "unusual and explained", kind in ("figures", "unusual and explained")
    figures = {
        "figures": (2, 40 + videos, 1, 15, videos, 1, 0),
        "unusual": (1, 5, *ZERO[2:]),  # five people in a class: a soft check wants to know why
        "unusual and explained": (1, 5, *ZERO[2:]),
    }.get(kind, (kind, *ZERO[1:]))
    typing = Typing(figures, is_fine=is_fine, is_explained=is_explained)
    return typing, [row(PROVIDERS[each.period], *figures)], CONTACTS


def explained(filing: Filing, given: Typed) -> dict[str, str]:
    """An answer to every soft check that the typing raises."""
    draft, fields = Draft(filing=filing, rows=given.rows, **CONTACTS), queries.fields_of(filing)
    findings = run_checks(read_rows(given.rows, fields), queries.facts_for(filing, draft, fields))
    return {each.key: EXPLANATION for each in findings if each.key}
