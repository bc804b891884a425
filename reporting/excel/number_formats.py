"""Does this number format show another number than the cell holds? 12 as 12场 or １２ is the same; 12 as 12万 or 1200% is not."""

import re

# What a format is made of. `_x` is a gap as wide as x, `*x` fills the cell with x: neither shows anything of its own.
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\[(?P<bracket>[^\]]*)\]|[\\!](?P<escaped>.)|_.|\*.'
    r"|(?P<general>General|G/通用格式|@)|(?P<digits>[#0?][#0?,.]*)|(?P<end>;)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
# Colours but white, the language and the currency, and how digits are written: 一二 is 12 still.
_HARMLESS = re.compile(
    r"black|blue|cyan|green|magenta|red|yellow|黑色|蓝色|蓝绿色|绿色|洋红色|红色|黄色"
    r"|(color|颜色) ?[0-9]{1,2}|\$.*|(dbnum|natnum)[0-9]{1,2}",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"[ \u3000\xa0()（）+¥￥$]*(人次|场次|学时|课时|小时|分钟|[场人个本件次期份名节部册套家位例篇天元])?[ \u3000\xa0()（）]*"
)
_DASHES = re.compile(r"[ \u3000\-—–－?]*")

Section = list[re.Match[str]]


def shows_another(number_format: str, value: int | float) -> bool:
    """Whether what is shown for `value` is another number, or none at all."""
    section = _section(number_format, value)
    if value == 0 and section and all(_DASHES.fullmatch(_shown(each)) for each in section):
        return False  # the comma style shows a dash for nothing
    places = [index for index, each in enumerate(section) if each["digits"] or each["general"]]
    if not places or any(map(_changes, section)):
        return True
    between = section[places[0] + 1 : places[-1]]
    return any(_shown(each).strip() for each in between if not each["digits"])  # 12场34 is two to the eye


def _section(number_format: str, value: int | float) -> Section:
    """The part of the format by which a number of this sign is shown."""
    sections: list[Section] = [[]]
    for token in _TOKEN.finditer(number_format):
        if token["end"]:
            sections.append([])
        else:
            sections[-1].append(token)
    if value < 0 and len(sections) > 1:
        return sections[1]
    return sections[2] if value == 0 and len(sections) > 2 else sections[0]


def _shown(token: re.Match[str]) -> str:
    keys = ("quoted", "escaped", "general", "digits", "other")
    return next((token[key] for key in keys if token[key] is not None), "")


def _changes(token: re.Match[str]) -> bool:
    if token["bracket"] is not None:
        return not _HARMLESS.fullmatch(token["bracket"])
    if token["digits"]:
        return token["digits"].rstrip(".").endswith(",")  # each comma at the end divides by a thousand
    return not token["general"] and not _WORDS.fullmatch(_shown(token))
