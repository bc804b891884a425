"""The loader refuses facts that contradict themselves, by name and all at once, and leaves nothing behind."""

import pytest
from django.core.management import CommandError, call_command

from portal.models import Tenant
from targets import loading
from targets.models import Decision, Period, Programme, Target

PROGRAMME = "台州市老年人智能技术日常应用普及行动"
SESSIONS = "应用类短期培训（场）"


def cell(value, *, tenant="sanmen", indicator="training_sessions"):
    return {
        "model": "targets.target",
        "fields": {
            "programme": ["taizhou"],
            "indicator": ["taizhou", indicator],
            "year": 2022,
            "tenant": [tenant],
            "state": "number",
            "value": value,
            "source_text": str(value),
        },
    }


def total(indicator, **fields):
    return {
        "model": "targets.targettotal",
        "fields": {"programme": ["taizhou"], "indicator": ["taizhou", indicator], "year": 2022, **fields},
    }


def refusal(path):
    with pytest.raises(loading.FactsRefused) as refused:
        loading.load([path])
    return refused.value.problems


def test_it_loads_twice_and_changes_nothing(facts):
    before = list(Target.objects.values()), list(Tenant.objects.values()), list(Decision.objects.values())
    call_command("load_facts")
    after = list(Target.objects.values()), list(Tenant.objects.values()), list(Decision.objects.values())
    assert before == after
    assert before[0]


def test_it_keeps_what_an_office_filled_in(facts):
    Tenant.objects.filter(code="sanmen").update(head_name="某某", telephone="分机 1")
    call_command("load_facts")
    sanmen = Tenant.objects.get(code="sanmen")
    assert (sanmen.head_name, sanmen.telephone) == ("某某", "分机 1")


def test_it_names_the_row_that_does_not_sum(facts, fixture_file):
    (problem,) = refusal(fixture_file(cell(31)))
    assert all(word in problem for word in (PROGRAMME, "2022", SESSIONS, "301", "300"))


def test_a_refused_load_leaves_nothing_behind(facts, fixture_file):
    refusal(fixture_file(cell(31)))
    assert (
        Target.objects.get(year=2022, tenant__code="sanmen", indicator__code="training_sessions").value == 30
    )


def test_it_names_the_total_that_contradicts_the_prose(facts, fixture_file):
    (problem,) = refusal(fixture_file(total("training_sessions", prose=310)))
    assert all(word in problem for word in (PROGRAMME, "2022", SESSIONS, "300", "310"))


def test_above_a_floor_is_no_contradiction(facts, fixture_file):
    loading.load([fixture_file(total("training_attendances", prose=14_000))])
    assert loading.problems() == []


def test_below_a_floor_is_one(facts, fixture_file):
    (problem,) = refusal(fixture_file(total("training_attendances", prose=15_001)))
    assert "15001" in problem


def test_it_says_all_problems_at_once(facts, fixture_file):
    problems = refusal(
        fixture_file(cell(31), cell(17, indicator="outreach_sessions"), total("videos", prose=12))
    )
    assert len(problems) == 3


def test_it_refuses_a_row_without_a_total(facts, fixture_file):
    record = cell(3, indicator="outreach_attendances")
    record["fields"]["year"] = 2023
    (problem,) = refusal(fixture_file(record))
    assert "2023" in problem


def test_it_refuses_a_broken_tree(facts, fixture_file):
    fields = {"code": "astray", "name": "无上级", "short_name": "无上级", "kind": "unit"}
    record = {"model": "portal.tenant", "fields": {"path": "00990001", "depth": 2, "numchild": 0, **fields}}
    (problem,) = refusal(fixture_file(record))
    assert "astray" in problem
    assert not Tenant.objects.filter(code="astray").exists()


def test_it_refuses_a_number_of_children_that_is_wrong(facts, fixture_file):
    (problem,) = refusal(
        fixture_file({"model": "portal.tenant", "fields": {"code": "sanmen", "numchild": 2}})
    )
    assert "sanmen" in problem


@pytest.mark.parametrize("field", [{"sum_of": ["nothing"]}, {"attendances_of": "nothing"}])
def test_it_refuses_a_code_that_names_no_indicator(facts, fixture_file, field):
    record = {"model": "targets.indicator", "fields": {"programme": ["taizhou"], "code": "videos", **field}}
    (problem,) = refusal(fixture_file(record))
    assert all(word in problem for word in (PROGRAMME, "videos", "nothing"))


def test_it_refuses_a_threshold_of_no_indicator(facts, fixture_file, taizhou):
    row_high = taizhou.thresholds["row_high"] | {"vidoes": 5}
    fields = {"code": "taizhou", "thresholds": taizhou.thresholds | {"row_high": row_high}}
    (problem,) = refusal(fixture_file({"model": "targets.programme", "fields": fields}))
    assert all(word in problem for word in (PROGRAMME, "row_high", "vidoes"))


def test_it_refuses_periods_that_overlap(facts, fixture_file):
    fields = {"programme": ["taizhou"], "code": "2021Q3", "starts_on": "2021-06-30"}
    (problem,) = refusal(fixture_file({"model": "targets.period", "fields": fields}))
    assert all(word in problem for word in (PROGRAMME, "2021Q2", "2021Q3"))


def test_it_refuses_a_target_of_another_programmes_tenant(facts, fixture_file):
    (problem,) = refusal(fixture_file(cell(0, tenant="sh-bases")))
    assert all(word in problem for word in (PROGRAMME, "sh-bases"))


@pytest.mark.parametrize(
    "record",
    [
        {"model": "targets.nothing", "fields": {}},
        {"model": "targets.period", "fields": {"programme": ["atlantis"], "code": "1"}},
        {
            "model": "targets.period",
            "fields": {"programme": ["taizhou"], "code": "2021Q1", "closes_at": "soon"},
        },
        {
            "model": "targets.reportingduty",
            "fields": {"programme": ["taizhou"], "tenant": ["sanmen"], "duty": "x"},
        },
        {"model": "targets.target"},
        "targets.target",
    ],
)
def test_it_says_which_record_cannot_be_read(facts, fixture_file, record):
    (problem,) = refusal(fixture_file(cell(30), record))
    assert "more.json" in problem
    assert "2" in problem


def test_it_says_which_file_is_missing(facts, tmp_path):
    (problem,) = refusal(tmp_path / "absent.json")
    assert "absent.json" in problem


def test_the_command_prints_the_problems_and_fails(facts, fixture_file):
    with pytest.raises(CommandError, match=SESSIONS):
        call_command("load_facts", fixture_file(cell(31)))


def test_a_third_programme_is_a_fixture(third):
    assert Programme.objects.count() == 3
    assert list(Period.objects.filter(programme=third).values_list("short_name", flat=True)) == [
        "1月",
        "2月",
        "3月",
    ]
    assert loading.problems() == []


DECISION = {"programme": ["taizhou"], "code": "D99", "position": 99, "question": "？", "reason": "。"}


@pytest.mark.parametrize(
    "name", ["average_lwo", "average_low", "row_high.cases", "class_hours.care_home", ""]
)
def test_it_refuses_a_placeholder_that_no_setting_fills(facts, fixture_file, name):
    fields = DECISION | {"answer": f"不少于{{explanation_length}}个字，少于{{{name}}}人。"}
    (problem,) = refusal(fixture_file({"model": "targets.decision", "fields": fields}))
    assert all(word in problem for word in (PROGRAMME, "D99", f"“{{{name}}}”"))


def test_it_refuses_a_setting_that_goes_while_a_definition_speaks_of_it(facts, fixture_file, shanghai):
    fields = {"code": "shanghai", "thresholds": {"explanation_length": 8}}
    (problem,) = refusal(fixture_file({"model": "targets.programme", "fields": fields}))
    assert all(word in problem for word in (shanghai.name, "D17", "{year_percent_high}"))


LEDGER = {
    "kinds": [
        {"code": "short_training", "name": "讲座", "sessions": "training_sessions", "class_hours": 2.5}
    ],
    "venues": [{"code": "hall", "name": "礼堂"}],
    "scenarios": [{"code": "safety", "name": "安全"}],
    "channels": [{"code": "online", "name": "线上", "counts_for": ["taizhou-rtvu"]}],
    "questions": [
        {"code": "size", "name": "人多", "until": "2021-03-31", "attendances_over": 20, "venues": ["hall"]}
    ],
}


def programme_record(facts_ledger, existing):
    fields = {"code": existing.code, "lead": [existing.lead.code]}
    for name in ("name", "document_number", "document_title", "thresholds", "layout"):
        fields[name] = getattr(existing, name)
    return {"model": "targets.programme", "fields": fields | {"ledger": facts_ledger}}


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({}, ""),
        ({"kinds": [{"code": "talk", "name": "讲座", "sessions": "nowhere"}]}, "nowhere"),
        ({"kinds": [{"code": "talk", "nane": "讲座"}]}, "nane"),
        ({"kinds": [{"code": "talk", "name": "甲"}, {"code": "talk", "name": "乙"}]}, "talk"),
        ({"channels": [{"code": "online", "name": "线上", "counts_for": ["atlantis"]}]}, "atlantis"),
        ({"channels": []}, "channels"),
        ({"questions": [{"code": "size", "name": "人多", "venues": ["moon"]}]}, "moon"),
        ({"questions": [{"code": "size", "name": "人多", "until": "31 March"}]}, "31 March"),
        ({"overlaps": [{"code": "x", "name": "x", "one": "jiaojiang", "other": "nobody"}]}, "nobody"),
        ({"kind": []}, "kind"),
    ],
)
def test_it_refuses_a_ledger_that_counts_nowhere(facts, fixture_file, changes, word):
    """A typing error in its rules would be activities that nobody ever counts."""
    record = programme_record(LEDGER | changes, Programme.objects.get(code="taizhou"))
    if not word:
        assert loading.load([fixture_file(record)]) == 1
        return
    assert any(word in problem for problem in refusal(fixture_file(record)))
