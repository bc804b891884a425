"""Words of the activity ledger: names of codes, and why an activity is in no return that stands."""

from django import template
from django.utils.translation import gettext_lazy as _

from targets.ledger import Ledger

from ..ledger.counting import Place, Reason
from ..ledger.typed import LABELS

register = template.Library()

# What is wrong or missing, and what to do about it.
WHY = {
    Reason.SHORT: _("Not enough class hours yet: add its next sitting once it is held."),
    Reason.CHANNEL: _("Held in a way that does not count here."),
    Reason.NOT_CREDITED: _("Activities of this kind do not count for you."),
    Reason.DUPLICATE: _("Decided to be a duplicate: it is counted at the other side."),
    Reason.NO_PERIOD: _("Its day belongs to no reporting period."),
    Reason.TYPED: _(
        "The provider's figures for %(period)s are typed. Switch it to the ledger to have them computed."
    ),
    Reason.DRAFT: _("In the draft of %(period)s: it counts once that return is submitted."),
    Reason.LATE: _("A late entry in the draft of %(period)s: its own quarter is closed."),
    Reason.SUPPLEMENT: _("The return for %(period)s is submitted without it: recall or correct that return."),
    Reason.CORRECTION: _(
        "%(period)s is closed, and no later quarter of the year takes it: only a correction counts it."
    ),
}
SHORT_WHY = {
    Reason.SHORT: _("class hours missing"),
    Reason.CHANNEL: _("does not count here"),
    Reason.NOT_CREDITED: _("does not count here"),
    Reason.DUPLICATE: _("duplicate"),
    Reason.NO_PERIOD: _("no period"),
    Reason.TYPED: _("figures are typed"),
    Reason.DRAFT: _("in the draft"),
    Reason.LATE: _("late entry, in the draft"),
    Reason.SUPPLEMENT: _("return submitted without it"),
    Reason.CORRECTION: _("needs a correction"),
}


@register.filter
def why_uncounted(place: Place) -> str:
    """The sentence under an activity that no return counts."""
    return WHY[place.reason] % {"period": place.period.name if place.period else ""}


@register.filter
def uncounted_label(place: Place) -> str:
    return SHORT_WHY[place.reason]


@register.simple_tag
def named(ledger: Ledger, options: str, code: str) -> str:
    """The name of a code; a code that the programme no longer knows as it is."""
    found = getattr(ledger, options).get(code)
    return found.name if found else code


@register.simple_tag
def all_named(ledger: Ledger, options: str, codes: list[str]) -> str:
    return "、".join(named(ledger, options, each) for each in codes)


@register.simple_tag
def ledger_label(name: str) -> str:
    """What a field of an activity is called, the same as in its messages."""
    return LABELS[name]
