"""Small pieces of pages about returns: the chip of a state, the name of an action, a day."""

import json
from datetime import date, datetime

from django import template
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from targets import calendar

from ..filings.versions import how_it_came
from ..models import Filing, Version
from ..models.states import STATES, Move
from ..rollup.rollup import shown_values

register = template.Library()

# What the history calls what was done.
ACTIONS = {
    "start": gettext_lazy("Started"),
    Move.SAVE: gettext_lazy("Draft saved"),
    "upload": gettext_lazy("File uploaded"),
    "autosave": gettext_lazy("Draft saved while typing"),
    "attach_evidence": gettext_lazy("Evidence attached"),
    "attach_stamped": gettext_lazy("Stamped copy attached"),
    "remove_evidence": gettext_lazy("Evidence removed"),
    "remove_stamped": gettext_lazy("Stamped copy removed"),
    "restore_evidence": gettext_lazy("Evidence put back"),
    "restore_stamped": gettext_lazy("Stamped copy put back"),
    "purge_evidence": gettext_lazy("Removed evidence deleted after 30 days"),
    "purge_stamped": gettext_lazy("Removed stamped copy deleted after 30 days"),
    Move.SUBMIT: gettext_lazy("Submitted"),
    Move.NIL: gettext_lazy("Nil return declared"),
    Move.RECALL: gettext_lazy("Recalled"),
    Move.ACCEPT: gettext_lazy("Accepted"),
    Move.SEND_BACK: gettext_lazy("Sent back"),
    Move.CORRECT: gettext_lazy("Opened for correction"),
    Move.GIVE_UP: gettext_lazy("Correction given up"),
    "close_period": gettext_lazy("Period closed"),
    "reopen_period": gettext_lazy("Period reopened"),
    "extend": gettext_lazy("Due date extended"),
    "request_unlock": gettext_lazy("Asked to unlock"),
    "export": gettext_lazy("Export asked for"),
    "cancel_export": gettext_lazy("Export cancelled"),
    "publish": gettext_lazy("Release published"),
    "weigh": gettext_lazy("Weights set"),
    "remind": gettext_lazy("Reminded"),
    "send_again": gettext_lazy("Reminder sent again"),
    "reminder_settings": gettext_lazy("Settings of reminders changed"),
    "reminder_test": gettext_lazy("Test message asked for"),
    "set_address": gettext_lazy("E-mail address changed"),
    "add_provider": gettext_lazy("Provider added"),
    "change_provider": gettext_lazy("Provider changed"),
    "classify_provider": gettext_lazy("Kind of provider set"),
    "switch_ledger": gettext_lazy("Ledger switched"),
    "record_activity": gettext_lazy("Activity recorded"),
    "change_activity": gettext_lazy("Activity changed"),
    "withdraw_activity": gettext_lazy("Activity withdrawn"),
    "add_evidence": gettext_lazy("Evidence added"),
    "withdraw_evidence": gettext_lazy("Evidence withdrawn"),
    "answer_duplicate": gettext_lazy("Possible duplicate answered"),
    "decide_duplicate": gettext_lazy("Possible duplicate decided"),
    "record_material": gettext_lazy("Material recorded"),
    "change_material": gettext_lazy("Material changed"),
    "withdraw_material": gettext_lazy("Material withdrawn"),
    "attach_to_material": gettext_lazy("File added to a material"),
    "withdraw_from_material": gettext_lazy("File of a material withdrawn"),
    "select_material": gettext_lazy("Material selected"),
    "promote_material": gettext_lazy("Material promoted"),
    "step_back_material": gettext_lazy("Material taken one step back"),
    "switch_material_register": gettext_lazy("Register of materials switched on or off"),
    "save_survey": gettext_lazy("Survey saved"),
    "attach_to_survey": gettext_lazy("File added to the survey"),
    "withdraw_from_survey": gettext_lazy("File of the survey withdrawn"),
    "submit_survey": gettext_lazy("Survey submitted"),
    "send_back_survey": gettext_lazy("Survey sent back"),
    "choose_headline": gettext_lazy("Headline chosen"),
    "designate": gettext_lazy("Operator of the module designated"),
    "end_designation": gettext_lazy("Operator of the module ended"),
    "add_service_point": gettext_lazy("Service point added"),
    "change_service_point": gettext_lazy("Service point changed"),
    "record_checks": gettext_lazy("Verified before service"),
    "invite": gettext_lazy("Person invited"),
    "accept_invitation": gettext_lazy("Invitation accepted"),
    "link_provider": gettext_lazy("Provider linked to the account"),
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


@register.inclusion_tag("components/status.html")
def timeliness(cell) -> dict:
    """The chip of a board's cell: where the return stands, and whether it came in time."""
    return {
        "code": cell.state.replace("_", "-"),
        "label": STATES[cell.state],
        "note": cell.note,
        "is_plain": not cell.days_late,
    }


@register.inclusion_tag("components/status.html")
def arrival(version: Version, filing: Filing) -> dict:
    """The chip beside the instant of a version that came after the due date: what that was, and whether it is late."""
    return {"code": "late" if filing.days_late else "submitted", "label": how_it_came(version, filing)}


@register.filter
def through(first_late: datetime) -> str:
    """2022年3月28日24时"""
    return calendar.through(first_late)


@register.filter
def day_long(day: date) -> str:
    """3月28日（星期一）: a day without its year, with its weekday."""
    pattern = "n月j日（l）" if (get_language() or "").startswith("zh") else "D j M"
    return date_format(day, pattern)


@register.filter
def action_label(action: str) -> str:
    return ACTIONS.get(action, action)


@register.filter
def as_json(value: object) -> str:
    """For an attribute that a script reads."""
    return json.dumps(value, ensure_ascii=False)


@register.filter
def shown(row: dict) -> dict:
    """The figures of a published row as tables print them. Older releases say of none that it is no task."""
    return shown_values(row["values"], row.get("no_task", ()))


@register.filter
def at(mapping: dict, key: object) -> object:
    """`mapping[key]`, or nothing."""
    return mapping.get(key)
