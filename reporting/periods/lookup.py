"""Which programme and which periods does a page mean?"""

from collections.abc import Iterator, Sequence

from django.db.models import Model
from django.http import Http404

from portal.models import Tenant
from portal.requests import MemberRequest, PortalRequest
from targets.models import Period, Programme

from . import queries
from .shown import shown_period

# Where a session keeps the code of the programme that was looked at last.
CHOSEN = "programme"
# How what a page shows leads to its programme: a return by its period, a version by its return, and so on.
WAYS = ("programme", "period", "filing", "version", "release", "reminder")


def current_programme(request: PortalRequest, programmes: Sequence[Programme]) -> Programme | None:
    """The one that the page is about, of those that the tenant takes part in: the address's, that of what the page
    shows, the chosen one, else the first. It is kept for the pages whose address names none."""
    if len(programmes) < 2:
        return next(iter(programmes), None)
    by_code = {each.code: each for each in programmes}
    found = next((by_code[code] for code in _named(request) if code in by_code), programmes[0])
    if request.session.get(CHOSEN) != found.code:
        request.session[CHOSEN] = found.code
    return found


def _named(request: PortalRequest) -> Iterator[str | None]:
    """Codes of programmes, the strongest first."""
    match = request.resolver_match
    yield match.kwargs.get("programme") if match else None
    yield code_of(getattr(request, "loaded", None))
    yield request.GET.get("programme")
    yield request.session.get(CHOSEN)


def code_of(shown: Model | None) -> str | None:
    """The code of the programme that a thing belongs to, if it belongs to one."""
    while shown is not None and not isinstance(shown, (Programme, Tenant)):
        shown = next((each for way in WAYS if (each := getattr(shown, way, None)) is not None), None)
    return shown.code if isinstance(shown, Programme) else None


def chosen_programme(request: MemberRequest) -> Programme | None:
    """For a page whose address names none."""
    return current_programme(request, queries.programmes_of(request.membership.tenant))


def programme_or_404(request: MemberRequest, code: str) -> Programme:
    """A programme that the active tenant takes part in; any other does not exist for it."""
    programmes = {each.code: each for each in queries.programmes_of(request.membership.tenant)}
    if code not in programmes:
        raise Http404
    return programmes[code]


def chosen_periods(request: MemberRequest, programme: Programme) -> list[Period]:
    """The year through the period that the address names as `through`, else through the last with figures; none before
    the first has begun."""
    begun, code = queries.begun_periods(programme), request.GET.get("through", "")
    if code:
        last = queries.period_named(begun, programme.code, code)
    else:
        last = shown_period(programme, under=request.membership.tenant)
    if code and last is None:
        raise Http404
    return [each for each in begun if last and each.year == last.year and each.number <= last.number]
