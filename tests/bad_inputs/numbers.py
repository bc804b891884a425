"""What people type into a number cell, and what becomes of it (catalogue part A; ids with + are our own).

`words` is what the Chinese sentence must contain. `channels` lists where such a value can come from: the same
raw value gets the same verdict through each of them.
"""

import datetime
from typing import NamedTuple

TYPED = frozenset({"form", "autosave", "json", "workbook", "csv"})
NO_XML = TYPED - {"workbook"}  # characters that a workbook cannot hold
JSON = frozenset({"autosave", "json"})
CELL = frozenset({"workbook"})
FILES = frozenset({"workbook", "csv"})


class Number(NamedTuple):
    id: str
    raw: object
    verdict: str  # ok, notice, no_task, blank, hard
    value: int | None = None
    code: str = ""
    suggestion: int | None = None
    words: str = ""
    unit: str = "场"
    target: int | None = None
    allows_no_task: bool = True
    channels: frozenset = TYPED


def hard(id: str, code: str, *raws: object, words: str = "", **expected) -> list[Number]:
    return [Number(id, raw, "hard", code=code, words=words, **expected) for raw in raws]


def notice(id: str, code: str, value: int, *raws: object, words: str = "", **expected) -> list[Number]:
    return [Number(id, raw, "notice", value, code, words=words, **expected) for raw in raws]


def ok(id: str, value: int, *raws: object, **expected) -> list[Number]:
    return [Number(id, raw, "ok", value, **expected) for raw in raws]


NEGATIVE = "不能小于 0"
WHOLE = "必须是整数"
ARABIC = "请填写阿拉伯数字，例如 120"
EXACT = "请填写一个准确的整数"

NUMBERS = [
    *ok("A00", 0, "0", 0),
    *ok("A00", 12, "12", " 12 ", 12),
    *ok("A00", 9_999_999, "9999999", 9_999_999),
    # signs
    *hard("A01", "negative", "-1", words=NEGATIVE),
    *hard("A01+", "negative", -1, -12.5, -0.3, words=NEGATIVE, channels=JSON | CELL),
    *hard("A02", "negative", "－1", words=NEGATIVE),
    *hard("A03", "negative", "−1", "–1", "—1", "‐1", "‑1", "―1", "﹣1", "－１", words=NEGATIVE),
    *hard("A03+", "negative", "- 1", "-1,000", "-20场", "-12.5", "-.5", "-99999999", "负5", "-2万"),
    *notice("A20", "plus", 5, "+5", "＋5"),
    *notice("A22", "zeros", 0, "-0", "－0", "00"),
    *notice("A22+", "zeros", 7, "007"),
    *ok("A22+", 0, -0.0, channels=JSON | CELL),
    # decimals
    *hard("A04", "not_whole", "12.5", words=WHOLE),
    *hard("A04+", "not_whole", "0.5", ".5", "12.5场", "12点5", "1,000.5", words=WHOLE),
    *notice("A05", "point_zero", 12, "12.0", "12.00"),
    *hard("A06", "not_whole", "12。0", "12．0", "12.", suggestion=12, words=WHOLE),
    *hard("A08", "not_whole", "１２．５", words=WHOLE),
    *hard("A08", "not_whole", "１２。", words=WHOLE, suggestion=12),
    *hard("A26", "not_whole", 12.5, words="实际值 12.5", channels=JSON | CELL),
    *ok("A26", 12, 12.0, "12"),
    # width and scripts
    *notice("A07", "full_width", 123, "１２３", words="已将全角数字“１２３”按 123 处理"),
    *notice("A07+", "full_width", 12, "1２"),
    *hard("A09", "other_digits", "٣", "३", "৩", "𝟛", suggestion=3),
    *hard("A09", "other_digits", "१२", "١٢", suggestion=12),
    *hard("A09+", "other_digits", "1٢", suggestion=12),
    *hard("A14", "chinese_numerals", "一百二十", words=ARABIC, suggestion=120),
    *hard("A14", "chinese_numerals", "二十", "廿", "贰拾", "二〇", "二○", "二十场", suggestion=20),
    *hard("A14", "chinese_numerals", "十", "一十", suggestion=10),
    *hard("A14", "chinese_numerals", "〇", "零", suggestion=0),
    *hard("A14", "chinese_numerals", "壹", "一", suggestion=1),
    *hard("A15", "chinese_numerals", "两百", "二百", suggestion=200),
    *hard("A15", "chinese_numerals", "一百一十五", "一百十五", suggestion=115),
    *hard("A15", "chinese_numerals", "一百零二", suggestion=102),
    *hard("A15", "chinese_numerals", "一万零五百", suggestion=10_500),
    *hard("A15", "chinese_numerals", "一百二十三万四千五百六十七", suggestion=1_234_567),
    *hard("A15", "chinese_numerals", "一百二", "一万二", "百二十万万", "十十", "一千万", suggestion=None),
    *hard("A16", "symbol_digits", "①", "⑫", "㈠"),
    *hard("A17", "symbol_digits", "²", "½", "Ⅻ", "㊿", "1²"),
    *hard("A47", "symbol_digits", "1️⃣2️⃣", "🔟"),
    # separators
    *hard("A10", "bad_separator", "1_000", suggestion=1000),
    *notice("A11", "thousands", 1000, "1,000", "1，000"),
    *hard("A11", "too_large", "12,345,678", words="9,999,999"),
    *notice("A11", "thousands", 1_234_567, "1,234,567"),
    *hard("A12", "bad_separator", "1,00", "1000,", ",100", "1,,000", "1,0000", "12,34", suggestion=None),
    *hard("A13", "bad_separator", "1 000", "1\xa0000", "1'000", "1’000", "1\u202f000", suggestion=1000),
    *hard("A13+", "bad_separator", "1 2", "12 3", suggestion=None),
    # other notations
    *hard("A18", "scientific", "1e3", "1E3", "1.5e3", "1e400", "1.2345E+19", "1e999999999"),
    *hard("A19", "not_a_number", "0x10", "0b11", "1L", "12h"),
    *hard("A21", "multiplier", "2万", "２万", "2 万", "2w", "2W", "20千", "20k", "2萬", suggestion=20_000),
    *hard("A21", "multiplier", "1.5万", suggestion=15_000),
    *hard("A21+", "multiplier", "2万场", suggestion=20_000),
    *hard("A21+", "multiplier", "2万5", "2万5千", "1000万", "1亿", "0.00001万", suggestion=None),
    *hard("A23", "not_finite", "NaN", "nan", "Infinity", "∞", "-inf", "+inf", "sNaN"),
    *hard("A24", "not_finite", float("nan"), float("inf"), float("-inf"), channels=JSON),
    *hard(
        "A48",
        "not_a_number",
        "abc",
        "很多",
        "TRUE",
        "是",
        "‘12’",
        "(12)",
        "（12）",
        "🎉",
        "--5",
        "没有人",
        "无12",
        "N/A12",
    ),
    *hard("A49", "not_a_number", "1' OR '1'='1", "1;DROP TABLE"),
    *hard("A49+", "not_a_number", "<script>alert(1)</script>", "%s%n", "{{debug}}", "%(typed)s"),
    # JSON and workbook values
    *hard("A25", "boolean", True, False, channels=JSON | CELL),
    *hard("A26", "not_one_value", [1], [], {}, {"value": 1}, b"12", (1,), channels=JSON),
    *hard("A27", "date", datetime.date(2021, 3, 5), words="是日期（3月5日），请改为常规格式", channels=CELL),
    *hard("A27", "date", datetime.datetime(2021, 3, 5, 8), words="3月5日", channels=CELL),
    *hard("A27", "time", datetime.time(0, 12), datetime.timedelta(minutes=12), words="0:12", channels=CELL),
    *hard("A27", "time", datetime.timedelta.min, datetime.timedelta.max, channels=CELL),
    *hard("A27", "not_whole", 12.4, words="实际值 12.4", channels=CELL),
    *hard("A27", "excel_error", "#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"),
    # size
    *hard("A28", "too_large", "12345678901234567890", "10000000"),
    *hard("A28", "too_large", 1.2345e19, 10_000_000, 10.0**300, channels=JSON | CELL),
    *hard("A29", "too_large", "9" * 5000, words=f"“{'9' * 19}…”"),
    *hard("A29", "too_large", 10**5000, channels=JSON),
    *hard("A29", "negative", -(10**5000), channels=JSON),
    *hard("A29+", "not_a_number", "约" * 5000, "1-" * 5000, "1 " * 5000 + "x"),
    *notice("A29+", "zeros", 5, "0" * 5000 + "5"),
    # blank
    Number("A30", "", "blank", code="blank"),
    Number("A30", None, "blank", code="blank", channels=JSON | CELL),
    *[Number("A31", raw, "blank", code="blank") for raw in ("  ", "\u3000", "\t", "\xa0", "\r\n", "\u2003")],
    *notice("A31+", "blanks", 12, "\u300012", "12\xa0", "12\n", "\t12"),
    # no task
    *[Number("A32", raw, "no_task", code="no_task") for raw in ("/", "／", " / ")],
    *[Number("A33", raw, "no_task", code="no_task") for raw in ("—", "——", "－", "-", "–", "无")],
    *[
        Number("A33", raw, "no_task", code="no_task")
        for raw in (
            "没有",
            "无任务",
            "暂无",
            "N/A",
            "n/a",
            "ｎ／ａ",
            "NA",
            "（无）",
            "无。",
            " 无 任务 ",
            "不适用",
        )
    ],
    *hard(
        "A34", "has_task", "没有", "无任务", "N/A", words="如未开展请填 0", target=20, allows_no_task=False
    ),
    *hard(
        "A34",
        "has_task",
        "/",
        "—",
        "无",
        words="本年度任务数 20，如未开展请填 0",
        target=20,
        allows_no_task=False,
    ),
    *hard("A34", "has_task", "/", target=20),
    *hard("A34+", "number_needed", "/", words="如未开展请填 0", allows_no_task=False),
    *ok("A35", 2, "2", target=None),
    # units
    *notice("A36", "own_unit", 20, "20场", "20 场", "20 (场)", "20（场）", "20场次"),
    *notice("A36", "own_unit", 20, "20人次", "20 人次", unit="人次"),
    *notice("A36", "own_unit", 20, "20场", "20场次", unit="场次"),
    *notice("A36", "own_unit", 20, "20本", unit="（本）"),
    *notice("A36+", "several", 1000, "１，０００场", "+1000场"),
    *notice("A36+", "own_unit", 20, "20 sessions", unit="sessions"),
    *notice("A36+", "own_unit", 20, "20.*", unit=".*"),
    *hard("A37", "wrong_unit", "20本", "20 个", "20（本）", "二十本", "2万人次", words="单位不符"),
    *hard("A37", "wrong_unit", "20人", words="单位不符（“人”", unit="人次"),
    *hard("A37+", "wrong_unit", "20场", unit=""),
    # not one number
    *hard("A38", "not_exact", "约50", "50+", ">50", "50左右", "12-15", "12~15", "12/15", words=EXACT),
    *hard("A39", "not_exact", "≥50", "近百", "50多", "五十余", "十几", "几十", "50%", "50人以上", "12至15"),
    *hard(
        "A39", "not_exact", "12～15", "12—15", "2021-03-05", "3-5", "12、13", "0:12", "1+1", "50?", "约50场"
    ),
    *hard("A43", "several_cells", "12\n13", "12\t13", "12\r\n13"),
    *hard("A46", "formula", "=1+1", "=SUM(A1:A3)", "+1+1", "@SUM(1)", words="不能填写公式"),
    *hard("A46+", "formula", "＝1+1", "-SUM(A1)", "-1+1"),
    # what cannot be seen
    *hard("A40", "direction", "\u202e12", "\u206612", "12\u200f", words="含不可见的方向控制字符"),
    *hard("A40+", "direction", "\u200b12\u200f", words="含不可见的方向控制字符"),
    *notice("A40+", "without_width", 12, "12\u200b", "\ufeff12", "1\u200d2", "\xad12", words="不可见字符"),
    *notice("A40+", "without_width", 12, "1\u20602", "12\ufe0f", "\u316412", "1\U000e00312"),
    *notice("A40+", "several", 12, "\u200b12场"),
    *hard("A40+", "negative", "\u200b-1"),
    Number("A40+", "\u200b", "blank", code="blank"),
    Number("A40+", "\u200b/\ufeff", "no_task", code="no_task"),
    *hard("A41", "invisible", "12\x00", "\x0b12", "12\x08", "\x7f", words="含不可见字符", channels=NO_XML),
    *hard("A42", "unreadable", "12\ud800", "\ufffe", "\ufffd", channels=JSON),
]
