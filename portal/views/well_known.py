"""What machines ask for by a fixed name: whom to tell about a weakness, and what a search engine may read (nothing)."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

SECURITY_TXT_LASTS = timedelta(days=180)  # RFC 9116: less than a year


@require_GET
@login_not_required
def robots_txt(request: HttpRequest) -> HttpResponse:
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")


@require_GET
@login_not_required
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116. Its date is real time, whatever the demonstration clock shows. Without a contact there is no file."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = (timezone.now() + SECURITY_TXT_LASTS).replace(microsecond=0)
    lines = [
        *(f"Contact: {contact}" for contact in settings.SECURITY_CONTACT),
        f"Expires: {expires.isoformat().replace('+00:00', 'Z')}",
        "Preferred-Languages: zh, en",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
