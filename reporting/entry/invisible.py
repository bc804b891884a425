"""Which characters cannot be seen? The one list of them, by what becomes of a text that holds one.

Blanks around a text are dropped everywhere. The other kinds make a name or a text unusable (`hidden_in`); of these,
a number may hold what has no width, which is dropped with a notice (`counts`): it says nothing and moves nothing.
"""

import re

BLANKS = " \t\r\n\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f\u3000"

# They choose another form of the character before them; names and texts keep them (葛 with a selector, ❤️).
SELECTORS = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
# Joiners, marks of byte order, soft hyphens, fillers, marks of music and shorthand, tags: nothing is shown.
_WIDTHLESS = (
    "\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
# U+2400 stands for a NUL that a page sent (see `posted`); line separators and marks of annotation divide a text.
_CONTROLS = "\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u2400\ufff9-\ufffb"
# Noncharacters and halves of pairs break UTF-8 or XML; U+FFFD stands for text that was already lost.
_LAST_OF_PLANE = "".join(chr(plane << 16 | last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
HIDDEN = {
    "direction": re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"),
    "invisible": re.compile(f"[{_CONTROLS}{_WIDTHLESS}]"),
    "unreadable": re.compile(f"[\ud800-\udfff\ufdd0-\ufdef\ufffd-\uffff{_LAST_OF_PLANE}]"),
}
WITHOUT_WIDTH = re.compile(f"[{_WIDTHLESS}{SELECTORS}]")

# The one invisible character with a use: it joins emoji (a family, a flag).
_PICTURE = "\u2190-\u2bff\U0001f000-\U0001faff"
_EMOJI_JOINER = re.compile(f"(?<=[{_PICTURE}\ufe0f])\u200d(?=[{_PICTURE}])")


def hidden_in(text: str) -> str:
    """The code of the first kind of character that cannot be seen or stored, or ""."""
    text = _EMOJI_JOINER.sub("", text)
    return next((code for code, characters in HIDDEN.items() if characters.search(text)), "")


def is_hidden(character: str) -> bool:
    return any(kind.match(character) for kind in HIDDEN.values())
