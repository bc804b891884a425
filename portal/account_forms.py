"""allauth's forms with our words, and codes that count once."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import second_factor

# What the mixin stands before: allauth has no types, and its forms that ask for a code no base in common.
FormWithCode: Any = object

CODE_HINT = _("Six digits from the app on your telephone, or one of your recovery codes.")


def _plain(form, **labels: str | Promise) -> None:
    """Our labels, and no grey copies of them inside the fields."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self, login=_("User name"), password=_("Password"))

    def add_prefix(self, field_name: str) -> str:
        """The field is called what it is, for browsers that keep passwords."""
        return "username" if field_name == "login" else super().add_prefix(field_name)


class PasswordChangeForm(ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(
            self,
            oldpassword=_("Present password"),
            password1=_("New password"),
            password2=_("New password again"),
        )

    def clean_password1(self) -> str:
        """Whatever the profile says of former passwords: the present one is not a new one."""
        password = self.cleaned_data["password1"]
        if password == self.cleaned_data.get("oldpassword"):
            raise ValidationError(_("This is your present password. Choose another one."))
        return password


class OnceOnly(FormWithCode):
    """A code that was taken once is wrong, even while a clock one step behind still shows it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self, code=_("Code"))
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": True}

    def clean_code(self) -> str:
        if second_factor.was_used(self.user, self.cleaned_data["code"]):
            check_rate_limit(self.user)
            raise get_mfa_adapter().validation_error("incorrect_code")
        code = super().clean_code()
        if self.is_app_code() and not second_factor.mark_used(self.user, code):
            raise get_mfa_adapter().validation_error("incorrect_code")
        return code

    def is_app_code(self) -> bool:
        return self.authenticator.type == Authenticator.Type.TOTP


class CodeForm(OnceOnly, AuthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = CODE_HINT


class CodeAgainForm(OnceOnly, ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = CODE_HINT


class FirstCodeForm(OnceOnly, ActivateTOTPForm):
    def is_app_code(self) -> bool:
        return True
