"""Whether every reason of the reviewer has a reply: a change at its place, or an explanation why the figure stays.

No ORM here: the same answer for the page, the workbook and the command.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from ..entry.names import is_empty_explanation
from ..entry.reading import Reading, ReadLine
from .origins import origin_of

Figures = Mapping[str, int | None]


@dataclass(frozen=True)
class ReviewReason:
    """One reason: at a cell, at a row (`column` blank) or about the whole (both blank)."""

    key: str
    reason: str
    provider: str = ""
    provider_key: str = ""
    column: str = ""
    column_name: str = ""

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        if not self.provider:
            return _("The whole return")
        return f"{self.provider} · {self.column_name}" if self.column else self.provider


@dataclass(frozen=True)
class SentBack:
    """The version that came back: its number, its reasons, and what it held by provider."""

    points: Sequence[ReviewReason] = ()
    lines: Mapping[str, Figures] = field(default_factory=dict)
    is_nil: bool = False
    number: int = 0

    def by(self, key_of: Callable[[str], str]) -> "SentBack":
        """The same, its providers by the keys under which they are read now: one may have been renamed since."""
        points = [replace(each, provider_key=key_of(each.provider_key)) for each in self.points]
        return replace(
            self, points=points, lines={key_of(key): figures for key, figures in self.lines.items()}
        )


@dataclass(frozen=True)
class ReasonReply:
    """A reason with what was typed beside it and what was changed at its place. `line`: the row that it is about, whatever
    that is called now; None if it is about the whole, or if the row `is_gone`."""

    point: ReviewReason
    typed: str
    change: str
    is_open: bool
    line: ReadLine | None = None

    @property
    def is_gone(self) -> bool:
        return bool(self.point.provider_key) and self.line is None

    @property
    def text(self) -> str:
        """What is frozen with the next version."""
        return " ".join(filter(None, [self.typed, self.change]))

    @property
    def name(self) -> str:
        """The name and id of its field."""
        return f"reply-{self.point.key}"


def replies_to(
    sent: SentBack, replies: Mapping[str, str], reading: Reading, *, is_nil: bool, minimum: int
) -> list[ReasonReply]:
    """Every reason of the version that came back. A change at its place answers by itself; a figure that stands is
    explained, by the same rule as an unusual one, and so is a row that was taken out. Another name is no other figure."""
    found = []
    for point in sent.points:
        typed = replies.get(point.key, "").strip()
        line = _line_of(point, sent, reading) if point.provider_key else None
        changes = _changes(point, sent, line, reading, is_nil)
        explains = len(typed) >= minimum and not is_empty_explanation(typed)
        is_answered = explains or any(answers for _text, answers in changes)
        said = " ".join(text for text, _answers in changes)
        found.append(ReasonReply(point, typed, said, not is_answered, line))
    return found


def _line_of(point: ReviewReason, sent: SentBack, reading: Reading) -> ReadLine | None:
    """The row that was the reason's in the version that came back: by its identity, else by its name."""
    origins = [(origin_of(reading.rows[line.row], sent.number), line) for line in reading.lines]
    by_name = [line for origin, line in origins if not origin and line.key == point.provider_key]
    return next((line for origin, line in origins if origin == point.provider_key), next(iter(by_name), None))


def _changes(
    point: ReviewReason, sent: SentBack, line: ReadLine | None, reading: Reading, is_nil: bool
) -> list[tuple[str, bool]]:
    """What is different at the place of a reason, in sentences, each with whether it answers the reason."""
    if not point.provider_key:
        lines = {each.key: each.values for each in reading.lines}
        is_same = is_nil == sent.is_nil and lines == dict(sent.lines)
        return [] if is_same else [(_("The figures were changed."), True)]
    if line is None:
        return [(_("The row was taken out."), False)]
    before, is_cell = sent.lines.get(point.provider_key, {}), bool(point.column)
    found = []
    if line.key != point.provider_key:
        text = _("The provider of the row is now “%(provider)s”.") % {"provider": line.provider}
        found.append((text, not is_cell))
    if not is_cell and dict(before) != dict(line.values):
        found.append((_("The row was changed."), True))
    if is_cell and point.column in line.values and before.get(point.column) != line.values[point.column]:
        text = _("Changed from %(before)s to %(after)s.") % {
            "before": _shown(before.get(point.column)),
            "after": _shown(line.values[point.column]),
        }
        found.append((text, True))
    return found


def _shown(value: int | None) -> str:
    return "/" if value is None else str(value)


def open_keys(found: Iterable[ReasonReply]) -> list[str]:
    """The reasons that still want an answer."""
    return [each.point.key for each in found if each.is_open]
