"""A fixture is read exactly: what would be stored otherwise than it is typed is refused, with its file, record and field."""

import json

import pytest

from targets import loading
from targets.models import Period, Programme, Target
from targets.printed import agrees

WHERE = {"programme": ["taizhou"], "indicator": ["taizhou", "videos"], "year": 2022, "tenant": ["sanmen"]}


def target(**fields):
    return {"model": "targets.target", "fields": WHERE | fields}


def period(**fields):
    return {"model": "targets.period", "fields": {"programme": ["taizhou"], "code": "2021Q1"} | fields}


def refusal(path):
    with pytest.raises(loading.FactsRefused) as refused:
        loading.load([path])
    return refused.value.problems


@pytest.mark.parametrize(
    ("typed", "stored"), [(0.7, "0"), (4.3, "4"), (-0.5, "0"), (1e15 + 0.5, "1000000000000000")]
)
def test_it_refuses_a_target_that_would_be_stored_as_another(facts, fixture_file, typed, stored):
    before = list(Target.objects.values())
    (problem,) = refusal(fixture_file(target(value=typed, source_text=str(typed))))
    place = "more.json 第 1 条（targets.target taizhou videos 2022 sanmen）字段“value”"
    assert problem.startswith(place)
    assert f"“{typed}”" in problem
    assert f"存成 {stored}" in problem
    assert list(Target.objects.values()) == before


@pytest.mark.parametrize(
    ("record", "field", "typed"),
    [
        (target(value="4.3"), "value", "4.3"),
        (target(value=True), "value", "true"),
        (target(value=[1]), "value", "[1]"),
        (target(value=-1), "value", "0"),
        (target(year=2022.5, state="no_task"), "year", "2022.5"),
        (target(source_line=7.5), "source_line", "7.5"),
        (target(source_text=1.50), "source_text", "1.5"),
        (period(number=1.5), "number", "1.5"),
        (period(expected_percent=33.333), "expected_percent", "2"),
        (period(expected_percent=99.99999999), "expected_percent", "2"),
        (period(expected_percent=True), "expected_percent", "true"),
        (period(expected_percent="half"), "expected_percent", "half"),
        (period(name=2021), "name", "2021"),
        (period(starts_on=20210301), "starts_on", "20210301"),
        (period(starts_on="2021-02-30"), "starts_on", "2021-02-30"),
        (period(name=None), "name", "null"),
        (period(nmae="x"), "nmae", "cumulative_name"),
        (period(id=7), "id", ""),
        (period(programme=["taizhou", "x"]), "programme", "taizhou x"),
        (period(programme="taizhou"), "programme", "taizhou"),
        ({"model": "targets.programme", "fields": {"code": "taizhou", "layout": "x"}}, "layout", "x"),
        ({"model": "targets.indicator", "fields": {"programme": ["taizhou"], "code": "videos", "position": 5.9}}, "position", "5.9"),
        ({"model": "targets.targettotal", "fields": {k: WHERE[k] for k in ("programme", "indicator", "year")} | {"printed": 9.9}}, "printed", "9.9"),
        ({"model": "targets.targettotal", "fields": {k: WHERE[k] for k in ("programme", "indicator", "year")} | {"is_floor": "no"}}, "is_floor", "no"),
        ({"model": "portal.tenant", "fields": {"code": "sanmen", "numchild": 0.2}}, "numchild", "0.2"),
    ],
)  # fmt: skip
def test_it_names_the_field_that_cannot_hold_what_is_typed(facts, fixture_file, record, field, typed):
    (problem,) = refusal(fixture_file(record))
    assert f"字段“{field}”" in problem
    assert typed in problem


def test_a_milestone_is_read_exactly_as_well(third, fixture_file):
    (problem,) = refusal(
        fixture_file(
            {
                "model": "targets.milestone",
                "fields": {
                    "programme": ["yanshi"],
                    "code": "half",
                    "indicator": ["yanshi", "lectures"],
                    "year": 2023,
                    "on": "2023-02-28",
                    "value": 4.5,
                    "kind": "expected",
                    "sentence": "演示",
                },
            }
        )
    )
    assert "“4.5”" in problem


@pytest.mark.parametrize("value", [30, 30.0, "30"])
def test_a_whole_number_is_taken_however_it_is_written(facts, fixture_file, value):
    cell = Target.objects.filter(year=2022, tenant__code="sanmen", indicator__code="training_sessions")
    cell.update(value=29)
    record = target(indicator=["taizhou", "training_sessions"], value=value, source_text="30")
    loading.load([fixture_file(record)])
    assert cell.get().value == 30


def test_it_says_everything_of_all_files_at_once(facts, tmp_path):
    files = {
        "one.json": [target(value=0.7, year="x"), period(name=5), target(tenant=["atlantis"])],
        "two.json": [{"model": "targets.nothing", "fields": {}}, period(starts_on="soon")],
    }
    for name, records in files.items():
        (tmp_path / name).write_text(json.dumps(records), encoding="utf-8")
    (tmp_path / "three.json").write_text("[{", encoding="utf-8")
    with pytest.raises(loading.FactsRefused) as refused:
        loading.load([tmp_path / name for name in [*files, "three.json", "four.json"]])
    found = refused.value.problems
    places = ["one.json 第 1 条", "one.json 第 1 条", "one.json 第 2 条", "one.json 第 3 条"]
    places += ["two.json 第 1 条", "two.json 第 2 条", "three.json", "four.json"]
    assert len(found) == len(places), found
    for place, problem in zip(places, found, strict=True):
        assert problem.startswith(place)
        assert "{'" not in problem  # a Python dict is no sentence


def test_what_names_a_refused_record_is_not_complained_of_again(facts, fixture_file):
    indicator = {
        "programme": ["taizhou"], "code": "walks", "position": 9.5, "name": "健步走（场）", "short_name": "健步走",
        "unit": "场",
    }  # fmt: skip
    of_it = target(indicator=["taizhou", "walks"], state="number", value=1)
    (problem,) = refusal(fixture_file({"model": "targets.indicator", "fields": indicator}, of_it))
    assert "“9.5”" in problem


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (period(ends_on="2021-01-01"), "ends_on"),
        (period(closes_at="2021-01-01T00:00:00+08:00"), "closes_at"),
        (target(state="no_task", value=5), "no_task"),
        (target(state="number", value=None), "null"),
        ({"model": "targets.indicator", "fields": {"programme": ["taizhou"], "code": "videos", "position": 1}}, "Position"),
    ],
)  # fmt: skip
def test_a_record_against_a_rule_of_its_table_is_a_sentence(facts, fixture_file, record, words):
    (problem,) = refusal(fixture_file(record))
    assert problem.startswith("more.json 第 1 条")
    assert words.lower() in problem.lower()
    assert "constraint" not in problem.lower()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('[{"model": "targets.period", "fields": {"code": "1", "code": "2"}}]', "code"),
        ('[{"model": "targets.period", "fields": {"year": NaN}}]', "NaN"),
        ('{"model": "targets.period"}', "more.json"),
        ("[\n  {,}\n]", "第 2 行"),
    ],
)
def test_it_says_what_is_wrong_with_a_file(facts, tmp_path, text, word):
    path = tmp_path / "more.json"
    path.write_text(text, encoding="utf-8")
    (problem,) = refusal(path)
    assert problem.startswith("more.json")
    assert word in problem


def test_no_other_table_is_reached_by_a_fixture(facts, fixture_file):
    fields = {"username": "intruder", "full_name": "某某", "is_superuser": True}
    (problem,) = refusal(fixture_file({"model": "portal.user", "fields": fields}))
    assert "portal.user" not in problem.partition("有：")[2]


# --- what is printed and what counts


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("30", 30), (" 20", 20), ("1,500", 1500), ("１５００", 1500), ("15万", 150_000), ("1.5万", 15_000),
        ("15 万人次", 150_000), ("10个以上", 10), ("/", None), ("", None), ("—", None), ("", 30),
    ],
)  # fmt: skip
def test_a_printed_cell_agrees_with_its_figure(text, value):
    assert agrees(text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.7", 0),
        ("4.3", 4),
        ("30", 31),
        ("5", None),
        ("/", 5),
        ("15万", 15),
        ("1,50", 150),
        ("1-2", 1),
        ("约", 3),
    ],
)
def test_a_printed_cell_contradicts_another_figure(text, value):
    assert not agrees(text, value)


def test_it_refuses_a_figure_that_is_not_the_printed_one(facts, fixture_file):
    fields = {"value": 30, "state": "number", "source_text": "30.4"}
    record = target(**fields) | {}
    record["fields"]["indicator"] = ["taizhou", "training_sessions"]
    (problem,) = refusal(fixture_file(record))
    assert all(
        word in problem
        for word in ("2022", "三门", "“30.4”", "30", Programme.objects.get(code="taizhou").name)
    )


def test_it_refuses_a_figure_printed_where_there_is_no_task(facts, fixture_file):
    record = target(value=None, state="no_task", source_text="5")
    record["fields"]["indicator"] = ["taizhou", "textbooks"]
    (problem,) = refusal(fixture_file(record))
    assert "“5”" in problem


def test_the_official_periods_are_untouched_by_a_refusal(facts, fixture_file):
    refusal(fixture_file(period(name="改名"), period(number=1.5)))
    assert not Period.objects.filter(name="改名").exists()
