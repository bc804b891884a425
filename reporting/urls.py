"""The addresses of returns, roll-ups and exports."""

from django.urls import path

from .assessment import views as assessment_views
from .channels import views as channel_views
from .evidence import views as evidence_views
from .exports import views as export_views
from .filings import activity_views, autosave_view, typing_views
from .filings import views as filing_views
from .home import board_view
from .home import views as home_views
from .imports import views as import_views
from .ledger.views import activities, activity_files, day, duplicates, entry, provider_kind, switch, upload
from .materials import file_views
from .materials import views as material_views
from .models.states import Move
from .official_table import views as official_table_views
from .periods import views as period_views
from .providers import views as provider_views
from .releases import views as release_views
from .reminders import views as reminder_views
from .review import accept_views, batch_views
from .review import views as review_views
from .survey import views as survey_views
from .work_module import module_views
from .work_module import views as work_module_views

MOVE_PAGES = {
    "recall": Move.RECALL,
    "correct": Move.CORRECT,
    "give-up": Move.GIVE_UP,
}
DECISIONS = {
    "close": period_views.period_close,
    "reopen": period_views.period_reopen,
    "extend": period_views.period_extend,
}

urlpatterns = [
    path("", home_views.home, name="home"),
    path("filings/", filing_views.filing_list, name="filing-list"),
    path("filings/start/", filing_views.filing_start, name="filing-start"),
    path("filings/<uuid:public_id>/", review_views.filing_detail, name="filing-detail"),
    path("filings/<uuid:public_id>/edit/", filing_views.filing_edit, name="filing-edit"),
    path("filings/<uuid:public_id>/autosave/", autosave_view.filing_autosave, name="filing-autosave"),
    path("filings/<uuid:public_id>/submit/", filing_views.filing_submit, name="filing-submit"),
    path("filings/<uuid:public_id>/nil/", filing_views.filing_nil, name="filing-nil"),
    path("filings/<uuid:public_id>/typing/", typing_views.filing_typing, name="filing-typing"),
    *[
        path(
            f"filings/<uuid:public_id>/{name}/",
            review_views.filing_move,
            {"move": move},
            name=f"filing-{name}",
        )
        for name, move in MOVE_PAGES.items()
    ],
    path("filings/<uuid:public_id>/workbook/", import_views.import_template, name="import-template"),
    path("filings/<uuid:public_id>/import/", import_views.import_new, name="import-new"),
    path("imports/<uuid:public_id>/", import_views.import_detail, name="import-detail"),
    path("imports/<uuid:public_id>/file/", import_views.import_file, name="import-file"),
    path("filings/<uuid:public_id>/send-back/", batch_views.filing_send_back, name="filing-send-back"),
    path("filings/<uuid:public_id>/activities/", activity_views.filing_activities, name="filing-activities"),
    path("filings/<uuid:public_id>/accept/", accept_views.filing_accept, name="filing-accept"),
    path("reviews/", accept_views.review_list, name="review-list"),
    path("versions/<uuid:public_id>/", review_views.version_detail, name="version-detail"),
    path("versions/<uuid:public_id>/attachment/", review_views.version_attachment, name="version-attachment"),
    path("versions/<uuid:public_id>/print/", review_views.version_print, name="version-print"),
    path("providers/", provider_views.provider_list, name="provider-list"),
    path("providers/<uuid:public_id>/", provider_views.provider_edit, name="provider-edit"),
    path("filings/<uuid:public_id>/evidence/", evidence_views.evidence_new, name="evidence-new"),
    path("evidence/<uuid:public_id>/file/", evidence_views.evidence_file, name="evidence-file"),
    path("evidence/<uuid:public_id>/remove/", evidence_views.evidence_remove, name="evidence-remove"),
    path("evidence/<uuid:public_id>/restore/", evidence_views.evidence_restore, name="evidence-restore"),
    path("providers/<uuid:public_id>/kind/", provider_kind.provider_kind, name="provider-kind"),
    path("providers/<uuid:public_id>/ledger/", switch.provider_ledger, name="provider-ledger"),
    path(
        "versions/<uuid:public_id>/activities/", activity_views.version_activities, name="version-activities"
    ),
    path("ledger/", activities.activity_list, name="activity-list"),
    path("ledger/new/", entry.activity_new, name="activity-new"),
    path("ledger/day/", day.activity_day, name="activity-day"),
    path("ledger/import/", upload.activity_import, name="activity-import"),
    path("ledger/import/template/", upload.activity_template, name="activity-template"),
    path("ledger/duplicates/", duplicates.duplicate_list, name="duplicate-list"),
    path("ledger/<uuid:public_id>/", activities.activity_detail, name="activity-detail"),
    path("ledger/<uuid:public_id>/files/", activity_files.activity_files, name="activity-files"),
    path("ledger/files/<uuid:public_id>/", activity_files.activity_file, name="activity-file"),
    path(
        "ledger/files/<uuid:public_id>/withdraw/",
        activity_files.activity_file_withdraw,
        name="activity-file-withdraw",
    ),
    path("ledger/<uuid:public_id>/edit/", entry.activity_edit, name="activity-edit"),
    path("ledger/<uuid:public_id>/withdraw/", activities.activity_withdraw, name="activity-withdraw"),
    path("ledger/<uuid:public_id>/duplicate/", duplicates.duplicate_decide, name="duplicate-decide"),
    path("ledger/<uuid:public_id>/answer/", duplicates.duplicate_answer, name="duplicate-answer"),
    path("materials/<uuid:public_id>/", material_views.material_detail, name="material-detail"),
    path("materials/<uuid:public_id>/edit/", material_views.material_edit, name="material-edit"),
    path("materials/<uuid:public_id>/move/", material_views.material_move, name="material-move"),
    path("materials/<uuid:public_id>/withdraw/", material_views.material_withdraw, name="material-withdraw"),
    path("materials/<uuid:public_id>/files/", file_views.material_files, name="material-files"),
    path("materials/files/<uuid:public_id>/", file_views.material_file, name="material-file"),
    path(
        "materials/files/<uuid:public_id>/withdraw/",
        file_views.material_file_withdraw,
        name="material-file-withdraw",
    ),
    path("surveys/<uuid:public_id>/send-back/", survey_views.survey_send_back, name="survey-send-back"),
    path("surveys/files/<uuid:public_id>/", survey_views.survey_file, name="survey-file"),
    path("exports/", export_views.export_list, name="export-list"),
    path("exports/now/", export_views.export_now, name="export-now"),
    path("exports/<uuid:public_id>/", export_views.export_detail, name="export-detail"),
    path("exports/<uuid:public_id>/file/", export_views.export_file, name="export-file"),
    path("exports/<uuid:public_id>/cancel/", export_views.export_cancel, name="export-cancel"),
    path("releases/<uuid:public_id>/", release_views.release_detail, name="release-detail"),
    path("releases/<uuid:public_id>/workbook/", export_views.release_workbook, name="release-workbook"),
    path("releases/<uuid:public_id>/json/", release_views.release_json, name="release-json"),
    path("<slug:programme>/releases/", release_views.release_list, name="release-list"),
    path("<slug:programme>/releases/publish/", release_views.release_publish, name="release-publish"),
    path("<slug:programme>/assessment/", assessment_views.assessment, name="assessment"),
    path("<slug:programme>/assessment/export/", export_views.assessment_export, name="assessment-export"),
    path(
        "<slug:programme>/assessment/weights/", assessment_views.assessment_weights, name="assessment-weights"
    ),
    path("<slug:programme>/materials/", material_views.material_list, name="material-list"),
    path("<slug:programme>/materials/add/", material_views.material_add, name="material-add"),
    path("<slug:programme>/materials/export/", export_views.material_export, name="material-export"),
    path("<slug:programme>/materials/register/", material_views.material_register, name="material-register"),
    path("<slug:programme>/survey/", survey_views.survey_overview, name="survey-overview"),
    path("<slug:programme>/survey/edit/", survey_views.survey_edit, name="survey-edit"),
    path("<slug:programme>/rollup/", official_table_views.rollup, name="rollup"),
    path(
        "<slug:programme>/rollup/attachment/",
        official_table_views.rollup_attachment,
        name="rollup-attachment",
    ),
    path("<slug:programme>/board/", board_view.board, name="board"),
    path("<slug:programme>/module/", module_views.module, name="module"),
    path("<slug:programme>/module/channels/", channel_views.channels, name="channels"),
    path("<slug:programme>/module/channels/export/", export_views.channels_export, name="channels-export"),
    path("<slug:programme>/module/headline/", channel_views.headline, name="headline"),
    path("<slug:programme>/module/first-phase/", channel_views.first_phase, name="first-phase"),
    path("<slug:programme>/module/points/", work_module_views.service_point_list, name="service-point-list"),
    path("<slug:programme>/module/operators/", work_module_views.operator_list, name="operator-list"),
    path("points/<uuid:public_id>/", work_module_views.service_point_edit, name="service-point-edit"),
    path("points/<uuid:public_id>/check/", work_module_views.service_point_check, name="service-point-check"),
    path("operators/<uuid:public_id>/check/", work_module_views.operator_check, name="operator-check"),
    path("operators/<uuid:public_id>/end/", work_module_views.operator_end, name="operator-end"),
    path("account/reminders/", reminder_views.reminder_address, name="reminder-address"),
    path("reminders/<uuid:public_id>/again/", reminder_views.reminder_again, name="reminder-again"),
    path("<slug:programme>/reminders/", reminder_views.reminder_list, name="reminder-list"),
    path("<slug:programme>/reminders/send/", reminder_views.reminder_send, name="reminder-send"),
    path("<slug:programme>/reminders/settings/", reminder_views.reminder_settings, name="reminder-settings"),
    path("<slug:programme>/reminders/test/", reminder_views.reminder_test, name="reminder-test"),
    path("<slug:programme>/periods/", period_views.period_list, name="period-list"),
    path("<slug:programme>/periods/<slug:period>/", period_views.period_detail, name="period-detail"),
    *[
        path(f"<slug:programme>/periods/<slug:period>/{name}/", view, name=f"period-{name}")
        for name, view in DECISIONS.items()
    ],
    path(
        "<slug:programme>/periods/<slug:period>/unlock/", period_views.unlock_request, name="unlock-request"
    ),
]
