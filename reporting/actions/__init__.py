"""Every change of the data in this app: one function a decision, by the name of what was decided."""

from .filings import Typed, accept, correct, declare_nil, file, recall, save_draft, send_back, start, submit
from .imports import KEPT_FOR, Upload, already_imported, confirm_import, keep_upload, why_not_importable
from .releases import HIGHEST_WEIGHT, publish, set_weights, why_not_publish
from .reminders import (
    change_reminders,
    remind,
    require_lead,
    send_again,
    send_test,
    set_address,
    why_not_lead,
)
from .steps import REASON_LENGTH, SCHEMES, NotSubmittable, allow, content_digest, receipt_number, snapshot

__all__ = [
    "HIGHEST_WEIGHT",
    "KEPT_FOR",
    "REASON_LENGTH",
    "SCHEMES",
    "NotSubmittable",
    "Typed",
    "Upload",
    "accept",
    "allow",
    "already_imported",
    "change_reminders",
    "confirm_import",
    "content_digest",
    "correct",
    "declare_nil",
    "file",
    "keep_upload",
    "publish",
    "recall",
    "receipt_number",
    "remind",
    "require_lead",
    "save_draft",
    "send_again",
    "send_back",
    "send_test",
    "set_address",
    "set_weights",
    "snapshot",
    "start",
    "submit",
    "why_not_importable",
    "why_not_lead",
    "why_not_publish",
]
