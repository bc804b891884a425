"""How a file comes into the portal, whatever it hangs on, and how it leaves: examined, told if it is not taken, downloaded."""

from collections.abc import Callable, Iterable

from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _

from portal import security_log

from ..models import Evidence
from ..models.files import KeptFile
from ..names import holds_identity_number
from ..uploads.examining import Examined, examine
from ..uploads.problems import Unacceptable

SHORT_NAME = 40  # of a file, in a sentence
# As every page's policy, and besides: nothing of it acts, wherever a browser should show it all the same.
SANDBOX = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


def download(file: Evidence | KeptFile) -> FileResponse:
    """Always as a download, never shown in place: whatever is in it, it does not act in the portal's name."""
    response = FileResponse(
        file.file.open("rb"),
        as_attachment=True,
        filename=file.file_name,
        content_type=file.media_type,
    )
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "private, no-store"
    return response


def taken_or_told(
    request: HttpRequest, given: Iterable, keep: Callable[[Examined], None], *, object_id
) -> list[str]:
    """Examine and keep each by itself; a sentence for each that is not taken."""
    return [told for each in given if (told := _told(request, each, keep, object_id))]


def _told(request: HttpRequest, given, keep: Callable[[Examined], None], object_id) -> str:
    """What is wrong with the file, or "": it is kept."""
    try:
        keep(examine(given, given.name or ""))
    except Unacceptable as refused:
        name = "evidence-infected" if refused.code == "infected" else "evidence-refused"
        security_log.event(request, name, object=object_id, kind=refused.code.replace("_", "-"))
        return _("“%(name)s”: %(problem)s") % {"name": _short(given.name or ""), "problem": refused.text}
    return ""


def _short(name: str) -> str:
    """As a sentence quotes it: an identity number in it is not repeated."""
    if holds_identity_number(name):
        name = "".join("·" if each.isdigit() else each for each in name)
    shown = "".join(each if each.isprintable() else "·" for each in name)
    return shown if len(shown) <= SHORT_NAME else shown[: SHORT_NAME - 1] + "…"
