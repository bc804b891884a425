"""What is asked when a period is closed, reopened or extended. Days are whole: through 24:00 in Asia/Shanghai."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.models import Tenant

from ..entry.posted import Day, reason_field
from ..models import Filing
from .deadlines import end_of


class CloseForm(forms.Form):
    """Why; and, if returns wait for review, that they were seen."""

    reason = reason_field(_("Everybody who files under the programme reads it."))

    def __init__(self, *args, waiting: Sequence[Filing], **kwargs):
        super().__init__(*args, **kwargs)
        self.waiting = waiting
        if waiting:
            self.fields["although_waiting"] = forms.MultipleChoiceField(
                label=_("Submitted and not decided: tick each that is to be decided after the closing"),
                choices=[(str(each.public_id), each.tenant.name) for each in waiting],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )

    def given(self) -> dict:
        named = set(self.cleaned_data.get("although_waiting", []))
        return {
            "reason": self.cleaned_data["reason"],
            "although_waiting": [each.public_id for each in self.waiting if str(each.public_id) in named],
        }


class ReopenForm(forms.Form):
    reason = reason_field(_("Everybody who files under the programme reads it."))
    until_on = Day(
        label=_("Open through"),
        required=False,
        help_text=_("The last day. Blank: until you close it again."),
    )

    def given(self) -> dict:
        until = self.cleaned_data["until_on"]
        return {"reason": self.cleaned_data["reason"], "until": end_of(until) if until else None}


class ExtensionForm(forms.Form):
    tenant = forms.ChoiceField(label=_("Tenant"), choices=[])
    due_on = Day(label=_("On time through"), help_text=_("The last day that is on time for this tenant."))
    closes_on = Day(
        label=_("Taken through"),
        required=False,
        help_text=_("Blank: as for everybody, but not before the due date."),
    )
    reason = reason_field(_("The tenant reads it beside the new date."))

    def __init__(self, *args, tenants: Sequence[Tenant], **kwargs):
        super().__init__(*args, **kwargs)
        self.tenants = {str(each.public_id): each for each in tenants}
        self.fields["tenant"] = forms.ChoiceField(
            label=_("Tenant"), choices=[(key, each.name) for key, each in self.tenants.items()]
        )

    def given(self) -> dict:
        closes_on = self.cleaned_data["closes_on"]
        return {
            "tenant": self.tenants[self.cleaned_data["tenant"]],
            "due_at": end_of(self.cleaned_data["due_on"]),
            "closes_at": end_of(closes_on) if closes_on else None,
            "reason": self.cleaned_data["reason"],
        }


class UnlockForm(forms.Form):
    reason = reason_field(_("What is still to be filed, and why it is late. The administrator reads it."))

    def given(self) -> dict:
        return {"reason": self.cleaned_data["reason"]}
