"""What allauth's form views answer to a form that is refused: 422, or 429 for too many failed attempts."""

from typing import TYPE_CHECKING

from django.http import HttpResponse

from ..throttle import LONGEST_WAIT

if TYPE_CHECKING:  # what the mixins stand before; not every view of allauth with a form is Django's FormView
    from django.views.generic import FormView
else:
    FormView = object

CODES = {"too_many_login_attempts", "rate_limited"}


class Rejected(FormView):
    """A form that is refused comes back with 422, as every form of the portal does."""

    def form_invalid(self, form) -> HttpResponse:
        response = super().form_invalid(form)
        response.status_code = 422
        return response


class Throttled(Rejected):
    """For allauth's form views: refused for the number of attempts is 429 with Retry-After."""

    http_method_names = ["get", "head", "post"]

    def form_invalid(self, form) -> HttpResponse:
        response = super().form_invalid(form)
        errors = [error for several in form.errors.as_data().values() for error in several]
        if any(error.code in CODES for error in errors):
            response.status_code = 429
            response["Retry-After"] = str(getattr(self.request, "retry_after", LONGEST_WAIT))
        return response
