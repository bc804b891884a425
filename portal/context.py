"""What `components/session.html` needs to warn before a session ends."""

from django.conf import settings
from django.http import HttpRequest

from . import sessions


def session(request: HttpRequest) -> dict:
    """Nothing for those who are not signed in."""
    if not getattr(request, "user", None) or sessions.STARTED not in request.session:
        return {}
    return {
        "session_page": {
            "left": sessions.seconds_left(request),
            "warning": settings.SESSION_WARNING,
            "check": settings.SESSION_CHECK,
        }
    }
