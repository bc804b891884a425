"""Activities from a sheet: take the template, give the list back, look at it, record all of it at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from portal.access import permitted
from portal.problems import Refused
from portal.roles import Permission
from portal.security_log import event_on
from targets.models import Programme

from ...entry.findings import Invalid
from ...excel.kinds import FILE_LIMIT
from ...excel.problems import Problem
from ...uploads.downloads import workbook_response
from .. import actions as ledger_actions
from .. import spreadsheet
from ..spreadsheet import FoundList


@event_on("GET", "downloaded")
@require_GET
@permitted(Permission.FILE)
def activity_template(request: HttpRequest) -> HttpResponse:
    by = request.membership
    programme = ledger_actions.require_ledger(by.tenant, by)
    name = _("Activity ledger, template") + ".xlsx"
    return workbook_response(spreadsheet.template_workbook(programme, by), name)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.FILE)
def activity_import(request: HttpRequest) -> HttpResponse:
    """A file is looked at; a list that was looked at is recorded, all of it or nothing."""
    by = request.membership
    programme = ledger_actions.require_ledger(by.tenant, by)
    if request.method != "POST":
        return _page(request, FoundList())
    if "list" in request.POST:
        return _taken_over(request, programme)
    given = request.FILES.getlist("file")
    if len(given) != 1:
        return _page(request, FoundList(problems=[Problem("", _("Choose one file first."))]), status=422)
    content = given[0].read(FILE_LIMIT + 1)
    found = spreadsheet.look_at_list(content, given[0].name or "", programme, by)
    if found.problems:
        return _page(request, found, status=422)
    return _preview(request, found, programme)


def _taken_over(request: HttpRequest, programme: Programme) -> HttpResponse:
    """What the ledger has already is left out, unless the person says otherwise."""
    by = request.membership
    activities = spreadsheet.unsealed(request.POST["list"], by)
    if activities is None:
        raise Refused(_("The list is no longer waiting to be recorded. Upload it again."))
    read = spreadsheet.read_several(activities, programme, by)
    left_out = set() if request.POST.get("repeated") else spreadsheet.repeated(read, by)
    wanted = [each for place, each in enumerate(activities) if place not in left_out]
    if not wanted:
        raise Refused(_("Every activity of this list is in the ledger already. Nothing was recorded."))
    try:
        made = ledger_actions.record_activities(by.tenant, wanted, by=by)
    except Invalid as refused:
        problems = [Problem("", each.text) for each in refused.findings]
        return _page(request, FoundList(problems=problems), status=422)
    sentence = ngettext("%(number)s activity recorded.", "%(number)s activities recorded.", len(made))
    messages.success(request, sentence % {"number": len(made)})
    return redirect("activity-list")


def _preview(request: HttpRequest, found: FoundList, programme: Programme) -> HttpResponse:
    by = request.membership
    repeated = spreadsheet.repeated(found.read, by)
    page = {
        "found": found,
        "rows": [
            {"typed": typed, "values": each.values, "is_repeated": place in repeated}
            for place, (typed, each) in enumerate(zip(found.activities, found.read, strict=True))
        ],
        "repeated": len(repeated),
        "new": len(found.read) - len(repeated),
        "attendances": sum(each.values["attendances"] for each in found.read),
        "sealed": spreadsheet.sealed(found, by),
        "ledger": programme.ledger_rules,
    }
    return render(request, "reporting/ledger/activity_import_preview.html", page)


def _page(request: HttpRequest, found: FoundList, *, status: int = 200) -> HttpResponse:
    page = {"found": found, "limit": FILE_LIMIT // 1024 // 1024, "rows_at_most": spreadsheet.ROWS_AT_MOST}
    return render(request, "reporting/ledger/activity_import.html", page, status=status)
