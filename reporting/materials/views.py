"""成果: the library of a year, a material with its history, and what is recorded and decided about it."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.access import has_permission, load, permitted, visible_tenants
from portal.clock import today
from portal.forms import complete_by_saved, posted, show_findings
from portal.problems import Refused
from portal.roles import Permission
from portal.tables import arrange
from targets.models import Programme
from targets.queries import target_years

from ..entry.findings import Invalid
from ..entry.posted import read_revision
from ..models import Material
from ..models.material_states import STEPS, MaterialMove
from ..periods import queries as period_queries
from ..periods.lead_tenant import is_lead_tenant, require_lead_tenant
from ..periods.lookup import programme_or_404
from ..uploads.views import limits
from . import actions, queries, register
from .file_views import files_of_material
from .forms import MaterialFilter, MaterialForm, StepBackForm, WithdrawalForm
from .shelf import shelf
from .tables import MaterialTable


def programme_with_materials(request: HttpRequest, code: str) -> Programme:
    """A programme of the active tenant's that collects materials; the pages of any other do not exist."""
    programme = programme_or_404(request, code)
    if not programme.materials:
        raise Http404
    return programme


@require_GET
@permitted(Permission.VIEW)
def material_list(request: HttpRequest, programme: str) -> HttpResponse:
    """The year's library against its tasks: of the active tenant and those below it."""
    found, by = programme_with_materials(request, programme), request.membership
    year, filters = _year(request, found), _filters(request, found)
    kinds = {each.code: each.short_name for each in queries.kinds_of(found)}
    wanted = _wanted(found, by, year, filters)
    page = {
        "programme": found,
        "year": year,
        "years": target_years(found),
        "shelf": shelf(found, year, by.tenant),
        "filters": filters,
        "table": arrange(MaterialTable(wanted, kinds=kinds), request),
        "withdrawn": queries.withdrawn_materials(found, by).filter(year=year)[:20],
        "is_keeper": _is_keeper(found, by),
        **_switch(found, by),
        "may_export": not by.tenant.numchild or has_permission(by, Permission.EXPORT_ALL),
        "has_survey": bool(found.survey),
    }
    return render(request, "reporting/materials/material_list.html", page)


@require_GET
@load(queries.materials_with_parties)
def material_detail(request: HttpRequest, material: Material) -> HttpResponse:
    return _detail(request, material)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.VIEW)
def material_add(request: HttpRequest, programme: str) -> HttpResponse:
    """Record one; `?of=` names the original of a dialect version."""
    found, by = programme_with_materials(request, programme), request.membership
    actions.require_keeper(by.tenant, found, by)
    form = MaterialForm(posted(request), tenant=by.tenant, programme=found, initial=_first(request, found))
    if request.method == "POST" and form.is_valid():
        try:
            material = actions.record_material(by.tenant, found, form.facts(), by=by)
        except Invalid as refused:
            show_findings(form, refused.findings)
        else:
            messages.success(request, _("“%(title)s” is in the register.") % {"title": material.title})
            return redirect(material)
    page = {"programme": found, "form": form}
    return render(request, "reporting/materials/material_edit.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@load(queries.materials_with_parties, permission=Permission.FILE)
def material_edit(request: HttpRequest, material: Material) -> HttpResponse:
    by = request.membership
    actions.require_keeper(material.tenant, material.programme, by)
    if request.method != "POST" and (reason := actions.why_not_change(material)):
        messages.info(request, reason)
        return redirect(material)
    form = complete_by_saved(
        MaterialForm(
            posted(request),
            tenant=material.tenant,
            programme=material.programme,
            initial=MaterialForm.of(material),
        )
    )
    if request.method == "POST":
        revision = read_revision(request.POST)
        if form.is_valid():
            try:
                actions.change_material(material, form.facts(), revision=revision, by=by)
            except Invalid as refused:
                show_findings(form, refused.findings)
            except Refused as refused:
                return _edit_page(request, material, form, refused=refused.reason)
            else:
                messages.success(request, _("“%(title)s” is saved.") % {"title": form.cleaned_data["title"]})
                return redirect(material)
    return _edit_page(request, material, form)


@require_POST
@load(queries.materials_with_parties)
def material_move(request: HttpRequest, material: Material) -> HttpResponse:
    """入选, 推广 or one step back. What is missing stands at its field, everything typed kept."""
    require_lead_tenant(material.programme, request.membership, Permission.MATERIALS)
    move, reason = request.POST.get("move", ""), request.POST.get("reason", "")
    if move not in MaterialMove:
        raise Http404
    revision, form = read_revision(request.POST), StepBackForm(request.POST)
    try:
        moved = actions.move_material(
            material, MaterialMove(move), reason=reason, revision=revision, by=request.membership
        )
    except Invalid as refused:
        show_findings(form, refused.findings)
        return _detail(request, material, step_back=form, status=422)
    messages.success(
        request,
        _("“%(title)s” is now “%(state)s”.") % {"title": moved.title, "state": moved.get_state_display()},
    )
    return redirect(moved)


@require_POST
@load(queries.materials_with_parties, permission=Permission.FILE)
def material_withdraw(request: HttpRequest, material: Material) -> HttpResponse:
    actions.require_keeper(material.tenant, material.programme, request.membership)
    revision, form = read_revision(request.POST), WithdrawalForm(request.POST)
    if form.is_valid():
        try:
            actions.withdraw_material(material, **form.cleaned_data, revision=revision, by=request.membership)
        except Invalid as refused:
            show_findings(form, refused.findings)
        else:
            messages.success(
                request, _("“%(title)s” is withdrawn; it stays on record.") % {"title": material.title}
            )
            return redirect("material-list", material.programme.code)
    return _detail(request, material, withdrawal=form, status=422)


@require_POST
@permitted(Permission.VIEW)
def material_register(request: HttpRequest, programme: str) -> HttpResponse:
    """Let the register stand behind the return's figures, or type them."""
    found, by = programme_with_materials(request, programme), request.membership
    is_on = request.POST.get("is_on") == "1"
    actions.switch_register(by.tenant, found, is_on=is_on, by=by)
    messages.success(
        request,
        _("The register now gives the return its figures of these kinds.")
        if is_on
        else _("These figures are typed into the return again."),
    )
    return redirect("material-list", found.code)


def _edit_page(request: HttpRequest, material: Material, form, *, refused: str = "") -> HttpResponse:
    """`refused`: somebody was faster; what was typed stays, beside the reason."""
    if refused:
        form.add_error(None, refused)
    page = {"programme": material.programme, "material": material, "form": form}
    status = 409 if refused else 422 if form.errors else 200
    return render(request, "reporting/materials/material_edit.html", page, status=status)


def _detail(
    request: HttpRequest,
    material: Material,
    *,
    step_back: StepBackForm | None = None,
    withdrawal: WithdrawalForm | None = None,
    status: int = 200,
) -> HttpResponse:
    by = request.membership
    may_move = is_lead_tenant(material.programme, by) and has_permission(by, Permission.MATERIALS)
    moves = [move for move in STEPS if material.state in STEPS[move].ways] if may_move else []
    is_keeper = by.tenant_id == material.tenant_id and _is_keeper(material.programme, by)
    page = {
        "material": material,
        "programme": material.programme,
        "kind": next(each for each in queries.kinds_of(material.programme) if each.code == material.kind),
        "variants": material.variants.filter(withdrawn_at=None).order_by("id"),
        "moves": [
            (move, actions.why_not_move(material, move)) for move in moves if move != MaterialMove.STEP_BACK
        ],
        "can_step_back": MaterialMove.STEP_BACK in moves and not material.is_withdrawn,
        "step_back": step_back or StepBackForm(auto_id="step-back-%s"),
        "is_keeper": is_keeper,
        "change_reason": actions.why_not_change(material) if is_keeper else None,
        "takes_variants": material.kind in material.programme.materials.get("with_variants", []),
        "withdrawal": withdrawal or WithdrawalForm(),
        "files": (files := files_of_material(material, by)),
        "limits": limits(),
        "is_unseen": material.finished_on and not (material.link or files.files or material.is_withdrawn),
        "place": register.place_of_material(material)
        if by.tenant_id == material.tenant_id and not material.counted_in and not material.is_withdrawn
        else None,
        "history": queries.history_of_material(material),
    }
    return render(request, "reporting/materials/material_detail.html", page, status=status)


def chosen_materials(request: HttpRequest, programme: Programme) -> tuple[int, QuerySet[Material]]:
    """The year and the rows that the page shows for this address."""
    year = _year(request, programme)
    return year, _wanted(programme, request.membership, year, _filters(request, programme))


def _wanted(programme: Programme, by, year: int, filters: MaterialFilter) -> QuerySet[Material]:
    shown = queries.shown_materials(programme, by).filter(year=year)
    shown = shown.order_by("-kind", "tenant__path", "finished_on", "id")
    return queries.narrowed_materials(shown, filters.wanted)


def _switch(programme: Programme, by) -> dict:
    """Whether the register gives the next return its figures, and from which period that could change."""
    free = register.register_switch_from(by.tenant, programme)
    period = free or programme.periods.order_by("year", "number").last()
    return {"is_on": bool(period and register.uses_register(by.tenant, period)), "switch_from": free}


def _is_keeper(programme: Programme, by) -> bool:
    """Whether the person records the active tenant's own materials."""
    return has_permission(by, Permission.FILE) and period_queries.files(by.tenant, programme)


def _year(request: HttpRequest, programme: Programme) -> int:
    """The year that the address names, else the present one, else the last with tasks."""
    years, named = target_years(programme), request.GET.get("year", "")
    if named in map(str, years):
        return int(named)
    return today().year if today().year in years else max(years, default=today().year)


def _filters(request: HttpRequest, programme: Programme) -> MaterialFilter:
    tenants = visible_tenants(request.membership).filter(duties__programme=programme)
    return MaterialFilter(request.GET, programme=programme, tenants=list(tenants))


def _first(request: HttpRequest, programme: Programme) -> dict:
    """What the form of a new one starts with: the present year, and the original of a version where one is named."""
    first: dict = {"year": _year(request, programme)}
    originals = queries.originals_of(request.membership.tenant, programme).select_related("provider")
    wanted = request.GET.get("of", "")
    original = next((each for each in originals if str(each.public_id) == wanted), None)
    if original:
        first |= MaterialForm.of(original) | {
            "version_of": original.public_id,
            "finished_on": None,
            "link": "",
            "year": first["year"],
        }
    return first
