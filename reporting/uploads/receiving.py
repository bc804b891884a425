"""How a file comes into the portal, whatever it hangs on, and how it leaves: examined, refused with a reason, downloaded."""

from collections.abc import Callable, Iterable

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _

from portal import security_log
from portal.identity_numbers import holds_identity_number
from portal.problems import Refused

from ..models import Evidence
from ..models.files import KeptFile
from .downloads import file_response
from .examining import Examined, examine
from .problems import Unacceptable

SHORT_NAME = 40  # of a file, in a sentence
# As every page's policy, and besides: nothing of it acts, wherever a browser should show it all the same.
SANDBOX = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


def download(file: Evidence | KeptFile) -> FileResponse:
    """Always as a download, never shown in place: whatever is in it, it does not act in the portal's name."""
    try:
        content = file.file.open("rb")
    except OSError as error:
        raise Refused(_("The file is not in its place any more. Tell the operator.")) from error
    response = file_response(content, file.file_name, file.media_type)
    response["Content-Security-Policy"] = SANDBOX
    return response


def keep_or_explain(
    request: HttpRequest, given: Iterable[UploadedFile], keep: Callable[[Examined], None], *, object_id
) -> list[str]:
    """Keep what can be kept; a sentence for each that is not taken. All are looked into before anything is locked for one.

    The security log reads off the answer that all were taken; that some of them were is recorded here.
    """
    examined, problems, is_taken = [], [], False
    for file in given:
        try:
            examined.append((file, examine(file, file.name or "")))
        except Unacceptable as refused:
            problems.append(_refusal(request, file, refused, object_id))
    for file, each in examined:
        try:
            keep(each)
            is_taken = True
        except Unacceptable as refused:
            problems.append(_refusal(request, file, refused, object_id))
        except Refused:  # the state changed between two of them: those before it stay
            _log_kept(request, is_taken, object_id)
            raise
    _log_kept(request, is_taken and bool(problems), object_id)
    return problems


def _log_kept(request: HttpRequest, is_taken: bool, object_id) -> None:
    if is_taken:
        security_log.event(request, "evidence-attached", object=object_id)


def _refusal(request: HttpRequest, file: UploadedFile, refused: Unacceptable, object_id) -> str:
    name = "evidence-infected" if refused.code == "infected" else "evidence-refused"
    security_log.event(request, name, object=object_id, kind=refused.code.replace("_", "-"))
    return _("“%(name)s”: %(problem)s") % {"name": _short(file.name or ""), "problem": refused.text}


def _short(name: str) -> str:
    """As a sentence quotes it: an identity number in it is not repeated."""
    if holds_identity_number(name):
        name = "".join("·" if each.isdigit() else each for each in name)
    shown = "".join(each if each.isprintable() else "·" for each in name)
    return shown if len(shown) <= SHORT_NAME else shown[: SHORT_NAME - 1] + "…"
