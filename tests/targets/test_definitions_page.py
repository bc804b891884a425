"""Wherever a definition is shown, its numbers are the programme's settings of that day."""

import io
from datetime import datetime

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from portal import clock
from reporting.models import Release

from ..factories import accepted, period, released
from ..screen import Screen

PAGE = reverse("definitions", args=["taizhou"])
FILE = f"{reverse('rollup-attachment', args=['taizhou'])}?period=2022Q1"
FEW, LONG = "平均每场少于{}人或", "说明不少于{}个字"


@pytest.fixture
def other_limits(db) -> None:
    programme = period("2022Q1").programme
    programme.thresholds["average_low"]["training_attendances"] = 12
    programme.thresholds["explanation_length"] = 9
    programme.save(update_fields=["thresholds"])


def on_last_sheet(content: bytes) -> str:
    sheet = load_workbook(io.BytesIO(content)).worksheets[-1]
    return "".join(str(cell.value) for line in sheet.iter_rows() for cell in line)


def published() -> Release:
    """The quarter's release, after its due day."""
    with clock.frozen(datetime.fromisoformat("2022-03-30T09:00:00+08:00")):
        return released("2022Q1")


def shown(as_, clerk, reviewer) -> dict[str, str]:
    """{where: the text} of everything that shows all definitions."""
    own = reverse("version-attachment", args=[accepted(clerk).accepted.public_id])
    return {
        "page": Screen(as_(reviewer).get(PAGE)).text,
        "roll-up": on_last_sheet(as_(reviewer).get(FILE).content),
        "return": on_last_sheet(as_(clerk).get(own).content),
        "release": on_last_sheet(bytes(published().workbook)),
    }


def test_they_show_the_settings_as_they_are(as_, clerk, reviewer):
    for where, text in shown(as_, clerk, reviewer).items():
        assert FEW.format(10) in text and LONG.format(8) in text, where


def test_they_show_the_settings_as_they_become(as_, clerk, reviewer, other_limits):
    for where, text in shown(as_, clerk, reviewer).items():
        assert FEW.format(12) in text and LONG.format(9) in text, where


def test_the_rule_for_late_activities_is_filled_beside_the_period_too(as_, clerk, other_limits):
    period("2022Q1").programme.decisions.filter(code="D4").update(answer="至少{explanation_length}个字。")
    page = as_(clerk).get(reverse("period-detail", args=["taizhou", "2022Q1"]))
    assert "至少9个字。" in Screen(page).text
