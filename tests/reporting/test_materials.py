"""The register of materials: what may be recorded, who decides what, and what it counts for in a return."""

from collections import Counter
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.db.models import F

from portal.models import HistoryEntry
from portal.problems import Refused
from reporting import actions, queries
from reporting.actions import NotSubmittable
from reporting.materials import beside_return, figures, fill_in, shelf
from reporting.materials_workflow import MaterialMove, MaterialState
from reporting.models import Filing, Line, Material
from reporting.names import name_key
from tests.factories import accepted, membership, period, recorded_material, row, started

PROVIDER = "海门街道社区学校"


def change(material: Material, by, **given) -> Material:
    material.refresh_from_db()
    names = ("kind", "title", "maker", "year", "finished_on", "provider", "link", "version_of", "language")
    facts = actions.MaterialFacts(**{name: getattr(material, name) for name in names} | given)
    return actions.change_material(material, facts, revision=material.revision, by=by)


def move(material: Material, step: MaterialMove, by, reason: str = "") -> Material:
    material.refresh_from_db()
    return actions.move_material(material, step, reason=reason, revision=material.revision, by=by)


def withdraw(material: Material, by, reason: str = "重复登记。") -> Material:
    material.refresh_from_db()
    return actions.withdraw_material(material, reason=reason, revision=material.revision, by=by)


def wrong_columns(refused) -> set[str]:
    return {finding.column for finding in refused.value.findings}


def told_of(material: Material) -> list[str]:
    entries = HistoryEntry.objects.filter(subject_id=material.public_id)
    return list(entries.order_by("id").values_list("action", flat=True))


# --- what may be recorded


@pytest.mark.parametrize(
    ("given", "column"),
    [
        ({"title": "　"}, "title"),
        ({"title": "长" * 101}, "title"),
        ({"maker": ""}, "maker"),
        ({"kind": "training_sessions"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"year": 2020, "finished_on": None}, "year"),
        ({"finished_on": date(2022, 3, 22), "year": 2022}, "finished_on"),
        ({"finished_on": date(2021, 12, 31), "year": 2022}, "finished_on"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "www.example.org"}, "link"),
        ({"link": "https://example.org/有 空格"}, "link"),
        ({"language": "话" * 21}, "language"),
    ],
)
def test_it_refuses_what_makes_no_material(clerk, unchanged, given, column):
    with unchanged(), pytest.raises(NotSubmittable) as refused:
        recorded_material(clerk, **{"title": "网上预约挂号"} | given)
    assert wrong_columns(refused) == {column}


def test_it_says_everything_that_is_wrong_at_once(clerk):
    with pytest.raises(NotSubmittable) as refused:
        recorded_material(clerk, "", maker="", kind="x", link="x", finished_on=date(2023, 1, 1))
    assert wrong_columns(refused) == {"title", "maker", "kind", "link", "finished_on"}


def test_it_takes_the_same_title_once(clerk, neighbour):
    recorded_material(clerk, "网上预约挂号")
    with pytest.raises(NotSubmittable):
        recorded_material(clerk, " 网上预约挂号")
    recorded_material(neighbour, "网上预约挂号")
    recorded_material(clerk, "网上预约挂号", kind="cases")


def test_what_was_withdrawn_may_be_recorded_again(clerk):
    withdraw(recorded_material(clerk), clerk)
    assert recorded_material(clerk).state == MaterialState.COLLECTED


def test_it_takes_no_provider_and_no_original_of_somebody_else(clerk, neighbour):
    provider = actions.add_provider(neighbour.tenant, PROVIDER, by=neighbour)
    original = recorded_material(neighbour)
    with pytest.raises(NotSubmittable) as refused:
        recorded_material(clerk, provider=provider, version_of=original, language="椒江话")
    assert wrong_columns(refused) == {"provider", "version_of"}


@pytest.mark.parametrize(
    "role", ["jiaojiang-observer", "jiaojiang-administrator", "taizhou-education-reviewer"]
)
def test_it_is_recorded_by_who_fills_in_the_return_alone(db, unchanged, role):
    with unchanged(), pytest.raises(PermissionDenied):
        recorded_material(membership(role))


def test_it_is_changed_by_its_own_tenant_alone(clerk, neighbour, reviewer):
    material = recorded_material(clerk)
    for somebody in (neighbour, reviewer):
        with pytest.raises(PermissionDenied):
            change(material, somebody, title="改名")
        with pytest.raises(PermissionDenied):
            withdraw(material, somebody)


# --- versions in other languages


def test_a_dialect_version_needs_its_language(clerk):
    original = recorded_material(clerk)
    with pytest.raises(NotSubmittable) as refused:
        recorded_material(clerk, "方言版", version_of=original)
    assert wrong_columns(refused) == {"language"}


def test_a_version_hangs_on_an_original_of_its_kind(clerk):
    original = recorded_material(clerk)
    version = recorded_material(clerk, "方言版", version_of=original, language="椒江话")
    with pytest.raises(NotSubmittable):
        recorded_material(clerk, "再一版", version_of=version, language="黄岩话")
    with pytest.raises(NotSubmittable):
        recorded_material(clerk, "讲义", kind="textbooks", version_of=original, language="椒江话")
    with pytest.raises(NotSubmittable):
        change(original, clerk, version_of=recorded_material(clerk, "另一个"), language="椒江话")


def test_an_original_is_not_withdrawn_below_its_versions(clerk):
    original = recorded_material(clerk)
    version = recorded_material(clerk, "方言版", version_of=original, language="椒江话")
    with pytest.raises(Refused):
        withdraw(original, clerk)
    withdraw(version, clerk)
    assert withdraw(original, clerk).is_withdrawn


# --- the life of a material, written out by hand

POSSIBLE = {
    ("collected", "select"): "selected",
    ("selected", "promote"): "promoted",
    ("selected", "step_back"): "collected",
    ("promoted", "step_back"): "selected",
}
LEADS_TO = {"collected": [], "selected": ["select"], "promoted": ["select", "promote"]}


@pytest.mark.parametrize("state", LEADS_TO)
@pytest.mark.parametrize("step", list(MaterialMove))
def test_it_moves_from_state_to_state_as_written_here(clerk, reviewer, state, step):
    material = recorded_material(clerk)
    for each in LEADS_TO[state]:
        move(material, MaterialMove(each), reviewer)
    if (state, step) in POSSIBLE:
        assert move(material, step, reviewer, reason="材料需要补充。").state == POSSIBLE[state, step]
    else:
        with pytest.raises(Refused):
            move(material, step, reviewer, reason="材料需要补充。")


def test_only_the_lead_moves_it(clerk, administrator, observer):
    material = recorded_material(clerk)
    for somebody in (clerk, membership("jiaojiang-administrator"), observer):
        with pytest.raises(PermissionDenied):
            move(material, MaterialMove.SELECT, somebody)
    assert move(material, MaterialMove.SELECT, administrator).state == MaterialState.SELECTED


def test_a_step_back_needs_a_reason(clerk, reviewer):
    material = move(recorded_material(clerk), MaterialMove.SELECT, reviewer)
    with pytest.raises(NotSubmittable):
        move(material, MaterialMove.STEP_BACK, reviewer, reason="　")
    material.refresh_from_db()
    assert material.state == MaterialState.SELECTED


def test_what_is_not_finished_is_not_selected(clerk, reviewer):
    with pytest.raises(Refused):
        move(recorded_material(clerk, finished_on=None), MaterialMove.SELECT, reviewer)


def test_what_is_selected_stands_until_the_lead_takes_it_back(clerk, reviewer):
    material = move(recorded_material(clerk), MaterialMove.SELECT, reviewer)
    with pytest.raises(Refused):
        change(material, clerk, title="改名")
    with pytest.raises(Refused):
        withdraw(material, clerk)
    move(material, MaterialMove.STEP_BACK, reviewer, reason="片头有误，请更换。")
    assert change(material, clerk, title="改名").title == "改名"


def test_a_change_from_an_old_page_is_refused(clerk):
    material = recorded_material(clerk)
    change(material, clerk, title="改名")
    with pytest.raises(Refused):
        actions.withdraw_material(material, reason="重复。", revision=1, by=clerk)


def test_each_decision_is_one_line_of_its_tenants_history(clerk, reviewer):
    material = recorded_material(clerk)
    change(material, clerk, title="改名")
    change(material, clerk)  # nothing said, nothing written
    move(material, MaterialMove.SELECT, reviewer)
    move(material, MaterialMove.STEP_BACK, reviewer, reason="片头有误，请更换。")
    withdraw(material, clerk)
    assert told_of(material) == [
        "record_material", "change_material", "select_material", "step_back_material", "withdraw_material",
    ]  # fmt: skip
    entries = HistoryEntry.objects.filter(subject_id=material.public_id)
    assert {entry.tenant for entry in entries} == {clerk.tenant}
    assert entries.get(action="change_material").before["title"] == "网上预约挂号"


def test_nothing_is_ever_deleted(clerk):
    material = recorded_material(clerk)
    with pytest.raises(DatabaseError), transaction.atomic():
        Material.objects.filter(pk=material.pk).delete()


# --- what it counts for


@pytest.fixture
def provider(clerk):
    return actions.add_provider(clerk.tenant, PROVIDER, by=clerk)


def test_it_counts_what_was_finished_in_the_quarter(clerk, provider):
    """“Counted when finished and submitted; a dialect version is a variant, not another video” (D13)."""
    first = recorded_material(clerk, "一", provider=provider, finished_on=date(2021, 10, 1))
    recorded_material(clerk, "二", provider=provider, finished_on=date(2021, 12, 31))
    recorded_material(clerk, "上季", provider=provider, finished_on=date(2021, 9, 30))
    recorded_material(clerk, "制作中", provider=provider, finished_on=None)
    recorded_material(clerk, "方言版", provider=provider, version_of=first, language="椒江话")
    withdraw(recorded_material(clerk, "撤下", provider=provider), clerk)
    recorded_material(clerk, "读本", kind="textbooks")
    assert figures(clerk.tenant, period("2021Q4")) == {
        name_key(PROVIDER): {"videos": 2},
        "": {"textbooks": 1},
    }


def test_it_does_not_ask_whether_the_lead_selected_it(clerk, provider, reviewer):
    material = recorded_material(clerk, provider=provider)
    before = figures(clerk.tenant, period("2021Q4"))
    move(material, MaterialMove.SELECT, reviewer)
    assert figures(clerk.tenant, period("2021Q4")) == before != {}


def test_it_counts_nobody_elses(clerk, neighbour):
    recorded_material(neighbour)
    assert figures(clerk.tenant, period("2021Q4")) == {}


@pytest.fixture
def filing(clerk, provider):
    """A return of this quarter, for which one video was finished; the register stands beside it."""
    recorded_material(clerk, provider=provider, year=2022, finished_on=date(2022, 2, 1))
    actions.switch_register(clerk.tenant, period().programme, is_on=True, by=clerk)
    return started(clerk)


def shown(beside) -> list[tuple]:
    return [
        (each.provider, cell.kind.code, cell.count, cell.differs)
        for each in beside.rows
        for cell in each.cells
        if cell.count or cell.differs
    ]


@pytest.mark.parametrize(
    ("typed", "differs"), [("0", True), ("", True), ("1", False), ("１", False), ("约1", True), ("2", True)]
)
def test_it_stands_beside_what_is_typed(filing, typed, differs):
    rows = [row(PROVIDER, 1, 41, 0, 0, typed)]
    assert shown(beside_return(filing, rows)) == [(PROVIDER, "videos", 1, differs)]


def test_it_tells_of_a_figure_that_the_register_does_not_know(filing):
    rows = [row(PROVIDER, 1, 41, 0, 0, 1), row("白云街道社区学校", 1, 40, 0, 0, 0, 2)]
    assert shown(beside_return(filing, rows)) == [
        (PROVIDER, "videos", 1, False),
        ("白云街道社区学校", "textbooks", 0, True),
    ]


def test_it_finds_a_provider_under_another_name(filing, clerk, provider):
    given = {"name": provider.name, "aliases": ["海门成校"], "is_active": True, "revision": 1}
    actions.change_provider(provider, **given, by=clerk)
    assert shown(beside_return(filing, [row("海门成校", 1, 41, 0, 0, 1)])) == [
        ("海门成校", "videos", 1, False)
    ]


def test_it_is_silent_where_figures_are_typed(filing, clerk):
    actions.switch_register(clerk.tenant, filing.period.programme, is_on=False, by=clerk)
    rows = [row(PROVIDER, 1, 41, 0, 0, 5)]
    assert beside_return(filing, rows) is None
    fill_in(filing, rows)
    assert rows == [row(PROVIDER, 1, 41, 0, 0, 5)]


def test_it_fills_in_its_own_columns_and_no_other(filing):
    rows = [row("白云街道社区学校", "约40", 40, 0, 0, 3, "/", "")]
    fill_in(filing, rows)
    assert rows == [
        row("白云街道社区学校", "约40", 40, 0, 0, 0, "/", ""),
        {"provider": PROVIDER, "values": {"videos": "1"}},
    ]
    assert not beside_return(filing, rows).differs


def test_the_switch_is_in_the_history_once(clerk):
    for is_on in (False, True, True, False):
        actions.switch_register(clerk.tenant, period().programme, is_on=is_on, by=clerk)
    entries = HistoryEntry.objects.filter(action="switch_material_register").order_by("id")
    assert [entry.after["is_on"] for entry in entries] == [True, False]


# --- against the tasks


def test_the_shelf_tells_accepted_returns_from_the_register(db, reviewer):
    """临海's task of 2022 is one video; 椒江 has none."""
    linhai, jiaojiang = membership("linhai-preparer"), membership("jiaojiang-preparer")
    accepted(linhai, row("临海社区学院", 1, 41, 0, 0, 1))
    recorded_material(jiaojiang, year=2022, finished_on=date(2022, 2, 1))
    found = shelf(period().programme, 2022, reviewer.tenant)
    cells = {each.tenant.code: each.cells[0] for each in found.rows}
    assert (cells["linhai"].target, cells["linhai"].reported, cells["linhai"].held) == (1, 1, 0)
    assert (cells["jiaojiang"].target, cells["jiaojiang"].reported, cells["jiaojiang"].held) == (
        None,
        None,
        1,
    )
    assert [each.tenant.code for each in found.owing] == ["wenling", "yuhuan", "taizhou-rtvu"]
    whole = found.whole[0]
    assert (whole.target, whole.reported, whole.held, whole.owed) == (10, 1, 1, 9)


# --- the demonstration


@pytest.mark.usefixtures("year")
def test_the_demonstration_register_agrees_with_every_accepted_figure(db):
    """Provider by provider, quarter by quarter, for everybody: 10 videos, a textbook, a case."""
    programme, added = period().programme, Counter()
    kinds = [each.code for each in queries.kinds_of(programme)]
    accepted_lines = Line.objects.filter(version=F("version__filing__accepted"))
    for filing in Filing.objects.with_parties().filter(period__programme=programme, period__year=2021):
        reported = {}
        for line in accepted_lines.filter(version__filing=filing):
            if values := {code: line.values[code] for code in kinds if line.values.get(code)}:
                reported[line.provider_key] = values
                added.update(values)
        assert figures(filing.tenant, filing.period) == reported
    assert added == {"videos": 10, "textbooks": 1, "cases": 1}


@pytest.mark.usefixtures("year")
def test_the_demonstration_shows_every_state_and_a_dialect(db):
    materials = Material.objects.filter(year=2021, withdrawn_at=None)
    assert set(materials.values_list("state", flat=True)) == set(MaterialState.values)
    assert materials.filter(state="selected").exists() and materials.exclude(version_of=None).count() == 3
    assert Material.objects.exclude(withdrawn_at=None).count() == 1
