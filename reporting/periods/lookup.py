from django.http import Http404

from portal.requests import MemberRequest
from targets.models import Period, Programme

from . import queries
from .shown import shown_period


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
