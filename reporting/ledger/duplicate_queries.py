"""Which activities may be one? The same facts, the same evidence, or claimed by two tenants; and what was decided."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from uuid import UUID

from django.db.models import Count, QuerySet

from portal.access import visible_to
from portal.models import Membership, Tenant
from targets.ledger import Overlap
from targets.models import Programme

from ..entry.visual_names import visual_key
from ..models import Activity, ActivityFile, DuplicateDecision
from .queries import duplicates_among, visible_activities

FACTS, EVIDENCE = "facts", "evidence"
FACTS_ARE = ("provider_id", "starts_on", "ends_on", "venue_key", "kind")
# Larger groups are no duplicates but a sheet taken over twice; the first of them say so.
GROUP_AT_MOST = 20
Pairs = dict[tuple[int, int], str]
Words = dict[tuple[int, UUID], list[DuplicateDecision]]
UNDECIDED = {DuplicateDecision.Outcome.ASKED, DuplicateDecision.Outcome.ANSWERED}


@dataclass(frozen=True)
class Pair:
    """Two activities that may be one. `why`: “facts” (organiser, date, venue, kind), “evidence”, or the code of an overlap
    of the programme. `decision`: the last one about the two, as the first one's side keeps it; `answers`: what the sides
    said since."""

    one: Activity
    other: Activity
    why: str
    decision: DuplicateDecision | None
    answers: tuple[DuplicateDecision, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.decision is None or self.decision.outcome == DuplicateDecision.Outcome.ASKED


def possible_duplicates(by: Membership, programme: Programme) -> list[Pair]:
    """What a person sees that may be counted twice by one organiser: shown, decided by a person, never by itself."""
    seen = visible_activities(by).filter(withdrawn_at=None).filter(programme=programme)
    pairs: Pairs = {}
    for group in (*_same_facts(seen), *_same_evidence(seen)):
        why, keys = group
        pairs.update({pair: pairs.get(pair, why) for pair in combinations(sorted(keys)[:GROUP_AT_MOST], 2)})
    return _pairs(pairs)


def possible_overlaps(by: Membership, programme: Programme) -> list[Pair]:
    """Activities of the same day and place that two tenants may both claim by the document's wording. Each tenant's
    activities are its own: only who sees both sides finds them; what is asked then, both sides see."""
    pairs: Pairs = {}
    for overlap in programme.ledger_rules.overlaps:
        pairs.update(_overlapping(by, programme, overlap))
    return _pairs(pairs)


def pairs_waiting(by: Membership, programme: Programme) -> int:
    """How many of both the person sees that nobody has decided, whether they were asked about or not."""
    found = [*possible_duplicates(by, programme), *possible_overlaps(by, programme)]
    return len({frozenset((each.one.pk, each.other.pk)) for each in found if each.is_open})


def decisions_about(activity: Activity) -> QuerySet[DuplicateDecision]:
    """What was asked and decided about an activity, at its own side, the newest first."""
    found = DuplicateDecision.objects.filter(activity=activity).select_related("other_tenant", "decided_by")
    return found.order_by("-id")


def questions_to(by: Membership) -> list[DuplicateDecision]:
    """What a reviewer asked about the tenant's own activities and nobody has answered or decided since."""
    own = DuplicateDecision.objects.filter(tenant=by.tenant)
    return [each for each in _last_words(own) if each.outcome == DuplicateDecision.Outcome.ASKED]


def answered_below(by: Membership) -> list[DuplicateDecision]:
    """Answers within sight that wait for the decision of who asked; one's own are among them."""
    seen = visible_to(DuplicateDecision.objects.all(), by)
    return [each for each in _last_words(seen) if each.outcome == DuplicateDecision.Outcome.ANSWERED]


def question_about(activity: Activity, other_id: UUID | None) -> DuplicateDecision | None:
    """What was asked about an activity and another one (None: any), until it is decided. An answer may be given again
    till then."""
    about = decisions_about(activity)
    last = {each.other_id: each.outcome for each in reversed(about)}
    undecided = {key for key, outcome in last.items() if outcome in UNDECIDED}
    wanted = undecided if other_id is None else undecided & {other_id}
    return about.filter(outcome=DuplicateDecision.Outcome.ASKED, other_id__in=wanted).first()


def answers_about(one: Activity, other: Activity) -> list[DuplicateDecision]:
    """What each side of the two said since they were asked."""
    return list(_pair(one, other, "", _words([one, other])).answers)


def _last_words(rows: QuerySet[DuplicateDecision]) -> list[DuplicateDecision]:
    """The last row about each two activities, of each side; not of what was withdrawn since."""
    rows = rows.filter(activity__withdrawn_at=None).select_related(
        "activity__provider", "tenant", "other_tenant", "decided_by"
    )
    return list({(each.activity_id, each.other_id): each for each in rows.order_by("id")}.values())


def counted_although_duplicate(by: Membership, programme: Programme) -> list[Activity]:
    """Decided to be another one's, and still in a return that stands: its tenant corrects that return."""
    keys = duplicates_among(visible_to(DuplicateDecision.objects.all(), by))
    seen = visible_activities(by).filter(withdrawn_at=None).filter(programme=programme, pk__in=keys)
    return list(seen.filter(counted_in__isnull=False).order_by("ends_on", "id"))


# --- finding them


def _same_facts(seen: QuerySet[Activity]) -> Iterator[tuple[str, list[int]]]:
    groups = list(seen.order_by().values_list(*FACTS_ARE).annotate(number=Count("id")).filter(number__gt=1))
    near = {"provider_id__in": {each[0] for each in groups}, "ends_on__in": {each[2] for each in groups}}
    found: dict[tuple, list[int]] = {tuple(facts): [] for *facts, _number in groups}
    for *facts, key in seen.filter(**near).order_by("pk").values_list(*FACTS_ARE, "pk"):
        found.get(tuple(facts), []).append(key)
    yield from ((FACTS, keys[:GROUP_AT_MOST]) for keys in found.values())


def _same_evidence(seen: QuerySet[Activity]) -> Iterator[tuple[str, list[int]]]:
    files = ActivityFile.objects.not_withdrawn().filter(activity__in=seen).order_by()
    several = (
        files.values("source_digest").annotate(number=Count("activity", distinct=True)).filter(number__gt=1)
    )
    found = defaultdict(set)
    wanted = [each["source_digest"] for each in several]
    for digest, activity in files.filter(source_digest__in=wanted).values_list(
        "source_digest", "activity_id"
    ):
        found[digest].add(activity)
    yield from ((EVIDENCE, list(keys)) for keys in found.values())


def _overlapping(by: Membership, programme: Programme, overlap: Overlap) -> Pairs:
    """Only the days on which both sides have something are read."""
    one, other = (_side(by, programme, code) for code in (overlap.one, overlap.other))
    sides = [_by_day(one, other), _by_day(other, one)]
    return {
        (one.pk, other.pk): overlap.code
        for day in sides[0].keys() & sides[1].keys()
        for one in sides[0][day]
        for other in sides[1][day]
        if _places(one) & _places(other)
    }


def _side(by: Membership, programme: Programme, code: str) -> QuerySet[Activity]:
    """The activities of a tenant and all below it that the person sees."""
    seen = visible_activities(by).filter(withdrawn_at=None).filter(programme=programme)
    root = Tenant.objects.filter(code=code).first()
    return seen.filter(tenant__path__startswith=root.path) if root else seen.none()


def _by_day(own: QuerySet[Activity], others: QuerySet[Activity]) -> dict[date, list[Activity]]:
    """By the day on which they ended."""
    found = defaultdict(list)
    for each in own.filter(ends_on__in=others.order_by().values("ends_on")):
        found[each.ends_on].append(each)
    return found


def _places(activity: Activity) -> set[str]:
    """The names by which two records of one activity would meet: its venue, its organiser, who helped."""
    names = {activity.venue_key, activity.provider.key, *activity.co_organisers}
    return set(map(visual_key, names)) - {""}


def _pairs(pairs: Pairs) -> list[Pair]:
    keys = {key for pair in pairs for key in pair}
    activities = Activity.objects.with_parties().in_bulk(keys)
    words = _words(activities.values())
    return [
        _pair(activities[one], activities[other], why, words)
        for (one, other), why in sorted(pairs.items(), key=lambda item: _order(activities, item[0]))
    ]


def _order(activities: dict[int, Activity], pair: tuple[int, int]) -> tuple:
    return activities[pair[0]].ends_on, pair


def _words(activities: Iterable[Activity]) -> Words:
    """All that was asked, answered and decided about them, by side, the oldest first."""
    rows = DuplicateDecision.objects.filter(activity__in=[each.pk for each in activities])
    found: Words = defaultdict(list)
    for each in rows.select_related("decided_by", "tenant").order_by("id"):
        found[each.activity_id, each.other_id].append(each)
    return found


def _pair(one: Activity, other: Activity, why: str, words: Words) -> Pair:
    sides = [words.get(key, []) for key in ((one.pk, other.public_id), (other.pk, one.public_id))]
    decided = [each for each in sides[0] if each.outcome != DuplicateDecision.Outcome.ANSWERED]
    last = [side[-1] for side in sides if side]
    answers = tuple(each for each in last if each.outcome == DuplicateDecision.Outcome.ANSWERED)
    return Pair(one, other, why, decided[-1] if decided else None, answers)
