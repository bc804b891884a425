"""Every change of the data in this app: one function a decision, by the name of what was decided."""

from .autosave import autosave, texts_of
from .filings import Typed, accept, correct, declare_nil, file, recall, save_draft, send_back, start, submit
from .providers import add_provider, change_provider
from .steps import REASON_LENGTH, NotSubmittable, allow, content_digest, receipt_number, snapshot

__all__ = [
    "REASON_LENGTH",
    "NotSubmittable",
    "Typed",
    "accept",
    "add_provider",
    "allow",
    "autosave",
    "change_provider",
    "content_digest",
    "correct",
    "declare_nil",
    "file",
    "recall",
    "receipt_number",
    "save_draft",
    "send_back",
    "snapshot",
    "start",
    "submit",
    "texts_of",
]
