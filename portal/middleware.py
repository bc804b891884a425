"""Stamps when a request arrived, puts the person's memberships and the database's scope on it, and answers a refused
move with 409."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from . import acting, clock, walls
from .access import memberships_of
from .problems import Refused
from .requests import PortalRequest


class Arrival:
    """Outermost of all: the instant at which the request arrived, before anything of it is read or done."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with clock.arrived(clock.now()):
            return self.get_response(request)


class ActiveMembership:
    """`request.memberships`: all that count; `request.membership`: the active one, or None.

    Looked up on every request, so that a membership that was ended a second ago is gone. On PostgreSQL one transaction
    covers the view and the rendering of its page, and the database shows it the person's tenants only.
    """

    def __init__(self, get_response: Callable[[PortalRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: PortalRequest) -> HttpResponse:
        with walls.of_request(request.user.pk):
            with walls.for_user(request.user.pk):
                self.find_memberships(request)
            walls.enter(request.memberships)
            response = self.get_response(request)
            if walls.stands() and response.status_code >= 500:
                transaction.set_rollback(True)
            return response

    def find_memberships(self, request: PortalRequest) -> None:
        request.memberships = list(memberships_of(request.user)) if request.user.is_authenticated else []
        chosen = request.session.get(acting.ACTIVE)
        request.membership = next(
            (each for each in request.memberships if str(each.public_id) == chosen),
            request.memberships[0] if request.memberships else None,
        )


class RefusedMoves:
    """A move that its state forbids: 409, the reason, and the way back to the object as it is now. So is what is sent
    from a page of another unit."""

    def __init__(self, get_response: Callable[[PortalRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: PortalRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: PortalRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, acting.MadeForAnother):
            return acting.page(request, exception.unit)
        if not isinstance(exception, Refused):
            return None
        page = {
            "reason": exception.reason,
            "filing": exception.filing,
            "written": exception.written,
        }
        return render(request, "409.html", page, status=409)
