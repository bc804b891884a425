from collections.abc import Collection

from django import forms
from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .findings import REASON_LENGTH

CELL_LENGTH = 10_000  # a draft keeps what was typed; a longer text is no typing


def read_revision(posted: QueryDict) -> int:
    """The revision that the page showed. A request without one comes from no page of ours."""
    text = posted.get("revision", "")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadRequest(_("The form is incomplete. Open the return again; your draft is kept."))
    return int(text)


def refuse_repeated(posted: QueryDict, *, besides: Collection[str] = ()) -> None:
    """The same field twice has two meanings; neither is guessed. `besides`: those of which several may be chosen."""
    for name, values in posted.lists():
        if len(values) > 1 and name not in besides:
            raise BadRequest(
                _("The field “%(name)s” was sent twice. Open the return again.") % {"name": name[:40]}
            )


def typed_text(posted: QueryDict, name: str) -> str:
    """One field as typed."""
    return storable(posted.get(name, "")[:CELL_LENGTH])


def storable(text: str) -> str:
    """As typed, but a NUL is kept visible as its symbol, so that it is refused at its cell, not lost."""
    return text.replace("\x00", "\u2400").encode("utf-8", "replace").decode("utf-8")


class ReasonForm(forms.Form):
    """Why something is sent back or corrected."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The other side reads it and has to be able to act on it."),
    )


TYPED_AT_MOST = 10_000


class Day(forms.DateField):
    """A day from the calendar of the browser; typed as 2022-04-20."""

    def __init__(self, **given):
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(input_formats=["%Y-%m-%d"], widget=widget, **given)


def reason_field(help_text) -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=help_text,
    )
