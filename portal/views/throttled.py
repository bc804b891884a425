"""The answer to too many failed attempts: 429, and when to try again."""

from django.http import HttpResponse

from ..throttle import LONGEST_WAIT

CODES = {"too_many_login_attempts", "rate_limited"}


class Throttled:
    """For allauth's form views: refused for the number of attempts is 429 with Retry-After, not 200."""

    http_method_names = ["get", "head", "post"]

    def form_invalid(self, form) -> HttpResponse:
        response = super().form_invalid(form)
        errors = [error for several in form.errors.as_data().values() for error in several]
        if any(error.code in CODES for error in errors):
            response.status_code = 429
            response["Retry-After"] = str(getattr(self.request, "retry_after", LONGEST_WAIT))
        return response
