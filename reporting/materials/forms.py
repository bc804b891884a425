"""What is typed about materials and in the survey. The forms keep what was typed; the actions check it."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.queries import target_years

from ..entry.findings import REASON_LENGTH
from ..entry.posted import TYPED_AT_MOST, Day
from ..models import Material, Provider
from ..models.material_states import MaterialState
from . import queries
from .actions import MaterialFacts


class NamedProvider(forms.ModelChoiceField):
    def label_from_instance(self, provider: Provider) -> str:
        return provider.name


class NamedMaterial(forms.ModelChoiceField):
    def label_from_instance(self, material: Material) -> str:
        return _("%(title)s (%(year)s)") % {"title": material.title, "year": material.year}


class MaterialForm(forms.Form):
    """A material of the tenant's own. A version in another language names its original. What is missing the action
    says, with everything else that is wrong."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False, widget=forms.RadioSelect)
    title = forms.CharField(label=gettext_lazy("Name"), max_length=TYPED_AT_MOST, strip=False, required=False)
    maker = forms.CharField(
        label=gettext_lazy("Made by"),
        max_length=TYPED_AT_MOST,
        strip=False,
        required=False,
        help_text=gettext_lazy("The body or the team; no names of elderly people."),
    )
    year = forms.TypedChoiceField(label=gettext_lazy("Counts for the year"), coerce=int)
    finished_on = Day(
        label=gettext_lazy("Finished on"),
        required=False,
        help_text=gettext_lazy(
            "It counts in the period of this day. Empty: still being made, not counted yet."
        ),
    )
    provider = NamedProvider(
        label=gettext_lazy("Provider"),
        queryset=Provider.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label=gettext_lazy("none"),
        help_text=gettext_lazy("The row of the return in which it counts."),
    )
    link = forms.CharField(
        label=gettext_lazy("Link"),
        max_length=TYPED_AT_MOST,
        strip=False,
        required=False,
        help_text=gettext_lazy("Where it can be seen or downloaded, beginning with https:// or http://."),
    )
    version_of = NamedMaterial(
        label=gettext_lazy("Dialect version of"),
        queryset=Material.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label=gettext_lazy("none: an original"),
        help_text=gettext_lazy("A dialect version is listed with its original and not counted again."),
    )
    language = forms.CharField(
        label=gettext_lazy("Language or dialect"), max_length=TYPED_AT_MOST, strip=False, required=False
    )

    def __init__(self, data, *, tenant, programme, initial):
        super().__init__(data, initial=initial)
        kinds = queries.kinds_of(programme)
        self.fields["kind"].choices = [(each.code, each.name) for each in kinds]
        self.fields["year"].choices = [(year, str(year)) for year in target_years(programme)]
        self.fields["provider"].queryset = queries.active_providers(tenant, besides=initial.get("provider"))
        self.fields["version_of"].queryset = queries.originals_of(tenant, programme)

    @staticmethod
    def of(material: Material) -> dict:
        """What the page shows first."""
        return {
            name: getattr(material, name)
            for name in ("kind", "title", "maker", "year", "finished_on", "link", "language")
        } | {
            "provider": material.provider and material.provider.public_id,
            "version_of": material.version_of and material.version_of.public_id,
        }

    def facts(self) -> MaterialFacts:
        return MaterialFacts(**self.cleaned_data)


class WithdrawalForm(forms.Form):
    """Why a material leaves the register."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )


class StepBackForm(WithdrawalForm):
    """Why the lead takes a selected or promoted material one step back: its makers read it."""


class MaterialFilter(forms.Form):
    """What the library is narrowed down to; what makes no sense narrows nothing."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("all")),
            ("unfinished", gettext_lazy("being made")),
            *MaterialState.choices,
        ],
    )
    tenant = forms.ChoiceField(label=gettext_lazy("Tenant"), required=False)
    q = forms.CharField(
        label=gettext_lazy("Title or maker"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def __init__(self, data, *, programme, tenants):
        super().__init__(data)
        kinds = queries.kinds_of(programme)
        self.fields["kind"].choices = [("", _("all")), *((each.code, each.short_name) for each in kinds)]
        self.fields["tenant"].choices = [("", _("all")), *((each.code, each.short_name) for each in tenants)]
        if len(tenants) < 2:
            del self.fields["tenant"]
        self.is_valid()

    @property
    def wanted(self) -> dict[str, str]:
        """{name: value} of what is narrowed down."""
        return {name: value for name, value in self.cleaned_data.items() if value}
