"""Whether every reason of the reviewer has a reply: a change at its place, or an explanation why the figure stays.

No ORM here: the same answer for the page, the workbook and the command.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from ..entry.names import is_empty_explanation
from ..entry.reading import Reading

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
    """The version that came back: its reasons, and what it held by provider."""

    points: Sequence[ReviewReason] = ()
    lines: Mapping[str, Figures] = field(default_factory=dict)
    is_nil: bool = False

    def by(self, key_of: Callable[[str], str]) -> "SentBack":
        """The same, its providers by the keys under which they are read now: one may have been renamed since."""
        points = [replace(each, provider_key=key_of(each.provider_key)) for each in self.points]
        return replace(
            self, points=points, lines={key_of(key): figures for key, figures in self.lines.items()}
        )


@dataclass(frozen=True)
class ReasonReply:
    """A reason with what was typed beside it and what was changed at its place."""

    point: ReviewReason
    typed: str
    change: str
    is_open: bool

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
    """Every reason of the version that came back. A change answers by itself; a figure that stands is explained,
    by the same rule as an unusual one."""
    lines = {line.key: line.values for line in reading.lines}
    found = []
    for point in sent.points:
        typed = replies.get(point.key, "").strip()
        change = _change(point, sent, lines, is_nil)
        explains = len(typed) >= minimum and not is_empty_explanation(typed)
        found.append(ReasonReply(point, typed, change, is_open=not (change or explains)))
    return found


def _change(point: ReviewReason, sent: SentBack, lines: Mapping[str, Figures], is_nil: bool) -> str:
    """What is different at the place of a reason, as a sentence; nothing if it stands."""
    if not point.provider_key:
        is_same = is_nil == sent.is_nil and dict(lines) == dict(sent.lines)
        return "" if is_same else _("The figures were changed.")
    before = sent.lines.get(point.provider_key, {})
    if point.provider_key not in lines:
        return _("The row was taken out.")
    after = lines[point.provider_key]
    if not point.column:
        return "" if dict(before) == dict(after) else _("The row was changed.")
    if point.column not in after or before.get(point.column) == after[point.column]:
        return ""
    return _("Changed from %(before)s to %(after)s.") % {
        "before": _shown(before.get(point.column)),
        "after": _shown(after[point.column]),
    }


def _shown(value: int | None) -> str:
    return "/" if value is None else str(value)


def open_keys(found: Iterable[ReasonReply]) -> list[str]:
    """The reasons that still want an answer."""
    return [each.point.key for each in found if each.is_open]
