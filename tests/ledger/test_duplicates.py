"""Activities that may be one: found by facts, evidence or overlapping claims; decided by a person, kept at both sides."""

import pytest
from django.core.exceptions import PermissionDenied

from portal.models import HistoryEntry, Membership
from portal.problems import Refused
from reporting.filings import actions as filing_actions
from reporting.filings import computed as filing_computed
from reporting.ledger import actions as ledger_actions
from reporting.ledger import duplicate_actions, duplicate_queries, file_actions
from reporting.ledger import queries as ledger_queries
from reporting.ledger.reading import as_typed
from reporting.models import Activity, DuplicateDecision

from ..factories import (
    accepted,
    course,
    examined,
    ledger_user,
    membership,
    period,
    recorded,
    row,
    started,
    submitted,
    tenant,
)

pytestmark = pytest.mark.both_databases

NAME = "海门街道社区学校"


def pairs(by: Membership, find=duplicate_queries.possible_duplicates) -> list[tuple[str, bool]]:
    return [(each.why, each.is_open) for each in find(by, period().programme)]


def decide(one: Activity, other: Activity, by: Membership, outcome="duplicate"):
    one, other = (Activity.objects.with_parties().get(pk=each.pk) for each in (one, other))
    return duplicate_actions.decide_duplicate(one, other, outcome=outcome, reason="同一天同一场地。", by=by)


@pytest.fixture
def two(clerk) -> list[Activity]:
    ledger_user(clerk, NAME)
    return recorded(clerk, course(NAME), course(NAME, attendances=38))


def test_the_same_organiser_day_venue_and_kind_are_shown(clerk, neighbour, two):
    recorded(clerk, course(NAME, "2022-03-06"), course(NAME, venue="另一处"))
    assert (pairs(clerk), pairs(neighbour)) == ([("facts", True)], [])


def test_the_same_evidence_is_shown(clerk, two):
    (other,) = recorded(clerk, course(NAME, "2022-03-12"))
    for each in (two[0], other):
        file_actions.add_evidence(each, examined("照片.pdf"), by=clerk)
    assert sorted(pairs(clerk)) == [("evidence", True), ("facts", True)]


def test_a_duplicate_counts_no_more_and_two_count_both(clerk, two):
    decide(*two, clerk)
    (computed,) = filing_computed.computed_for(started(clerk)).rows
    assert (computed.figures["training_attendances"], pairs(clerk)) == (38, [("facts", False)])
    decide(*two, clerk, outcome="distinct")
    assert filing_computed.computed_for(started(clerk)).rows[0].figures["training_attendances"] == 78


def test_a_duplicate_counts_again_once_the_other_one_is_withdrawn(clerk, two):
    """Else what took place counts nowhere, and nobody can decide anew."""
    decide(*two, clerk)
    other = Activity.objects.with_parties().get(pk=two[1].pk)
    ledger_actions.withdraw_activity(other, reason="误记。", revision=1, by=clerk)
    assert filing_computed.computed_for(started(clerk)).rows[0].figures["training_attendances"] == 40
    (left,) = ledger_queries.uncounted(clerk.tenant, period().programme)
    assert str(left.place.reason) == "draft"


def test_each_side_keeps_its_half_with_an_entry(clerk, two):
    decide(*two, clerk)
    halves = DuplicateDecision.objects.order_by("id")
    assert [(each.activity_id, each.outcome) for each in halves] == [
        (two[0].pk, "duplicate"),
        (two[1].pk, "counts"),
    ]
    entries = HistoryEntry.objects.filter(action="decide_duplicate")
    assert {each.subject_id for each in entries} == {each.public_id for each in two}


def test_it_refuses_who_may_not_and_what_is_withdrawn(clerk, neighbour, reviewer, observer, two):
    for by in (neighbour, observer):
        with pytest.raises(PermissionDenied):
            decide(*two, by)
    with pytest.raises(PermissionDenied):
        decide(two[0], two[0], clerk)
    ledger_actions.withdraw_activity(
        Activity.objects.with_parties().get(pk=two[0].pk), reason="误记。", revision=1, by=clerk
    )
    with pytest.raises(Refused):
        decide(*two, reviewer)


@pytest.fixture
def claimed(clerk) -> list[Activity]:
    """台州湾新区 and 椒江 both count what was held in one hall on one day."""
    found = []
    for by, name in [(clerk, NAME), (membership("taizhouwan-preparer"), "三甲街道成校（演示）")]:
        ledger_user(by, name)
        found += recorded(by, course(name, venue="共用文化礼堂（演示）"))
        accepted(by, row(name))
    return found


def test_overlapping_claims_are_found_by_who_sees_both(clerk, reviewer, claimed):
    assert pairs(reviewer, duplicate_queries.possible_overlaps) == [("taizhouwan-jiaojiang", True)]
    assert pairs(clerk, duplicate_queries.possible_overlaps) == []


def test_what_the_reviewer_asks_both_sides_see(clerk, reviewer, claimed):
    with pytest.raises(PermissionDenied):
        decide(*claimed, clerk, outcome="asked")
    decide(*claimed, reviewer, outcome="asked")
    for by in (clerk, membership("taizhouwan-preparer")):
        (asked,) = duplicate_queries.questions_to(by)
        assert asked.tenant == by.tenant and asked.other["tenant"] != by.tenant.short_name
    decide(*claimed, reviewer, outcome="counts")
    assert duplicate_queries.questions_to(clerk) == []
    late = duplicate_queries.counted_although_duplicate(reviewer, period().programme)
    assert [each.tenant for each in late] == [tenant("taizhouwan")]


def test_neither_side_is_told_what_the_other_one_has_in_its_draft(clerk, reviewer, claimed):
    filing = claimed[0].provider.tenant.filings.get()
    filing_actions.correct(filing, reason="补记台账。", revision=filing.revision, by=clerk)
    own = Activity.objects.with_parties().get(pk=claimed[0].pk)
    typed = as_typed(own)
    typed.venue = "尚未报送的场地"
    ledger_actions.change_activity(own, typed, revision=own.revision, by=clerk)
    decide(*claimed, reviewer, outcome="asked")
    (asked,) = duplicate_queries.questions_to(membership("taizhouwan-preparer"))
    assert asked.other["venue"] == "共用文化礼堂（演示）"


def answer(side: Activity, other: Activity, by: Membership, text="是同一场，由我单位主办。"):
    own = Activity.objects.with_parties().get(pk=side.pk)
    return duplicate_actions.answer_duplicate(own, other.public_id, reason=text, by=by)


def test_both_sides_answer_what_they_are_asked_and_the_reviewer_decides(clerk, reviewer, claimed):
    bay = membership("taizhouwan-preparer")
    decide(*claimed, reviewer, outcome="asked")
    answer(*claimed, clerk)
    answer(*reversed(claimed), bay, "与椒江合办，签到表在我处。")
    (pair,) = duplicate_queries.possible_overlaps(reviewer, period().programme)
    assert {each.tenant for each in pair.answers} == {clerk.tenant, bay.tenant}
    assert (pair.is_open, pair.decision.outcome) == (True, "asked")
    assert duplicate_queries.questions_to(clerk) == [] == duplicate_queries.questions_to(bay)
    assert [each.tenant for each in duplicate_queries.answered_below(bay)] == [
        bay.tenant
    ]  # not what the other side says
    answer(*claimed, clerk, "更正：由台州湾新区主办。")
    decide(*claimed, reviewer, outcome="duplicate")
    (pair,) = duplicate_queries.possible_overlaps(reviewer, period().programme)
    assert (pair.is_open, pair.answers, duplicate_queries.answered_below(reviewer)) == (False, (), [])
    with pytest.raises(Refused):
        answer(*claimed, clerk)


def test_both_activities_still_count_after_an_answer(clerk, reviewer, two):
    decide(*two, reviewer, outcome="asked")
    answer(*two, clerk)
    assert filing_computed.computed_for(started(clerk)).rows[0].figures["training_attendances"] == 78


def test_it_takes_no_answer_of_others_none_that_was_not_asked_and_none_as_a_decision(
    clerk, neighbour, reviewer, two
):
    with pytest.raises(Refused):
        answer(*two, clerk)
    decide(*two, reviewer, outcome="asked")
    for by in (neighbour, reviewer):
        with pytest.raises(PermissionDenied):
            answer(*two, by)
    with pytest.raises(ValueError, match="decides nothing"):
        decide(*two, reviewer, outcome="answered")


def test_a_list_of_pairs_takes_no_more_queries_for_more_of_them(clerk, two, django_assert_max_num_queries):
    submitted(clerk, row(NAME))
    with django_assert_max_num_queries(8):
        pairs(clerk)


@pytest.mark.parametrize("number", [1, 4])
def test_how_many_wait_takes_as_many_queries_for_one_as_for_four(clerk, number, django_assert_num_queries):
    provider = ledger_user(clerk, NAME)
    for day in range(1, number + 1):
        recorded(clerk, *(course(provider.name, f"2022-03-0{day}") for _twice in range(2)))
    with django_assert_num_queries(14):
        assert duplicate_queries.pairs_waiting(clerk, period().programme) == number
