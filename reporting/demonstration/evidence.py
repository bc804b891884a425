"""What shows some of the demonstration's activities: a page that says how many came, drawn here and nobody's (演示数据).

Seven objects of a PDF need no library. It holds no name, no number of a person and no face; a test puts it through the
examination of uploads, so that no loading has to wait for it.
"""

import hashlib

from ..ledger.reading import TypedActivity
from ..uploads.examining import Examined
from ..uploads.kinds import KINDS
from ..uploads.scanning import scan

LEFT, TOP = 40, 540
# Every reader of PDF files has a font for this name: it need not be in the file.
BODIES = (
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] /Contents 7 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
    "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [5 0 R] >>",
    "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000"
    " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >>"
    " /FontDescriptor 6 0 R >>",
    "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880]"
    " /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
)


def sheet(typed: TypedActivity) -> Examined:
    """The sign-in count of an activity: the same bytes at every loading, others for every activity."""
    content = _pdf(_lines(typed))
    name = f"签到统计（演示数据）{typed.sittings[-1][0]}.pdf"
    return Examined(name, content, KINDS["pdf"], hashlib.sha256(content).hexdigest(), scan(content))


def _lines(typed: TypedActivity) -> list[tuple[int, str]]:
    """(size, text) from the top downwards."""
    return [
        (20, "签到统计（演示数据）"),
        (12, f"举办单位：{typed.provider}"),
        (12, f"日　　期：{'、'.join(on for on, _hours in typed.sittings)}"),
        (12, f"地　　点：{typed.venue}"),
        (12, f"参加人次：{typed.attendances}"),
        (12, f"志 愿 者：{typed.volunteers or '0'}"),
        (10, "本页由平台生成，内容虚构；不登记姓名、证件号码，不附照片。"),
    ]


def _pdf(lines: list[tuple[int, str]]) -> bytes:
    texts, height = [], TOP
    for size, text in lines:
        texts.append(f"BT /F1 {size} Tf {LEFT} {height} Td <{text.encode('utf-16-be').hex()}> Tj ET")
        height -= size + 18
    drawn = "\n".join(texts)
    bodies = [*BODIES, f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream"]
    out, places = "%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    count = len(bodies) + 1
    out += f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<< /Size {count} /Root 1 0 R >>\n"
    return f"{out}startxref\n{out.rindex('xref')}\n%%EOF\n".encode("ascii")
