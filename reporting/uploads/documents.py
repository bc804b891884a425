"""May this PDF be kept? Nothing in it acts, nothing is hidden behind a password, no page has an identity number.

Its bytes stay as they are: a PDF may carry an electronic signature or seal, which a single changed byte breaks.
"""

from collections.abc import Iterator
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from portal.identity_numbers import holds_identity_number

from .personal import check_telephones, telephones_in
from .problems import Unacceptable

PAGES = 100
# What makes a PDF do something, or carry another file: keys, and the kinds of actions.
ACTING = {"/JS", "/JavaScript", "/EF", "/EmbeddedFiles", "/XFA", "/RichMediaContent"}
ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/Rendition", "/Movie", "/Sound"}
UNREADABLE = (
    PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, OSError, RecursionError
)  # fmt: skip


def check_pdf(content: bytes) -> None:
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted:
            raise Unacceptable("encrypted")
        if any(map(_acts, _objects(reader))):
            raise Unacceptable("acting")
        pages = list(reader.pages[: PAGES + 1])
        if not pages:
            raise Unacceptable("damaged")
        if len(pages) > PAGES:
            raise Unacceptable("pages", limit=PAGES)
        _check_texts([page.extract_text() or "" for page in pages])
    except UNREADABLE as error:
        raise Unacceptable("damaged") from error


def _check_texts(texts: list[str]) -> None:
    for number, text in enumerate(texts, start=1):
        if holds_identity_number(text):
            raise Unacceptable("identity_page", page=number)
    check_telephones({each for text in texts for each in telephones_in(text)})


def _objects(reader: PdfReader) -> Iterator[object]:
    """Every object of the file, whether a page leads to it or not."""
    yield reader.trailer
    for generation, numbers in reader.xref.items():
        for number in numbers:
            yield reader.get_object(IndirectObject(number, generation, reader))
    for number in reader.xref_objStm:
        yield reader.get_object(IndirectObject(number, 0, reader))


def _acts(thing: object) -> bool:
    """What is in the object itself; what it refers to is an object of its own."""
    if isinstance(thing, DictionaryObject):
        action = thing.get("/S")
        action = action.get_object() if isinstance(action, IndirectObject) else action
        if not ACTING.isdisjoint(thing) or (isinstance(action, str) and action in ACTIONS):
            return True
        return any(_acts(thing.raw_get(key)) for key in thing)
    return isinstance(thing, ArrayObject) and any(map(_acts, list.__iter__(thing)))
