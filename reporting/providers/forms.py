from django import forms
from django.utils.translation import gettext_lazy

from ..entry.posted import CELL_LENGTH
from ..models import Provider


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
