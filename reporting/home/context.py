"""What every page shows around its content: the demonstration strip, the programme, the way to the other pages."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.access import has_permission
from portal.requests import PortalRequest
from portal.roles import Permission

from ..exports.queries import job_under_way
from ..periods.lead_tenant import is_lead_tenant
from ..periods.queries import programmes_of

# (label, name of the address, needs a programme, permission)
PAGES = [
    (_("My tasks"), "home", False, Permission.VIEW),
    (_("Returns"), "filing-list", False, Permission.VIEW),
    (_("Activity ledger"), "activity-list", False, Permission.VIEW),
    (_("Providers"), "provider-list", False, Permission.FILE),
    (_("Statistics table"), "rollup", True, Permission.VIEW),
    (_("Targets and progress"), "progress", True, Permission.VIEW),
    (_("Materials"), "material-list", True, Permission.VIEW),
    (_("Work module"), "module", True, Permission.VIEW),
    (_("Reporting board"), "board", True, Permission.VIEW),
    (_("Releases"), "release-list", True, Permission.VIEW),
    (_("Internal assessment"), "assessment", True, Permission.ASSESS),
    (_("Periods"), "period-list", True, Permission.VIEW),
    (_("Target table"), "target-table", True, Permission.VIEW),
    (_("Exports"), "export-list", False, Permission.VIEW),
    (_("Definitions"), "definitions", True, Permission.VIEW),
    (_("People"), "people-list", False, Permission.PEOPLE),
    (_("History"), "history-list", False, Permission.HISTORY),
]
# Pages of programmes that have a work module.
OF_THE_MODULE = {"module"}
# Pages that the tenant leading the programme has to itself.
FOR_THE_LEAD = {"assessment"}
# Pages that only a programme with an activity ledger has. Who sees returns sees what they count.
WITH_LEDGER = {"activity-list"}
# Pages of programmes that collect materials.
WITH_MATERIALS = {"material-list"}
# Pages that are reached from another one's entry: how their names begin, and the entry.
BELONGS_TO = {
    "material-list": ("material-", "survey-"),
    "activity-list": ("activity-", "duplicate-"),
    "module": ("channels", "first-phase", "headline", "service-point-", "operator-"),
}


def page(request: PortalRequest) -> dict:
    """The context of `base.html`, made once a request: each cell of a table with a template of its own asks again."""
    if not hasattr(request, "page_context"):
        request.page_context = _page(request)
    return request.page_context


def _page(request: PortalRequest) -> dict:
    strip = {"is_demo": settings.DEMO, "demo_now": clock.now() if settings.DEMO else None}
    membership = getattr(request, "membership", None)
    if membership is None:
        return strip
    programmes = programmes_of(membership.tenant)
    match = request.resolver_match
    wanted = match.kwargs.get("programme") if match else None
    programme = next(
        (each for each in programmes if each.code == wanted), programmes[0] if programmes else None
    )
    return {
        **strip,
        "programme": programme,
        "returns_label": returns_label(programmes),
        "navigation": _navigation(request, membership, programme, programmes),
        "export_under_way": lambda: job_under_way(membership),  # not asked by the pages for what went wrong
    }


def returns_label(programmes) -> str:
    """What the returns of all one's programmes are called; “Returns” if each calls them otherwise."""
    names = {each.return_name for each in programmes}
    is_chinese = (get_language() or "").startswith("zh")
    return names.pop() if is_chinese and len(names) == 1 else str(_("Returns"))


def _navigation(request: PortalRequest, membership, programme, programmes) -> list[dict]:
    here = request.resolver_match.view_name if request.resolver_match else ""
    here = next((entry for entry, names in BELONGS_TO.items() if here.startswith(names)), here)
    return [
        {
            "label": returns_label(programmes) if name == "filing-list" else label,
            "url": reverse(name, args=[programme.code] if by_programme else []),
            "current": name == here,
        }
        for label, name, by_programme, permission in PAGES
        if has_permission(membership, permission) and (programme or not by_programme)
        if name not in FOR_THE_LEAD or is_lead_tenant(programme, membership)
        if name not in WITH_LEDGER or (programme and programme.ledger)
        if name not in WITH_MATERIALS or (programme and programme.materials)
        if name not in OF_THE_MODULE or (programme and programme.module)
    ]
