from django import forms
from django.utils.translation import gettext as _

from .actions import HIGHEST_WEIGHT


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
