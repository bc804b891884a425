"""The addresses of accounts: those of allauth that are needed, under our own paths. Its names are kept, it looks for them."""

from allauth.mfa.base.views import index
from allauth.mfa.recovery_codes.views import view_recovery_codes
from allauth.socialaccount import views as socialaccount
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordChangeDoneView
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

from .views import accounts, security

# To allauth a HEAD is an attempt, and the one time that recovery codes are shown.
ask_or_send = require_http_methods(["GET", "POST"])

urlpatterns = [
    path("sign-in/", accounts.SignIn.as_view(), name="sign-in"),
    path("sign-in/", accounts.SignIn.as_view(), name="account_login"),
    path("sign-in/code/", security.Code.as_view(), name="mfa_authenticate"),
    path("sign-in/with/<slug:provider_id>/", openid_connect.login, name="openid_connect_login"),
    path("sign-in/with/<slug:provider_id>/back/", openid_connect.callback, name="openid_connect_callback"),
    path("sign-in/cancelled/", socialaccount.login_cancelled, name="socialaccount_login_cancelled"),
    path("sign-in/failed/", login_not_required(socialaccount.login_error), name="socialaccount_login_error"),
    path("sign-out/", accounts.SignOut.as_view(), name="sign-out"),
    path("account/password/", ask_or_send(security.PasswordChange.as_view()), name="password-change"),
    path(
        "account/password/done/",
        PasswordChangeDoneView.as_view(template_name="portal/password_change_done.html"),
        name="password-change-done",
    ),
    path("account/confirm/", ask_or_send(security.PasswordAgain.as_view()), name="account_reauthenticate"),
    path("account/confirm/code/", ask_or_send(security.CodeAgain.as_view()), name="mfa_reauthenticate"),
    path("account/codes/", index, name="mfa_index"),
    path("account/codes/activate/", security.TotpActivate.as_view(), name="mfa_activate_totp"),
    path("account/codes/deactivate/", security.TotpDeactivate.as_view(), name="mfa_deactivate_totp"),
    path("account/codes/recovery/", require_GET(view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "account/codes/recovery/new/", security.RecoveryCodesNew.as_view(), name="mfa_generate_recovery_codes"
    ),
    path("account/sessions/", security.session_list, name="session-list"),
    path("account/sessions/end/", security.session_end, name="session-end"),
    path("account/session/", security.session_state, name="session-state"),
    path("account/session/again/", security.signed_in_again, name="signed-in-again"),
    path("membership/", accounts.membership_switch, name="membership-switch"),
    path("invitations/<str:token>/", accounts.invitation_accept, name="invitation-accept"),
]
