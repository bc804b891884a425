"""Which words say “nothing” where nothing may be typed?

The marks `/ ／ — ——` and a dash of any key, and the words 无, 没有, 无任务, 没有任务, 暂无, 尚无, 不涉及, 不适用, N/A, NA, nil,
none; blanks, width, case, brackets around and a full stop behind make no difference. They are read as nothing typed:

- in a figure's cell without a task (`counts`: no task; with a task the cell asks for 0, for nobody knows which is meant);
- as the name of a provider, an alias or a co-organiser (`names.clean_name`: blank), so that “无” becomes nobody's name;
- in a number that may be left out (volunteers of an activity).

Everywhere else they stay what was typed: the explanation “无” says nothing and is refused as one that explains nothing.
`#N/A` is an error value of a worksheet, no word.
"""

import re

from .invisible import BLANKS

MARKS = ("/", "／", "—", "——", "-", "－", "–", "−")
WORDS = ("无", "没有", "无任务", "没有任务", "暂无", "尚无", "不涉及", "不适用", "n/a", "na", "nil", "none")
ALL = frozenset((*MARKS, *WORDS))

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_AROUND = re.compile(r"^[(\[【]+|[)\]】]+$|[.。]+$")


def says_nothing(raw: object) -> bool:
    """Whether the text is one of the marks or words. A blank text is none: nothing was typed."""
    if not isinstance(raw, str) or len(raw) > 40:
        return False
    text = "".join(each for each in raw if each not in BLANKS)
    return text in MARKS or _AROUND.sub("", text.translate(_HALF_WIDTH).casefold()) in WORDS
