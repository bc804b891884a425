"""The pages of files that hang on something, whatever it is: where some are added, and where one is withdrawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ..models import Activity, Material
from ..models.files import KeptFile
from .examining import Examined
from .kinds import kinds_named, kinds_taken, label_of
from .receiving import keep_or_explain


@dataclass(frozen=True)
class FilesPlace:
    """What files hang on, in the words of its pages. `trail`: the pages above it and their names; `withdrawal`: what it
    means that a file is withdrawn. Files are added at `add_url`, withdrawn at `withdraw_route`, each if it may be now."""

    owner: Activity | Material
    name: str
    title: str
    asks: str
    hint: str
    withdrawal: str
    trail: Sequence[tuple[str, str]]
    files: Sequence[KeptFile]
    add_url: str
    withdraw_route: str
    may_open: bool
    may_add: bool
    may_withdraw: bool

    @property
    def url(self) -> str:
        """Where they are listed."""
        return f"{self.owner.get_absolute_url()}#evidence"

    @property
    def rows(self) -> list[tuple[KeptFile, str]]:
        """[(file, its kind in words)]"""
        return [(each, label_of(each.media_type)) for each in self.files]


def limits() -> dict:
    """What a field for files says and takes."""
    return {
        "accept": ",".join(ending for each in kinds_taken() for ending in each.endings),
        "kinds": kinds_named(),
        "mb": settings.EVIDENCE_MB,
        "at_once": 3 * settings.EVIDENCE_MB,
    }


def add_files(request: HttpRequest, place: FilesPlace, keep: Callable[[Examined], object]) -> HttpResponse:
    """Add one or several. Each is taken or not by itself; what is refused is reported, and not kept."""
    if request.method != "POST":
        return _page(request, place)
    given = request.FILES.getlist("files")
    if not given:
        return _page(request, place, [_("Choose a file first.")])
    if problems := keep_or_explain(request, given, keep, object_id=place.owner.public_id):
        return _page(request, place, problems)
    messages.success(request, _("Attached."))
    return redirect(place.url)


def withdraw_file(
    request: HttpRequest, place: FilesPlace, file: KeptFile, withdraw: Callable[[], object]
) -> HttpResponse:
    """Ask, then withdraw it."""
    if request.method == "POST":
        withdraw()
        messages.success(request, _("The file is withdrawn."))
        return redirect(place.url)
    return render(request, "reporting/uploads/kept_file_withdraw.html", {"place": place, "file": file})


def _page(request: HttpRequest, place: FilesPlace, problems: Sequence[str] = ()) -> HttpResponse:
    page = {
        "files": place,
        "limits": limits(),
        "problems": [{"anchor": "files", "text": text} for text in problems],
    }
    return render(request, "reporting/uploads/kept_files.html", page, status=422 if problems else 200)
