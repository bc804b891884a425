"""The filing grid as it is posted: read into what a draft keeps, raw, without judging a single cell.

Field names: `row-<n>-provider`, `row-<n>-<indicator>` and `row-<n>-id` (n counts from 1, as on screen),
`explain-<key>`, `reply-<key>`, `nil`, `preparer`, `head`, `telephone`, `revision`. A review's: `reason`, `reason-<n>`,
`reason-<n>-<indicator>` (n is the line's position).
"""

import re
from collections.abc import Collection, Sequence

from django import forms
from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .actions import HIGHEST_WEIGHT
from .fields import Field
from .findings import REASON_LENGTH
from .models import Provider
from .queries import ReviewTable
from .reading import MAXIMUM_ROWS
from .replies import Point
from .typed_return import CONTACTS, Typed

CELL_LENGTH = 10_000  # a draft keeps what was typed; a longer text is no typing
EXPLANATION_NAME = re.compile(r"explain-([0-9a-f]{1,40})")
REPLY_NAME = re.compile(r"reply-([0-9]{1,5}-[0-9]{1,5})")
CELL_NAME = re.compile(r"row-([1-9][0-9]{0,3})-")
ROW_ID = re.compile(r"[0-9a-z]{1,32}")


def read_grid(posted: QueryDict, fields: Sequence[Field]) -> Typed:
    """What was typed. Raises BadRequest for a request that no page of ours sends: a field twice, rows without end."""
    refuse_repeated(posted)
    codes = [each.code for each in fields]
    rows = [_row(posted, number, codes) for number in range(1, _row_count(posted) + 1)]
    explanations = {
        found[1]: typed_text(posted, name).strip()
        for name in posted
        if (found := EXPLANATION_NAME.fullmatch(name))
    }
    return Typed(
        rows=rows,
        is_nil=bool(posted.get("nil")),
        explanations={key: text for key, text in explanations.items() if text},
        replies=read_replies(posted),
        **{name: typed_text(posted, name) for name in CONTACTS},
    )


def read_replies(posted: QueryDict) -> dict[str, str]:
    """What was typed beside the reviewer's reasons, by the key of each."""
    named = {found[1]: typed_text(posted, name) for name in posted if (found := REPLY_NAME.fullmatch(name))}
    return {key: text for key, text in named.items() if text.strip()}


def read_reasons(posted: QueryDict, table: ReviewTable) -> list[Point]:
    """The reasons at rows and cells of a version under review, in the order of the table; blank ones are none."""
    refuse_repeated(posted)
    points = []
    for row in [each for each in table.rows if each.name]:
        places = [(row.name, "", ""), *((cell.name, cell.column, cell.label) for cell in row.cells)]
        for name, column, label in places:
            if text := typed_text(posted, name).strip():
                points.append(Point(name, text, row.provider, row.provider_key, column, label))
    return points


def read_revision(posted: QueryDict) -> int:
    """The revision that the page showed. A request without one comes from no page of ours."""
    text = posted.get("revision", "")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadRequest(_("The form is incomplete. Open the return again; your draft is kept."))
    return int(text)


def _row(posted: QueryDict, number: int, codes: Sequence[str]) -> dict:
    """A row as typed. Its id, if the page knows one, goes with it: a colleague's page finds the row by that."""
    row = {
        "provider": typed_text(posted, f"row-{number}-provider"),
        "values": {code: typed_text(posted, f"row-{number}-{code}") for code in codes},
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


class WeightsForm(forms.Form):
    """How much each indicator counts: whole numbers, not all of them 0."""

    def __init__(self, data, *, indicators, weights: dict[str, int], revision: int):
        super().__init__(data)
        self.codes = [each.code for each in indicators]
        for each in indicators:
            self.fields[each.code] = forms.IntegerField(
                label=each.name, min_value=0, max_value=HIGHEST_WEIGHT, initial=weights[each.code]
            )
        self.fields["revision"] = forms.IntegerField(
            widget=forms.HiddenInput, initial=revision, min_value=0, max_value=999_999_999
        )

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned[code] for code in self.codes):
            raise forms.ValidationError(_("At least one weight has to be more than 0."))
        return cleaned

    @property
    def weights(self) -> dict[str, int]:
        return {code: self.cleaned_data[code] for code in self.codes}

    @property
    def revision(self) -> int:
        return self.cleaned_data["revision"]

    def show_again(self, reason: str, *, revision: int) -> None:
        """Somebody was faster: what was typed stays, and now follows what they set."""
        self.data = {**self.data.dict(), "revision": revision}
        self.add_error(None, reason)


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
