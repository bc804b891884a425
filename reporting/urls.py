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
    materials,
    periods,
    providers,
    releases,
    reminders,
    reviewing,
    reviews,
    rollups,
    surveys,
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
    path("materials/<uuid:public_id>/", materials.material_detail, name="material-detail"),
    path("materials/<uuid:public_id>/edit/", materials.material_edit, name="material-edit"),
    path("materials/<uuid:public_id>/move/", materials.material_move, name="material-move"),
    path("materials/<uuid:public_id>/withdraw/", materials.material_withdraw, name="material-withdraw"),
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
    path("<slug:programme>/materials/", materials.material_list, name="material-list"),
    path("<slug:programme>/materials/add/", materials.material_add, name="material-add"),
    path("<slug:programme>/materials/export/", materials.material_export, name="material-export"),
    path("<slug:programme>/materials/register/", materials.material_register, name="material-register"),
    path("<slug:programme>/survey/", surveys.survey_overview, name="survey-overview"),
    path("<slug:programme>/survey/edit/", surveys.survey_edit, name="survey-edit"),
    path("<slug:programme>/rollup/", rollups.rollup, name="rollup"),
    path("<slug:programme>/rollup/attachment/", rollups.rollup_attachment, name="rollup-attachment"),
    path("<slug:programme>/board/", boards.board, name="board"),
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
