"""The filing grid as it is posted: read into what a draft keeps, raw, without judging a single cell.

Field names: `row-<n>-provider`, `row-<n>-<indicator>` and `row-<n>-id` (n counts from 1, as on screen),
`explain-<key>`, `nil`, `preparer`, `head`, `telephone`, `revision`.
"""

import re
from collections.abc import Sequence

from django import forms
from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .actions import REASON_LENGTH, Typed
from .fields import Field
from .models import Provider
from .reading import MAXIMUM_ROWS

CELL_LENGTH = 10_000  # a draft keeps what was typed; a longer text is no typing
EXPLANATION_NAME = re.compile(r"explain-([0-9a-f]{1,40})")
CELL_NAME = re.compile(r"row-([1-9][0-9]{0,3})-")
ROW_ID = re.compile(r"[0-9a-z]{1,32}")


def read_grid(posted: QueryDict, fields: Sequence[Field]) -> Typed:
    """What was typed. Raises BadRequest for a request that no page of ours sends: a field twice, rows without end."""
    _refuse_repeated(posted)
    codes = [each.code for each in fields]
    rows = [_row(posted, number, codes) for number in range(1, _row_count(posted) + 1)]
    explanations = {
        found[1]: _text(posted, name).strip()
        for name in posted
        if (found := EXPLANATION_NAME.fullmatch(name))
    }
    return Typed(
        rows=rows,
        is_nil=bool(posted.get("nil")),
        explanations={key: text for key, text in explanations.items() if text},
        preparer=_text(posted, "preparer"),
        head=_text(posted, "head"),
        telephone=_text(posted, "telephone"),
    )


def read_revision(posted: QueryDict) -> int:
    """The revision that the page showed. A request without one comes from no page of ours."""
    text = posted.get("revision", "")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadRequest(_("The form is incomplete. Open the return again; your draft is kept."))
    return int(text)


def _row(posted: QueryDict, number: int, codes: Sequence[str]) -> dict:
    """A row as typed. Its id, if the page knows one, goes with it: a colleague's page finds the row by that."""
    row = {
        "provider": _text(posted, f"row-{number}-provider"),
        "values": {code: _text(posted, f"row-{number}-{code}") for code in codes},
    }
    row_id = posted.get(f"row-{number}-id", "")
    return {"id": row_id, **row} if ROW_ID.fullmatch(row_id) else row


def _row_count(posted: QueryDict) -> int:
    """The highest row number among the cells: a page that added or removed rows needs to say nothing else."""
    count = max((int(found[1]) for name in posted if (found := CELL_NAME.match(name))), default=0)
    if count > MAXIMUM_ROWS:
        limit = {"limit": MAXIMUM_ROWS}
        raise BadRequest(_("A return has at most %(limit)s rows. Merge some, or use the workbook.") % limit)
    return count


def _refuse_repeated(posted: QueryDict) -> None:
    """The same field twice has two meanings; neither is guessed."""
    for name, values in posted.lists():
        if len(values) > 1:
            raise BadRequest(
                _("The field “%(name)s” was sent twice. Open the return again.") % {"name": name[:40]}
            )


def _text(posted: QueryDict, name: str) -> str:
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


class ProviderNameForm(forms.Form):
    """A provider's name. What makes a name usable, the action says."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=CELL_LENGTH, strip=False)


class ProviderForm(ProviderNameForm):
    """Everything the register keeps of a provider."""

    aliases = forms.CharField(
        label=gettext_lazy("Other names"),
        required=False,
        max_length=CELL_LENGTH,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One a line. Whoever types one of them is offered the name above."),
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("In use"),
        required=False,
        help_text=gettext_lazy("One that is not in use is no longer suggested; returns keep it."),
    )

    @staticmethod
    def of(provider: Provider) -> dict:
        """What the page shows first."""
        return {
            "name": provider.name,
            "aliases": "\n".join(provider.aliases),
            "is_active": provider.is_active,
        }

    def clean_aliases(self) -> list[str]:
        return [line for line in self.cleaned_data["aliases"].splitlines() if line.strip()]
