"""The register of materials: what may be recorded, who decides what, and what it counts for in a return."""

from collections import Counter
from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.db.models import F

from portal import clock
from portal.models import HistoryEntry
from portal.problems import Refused
from reporting.entry.findings import Invalid
from reporting.filings import actions as filing_actions
from reporting.filings import queries as filing_queries
from reporting.filings.typed_return import Typed
from reporting.materials import actions as material_actions
from reporting.materials import register
from reporting.materials.shelf import beside_return, shelf
from reporting.models import CountedMaterial, Filing, Line, Material
from reporting.models.material_states import MaterialMove, MaterialState
from reporting.providers import actions as provider_actions
from reporting.review import actions as review_actions

from ..factories import accepted, membership, period, recorded_material, row, started, submitted

PROVIDER = "海门街道社区学校"
KINDS = ("videos", "textbooks", "cases")
CLOSED = datetime.fromisoformat("2022-04-12T09:00:00+08:00")  # the first quarter closed on the 10th


def change(material: Material, by, **given) -> Material:
    material.refresh_from_db()
    names = ("kind", "title", "maker", "year", "finished_on", "provider", "link", "version_of", "language")
    facts = material_actions.MaterialFacts(**{name: getattr(material, name) for name in names} | given)
    return material_actions.change_material(material, facts, revision=material.revision, by=by)


def move(material: Material, step: MaterialMove, by, reason: str = "") -> Material:
    material.refresh_from_db()
    return material_actions.move_material(material, step, reason=reason, revision=material.revision, by=by)


def withdraw(material: Material, by, reason: str = "重复登记。") -> Material:
    material.refresh_from_db()
    return material_actions.withdraw_material(material, reason=reason, revision=material.revision, by=by)


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
    with unchanged(), pytest.raises(Invalid) as refused:
        recorded_material(clerk, **{"title": "网上预约挂号"} | given)
    assert wrong_columns(refused) == {column}


def test_it_says_everything_that_is_wrong_at_once(clerk):
    with pytest.raises(Invalid) as refused:
        recorded_material(clerk, "", maker="", kind="x", link="x", finished_on=date(2023, 1, 1))
    assert wrong_columns(refused) == {"title", "maker", "kind", "link", "finished_on"}


def test_it_takes_the_same_title_once(clerk, neighbour):
    recorded_material(clerk, "网上预约挂号")
    with pytest.raises(Invalid):
        recorded_material(clerk, " 网上预约挂号")
    recorded_material(neighbour, "网上预约挂号")
    recorded_material(clerk, "网上预约挂号", kind="cases")


def test_what_was_withdrawn_may_be_recorded_again(clerk):
    withdraw(recorded_material(clerk), clerk)
    assert recorded_material(clerk).state == MaterialState.COLLECTED


def test_it_takes_no_provider_and_no_original_of_somebody_else(clerk, neighbour):
    provider = provider_actions.add_provider(neighbour.tenant, PROVIDER, by=neighbour)
    original = recorded_material(neighbour)
    with pytest.raises(Invalid) as refused:
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
    with pytest.raises(Invalid) as refused:
        recorded_material(clerk, "方言版", version_of=original)
    assert wrong_columns(refused) == {"language"}


def test_a_version_hangs_on_an_original_of_its_kind(clerk):
    original = recorded_material(clerk)
    version = recorded_material(clerk, "方言版", version_of=original, language="椒江话")
    with pytest.raises(Invalid):
        recorded_material(clerk, "再一版", version_of=version, language="黄岩话")
    with pytest.raises(Invalid):
        recorded_material(clerk, "讲义", kind="textbooks", version_of=original, language="椒江话")
    with pytest.raises(Invalid):
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
    with pytest.raises(Invalid):
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
        material_actions.withdraw_material(material, reason="重复。", revision=1, by=clerk)


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
    return provider_actions.add_provider(clerk.tenant, PROVIDER, by=clerk)


@pytest.fixture
def filing(clerk, provider):
    """A return of this quarter, for which one video was finished; the register gives it its figures."""
    switch(clerk)
    finished(clerk, "本季的视频", provider)
    return started(clerk)


def switch(by, *, is_on: bool = True, **given):
    return material_actions.switch_register(by.tenant, period().programme, is_on=is_on, by=by, **given)


def finished(by, title: str, provider, on: date = date(2022, 2, 1), **given) -> Material:
    return recorded_material(by, title, provider=provider, year=on.year, finished_on=on, **given)


def figures(filing: Filing) -> dict[str, tuple]:
    """{provider: videos, textbooks, cases} of the draft as it would be submitted now."""
    reading, _facts = filing_queries.read_draft(Filing.objects.with_parties().get(pk=filing.pk))
    return {each.provider: tuple(each.values.get(code) for code in KINDS) for each in reading.lines}


def typed(filing: Filing, by, *rows: dict) -> Filing:
    filing.refresh_from_db()
    return filing_actions.save_draft(filing, Typed(rows=list(rows)), revision=filing.revision, by=by)


def places(by) -> dict[str, str]:
    found = register.unreported(by.tenant, period().programme, Material.objects.all())
    return {each.material.title: str(each.place.reason) for each in found}


def counted(version) -> list[tuple[str, bool]]:
    return [(each.content["title"], each.is_late) for each in version.counted_materials.all()]


def test_it_counts_what_was_finished_in_the_quarter(clerk, provider, filing):
    """“Counted when finished and submitted; a dialect version is a variant, not another video” (D13)."""
    first = finished(clerk, "一", provider, date(2022, 1, 1))
    finished(clerk, "上季", provider, date(2021, 12, 31))
    recorded_material(clerk, "制作中", provider=provider, year=2022, finished_on=None)
    finished(clerk, "方言版", provider, version_of=first, language="椒江话")
    withdraw(finished(clerk, "撤下", provider), clerk)
    finished(clerk, "读本", None, kind="textbooks")
    assert figures(filing) == {PROVIDER: (2, 0, 0)}
    assert places(clerk) == {
        "一": "draft",
        "本季的视频": "draft",
        "上季": "register_off",
        "制作中": "unfinished",
        "方言版": "variant",
        "读本": "no_provider",
    }


def test_nothing_is_typed_where_the_register_counts(filing, clerk):
    """Never both for the same figure: what is typed there is kept, told and not read; 0 need not be typed."""
    other = row("白云街道社区学校", 1, 40, 0, 0, 7, "", "")
    saved = typed(filing, clerk, row(PROVIDER, 1, 41, 0, 0, "", "", ""), other)
    assert figures(saved) == {PROVIDER: (1, 0, 0), "白云街道社区学校": (0, 0, 0)}
    reading, _facts = filing_queries.read_draft(Filing.objects.with_parties().get(pk=filing.pk))
    assert reading.findings == [] and [each.code for each in reading.notices] == ["not_read"]


def test_it_finds_a_provider_under_another_name(filing, clerk, provider):
    given = {"name": provider.name, "aliases": ["海门成校"], "is_active": True, "revision": 1}
    provider_actions.change_provider(provider, **given, by=clerk)
    assert figures(typed(filing, clerk, row("海门成校", 1, 41, 0, 0))) == {PROVIDER: (1, 0, 0)}


def test_it_does_not_ask_whether_the_lead_selected_it(clerk, filing, reviewer):
    move(Material.objects.get(), MaterialMove.SELECT, reviewer)
    assert figures(filing) == {PROVIDER: (1, 0, 0)}


def test_it_counts_no_material_of_another_tenant(neighbour, filing):
    switch(neighbour)
    recorded_material(neighbour)
    assert figures(started(neighbour)) == {}


def test_a_nil_return_is_none_while_something_was_finished(filing, clerk):
    with pytest.raises(Invalid) as refused:
        filing_actions.declare_nil(filing, revision=filing.revision, by=clerk)
    assert "nil_with_materials" in [each.code for each in refused.value.findings]


def test_the_page_shows_what_is_behind_the_figures_and_what_is_left_out(filing, clerk):
    finished(clerk, "无单位", None)
    beside = beside_return(filing)
    assert [(each.provider, [len(found) for _kind, found in each.cells]) for each in beside.rows] == [
        (PROVIDER, [1, 0, 0])
    ]
    assert [(each.material.title, str(each.place.reason)) for each in beside.left_out] == [
        ("无单位", "no_provider")
    ]


# --- each in exactly one version


def test_submitting_freezes_what_it_counts(filing, clerk):
    version = submitted(clerk, row(PROVIDER, 1, 41, 0, 0, "", "", "")).latest
    line = version.lines.get()
    assert {code: line.values[code] for code in KINDS} == {"videos": 1, "textbooks": 0, "cases": 0}
    assert set(line.computed) == set(KINDS)
    assert counted(version) == [("本季的视频", False)]
    assert Material.objects.get().counted_in == version
    call_command("verify_figures")


def test_what_is_counted_is_changed_by_way_of_its_return(filing, clerk, reviewer):
    material, filed = Material.objects.get(), submitted(clerk, row(PROVIDER, 1, 41, 0, 0, "", "", ""))
    for act in (lambda: change(material, clerk, title="改名"), lambda: withdraw(material, clerk)):
        with pytest.raises(Refused):
            act()
    back = filing_actions.recall(filed, revision=filed.revision, by=clerk)
    material.refresh_from_db()
    assert material.counted_in is None
    withdraw(material, clerk)
    assert figures(back) == {PROVIDER: (0, 0, 0)}


def test_a_correction_leaves_out_what_was_withdrawn(filing, clerk, reviewer):
    material, filed = Material.objects.get(), submitted(clerk, row(PROVIDER, 1, 41, 0, 0, "", "", ""))
    filed = review_actions.accept(filed, revision=filed.revision, by=reviewer)
    with pytest.raises(Refused):
        withdraw(material, clerk)
    filed = filing_actions.correct(filed, reason="登记有误。", revision=filed.revision, by=clerk)
    withdraw(material, clerk)
    material.refresh_from_db()
    assert material.counted_in == filed.accepted  # the accepted version counts it all the while
    again = submitted(clerk, row(PROVIDER, 1, 41, 0, 0, "", "", "")).latest
    filed.refresh_from_db()
    review_actions.accept(filed, revision=filed.revision, by=reviewer)
    material.refresh_from_db()
    assert counted(again) == [] and material.counted_in is None


def test_what_was_finished_in_a_closed_quarter_goes_to_the_next_of_the_year(filing, clerk, provider):
    """D4, with a note that travels with the version."""
    filed = submitted(clerk, row(PROVIDER, 1, 41, 0, 0, "", "", ""))
    with clock.frozen(CLOSED):
        late = finished(clerk, "补记", provider, date(2022, 3, 1))
        assert places(clerk) == {"补记": "late"}
        other = started(clerk, "2022Q2")
        assert figures(other) == {PROVIDER: (1, 0, 0)}
    assert counted(filed.latest) == [("本季的视频", False)] and late.counted_in is None


def test_the_database_refuses_a_second_return(filing, clerk, reviewer):
    filed = submitted(clerk, row(PROVIDER, 1, 41, 0, 0, "", "", ""))
    filed = review_actions.accept(filed, revision=filed.revision, by=reviewer)
    with pytest.raises(DatabaseError), transaction.atomic():
        Material.objects.update(counted_in=None)
    copy = filed.latest.counted_materials.get()
    with clock.frozen(CLOSED):
        other = submitted(clerk, row("白云街道社区学校", 1, 40, 0, 0, "", "", ""), code="2022Q2").latest
    copy.pk, copy.version = None, other
    with pytest.raises(DatabaseError), transaction.atomic():
        copy.save()


# --- who uses it from when


def test_it_gives_no_figures_where_they_are_typed(filing, clerk):
    switch(clerk, is_on=False)
    assert beside_return(filing) is None
    assert figures(typed(filing, clerk, row(PROVIDER, 1, 41, 0, 0, 5))) == {PROVIDER: (5, 0, 0)}


def test_the_switch_to_the_register_starts_after_the_submitted_quarters(clerk):
    submitted(clerk, row(PROVIDER, 1, 41, 0, 0, 5))
    with pytest.raises(Refused):
        switch(clerk, period=period("2022Q1"))
    assert switch(clerk).starts_on == period("2022Q2").starts_on


def test_the_switch_is_in_the_history_once(clerk):
    for is_on in (False, True, True, False):
        switch(clerk, is_on=is_on)
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
    """Provider by provider, quarter by quarter, for everybody: 10 videos, a textbook, a case. Whose figures the register
    gives has each of them counted by its version."""
    programme, added = period().programme, Counter()
    lines = Line.objects.filter(version=F("version__filing__accepted"), version__filing__period__year=2021)
    for line in lines.filter(version__filing__period__programme=programme).select_related(
        "version__filing__period"
    ):
        reported = {code: line.values[code] for code in KINDS if line.values.get(code)}
        added.update(reported)
        about = line.version.filing.period
        there = Material.objects.filter(
            tenant=line.tenant_id, provider__key=line.provider_key, version_of=None, withdrawn_at=None
        ).filter(finished_on__range=(about.starts_on, about.ends_on))
        assert Counter(there.values_list("kind", flat=True)) == reported
        counts = line.version.counted_materials.filter(provider_key=line.provider_key)
        if "videos" in line.computed:
            assert {each.material_id for each in counts} == {each.pk for each in there}
        else:
            assert not counts.exists()
    assert added == {"videos": 10, "textbooks": 1, "cases": 1}
    assert CountedMaterial.objects.count() > 0


@pytest.mark.usefixtures("year")
def test_the_demonstration_shows_every_state_and_a_dialect(db):
    materials = Material.objects.filter(year=2021, withdrawn_at=None)
    assert set(materials.values_list("state", flat=True)) == set(MaterialState.values)
    assert materials.filter(state="selected").exists() and materials.exclude(version_of=None).count() == 3
    assert Material.objects.exclude(withdrawn_at=None).count() == 1
