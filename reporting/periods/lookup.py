from django.http import Http404, HttpRequest

from portal.clock import now
from portal.requests import MemberRequest
from targets.models import Period, Programme
from targets.queries import latest_period

from . import queries


def programme_or_404(request: MemberRequest, code: str) -> Programme:
    """A programme that the active tenant takes part in; any other does not exist for it."""
    programmes = {each.code: each for each in queries.programmes_of(request.membership.tenant)}
    if code not in programmes:
        raise Http404
    return programmes[code]


def chosen_periods(request: HttpRequest, programme: Programme) -> list[Period]:
    """The year through the period that the address names as `through`, else through the present one; none before the
    first has begun."""
    begun, code = queries.begun_periods(programme), request.GET.get("through", "")
    last = queries.period_named(begun, programme.code, code) if code else latest_period(programme, now())
    if code and last is None:
        raise Http404
    return [each for each in begun if last and each.year == last.year and each.number <= last.number]
