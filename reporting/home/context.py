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
from ..ledger.page_queries import ledger_shown
from ..periods.lead_tenant import is_lead_tenant
from ..periods.lookup import current_programme
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
    programme = current_programme(request, programmes)
    return {
        **strip,
        "programme": programme,
        "programme_switch": _switch(request, membership, programme, programmes),
        "returns_label": returns_label([programme] if programme else []),
        "navigation": _navigation(request, membership, programme, programmes),
        "export_under_way": lambda: job_under_way(membership),  # not asked by the pages for what went wrong
    }


def returns_label(programmes) -> str:
    """What the returns of the programmes are called; “Returns” if each calls them otherwise."""
    names = {each.return_name for each in programmes}
    is_chinese = (get_language() or "").startswith("zh")
    return names.pop() if is_chinese and len(names) == 1 else str(_("Returns"))


def _switch(request: PortalRequest, membership, programme, programmes) -> list[dict]:
    """The way to the same page of one's other programmes; to their first page where they have no such page."""
    if len(programmes) < 2:
        return []
    return [
        {
            "programme": each,
            "url": _same_page(request, membership, each, programmes),
            "current": each == programme,
        }
        for each in programmes
    ]


def _same_page(request: PortalRequest, membership, other, programmes) -> str:
    match = request.resolver_match
    name, captured = match.view_name if match else "", match.captured_kwargs if match else {}  # type: ignore[attr-defined]
    entries = {entry for entry, *_rest in _entries(membership, other, programmes)}
    is_there = request.method in ("GET", "HEAD") and _entry_of(name) in entries
    if is_there and set(captured) == {"programme"}:
        return reverse(name, args=[other.code])
    page = request.path if is_there and not captured else reverse("home")
    return f"{page}?programme={other.code}"


def _entry_of(name: str) -> str:
    """The entry of the navigation from which a page is reached."""
    return next((entry for entry, names in BELONGS_TO.items() if name.startswith(names)), name)


def _entries(membership, programme, programmes) -> list[tuple]:
    """The pages that the person has in that programme."""
    return [
        (name, label, by_programme)
        for label, name, by_programme, permission in PAGES
        if has_permission(membership, permission) and (programme or not by_programme)
        if name not in FOR_THE_LEAD or is_lead_tenant(programme, membership)
        if name not in WITH_LEDGER or _keeps_ledger(membership, programme, programmes)
        if name not in WITH_MATERIALS or (programme and programme.materials)
        if name not in OF_THE_MODULE or (programme and programme.module)
    ]


def _keeps_ledger(membership, programme, programmes) -> bool:
    """A tenant keeps one ledger: that of the first of its programmes that has one."""
    if programme is None or not programme.ledger:
        return False
    return len(programmes) == 1 or programme == ledger_shown(membership)


def _navigation(request: PortalRequest, membership, programme, programmes) -> list[dict]:
    here = _entry_of(request.resolver_match.view_name if request.resolver_match else "")
    return [
        {
            "label": returns_label([programme]) if name == "filing-list" and programme else label,
            "url": reverse(name, args=[programme.code] if by_programme else []) + suffix,
            "current": name == here,
        }
        for name, label, by_programme in _entries(membership, programme, programmes)
        for suffix in ["" if by_programme or len(programmes) < 2 else f"?programme={programme.code}"]
    ]
