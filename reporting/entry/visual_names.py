"""Do two names look the same? Somebody who reads both sees one provider: it must not be counted twice.

The key is for comparing only and is never stored: what may be folded grows with what is seen.
"""

import unicodedata
from functools import cache

from .invisible import BLANKS, HIDDEN, WITHOUT_WIDTH

# Dots that stand between two words, and are typed or left out as the keyboard has it.
_DOTS = frozenset("\xb7\u0387\u2022\u2024\u2027\u2219\u22c5\u2e31\u2e33\u30fb\uff65\u16eb\ua78f\U00010101")
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\ufe58\ufe63"
_ALIKE = (
    dict.fromkeys(_DASHES, "-") | dict.fromkeys("“”„‟＂〝〞「」『』", '"') | dict.fromkeys("‘’‚‛＇`´", "'")
)
_ALIKE |= {"○": "〇", "◯": "〇"}
# Forms of the same character. Circled, raised and bracketed ones are other characters: 第①小学 is not 第1小学.
_FORMS = ("<wide>", "<narrow>", "<vertical>", "<small>", "<font>", "<noBreak>")
# Radicals as characters of their own (⺠ for 民); those of the Kangxi block (⽼ for 老) Unicode itself folds.
_RADICALS = (
    "⺁厂⺅亻⺆冂⺉刂⺊卜⺐尢⺒巳⺓幺⺔彑⺖忄⺘扌⺙攵⺛旡⺝月⺞歺⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺫罒⺬示⺭礻⺮竹⺯糹⺰纟⺱罓⺲罒"
    "⺶羊⺹耂⺺肀⺻聿⺼月⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻖阝⻗雨⻘青⻙韦"
    "⻚页⻛风⻜飞⻝食⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀"
)
_ALIKE |= dict(zip(_RADICALS[::2], _RADICALS[1::2], strict=True))


def visual_key(name: str) -> str:
    """The name without blanks, dots between words and what is invisible, in one form of each character."""
    composed = unicodedata.normalize("NFC", name)
    return unicodedata.normalize("NFC", "".join(map(_seen, composed)))


@cache
def _seen(character: str) -> str:
    if character in BLANKS or character in _DOTS or WITHOUT_WIDTH.match(character):
        return ""
    if any(kind.match(character) for kind in HIDDEN.values()):
        return ""
    if character in _ALIKE:
        return _ALIKE[character]
    form = unicodedata.decomposition(character).split(" ")[0]
    if form in _FORMS or "\u2e80" <= character <= "\u2fd5":
        folded = unicodedata.normalize("NFKC", character)
        return folded if folded == character else "".join(map(_seen, folded))
    return character
