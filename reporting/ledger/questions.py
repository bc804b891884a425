"""What of an activity has to be explained? The programme's questions, in the document's words; nothing is ever blocked."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from targets.ledger import Ledger

from ..entry.computed_figures import OpenQuestion
from .allocation import Entry


def questions_about(ledger: Ledger, entry: Entry, venue: str) -> Iterator[OpenQuestion]:
    """“将参与人数控制在20人之内”: 20 is fine, 23 is explained and visible (D24)."""
    for each in ledger.questions:
        if each.asks(on=entry.ends_on, attendances=entry.attendances, kind=entry.kind, venue=venue):
            text = _("%(on)s, %(attendances)s attendances: %(name)s. The document: “%(sentence)s”.") % {
                "on": entry.ends_on.isoformat(),
                "attendances": entry.attendances,
                "name": each.name,
                "sentence": each.sentence,
            }
            yield OpenQuestion(
                text, (each.code, entry.ends_on.isoformat(), str(entry.attendances), entry.kind, venue)
            )
