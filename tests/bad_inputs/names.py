"""What people type as a provider's name, into a field of text, or as an explanation (catalogue part B)."""

from typing import NamedTuple


class Typed(NamedTuple):
    id: str
    raw: object
    verdict: str  # ok, blank, hard
    value: str = ""
    code: str = ""
    words: str = ""


def ok(id: str, *raws: str) -> list[Typed]:
    """Kept as typed: escaping is for whoever shows it."""
    return [Typed(id, raw, "ok", raw) for raw in raws]


def hard(id: str, code: str, *raws: object, words: str = "") -> list[Typed]:
    return [Typed(id, raw, "hard", code=code, words=words) for raw in raws]


# Holds for names and for every other field of one line.
LINES = [
    *ok("B00", "海门街道社区学校", "台州电大", "第一小学（东校区）"),
    Typed("B00", " 海门街道社区学校\u3000", "ok", "海门街道社区学校"),
    Typed("B00", "海门街道社区学校\r\n", "ok", "海门街道社区学校"),
    Typed("B00", 2021, "ok", "2021"),
    Typed("B00", 57688880000.0, "ok", "57688880000"),
    *ok(
        "B01",
        "<img src=x onerror=alert(1)>",
        '"><svg onload=alert(1)>',
        "'-alert(1)-'",
        "</textarea><script>",
    ),
    *ok("B02", '=HYPERLINK("http://x")', "=cmd|' /C calc'!A0", '=WEBSERVICE("http://x")', "+1", "@SUM(1)"),
    *hard("B04", "invisible", "a\x0bb", "\x08", "学\x1b校", "学校\x85", words="含不可见字符"),
    *hard("B04+", "invisible", "学\u200b校", "学\ufeff校", "学\u3164校", "学\u2028校", "a\u200db"),
    *hard("B05", "invisible", "学校\x00", "\x00", words="含不可见字符"),
    *hard("B06", "unreadable", "学校\ud83c", "\udfff学校", "学\ufffd校", "学校\uffff"),
    *ok(
        "B07",
        "🎉",
        "𠮷",
        "䶮",
        "葭沚",
        "上垟",
        "👨\u200d👩\u200d👧 课堂",
        "❤\ufe0f\u200d🔥",
        "葛\U000e0100城",
    ),
    *hard(
        "B08", "direction", "学校\u202egnp.xslx", "\u2066学校", "学校\u200f", words="含不可见的方向控制字符"
    ),
    *ok("B10", "臨海市社區學院"),
    *ok("B11", "校" * 100),
    *hard("B11", "too_long", "校" * 101, words="101"),
    *hard("B11", "too_long", "校" * 10_000, words="共 10000 个字，最多 100 个字"),
    Typed("B12", "", "blank", code="blank"),
    Typed("B12", None, "blank", code="blank"),
    Typed("B12", " \u3000\t\r\n", "blank", code="blank"),
    *hard(
        "B13", "line_break", "学校\r\nBcc: x@example.org", "学校\n二", "学\t校", "学\r校", words="只写一行"
    ),
    # The number is the example of the standard GB 11643.
    *hard(
        "B15",
        "identity_number",
        "11010519491231002X",
        "张三１１０１０５１９４９１２３１００２X",
        words="身份证",
    ),
    *ok("B15", "110105194912310021", "0576-88880000 057688880000", "1101051949123100211"),
    *ok("B22", "http://127.0.0.1/", "http://169.254.169.254/latest"),
    *ok("B23", "{{7*7}}", "{% debug %}", "${7*7}", "%s%n", "%(typed)s"),
    *hard("B24", "not_text", True, 1.5, float("nan"), float("inf"), 10**5000, ["学校"], {"a": 1}, b"x"),
]

NAMES = [
    *LINES,
    *hard(
        "B18",
        "total_row",
        "合计",
        "小计",
        "总计",
        "合　计",
        " 合 计 ",
        "合计：",
        "合计:",
        words="合计数由系统自动计算",
    ),
    *hard(
        "B18+",
        "total_row",
        "城区小计",
        "小计（街道）",
        "本页合计",
        "累计",
        "总数",
        "其中：城区",
        words="合计数由系统自动计算",
    ),
    *ok("B18", "合计村成人学校", "总计划办公室", "总工会职工学校", "累山社区学校"),
    *[Typed("B24+", raw, "blank", code="blank") for raw in ("无", "没有", "N/A", "/", "—", "（暂无）")],
]

# Two spellings, and whether they name the same provider.
SAME_NAME = [
    ("B17", "海门街道社区学校", " 海门街道社区学校\u3000", True),
    ("B17", "Ｇ生活（东）", "G生活(东)", True),
    ("B17", "海门　社区学校", "海门 社区学校", True),
    ("B17", "海门 社区学校", "海门  社区学校", True),
    ("B17", "cafe\u0301", "café", True),
    ("B17", "第①小学", "第1小学", False),
    ("B17", "海门街道社区学校", "海门街道成人学校", False),
]

# Two spellings that look the same, or nearly so, to somebody who reads both; and pairs that do not.
SAME_LOOK = [
    ("blank inside", "古城街道成校", "古 城街道成校", True),
    ("wide blank", "古城街道成校", "古城\u3000街道成校", True),
    ("Kangxi radicals", "黄岩区老年大学", "黄岩区⽼年⼤学", True),
    ("radicals of the supplement", "民办长江学校", "⺠办⻓江学校", True),
    ("compatibility ideograph", "金山学校", "\uf90a山学校", True),
    ("variation selector", "葛城学校", "葛\U000e0100城学校", True),
    ("middle dots", "心·家学校", "心・家学校", True),
    ("a middle dot left out", "心·家学校", "心家学校", True),
    ("brackets", "第一小学(东)", "第一小学︵东︶", True),
    ("dashes", "城北-老年学校", "城北－老年学校", True),
    ("quotes", "“三入”学校", '"三入"学校', True),
    ("another figure", "第①小学", "第1小学", False),
    ("another character", "古城街道成校", "古域街道成校", False),
    ("one character more", "古城街道成校", "古城街道成人校", False),
]

# Explanations, and whether they say nothing.
EXPLANATIONS = [
    *[
        ("B14", text, True)
        for text in (
            "",
            "核实无误",
            "无",
            "……",
            "        ",
            "……………………",
            "属实",
            "正确",
            "核实无误核实无误",
            "核实无误。。。。",
            "核实无误！！核实无误！！",
            "无无无无无无无无",
            "本季度数据核实无误",
            "情况属实，数据准确",
            "已核实，没有问题。",
            "测试测试测试测试",
            "哈哈哈哈哈哈哈哈",
            "12345678",
            "🎉🎉🎉🎉🎉🎉🎉🎉",
            "OK OK OK OK",
            "checked, correct",
            "两乡合办两乡合办",
            "合办\u200b\u200b\u200b\u200b\u200b\u200b",
            "合办            ",
            "　　　　　　　　",
            "已合办两场",
        )
    ],
    *[
        ("B14", text, False)
        for text in (
            "因台风停课一周，七月补办两场",
            "核实无误：与社区学院合办的讲座一次来了二百人",
            "8场×25人=200人次，小班教学",
            "上季度误填为累计数，本季度已改正",
            "The hall was closed for repairs",
            "𠮷山村礼堂落成，首次开课",
        )
    ],
]
