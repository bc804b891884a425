"""Every change of the data in this app: one function a decision, by the name of what was decided."""

from .filings import Typed, accept, correct, declare_nil, file, recall, save_draft, send_back, start, submit
from .reminders import (
    change_reminders,
    remind,
    require_lead,
    send_again,
    send_test,
    set_address,
    why_not_lead,
)
from .steps import REASON_LENGTH, NotSubmittable, allow, content_digest, receipt_number, snapshot

__all__ = [
    "REASON_LENGTH",
    "NotSubmittable",
    "Typed",
    "accept",
    "allow",
    "change_reminders",
    "content_digest",
    "correct",
    "declare_nil",
    "file",
    "recall",
    "receipt_number",
    "remind",
    "require_lead",
    "save_draft",
    "send_again",
    "send_back",
    "send_test",
    "set_address",
    "snapshot",
    "start",
    "submit",
    "why_not_lead",
]
