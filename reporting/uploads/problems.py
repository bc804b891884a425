"""Why an uploaded file is not taken: one table, each sentence with what to do instead."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "empty": _("The file is empty (0 bytes). Choose it again."),
    "size": _("The file is larger than %(limit)s MB. Scan it in black and white or at a lower resolution."),
    "count": _("A return takes at most %(limit)s files. Remove one that is not needed first."),
    "total": _(
        "The files of a return may have %(limit)s MB together. Remove one that is not needed, or send smaller ones."
    ),
    # what it is
    "unknown": _(
        "It is none of the kinds that are taken: %(kinds)s. Scan the page or save the document as PDF."
    ),
    "active": _(
        "It is a program, a script or a web page, whatever its name says. Only %(kinds)s are taken; print a page to PDF."
    ),
    "archive": _("It is a compressed archive. Unpack it and upload the files in it one by one."),
    "document": _(
        "It is a document in another format (Word, presentation, OFD). Save it as PDF and upload that."
    ),
    "old_office": _(
        "It is a file of an old Office or WPS format. Save it as PDF or as Excel workbook (*.xlsx)."
    ),
    "picture": _("It is a picture in another format. Save it as JPEG or PNG and upload that."),
    "heic": _(
        "It is a HEIC picture, which other programs cannot show. Set the telephone's camera to “most compatible”, "
        "or save the picture as JPEG, and upload that."
    ),
    "video": _(
        "It is a film or a sound recording, and those are not kept here. Put a film on a video site and type its link; "
        "to show something, upload a picture of it, or a list as PDF."
    ),
    "not_allowed": _("%(kind)s is not taken here, only %(kinds)s."),
    # how it is
    "polyglot": _(
        "The file has something else before or behind its content, and other programs would read it as another kind. "
        "Open it, save or print it anew (as JPEG or PDF) and upload that."
    ),
    "damaged": _(
        "The file is damaged or incomplete. Open it on your computer, save it anew and upload it again."
    ),
    "too_much": _(
        "Opening the file takes far more memory or time than a page or a picture does. Scan or save it anew, smaller."
    ),
    "pixels": _(
        "The picture has %(width)s × %(height)s points, more than %(limit)s million. Make it smaller and upload it again."
    ),
    "animated": _("The picture is animated. Save one frame of it as JPEG or PNG."),
    "cmyk": _("The picture is made for a printing press (CMYK). Save it as an ordinary JPEG (RGB)."),
    "deep": _("The picture has 16 bits a colour. Save it with 8 bits a colour, or as JPEG."),
    "encrypted": _(
        "The file is protected by a password. Remove the protection, or print it to a new PDF, and upload that."
    ),
    "acting": _(
        "The PDF contains scripts, forms that act or other files inside. Print it to a new PDF and upload that."
    ),
    "pages": _("The PDF has more than %(limit)s pages. Upload the pages that matter."),
    "macros": _("The workbook contains macros. Save it as “Excel workbook (*.xlsx)” without macros."),
    "links": _(
        "The workbook is linked to other files. Break the links, keep the values and upload it again."
    ),
    "embedded": _(
        "The workbook carries other files inside. Delete the embedded objects and upload it again."
    ),
    # personal data
    "identity_name": _(
        "The file's name contains an identity card number. Rename the file; a return needs no personal data."
    ),
    "identity_card": _(
        "By its name the file shows an identity card or a household register. A return needs counts only: "
        "do not upload it. If it shows something else, rename it."
    ),
    "identity_page": _(
        "Page %(page)s contains an identity card number. A return needs counts only: black it out, or leave the page out."
    ),
    "identity_cell": _(
        "Cell %(cell)s of the sheet “%(sheet)s” contains an identity card number. Delete the column; a return needs counts only."
    ),
    "identity_part": _(
        "The comments or the properties of the workbook contain an identity card number. Delete it and upload it again."
    ),
    "telephones": _(
        "The file lists people's telephone numbers (%(number)s of them). A return needs counts only: "
        "delete the column, or black it out."
    ),
    # the scanner, the storage
    "infected": _("The virus scanner found something harmful in it. It was not kept. Check your computer."),
    "scanner": _(
        "The virus scanner does not answer, so that nothing is taken now. Nothing is lost: try again in a few minutes."
    ),
    "storage": _("The file could not be stored. Nothing was kept; try again later, and tell the operator."),
    "same_here": _("This very file is there already."),
    "count_here": _("At most %(limit)s files are kept here. Withdraw one that is not needed first."),
    "total_here": _("The files here may have %(limit)s MB together. Send a smaller one."),
    "same": _("The very same file is attached to this return already."),
}


class Unacceptable(Exception):
    """The file is not taken, and nothing of it is kept. `code` is a key of SENTENCES."""

    def __init__(self, code: str, **values: object):
        super().__init__(code)
        self.code, self.values = code, values

    @property
    def text(self) -> str:
        return sentence(self.code, self.values)


def sentence(code: str, values: Mapping[str, object]) -> str:
    return str(SENTENCES[code]) % values
