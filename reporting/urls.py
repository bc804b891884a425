"""The addresses of returns, roll-ups and exports."""

from django.urls import path

from .views import (
    assessment,
    autosave,
    boards,
    exports,
    filings,
    home,
    imports,
    modules,
    periods,
    providers,
    releases,
    reminders,
    reviewing,
    reviews,
    rollups,
    service_points,
)
from .workflow import Move

MOVE_PAGES = {"recall": Move.RECALL, "accept": Move.ACCEPT, "correct": Move.CORRECT}
DECISIONS = {
    "close": periods.period_close,
    "reopen": periods.period_reopen,
    "extend": periods.period_extend,
}

urlpatterns = [
    path("", home.home, name="home"),
    path("filings/", filings.filing_list, name="filing-list"),
    path("filings/start/", filings.filing_start, name="filing-start"),
    path("filings/<uuid:public_id>/", reviews.filing_detail, name="filing-detail"),
    path("filings/<uuid:public_id>/edit/", filings.filing_edit, name="filing-edit"),
    path("filings/<uuid:public_id>/autosave/", autosave.filing_autosave, name="filing-autosave"),
    path("filings/<uuid:public_id>/submit/", filings.filing_submit, name="filing-submit"),
    path("filings/<uuid:public_id>/nil/", filings.filing_nil, name="filing-nil"),
    *[
        path(f"filings/<uuid:public_id>/{name}/", reviews.filing_move, {"move": move}, name=f"filing-{name}")
        for name, move in MOVE_PAGES.items()
    ],
    path("filings/<uuid:public_id>/workbook/", imports.import_template, name="import-template"),
    path("filings/<uuid:public_id>/import/", imports.import_new, name="import-new"),
    path("imports/<uuid:public_id>/", imports.import_detail, name="import-detail"),
    path("imports/<uuid:public_id>/file/", imports.import_file, name="import-file"),
    path("filings/<uuid:public_id>/send-back/", reviewing.filing_send_back, name="filing-send-back"),
    path("reviews/", reviewing.review_list, name="review-list"),
    path("versions/<uuid:public_id>/", reviews.version_detail, name="version-detail"),
    path("versions/<uuid:public_id>/attachment/", reviews.version_attachment, name="version-attachment"),
    path("versions/<uuid:public_id>/print/", reviews.version_print, name="version-print"),
    path("providers/", providers.provider_list, name="provider-list"),
    path("providers/<uuid:public_id>/", providers.provider_edit, name="provider-edit"),
    path("exports/", exports.export_list, name="export-list"),
    path("exports/<uuid:public_id>/", exports.export_detail, name="export-detail"),
    path("exports/<uuid:public_id>/file/", exports.export_file, name="export-file"),
    path("releases/<uuid:public_id>/", releases.release_detail, name="release-detail"),
    path("releases/<uuid:public_id>/workbook/", releases.release_workbook, name="release-workbook"),
    path("releases/<uuid:public_id>/json/", releases.release_json, name="release-json"),
    path("<slug:programme>/releases/", releases.release_list, name="release-list"),
    path("<slug:programme>/releases/publish/", releases.release_publish, name="release-publish"),
    path("<slug:programme>/assessment/", assessment.assessment, name="assessment"),
    path("<slug:programme>/assessment/export/", assessment.assessment_export, name="assessment-export"),
    path("<slug:programme>/assessment/weights/", assessment.assessment_weights, name="assessment-weights"),
    path("<slug:programme>/rollup/", rollups.rollup, name="rollup"),
    path("<slug:programme>/rollup/attachment/", rollups.rollup_attachment, name="rollup-attachment"),
    path("<slug:programme>/board/", boards.board, name="board"),
    path("<slug:programme>/module/", modules.module, name="module"),
    path("<slug:programme>/module/channels/", modules.channels, name="channels"),
    path("<slug:programme>/module/channels/export/", modules.channels_export, name="channels-export"),
    path("<slug:programme>/module/headline/", modules.headline, name="headline"),
    path("<slug:programme>/module/first-phase/", modules.first_phase, name="first-phase"),
    path("<slug:programme>/module/points/", service_points.service_point_list, name="service-point-list"),
    path("<slug:programme>/module/operators/", service_points.operator_list, name="operator-list"),
    path("points/<uuid:public_id>/", service_points.service_point_edit, name="service-point-edit"),
    path("points/<uuid:public_id>/check/", service_points.service_point_check, name="service-point-check"),
    path("operators/<uuid:public_id>/check/", service_points.operator_check, name="operator-check"),
    path("operators/<uuid:public_id>/end/", service_points.operator_end, name="operator-end"),
    path("account/reminders/", reminders.reminder_address, name="reminder-address"),
    path("reminders/<uuid:public_id>/again/", reminders.reminder_again, name="reminder-again"),
    path("<slug:programme>/reminders/", reminders.reminder_list, name="reminder-list"),
    path("<slug:programme>/reminders/send/", reminders.reminder_send, name="reminder-send"),
    path("<slug:programme>/reminders/settings/", reminders.reminder_settings, name="reminder-settings"),
    path("<slug:programme>/reminders/test/", reminders.reminder_test, name="reminder-test"),
    path("<slug:programme>/periods/", periods.period_list, name="period-list"),
    path("<slug:programme>/periods/<slug:period>/", periods.period_detail, name="period-detail"),
    *[
        path(f"<slug:programme>/periods/<slug:period>/{name}/", view, name=f"period-{name}")
        for name, view in DECISIONS.items()
    ],
    path("<slug:programme>/periods/<slug:period>/unlock/", periods.unlock_request, name="unlock-request"),
]
