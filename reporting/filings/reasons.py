"""Where do the reviewer's reasons stand in the table as it is typed now? Beside the cells, and in a list to answer."""

from dataclasses import dataclass

from ..entry.reading import Reading
from .checks import answers_of
from .facts import Facts
from .replies import ReasonReply


@dataclass(frozen=True)
class PlacedReason:
    """`anchor`: the id of the input that the reason is about; "" when its row is gone or it is about the whole."""

    answer: ReasonReply
    anchor: str


@dataclass(frozen=True)
class Reasons:
    listed: tuple[PlacedReason, ...]

    @property
    def at(self) -> dict[str, list[PlacedReason]]:
        """The reasons by the id of the input."""
        found: dict[str, list[PlacedReason]] = {}
        for each in self.listed:
            if each.anchor:
                found.setdefault(each.anchor, []).append(each)
        return found


def place_reasons(reading: Reading, facts: Facts) -> Reasons:
    """The reasons of the version that came back, answered or not, at the rows as they are typed."""
    return Reasons(tuple(PlacedReason(each, _anchor(each)) for each in answers_of(reading, facts)))


def _anchor(answer: ReasonReply) -> str:
    return f"row-{answer.line.row + 1}-{answer.point.column or 'provider'}" if answer.line else ""
