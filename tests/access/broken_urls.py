"""The portal with views that forgot to ask who is there: what the harness has to see."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from reporting.models import Filing


@login_not_required
def unchecked(request: HttpRequest, public_id) -> HttpResponse:
    """No account, no tenant, no method, and a write on the way."""
    filing = Filing.objects.get(public_id=public_id)
    Filing.objects.filter(pk=filing.pk).update(correction_reason="x")
    return HttpResponse(filing.tenant.name)


def telling(request: HttpRequest, public_id) -> HttpResponse:
    """Refuses everybody, and says what it refuses."""
    filing = Filing.objects.filter(public_id=public_id).first()
    return HttpResponse(f"not yours: {filing}" if filing else "nothing", status=404)


urlpatterns = [
    path("filings/<uuid:public_id>/edit/", unchecked, name="filing-edit"),
    path("filings/<uuid:public_id>/", telling, name="filing-detail"),
    path("forgotten/", unchecked),
    path("unlisted/", unchecked, name="unlisted"),
    path("", include("portal.urls")),
]
