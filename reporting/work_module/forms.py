"""What is typed about the work module: which sum stands first, a service point, an operator, a checklist."""

from datetime import date
from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.clock import today
from portal.models import Membership, Tenant
from targets.models import Programme
from targets.work_module import Check, ServicePointKind

from ..entry.names import NAME_LIMIT
from ..models import Provider, ServicePoint
from . import queries

LARGEST_GROUP = 9_999


def choice(form: forms.Form, name: str) -> forms.ChoiceField:
    return cast(forms.ChoiceField, form.fields[name])


def row_choice(form: forms.Form, name: str) -> forms.ModelChoiceField:
    return cast(forms.ModelChoiceField, form.fields[name])


class ServicePointForm(forms.Form):
    """A place or a group of volunteers. What the programme does not know cannot be chosen."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=NAME_LIMIT)
    provider = forms.ModelChoiceField(
        label=gettext_lazy("In the base or venue"), queryset=Provider.objects.none(), required=False
    )
    area = forms.ChoiceField(label=gettext_lazy("District"), required=False)
    headcount = forms.IntegerField(
        label=gettext_lazy("Volunteers"),
        min_value=1,
        max_value=LARGEST_GROUP,
        required=False,
        help_text=gettext_lazy("How many, of a group; no names."),
    )
    tags = forms.MultipleChoiceField(
        label=gettext_lazy("With the means of"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: QueryDict | None = None, *, programme: Programme, tenant: Tenant, initial=None):
        super().__init__(data, initial=initial or {"area": area_of(programme, tenant)})
        module = programme.work_module
        if module is None:
            raise ValueError("a service point belongs to a work module")
        self.kinds: list[ServicePointKind] = module.kinds_for(tenant.code, tenant.kind)
        choice(self, "kind").choices = [(each.code, each.name) for each in self.kinds]
        own = area_of(programme, tenant)
        areas = [own] if own else module.areas
        choice(self, "area").choices = [("", "—"), *[(each, each) for each in areas]]
        choice(self, "tags").choices = [(each.code, each.name) for each in module.tags]
        row_choice(self, "provider").queryset = Provider.objects.filter(
            tenant=tenant, is_active=True
        ).order_by("name")
        row_choice(self, "provider").empty_label = "—"
        for name, is_there in [("area", module.areas), ("tags", module.tags)]:
            if not is_there:
                del self.fields[name]

    def clean(self) -> dict:
        """A headcount belongs to a group."""
        cleaned = super().clean() or {}
        kind = next((each for each in self.kinds if each.code == cleaned.get("kind")), None)
        if kind and not kind.is_group and cleaned.get("headcount"):
            self.add_error("headcount", _("Only a group of volunteers has a headcount. Leave it empty."))
        if kind and kind.is_group and not cleaned.get("headcount") and "headcount" not in self.errors:
            self.add_error("headcount", _("How many are they? Type a number from 1."))
        return cleaned


class ServicePointChangeForm(ServicePointForm):
    """The kind stays; a point may be taken out of use."""

    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, data: QueryDict | None = None, *, point: ServicePoint):
        names = ("kind", "name", "provider", "area", "headcount", "tags", "is_active", "revision")
        super().__init__(
            data,
            programme=point.programme,
            tenant=point.tenant,
            initial={name: getattr(point, name) for name in names},
        )
        self.fields["kind"].disabled = True


def area_of(programme: Programme, tenant: Tenant) -> str:
    """A district's own points are in that district."""
    module = programme.work_module
    return tenant.short_name if module and tenant.short_name in module.areas else ""


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Membership) -> str:
        return f"{obj.user}（{obj.get_role_display()}）"


class OperatorForm(forms.Form):
    person = PersonField(
        label=gettext_lazy("Person"),
        queryset=Membership.objects.none(),
        empty_label="—",
        to_field_name="public_id",
        help_text=gettext_lazy("Preparers and heads of your unit."),
    )

    def __init__(self, data: QueryDict | None = None, *, programme: Programme, tenant: Tenant):
        super().__init__(data)
        row_choice(self, "person").queryset = queries.may_be_designated(programme, tenant)


class ChecklistForm(forms.Form):
    """Every check of the programme, in order or not, and the day on which somebody looked."""

    checked_on = forms.DateField(
        label=gettext_lazy("Looked at on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: QueryDict | None = None, *, checks: list[Check], items: dict[str, bool]):
        super().__init__(data, initial={"checked_on": today()})
        self.codes = [each.code for each in checks]
        for each in checks:
            source = (
                f"“{each.sentence}”" if each.sentence else _("The platform's own check, not the document's.")
            )
            self.fields[each.code] = forms.BooleanField(
                label=each.text, help_text=source, required=False, initial=bool(items.get(each.code))
            )
        self.order_fields([*self.codes, "checked_on"])

    def clean_checked_on(self) -> date:
        day = self.cleaned_data["checked_on"]
        if day > today():
            raise forms.ValidationError(
                _("This day is still to come. Give the day on which somebody looked.")
            )
        return day

    @property
    def items(self) -> dict[str, bool]:
        return {code: self.cleaned_data[code] for code in self.codes}
