"""Words of the activity ledger: names of codes, and in a word why an activity is in no return that stands."""

from django import template
from django.utils.translation import gettext_lazy as _

from targets.ledger import Ledger

from ..ledger.allocation import Place, Reason
from ..ledger.fields import LABELS

register = template.Library()

SHORT_WHY = {
    Reason.SHORT: _("class hours missing"),
    Reason.CHANNEL: _("does not count here"),
    Reason.NOT_CREDITED: _("does not count here"),
    Reason.DUPLICATE: _("duplicate"),
    Reason.NO_PERIOD: _("no period"),
    Reason.TYPED: _("figures are typed"),
    Reason.DRAFT: _("in the draft"),
    Reason.LATE: _("carried over, in the draft"),
    Reason.SUPPLEMENT: _("return submitted without it"),
    Reason.CORRECTION: _("needs a correction"),
    Reason.UNLOCK: _("period to be unlocked"),
}


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
