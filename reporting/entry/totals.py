"""Is this the heading of a total, and no provider's name? Asked by every channel that takes a row.

By its shape: a word that means a total at the end (城区小计), or at the beginning with nothing behind it but what says of
what (小计（街道）, 合计：城区, 合计7家). A name that only contains such characters is a name: 合计村成人学校, 总工会职工学校.
Whether a row's figures are the sum of others is a question of its own (`filings.checks.row_is_no_sum`).
"""

import re
from collections.abc import Sequence

from .visual_names import visual_key

_WORDS = "合计|小计|总计|共计|累计|总数|总和|总额|总量|汇总"
_OF_WHAT = "城区|街道|乡镇|镇街|单位|全部|全[县市区镇乡校]|各.{1,12}|(?:以上|上述|本[页季年期]).{0,12}"
_MEASURE = "[数额值栏行项]|[家个本册场]数|人数|人次数?|场次数?"
_HOW_MANY = "[0-9零〇一二三四五六七八九十百两]+(?:个?[家所校]|个?单位|个)?"
_CARRIED = "承前页|承上页|接上页|过次页|转次页|转下页"
# Patterns that mean the same in both languages: the page asks the same question of a pasted block with them
# (`static/filings/grid-names.js`). The shape is matched against the whole of the name as `is_total` folds it.
SIMPLIFIED = {"計": "计", "總": "总", "數": "数", "彙": "汇", "匯": "汇", "額": "额", "單": "单", "區": "区"}
BRACKETS = r"[()\[\]{}<>【】〔〕《》〈〉]"  # each becomes a bar
EDGES = r"""[-:*.,、，。;；!=_#~|/\\"'+]+"""
SHAPE = (
    rf"(?:[0-9一二三四五六七八九十]{{1,3}}[.、|])?"
    rf"(?:其中.*|{_CARRIED}|全[县市区镇乡部]"
    rf"|.*(?:{_WORDS})(?:{_MEASURE})?(?:\|.*)?"
    rf"|(?:{_WORDS})(?:[-:/,.、，=~].*|{_OF_WHAT}|{_HOW_MANY})"
    rf"|[总共](?:人数|人次|场次|场数)|[总计共合]|[σ∑]"
    rf"|.*totals?|totals?[-:|/,.].*|sums?)"
)

PATTERNS = {"shape": SHAPE, "edges": EDGES, "brackets": BRACKETS, "simplified": SIMPLIFIED}

_BRACKETS, _EDGES, _SHAPE = re.compile(BRACKETS), re.compile(f"^{EDGES}|{EDGES}$"), re.compile(SHAPE)
_FOLD = str.maketrans(SIMPLIFIED)


def is_total(name: str) -> bool:
    """Whether the name, however it is written, has the shape of a total's heading."""
    text = _BRACKETS.sub("|", visual_key(name).casefold().translate(_FOLD))
    return bool(_SHAPE.fullmatch(_EDGES.sub("", text)))


def parts_of(place: int, figures: Sequence[Sequence[int]]) -> list[int]:
    """The rows that the one at `place` is the sum of, column by column: those just above it, or all others; or none.
    Of one row, or in a single figure, it says nothing."""
    own = figures[place]
    if sum(map(bool, own)) < 2:
        return []
    others = [each for each in range(len(figures)) if each != place]
    return _adding_up(own, range(place - 1, -1, -1), figures) or _adding_up(own, others, figures, whole=True)


def _adding_up(
    own: Sequence[int], places: Sequence[int], figures: Sequence[Sequence[int]], *, whole: bool = False
) -> list[int]:
    """The first of the places that add up to `own`, two at least with figures in them; `whole`: all of them, or none."""
    sums, taken = [0] * len(own), []
    for count, place in enumerate(places, start=1):
        sums = [one + other for one, other in zip(sums, figures[place], strict=True)]
        if any(figures[place]):
            taken.append(place)
        if any(one > other for one, other in zip(sums, own, strict=True)):
            break
        if sums == list(own) and len(taken) > 1 and (not whole or count == len(places)):
            return sorted(taken)
    return []
