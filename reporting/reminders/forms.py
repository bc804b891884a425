"""What is typed about reminders: the programme's settings, and one's own address."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity_numbers import refuse_identity_number

from ..models import ReminderSettings
from .channels import robot_of, why_not_webhook

HOURS = [(hour, f"{hour:02}:00") for hour in range(7, 19)]
KEPT = gettext_lazy(
    "It is kept and never shown. Leave the field empty to keep it; type a new one to replace it."
)


class ReminderSettingsForm(forms.Form):
    """Everything starts switched off. An empty webhook or secret keeps the one that is there."""

    by_email = forms.BooleanField(label=gettext_lazy("Remind by e-mail"), required=False)
    by_dingtalk = forms.BooleanField(
        label=gettext_lazy("Remind in the group (DingTalk or WeCom)"), required=False
    )
    hour = forms.TypedChoiceField(label=gettext_lazy("Hour"), choices=HOURS, coerce=int)
    webhook = forms.CharField(
        label=gettext_lazy("Webhook address of the group's robot"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=gettext_lazy("Secret of the signature"),
        help_text=gettext_lazy("Of DingTalk's robot. WeCom's has none."),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: QueryDict | None = None, *, switched: ReminderSettings):
        initial = {name: getattr(switched, name) for name in ("by_email", "by_dingtalk", "hour")}
        super().__init__(data, initial=initial)
        self.switched = switched
        for name in ("webhook", "secret"):
            if getattr(switched, name):
                self.fields[name].help_text = KEPT
        if not settings.HAS_EMAIL:
            self.fields["by_email"].help_text = _(
                "No mail server is set up (PORTAL_EMAIL_URL): ask the operator."
            )
            self.fields["by_email"].disabled = not switched.by_email

    def clean_webhook(self) -> str:
        webhook = self.cleaned_data["webhook"]
        if webhook and (reason := why_not_webhook(webhook)):
            raise ValidationError(reason)
        return webhook

    def clean(self) -> dict:
        """Switching the group on needs an address, and a secret where the robot asks for a signature. A new address needs
        its own: each robot has another one."""
        cleaned = super().clean() or {}
        if "webhook" in self.errors:
            return cleaned
        webhook = cleaned.get("webhook")
        if webhook and not robot_of(webhook).is_signed:
            return cleaned
        if webhook and not cleaned.get("secret"):
            self.add_error("secret", _("Give the secret of this robot too."))
        for name in ("webhook", "secret") if cleaned.get("by_dingtalk") else ():
            if not cleaned.get(name) and not getattr(self.switched, name) and name not in self.errors:
                self.add_error(name, _("Needed to remind in the group."))
        return cleaned


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        required=False,
        max_length=100,
        validators=[refuse_identity_number],
        help_text=gettext_lazy("Empty: no reminders by e-mail."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
