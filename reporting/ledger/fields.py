"""What is a field of an activity? One table; the reader, the form, the sheet, the history and the versions follow it.

A new field is one in the model (with its migration), one in `TypedActivity`, one entry here, and its place in the pages.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from targets.ledger import Ledger, NamedValue

from ..entry.counts import parse_count
from ..entry.names import NAME_LIMIT, clean_name, clean_text, name_key
from ..entry.nothing import says_nothing
from ..entry.reading import Finding
from ..entry.visual_names import visual_key

CO_ORGANISERS_AT_MOST = 20
ATTENDANCES_AT_MOST = 99_999
EXPLANATION_LIMIT = 500
LANGUAGE_LIMIT = 40
# How a field stands in the form of one activity.
SINGLE, SEVERAL, LINES = "one text", "several, ticked", "several, one a line"


@dataclass
class ReadActivity:
    """The fields of an activity as read (`provider` is the key of a registered name), and what is wrong."""

    values: dict = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def problem(self, column: str, code: str, text: str) -> None:
        self.findings.append(Finding(code, text, column=column))


@dataclass(frozen=True)
class ActivityField:
    """`reader`: how its text is read, if by itself; `options`: the list of the ledger whose codes it takes.

    `form`: how it stands in the form, "" if not as one field; `is_folded`: behind “more” there until it is given.
    `is_in_history`: in the history of the activity; `is_frozen`: in the version that counts it. `is_in_sheet`: a column of the
    sheet, which is refused without it if `is_needed`.
    """

    name: str
    label: Any
    reader: Callable[[ReadActivity, Any, "ActivityField", Ledger], Any] | None = None
    options: str = ""
    form: str = SINGLE
    is_folded: bool = False
    is_in_history: bool = True
    is_frozen: bool = True
    is_in_sheet: bool = True
    is_needed: bool = False

    def named(self, ledger: Ledger) -> Mapping[str, NamedValue]:
        """What can be chosen, by code; nothing where it is typed freely."""
        return getattr(ledger, self.options) if self.options else {}


# --- how a text is read


def _one_of(*, is_needed: bool = True) -> Callable:
    """A code of one of the ledger's lists. If the list has one entry only, that one is meant."""

    def read_one(read: ReadActivity, raw: str, about: ActivityField, ledger: Ledger) -> str:
        options, text = about.named(ledger), str(raw).strip()
        if not text and is_needed and len(options) == 1:
            return next(iter(options))
        if not text and not is_needed:
            return ""
        return _code(read, text, about, options)

    return read_one


def _code(read: ReadActivity, text: str, about: ActivityField, options: Mapping[str, NamedValue]) -> str:
    code = text if text in options else _by_name(options).get(name_key(text), "")
    if not code:
        names = _(", ").join(each.name for each in options.values())
        sentence = _("%(label)s: choose one of %(names)s.") % {"label": about.label, "names": names}
        read.problem(about.name, "unknown_choice", sentence)
    return code


def _by_name(options: Mapping[str, NamedValue]) -> dict[str, str]:
    return {name_key(each.name): each.code for each in options.values()}


def _several(read: ReadActivity, raw: Iterable[str], about: ActivityField, ledger: Ledger) -> list[str]:
    """Codes of one of the ledger's lists, in the order of the document, each once."""
    options = about.named(ledger)
    codes = [_code(read, str(each).strip(), about, options) for each in raw if str(each).strip()]
    return [code for code in options if code in codes]


def _count(*, least: int) -> Callable:
    def read_count(read: ReadActivity, raw: str, about: ActivityField, ledger: Ledger) -> int:
        if not least and (not str(raw).strip() or says_nothing(raw)):
            return 0
        count = parse_count(raw, unit="人次" if least else "人")
        problem = count.problem or (_("nothing is filled in; type a number") if count.value is None else "")
        if count.value is not None and not least <= count.value <= ATTENDANCES_AT_MOST:
            limits = {"least": least, "most": ATTENDANCES_AT_MOST}
            problem = _("type a whole number from %(least)s to %(most)s") % limits
        if problem:
            text = _("%(label)s: %(problem)s.") % {"label": about.label, "problem": problem.rstrip(".。")}
            read.problem(about.name, count.code or "out_of_range", text)
        return count.value or 0

    return read_count


def _text(limit: int, *, multiline: bool = False) -> Callable:
    def read_text(read: ReadActivity, raw: str, about: ActivityField, ledger: Ledger) -> str:
        text = clean_text(raw, limit=limit, label=about.label, multiline=multiline)
        if text.problem:
            read.problem(about.name, text.code, text.problem)
        return text.value

    return read_text


def _names(read: ReadActivity, raw: Iterable[str], about: ActivityField, ledger: Ledger) -> list[str]:
    """Names of others, each once."""
    found: dict[str, str] = {}
    for each in raw:
        name = clean_name(each)
        if name.problem:
            read.problem(about.name, name.code, f"{about.label}: {name.problem}")
        elif name.value:
            found.setdefault(visual_key(name.value), name.value)
    if len(found) > CO_ORGANISERS_AT_MOST:
        text = _("At most %(limit)s can be named.") % {"limit": CO_ORGANISERS_AT_MOST}
        read.problem(about.name, "too_many", text)
    return list(found.values())


# --- the table, in the order of the sheet

# A sitting is typed as a day and its class hours, and kept as one of `sittings`.
_DAYS: dict[str, Any] = {"form": "", "is_in_history": False, "is_frozen": False}
ACTIVITY_FIELDS = {
    each.name: each
    for each in (
        ActivityField("on", gettext_lazy("Date"), is_needed=True, **_DAYS),
        # History and versions hold its name, which is no column of the activity.
        ActivityField(
            "provider", gettext_lazy("Organiser"), is_in_history=False, is_frozen=False, is_needed=True
        ),
        ActivityField("kind", pgettext_lazy("activity", "Kind"), _one_of(), "kinds", is_needed=True),
        ActivityField("hours", gettext_lazy("Class hours"), **_DAYS),
        ActivityField("sittings", "", form="", is_in_sheet=False),
        ActivityField("attendances", gettext_lazy("Attendances"), _count(least=1), is_needed=True),
        ActivityField("volunteers", gettext_lazy("Volunteers"), _count(least=0), is_folded=True),
        ActivityField("venue_kind", gettext_lazy("Kind of venue"), _one_of(is_needed=False), "venues"),
        ActivityField("venue", gettext_lazy("Venue"), _text(NAME_LIMIT)),
        ActivityField("scenarios", gettext_lazy("Scenarios"), _several, "scenarios", SEVERAL),
        ActivityField("channel", gettext_lazy("Channel"), _one_of(), "channels", is_folded=True),
        ActivityField("language", gettext_lazy("Language or dialect"), _text(LANGUAGE_LIMIT), is_folded=True),
        ActivityField(
            "tags", gettext_lazy("Programmes it belongs to"), _several, "tags", SEVERAL, is_folded=True
        ),
        ActivityField("co_organisers", gettext_lazy("Co-organisers"), _names, form=LINES, is_folded=True),
        ActivityField(
            "explanation",
            gettext_lazy("Explanation"),
            _text(EXPLANATION_LIMIT, multiline=True),
            is_folded=True,
        ),
    )
}
FIELDS = tuple(ACTIVITY_FIELDS.values())

LABELS = {each.name: each.label for each in FIELDS if each.label}
READERS = {each.name: each.reader for each in FIELDS if each.reader}
# In the form.
IN_FORM = tuple(each.name for each in FIELDS if each.form == SINGLE)
TICKED = tuple(each.name for each in FIELDS if each.form == SEVERAL)
LISTED = tuple(each.name for each in FIELDS if each.form == LINES)
FOLDED = tuple(each.name for each in FIELDS if each.is_folded)
# In the sheet.
COLUMNS = tuple(each.name for each in FIELDS if each.is_in_sheet)
NEEDED = tuple(each.name for each in FIELDS if each.is_needed)
# What the history holds of an activity, beside the reason of a withdrawal; what a version freezes of it,
# beside its revision. A version that was written keeps what it has: a field that is added here is in later ones only.
IN_HISTORY = tuple(each.name for each in FIELDS if each.is_in_history)
FROZEN = tuple(each.name for each in FIELDS if each.is_frozen)
