"""The life of a return, written down a second time: plain Python, no Django, nothing of the portal's code.

`Oracle.<move>` says what has to come of a move (one of the words below) and, if it is made, makes it here too.
"""

from dataclasses import dataclass, field, replace
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
    ("give_up", "correcting", "accepted"),
    ("give_up", "returned", "accepted"),  # of a correction
}
OPEN = {"draft", "returned", "recalled", "correcting"}
# Who does what: the role at a tenant. Reviews are the tenant's above.
FILERS, REVIEWERS = {"preparer", "head"}, {"reviewer"}
# Who decides about periods: the administrator of the tenant above all.
DECIDERS = {"administrator"}


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
    is_answered: bool = False  # beside each reason of the reviewer an answer was typed
    are_contacts_typed: bool = False  # or as they were when the return was opened

    def says(self) -> tuple:
        """What a reviewer would see of it."""
        return self.figures, self.is_nil


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
    sent_back: Version | None = None  # the last version that was decided, if it was sent back

    def is_answered(self, typing: Typing) -> bool:
        """No reason is open: something was changed, or each was answered in words."""
        if self.sent_back is None or typing.is_answered:
            return True
        return typing.says() != self.sent_back.typing.says()

    def corrects(self, typing: Typing) -> bool:
        """A correction says something else than the accepted version."""
        if not self.is_correction or self.accepted is None:
            return True
        was = self.versions[self.accepted - 1].typing
        return (typing.says(), typing.are_contacts_typed) != (was.says(), was.are_contacts_typed)

    @property
    def is_filed(self) -> bool:
        return self.status == "submitted" or self.accepted is not None

    def counts(self, *, with_submitted: bool = False) -> tuple[int, ...] | None:
        """The figures that a roll-up takes from it; None: it has none, which is not 0."""
        if with_submitted and self.status == "submitted":
            return self.versions[-1].typing.figures
        return self.versions[self.accepted - 1].typing.figures if self.accepted else None


class Oracle:
    """`parents`: {tenant: the one above}; `periods`: {code: (begins, due, closes)}; `works_for`: {name: tenants at which
    the person has a place besides the one that they act for}."""

    def __init__(
        self,
        parents: dict[str, str],
        periods: dict[str, tuple[datetime, datetime, datetime]],
        works_for: dict[str, set[str]],
    ):
        self.parents, self.periods, self.works_for = parents, periods, works_for
        self.returns: dict[tuple[str, str], Return] = {}
        self.decided: dict[str, tuple[str, datetime, datetime | None]] = {}  # the last: what, when, until
        self.extended: dict[tuple[str, str], tuple[datetime, datetime, datetime]] = {}  # due, closes, when

    def due(self, tenant: str, period: str) -> datetime:
        """Of the document, or of the tenant's last extension."""
        return self.extended.get((tenant, period), (self.periods[period][1],))[0]

    def closes(self, tenant: str | None, period: str) -> datetime | None:
        """The last decision about the period counts, or the document's day; an extension only ever adds to it,
        unless the books were closed after it."""
        what, when, until = self.decided.get(period, ("", None, None))
        at = {"": self.periods[period][2], "close": when, "reopen": until}[what]
        due, closes, given = self.extended.get((tenant, period), (None, None, None))
        if due is None or at is None or (what == "close" and given < when):
            return at
        return max(at, closes)

    def is_open(self, tenant: str | None, period: str, now: datetime) -> bool:
        closes = self.closes(tenant, period)
        return self.periods[period][0] <= now and (closes is None or now < closes)

    def close(self, period: str, by: Person, now: datetime, reason: str, names_waiting: bool) -> str:
        if not self._decides(by):
            return FORBIDDEN
        anybody = [None, *(tenant for tenant, code in self.extended if code == period)]
        if not any(self.is_open(tenant, period, now) for tenant in anybody):
            return REFUSED
        waiting = any(
            each.status == "submitted" for (_t, code), each in self.returns.items() if code == period
        )
        if not reason.strip() or (waiting and not names_waiting):
            return FINDINGS
        self.decided[period] = ("close", now, None)
        return DONE

    def reopen(self, period: str, by: Person, now: datetime, reason: str, until: datetime | None) -> str:
        if not self._decides(by):
            return FORBIDDEN
        is_reopened = self.decided.get(period, ("",))[0] == "reopen"
        begun = self.periods[period][0] <= now
        closes = self.closes(None, period)
        if not (closes is not None and now >= closes) and not (is_reopened and begun):
            return REFUSED
        if not reason.strip() or (until is not None and until <= now):
            return FINDINGS
        self.decided[period] = ("reopen", now, until)
        return DONE

    def extend(self, tenant: str, period: str, by: Person, now: datetime, reason: str, due: datetime) -> str:
        if not self._decides(by):
            return FORBIDDEN
        if not reason.strip() or due <= self.due(tenant, period) or due <= now:
            return FINDINGS
        closes = max(due, self.closes(tenant, period) or due)
        self.extended[tenant, period] = (due, closes, now)
        return DONE

    def _decides(self, by: Person) -> bool:
        return by.role in DECIDERS and by.tenant in self.parents.values()

    def start(self, tenant: str, period: str, by: Person, now: datetime) -> str:
        new = Return(tenant, period)
        outcome = self._file(new, by, now, new.revision)
        if (tenant, period) in self.returns and outcome != FORBIDDEN:
            return NOTHING
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
        kept = {
            "has_contacts": each.typed.has_contacts,
            "are_contacts_typed": each.typed.are_contacts_typed,
        }
        return self.save(each, by, now, each.revision, Typing(**kept))

    def submit(self, each: Return, by: Person, now: datetime, revision: int) -> str:
        is_fine = each.typed.is_fine and each.is_answered(each.typed) and each.corrects(each.typed)
        outcome = self._file(each, by, now, revision, is_fine)
        if outcome == DONE:
            took_part = frozenset(each.editors | {by.name})
            # A correction was in time once; only what nobody had seen before is late.
            is_late = now >= self.due(each.tenant, each.period) and not each.is_correction
            each.versions.append(Version(each.typed, took_part, is_late, now))
            each.status = "submitted"
        return outcome

    def nil(self, each: Return, by: Person, now: datetime, revision: int) -> str:
        typed = each.typed
        nil = replace(typed, figures=(0,) * 7, is_nil=True, is_fine=True, is_explained=False)
        is_fine = typed.has_contacts and each.is_answered(nil) and each.corrects(nil)
        outcome = self._file(each, by, now, revision, is_fine)
        if outcome == DONE:
            each.typed = nil
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
            each.sent_back = None
        return outcome

    def send_back(self, each: Return, by: Person, now: datetime, revision: int, reason: str) -> str:
        outcome = self._review(each, by, revision) if reason.strip() else FINDINGS
        if outcome == DONE:
            each.status, each.sent_back = "returned", each.versions[-1]
            each.typed = replace(each.typed, is_answered=False)
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
        each.typed = replace(
            each.typed,
            figures=was.figures,
            is_nil=False,
            is_fine=is_fine,
            is_explained=False,
            is_answered=False,
        )
        each.editors.add(by.name)
        return DONE

    def give_up(self, each: Return, by: Person, now: datetime, revision: int) -> str:
        sources = {"correcting", "returned"} if each.accepted is not None else set()
        outcome = self._file(each, by, now, revision, sources=sources, needs_open=False)
        if outcome == DONE:
            each.status, each.is_correction, each.sent_back = "accepted", False, None
        return outcome

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
        if by.role not in FILERS or by.tenant != each.tenant:
            return FORBIDDEN
        # After the closing, what is under way is brought to its end: sent back, or accepted once.
        begins = self.periods[each.period][0]
        goes_on = each.status == "returned" or each.accepted is not None
        is_open = begins <= now and (goes_on or self.is_open(each.tenant, each.period, now))
        if each.status not in sources or revision != each.revision or (needs_open and not is_open):
            return REFUSED
        if not is_fine:
            return FINDINGS
        each.revision += 1
        return DONE

    def _review(self, each: Return, by: Person, revision: int) -> str:
        if by.role not in REVIEWERS or by.tenant != self.parents[each.tenant]:
            return FORBIDDEN
        if each.tenant in self.works_for.get(by.name, ()):
            return FORBIDDEN  # nobody decides on what comes from where they work
        if each.status != "submitted" or revision != each.revision:
            return REFUSED
        each.revision += 1
        return DONE
