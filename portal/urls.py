"""Every address of the portal. The roll-up is handed to the dashboard here: `targets` knows no returns."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from reporting.channels.coverage import coverage
from reporting.periods.shown import period_notes, shown_period
from reporting.rollup.records import actuals_by_channel
from reporting.rollup.rollup import actual_figures, not_due_below
from reporting.work_module.queries import headline_of
from targets import views as targets

from .views import health, people, well_known

handler400 = "portal.views.errors.bad_request"
handler500 = "portal.views.errors.server_error"

urlpatterns = [
    path("", include("portal.urls_accounts")),
    path("language/", login_not_required(require_POST(set_language)), name="set_language"),
    path("people/", people.people_list, name="people-list"),
    path("people/invite/", people.person_invite, name="person-invite"),
    path("people/<uuid:public_id>/", people.person_set_active, name="person-set-active"),
    path("people/<uuid:public_id>/codes/", people.person_reset_codes, name="person-reset-codes"),
    path("history/", people.history_list, name="history-list"),
    path("components/", health.components, name="components"),
    path("healthz", health.healthz, name="healthz"),
    path("robots.txt", well_known.robots_txt, name="robots-txt"),
    path(".well-known/security.txt", well_known.security_txt, name="security-txt"),
    path("", include("reporting.urls")),
    path(
        "<slug:programme>/progress/",
        targets.progress,
        {
            "actuals": actual_figures,
            "by_channel": actuals_by_channel,
            "not_due": not_due_below,
            "shown": shown_period,
            "notes": period_notes,
            "coverage": coverage,
            "headline": headline_of,
        },
        name="progress",
    ),
    path("<slug:programme>/targets/", targets.target_table, name="target-table"),
    path("<slug:programme>/definitions/", targets.definitions, name="definitions"),
]

handler429 = "portal.views.errors.too_many_requests"  # asked for by allauth
