"""The life of a return, written down a second time: plain Python, no Django, nothing of the portal's code.

`Oracle.<move>` says what has to come of a move (one of the words below) and, if it is made, makes it here too.
"""

from dataclasses import dataclass, field
from datetime import datetime

DONE, NOTHING, FORBIDDEN, REFUSED, FINDINGS = "done", "nothing", "forbidden", "refused", "findings"

# (what was done, status before, status after): all there is. Written by hand from the workflow that was agreed.
TRANSITIONS = {
    ("start", None, "draft"),
    *(("save", status, status) for status in ("draft", "returned", "recalled", "correcting")),
    *(("autosave", status, status) for status in ("draft", "returned", "recalled", "correcting")),
    *(("submit", status, "submitted") for status in ("draft", "returned", "recalled", "correcting")),
    *(("nil", status, "submitted") for status in ("draft", "returned", "recalled", "correcting")),
    ("recall", "submitted", "recalled"),
    ("recall", "submitted", "correcting"),  # of a correction
    ("accept", "submitted", "accepted"),
    ("send_back", "submitted", "returned"),
    ("correct", "accepted", "correcting"),
}
OPEN = {"draft", "returned", "recalled", "correcting"}
# Who does what: the role at a tenant. Reviews are the tenant's above.
FILERS, REVIEWERS = {"preparer", "head"}, {"reviewer"}


@dataclass(frozen=True)
class Person:
    """Somebody in a role at a tenant; the same name may act in two roles."""

    name: str
    role: str
    tenant: str


@dataclass(frozen=True)
class Typing:
    """What a draft holds, as far as submitting goes."""

    figures: tuple[int, ...] = ()  # the sums of the columns
    is_nil: bool = False
    is_fine: bool = False  # nothing would stand in the way of submitting
    is_explained: bool = False  # a soft check was answered
    has_contacts: bool = True


@dataclass(frozen=True)
class Version:
    typing: Typing
    took_part: frozenset[str]
    is_late: bool
    at: datetime


@dataclass
class Return:
    tenant: str
    period: str
    status: str = "draft"
    revision: int = 1
    typed: Typing = Typing()
    editors: set[str] = field(default_factory=set)
    versions: list[Version] = field(default_factory=list)
    accepted: int | None = None
    is_correction: bool = False

    @property
    def is_filed(self) -> bool:
        return self.status == "submitted" or self.accepted is not None

    def counts(self, *, with_submitted: bool = False) -> tuple[int, ...] | None:
        """The figures that a roll-up takes from it; None: it has none, which is not 0."""
        if with_submitted and self.status == "submitted":
            return self.versions[-1].typing.figures
        return self.versions[self.accepted - 1].typing.figures if self.accepted else None


class Oracle:
    """`parents`: {tenant: the one above}; `periods`: {code: (begins, due, closes)}."""

    def __init__(self, parents: dict[str, str], periods: dict[str, tuple[datetime, datetime, datetime]]):
        self.parents, self.periods = parents, periods
        self.returns: dict[tuple[str, str], Return] = {}

    def start(self, tenant: str, period: str, by: Person, now: datetime) -> str:
        if (tenant, period) in self.returns:
            return NOTHING
        new = Return(tenant, period)
        outcome = self._file(new, by, now, new.revision)
        if outcome == DONE:
            new.revision = 1
            self.returns[tenant, period] = new
        return outcome

    def save(self, each: Return, by: Person, now: datetime, revision: int, typing: Typing) -> str:
        outcome = self._file(each, by, now, revision, needs_open=False)
        if outcome == DONE:
            each.typed = typing
            each.editors.add(by.name)
        return outcome

    def autosave(self, each: Return, by: Person, now: datetime, is_same: bool) -> str:
        """Typing that is merged whatever revision the page shows; the same text again is no change."""
        if (
            is_same
            and each.status in OPEN
            and self._file(each, by, now, each.revision, False, needs_open=False) == FINDINGS
        ):
            return NOTHING
        return self.save(each, by, now, each.revision, Typing(has_contacts=each.typed.has_contacts))

    def submit(self, each: Return, by: Person, now: datetime, revision: int) -> str:
        outcome = self._file(each, by, now, revision, each.typed.is_fine)
        if outcome == DONE:
            took_part = frozenset(each.editors | {by.name})
            # A correction was in time once; only what nobody had seen before is late.
            is_late = now >= self.periods[each.period][1] and not each.is_correction
            each.versions.append(Version(each.typed, took_part, is_late, now))
            each.status = "submitted"
        return outcome

    def nil(self, each: Return, by: Person, now: datetime, revision: int) -> str:
        outcome = self._file(each, by, now, revision, each.typed.has_contacts)
        if outcome == DONE:
            each.typed = Typing(figures=(0,) * 7, is_nil=True, is_fine=True)
            each.editors.add(by.name)
            return self.submit(each, by, now, each.revision)
        return outcome

    def recall(self, each: Return, by: Person, now: datetime, revision: int) -> str:
        outcome = self._file(each, by, now, revision, sources={"submitted"})
        if outcome == DONE:
            each.status = "correcting" if each.is_correction else "recalled"
        return outcome

    def accept(self, each: Return, by: Person, now: datetime, revision: int) -> str:
        if each.versions and by.name in each.versions[-1].took_part:
            return FORBIDDEN
        outcome = self._review(each, by, revision)
        if outcome == DONE:
            each.status, each.accepted, each.is_correction = "accepted", len(each.versions), False
        return outcome

    def send_back(self, each: Return, by: Person, now: datetime, revision: int, reason: str) -> str:
        outcome = self._review(each, by, revision) if reason.strip() else FINDINGS
        if outcome == DONE:
            each.status = "returned"
        return outcome

    def correct(self, each: Return, by: Person, now: datetime, revision: int, reason: str) -> str:
        if not reason.strip():
            return FINDINGS
        if by.role not in FILERS or by.tenant != each.tenant:
            return FORBIDDEN
        if each.status != "accepted" or revision != each.revision or each.accepted is None:
            return REFUSED
        each.revision += 1
        each.status, each.is_correction = "correcting", True
        was = each.versions[each.accepted - 1].typing
        # A nil return has no rows to start from; an explanation has to be given anew.
        is_fine = not was.is_nil and not was.is_explained
        each.typed = Typing(was.figures, is_fine=is_fine, has_contacts=each.typed.has_contacts)
        each.editors.add(by.name)
        return DONE

    def _file(
        self,
        each: Return,
        by: Person,
        now: datetime,
        revision: int,
        is_fine=True,
        sources=OPEN,
        needs_open=True,
    ) -> str:
        begins, _due, closes = self.periods[each.period]
        if by.role not in FILERS or by.tenant != each.tenant:
            return FORBIDDEN
        # After the closing, what is under way is brought to its end: sent back, or accepted once.
        is_open = begins <= now and (now < closes or each.status == "returned" or each.accepted is not None)
        if each.status not in sources or revision != each.revision or (needs_open and not is_open):
            return REFUSED
        if not is_fine:
            return FINDINGS
        each.revision += 1
        return DONE

    def _review(self, each: Return, by: Person, revision: int) -> str:
        if by.role not in REVIEWERS or by.tenant != self.parents[each.tenant]:
            return FORBIDDEN
        if each.status != "submitted" or revision != each.revision:
            return REFUSED
        each.revision += 1
        return DONE
