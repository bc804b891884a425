"""Every change of the data in this app: one function a decision, by the name of what was decided."""

from .filings import Typed, accept, correct, declare_nil, file, recall, save_draft, send_back, start, submit
from .releases import HIGHEST_WEIGHT, publish, set_weights, why_not_publish
from .steps import REASON_LENGTH, NotSubmittable, allow, content_digest, receipt_number, snapshot

__all__ = [
    "HIGHEST_WEIGHT",
    "REASON_LENGTH",
    "NotSubmittable",
    "Typed",
    "accept",
    "allow",
    "content_digest",
    "correct",
    "declare_nil",
    "file",
    "publish",
    "recall",
    "receipt_number",
    "save_draft",
    "send_back",
    "set_weights",
    "snapshot",
    "start",
    "submit",
    "why_not_publish",
]
