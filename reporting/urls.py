"""The addresses of returns, roll-ups and exports."""

from django.urls import path

from .views import exports, filings, home, reviews, rollups
from .workflow import Move

MOVE_PAGES = {
    "recall": Move.RECALL,
    "accept": Move.ACCEPT,
    "send-back": Move.SEND_BACK,
    "correct": Move.CORRECT,
}

urlpatterns = [
    path("", home.home, name="home"),
    path("filings/", filings.filing_list, name="filing-list"),
    path("filings/start/", filings.filing_start, name="filing-start"),
    path("filings/<uuid:public_id>/", reviews.filing_detail, name="filing-detail"),
    path("filings/<uuid:public_id>/edit/", filings.filing_edit, name="filing-edit"),
    path("filings/<uuid:public_id>/submit/", filings.filing_submit, name="filing-submit"),
    path("filings/<uuid:public_id>/nil/", filings.filing_nil, name="filing-nil"),
    *[
        path(f"filings/<uuid:public_id>/{name}/", reviews.filing_move, {"move": move}, name=f"filing-{name}")
        for name, move in MOVE_PAGES.items()
    ],
    path("versions/<uuid:public_id>/", reviews.version_detail, name="version-detail"),
    path("versions/<uuid:public_id>/attachment/", reviews.version_attachment, name="version-attachment"),
    path("exports/", exports.export_list, name="export-list"),
    path("exports/now/", exports.export_now, name="export-now"),
    path("exports/<uuid:public_id>/", exports.export_detail, name="export-detail"),
    path("exports/<uuid:public_id>/file/", exports.export_file, name="export-file"),
    path("exports/<uuid:public_id>/cancel/", exports.export_cancel, name="export-cancel"),
    path("<slug:programme>/rollup/", rollups.rollup, name="rollup"),
    path("<slug:programme>/rollup/attachment/", rollups.rollup_attachment, name="rollup-attachment"),
    path("<slug:programme>/board/", rollups.board, name="board"),
]
