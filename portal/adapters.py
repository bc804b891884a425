"""Where allauth asks this portal: nobody signs up, wrong is wrong, secrets are encrypted, providers make no accounts."""

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from . import actions, second_factor, sessions, throttle, walls
from .access import memberships_of
from .models import Membership, User
from .requests import PortalRequest

WRONG = _("The user name or the password is wrong. Check both; the password minds capital letters.")
INCORRECT_CODE = _(
    "This code is wrong, has been used already or is too old. Type the one that the app shows now."
)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "account_inactive": WRONG,
        "too_many_login_attempts": _("Too many attempts that failed. Wait a few minutes, then try again."),
        "rate_limited": _("Too many attempts that failed. Wait a few minutes, then try again."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_password": _("This is not your present password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are invited."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """After signing in one goes to a page of this site, given by its path."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_login_stages(self) -> list[str]:
        return ["allauth.mfa.stages.AuthenticateStage"]

    def set_password(self, user: User, password: str) -> None:
        """Now it is one's own."""
        user.has_initial_password = False
        super().set_password(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("password-change-done")

    def pre_authenticate(self, request: PortalRequest, **credentials) -> None:
        """Counts the attempt; the base class takes it back when the password was right."""
        self._login_failed_rl_usage = throttle.take(request, credentials["username"])
        if self._login_failed_rl_usage is None:
            raise self.validation_error("too_many_login_attempts")

    def post_login(self, request: HttpRequest, user: User, **kwargs) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        throttle.remember(request, response, user)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Reached through a provider alone: for a password, inactive is wrong."""
        messages.error(request, WRONG)
        return redirect("sign-in")

    def is_reauthentication_required(self, *, app: str = "") -> bool:
        """Asked again before a change of the second factor, unless one has signed in within the last minutes."""
        is_recent = sessions.age(self.request) < app_settings.REAUTHENTICATION_TIMEOUT
        return not is_recent and super().is_reauthentication_required(app=app)


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": INCORRECT_CODE,
        "cannot_delete_authenticator": _("Your role requires one-time codes; they cannot be switched off."),
    }

    def build_totp_svg(self, url: str) -> str:
        """Drawn into the page itself: the content security policy takes no pictures from `data:` addresses."""
        svg = super().build_totp_svg(url)
        return svg[svg.index("<svg") :]

    def encrypt(self, text: str) -> str:
        return second_factor.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return second_factor.decrypt(encrypted_text)

    def can_delete_authenticator(self, authenticator) -> bool:
        return not second_factor.is_required(list(memberships_of(authenticator.user)))


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Somebody whom the provider knows gets in if they have an account here already, and makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """A subject that was linked before is that account. Else its claim has to name one that no other subject has."""
        if sociallogin.is_existing:
            return
        user = self._named(sociallogin)
        membership = self._place_of(user) if user else None
        if (
            membership is None
            or SocialAccount.objects.filter(user=user, provider=sociallogin.account.provider).exists()
        ):
            raise ImmediateHttpResponse(render(request, "portal/provider_unknown.html", status=403))
        actions.link_provider(request, sociallogin, membership)

    def _place_of(self, user: User) -> Membership | None:
        """Where the person works, the first place if there are several: nobody whom no tenant knows is linked."""
        with walls.for_user(user.pk):
            return memberships_of(user).first()

    def _named(self, sociallogin: SocialLogin) -> User | None:
        claims = sociallogin.account.extra_data
        claims = claims.get("userinfo") or claims.get("id_token") or {}
        name = claims.get(settings.OIDC_CLAIM)
        if not name or (settings.OIDC_CLAIM == "email" and not claims.get("email_verified")):
            return None
        return User.objects.filter(username=name, is_active=True).first()
