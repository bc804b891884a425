"""What is wrong with what somebody gave: raised with everything at once, each finding at its field."""

import hashlib
from collections.abc import Sequence

from django.utils.translation import gettext as _

from .names import clean_text, is_empty_explanation
from .reading import Finding


def explains(raw: str, minimum: int) -> bool:
    """Long enough, and saying something."""
    text = raw.strip()
    return len(text) >= minimum and not is_empty_explanation(text)


def soft_key(code: str, *facts: object) -> str:
    """The key of a soft finding. It holds the facts it is about: another figure asks for another explanation."""
    return hashlib.sha256("|".join([code, *map(str, facts)]).encode()).hexdigest()[:12]


REASON_LENGTH = 500


class Invalid(Exception):
    """Findings that stand in the way of what was asked for, all at once. Nothing was changed."""

    def __init__(self, findings: Sequence[Finding]):
        super().__init__("; ".join(finding.text for finding in findings))
        self.findings = findings


def checked_reason(raw: str, *, name: str = "reason", label: str = "") -> str:
    """A reason that a colleague can act on: not empty, readable, at most 500 characters. `name`: of its field."""
    reason = clean_text(raw, limit=REASON_LENGTH, label=label or _("Reason"), multiline=True)
    if not reason.value and not reason.problem:
        raise Invalid(
            [Finding("reason_missing", _("Say why, so that the other side can act on it."), column=name)]
        )
    if reason.problem:
        raise Invalid([Finding(reason.code, reason.problem, column=name)])
    return reason.value
