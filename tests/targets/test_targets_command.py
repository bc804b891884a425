"""script/manage targets"""

import csv
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command


def output(**options):
    stream = StringIO()
    call_command("targets", stdout=stream, **options)
    return stream.getvalue()


def test_json_holds_every_cell_and_the_totals(facts):
    answer = json.loads(output(programme="taizhou", year=2021, format="json"))
    assert set(answer) == {"rows", "totals"}
    assert len(answer["rows"]) == 60
    assert answer["rows"][2] == {
        "tenant": "luqiao",
        "indicator": "training_sessions",
        "state": "number",
        "value": 20,
        "source_text": " 20",
    }
    assert answer["totals"] == {
        "training_sessions": 200,
        "training_attendances": 10000,
        "outreach_sessions": 100,
        "videos": 10,
        "textbooks": 1,
        "cases": 1,
    }


def test_csv_holds_the_same_cells(facts):
    rows = list(csv.DictReader(StringIO(output(programme="taizhou", year=2022, format="csv"))))
    cells = {
        (row["tenant"], row["indicator"]): (row["state"], row["value"], row["source_text"]) for row in rows
    }
    assert len(cells) == 60
    assert cells["yuhuan", "cases"] == ("blank", "", "")
    assert cells["taizhou-rtvu", "outreach_sessions"] == ("number", "5", "5")
    assert cells["sanmen", "videos"] == ("no_task", "", "/")


def test_it_prints_a_third_programme(third):
    assert json.loads(output(programme="yanshi", year=2023, format="json"))["totals"] == {
        "lectures": 10,
        "handbooks": 1,
    }


@pytest.mark.parametrize(
    ("programme", "year", "named"), [("atlantis", 2021, "atlantis"), ("taizhou", 2020, "2020")]
)
def test_it_refuses_what_it_does_not_know_in_one_line(facts, programme, year, named):
    with pytest.raises(CommandError, match=named) as refused:
        output(programme=programme, year=year)
    assert refused.value.returncode == 1
    assert "\n" not in str(refused.value)
