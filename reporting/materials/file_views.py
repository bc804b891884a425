"""The files of a material: add some to it, download one, withdraw one. Who sees the material may have its files."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.access import has_permission, load
from portal.models import Membership
from portal.problems import Refused
from portal.roles import Permission
from portal.security_log import event_on

from ..models import Material, MaterialFile
from ..periods import queries as period_queries
from ..uploads.receiving import download
from ..uploads.views import FilesPlace, add_files, withdraw_file
from . import actions, file_actions, queries


@event_on("POST", "evidence-attached")
@require_http_methods(["GET", "HEAD", "POST"])
@load(queries.materials_with_parties, permission=Permission.FILE)
def material_files(request: HttpRequest, material: Material) -> HttpResponse:
    by = request.membership
    actions.require_keeper(material.tenant, material.programme, by)
    if reason := actions.why_fixed(material):
        raise Refused(reason)
    keep = partial(file_actions.add_material_file, material, by=by)
    return add_files(request, files_of_material(material, by), keep)


@event_on("GET", "downloaded")
@require_GET
@load(queries.material_files_with_parties)
def material_file(request: HttpRequest, file: MaterialFile) -> HttpResponse:
    return download(file)


@event_on("POST", "evidence-removed")
@require_http_methods(["GET", "HEAD", "POST"])
@load(queries.material_files_with_parties, permission=Permission.FILE)
def material_file_withdraw(request: HttpRequest, file: MaterialFile) -> HttpResponse:
    by, material = request.membership, file.material
    actions.require_keeper(material.tenant, material.programme, by)
    if reason := actions.why_not_change(material):
        raise Refused(reason)
    withdraw = partial(file_actions.withdraw_material_file, file, by=by)
    return withdraw_file(request, files_of_material(material, by), file, withdraw)


def files_of_material(material: Material, by: Membership) -> FilesPlace:
    is_keeper = (
        by.tenant_id == material.tenant_id
        and has_permission(by, Permission.FILE)
        and period_queries.files(by.tenant, material.programme)
    )
    return FilesPlace(
        owner=material,
        name=material.title,
        title=_("Files"),
        asks=_("Add a file"),
        hint=_(
            "The textbook or the case itself, as PDF, or a picture of a page. A film is not kept here: put it on a "
            "video site and give its link."
        ),
        withdrawal=_("Nobody can download it any more. It is kept; the history says who withdrew it."),
        trail=[
            (
                f"{reverse('material-list', args=[material.programme.code])}?year={material.year}",
                _("Materials"),
            )
        ],
        files=list(material.files.not_withdrawn()),
        add_url=reverse("material-files", args=[material.public_id]),
        withdraw_route="material-file-withdraw",
        may_open=True,
        may_add=is_keeper and actions.why_fixed(material) is None,
        may_withdraw=is_keeper and actions.why_not_change(material) is None,
    )
