"""The pages of the activity ledger: recording on a phone, the list with its reasons, a day's list, the switch, drilling down."""

import re

import pytest
from django.urls import reverse

from portal import clock
from reporting.filings import actions as filing_actions
from reporting.ledger import actions as ledger_actions
from reporting.ledger import duplicate_actions
from reporting.models import Activity, LedgerSwitch
from reporting.providers import actions as provider_actions
from reporting.review import actions as review_actions

from ..conftest import NOW
from ..factories import accepted, course, ledger_user, membership, period, recorded, row, started, submitted
from ..live import zh
from ..screen import Screen
from ..test_query_counts import queries

pytestmark = pytest.mark.django_db

SCHOOL = "海门街道社区学校"
NEW, LIST, DAY = (reverse(name) for name in ("activity-new", "activity-list", "activity-day"))


@pytest.fixture
def school(clerk):
    return ledger_user(clerk, SCHOOL)


def typed(**given: object) -> dict:
    """What a phone sends for a short training of five class hours."""
    usual = {
        "kind": "short_training", "provider": SCHOOL, "sitting-1-on": "2022-03-05", "sitting-1-hours": "5",
        "attendances": "41", "venue_kind": "cultural_hall", "venue": "文化礼堂（演示）", "scenarios": ["scan", "payment"],
        "channel": "on_site",
    }  # fmt: skip
    return {**usual, **given}


def detail(activity: Activity) -> str:
    return reverse("activity-detail", args=[activity.public_id])


# --- recording


def test_it_starts_with_today_and_the_provider_of_the_last_time(as_, clerk, school):
    assert Screen(as_(clerk).get(NEW)).fields["sitting-1-on"] == "2022-03-21"
    recorded(clerk, course(SCHOOL))
    assert Screen(as_(clerk).get(NEW)).fields["provider"] == SCHOOL


def test_it_records_what_was_typed_and_offers_another_one(as_, clerk, school):
    answer = as_(clerk).post(NEW, typed(), follow=True)
    activity = Activity.objects.get()
    assert (activity.kind, activity.attendances, activity.scenarios) == (
        "short_training",
        41,
        ["scan", "payment"],
    )
    page = Screen(answer)
    assert zh("Recorded in the ledger.") in page.text
    again = next(link.href for link in page.links if link.text == zh("Record another one"))
    fields = Screen(as_(clerk).get(again)).fields
    assert (fields["provider"], fields["venue"], fields["attendances"]) == (SCHOOL, "文化礼堂（演示）", "")


def test_everything_wrong_is_told_at_its_field_with_what_was_typed_and_kept(as_, clerk, school):
    wrong = typed(
        **{"attendances": "四十多", "sitting-1-on": "2022年2月30日", "sitting-1-hours": "五"}, volunteers="-1"
    )
    answer = as_(clerk).post(NEW, wrong)
    page = Screen(answer)
    assert answer.status_code == 422
    assert {link.href for link in page.problems()} == {
        "#attendances",
        "#sitting-1-on",
        "#sitting-1-hours",
        "#volunteers",
    }
    for name, raw in [
        ("attendances", "四十多"),
        ("sitting-1-on", "2022年2月30日"),
        ("sitting-1-hours", "五"),
    ]:
        assert page.fields[name] == raw
        assert raw in page.at[f"{name}_error"]
    assert not Activity.objects.exists()


def test_a_day_that_is_yet_to_come_is_refused(as_, clerk, school):
    page = Screen(as_(clerk).post(NEW, typed(**{"sitting-1-on": "2022-03-22"})))
    assert [link.href for link in page.problems()] == ["#sitting-1-on"]


def test_another_sitting_is_added_without_scripts(as_, clerk, school):
    page = Screen(as_(clerk).post(NEW, typed(do="add_sitting", attendances="x")))
    assert {"sitting-1-on", "sitting-2-on"} <= set(page.fields)
    assert page.fields["attendances"] == "x"
    assert not page.alerts
    several = {"sitting-1-hours": "2.5", "sitting-2-on": "2022-03-12", "sitting-2-hours": "2.5"}
    as_(clerk).post(NEW, typed(**several))
    assert str(Activity.objects.get().class_hours) == "5.0"


def test_a_provider_that_is_not_registered_is_named_and_kept(as_, clerk, school):
    page = Screen(as_(clerk).post(NEW, typed(provider="某校（演示）")))
    assert [link.href for link in page.problems()] == ["#provider"]
    assert "某校（演示）" in page.alerts[0]
    assert page.fields["provider"] == "某校（演示）"


def test_a_field_sent_twice_is_no_form_of_ours(as_, clerk, school):
    assert as_(clerk).post(NEW, typed(attendances=["41", "42"])).status_code == 400


# --- one activity


def test_it_says_where_it_counts_and_why_not(as_, clerk, school):
    (in_draft, short) = recorded(clerk, course(SCHOOL), course(SCHOOL, sittings=[("2022-03-06", "2")]))
    assert period().name in Screen(as_(clerk).get(detail(in_draft))).text
    assert (
        zh("Not yet enough class hours for a short training; add the further sittings.")
        in Screen(as_(clerk).get(detail(short))).text
    )


def test_a_change_keeps_what_was_typed_when_somebody_was_faster(as_, clerk, school):
    (activity,) = recorded(clerk, course(SCHOOL))
    address = reverse("activity-edit", args=[activity.public_id])
    fields = Screen(as_(clerk).get(address)).fields
    assert fields["attendances"] == "40"
    ledger_actions.change_activity(activity, course(SCHOOL, attendances=45), revision=1, by=clerk)
    answer = as_(clerk).post(address, typed(revision=fields["revision"], attendances="50"))
    page = Screen(answer)
    assert (answer.status_code, page.fields["attendances"], page.fields["revision"]) == (409, "50", "2")
    assert as_(clerk).post(address, typed(revision="2", attendances="50")).status_code == 302
    activity.refresh_from_db()
    assert activity.attendances == 50


def test_it_is_withdrawn_with_a_reason_and_stays_readable(as_, clerk, school):
    (activity,) = recorded(clerk, course(SCHOOL))
    address = reverse("activity-withdraw", args=[activity.public_id])
    assert as_(clerk).post(address, {"revision": "1", "reason": ""}).status_code == 422
    assert (
        as_(clerk).post(address, {"revision": "1", "reason": "记错了日期，已另记一场。"}).status_code == 302
    )
    page = Screen(as_(clerk).get(detail(activity)))
    assert "记错了日期" in page.text
    assert zh("Withdrawn") in Screen(as_(clerk).get(LIST, {"show": "withdrawn"})).text


def test_what_is_counted_is_changed_by_way_of_its_return(as_, clerk, school):
    (activity,) = recorded(clerk, course(SCHOOL))
    submitted(clerk, row(SCHOOL))
    assert as_(clerk).get(reverse("activity-edit", args=[activity.public_id])).status_code == 409
    assert as_(clerk).get(reverse("activity-withdraw", args=[activity.public_id])).status_code == 409
    page = Screen(as_(clerk).get(detail(activity)))
    assert zh("Change it…") not in [link.text for link in page.links]


# --- who sees what


@pytest.mark.parametrize("name", ["activity-detail", "activity-edit", "activity-withdraw"])
def test_a_foreign_activity_does_not_exist(as_, clerk, neighbour, reviewer, school, name):
    (activity,) = recorded(clerk, course(SCHOOL))
    address = reverse(name, args=[activity.public_id])
    assert as_(clerk).get(address).status_code == 200
    assert as_(neighbour).get(address).status_code == 404
    assert as_(reviewer).get(address).status_code == 404  # nothing counts it yet


def test_the_reviewer_reads_what_the_version_froze_not_the_correction_under_way(as_, clerk, reviewer, school):
    (activity,) = recorded(clerk, course(SCHOOL))
    filing = accepted(clerk, row(SCHOOL))
    assert "40" in Screen(as_(reviewer).get(detail(activity))).text
    filing_actions.correct(filing, reason="签到表漏了三人，更正。", revision=filing.revision, by=clerk)
    activity.refresh_from_db()
    ledger_actions.change_activity(
        activity, course(SCHOOL, attendances=97, venue="新址（演示）"), revision=1, by=clerk
    )
    page = Screen(as_(reviewer).get(detail(activity)))
    assert "文化礼堂（演示）" in page.text
    assert "97" not in page.text
    assert "新址" not in page.text
    assert "97" in Screen(as_(clerk).get(detail(activity))).text


# --- the list


def test_the_reviewer_is_told_of_the_version_that_counts_it_not_of_one_recalled_since(
    as_, clerk, reviewer, school
):
    (activity,) = recorded(clerk, course(SCHOOL))
    filing = accepted(clerk, row(SCHOOL))
    filing = filing_actions.correct(filing, reason="补记台账。", revision=filing.revision, by=clerk)
    filing = submitted(clerk, row(SCHOOL), row("洪家街道成校", 1, 30))
    filing_actions.recall(filing, revision=filing.revision, by=clerk)
    told = Screen(as_(reviewer).get(detail(activity))).text
    assert zh("counts it now") in told and zh("counted it before") not in told


def test_an_empty_ledger_says_what_to_do(as_, clerk):
    page = Screen(as_(clerk).get(LIST))
    assert zh("No activity here yet") in page.text
    assert NEW in [link.href for link in page.links]


def test_it_lists_by_quarter_provider_and_state_with_totals(as_, clerk, school):
    provider_actions.add_provider(clerk.tenant, "葭沚成校（演示）", by=clerk)
    recorded(clerk, course(SCHOOL), course("葭沚成校（演示）", attendances=20))
    with clock.frozen(NOW):
        page = Screen(as_(clerk).get(LIST))
    assert "60" in page.text
    assert zh("figures are typed") in page.text
    other = Screen(as_(clerk).get(LIST, {"provider": str(school.public_id), "period": "all"}))
    assert zh("figures are typed") not in other.text
    assert zh("No activity here yet") in Screen(as_(clerk).get(LIST, {"period": "2021Q4"})).text


def test_its_lists_ask_the_database_as_often_for_many_as_for_one(as_, clerk, school):
    counts = {}
    for _time in range(2):
        recorded(clerk, course(SCHOOL), course(SCHOOL, "2022-03-12", sittings=[("2022-03-12", "2")]))
        filing = started(clerk)
        for address in (
            LIST,
            reverse("filing-activities", args=[filing.public_id]),
            reverse("filing-edit", args=[filing.public_id]),
        ):
            counts.setdefault(address, []).append(queries(as_(clerk), address))
    assert all(len(set(each)) == 1 for each in counts.values()), counts


@pytest.mark.parametrize("query", ["period=2030Q1", "show=everything", "provider=x"])
def test_what_the_address_does_not_know_is_not_there(as_, clerk, query):
    assert as_(clerk).get(f"{LIST}?{query}").status_code == 404


# --- a day's list


def test_a_day_is_recorded_whole(as_, clerk, school):
    rows = {
        "row-1-kind": "household",
        "row-1-attendances": "3",
        "row-3-kind": "short_training",
        "row-3-hours": "5",
        "row-3-attendances": "38",
    }
    head = {"on": "2022-03-05", "provider": SCHOOL, "channel": "on_site"}
    assert as_(clerk).post(DAY, head | rows).status_code == 302
    assert sorted(Activity.objects.values_list("kind", "attendances")) == [
        ("household", 3),
        ("short_training", 38),
    ]


def test_a_day_with_mistakes_tells_each_at_its_cell_and_records_nothing(as_, clerk, school):
    rows = {
        "row-1-kind": "household", "row-1-attendances": "3",
        "row-2-kind": "舞会", "row-2-attendances": "十来个",
        "row-4-kind": "short_training", "row-4-hours": "", "row-4-attendances": "38", "row-4-provider": "某校（演示）",
    }  # fmt: skip
    answer = as_(clerk).post(DAY, {"on": "2022-03-05", "provider": SCHOOL, "channel": "on_site"} | rows)
    page = Screen(answer)
    assert answer.status_code == 422
    assert {link.href for link in page.problems()} == {
        "#row-2-kind",
        "#row-2-attendances",
        "#row-4-hours",
        "#row-4-provider",
    }
    assert (page.fields["row-2-kind"], page.fields["row-2-attendances"]) == ("舞会", "十来个")
    assert not Activity.objects.exists()


def test_one_row_with_a_mistake_is_told_in_its_row(as_, clerk, school):
    page = Screen(
        as_(clerk).post(
            DAY, {"on": "2022-03-05", "provider": SCHOOL, "row-3-attendances": "x", "row-3-kind": "household"}
        )
    )
    assert [link.href for link in page.problems()] == ["#row-3-attendances"]


def test_rows_are_added_without_scripts_and_an_empty_list_is_none(as_, clerk, school):
    page = Screen(as_(clerk).post(DAY, {"on": "2022-03-05", "row-6-venue": "礼堂", "do": "add_rows"}))
    assert page.fields["row-6-venue"] == "礼堂"
    assert "row-11-venue" in page.fields
    assert as_(clerk).post(DAY, {"on": "2022-03-05", "row-1-venue": " "}).status_code == 422


# --- the switch


def test_a_provider_is_switched_from_a_chosen_period_on(as_, clerk):
    provider = provider_actions.add_provider(clerk.tenant, SCHOOL, by=clerk)
    address = reverse("provider-ledger", args=[provider.public_id])
    assert address in [
        link.href
        for link in Screen(as_(clerk).get(reverse("provider-edit", args=[provider.public_id]))).links
    ]
    assert as_(clerk).post(address, {"revision": "1"}).status_code == 422
    assert as_(clerk).post(address, {"revision": "1", "period": "2022Q1"}).status_code == 302
    assert LedgerSwitch.objects.get().uses_ledger
    page = Screen(as_(clerk).get(address))
    assert zh("Type the figures again?") in page.text
    assert "2022-01-01" in page.text


def test_nobody_switches_a_foreign_provider(as_, clerk, neighbour, reviewer):
    provider = provider_actions.add_provider(clerk.tenant, SCHOOL, by=clerk)
    address = reverse("provider-ledger", args=[provider.public_id])
    assert (as_(neighbour).get(address).status_code, as_(reviewer).get(address).status_code) == (404, 403)


@pytest.mark.parametrize(
    ("attendances", "explanation", "asks"),
    [(20, "", False), (23, "", True), (23, "家属陪同，分两处就座。", False)],
)
def test_what_the_first_phase_limits_is_told_where_it_was_recorded(as_, attendances, explanation, asks):
    """“将参与人数控制在20人之内”: 20 is fine; 23 is kept, and asked about until it is explained."""
    by = membership("sh-huangpu-preparer")
    ledger_user(by, "黄浦演示基地", "2021Q1", "shanghai")
    given = {"kind": "training", "sittings": [("2021-03-20", "")], "explanation": explanation}
    (one,) = recorded(by, course("黄浦演示基地", attendances=attendances, **given))
    page = Screen(as_(by).get(detail(one)))
    assert ("将参与人数控制在20人之内" in page.text) == asks
    (*links,) = (link.href for link in page.links if link.href.endswith("#explanation"))
    assert len(links) == asks
    if asks:
        form = as_(by).get(links[0]).content.decode()
        assert (
            'class="unfold more" open' in form
            and 'id="explanation"' in form.split('class="unfold more" open')[1]
        )
        plain = as_(by).get(links[0].split("?")[0]).content.decode()
        assert 'class="unfold more" open' not in plain


@pytest.mark.parametrize(
    ("username", "optional"), [("jiaojiang-preparer", False), ("sh-huangpu-preparer", True)]
)
def test_class_hours_are_optional_where_no_kind_asks_for_them(as_, db, username, optional):
    page = as_(membership(username)).get(NEW).content.decode()
    label = re.search(r'<label for="sitting-1-hours"\s*>(.*?)</label>', page, re.DOTALL).group(1)
    assert ("optional" in label) == optional


@pytest.mark.parametrize("role", ["reviewer", "administrator", "observer"])
def test_who_sees_returns_finds_the_ledger_in_the_navigation(as_, db, role):
    """The roles table: to look at returns is to look at what they count."""
    for tenant in ("taizhou-education", "shanghai-civil-affairs", "sh-eldercare"):
        screen = Screen(as_(membership(f"{tenant}-{role}")).get("/"))
        assert LIST in [link.href for link in screen.links]


# --- drilling down


def test_from_the_city_total_to_the_activity_every_step_is_a_link(as_, clerk, reviewer, school):
    recorded(clerk, course(SCHOOL, attendances=41), course(SCHOOL, "2022-03-12", attendances=23))
    accepted(clerk, row(SCHOOL))
    client, address = as_(reviewer), reverse("rollup", args=["taizhou"]) + "?period=2022Q1"
    for step, figures in [
        ("tenant=jiaojiang", {"64"}),
        ("^/filings/[^/]+/$", {"64"}),
        ("^/versions/[^/]+/$", {"64"}),
        ("/activities/.provider=", {"64"}),
        ("^/ledger/[^/]+-[^/]+/$", {"41", "23"}),
    ]:
        page = Screen(client.get(address))
        assert figures <= {cell for table in page.tables for line in table for cell in line}, address
        address = next(link.href for link in page.links if re.search(step, link.href))
    assert SCHOOL in Screen(client.get(address)).text


def test_a_computed_line_opens_its_activities_wherever_it_stands(as_, clerk, reviewer, school):
    """On the county's sheet of the roll-up, on the return while it is reviewed, and on the return that is accepted."""
    recorded(clerk, course(SCHOOL, attendances=41))
    filing = submitted(clerk, row(SCHOOL))
    waiting = Screen(as_(reviewer).get(filing.get_absolute_url()))
    assert any("/activities/?provider=" in link.href for link in waiting.links)
    review_actions.accept(filing, revision=filing.revision, by=reviewer)
    county = reverse("rollup", args=["taizhou"]) + "?period=2022Q1&tenant=jiaojiang"
    for address in (county, filing.get_absolute_url()):
        page = Screen(as_(reviewer).get(address))
        link = next(link for link in page.links if link.text == SCHOOL)
        assert "41" in Screen(as_(reviewer).get(link.href)).text
    year = Screen(as_(reviewer).get(f"{county}&cumulative=1"))
    assert SCHOOL not in [link.text for link in year.links]


def test_a_versions_activities_are_those_that_it_froze(as_, clerk, school):
    recorded(clerk, course(SCHOOL, attendances=41), course(SCHOOL, "2022-03-12", attendances=23))
    filing = submitted(clerk, row(SCHOOL))
    address = reverse("version-activities", args=[filing.latest.public_id])
    page = Screen(as_(clerk).get(address))
    assert {"41", "23"} <= {cell for line in page.tables[-1] for cell in line}
    assert as_(clerk).get(address, {"provider": "x"}).status_code == 404


def test_the_return_leads_to_its_activities_and_to_what_is_left_out(as_, clerk, reviewer, school):
    recorded(clerk, course(SCHOOL, attendances=41), course(SCHOOL, sittings=[("2022-03-06", "2")]))
    filing = started(clerk)
    page = Screen(as_(clerk).get(reverse("filing-edit", args=[filing.public_id])))
    address = reverse("filing-activities", args=[filing.public_id])
    assert address in [link.href for link in page.links]
    by_provider = f"{address}?provider={school.public_id.hex}"
    assert by_provider in [link.href for link in page.links]
    listed = Screen(as_(clerk).get(by_provider))
    assert zh("In no return, and why") in listed.text
    assert as_(reviewer).get(address).status_code == 404


def test_those_above_come_in_by_what_is_counted(as_, clerk, reviewer, school):
    assert zh("No return counts an activity yet") in Screen(as_(reviewer).get(LIST)).text
    recorded(clerk, course(SCHOOL))
    submitted(clerk, row(SCHOOL))
    assert clerk.tenant.name in Screen(as_(reviewer).get(LIST)).text


# --- duplicates


def test_two_that_agree_are_shown_and_decided_with_a_reason(as_, clerk, school):
    one, other = recorded(clerk, course(SCHOOL), course(SCHOOL))
    page = Screen(as_(clerk).get(reverse("duplicate-list")))
    address = f"{reverse('duplicate-decide', args=[one.public_id])}?other={other.public_id}"
    assert address in [link.href for link in page.links]
    assert as_(clerk).post(address, {"outcome": "distinct", "reason": ""}).status_code == 422
    answer = as_(clerk).post(address, {"outcome": "duplicate", "reason": "同一场记了两次。"}, follow=True)
    assert zh("The decision is recorded at both sides.") in Screen(answer).text
    assert "同一场记了两次。" in Screen(as_(clerk).get(detail(one))).text
    assert zh("duplicate") in Screen(as_(clerk).get(LIST)).text


def overlapping(clerk) -> tuple[Activity, Activity]:
    """台州湾新区 and 椒江 both count an activity of the same day and place, submitted."""
    bay = membership("taizhouwan-preparer")
    ledger_user(bay, "新区学校（演示）")
    (mine,) = recorded(clerk, course(SCHOOL))
    (theirs,) = recorded(bay, course("新区学校（演示）"))
    submitted(clerk, row(SCHOOL)), submitted(bay, row("新区学校（演示）"))
    return mine, theirs


def test_what_two_tenants_may_both_claim_the_reviewer_asks_and_both_sides_read(
    as_, clerk, neighbour, reviewer, school
):
    overlapping(clerk)
    page = Screen(as_(reviewer).get(reverse("duplicate-list")))
    address = next(link.href for link in page.links if "/duplicate/" in link.href)
    assert as_(clerk).get(address).status_code == 404
    question = "两单位同日同地各报一场，是同一场吗？"
    assert as_(reviewer).post(address, {"outcome": "asked", "reason": question}).status_code == 302
    for who in (clerk, membership("taizhouwan-preparer")):
        text = Screen(as_(who).get(reverse("duplicate-list"))).text
        assert question in text
        assert "新区学校（演示）" in text
        assert SCHOOL in text
    assert question not in Screen(as_(neighbour).get(reverse("duplicate-list"))).text


def test_both_sides_answer_on_a_page_and_the_reviewer_reads_it_beside_the_activities(
    as_, clerk, neighbour, reviewer, school
):
    bay = membership("taizhouwan-preparer")
    one, other = (Activity.objects.with_parties().get(pk=each.pk) for each in overlapping(clerk))
    duplicate_actions.decide_duplicate(
        one, other, outcome="asked", reason="两单位各报一场，是同一场吗？", by=reviewer
    )
    for who, own, said in [(clerk, one, "是同一场，椒江主办。"), (bay, other, "我单位协办。")]:
        address = next(
            link.href for link in Screen(as_(who).get(reverse("home"))).links if "/answer/" in link.href
        )
        assert str(own.public_id) in address
        assert "两单位各报一场" in Screen(as_(who).get(address)).text
        assert as_(who).post(address, {"reason": " "}).status_code == 422
        assert as_(who).post(address, {"reason": said}).status_code == 302
        assert said in Screen(as_(who).get(reverse("duplicate-list"))).text
        assert as_(neighbour).get(address).status_code == 404
    assert "椒江主办" not in Screen(as_(bay).get(reverse("duplicate-list"))).text
    decide = next(
        link.href for link in Screen(as_(reviewer).get(reverse("home"))).links if "/duplicate/" in link.href
    )
    for page in (decide, reverse("duplicate-list")):
        text = Screen(as_(reviewer).get(page)).text
        assert "椒江主办" in text and "我单位协办" in text
    assert as_(reviewer).post(decide, {"outcome": "counts", "reason": "由椒江主办。"}).status_code == 302
    assert as_(clerk).get(address).status_code == 404
    assert as_(bay).get(address).status_code == 409


def test_only_the_body_above_both_decides_between_two_tenants(as_, clerk, reviewer, observer, school):
    mine, theirs = overlapping(clerk)
    address = f"{reverse('duplicate-decide', args=[mine.public_id])}?other={theirs.public_id}"
    assert as_(observer).post(address, {"outcome": "distinct", "reason": "两场。"}).status_code == 403
    assert as_(reviewer).post(address, {"outcome": "counts", "reason": "由椒江主办。"}).status_code == 302


def test_what_only_a_late_return_can_count_leads_to_the_request_for_it(as_, clerk):
    """The fourth quarter is closed and was never filed: there is nothing to correct."""
    ledger_user(clerk, SCHOOL, "2021Q4")
    (one,) = recorded(clerk, course(SCHOOL, "2021-12-30", 49))
    request = reverse("unlock-request", args=["taizhou", "2021Q4"])
    for address in (detail(one), f"{reverse('activity-list')}?period=2021Q4"):
        page = Screen(as_(clerk).get(address))
        assert "没有可以更正的季报" in page.text and "只能通过更正" not in page.text
        assert request in [link.href for link in page.links]
    assert as_(clerk).get(request).status_code == 200
