"""What does a plain table say that is handed out? One description for the workbook and for CSV. No ORM here."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from .attachment import Attachment

Value = int | str | Decimal | None  # a Decimal is a rate in percent, as pages print it


@dataclass(frozen=True)
class Bars:
    """A chart of bars side by side: one group a row of the table, one bar for each of the `series` (columns)."""

    title: str
    series: tuple[int, ...]
    is_rate: bool = False
    is_lying: bool = False  # bars from left to right, where the names are long


@dataclass(frozen=True)
class Listing:
    """`groups` are headings above the headings, each over a number of columns; `widths` are in characters, the last
    one for all columns that follow; `texts` are the columns of running text. `foot` holds the sums below the rows.
    `rows` may be longer than memory: they are gone through from the beginning."""

    name: str
    title: str
    subtitle: str
    headings: tuple[str, ...]
    rows: Collection[tuple[Value, ...]]
    groups: tuple[tuple[str, int], ...] = ()
    widths: tuple[float, ...] = (26, 14)
    texts: tuple[int, ...] = (0,)
    foot: tuple[tuple[Value, ...], ...] = ()
    notes: tuple[str, ...] = ()
    charts: tuple[Bars, ...] = ()

    def width(self, column: int) -> float:
        return self.widths[min(column, len(self.widths) - 1)]

    @property
    def flat_headings(self) -> tuple[str, ...]:
        """One line of headings, the group's in front of its own."""
        above = [label for label, columns in self.groups for _column in range(columns)]
        return tuple(
            f"{group}{own}"
            for group, own in zip(above or [""] * len(self.headings), self.headings, strict=True)
        )


def official_listing(attachment: Attachment) -> Listing:
    """The official table without its layout, for CSV."""
    layout = attachment.layout
    return Listing(
        name=layout["sheet_name"],
        title="".join(layout["title_lines"]),
        subtitle=f"{attachment.period_line} {attachment.bureau_line}",
        headings=attachment.headings,
        rows=[(row.label, *row.values) for row in attachment.rows],
        foot=((layout["total_label"], *attachment.total),),
        notes=(attachment.note,) if attachment.note else (),
    )
