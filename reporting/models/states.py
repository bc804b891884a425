"""The whole life of a quarterly return on one screen: which moves there are, from where, to where, by whom.

`rules.why_not` reads this table and says why a move is not possible; `actions` makes the moves.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.roles import Permission


class Status(TextChoices):
    """Where a return stands. “Not started” is no return at all; “closed” is a property of the period;
    on time or late is derived from the first submission."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Sent back")
    RECALLED = "recalled", _("Recalled")
    ACCEPTED = "accepted", _("Accepted")
    CORRECTING = "correcting", _("Under correction")


# How a return stands for those who wait for it: the states above, and what is derived from them and the period.
STATES = {
    **dict(Status.choices),
    "pending": _("To be filed"),
    "missing": _("Not filed"),
    "nil": _("Nil return"),
    "not_required": _("Voluntary, not filled in"),
    "not_begun": _("Not begun"),
    "partial": _("Partly filed"),
}


class Move(TextChoices):
    """What a person can do to a return. The labels are the buttons."""

    SAVE = "save", _("Save draft")
    SUBMIT = "submit", _("Submit")
    NIL = "nil", _("Declare a nil return")
    RECALL = "recall", _("Recall")
    ACCEPT = "accept", _("Accept")
    SEND_BACK = "send_back", _("Send back")
    CORRECT = "correct", _("Correct")
    GIVE_UP = "give_up", _("Give up the correction")


@dataclass(frozen=True)
class Rule:
    """One row of the table."""

    sources: frozenset[Status]
    target: Status | None  # None: stays where it is
    permission: Permission
    by_parent: bool = False  # made by a tenant above the one that files
    needs_reason: bool = False
    needs_open_period: bool = True


OPEN = frozenset({Status.DRAFT, Status.RETURNED, Status.RECALLED, Status.CORRECTING})

MOVES: dict[Move, Rule] = {
    # What is typed is kept even after the books are closed; submitting it is another matter.
    Move.SAVE: Rule(OPEN, None, Permission.FILE, needs_open_period=False),
    Move.SUBMIT: Rule(OPEN, Status.SUBMITTED, Permission.FILE),
    Move.NIL: Rule(OPEN, Status.SUBMITTED, Permission.FILE),
    Move.RECALL: Rule(frozenset({Status.SUBMITTED}), Status.RECALLED, Permission.FILE),
    Move.ACCEPT: Rule(
        frozenset({Status.SUBMITTED}),
        Status.ACCEPTED,
        Permission.REVIEW,
        by_parent=True,
        needs_open_period=False,
    ),
    Move.SEND_BACK: Rule(
        frozenset({Status.SUBMITTED}),
        Status.RETURNED,
        Permission.REVIEW,
        by_parent=True,
        needs_reason=True,
        needs_open_period=False,
    ),
    Move.CORRECT: Rule(
        frozenset({Status.ACCEPTED}),
        Status.CORRECTING,
        Permission.FILE,
        needs_reason=True,
        needs_open_period=False,
    ),
    # Of a return that was accepted once: nothing else has a version to go back to.
    Move.GIVE_UP: Rule(
        frozenset({Status.CORRECTING, Status.RETURNED}),
        Status.ACCEPTED,
        Permission.FILE,
        needs_open_period=False,
    ),
}
