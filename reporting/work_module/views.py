"""The registers of the work module: service points, operators, and what was verified of each."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.access import has_permission, load, permitted, require
from portal.forms import complete_by_saved, posted, show_findings
from portal.problems import Refused
from portal.roles import Permission
from portal.security_log import event_on
from targets.models import Programme
from targets.work_module import Tag

from ..entry.findings import Invalid
from ..models import Operator, ServicePoint
from ..periods import queries as period_queries
from . import actions, queries
from .forms import ChecklistForm, OperatorForm, ServicePointChangeForm, ServicePointForm
from .module_views import module_or_404, module_page


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.VIEW)
def service_point_list(request: HttpRequest, programme: str) -> HttpResponse:
    """The points within sight. Posting adds one to one's own unit's register, for who operates the module."""
    found, by = module_or_404(request, programme), request.membership
    form, status = ServicePointForm(request.POST or None, programme=found, tenant=by.tenant), 200
    if request.method == "POST":
        actions.require_operator(found, by.tenant, by)
        status = 422
        if form.is_valid():
            try:
                point = actions.add_service_point(found, by.tenant, **form.cleaned_data, by=by)
            except Invalid as refused:
                show_findings(form, refused.findings)
            else:
                messages.success(request, _("“%(name)s” is in the register.") % {"name": point})
                return redirect("service-point-list", found.code)
    page = module_page(request, found)
    points = list(queries.service_points(found, by))
    page |= {"form": form, "rows": _rows(found, points), "tag": _tag(request, found)}
    page["rows"] = [row for row in page["rows"] if not page["tag"] or page["tag"].code in row["point"].tags]
    return render(request, "reporting/work_module/service_point_list.html", page, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@load(queries.all_service_points, permission=Permission.FILE)
def service_point_edit(request: HttpRequest, point: ServicePoint) -> HttpResponse:
    actions.require_operator(point.programme, point.tenant, request.membership)
    form, status = complete_by_saved(ServicePointChangeForm(posted(request), point=point)), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = {name: value for name, value in form.cleaned_data.items() if name != "kind"}
            try:
                actions.change_service_point(point, **given, by=request.membership)
            except Invalid as refused:
                show_findings(form, refused.findings)
            else:
                messages.success(request, _("“%(name)s” is in the register.") % {"name": given["name"]})
                return redirect("service-point-list", point.programme.code)
    page = module_page(request, point.programme) | {"point": point, "form": form}
    return render(request, "reporting/work_module/service_point_edit.html", page, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@load(queries.all_service_points, permission=Permission.FILE)
def service_point_check(request: HttpRequest, point: ServicePoint) -> HttpResponse:
    return _check(request, point, "service-point-list")


@require_http_methods(["GET", "HEAD", "POST"])
@load(queries.all_operators, permission=Permission.FILE)
def operator_check(request: HttpRequest, operator: Operator) -> HttpResponse:
    return _check(request, operator, "operator-list")


def _check(request: HttpRequest, subject: ServicePoint | Operator, back: str) -> HttpResponse:
    """What was verified before service; a new list each time, the last one counts."""
    programme = subject.programme
    actions.require_operator(programme, subject.tenant, request.membership)
    if isinstance(subject, Operator) and subject.ended_at:
        raise Refused(_("The designation of %(name)s has ended already.") % {"name": subject})
    last = queries.last_checklist(subject)
    checks = queries.checks_for(subject)
    form = ChecklistForm(request.POST or None, checks=checks, items=last.items if last else {})
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["checked_on"]
        actions.record_checks(subject, form.items, checked_on=day, by=request.membership)
        messages.success(request, _("Recorded for “%(name)s”.") % {"name": subject})
        return redirect(back, programme.code)
    page = module_page(request, programme) | {"subject": subject, "form": form, "last": last, "back": back}
    status = 422 if request.method == "POST" else 200
    return render(request, "reporting/work_module/module_check.html", page, status=status)


@event_on("POST", "operator-designated")
@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.VIEW)
def operator_list(request: HttpRequest, programme: str) -> HttpResponse:
    """Who operates the module; posting designates somebody of one's own unit, for its administrator."""
    found, by = module_or_404(request, programme), request.membership
    may_designate = has_permission(by, Permission.PEOPLE) and period_queries.files(by.tenant, found)
    form, status = OperatorForm(request.POST or None, programme=found, tenant=by.tenant), 200
    if request.method == "POST":
        require(by, Permission.PEOPLE)
        if not may_designate:
            raise PermissionDenied(_("Each unit keeps its own part of the module; those above look at it."))
        status = 422
        if form.is_valid():
            operator = actions.designate(found, form.cleaned_data["person"], by=by)
            messages.success(request, _("%(name)s operates the module from now on.") % {"name": operator})
            return redirect("operator-list", found.code)
    page = module_page(request, found) | {
        "form": form,
        "may_designate": may_designate,
        "rows": [
            {"operator": each, "verified": queries.verified(each), "own": each.tenant_id == by.tenant_id}
            for each in queries.operators(found, by)
        ],
    }
    return render(request, "reporting/work_module/operator_list.html", page, status=status)


@event_on("POST", "operator-ended")
@require_POST
@load(queries.all_operators, permission=Permission.PEOPLE)
def operator_end(request: HttpRequest, operator: Operator) -> HttpResponse:
    actions.end_designation(operator, by=request.membership)
    messages.success(request, _("%(name)s operates the module no longer.") % {"name": operator})
    return redirect("operator-list", operator.programme.code)


def _rows(programme: Programme, points: list[ServicePoint]) -> list[dict]:
    """A point with the words of its programme and how far its verification is."""
    module = programme.work_module
    tags = {each.code: each for each in module.tags}
    return [
        {
            "point": each,
            "kind": module.kind(each.kind),
            "tags": [tags[code] for code in each.tags if code in tags],
            "verified": queries.verified(each),
        }
        for each in points
    ]


def _tag(request: HttpRequest, programme: Programme) -> Tag | None:
    wanted = request.GET.get("tag", "")
    return next((each for each in programme.work_module.tags if each.code == wanted), None)
