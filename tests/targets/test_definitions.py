"""The platform's definitions take their numbers from the settings that they speak of."""

import json
import re
from pathlib import Path

import pytest

from targets.definitions import PLACEHOLDER, filled, unfilled, values_of
from targets.ledger import Ledger
from targets.loading import official_paths

THIRD = Path(__file__).parents[1] / "fixtures" / "third_programme.json"
LIMITS = (
    "平均每场少于10人或多于150人次，“三入”平均每场多于60人次，一行教材多于3本、视频多于5个，"
    "本年累计超过任务数的300%，需要说明情况；说明不少于8个字。"
)
# By what counted thing a number in a sentence is recognised as a setting's. A new setting needs its own.
UNITS = {
    "average_low": "人",
    "average_high": "人",
    "row_high": "本个",
    "year_percent_high": "%",
    "explanation_length": "个",
    "class_hours": "个",
    "attendances_over": "人",
}


def test_they_read_as_they_were_decided(taizhou, shanghai):
    assert taizhou.definition("D32").answer == LIMITS
    assert taizhou.definition("D8").question == "不足5个学时的培训怎样计算？"
    assert "累计满5个学时的，计1场" in taizhou.definition("D8").answer
    assert shanghai.definition("D12").question == "“20人之内”是否包括20人？"
    assert shanghai.definition("D17").answer == "本年累计超过任务数的300%，需要说明情况；说明不少于8个字。"


def test_they_keep_their_order_and_leave_no_placeholder(taizhou, shanghai):
    for programme in (taizhou, shanghai):
        codes = list(programme.decisions.values_list("code", flat=True))
        assert [each.code for each in programme.definitions] == codes
        assert not any("{" in f"{each.question}{each.answer}{each.reason}" for each in programme.definitions)


def test_a_code_without_a_definition_has_none(taizhou):
    assert taizhou.definition("D99") is None


def test_a_changed_setting_changes_the_sentence(taizhou):
    taizhou.thresholds["average_low"]["training_attendances"] = 12
    taizhou.ledger["kinds"][0]["class_hours"] = 2.5
    assert taizhou.definition("D32").answer == LIMITS.replace("少于10人", "少于12人")
    assert taizhou.definition("D8").question == "不足2.5个学时的培训怎样计算？"


def test_a_limit_of_each_column_is_named_with_it():
    values = values_of({"row_high": {"videos": 5}, "explanation_length": 8, "off": None}, Ledger())
    assert values == {"row_high.videos": "5", "explanation_length": "8"}
    assert filled("{row_high.videos}个、{row_high}本", values) == "5个、{row_high}本"
    assert list(unfilled("{row_high.videos}个、{row_high}本", values)) == ["row_high"]


@pytest.mark.parametrize("path", [*official_paths(), THIRD], ids=lambda path: path.stem)
def test_no_sentence_types_a_number_that_is_a_setting(path):
    records = json.loads(path.read_text(encoding="utf-8"))
    decisions = [each["fields"] for each in records if each["model"] == "targets.decision"]
    for programme in (each["fields"] for each in records if each["model"] == "targets.programme"):
        values = values_of(programme["thresholds"], Ledger.of(programme["ledger"]))
        assert [each["code"] for each in decisions if typed(each, values)] == []


def test_it_knows_a_typed_number_when_it_sees_one():
    values = {"average_low.training_attendances": "10", "explanation_length": "8"}
    for answer, found in [(LIMITS, ["10人", "8个"]), ("次月10日，110人，“10人”，{average_low}人", [])]:
        assert typed({"question": "", "answer": answer, "reason": ""}, values) == found


def typed(decision: dict, values: dict[str, str]) -> list[str]:
    """Numbers that equal a setting and count what it counts. What is in quotes are the document's words."""
    own = re.sub("“[^”]*”", "", "".join(decision[name] for name in ("question", "answer", "reason")))
    spoken = PLACEHOLDER.sub("", own)
    return [
        match[0]
        for name, value in values.items()
        for match in re.finditer(rf"(?<![\d.]){re.escape(value)}[{UNITS[name.split('.')[0]]}]", spoken)
    ]
