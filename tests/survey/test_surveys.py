"""The survey of phase one: kept as typed, read when it is submitted, added up for those above; attendances beside it."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from portal import clock
from portal import queries as people
from portal.models import HistoryEntry, Membership
from portal.problems import Refused
from reporting.channels.coverage import coverage
from reporting.entry.findings import Invalid
from reporting.models import Survey
from reporting.rollup.rollup import actual_figures
from reporting.survey import actions as survey_actions
from reporting.survey.answers import is_link, questions_of, read_survey
from reporting.survey.overview import overview
from targets.models import ReportingDuty

from ..factories import SURVEY, accepted, membership, period, row, surveyed
from ..screen import Screen

OVERVIEW = "/taizhou/survey/"
EVERYBODY = "应上报的都已上报"


def save(by, revision: int = 0, **typed: str) -> Survey:
    return survey_actions.save_survey(
        by.tenant, period().programme, {**SURVEY, **typed}, revision=revision, by=by
    )


def read(**typed: str):
    return read_survey({**SURVEY, **typed}, questions_of(period().programme.survey))


# --- what is typed


@pytest.mark.parametrize(
    ("given", "column"),
    [
        ({"people": "约2000"}, "people"),
        ({"people": ""}, "people"),
        ({"funds": "8万"}, "funds"),
        ({"volunteers": "-1"}, "volunteers"),
        ({"teachers_full_time": "10.5"}, "teachers_full_time"),
        ({"videos": "/"}, "videos"),
        ({"people": "2501"}, "people"),
        ({"difficulties": " \n　\n"}, "difficulties"),
        ({"difficulties": "难" * 101}, "difficulties"),
        ({"difficulties": "\n".join(map(str, range(31)))}, "difficulties"),
        ({"plan_link": "见附件"}, "plan_link"),
    ],
)
def test_it_names_the_question_that_is_wrong(db, given, column):
    found = read(**given).findings
    assert [finding.column for finding in found] == [column]
    labels = {each.code: each.label for each in questions_of(period().programme.survey)}
    assert labels[column] in found[0].text


def test_it_reads_numbers_as_a_return_does(db):
    answers = read(people="２０００人", funds="80,000元", difficulties="甲\r\n乙\r\n\r\n甲").answers
    assert (answers["people"], answers["funds"], answers["difficulties"]) == (2000, 80000, ["甲", "乙"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://example.org/方案", True),
        ("http://example.org:8080/a?b=c", True),
        ("https://", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("https://example.org/a b", False),
        ('https://example.org/"><script>', False),
        ("https://example.org:99999/", False),
        ("//example.org", False),
        ("ftp://example.org", False),
    ],
)
def test_it_leads_nowhere_but_to_a_web_address(text, expected):
    assert is_link(text) is expected


# --- keeping and submitting


def test_it_keeps_whatever_is_typed(clerk):
    survey = save(clerk, people="大概两千")
    assert (survey.typed["people"], survey.answers, survey.submitted_at) == ("大概两千", {}, None)


def test_it_submits_nothing_while_something_is_wrong(clerk, unchanged):
    survey = save(clerk, people="大概两千", funds="")
    with unchanged(), pytest.raises(Invalid) as refused:
        survey_actions.submit_survey(survey, revision=survey.revision, by=clerk)
    assert {finding.column for finding in refused.value.findings} == {"people", "funds"}


def test_what_was_submitted_counts_until_it_is_submitted_again(clerk):
    survey = surveyed(clerk)
    survey = save(clerk, survey.revision, people="1800")
    assert survey.answers["people"] == 2000
    first = survey.first_submitted_at
    survey = survey_actions.submit_survey(survey, revision=survey.revision, by=clerk)
    assert (survey.answers["people"], survey.first_submitted_at) == (1800, first)
    entry = HistoryEntry.objects.filter(action="submit_survey").last()
    assert (entry.before["answers"]["people"], entry.after["answers"]["people"]) == (2000, 1800)


def test_nothing_new_writes_nothing(clerk, unchanged):
    survey = surveyed(clerk)
    with unchanged():
        survey = save(clerk, survey.revision)
        survey_actions.submit_survey(survey, revision=survey.revision, by=clerk)


def test_two_people_do_not_overwrite_each_other(clerk, head):
    save(clerk)
    with pytest.raises(Refused):
        save(head, people="1")
    assert Survey.objects.get().typed["people"] == "2000"


@pytest.mark.parametrize("who", ["huangyan-preparer", "jiaojiang-observer", "taizhou-education-reviewer"])
def test_only_the_tenant_answers_its_survey(clerk, unchanged, who):
    by = membership(who)
    with unchanged(), pytest.raises(PermissionDenied):
        survey_actions.save_survey(clerk.tenant, period().programme, SURVEY, revision=0, by=by)


# --- what comes of it


def test_those_above_see_what_was_submitted_and_nothing_that_is_only_typed(clerk, neighbour, reviewer):
    survey = surveyed(clerk)
    save(clerk, survey.revision, people="7", difficulties="只是打了字")
    save(neighbour)
    found = overview(period().programme, reviewer)
    assert [each.tenant.code for each in found.answered] == ["jiaojiang"]
    assert len(found.expected) == 9
    assert dict(zip([each.code for each in found.columns], found.totals, strict=True))["people"] == 2000
    assert [named.text for _question, listed in found.lists for named in listed] == [
        "不会扫码",
        "字体小、看不清",
    ]
    assert "save_survey" not in people.history(reviewer).values_list("action", flat=True)
    assert "save_survey" in people.history(clerk).values_list("action", flat=True)


def test_it_puts_first_what_most_name(clerk, neighbour, reviewer):
    surveyed(clerk, difficulties="甲\n乙")
    surveyed(neighbour, difficulties="乙\n丙")
    ((_question, named),) = overview(period().programme, reviewer).lists
    assert [(each.text, [tenant.code for tenant in each.tenants]) for each in named] == [
        ("乙", ["jiaojiang", "huangyan"]),
        ("甲", ["jiaojiang"]),
        ("丙", ["huangyan"]),
    ]


# --- sent back


WHY = "经费与附件的方案不符，请核对。"


def send_back(survey: Survey, by, reason: str = WHY) -> Survey:
    return survey_actions.send_back_survey(survey, reason=reason, revision=survey.revision, by=by)


@pytest.mark.parametrize("who", ["jiaojiang-head", "huangyan-preparer", "taizhou-education-administrator"])
def test_only_the_reviewer_above_sends_it_back(clerk, unchanged, who):
    survey = surveyed(clerk)
    with unchanged(), pytest.raises(PermissionDenied):
        send_back(survey, membership(who))


def test_nobody_sends_back_the_survey_of_where_they_work(clerk, reviewer, unchanged):
    survey = surveyed(clerk)
    Membership.objects.create(user=reviewer.user, tenant=clerk.tenant, role="preparer")
    with unchanged(), pytest.raises(PermissionDenied):
        send_back(survey, reviewer)


@pytest.mark.parametrize("reason", ["", "　", "字" * 501])
def test_it_is_not_sent_back_without_a_reason(clerk, reviewer, reason, unchanged):
    survey = surveyed(clerk)
    with unchanged(), pytest.raises(Invalid):
        send_back(survey, reviewer, reason)


def test_what_is_not_submitted_is_not_sent_back(clerk, reviewer, unchanged):
    survey = save(clerk)
    with unchanged(), pytest.raises(Refused):
        send_back(survey, reviewer)


def test_it_goes_back_and_counts_again_when_it_is_submitted_again(clerk, reviewer):
    first = surveyed(clerk).first_submitted_at
    survey = send_back(Survey.objects.get(), reviewer)
    (row,) = [each for each in overview(period().programme, reviewer).rows if each.tenant == clerk.tenant]
    assert (row.survey, row.is_sent_back) == (None, True)
    assert overview(period().programme, reviewer).totals[0] is None
    entry = HistoryEntry.objects.get(action="send_back_survey")
    assert (entry.reason, entry.by, entry.tenant) == (WHY, reviewer.user, clerk.tenant)
    with clock.frozen(clock.now() + timedelta(days=1)):
        survey = survey_actions.submit_survey(survey, revision=survey.revision, by=clerk)
    assert (survey.first_submitted_at, survey.answers["people"]) == (first, 2000)
    (row,) = [each for each in overview(period().programme, reviewer).rows if each.tenant == clerk.tenant]
    assert (row.survey, row.is_sent_back) == (survey, False)


def test_the_county_reads_why_until_it_has_submitted_again(as_, clerk, reviewer):
    survey = surveyed(clerk)
    address = reverse("survey-send-back", args=[survey.public_id])
    client = as_(reviewer)
    assert address in {each.href for each in Screen(client.get(OVERVIEW)).links}
    asked = Screen(client.get(address))
    assert clerk.tenant.name in asked.text
    blank = client.post(address, {"revision": asked.fields["revision"], "reason": " "})
    assert blank.status_code == 422 and Survey.objects.get().submitted_at
    done = client.post(address, {"revision": asked.fields["revision"], "reason": WHY})
    assert done.status_code == 302
    assert client.post(address, {"revision": asked.fields["revision"], "reason": WHY}).status_code == 409
    assert "已退回" in Screen(client.get(OVERVIEW)).text
    pages = [OVERVIEW, reverse("survey-edit", args=["taizhou"]), reverse("home")]
    assert [page for page in pages if WHY not in Screen(as_(clerk).get(page)).text] == []
    survey.refresh_from_db()
    survey_actions.submit_survey(survey, revision=survey.revision, by=clerk)
    assert [page for page in pages if WHY in Screen(as_(clerk).get(page)).text] == []


# --- who has no work plan


def test_a_survey_without_its_work_plan_is_named_and_not_all_is_in(as_, clerk, reviewer, all_counties):
    for by in all_counties:
        surveyed(by, plan_link="" if by.tenant == clerk.tenant else "https://example.org/plan")
    found = overview(period().programme, reviewer)
    assert (found.missing, [each.tenant for each in found.without_plan]) == ([], [clerk.tenant])
    assert not found.is_complete
    text = Screen(as_(reviewer).get(OVERVIEW)).text
    assert "调查均已上报，工作方案未报齐" in text and EVERYBODY not in text
    assert f"工作方案8/9未上报：{clerk.tenant.short_name}" in "".join(text.split())
    save(clerk, Survey.objects.get(tenant=clerk.tenant).revision, plan_link="https://example.org/own")
    own = Survey.objects.select_related("tenant", "programme").get(tenant=clerk.tenant)
    survey_actions.submit_survey(own, revision=own.revision, by=clerk)
    assert overview(period().programme, reviewer).is_complete
    assert EVERYBODY in Screen(as_(reviewer).get(OVERVIEW)).text


@pytest.fixture
def all_counties(clerk):
    duties = ReportingDuty.objects.filter(programme=period().programme, is_ranked=True)
    codes = list(duties.values_list("tenant__code", flat=True))
    assert len(codes) == 9
    return [membership(f"{code}-preparer") for code in codes]


# --- attendances per surveyed person


def covered(by, code: str = "2022Q1"):
    programme = period().programme
    return coverage(programme, by.tenant, actual_figures(programme, [period(code)], by.tenant))


def test_it_divides_attendances_by_people_of_those_who_answered(clerk, neighbour, reviewer):
    surveyed(clerk, people="2000")
    surveyed(neighbour, people="1500")
    accepted(clerk, row("海门街道社区学校", 20, 1000, 2, 35))
    accepted(membership("luqiao-preparer"), row("路桥区社区学院", 10, 500))
    found = covered(reviewer)
    assert [(row.tenant.code, row.people, row.attendances, row.per_person) for row in found.rows] == [
        ("jiaojiang", 2000, 1035, Decimal("0.52")),
        ("huangyan", 1500, None, None),
    ]
    assert (found.whole.people, found.whole.attendances) == (2000, 1035)
    assert "luqiao" in [each.code for each in found.unanswered]


def test_it_tells_nothing_before_anybody_has_answered(clerk, reviewer):
    save(clerk)
    accepted(clerk)
    assert covered(reviewer) is None


def test_it_shows_a_tenant_its_own_alone(clerk, neighbour):
    surveyed(clerk)
    surveyed(neighbour)
    assert [row.tenant for row in covered(clerk).rows] == [clerk.tenant]


def test_it_divides_by_nobody(clerk):
    surveyed(clerk, people="0")
    accepted(clerk)
    assert covered(clerk).rows[0].per_person is None


def test_before_the_phase_is_over_who_has_not_answered_is_still_in_time(as_, reviewer):
    """The survey's phase ends on 28 February 2021."""
    address = reverse("survey-overview", args=["taizhou"])
    for day, state in (("2021-02-28T23:59", "pending"), ("2021-03-01T00:00", "missing")):
        with clock.frozen(datetime.fromisoformat(f"{day}+08:00")):
            page = as_(reviewer).get(address).content.decode()
        assert {each for each in ("pending", "missing") if f"status-{each}" in page} == {state}
