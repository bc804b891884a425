"""Requests as the portal's layers leave them: what they put on Django's `HttpRequest`, for the checker of types."""

from django.db.models import Model
from django.http import HttpRequest

from .models import Membership, User


class PortalRequest(HttpRequest):
    """`memberships`: all that count; `membership`: the active one; None for those who are not signed in or have none."""

    memberships: list[Membership]
    membership: Membership | None
    loaded: Model  # what the address names by its `public_id`; set by portal/access.py
    page_context: dict  # kept by reporting/home/context.py
    retry_after: int  # seconds; set by portal/throttle.py
    is_csrf_failure: bool  # set by portal/views/errors.py


class SignedInRequest(PortalRequest):
    """What a view is given unless it is `login_not_required`."""

    user: User


class MemberRequest(SignedInRequest):
    """What a view behind `permitted` or `load` is given: somebody acts here, for one tenant."""

    membership: Membership
