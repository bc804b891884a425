"""“计划完成培训和帮办共40万人次”: one task of two columns together, shown at both of them as what it is."""

from datetime import datetime

import pytest
from django.urls import reverse

from portal import clock
from reporting.filings import queries as filing_queries
from reporting.filings.checks import run_checks
from reporting.filings.typed_return import Typed
from reporting.models import Filing

from ..factories import membership, started
from ..screen import Screen

pytestmark = pytest.mark.django_db

APRIL = datetime.fromisoformat("2021-04-01T09:00:00+08:00")
TASK, REMAINING = "本年任务", "剩余"


def opened(code: str) -> Filing:
    with clock.frozen(APRIL):
        return started(membership(f"{code}-preparer"), "2021Q1", "shanghai")


def references(as_, code: str, *rows: dict) -> dict[str, list[str]]:
    filing = opened(code)
    filing.draft.rows = list(rows)
    filing.draft.save()
    with clock.frozen(APRIL):
        screen = Screen(
            as_(membership(f"{code}-preparer")).get(reverse("filing-edit", args=[filing.public_id]))
        )
    return {row[1]: row[2:4] for row in screen.tables[0] if len(row) > 3}


def typed(training: str, assistance: str) -> dict:
    return {
        "provider": "站（示例）",
        "values": {"training_attendances": training, "assistance_attendances": assistance},
    }


@pytest.mark.parametrize(
    ("code", "task"),
    [
        ("sh-bigdata", ["合计 400,000", "合计 400,000"]),
        ("sh-eldercare", ["合计 150,000", "合计 150,000"]),
        ("sh-open-university", ["200,000", "/"]),  # 计划完成培训共20万人次: of training alone
        ("sh-others", ["/", "/"]),
        ("sh-huangpu", ["/", "/"]),  # the pillar's is not split up
    ],
)
def test_a_pillar_sees_its_task_of_the_year(as_, code, task):
    assert references(as_, code)[TASK] == task


def test_what_remains_of_it_is_what_both_columns_leave(as_):
    found = references(as_, "sh-bigdata", typed("100", "23"))
    assert found[REMAINING] == ["合计 399,877", "合计 399,877"]


@pytest.mark.parametrize(("assistance", "asks"), [("599999", False), ("600001", True)])
def test_three_times_a_shared_task_is_asked_about_once(assistance, asks):
    """“本年累计超过任务数的300%，需要说明情况”: 400,000 × 3, of both columns together."""
    filing = opened("sh-bigdata")
    reading, facts = filing_queries.read_typed(filing, Typed([typed("600000", assistance)]))
    codes = [each.code for each in run_checks(reading, facts)]
    assert codes.count("year_high") == asks
