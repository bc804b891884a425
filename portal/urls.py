"""Every address of the portal. The roll-up is handed to the dashboard here: `targets` knows no returns."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView, PasswordChangeDoneView, PasswordChangeView
from django.urls import include, path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from reporting.rollup import actual_figures
from targets import views as targets

from .views import accounts, health, people

urlpatterns = [
    path("sign-in/", accounts.SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(http_method_names=["post"]), name="sign-out"),
    path(
        "password/",
        PasswordChangeView.as_view(
            template_name="portal/password_change.html",
            success_url="/password/done/",
            http_method_names=["get", "head", "post"],
        ),
        name="password-change",
    ),
    path(
        "password/done/",
        PasswordChangeDoneView.as_view(
            template_name="portal/password_change_done.html", http_method_names=["get", "head"]
        ),
        name="password-change-done",
    ),
    path("membership/", accounts.membership_switch, name="membership-switch"),
    path("language/", login_not_required(require_POST(set_language)), name="set_language"),
    path("invitations/<str:token>/", accounts.invitation_accept, name="invitation-accept"),
    path("people/", people.people_list, name="people-list"),
    path("people/invite/", people.person_invite, name="person-invite"),
    path("people/<uuid:public_id>/", people.person_set_active, name="person-set-active"),
    path("history/", people.history_list, name="history-list"),
    path("components/", health.components, name="components"),
    path("healthz", health.healthz, name="healthz"),
    path("", include("reporting.urls")),
    path("<slug:programme>/progress/", targets.progress, {"actuals": actual_figures}, name="progress"),
    path("<slug:programme>/targets/", targets.target_table, name="target-table"),
    path("<slug:programme>/definitions/", targets.definitions, name="definitions"),
]
