"""Whose return, and of which period, does a file say that it is? Every line above the headings is read, wherever it stands.

Offices write the same in many ways: 2022年第1季度, 二〇二二年一季度, 填报单位（盖章）：温岭市教育局, 温岭教育局. A line that
names another unit or another period refuses the file; what names neither says nothing.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.models import Tenant
from targets.models import Period

from ..entry.names import hidden_in
from ..excel.problems import Problem
from ..filings.sheet import bureau_line
from .period_names import Months, is_months, months_in, without_dates

QUOTED = 40  # characters of a line, in a sentence


@dataclass(frozen=True)
class Line:
    """One row above the headings: its cells joined, as a title that is split over several reads."""

    text: str
    starts: tuple[tuple[int, str], ...]  # (where in the text, the cell that begins there)

    def cell_at(self, place: int) -> str:
        return [cell for start, cell in self.starts if start <= place][-1]

    @property
    def quoted(self) -> str:
        return self.text[:QUOTED]


def lines_of(above: Sequence[tuple[str, str]]) -> list[Line]:
    """`above`: (cell, text) of everything above the headings, row by row."""
    rows: dict[str, list[tuple[str, str]]] = {}
    for cell, text in above:
        if folded := _folded(text):
            rows.setdefault(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), []).append((cell, folded))
    return [_line(cells) for cells in rows.values()]


def _line(cells: Iterable[tuple[str, str]]) -> Line:
    text, starts = "", []
    for cell, each in cells:
        starts.append((len(text), cell))
        text += each
    return Line(text, tuple(starts))


def _folded(text: str) -> str:
    """Without blanks and what nobody sees, in characters of one width."""
    folded = "".join(unicodedata.normalize("NFKC", text).split())
    return "".join(each for each in folded if not hidden_in(each))


# --- the unit


def other_unit(
    lines: Sequence[Line], tenant: Tenant, others: Iterable[Tenant], layout: Mapping[str, object]
) -> Problem | None:
    """The first name of another unit, registered or short. `others`: who files under the programme, and who leads it."""
    own = _names(tenant)
    is_own = any(name in line.text for line in lines for name in own)
    named = [(name, tenant) for name in own]
    named += [(name, each) for each in others for name in _names_against(each, tenant, is_own)]
    named.sort(key=lambda pair: -len(pair[0]))  # the longest first: a short name may be a part of another's
    for line in lines:
        text = _masked(line.text, _furniture(layout))
        for name, found in named:
            if name not in text:
                continue
            if found != tenant:
                sentence = _("The sheet is %(found)s's (“%(line)s”); you are filing for %(expected)s.")
                values = {"found": bureau_line(found), "line": line.quoted, "expected": bureau_line(tenant)}
                return Problem(line.cell_at(text.index(name)), sentence % values)
            text = _masked(text, [name])
    return None


def _names(tenant: Tenant) -> list[str]:
    """As it is registered and as it is called, whole and in the pieces around a bracket: 市本级（台州电大）."""
    whole = [_folded(name) for name in (tenant.name, tenant.bureau_line, tenant.short_name)]
    pieces = [piece for name in whole for piece in re.split(r"[()]", name)]
    return sorted({name for name in [*whole, *pieces] if len(name) > 1}, key=len, reverse=True)


def _names_against(other: Tenant, tenant: Tenant, is_own: bool) -> list[str]:
    """Of who stands above the tenant only the registered name counts, and only where the tenant's own is missing: a county
    names its city as well."""
    if not other.covers(tenant):
        return _names(other)
    return [] if is_own else [_folded(other.name)]


def _furniture(layout: Mapping[str, object]) -> list[str]:
    """What the official form prints itself."""
    titles = layout["title_lines"]
    printed = [layout["opening"], *(titles if isinstance(titles, list) else [])]
    return [folded for each in printed if (folded := _folded(str(each)))]


def _masked(text: str, names: Iterable[str]) -> str:
    """As long as it was, so that places stay."""
    for name in names:
        text = text.replace(name, "·" * len(name))
    return text


# --- the period


@dataclass(frozen=True)
class Named:
    """What the lines say of the period: whether it is named, and what is wrong with it."""

    is_named: bool = False
    problem: Problem | None = None


def named_period(
    lines: Sequence[Line], period: Period, others: Iterable[Period], layout: Mapping[str, object]
) -> Named:
    """The same period in any usual spelling is the same; another one refuses, at its own line."""
    texts = [_masked(line.text, _furniture(layout)) for line in lines]
    own = _own_months(period)
    if not own:
        return _named_plainly(lines, texts, period, others)
    mentions = list(_mentions(texts))
    is_named = any(_names_it(months, own) for _line, months in mentions)
    for number, months in mentions:
        if _is_same(months, own) or (is_named and _is_a_date(months, own)):
            continue
        return Named(problem=_another(lines[number], months.place, period))
    return Named(is_named=is_named)


def _own_months(period: Period) -> list[Months]:
    """By its name, and by its days."""
    name = _folded(period.name)
    named = list(months_in(name)) if is_months(name) else []
    return (
        [*named, Months(period.starts_on.year, period.starts_on.month, period.ends_on.month)] if named else []
    )


def _mentions(texts: Sequence[str]) -> Iterator[tuple[int, Months]]:
    """(number of the line, months). A quarter whose year stands in another line belongs to that year."""
    found = [
        (number, months) for number, text in enumerate(texts) for months in months_in(without_dates(text))
    ]
    years = {months.year for _number, months in found if months.year is not None}
    the_year = years.pop() if len(years) == 1 else None
    for number, months in found:
        if months.first and months.year is None:
            yield number, Months(the_year, months.first, months.last, months.place)
        else:
            yield number, months


def _names_it(months: Months, own: Sequence[Months]) -> bool:
    """With its year, and with its months unless the period is a year."""
    return months.year is not None and _is_same(months, own) and bool(months.first or not own[0].first)


def _is_same(months: Months, own: Sequence[Months]) -> bool:
    """A year or a quarter alone says less, but nothing else."""
    return any(
        months.year in (None, each.year)
        and (not months.first or (months.first, months.last) == (each.first, each.last))
        for each in own
    )


def _is_a_date(months: Months, own: Sequence[Months]) -> bool:
    """A month or a year beside a quarter that is named: the day of filing, a plan's year."""
    return not months.first or (months.first == months.last and own[0].first != own[0].last)


def _named_plainly(
    lines: Sequence[Line], texts: Sequence[str], period: Period, others: Iterable[Period]
) -> Named:
    """A period that is called otherwise than by its months, by its very name."""
    if any(_folded(period.name) in text for text in texts):
        return Named(is_named=True)
    for line, text in zip(lines, texts, strict=True):
        for other in others:
            if _folded(other.name) in text:
                return Named(problem=_another(line, text.index(_folded(other.name)), period))
    return Named()


def _another(line: Line, place: int, period: Period) -> Problem:
    text = _(
        "The sheet is for “%(found)s”; you are filing %(expected)s. Correct the line or choose the period."
    )
    return Problem(line.cell_at(place), text % {"found": line.quoted, "expected": period.name})
