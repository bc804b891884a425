"""The headers that every answer carries, whoever made it: a page, an error, a download, a static file.

The content security policy, HSTS, nosniff, Referrer-Policy, COOP and X-Frame-Options come from django-csp and
Django; this adds what neither has.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# What a statistics form never asks of a browser.
UNUSED_FEATURES = [
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
]

ALWAYS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES),
    "X-Robots-Tag": "noindex, nofollow",
}


class Headers:
    """Outermost but for the request id, so that no answer of an inner layer escapes it.

    What says nothing about caching is not kept anywhere: figures before they are published, names, telephones.
    Static files say so themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response
