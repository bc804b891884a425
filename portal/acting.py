"""For which of their units does somebody act? For the active one; and a form only for the unit that its page was made for.

Somebody of two units has a page of one open and switches to the other in another tab. What the page's address does not
name would then be done for the other: its survey overwritten, its register added to. So each form carries its unit,
signed for its person, and in another unit's name it does nothing.
"""

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from . import typed, walls
from .models import Membership
from .requests import PortalRequest

ACTIVE = "active_membership"  # in the session
HEADER = "X-Portal-Made-For"  # of what a script sends
SWITCH = "switch_back"
SAFE = {"GET", "HEAD", "OPTIONS"}


class MadeForAnother(Exception):
    """The page was made for another unit than the one that acts now; None: it does not say for which."""

    def __init__(self, unit: Membership | None):
        super().__init__(unit)
        self.unit = unit


def act_for(request: PortalRequest, membership: Membership) -> None:
    """From now on, in all tabs."""
    request.session[ACTIVE] = str(membership.public_id)
    request.membership = membership


def made_for(membership: Membership) -> str:
    """What a form carries; to nobody but its person does it say anything."""
    return _signer(membership.user_id).sign(str(membership.public_id))


def unit_of(request: PortalRequest) -> Membership | None:
    """The membership that the page was made for. It may have ended since."""
    try:
        public_id = _signer(request.user.pk).unsign(_said(request) or "")
    except BadSignature:
        return None
    known = next((each for each in request.memberships if str(each.public_id) == public_id), None)
    return known or _ended(request.user.pk, public_id)


def refuse_another(request: PortalRequest) -> None:
    """Before something is done for the active unit. Somebody of one unit alone can mean no other: what comes from no
    page of ours need not say it."""
    if request.method in SAFE or (_said(request) is None and len(request.memberships) == 1):
        return
    unit = unit_of(request)
    if unit in request.memberships and SWITCH in request.POST:
        act_for(request, unit)
    if unit is None or unit != request.membership:
        raise MadeForAnother(unit)


def page(request: PortalRequest, unit: Membership | None) -> HttpResponse:
    """409: nothing was done. Both names, what was typed, and a button that switches back and sends it."""
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"made_for": unit.tenant.name if unit else None}, status=409)
    context = {
        "unit": unit,
        "may_switch": unit in request.memberships,
        "switch": SWITCH,
        **typed.sent(request),
    }
    return render(request, "portal/made_for_another.html", context, status=409)


def _said(request: HttpRequest) -> str | None:
    return request.headers.get(HEADER) or request.POST.get(typed.MADE_FOR)


def _ended(user_id: int | None, public_id: str) -> Membership | None:
    """One that does not count any more, perhaps of a tenant that the person does not see now."""
    with walls.for_user(user_id):
        found = Membership.objects.filter(user=user_id, public_id=public_id)
        return found.select_related("tenant").first()


def _signer(user_id: int | None) -> Signer:
    return Signer(salt=f"portal.made-for.{user_id}")
