"""Files to attach, made by the tests: good ones, and each bad one of the catalogue."""

import io
import re
import struct
import zipfile
import zlib

from openpyxl import Workbook
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
GPS, CAMERA = 34853, 0x010F


def check_digit(seventeen: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(w * int(d) for w, d in zip(weights, seventeen, strict=True)) % 11]


def identity(seventeen: str = "33100219900101123") -> str:
    return seventeen + check_digit(seventeen)


def telephone(number: int) -> str:
    return f"138{number:08d}"


def picture(kind: str = "JPEG", mode: str = "RGB", size: tuple[int, int] = (64, 48), **given) -> bytes:
    out = io.BytesIO()
    colour = {"RGB": (200, 60, 40), "CMYK": (0, 90, 90, 0), "I;16": 40_000}.get(mode, 0)
    Image.new(mode, size, colour).save(out, kind, **given)
    return out.getvalue()


def photograph(orientation: int = 1) -> bytes:
    """As a telephone takes one: place, camera, a comment, a thumbnail's worth of data."""
    exif = Image.Exif()
    exif[CAMERA], exif[0x0112] = "演示相机", orientation
    exif.get_ifd(GPS).update({1: "N", 2: (28.0, 39.0, 22.0), 3: "E", 4: (121.0, 25.0, 15.0)})
    return picture(exif=exif, comment="mk-secret-comment", size=(80, 40), quality=85)


def png_with_text() -> bytes:
    info = PngInfo()
    info.add_text("Author", "mk-secret-author")
    return picture("PNG", pnginfo=info)


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_header(width: int, height: int, depth: int = 8, *chunks: bytes) -> bytes:
    """A PNG that promises much in few bytes."""
    header = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 4096)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", header), *chunks, chunk(b"IDAT", data), chunk(b"IEND", b"")]
    )


def animated(frames: int) -> bytes:
    return png_header(40, 30, 8, chunk(b"acTL", struct.pack(">II", frames, 0)))


def pdf(*texts: str, pages: int | None = None, **given) -> bytes:
    """Pages with these texts (ASCII), as a stream that every reader extracts."""
    writer = PdfWriter()
    for text in texts or ("page",) * (pages or 1):
        page = writer.add_blank_page(595, 842)
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)})}
        )
        content = DecodedStreamObject()
        lines = "".join(f"({line}) Tj 0 -20 Td " for line in text.split("\n"))
        content.set_data(f"BT /F1 12 Tf 72 720 Td {lines}ET".encode())
        page[NameObject("/Contents")] = writer._add_object(content)
    if script := given.get("script"):
        action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(script)}
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    if attached := given.get("attached"):
        writer.add_attachment("inside.txt", attached)
    if password := given.get("password"):
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def workbook(*rows: tuple, author: str = "", title: str = "签到表") -> bytes:
    book = Workbook()
    book.active.title = title
    for each in rows or ((1, 2),):
        book.active.append(each)
    book.properties.creator = author
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def with_member(content: bytes, name: str, added: bytes) -> bytes:
    """A workbook with one part more."""
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, added)
    return out.getvalue()


def with_part(content: bytes, name: str, old: str, new: str) -> bytes:
    """A workbook with one replacement in a part of it. What is to be replaced has to be there."""
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        parts = {each: found.read(each) for each in found.namelist()}
    text = parts[name].decode()
    assert re.search(old, text), old
    return archive(**parts | {name: re.sub(old, new, text, count=1).encode()})


def docx() -> bytes:
    return archive(**{"[Content_Types].xml": b"<Types/>", "word__document.xml": b"<w/>"})


def bomb() -> bytes:
    """120 MB in 120 KB, as a part of a workbook."""
    return with_member(workbook(), "xl/media/big.bin", b"\0" * (200 * 1024 * 1024))
