"""The activity ledger: what is recorded, what it gives the return, where late entries go, and that nothing counts twice."""

from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from portal import clock
from portal.models import HistoryEntry
from portal.problems import Refused
from reporting.entry.findings import Invalid
from reporting.filings import actions as filing_actions
from reporting.filings import computed as filing_computed
from reporting.filings import queries as filing_queries
from reporting.filings import typed_return
from reporting.filings.checks import run_checks
from reporting.ledger import actions as ledger_actions
from reporting.ledger import file_actions
from reporting.ledger import queries as ledger_queries
from reporting.ledger.reading import as_typed
from reporting.models import Activity, CountedActivity, Filing, Line, Provider
from reporting.periods import actions as period_actions
from reporting.periods import queries as period_queries
from reporting.providers import actions as provider_actions
from reporting.review import actions as review_actions
from reporting.uploads.problems import Unacceptable

from ..factories import (
    EXPLANATION,
    accepted,
    course,
    examined,
    ledger_user,
    membership,
    nil,
    period,
    recorded,
    row,
    started,
    submitted,
    switched,
)

NAME = "海门街道社区学校"
OTHER = "白云街道社区学校"
CLOSED = datetime.fromisoformat("2022-04-12T09:00:00+08:00")  # the first quarter closed on the 10th


@pytest.fixture
def provider(clerk) -> Provider:
    return ledger_user(clerk, NAME)


def figures(filing: Filing, name: str = NAME) -> list[int | None]:
    """Sessions and attendances of both pairs, as the draft reads them."""
    reading, _facts = filing_queries.read_draft(Filing.objects.with_parties().get(pk=filing.pk))
    line = next(each for each in reading.lines if each.provider == name)
    columns = ("training_sessions", "training_attendances", "outreach_sessions", "outreach_attendances")
    return [line.values[code] for code in columns]


def reasons(by) -> list[str]:
    found = ledger_queries.uncounted(by.tenant, period_queries.ledger_programme(by.tenant))
    return [str(each.place.reason) for each in found]


def outreach(name=NAME, on="2022-03-08", attendances=12, **given):
    return course(name, on, attendances, **{"kind": "community", "sittings": [(on, "")], **given})


def corrected(filing: Filing, by) -> Filing:
    filing.refresh_from_db()
    return filing_actions.correct(filing, reason="补记台账。", revision=filing.revision, by=by)


def change(activity: Activity, by, **given) -> Activity:
    activity = Activity.objects.with_parties().get(pk=activity.pk)
    typed = as_typed(activity)
    for name, value in given.items():
        setattr(typed, name, value)
    return ledger_actions.change_activity(activity, typed, revision=activity.revision, by=by)


def withdraw(activity: Activity, by) -> Activity:
    activity = Activity.objects.with_parties().get(pk=activity.pk)
    return ledger_actions.withdraw_activity(
        activity, reason="误记，未举办。", revision=activity.revision, by=by
    )


# --- recording


def test_it_records_with_an_entry(clerk, provider):
    before = HistoryEntry.objects.count()
    (activity,) = recorded(clerk, course(NAME, sittings=[("2022年3月6日", "2.5学时"), ("2022-3-5", "２.5")]))
    assert (str(activity.starts_on), str(activity.ends_on), activity.class_hours) == (
        "2022-03-05",
        "2022-03-06",
        5,
    )
    assert [each.action for each in HistoryEntry.objects.order_by("id")[before:]] == ["record_activity"]


def test_one_account_records_for_its_own_tenant_only(clerk, neighbour, reviewer, provider):
    for by in (neighbour, reviewer):
        with pytest.raises(PermissionDenied):
            ledger_actions.record_activity(clerk.tenant, course(NAME), by=by)
    assert not Activity.objects.exists()


def test_it_tells_everything_that_is_wrong_at_once(clerk, provider):
    typed = course(
        "没有登记的学校",
        "2022-02-30",
        0,
        kind="讲座",
        channel="电话",
        venue_kind="x",
        scenarios=["飞行"],
        volunteers="许多",
    )
    with pytest.raises(Invalid) as refused:
        recorded(clerk, typed)
    columns = {each.column for each in refused.value.findings}
    assert columns == {
        "provider", "sitting-1-on", "attendances", "kind", "channel", "venue_kind", "scenarios", "volunteers"
    }  # fmt: skip
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    ("given", "column"),
    [
        ({"sittings": [("2022-03-22", "5")]}, "sitting-1-on"),  # tomorrow
        ({"sittings": [("2022-03-05", "")]}, "sitting-1-hours"),
        ({"sittings": [("2022-03-05", "2.3")]}, "sitting-1-hours"),
        ({"sittings": []}, "sitting-1-on"),
        ({"venue": "厅\u202e"}, "venue"),
        ({"co_organisers": ["合计"]}, "co_organisers"),
        ({"attendances": "100000"}, "attendances"),
    ],
)
def test_it_refuses_what_cannot_be(clerk, provider, given, column):
    with pytest.raises(Invalid) as refused:
        recorded(clerk, course(NAME, **given))
    assert [each.column for each in refused.value.findings][:1] == [column]


def test_a_list_is_recorded_whole_or_not_at_all(clerk, provider):
    with pytest.raises(Invalid) as refused:
        recorded(clerk, course(NAME), course(NAME, attendances=0))
    assert [each.row for each in refused.value.findings] == [1]
    assert not Activity.objects.exists()


def test_names_of_kinds_and_venues_are_as_good_as_codes(clerk, provider):
    (activity,) = recorded(
        clerk, course(NAME, kind="应用类短期培训", venue_kind="文化家园", scenarios=["安全", "就医"])
    )
    assert (activity.kind, activity.venue_kind, activity.scenarios) == (
        "short_training", "cultural_home", ["hospital", "safety"]
    )  # fmt: skip


def test_a_page_that_is_behind_changes_nothing(clerk, provider):
    (activity,) = recorded(clerk, course(NAME))
    change(activity, clerk, attendances="41")
    typed = as_typed(activity)
    with pytest.raises(Refused):
        ledger_actions.change_activity(activity, typed, revision=activity.revision, by=clerk)
    assert Activity.objects.get().attendances == 41


def test_the_same_file_shows_an_activity_once(clerk, provider):
    (activity,) = recorded(clerk, course(NAME))
    evidence = file_actions.add_evidence(activity, examined("通知.pdf"), by=clerk)
    with pytest.raises(Unacceptable, match="same_here"):
        file_actions.add_evidence(activity, examined("又一次.pdf"), by=clerk)
    assert "通知" not in evidence.file.name
    file_actions.withdraw_evidence(evidence, by=clerk)
    assert not activity.evidence.filter(withdrawn_at=None).exists()


# --- what counts (D6, D8, D10, D11, D17)


def test_the_row_is_the_sum_of_the_activities(clerk, provider):
    recorded(
        clerk,
        course(NAME, attendances=41),
        course(NAME, "2022-03-12", 39),
        outreach(),
        outreach(on="2022-03-09"),
    )
    assert figures(started(clerk)) == [2, 80, 2, 24]


def test_a_short_training_needs_five_hours_and_sittings_add_up(clerk, provider):
    (activity,) = recorded(clerk, course(NAME, sittings=[("2022-03-05", "4.5")]))
    assert reasons(clerk) == ["short"]
    change(activity, clerk, sittings=[("2022-03-05", "4.5"), ("2022-03-12", "0.5")])
    assert (reasons(clerk), figures(started(clerk))) == (["draft"], [1, 40, 0, 0])


def test_a_course_counts_in_the_quarter_in_which_it_ends(clerk):
    ledger_user(clerk, NAME, "2021Q4")
    recorded(clerk, course(NAME, sittings=[("2021-12-30", "3"), ("2022-01-06", "2")]))
    assert figures(started(clerk)) == [1, 40, 0, 0]


def test_online_does_not_count_in_taizhou_and_is_listed(clerk, provider):
    recorded(clerk, course(NAME, channel="online"), course(NAME))
    assert (reasons(clerk), figures(started(clerk))) == (["channel", "draft"], [1, 40, 0, 0])


def test_a_day_before_the_first_period_counts_nowhere(clerk):
    """第一季度 of 2021 counts from 1 March (D5)."""
    ledger_user(clerk, NAME, "2021Q1")
    recorded(clerk, course(NAME, "2021-02-20"))
    assert reasons(clerk) == ["no_period"]


def test_shanghai_counts_online_and_no_assistance_for_the_open_university_alone(db):
    for code, expected in [("sh-open-university", [51, 0]), ("sh-bases", [20, 30])]:
        by = membership(f"{code}-preparer")
        ledger_user(by, NAME, "2021Q4", "shanghai")
        given = {"kind": "training", "sittings": [("2021-12-20", "")]}
        recorded(
            by,
            course(NAME, attendances=20, **given),
            course(NAME, attendances=31, **given | {"channel": "online"}),
            course(NAME, attendances=30, **given | {"kind": "assistance"}),
        )
        filing = Filing(tenant=by.tenant, period=period("2021Q4", "shanghai"))
        (computed,) = filing_computed.computed_for(filing).rows
        assert [
            computed.figures.get(f"{kind}_attendances", 0) for kind in ("training", "assistance")
        ] == expected
        assert len(reasons(by)) == 3


@pytest.mark.parametrize(
    ("attendances", "given", "asked"),
    [(20, {}, 0), (23, {}, 1), (5, {"venue_kind": "home"}, 1), (23, {"explanation": EXPLANATION}, 0)],
)
def test_shanghai_asks_about_more_than_20_and_home_visits_and_blocks_neither(db, attendances, given, asked):
    """“将参与人数控制在20人之内，一般情况下不在老年人家中进行面对面接触”: until 31 March, 20 is fine."""
    by = membership("sh-huangpu-preparer")
    with clock.frozen(datetime.fromisoformat("2021-04-01T09:00:00+08:00")):
        ledger_user(by, NAME, "2021Q1", "shanghai")
        day = {"kind": "training", "sittings": [("2021-03-31", "")]}
        recorded(by, course(NAME, attendances=attendances, **day, **given))
        recorded(by, course(NAME, attendances=99, kind="training", sittings=[("2021-04-01", "")]))
        filing = started(by, "2021Q1", "shanghai")
        reading, facts = filing_queries.read_draft(filing)
        found = [each for each in run_checks(reading, facts) if each.code == "activity_unexplained"]
        assert [(each.is_hard, bool(each.key)) for each in found] == [(False, True)] * asked
        explained = {each.key: EXPLANATION for each in found}
        draft = filing_actions.save_draft(
            filing,
            typed_return.Typed(explanations=explained, preparer="甲", head="乙", telephone="0000"),
            revision=filing.revision,
            by=by,
        )
        version = filing_actions.submit(draft, revision=draft.revision, by=by)
    assert version.totals.get(indicator="training_attendances").value == attendances
    assert len(version.explanations) == asked


# --- typed and computed, never both


def test_typed_figures_of_a_ledger_provider_are_kept_told_and_not_read(clerk, provider):
    recorded(clerk, course(NAME))
    filing = submitted(clerk, row(NAME, 7, 300, 0, 0, 2))
    line = filing.latest.lines.get()
    assert (line.values["training_attendances"], line.values["videos"]) == (40, 2)
    assert set(line.computed) == set(filing_computed.computed_for(filing).rows[0].figures)
    assert filing.draft.rows[0]["values"]["training_attendances"] == "300"
    assert "300" in "".join(filing.latest.notices)


def test_a_provider_without_it_types(clerk, provider):
    recorded(clerk, course(NAME))
    filing = submitted(clerk, row(NAME), row(OTHER, 1, 50))
    assert [(each.provider, each.values["training_attendances"], bool(each.computed)) for each in filing.latest.lines.all()] == [
        (NAME, 40, True), (OTHER, 50, False),
    ]  # fmt: skip


def test_an_alias_in_the_table_is_the_same_provider(clerk, provider):
    provider.refresh_from_db()
    provider_actions.change_provider(
        provider, name=NAME, aliases=["海门成校"], is_active=True, revision=provider.revision, by=clerk
    )
    recorded(clerk, course("海门成校"))
    filing = submitted(clerk, row("海门成校"))
    assert [(each.provider, each.values["training_sessions"]) for each in filing.latest.lines.all()] == [
        (NAME, 1)
    ]
    filing_actions.recall(filing, revision=filing.revision, by=clerk)
    with pytest.raises(Invalid) as refused:
        submitted(clerk, row("海门成校"), row(NAME))
    assert [each.code for each in refused.value.findings] == ["provider_twice"]


@pytest.mark.parametrize("typed", ["海门街道 社区学校", "海门街道\u3000社区学校", "海门街道社区学校\ufe00"])
def test_another_spelling_that_looks_the_same_is_the_same_provider(clerk, provider, typed):
    (activity,) = recorded(clerk, course(typed))
    assert activity.provider.name == NAME
    filing = submitted(clerk, row(typed))
    assert [(each.provider, each.values["training_sessions"]) for each in filing.latest.lines.all()] == [
        (NAME, 1)
    ]


def test_words_for_nothing_are_neither_co_organisers_nor_a_number(clerk, provider):
    (activity,) = recorded(
        clerk, course(NAME, co_organisers=["无", "N/A", "甲 校", "甲校"], volunteers="没有")
    )
    assert (activity.co_organisers, activity.volunteers) == (["甲 校"], 0)


@pytest.mark.parametrize(("typed", "code"), [("城区小计", "total_row"), ("无", "blank")])
def test_neither_a_total_nor_nothing_organises_an_activity(clerk, provider, typed, code):
    with pytest.raises(Invalid) as refused:
        recorded(clerk, course(typed))
    assert [(each.column, each.code) for each in refused.value.findings] == [("provider", code)]


def test_what_is_in_the_ledger_is_no_nil_return(clerk, provider):
    recorded(clerk, course(NAME))
    with pytest.raises(Invalid) as refused:
        nil(clerk)
    assert "nil_with_activities" in [each.code for each in refused.value.findings]


def test_a_switch_holds_from_a_period_that_was_not_submitted(clerk, provider):
    submitted(clerk, row(NAME, *[0] * 7), row(OTHER, 1, 40))
    other = provider_actions.add_provider(clerk.tenant, OTHER, by=clerk)
    with pytest.raises(Refused):
        switched(other, clerk, "2022Q1")
    switched(other, clerk, "2022Q2")
    with pytest.raises(Refused):  # it is so already
        switched(other, clerk, "2022Q2")
    recorded(clerk, course(OTHER))
    assert reasons(clerk) == ["typed"]
    entries = HistoryEntry.objects.filter(action="switch_ledger", subject_id=other.public_id)
    assert [each.after for each in entries] == [{"uses_ledger": True, "from": "2022Q2"}]


def test_switched_back_in_a_draft_what_was_typed_is_read_again(clerk, provider):
    recorded(clerk, course(NAME))
    filing = started(clerk)
    typed = typed_return.Typed(rows=[row(NAME, 7, 300)])
    filing = filing_actions.save_draft(filing, typed, revision=filing.revision, by=clerk)
    assert figures(filing) == [1, 40, 0, 0]
    switched(provider, clerk, "2022Q1", uses=False)
    assert (figures(filing), reasons(clerk)) == ([7, 300, 0, 0], ["typed"])


# --- frozen with the version


def test_submitting_freezes_each_activity_into_one_version(clerk, provider):
    one, two = recorded(clerk, course(NAME), outreach())
    filing = submitted(clerk, row(NAME))
    counted = CountedActivity.objects.filter(version=filing.latest)
    assert {each.activity_id: each.figures for each in counted} == {
        one.pk: {"training_sessions": 1, "training_attendances": 40},
        two.pk: {"outreach_sessions": 1, "outreach_attendances": 12},
    }
    assert {each.counted_in for each in Activity.objects.all()} == {filing.latest}
    assert (reasons(clerk), [each.content["attendances"] for each in counted]) == ([], [40, 12])


def test_a_correction_is_not_given_up_while_the_ledger_says_otherwise(clerk, reviewer, provider, unchanged):
    """Else the ledger would say 50 and the accepted version, which counts the activity, 40."""
    (activity,) = recorded(clerk, course(NAME))
    filing = submitted(clerk, row(NAME))
    filing = corrected(review_actions.accept(filing, revision=filing.revision, by=reviewer), clerk)
    change(activity, clerk, attendances="50")
    with unchanged(), pytest.raises(Refused, match="有 1 条在更正期间被改动"):
        filing_actions.give_up(filing, revision=filing.revision, by=clerk)
    change(activity, clerk, attendances="40")
    filing = filing_actions.give_up(filing, revision=filing.revision, by=clerk)
    assert (filing.status, Activity.objects.get().counted_in) == ("accepted", filing.accepted)


def test_another_name_of_the_provider_is_no_change_of_what_is_counted(clerk, reviewer, provider):
    recorded(clerk, course(NAME))
    filing = submitted(clerk, row(NAME))
    filing = corrected(review_actions.accept(filing, revision=filing.revision, by=reviewer), clerk)
    provider.refresh_from_db()
    named = {"name": "海门街道成校（新名）", "aliases": [], "is_active": True, "revision": provider.revision}
    provider_actions.change_provider(provider, **named, by=clerk)
    assert filing_actions.give_up(filing, revision=filing.revision, by=clerk).status == "accepted"


def test_a_withdrawn_activity_stops_giving_up_too(clerk, reviewer, provider, unchanged):
    (activity,) = recorded(clerk, course(NAME))
    filing = submitted(clerk, row(NAME))
    filing = corrected(review_actions.accept(filing, revision=filing.revision, by=reviewer), clerk)
    withdraw(activity, clerk)
    with unchanged(), pytest.raises(Refused):
        filing_actions.give_up(filing, revision=filing.revision, by=clerk)


def test_a_change_of_the_ledger_alone_is_a_correction(clerk, reviewer, provider):
    (activity,) = recorded(clerk, course(NAME))
    filing = submitted(clerk, row(NAME))
    filing = corrected(review_actions.accept(filing, revision=filing.revision, by=reviewer), clerk)
    with pytest.raises(Invalid):
        filing_actions.submit(filing, revision=filing.revision, by=clerk)
    change(activity, clerk, venue="老年大学（演示）")
    assert filing_actions.submit(filing, revision=filing.revision, by=clerk).number == 2


def test_what_is_counted_is_changed_by_way_of_the_return(clerk, reviewer, provider):
    (activity,) = recorded(clerk, course(NAME))
    filing = submitted(clerk, row(NAME))
    for attempt in (lambda: change(activity, clerk, attendances="50"), lambda: withdraw(activity, clerk)):
        with pytest.raises(Refused, match=r"(?i)recall|撤回"):
            attempt()
    filing = review_actions.accept(filing, revision=filing.revision, by=reviewer)
    with pytest.raises(Refused, match=r"(?i)correct|更正"):
        change(activity, clerk, attendances="50")
    filing = corrected(filing, clerk)
    change(activity, clerk, attendances="50")
    assert (figures(filing), Line.objects.get().values["training_attendances"]) == ([1, 50, 0, 0], 40)
    filing = filing_actions.file(
        clerk.tenant, filing.period, typed_return.Typed(rows=[row(NAME)]), by=clerk, explanation=EXPLANATION
    )
    assert [each.content["attendances"] for each in CountedActivity.objects.order_by("id")] == [40, 50]
    review_actions.accept(filing, revision=filing.revision, by=reviewer)
    assert Activity.objects.get().counted_in == filing.latest


def test_activities_of_a_returned_version_can_be_withdrawn_again(clerk, reviewer, provider):
    (activity,) = recorded(clerk, course(NAME))
    filing = submitted(clerk, row(NAME))
    review_actions.send_back(filing, reason="请核对。", revision=filing.revision, by=reviewer)
    assert (Activity.objects.get().counted_in, reasons(clerk)) == (None, ["draft"])
    assert withdraw(activity, clerk).withdrawn_at
    filing = filing_actions.file(
        clerk.tenant,
        filing.period,
        typed_return.Typed(rows=[row(OTHER, 1, 40)]),
        by=clerk,
        explanation=EXPLANATION,
    )
    assert not CountedActivity.objects.filter(version=filing.latest).exists()


def test_a_correction_that_leaves_one_out_lets_it_go_when_it_is_accepted(clerk, reviewer, provider):
    _one, two = recorded(clerk, course(NAME), course(NAME, "2022-03-12"))
    first = accepted(clerk, row(NAME))
    filing = corrected(first, clerk)
    withdraw(two, clerk)
    typed = typed_return.Typed(rows=[row(NAME)])
    filing = filing_actions.file(clerk.tenant, filing.period, typed, by=clerk, explanation=EXPLANATION)
    assert [each.counted_in.number for each in Activity.objects.order_by("id")] == [2, 1]
    review_actions.accept(filing, revision=filing.revision, by=reviewer)
    assert [each.counted_in and each.counted_in.number for each in Activity.objects.order_by("id")] == [
        2,
        None,
    ]


def test_a_return_submits_what_its_person_saw(clerk, provider):
    recorded(clerk, course(NAME))
    filing = started(clerk)
    typed = typed_return.Typed(rows=[row(NAME)], preparer="甲", head="乙", telephone="0000")
    filing = filing_actions.save_draft(filing, typed, revision=filing.revision, by=clerk)
    seen = filing_computed.computed_for(filing).fingerprint
    recorded(clerk, course(NAME, "2022-03-12", 33))
    with pytest.raises(Refused):
        filing_actions.submit(filing, revision=filing.revision, seen=seen, by=clerk)
    assert not Filing.objects.exclude(latest=None).exists()


# --- late entries (D4)


def test_until_the_closing_the_quarter_itself_is_supplemented(clerk, reviewer, provider):
    filing = accepted(clerk, row(OTHER, 1, 40))
    recorded(clerk, course(NAME))
    assert reasons(clerk) == ["supplement"]
    corrected(filing, clerk)
    assert reasons(clerk) == ["draft"]


def test_after_the_closing_it_goes_to_the_next_return_of_the_year_with_a_note(clerk, reviewer, provider):
    first = accepted(clerk, row(OTHER, 1, 40))
    with clock.frozen(CLOSED):
        recorded(clerk, course(NAME, "2022-03-30", 33), course(NAME, "2022-04-02", 44))
        assert reasons(clerk) == ["late", "draft"]
        filing = submitted(clerk, row(NAME), row(OTHER, 1, 50), code="2022Q2")
        assert [each.is_late for each in filing.latest.counted.all()] == [True, False]
        assert filing.latest.lines.get(provider=NAME).values["training_attendances"] == 77
        assert "结转本年已封账报告期的活动1场" in "".join(filing.latest.notices)
        corrected(first, clerk)  # it stays where it is counted
        assert figures(filing, OTHER) and reasons(clerk) == []
        assert (
            not filing_computed.computed_for(Filing.objects.with_parties().get(pk=first.pk))
            .rows[0]
            .activities
        )


def test_of_the_last_quarter_only_a_correction_takes_it(clerk, reviewer):
    ledger_user(clerk, NAME, "2021Q4")
    with clock.frozen(datetime.fromisoformat("2022-01-05T09:00:00+08:00")):
        filing = accepted(clerk, row(OTHER, 1, 40), code="2021Q4")
    recorded(clerk, course(NAME, "2021-12-30", 49))
    assert (reasons(clerk), filing_computed.computed_for(started(clerk)).rows[0].activities) == (
        ["correction"],
        0,
    )
    filing = corrected(filing, clerk)
    assert reasons(clerk) == ["draft"]
    typed = typed_return.Typed(rows=[row(OTHER, 1, 40), row(NAME)])
    filing = filing_actions.file(clerk.tenant, filing.period, typed, by=clerk, explanation=EXPLANATION)
    assert [each.is_late for each in filing.latest.counted.all()] == [False]


def test_a_closed_period_without_a_return_is_unlocked_first_because_nothing_is_there_to_correct(
    clerk, administrator
):
    """D4 knows a correction of the fourth quarter; what was never filed is filed late once the lead has unlocked it."""
    ledger_user(clerk, NAME, "2021Q4")
    recorded(clerk, course(NAME, "2021-12-30", 49))
    (left,) = ledger_queries.uncounted(clerk.tenant, period_queries.ledger_programme(clerk.tenant))
    assert (str(left.place.reason), left.place.period.code) == ("unlock", "2021Q4")
    assert "没有可以更正的季报" in left.place.text
    period_actions.reopen_period(period("2021Q4"), reason="补报", by=administrator)
    assert reasons(clerk) == ["draft"]
    filing = submitted(clerk, row(NAME), code="2021Q4")
    assert [each.content["attendances"] for each in filing.latest.counted.all()] == [49]


def test_a_late_entry_waits_where_its_provider_types(clerk, reviewer, provider):
    accepted(clerk, row(OTHER, 1, 40))
    switched(provider, clerk, "2022Q2", uses=False)
    with clock.frozen(CLOSED):
        recorded(clerk, course(NAME, "2022-03-30"))
        assert reasons(clerk) == ["correction"]


# --- the database


def test_the_database_refuses_an_activity_in_two_returns(clerk, provider):
    (activity,) = recorded(clerk, course(NAME))
    filing = submitted(clerk, row(NAME))
    with clock.frozen(CLOSED):
        later = submitted(clerk, row(OTHER, 1, 40), code="2022Q2")
    counted = {
        "version": later.latest,
        "tenant": clerk.tenant,
        "provider_key": NAME,
        "content": {},
        "figures": {},
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        CountedActivity.objects.create(activity=activity, **counted)
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.filter(pk=activity.pk).update(counted_in=later.latest)
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.filter(pk=activity.pk).update(counted_in=None)
    assert Activity.objects.get().counted_in == filing.latest


def test_the_database_refuses_to_delete_an_activity(clerk, provider):
    (activity,) = recorded(clerk, course(NAME))
    with pytest.raises(Exception, match=r"kept|permission"), transaction.atomic():
        activity.delete()


# --- who sees what


def test_what_no_return_counts_is_its_tenants_alone(clerk, neighbour, reviewer, provider):
    recorded(clerk, course(NAME))
    assert [ledger_queries.visible_activities(who).count() for who in (clerk, neighbour, reviewer)] == [
        1,
        0,
        0,
    ]
    submitted(clerk, row(NAME))
    assert [ledger_queries.visible_activities(who).count() for who in (clerk, neighbour, reviewer)] == [
        1,
        0,
        1,
    ]
