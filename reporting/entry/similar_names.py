"""May two names mean the same provider? Bracket forms, widths, blanks and traditional characters make no difference;
one character more, less or other makes names similar, and so does one name inside the other. A hint for people, no rule."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from opencc import OpenCC

from .names import name_key

SHORTEST = 5  # Chinese characters: shorter names, 社区学校 among them, stand inside many others
_LOCAL = str.maketrans("嶴", "岙")  # in the names of places around Taizhou; the library leaves it as it is
_MARKS = re.compile(r"[\s()（）\[\]【】〔〕《》<>〈〉“”\"'·•.,，。、:：;；/\\_-]+")
# Names that differ in one of these name different places on purpose.
_DISTINCTIVE = set("0123456789一二三四五六七八九十东西南北中上下大小新老前后左右甲乙丙丁内外")


def folded(name: str) -> str:
    """The name without anything that is only a way of writing it."""
    return _MARKS.sub("", _simplifier().convert(name_key(name)).translate(_LOCAL)).casefold()


@cache
def _simplifier() -> OpenCC:
    """From traditional to simplified characters; its dictionaries are loaded when the first name needs them."""
    return OpenCC("t2s")


def are_similar(one: str, other: str) -> bool:
    """Folded names: the same, one inside the other, or one character apart."""
    if one == other:
        return True
    if min(map(_characters, (one, other))) < SHORTEST:
        return False
    if one in other or other in one:
        return True
    return abs(len(one) - len(other)) <= 1 and _one_edit_apart(*sorted((one, other), key=len))


def _characters(name: str) -> int:
    """The number of Chinese characters: names in letters of another script hold too few to compare."""
    return sum("\u3400" <= character <= "\u9fff" for character in name)


def _one_edit_apart(short: str, long: str) -> bool:
    """One character differs, or the longer name has one more; never one that distinguishes places, such as 东 and 西."""
    place = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    same_length = len(short) == len(long)
    if short[place + same_length :] != long[place + 1 :]:
        return False
    return not {*short[place : place + same_length], long[place]} & _DISTINCTIVE


class Register:
    """The names of a tenant's providers with their aliases, folded once for all rows of a return."""

    def __init__(self, names: Mapping[str, Sequence[str]]):
        self._keys = {name_key(name) for name in names}
        self._folded = [(folded(each), name) for name, aliases in names.items() for each in (name, *aliases)]

    def holds(self, key: str) -> bool:
        return key in self._keys

    def add(self, name: str) -> None:
        """A name that the return itself holds."""
        self._keys.add(name_key(name))
        self._folded.append((folded(name), name))

    def like(self, name: str) -> str | None:
        """The first name that may mean the same."""
        mine = folded(name)
        return next((other for form, other in self._folded if are_similar(mine, form)), None)
