"""The work module's pages: operators, service points, checks before service, the first phase."""

from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext

from portal import clock
from portal.actions import set_active
from portal.models import HistoryEntry
from portal.problems import Refused
from reporting.entry.findings import Invalid
from reporting.ledger import actions as ledger_actions
from reporting.ledger.reading import TypedActivity
from reporting.models import Checklist, Operator, ServicePoint
from reporting.providers import actions as provider_actions
from reporting.work_module import actions as work_module_actions
from reporting.work_module import queries as work_module_queries

from ..factories import membership, period
from ..screen import Screen

pytestmark = pytest.mark.django_db

MODULE, POINTS, OPERATORS, PHASE = (
    reverse(name, args=["shanghai"])
    for name in ("module", "service-point-list", "operator-list", "first-phase")
)
POINT = {"kind": "service_site", "name": "外滩街道公益网点", "area": "黄浦区"}
GROUP = {"kind": "volunteers", "name": "老伙伴志愿服务队", "headcount": 12, "tags": ["old_partners"]}
MARCH = datetime.fromisoformat("2021-03-20T09:00:00+08:00")


def programme():
    return period("2021Q1", "shanghai").programme


def designated(code: str = "sh-huangpu", role: str = "preparer") -> Operator:
    return work_module_actions.designate(
        programme(), membership(f"{code}-{role}"), by=membership(f"{code}-administrator")
    )


def point_of(code: str = "sh-huangpu", **given) -> ServicePoint:
    by = membership(f"{code}-preparer")
    return work_module_actions.add_service_point(programme(), by.tenant, **{**POINT, **given}, by=by)


def actions_told() -> list[str]:
    return list(HistoryEntry.objects.order_by("id").values_list("action", flat=True))


# --- operators


def test_the_units_administrator_designates_and_ends(as_):
    client, person = as_(membership("sh-huangpu-administrator")), membership("sh-huangpu-preparer")
    assert client.post(OPERATORS, {"person": person.public_id}).status_code == 302
    operator = Operator.objects.get()
    assert work_module_queries.is_operator(programme(), person)
    assert client.post(reverse("operator-end", args=[operator.public_id])).status_code == 302
    assert not work_module_queries.is_operator(programme(), person)
    assert actions_told() == ["designate", "end_designation"]
    assert client.post(reverse("operator-end", args=[operator.public_id])).status_code == 409


@pytest.mark.parametrize("person", ["sh-xuhui-preparer", "sh-huangpu-observer", "jiaojiang-preparer"])
def test_it_designates_only_those_who_file_for_the_unit(as_, person):
    client = as_(membership("sh-huangpu-administrator"))
    assert client.post(OPERATORS, {"person": membership(person).public_id}).status_code == 422
    with pytest.raises((Refused, PermissionDenied)):
        work_module_actions.designate(
            programme(), membership(person), by=membership("sh-huangpu-administrator")
        )
    assert not Operator.objects.exists()


def test_an_operator_who_left_keeps_nobody_from_recording(as_):
    """A true record is never refused: the unit has nobody until its administrator designates another."""
    head, administrator = membership("sh-minhang-head"), membership("sh-minhang-administrator")
    designated("sh-minhang", "head")
    with clock.frozen(MARCH), pytest.raises(PermissionDenied):
        activity("sh-minhang", 18)
    set_active(head, is_active=False, by=administrator)
    with clock.frozen(MARCH):
        activity("sh-minhang", 18)
    rows = {row[0]: row[1:] for row in Screen(as_(administrator).get(MODULE)).tables[0]}
    assert rows["闵行区民政局"][3] == gettext("nobody designated")


def test_the_pillar_designates_nobody_for_its_districts():
    with pytest.raises(PermissionDenied):
        work_module_actions.designate(
            programme(), membership("sh-huangpu-preparer"), by=membership("sh-eldercare-administrator")
        )


def test_nobody_is_designated_twice():
    designated()
    with pytest.raises(Refused):
        designated()


# --- service points


def test_an_operator_keeps_the_register(as_):
    designated()
    client = as_(membership("sh-huangpu-preparer"))
    assert client.post(POINTS, GROUP).status_code == 302
    point = ServicePoint.objects.get()
    assert (point.name, point.headcount, point.tags) == (GROUP["name"], 12, ["old_partners"])
    changed = GROUP | {"headcount": 15, "revision": 1, "is_active": "on"}
    edit = reverse("service-point-edit", args=[point.public_id])
    assert client.post(edit, changed).status_code == 302
    assert client.post(edit, changed).status_code == 409  # as it was before
    assert client.post(edit, changed | {"revision": 2}).status_code == 302  # nothing said, nothing written
    assert actions_told() == ["designate", "add_service_point", "change_service_point"]


def test_who_is_not_designated_is_told_whom_to_ask(as_):
    designated()
    answer = as_(membership("sh-huangpu-head")).post(POINTS, POINT)
    assert (answer.status_code, membership("sh-huangpu-head").tenant.name in answer.content.decode()) == (
        403,
        True,
    )


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"kind": "charging_station"}, "kind"),  # the big data centre's
        ({"area": "nowhere"}, "area"),
        ({"tags": ["x"]}, "tags"),
        ({"headcount": 3}, "headcount"),  # a place has none
        ({"kind": "volunteers"}, "headcount"),  # a group has one
        ({"kind": "volunteers", "headcount": 0}, "headcount"),
        ({"kind": "volunteers", "headcount": "约12"}, "headcount"),
    ],
)
def test_it_keeps_what_was_typed_and_says_what_to_do(as_, given, field):
    designated()
    answer = as_(membership("sh-huangpu-preparer")).post(POINTS, {**POINT, **given})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert given.get("name", POINT["name"]) in answer.content.decode()
    assert not ServicePoint.objects.exists()


def test_a_name_stands_once_in_a_unit():
    designated(), designated("sh-xuhui")
    point_of()
    with pytest.raises(Invalid):
        point_of(name="外滩街道公益网点　")
    assert point_of("sh-xuhui", area="徐汇区").pk


def test_a_provider_of_another_unit_is_no_place_for_it():
    designated(), designated("sh-xuhui")
    other = membership("sh-xuhui-preparer")
    provider = provider_actions.add_provider(other.tenant, "徐汇区老年活动室（示例）", by=other)
    with pytest.raises(ValueError, match="own unit"):
        point_of(provider=provider)


def test_the_list_can_be_narrowed_down_to_a_programme_of_the_fifth_part(as_):
    designated()
    point_of(), point_of(**GROUP, area="")
    client = as_(membership("sh-eldercare-observer"))
    assert {"外滩街道公益网点", "老伙伴志愿服务队"} <= set(names(client.get(POINTS)))
    assert names(client.get(f"{POINTS}?tag=old_partners")) == ["老伙伴志愿服务队"]
    assert "老伙伴计划" in client.get(f"{POINTS}?tag=old_partners").content.decode()


def names(answer) -> list[str]:
    return [row[0] for row in Screen(answer).tables[0][1:]]


def test_a_district_sees_no_other_and_the_pillar_sees_both(as_):
    for code in ("sh-huangpu", "sh-xuhui"):
        designated(code)
        point_of(code, name=f"{code}网点", area="")
        by = membership(f"{code}-preparer")
        provider_actions.add_provider(by.tenant, f"{code}基地（示例）", by=by)
    for role in ("preparer", "head", "administrator", "observer"):
        client = as_(membership(f"sh-huangpu-{role}"))
        for page in (MODULE, POINTS, OPERATORS, PHASE):
            own = client.get(page).content.decode()
            assert "黄浦区" in own and "徐汇" not in own and "sh-xuhui" not in own
    designated("sh-bigdata")
    for role in ("preparer", "head", "reviewer", "administrator", "observer"):
        client = as_(membership(f"sh-eldercare-{role}"))
        for page in (MODULE, POINTS, OPERATORS, PHASE):
            assert "大数据中心" not in client.get(page).content.decode()
    assert names(as_(membership("sh-eldercare-reviewer")).get(POINTS)) == ["sh-huangpu网点", "sh-xuhui网点"]
    foreign = ServicePoint.objects.get(tenant__code="sh-xuhui")
    edit = reverse("service-point-edit", args=[foreign.public_id])
    assert as_(membership("sh-huangpu-preparer")).get(edit).status_code == 404


# --- what is verified before service begins


def test_checks_are_recorded_without_personal_data_and_kept(as_):
    designated()
    point = point_of(**GROUP, area="")
    client, address = (
        as_(membership("sh-huangpu-preparer")),
        reverse("service-point-check", args=[point.public_id]),
    )
    assert client.post(address, {"sign_worn": "on", "checked_on": "2022-03-20"}).status_code == 302
    every = {each.code: "on" for each in work_module_queries.checks_for(point)} | {"checked_on": "2022-03-21"}
    assert client.post(address, every).status_code == 302
    first, last = Checklist.objects.order_by("id")
    assert first.items == {"sign_worn": True, "identity": False, "handbook": False, "safety": False}
    assert (all(last.items.values()), last.checked_on) == (True, date(2022, 3, 21))
    assert work_module_queries.verified(work_module_queries.all_service_points().get()).is_complete
    assert actions_told().count("record_checks") == 2


@pytest.mark.parametrize("day", ["2022-03-22", "", "gestern"])
def test_a_check_has_a_day_that_has_come(as_, day):
    operator = designated()
    address = reverse("operator-check", args=[operator.public_id])
    answer = as_(membership("sh-huangpu-preparer")).post(address, {"handbook": "on", "checked_on": day})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["checked_on"])
    assert not Checklist.objects.exists()


def test_the_page_says_what_is_the_documents_and_what_is_not(as_):
    operator = designated()
    address = reverse("operator-check", args=[operator.public_id])
    text = Screen(as_(membership("sh-huangpu-preparer")).get(address)).text
    assert "依照“服务手册”规范地开展服务" in text
    assert gettext("The platform's own check, not the document's.") in text  # the check of identity


# --- the module page


def test_it_lists_units_under_their_pillar_with_what_is_missing(as_):
    designated()
    point_of()
    rows = {row[0]: row[1:] for row in Screen(as_(membership("sh-eldercare-reviewer")).get(MODULE)).tables[0]}
    assert list(rows)[1:4] == ["全市养老服务机构及场所", "黄浦区民政局", "徐汇区民政局"]
    assert rows["黄浦区民政局"][2:4] == ["1", "黄浦区填报员（演示）"]
    assert rows["徐汇区民政局"][3] == gettext("nobody designated")


def test_it_asks_as_often_for_three_units_as_for_one(as_):
    client, counts = as_(membership("sh-eldercare-reviewer")), []
    for number, code in enumerate(["sh-huangpu", "sh-xuhui", "sh-pudong"]):
        designated(code)
        point_of(code, area="")
        if number != 1:
            client.get(MODULE)
            for page in (MODULE, POINTS, OPERATORS):
                with CaptureQueriesContext(connection) as captured:
                    assert client.get(page).status_code == 200
                counts.append(len(captured))
    assert counts[:3] == counts[3:]


def test_another_programme_has_no_module(as_, administrator):
    for name in ("module", "channels", "first-phase", "service-point-list", "operator-list", "headline"):
        assert as_(administrator).get(reverse(name, args=["taizhou"])).status_code == 404
    assert gettext("Work module") not in as_(administrator).get("/").content.decode()


# --- the first phase


def test_fifteen_of_sixteen_districts_held_one_by_the_end_of_march(as_, year):
    screen = Screen(as_(membership("shanghai-civil-affairs-observer")).get(PHASE))
    assert "15 / 16" in screen.text
    states = {row[0]: row[1] for row in screen.tables[0][1:]}
    assert len(states) == 16
    assert {name for name, state in states.items() if state == gettext("none held")} == {"崇明区民政局"}


def activity(code: str, attendances: int, **given) -> None:
    by = membership(f"{code}-preparer")
    name = f"{by.tenant.short_name}老年活动室（示例）"
    if not by.tenant.providers.exists():
        provider_actions.add_provider(by.tenant, name, by=by)
    about = {"kind": "training", "venue_kind": "activity_room", "scenarios": ["scan"]} | given
    typed = TypedActivity(
        provider=name, sittings=[("2021-03-18", "")], attendances=str(attendances), channel="on_site", **about
    )
    ledger_actions.record_activity(by.tenant, typed, by=by)


@pytest.mark.parametrize(("attendances", "is_over"), [(20, False), (21, True), (23, True)])
def test_twenty_is_within_and_more_is_told_with_its_explanation(as_, attendances, is_over):
    with clock.frozen(MARCH):
        activity("sh-minhang", attendances, explanation="场地较大，分两间教室同时进行。")
        text = Screen(as_(membership("sh-minhang-preparer")).get(PHASE)).text
    assert ("场地较大，分两间教室同时进行。" in text) == is_over
    assert "1 / 1" in text  # and it was held


def test_a_home_visit_is_told_and_never_blocked(as_):
    with clock.frozen(MARCH):
        activity("sh-hongkou", 1, venue_kind="home", kind="assistance")
        text = Screen(as_(membership("sh-hongkou-preparer")).get(PHASE)).text
    assert "首阶段入户" in text and gettext("not explained yet") in text


def test_it_is_recorded_by_who_operates_the_module_once_somebody_does():
    designated("sh-minhang", "head")
    with clock.frozen(MARCH), pytest.raises(PermissionDenied):
        activity("sh-minhang", 18)
    designated("sh-minhang")
    with clock.frozen(MARCH):
        activity("sh-minhang", 18)
