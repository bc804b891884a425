"""What becomes of a form that was filled in and sent when its session was over? It comes back, ready to be sent again.

The answer holds nothing but what the browser has just sent, and only to a form of this site: browsers name the origin
of every POST. Without that a stranger's page could have its own form offered for sending.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 -- the name of a field
MADE_FOR = "made_for"  # the unit that the page was made for (portal/acting.py): nobody has typed it


def is_kept(request: HttpRequest) -> bool:
    """A form of ours with something typed in it. Passwords do not come back, and files cannot."""
    return (
        request.method == "POST"
        and request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
        and not any("password" in name or name == "code" for name in request.POST)
        and any(name not in (TOKEN, MADE_FOR) for name in request.POST)
    )


def page(request: HttpRequest, *, status: int, step: str | None = None) -> HttpResponse:
    """The page with the form. `step`: the address of what has to be done first, in another tab."""
    return render(request, "portal/typed.html", {**sent(request), "step": step}, status=status)


def sent(request: HttpRequest) -> dict:
    """What a page needs that gives a form back: for the unit that it was made for, under a token that is valid now."""
    return {
        "fields": [
            (name, value) for name, values in request.POST.lists() if name != TOKEN for value in values
        ],
        "address": request.get_full_path(),
        "has_files": bool(request.FILES),
    }
