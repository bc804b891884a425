"""Where does each shape of a chart stand? Pure geometry: figures in, a `Drawing` of shapes and words out.

Every chart can be read in black and white: parts differ by pattern, figures stand beside them, and the
same figures follow as a table. Lengths are units of the view box.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from unicodedata import east_asian_width

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .dashboard import Cumulative, ProgressMark, TrendPoint

FONT = 13
PATTERNS = 5


@dataclass(frozen=True)
class ChartBox:
    """`pattern` 1 to 5 fills it with that pattern, 0 with the plain fill of its class."""

    x: float
    y: float
    width: float
    height: float
    css: str
    pattern: int = 0
    title: str = ""


@dataclass(frozen=True)
class ChartLine:
    x1: float
    y1: float
    x2: float
    y2: float
    css: str


@dataclass(frozen=True)
class Shape:
    """An open line or a closed outline through `points`, written as SVG writes them."""

    points: str
    css: str
    is_closed: bool = False


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    title: str


@dataclass(frozen=True)
class Word:
    x: float
    y: float
    text: str
    css: str = "chart-text"
    anchor: str = "start"


@dataclass(frozen=True)
class ChartTable:
    """The same figures for those who read, print or listen. The first cell of a row is its heading."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Drawing:
    kind: str
    width: int
    height: int
    title: str
    description: str
    table: ChartTable
    grid: list[ChartLine] = field(default_factory=list)
    boxes: list[ChartBox] = field(default_factory=list)
    lines: list[ChartLine] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)

    @property
    def patterns(self) -> list[int]:
        return sorted({box.pattern for box in self.boxes if box.pattern})


@dataclass(frozen=True)
class Plot:
    """The area inside the axes, and the scale of figures from 0 at the bottom to `top`."""

    left: float
    right: float
    head: float
    foot: float
    top: int

    def y(self, value: float) -> float:
        return round(self.foot - (self.foot - self.head) * value / self.top, 1)

    def centre(self, index: int, count: int) -> float:
        """The middle of the `index`-th of `count` equal columns."""
        return round(self.left + (self.right - self.left) * (index + 0.5) / count, 1)


# --- words and figures


def text_width(text: str, size: float = FONT) -> float:
    """A full-width character is one size wide, others a little more than half."""
    return sum(size if east_asian_width(character) in "WFA" else size * 0.58 for character in text)


def fitted(text: str, width: float) -> str:
    """The text, cut short with “…” where it would be wider than `width`."""
    if text_width(text) <= width:
        return text
    while text and text_width(text) + FONT > width:
        text = text[:-1]
    return text + "…"


def figure(value: int | Decimal) -> str:
    """As readers count: 60万 in Chinese, 600,000 otherwise; never rounded beyond a thousand."""
    if (get_language() or "").startswith("zh") and value >= 10000 and value % 1000 == 0:
        return f"{value / 10000:g}万"
    return f"{value:,}"


def scale_top(highest: int) -> tuple[int, int]:
    """A round top for the scale and its step: 1, 2 or 5 times a power of ten, at most five steps."""
    step = 1
    while step * 5 < highest:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step * max(1, -(-highest // step)), step


# --- bullet: one figure against its target and the time-proportional mark


def bullet(label: str, unit: str, actual: int | None, target: int, expected: Decimal | None) -> Drawing:
    """The bar is what was done, the outline the target, the triangle what the time passed asks for, if anything."""
    width, end = 340, 330
    scale = (end - 10) / float(max(target, actual or 0, expected or 0, 1))
    verdict = "chart-good" if (actual or 0) >= (expected or 0) else "chart-warn"
    done, goal = (round(10 + value * scale, 1) for value in (actual or 0, target))
    summary = _("%(actual)s of %(target)s %(unit)s") % {
        "actual": _dash(actual),
        "target": figure(target),
        "unit": unit,
    }
    drawing = Drawing(
        kind="bullet",
        width=width,
        height=54,
        title=label,
        description=summary,
        table=ChartTable(
            (_("Indicator"), _("Done"), _("Target"), _("On schedule")),
            ((label, _dash(actual), figure(target), _dash(expected)),),
        ),
        boxes=[
            ChartBox(10, 22, goal - 10, 16, "chart-track"),
            ChartBox(10, 26, round(done - 10, 1), 8, f"chart-bar {verdict}"),
        ],
        lines=[ChartLine(goal, 19, goal, 41, "chart-target")],
        words=[
            Word(10, 14, fitted(label, end - 20 - text_width(summary))),
            Word(end, 14, summary, "chart-value", "end"),
        ],
    )
    return (
        drawing
        if expected is None
        else _with_due(drawing, round(10 + float(expected) * scale, 1), expected, end)
    )


def _with_due(drawing: Drawing, due: float, expected: Decimal, end: int) -> Drawing:
    """The triangle, and what it stands for."""
    return replace(
        drawing,
        description=_("%(summary)s; on schedule would be %(expected)s.")
        % {"summary": drawing.description, "expected": figure(expected)},
        lines=[*drawing.lines, ChartLine(due, 22, due, 38, "chart-due")],
        shapes=[Shape(f"{due},40 {due - 5},49 {due + 5},49", "chart-due-mark", is_closed=True)],
        words=[*drawing.words, _due_word(due, expected, end)],
    )


def _due_word(due: float, expected: Decimal, end: int) -> Word:
    """Beside the triangle, on the side where there is room."""
    text = _("on schedule: %(value)s") % {"value": figure(expected)}
    if due + 8 + text_width(text) <= end:
        return Word(due + 8, 51, text, "chart-muted")
    return Word(due - 8, 51, text, "chart-muted", "end")


# --- stacked: running totals by part, with the milestones


def stacked(
    title: str, unit: str, data: Cumulative, names: Mapping[str, str], point_names: Sequence[str]
) -> Drawing:
    """One bar for each point, one patterned part for each name, a line for each milestone.

    “预计6月底前共完成60万人次……9月底前完成百万人次的年度指标”: a milestone's line ends at the bar of its day.
    """
    highest = max([1, *(point.total for point in data.points), *(mark.value for mark in data.marks)])
    top, step = scale_top(highest)
    label_room = max([0, *(text_width(name) for name in names.values())])
    width = 640
    plot = Plot(left=64, right=round(width - 16 - label_room, 1), head=24, foot=272, top=top)
    return Drawing(
        kind="stacked",
        width=width,
        height=304,
        title=title,
        description=_sentences(data, point_names, unit),
        table=_stacked_table(data, names, point_names),
        boxes=[box for index in range(len(data.points)) for box in _parts(plot, data, index, names)],
        grid=list(_grid(plot, step)),
        lines=[_milestone_line(plot, data.points, mark) for mark in data.marks],
        words=[
            *_axis(plot, step),
            *_under(plot, point_names),
            *_totals(plot, data.points),
            *_beside(plot, data, names),
            *(_milestone_word(plot, mark) for mark in data.marks),
        ],
    )


def _bar_width(plot: Plot, count: int) -> float:
    return round(min(72, (plot.right - plot.left) / max(count, 1) * 0.6), 1)


def _parts(plot: Plot, data: Cumulative, index: int, names: Mapping[str, str]) -> Iterator[ChartBox]:
    point, wide, base = data.points[index], _bar_width(plot, len(data.points)), 0
    x = round(plot.centre(index, len(data.points)) - wide / 2, 1)
    for number, (code, name) in enumerate(names.items()):
        value = point.parts.get(code, 0)
        upper, lower = plot.y(base + value), plot.y(base)
        title = f"{name} {figure(value)}"
        yield ChartBox(x, upper, wide, round(lower - upper, 1), "chart-part", number % PATTERNS + 1, title)
        base += value


def _grid(plot: Plot, step: int) -> Iterator[ChartLine]:
    for value in range(0, plot.top + 1, step):
        yield _level(plot, value, "chart-grid" if value else "chart-axis")


def _level(plot: Plot, value: int, css: str) -> ChartLine:
    """From one side of the plot to the other at the height of `value`."""
    return ChartLine(plot.left, plot.y(value), plot.right, plot.y(value), css)


def _axis(plot: Plot, step: int) -> Iterator[Word]:
    for value in range(0, plot.top + 1, step):
        yield Word(plot.left - 6, plot.y(value) + 4, figure(value), "chart-muted", "end")


def _under(plot: Plot, point_names: Sequence[str]) -> Iterator[Word]:
    for index, name in enumerate(point_names):
        yield Word(plot.centre(index, len(point_names)), plot.foot + 20, name, "chart-text", "middle")


def _totals(plot: Plot, points: Sequence[TrendPoint]) -> Iterator[Word]:
    for index, point in enumerate(points):
        x = plot.centre(index, len(points))
        yield Word(x, plot.y(point.total) - 6, figure(point.total), "chart-value", "middle")


def _beside(plot: Plot, data: Cumulative, names: Mapping[str, str]) -> Iterator[Word]:
    """The name of each part beside the last bar, from the bottom up, at least a line apart."""
    if not data.points:
        return
    boxes = list(_parts(plot, data, len(data.points) - 1, names))
    ceiling = plot.foot + FONT
    for box, name in zip(boxes, names.values(), strict=True):
        y = min(box.y + box.height / 2 + 4, ceiling - FONT - 3)
        yield Word(round(box.x + box.width + 8, 1), round(y, 1), name)
        ceiling = y


def _milestone_line(plot: Plot, points: Sequence[TrendPoint], mark: ProgressMark) -> ChartLine:
    index = next((number for number, point in enumerate(points) if point.on >= mark.on), None)
    right = plot.right
    if index is not None:
        right = round(plot.centre(index, len(points)) + _bar_width(plot, len(points)) / 2 + 6, 1)
    return ChartLine(plot.left, plot.y(mark.value), right, plot.y(mark.value), "chart-milestone")


def _milestone_word(plot: Plot, mark: ProgressMark) -> Word:
    return Word(plot.left + 6, plot.y(mark.value) - 5, _milestone_name(mark), "chart-milestone-text")


def _milestone_name(mark: ProgressMark) -> str:
    return _("%(value)s by %(day)s") % {"value": figure(mark.value), "day": f"{mark.on:%Y-%m-%d}"}


def _sentences(data: Cumulative, point_names: Sequence[str], unit: str) -> str:
    totals = [
        _("%(when)s: %(total)s %(unit)s") % {"when": name, "total": figure(point.total), "unit": unit}
        for name, point in zip(point_names, data.points, strict=True)
    ]
    return "; ".join([*totals, *(f"{_milestone_name(mark)}: {_reached(mark)}" for mark in data.marks)])


def _reached(mark: ProgressMark) -> str:
    if mark.is_reached is None:
        return _("not yet due")
    return _("reached") if mark.is_reached else _("not reached")


def _stacked_table(data: Cumulative, names: Mapping[str, str], point_names: Sequence[str]) -> ChartTable:
    rows = [
        (name, *(f"{point.parts.get(code, 0):,}" for code in names), f"{point.total:,}")
        for name, point in zip(point_names, data.points, strict=True)
    ]
    return ChartTable((_("Through"), *names.values(), _("Total")), tuple(rows))


# --- trend: one figure, period by period, against its target


def trend(title: str, unit: str, points: Sequence[tuple[str, int | None]], target: int | None) -> Drawing:
    """`points` are (period, year to date); None is a period without a figure, where the line stops."""
    known = [value for __, value in points if value is not None]
    plot = Plot(left=16, right=284, head=40, foot=100, top=max([1, target or 0, *known]))
    dots = [
        Dot(plot.centre(index, len(points)), plot.y(value), f"{name} {figure(value)}")
        for index, (name, value) in enumerate(points)
        if value is not None
    ]
    return Drawing(
        kind="trend",
        width=300,
        height=124,
        title=title,
        description=_trend_sentence(points, target, unit),
        table=ChartTable((_("Period"), unit), tuple((name, _dash(value)) for name, value in points)),
        grid=[_level(plot, 0, "chart-axis"), *([_level(plot, target, "chart-milestone")] if target else [])],
        shapes=[Shape(" ".join(f"{dot.x},{dot.y}" for dot in dots), "chart-line")] if len(dots) > 1 else [],
        dots=dots,
        words=[*_under(plot, [name for name, __ in points]), *_trend_words(plot, dots, known, target)],
    )


def _trend_words(plot: Plot, dots: list[Dot], known: list[int], target: int | None) -> Iterator[Word]:
    for dot, value in zip(dots, known, strict=True):
        yield Word(dot.x, round(dot.y - 8, 1), figure(value), "chart-value", "middle")
    if target:
        text = _("target %(value)s") % {"value": figure(target)}
        yield Word(plot.left, plot.y(target) - 5, text, "chart-milestone-text")


def _trend_sentence(points: Sequence[tuple[str, int | None]], target: int | None, unit: str) -> str:
    parts = [f"{name}: {_dash(value)}" for name, value in points]
    if target:
        parts.append(_("target %(value)s") % {"value": figure(target)})
    return "; ".join(parts) + f" ({unit})"


def _dash(value: int | Decimal | None) -> str:
    return "—" if value is None else figure(value)
