"""Forms about people."""

from collections.abc import Iterable
from typing import Any, TypeVar, cast

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from .access import visible_tenants
from .identity_numbers import refuse_identity_number
from .models import Invitation, Membership, Tenant, User
from .roles import Role

F = TypeVar("F", bound=forms.Form)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to. An empty POST is still a form that was sent: it is bound, and its errors are shown."""
    return request.POST if request.method == "POST" else None


def complete_by_saved(form: F) -> F:
    """A form about something that is saved, with what it was made for (`initial`): a field that was not sent at all is no
    empty one, it is as it is saved. Boxes that are not ticked are never sent, and what is hidden says what the page saw."""
    if not form.is_bound:
        return form
    data = QueryDict(mutable=True)
    data.update(form.data)
    for name, field in form.fields.items():
        widget = field.widget
        if name not in form.initial or widget.is_hidden:
            continue
        if widget.value_omitted_from_data(data, form.files, form.add_prefix(name)):
            saved = field.prepare_value(form.initial[name])
            data[form.add_prefix(name)] = "" if saved is None else saved
    form.data = data
    return form


class TenantChoice(forms.ModelChoiceField):
    def label_from_instance(self, tenant: Tenant) -> str:
        return tenant.name


class InvitationForm(forms.Form):
    """Whom to invite, to which of one's tenants, as what."""

    full_name = forms.CharField(label=_("Full name"), max_length=40, validators=[refuse_identity_number])
    tenant = TenantChoice(
        label=_("Tenant"), queryset=Tenant.objects.none(), to_field_name="public_id", empty_label=None
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role)

    def __init__(self, *args, by: Membership, **kwargs):
        super().__init__(*args, **kwargs)
        cast(TenantChoice, self.fields["tenant"]).queryset = visible_tenants(by)


class AccountForm(forms.Form):
    """What an invited person chooses: a user name and a password."""

    username = forms.CharField(
        label=_("User name"), max_length=150, validators=[User.username_validator, refuse_identity_number]
    )
    password = forms.CharField(
        label=_("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label=_("Password again"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args, invitation: Invitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.invitation = invitation
        self.fields["password"].help_text = password_validators_help_text_html()

    def clean_username(self) -> str:
        username = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise self.taken(username)
        return username

    def taken(self, username: str) -> ValidationError:
        return ValidationError(_("“%(name)s” is taken. Choose another user name."), params={"name": username})

    def clean(self) -> dict:
        super().clean()
        cleaned = self.cleaned_data
        password, again = cleaned.get("password"), cleaned.get("again")
        if password and again and password != again:
            self.add_error("again", _("The two passwords differ. Type the same one twice."))
        elif password:
            try:
                validate_password(password, self._person(cleaned.get("username", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned

    def _person(self, username: str) -> User:
        """Who will have the password: it must not be their name or their tenant's."""
        person = User(username=username, full_name=self.invitation.full_name)
        person.invited_to = self.invitation.tenant
        return person


def show_findings(form: forms.Form, findings: Iterable[Any]) -> None:
    """Each finding (`column`, `text`) at the field that it is about; above the form what is about none of them."""
    for each in findings:
        form.add_error(each.column if each.column in form.fields else None, each.text)
