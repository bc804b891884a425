"""What may be attached, and what is refused with which sentence: one table, a row a file (the catalogue's part D)."""

import io
import time
import zipfile
from collections.abc import Callable

import pytest
from PIL import Image

from reporting.uploads.examining import Examined, examine
from reporting.uploads.problems import SENTENCES, Unacceptable

from . import files

pytestmark = [pytest.mark.one_database("sqlite"), pytest.mark.read_apart]

HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 60
MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 60
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
# (row of the catalogue, name, the file, code of the sentence)
BAD: list[tuple[str, str, Callable[[], bytes], str]] = [
    ("D01", "照片.jpg", lambda: b"MZ\x90\0" + b"\0" * 200, "active"),
    ("D01", "照片.jpg", lambda: b"\x7fELF\x02\x01\x01" + b"\0" * 200, "active"),
    ("D01", "盖章件.pdf", lambda: HTML, "active"),
    ("D01", "照片.png", lambda: SVG, "active"),
    ("D01", "照片.jpg", lambda: b"<?php system($_GET['x']);", "active"),
    ("D01", "照片.jpg", lambda: b"#!/bin/sh\nrm -rf /", "active"),
    ("D01", "照片.jpg", lambda: b"alert(document.cookie)", "unknown"),
    ("D02", "图.svg", lambda: b'<?xml version="1.0"?>\n' + SVG, "active"),
    ("D02", "页.html", lambda: HTML, "active"),
    ("D02", "方案.docx", files.docx, "document"),
    ("D02", "公文.ofd", lambda: files.archive(**{"OFD.xml": b"<OFD/>"}), "document"),
    ("D02", "方案.doc", lambda: OLE, "old_office"),
    ("D02", "图.gif", lambda: files.picture("GIF", "L"), "picture"),
    ("D02", "图.tif", lambda: files.picture("TIFF"), "picture"),
    ("D02", "签到.csv", lambda: "姓名,电话\n".encode(), "unknown"),
    ("D02", "空.pdf", lambda: b"", "empty"),
    ("D04", "盖章件.pdf", lambda: files.pdf(password="x"), "encrypted"),
    ("D05", "盖章件.pdf", lambda: b"%PDF-1.4\n" + HTML + files.pdf()[9:], "polyglot"),
    ("D05", "盖章件.pdf", lambda: files.pdf() + files.archive(a=b"x"), "polyglot"),
    ("D05", "盖章件.pdf", lambda: files.pdf() + HTML, "polyglot"),
    ("D05", "盖章件.pdf", lambda: HTML + files.pdf(), "active"),
    ("D05", "名册.xlsx", lambda: files.workbook() + HTML, "polyglot"),
    ("D05", "盖章件.pdf", lambda: files.pdf(script="app.alert(1)"), "acting"),
    ("D05", "盖章件.pdf", lambda: files.pdf(attached=b"MZ"), "acting"),
    ("D05", "名册.xlsx", lambda: files.with_member(files.workbook(), "xl/vbaProject.bin", b"x"), "macros"),
    ("D05", "名册.xlsx", lambda: files.with_member(files.workbook(), "xl/embeddings/a.bin", b"x"), "embedded"),
    (
        "D05",
        "名册.xlsx",
        lambda: files.with_member(files.workbook(), "xl/a.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
        "polyglot",
    ),
    ("D05", "名册.xlsx", lambda: files.with_member(files.workbook(), "xl/../../evil.xml", b"<a/>"), "polyglot"),
    ("D07", "大图.png", lambda: files.png_header(50_000, 50_000), "pixels"),
    ("D07", "动图.png", lambda: files.animated(10_000), "animated"),
    ("D07", "名册.xlsx", files.bomb, "too_much"),
    ("D07", "盖章件.pdf", lambda: files.pdf(pages=101), "pages"),
    ("D08", "照片.jpg", lambda: files.picture(size=(600, 600))[:-400], "damaged"),
    ("D08", "照片.jpg", lambda: files.picture()[:20], "damaged"),
    ("D08", "照片.png", lambda: files.picture("PNG")[:60], "damaged"),
    ("D08", "盖章件.pdf", lambda: files.pdf()[:300], "damaged"),
    ("D08", "名册.xlsx", lambda: files.workbook()[:-200], "damaged"),
    ("D08", "照片.jpg", lambda: files.picture(mode="CMYK"), "cmyk"),
    ("D08", "照片.png", lambda: files.picture("PNG", "I;16"), "deep"),
    ("D08", "照片.heic", lambda: HEIC, "heic"),
    ("D08", "照片.jpg", lambda: HEIC, "heic"),
    ("D11", "病毒.com", lambda: files.EICAR, "unknown"),
    ("D11", "病毒.zip", lambda: files.archive(a=files.archive(b=files.EICAR)), "archive"),
    ("D13", "活动.mp4", lambda: MP4, "video"),
    ("D13", "大.pdf", lambda: files.pdf() + b"\0" * 10 * 1024 * 1024, "size"),
    ("D14", "张三身份证.jpg", files.picture, "identity_card"),
    ("D14", f"{files.identity()}.jpg", files.picture, "identity_name"),
    ("D14", "签到表.pdf", lambda: files.pdf("fine", f"no. 2 {files.identity()}"), "identity_page"),
    ("D14", "签到表.xlsx", lambda: files.workbook(("姓名", "证件号"), ("甲", files.identity())), "identity_cell"),
    ("D14", "签到表.xlsx", lambda: files.workbook(("甲", "331002 19900101 " + files.identity()[-4:])), "identity_cell"),
    ("D14", "签到表.xlsx", lambda: files.workbook(author=files.identity()), "identity_part"),
    ("D14", "签到表.xlsx", lambda: files.workbook(*[("甲", files.telephone(n)) for n in range(3)]), "telephones"),
    ("D14", "签到表.pdf", lambda: files.pdf("\n".join(files.telephone(n) for n in range(3))), "telephones"),
]  # fmt: skip


def looked_at(content: bytes, name: str = "照片.jpg") -> Examined:
    return examine(io.BytesIO(content), name)


@pytest.mark.parametrize(("row", "name", "made", "code"), BAD, ids=[f"{b[0]} {b[3]} {b[1]}" for b in BAD])
def test_it_refuses_a_bad_file_with_its_sentence(row, name, made, code):
    content = made()
    started = time.monotonic()
    with pytest.raises(Unacceptable) as refused:
        looked_at(content, name)
    assert refused.value.code == code
    assert time.monotonic() - started < 10
    assert len(refused.value.text) > 15 and "%(" not in refused.value.text
    assert files.identity() not in refused.value.text


def test_it_names_the_place_of_an_identity_number():
    with pytest.raises(Unacceptable) as refused:
        looked_at(files.workbook(("a", "b"), ("c", files.identity())), "签到表.xlsx")
    assert refused.value.values == {"cell": "B2", "sheet": "签到表"}
    with pytest.raises(Unacceptable) as refused:
        looked_at(files.pdf("one", "two", files.identity()), "签到表.pdf")
    assert refused.value.values == {"page": 3}


def test_it_looks_at_every_cell_whatever_size_the_sheet_claims():
    listed = files.workbook(("姓名", "证件号"), ("甲", files.identity()))
    claims_one = files.with_part(
        listed, "xl/worksheets/sheet1.xml", '<dimension ref="[^"]*"', '<dimension ref="A1"'
    )
    with pytest.raises(Unacceptable) as refused:
        looked_at(claims_one, "签到表.xlsx")
    assert refused.value.values == {"cell": "B2", "sheet": "签到表"}


ODD_FILL = ("xl/styles.xml", "<fills[^>]*>", r"\g<0><fill/>")


def test_a_style_that_nobody_needs_is_no_damage():
    assert looked_at(files.with_part(files.workbook(), *ODD_FILL), "名册.xlsx").kind.code == "xlsx"
    listed = files.workbook(("姓名", "证件号"), ("甲", files.identity()))
    with pytest.raises(Unacceptable) as refused:
        looked_at(files.with_part(listed, *ODD_FILL), "签到表.xlsx")
    assert refused.value.values == {"cell": "B2", "sheet": "签到表"}


@pytest.mark.parametrize("number", ["33100219900101123", "331002199013011231"])
def test_a_number_that_only_resembles_an_identity_number_is_taken(number):
    wrong = number + "0123456789X".replace(files.check_digit(number), "")[0] if len(number) == 17 else number
    assert looked_at(files.workbook((wrong,)), "a.xlsx").kind.code == "xlsx"


def test_one_telephone_number_is_not_refused_as_a_list():
    assert looked_at(files.pdf(f"tel {files.telephone(1)}"), "盖章件.pdf").kind.code == "pdf"


def test_every_sentence_of_a_file_is_used():
    elsewhere = {"count", "total", "same", "storage", "scanner", "infected", "not_allowed", "links"}
    elsewhere |= {"count_here", "total_here", "same_here"}
    assert {code for _row, _name, _made, code in BAD} | elsewhere == set(SENTENCES)


# --- what is taken


def test_a_photograph_loses_place_camera_and_comment_but_not_its_points():
    source = files.photograph()
    assert b"GPS" not in source and Image.open(io.BytesIO(source)).getexif().get_ifd(files.GPS)
    kept = looked_at(source).content
    picture = Image.open(io.BytesIO(kept))
    assert dict(picture.getexif()) == {} and "comment" not in picture.info
    assert "演示相机".encode() not in kept and b"mk-secret" not in kept and b"Exif" not in kept
    assert picture.tobytes() == Image.open(io.BytesIO(source)).tobytes()


def test_a_photograph_is_turned_as_the_camera_said():
    assert Image.open(io.BytesIO(looked_at(files.photograph(6)).content)).size == (40, 80)


def test_what_is_before_or_behind_a_picture_goes():
    kept = looked_at(files.picture() + files.archive(a=b"x") + HTML).content
    assert b"<html" not in kept and not zipfile.is_zipfile(io.BytesIO(kept))


def test_a_png_loses_its_texts():
    source = files.png_with_text()
    assert b"mk-secret" in source
    kept = looked_at(source, "图.png").content
    assert b"mk-secret" not in kept
    assert Image.open(io.BytesIO(kept)).tobytes() == Image.open(io.BytesIO(source)).tobytes()


@pytest.mark.parametrize(("name", "made"), [("盖章件.pdf", files.pdf), ("名册.xlsx", files.workbook)])
def test_pdf_and_workbook_stay_as_they_are(name, made):
    """A PDF may carry an electronic seal, which a changed byte breaks."""
    content = made()
    assert looked_at(content, name).content == content


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("盖章件.JPG", "盖章件.JPG"),
        ("照片", "照片.jpg"),
        ("表.pdf", "表.pdf.jpg"),
        ("表.exe.jpg", "表.exe.jpg"),
        ("C:\\用户\\照片.jpg", "照片.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ('"; filename=evil.html', "__ filename=evil.html.jpg"),
        ("a\r\nX-Evil: 1.jpg", "aX-Evil_ 1.jpg"),
        ("学校\u202egnp.jpg", "学校gnp.jpg"),
        ("", "file.jpg"),
        ("长" * 300 + ".jpg", "长" * 116 + ".jpg"),
    ],
)
def test_its_name_is_the_persons_own_without_tricks(raw, name):
    """D25."""
    assert looked_at(files.picture(), raw).name == name.replace("__ filename", "_; filename")


def test_the_kinds_that_are_taken_are_a_setting(settings):
    settings.EVIDENCE_TYPES = ["pdf"]
    with pytest.raises(Unacceptable) as refused:
        looked_at(files.picture())
    assert refused.value.code == "not_allowed"
