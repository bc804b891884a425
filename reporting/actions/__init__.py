"""Every change of the data in this app: one function a decision, by the name of what was decided."""

from .autosave import autosave, texts_of
from .evidence import attach_file, purge_files, remove_file, restore_file
from .filings import (
    Typed,
    accept,
    answer_reasons,
    correct,
    declare_nil,
    file,
    recall,
    save_draft,
    start,
    submit,
)
from .imports import KEPT_FOR, Upload, already_imported, confirm_import, keep_upload, why_not_importable
from .periods import close_period, extend, reopen_period, request_unlock
from .providers import add_provider, change_provider
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
from .reviews import Outcome, accept_several, open_version, send_back
from .steps import REASON_LENGTH, SCHEMES, NotSubmittable, allow, content_digest, receipt_number, snapshot

__all__ = [
    "HIGHEST_WEIGHT",
    "KEPT_FOR",
    "REASON_LENGTH",
    "SCHEMES",
    "NotSubmittable",
    "Outcome",
    "Typed",
    "Upload",
    "accept",
    "accept_several",
    "add_provider",
    "allow",
    "already_imported",
    "answer_reasons",
    "attach_file",
    "autosave",
    "change_provider",
    "change_reminders",
    "close_period",
    "confirm_import",
    "content_digest",
    "correct",
    "declare_nil",
    "extend",
    "file",
    "keep_upload",
    "open_version",
    "publish",
    "purge_files",
    "recall",
    "receipt_number",
    "remind",
    "remove_file",
    "reopen_period",
    "request_unlock",
    "require_lead",
    "restore_file",
    "save_draft",
    "send_again",
    "send_back",
    "send_test",
    "set_address",
    "set_weights",
    "snapshot",
    "start",
    "submit",
    "texts_of",
    "why_not_importable",
    "why_not_lead",
    "why_not_publish",
]
