"""Small pieces of pages about returns: the chip of a state, the name of an action, a rate."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..queries import percent
from ..workflow import STATES, Move

register = template.Library()
register.simple_tag(percent)

# What the history calls what was done.
ACTIONS = {
    "start": gettext_lazy("Started"),
    Move.SAVE: gettext_lazy("Draft saved"),
    Move.SUBMIT: gettext_lazy("Submitted"),
    Move.NIL: gettext_lazy("Nil return declared"),
    Move.RECALL: gettext_lazy("Recalled"),
    Move.ACCEPT: gettext_lazy("Accepted"),
    Move.SEND_BACK: gettext_lazy("Sent back"),
    Move.CORRECT: gettext_lazy("Opened for correction"),
    "export": gettext_lazy("Export asked for"),
    "cancel_export": gettext_lazy("Export cancelled"),
    "invite": gettext_lazy("Person invited"),
    "accept_invitation": gettext_lazy("Invitation accepted"),
    "activate": gettext_lazy("Person activated"),
    "deactivate": gettext_lazy("Person deactivated"),
    "create_administrator": gettext_lazy("First administrator made"),
    "reset_second_factor": gettext_lazy("One-time codes reset"),
}


@register.inclusion_tag("components/status.html")
def state(code: str, days_late: int = 0) -> dict:
    """The chip of a state, with how late the return was."""
    note = _("%(days)s days late") % {"days": days_late} if days_late else ""
    return {"code": str(code).replace("_", "-"), "label": STATES[code], "note": note}


@register.filter
def action_label(action: str) -> str:
    return ACTIONS.get(action, action)


@register.filter
def at(mapping: dict, key: object) -> object:
    """`mapping[key]`, or nothing."""
    return mapping.get(key)
