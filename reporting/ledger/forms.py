"""Activities as they are typed into a page: one on a phone, or a day's list as rows. Read as typed; what they mean and
what is wrong with them, `ledger.reading` says.

Field names of one: `provider`, `kind`, `sitting-<n>-on`, `sitting-<n>-hours`, `attendances`, …; of a day's list: `on`,
`provider`, `channel`, and by row `row-<n>-kind`, `row-<n>-hours`, …
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, cast

from django import forms
from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.ledger import Ledger, NamedValue

from ..entry.findings import REASON_LENGTH
from ..entry.posted import ReasonForm, refuse_repeated, typed_text
from ..entry.reading import Finding
from ..models import Activity, DuplicateDecision, Provider
from .fields import ACTIVITY_FIELDS, FOLDED, IN_FORM, LISTED, TICKED
from .reading import SITTINGS_AT_MOST, TypedActivity

Outcome = DuplicateDecision.Outcome
SITTING_NAME = re.compile(r"sitting-([1-9][0-9]{0,2})-(?:on|hours)")
ROW_NAME = re.compile(r"row-([1-9][0-9]{0,2})-")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
ROWS_AT_MOST = 60
ROW_FIELDS = ("provider", "kind", "hours", "attendances", "venue_kind", "venue", "volunteers")
# Where a finding about a sitting stands in a row of a day's list.
IN_ROW = {"sitting-1-hours": "hours"}


class DuplicateForm(ReasonForm):
    """What two activities are, as seen from the first one. Which of them counts is shown by its unit, of one unit by its
    place on the page."""

    outcome = forms.ChoiceField(label=gettext_lazy("What is it?"), widget=forms.RadioSelect)
    field_order = ["outcome", "reason"]

    def __init__(self, data: QueryDict | None = None, *, one: Activity, other: Activity):
        super().__init__(data)
        sides = [one.tenant.short_name, other.tenant.short_name]
        if one.tenant_id == other.tenant_id:
            sides = [_("the first one"), _("the second one")]
        counted = _("One activity: %(side)s counts it")
        cast(forms.ChoiceField, self.fields["outcome"]).choices = [
            (Outcome.ASKED, _("Not clear yet: ask both sides")),
            (Outcome.DISTINCT, Outcome.DISTINCT.label),
            (Outcome.COUNTS, counted % {"side": sides[0]}),
            (Outcome.DUPLICATE, counted % {"side": sides[1]}),
        ]


class AnswerForm(ReasonForm):
    """The answer about one's own activity to the body that asked."""

    reason = forms.CharField(
        label=gettext_lazy("Is it the same activity?"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Say who organised it and who came. The body above reads it and decides."),
    )


@dataclass(frozen=True)
class ListChoice:
    code: str
    name: str
    is_chosen: bool


@dataclass(frozen=True)
class ListBox:
    """One field of a page: its name is its id, too."""

    name: str
    value: str = ""
    errors: tuple[str, ...] = ()
    choices: tuple[ListChoice, ...] = ()

    @property
    def is_day(self) -> bool:
        """Whether a date field can show it; anything else is shown as it was typed."""
        return not self.value or bool(DAY.fullmatch(self.value))


def read_activity_form(posted: QueryDict, saved: TypedActivity | None = None) -> TypedActivity:
    """What was typed of one activity; blank sittings are none. `saved`: what the page shows of one that is recorded; a
    field that was not sent stays as it is there."""
    refuse_repeated(posted, besides=TICKED)
    numbers = {int(found[1]) for name in posted if (found := SITTING_NAME.fullmatch(name))}
    if len(numbers) > SITTINGS_AT_MOST + 1:
        raise BadRequest(_("A course has at most %(limit)s sittings here.") % {"limit": SITTINGS_AT_MOST})
    pairs = [_sitting(posted, number, saved.sittings if saved else ()) for number in sorted(numbers)]
    several: dict[str, Any] = {name: posted.getlist(name)[:SITTINGS_AT_MOST] for name in TICKED}
    listed: dict[str, Any] = {name: typed_text(posted, name).splitlines() for name in LISTED}
    typed = TypedActivity(
        sittings=[pair for pair in pairs if any(map(str.strip, pair))],
        **several,
        **listed,
        **{name: typed_text(posted, name) for name in IN_FORM},
    )
    if saved is None:
        return typed
    missing = [name for name in (*IN_FORM, *LISTED) if name not in posted]
    return replace(
        typed,
        sittings=typed.sittings if numbers else saved.sittings,
        **{name: getattr(saved, name) for name in missing},
    )


def _sitting(posted: QueryDict, number: int, saved: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """(day, class hours) as typed; the part that was not sent is as it is saved."""
    known = saved[number - 1] if number <= len(saved) else ("", "")
    names = (f"sitting-{number}-on", f"sitting-{number}-hours")
    on, hours = (
        typed_text(posted, name) if name in posted else text for name, text in zip(names, known, strict=True)
    )
    return on, hours


def finding_text(finding: Finding, raw: str) -> str:
    """What is wrong, and what was typed there."""
    if not raw.strip() or raw.strip() in finding.text:
        return finding.text
    return _("%(text)s You typed “%(raw)s”.") % {"text": finding.text, "raw": raw.strip()[:60]}


@dataclass
class ActivityForm:
    """The page of one activity: what was typed, with what was found at each field. `providers`: registered names."""

    typed: TypedActivity
    ledger: Ledger
    providers: Sequence[str]
    findings: Sequence[Finding] = ()
    more_sittings: int = 0

    @cached_property
    def boxes(self) -> dict[str, ListBox]:
        plain = {name: self._box(name, getattr(self.typed, name)) for name in IN_FORM}
        several = {name: self._box(name, "") for name in TICKED}
        listed = {name: self._box(name, "\n".join(getattr(self.typed, name))) for name in LISTED}
        return {**plain, **several, **listed, "sittings": self._box("sittings", "")}

    @cached_property
    def sittings(self) -> list[tuple[ListBox, ListBox]]:
        """(day, class hours) of each, and blank ones to go on with."""
        pairs = [*self.typed.sittings, *[("", "")] * self.more_sittings] or [("", "")]
        return [
            (self._box(f"sitting-{number}-on", on), self._box(f"sitting-{number}-hours", hours))
            for number, (on, hours) in enumerate(pairs, start=1)
        ]

    @property
    def problems(self) -> list[dict]:
        """For the summary above the form: each leads to its field."""
        boxes = [*self.boxes.values(), *(box for pair in self.sittings for box in pair)]
        return [{"anchor": box.name, "text": text} for box in boxes for text in box.errors]

    @property
    def is_unfolded(self) -> bool:
        """Whether something optional was given or is wrong."""
        usual = {"channel": next(iter(self.ledger.channels), ""), "volunteers": "0"}
        given = {name: getattr(self.typed, name) for name in FOLDED}
        is_given = any(value and value != usual.get(name) for name, value in given.items())
        return is_given or any(self.boxes[name].errors for name in FOLDED)

    @property
    def asks_hours(self) -> bool:
        """Whether a kind of the programme is counted by its class hours."""
        return any(kind.class_hours is not None for kind in self.ledger.kinds.values())

    def _box(self, name: str, value: str) -> ListBox:
        errors = tuple(finding_text(each, value) for each in self.findings if each.column == name)
        return ListBox(name, value, errors, tuple(self._choices(name, value)))

    def _choices(self, name: str, value: str) -> Iterable[ListChoice]:
        if name == "provider":
            known = list(self.providers) if not value or value in self.providers else [*self.providers, value]
            return [ListChoice(each, each, each == value) for each in known]
        if name not in ACTIVITY_FIELDS:
            return ()
        options = ACTIVITY_FIELDS[name].named(self.ledger)
        chosen = getattr(self.typed, name) if name in TICKED else [value]
        return [ListChoice(each.code, each.name, each.code in chosen) for each in options.values()]


# --- a day's list


@dataclass
class DayList:
    """A day's list as typed: what stands above the rows holds for those that leave it blank."""

    on: str = ""
    provider: str = ""
    channel: str = ""
    rows: list[dict[str, str]] = field(default_factory=list)

    @property
    def filled(self) -> list[int]:
        """The places of the rows in which something was typed."""
        return [place for place, row in enumerate(self.rows) if any(map(str.strip, row.values()))]

    def activities(self) -> list[TypedActivity]:
        return [self._activity(self.rows[place]) for place in self.filled]

    def _activity(self, row: dict[str, str]) -> TypedActivity:
        plain = {name: text for name, text in row.items() if name not in ("hours", "provider")}
        provider = row["provider"] if row["provider"].strip() else self.provider
        return TypedActivity(
            provider=provider, sittings=[(self.on, row["hours"])], channel=self.channel, **plain
        )


def read_day_list(posted: QueryDict) -> DayList:
    refuse_repeated(posted)
    numbers = [int(found[1]) for name in posted if (found := ROW_NAME.match(name))]
    if max(numbers, default=0) > ROWS_AT_MOST:
        raise BadRequest(
            _("A list has at most %(limit)s rows here. Import a sheet instead.") % {"limit": ROWS_AT_MOST}
        )
    rows = [
        {name: typed_text(posted, f"row-{number}-{name}") for name in ROW_FIELDS}
        for number in range(1, max(numbers, default=0) + 1)
    ]
    on, provider, channel = (typed_text(posted, name) for name in ("on", "provider", "channel"))
    return DayList(on, provider, channel, rows)


@dataclass
class DayForm:
    """The page of a day's list. A finding's `row` is the place among the filled rows."""

    typed: DayList
    ledger: Ledger
    findings: Sequence[Finding] = ()

    @property
    def on(self) -> ListBox:
        """A wrong day is reported once, above the rows."""
        found = dict.fromkeys(
            finding_text(each, self.typed.on) for each in self.findings if each.column == "sitting-1-on"
        )
        return ListBox("on", self.typed.on, tuple(found))

    @property
    def channels(self) -> list[ListChoice]:
        chosen = self.typed.channel or next(iter(self.ledger.channels), "")
        return [
            ListChoice(each.code, each.name, each.code == chosen) for each in self.ledger.channels.values()
        ]

    @cached_property
    def rows(self) -> list[tuple[int, dict[str, ListBox]]]:
        at = {place: number for number, place in enumerate(self.typed.filled)}
        return [
            (place + 1, {name: self._cell(place, at.get(place), name, row[name]) for name in ROW_FIELDS})
            for place, row in enumerate(self.typed.rows)
        ]

    @property
    def problems(self) -> list[dict]:
        problems = [{"anchor": "on", "text": text} for text in self.on.errors]
        for number, cells in self.rows:
            for box in cells.values():
                problems += [
                    {"anchor": box.name, "text": _("Row %(row)s: %(text)s") % {"row": number, "text": text}}
                    for text in box.errors
                ]
        return problems or [{"anchor": "", "text": each.text} for each in self.findings]

    def _cell(self, place: int, number: int | None, name: str, value: str) -> ListBox:
        options = ACTIVITY_FIELDS[name].named(self.ledger)
        found = [
            finding_text(each, value)
            for each in self.findings
            if number is not None
            and (each.row or 0) == number
            and IN_ROW.get(each.column, each.column) == name
        ]
        choices = [
            ListChoice(each.code, each.name, value in (each.code, each.name)) for each in options.values()
        ]
        if value.strip() and choices and not any(each.is_chosen for each in choices):
            choices.append(ListChoice(value, value, True))
        return ListBox(f"row-{place + 1}-{name}", value, tuple(found), tuple(choices))


class ProviderKindForm(forms.Form):
    """What a provider is, in the programme's words; several tags may hold (公益基地 that is an elder-care venue)."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of provider"), required=False, widget=forms.RadioSelect)
    tags = forms.MultipleChoiceField(
        label=gettext_lazy("It is also"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Tick all that hold. An activity counts once, whatever its organiser is."),
    )

    def __init__(self, data: QueryDict | None, *, provider: Provider, ledger: Ledger):
        super().__init__(data, initial={"kind": provider.kind, "tags": provider.tags})
        choices: dict[str, list] = {
            "kind": [("", gettext_lazy("not said")), *_named(ledger.provider_kinds)],
            "tags": _named(ledger.provider_tags),
        }
        for name, found in choices.items():
            cast(forms.ChoiceField, self.fields[name]).choices = found
        if not ledger.provider_tags:
            del self.fields["tags"]


def _named(given: Mapping[str, NamedValue]) -> list[tuple[str, str]]:
    return [(each.code, each.name) for each in given.values()]
