"""Which two activities of the demonstration a reviewer asked about, and who answered: played through the actions, for a
person to decide before the customer's eyes (演示数据)."""

from datetime import datetime

from portal import clock
from portal.demonstration import member
from targets.models import Programme

from ..entry.names import name_key
from ..ledger import duplicate_actions
from ..models import Activity, DuplicateDecision
from .plan import book


def play(programme: Programme) -> None:
    """The first of the two answers, where the fixture says so; the other one is still asked."""
    for each in book()["asked"]:
        if each["programme"] == programme.code:
            one, other = (_activity(described) for described in each["of"])
            with clock.frozen(datetime.fromisoformat(each["at"])):
                asked = DuplicateDecision.Outcome.ASKED
                reviewer = member(f"{programme.lead.code}-reviewer")
                duplicate_actions.decide_duplicate(
                    one, other, outcome=asked, reason=each["reason"], by=reviewer
                )
            if answered := each.get("answered"):
                with clock.frozen(datetime.fromisoformat(answered["at"])):
                    preparer = member(f"{one.tenant.code}-preparer")
                    duplicate_actions.answer_duplicate(
                        one, other.public_id, reason=answered["reason"], by=preparer
                    )


def _activity(described: dict[str, str]) -> Activity:
    return Activity.objects.with_parties().get(
        tenant__code=described["tenant"],
        provider__key=name_key(described["provider"]),
        ends_on=described["ends_on"],
    )
