"""Every change of the data in this app: one function a decision, by the name of what was decided."""

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
from .periods import close_period, extend, reopen_period, request_unlock
from .reviews import Outcome, accept_several, open_version, send_back
from .steps import REASON_LENGTH, NotSubmittable, allow, content_digest, receipt_number, snapshot

__all__ = [
    "REASON_LENGTH",
    "NotSubmittable",
    "Outcome",
    "Typed",
    "accept",
    "accept_several",
    "allow",
    "answer_reasons",
    "close_period",
    "content_digest",
    "correct",
    "declare_nil",
    "extend",
    "file",
    "open_version",
    "recall",
    "receipt_number",
    "reopen_period",
    "request_unlock",
    "save_draft",
    "send_back",
    "snapshot",
    "start",
    "submit",
]
