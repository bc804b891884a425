"""A third programme's work module is data: its own kinds, checks, sums and first phase, and no code."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from django.urls import reverse

from portal import clock, demonstration
from reporting.channels.channels import sums
from reporting.demonstration.year import fill_profiles
from reporting.filings import actions as filing_actions
from reporting.filings import queries as filing_queries
from reporting.filings import typed_return
from reporting.review import actions as review_actions
from reporting.work_module import actions as work_module_actions
from reporting.work_module import queries as work_module_queries
from targets import loading
from targets.queries import programme_for

from .. import walls
from ..factories import EXPLANATION, membership, period
from ..screen import Screen

FIXTURE = Path(__file__).parents[1] / "fixtures" / "third_programme.json"
FEBRUARY = datetime.fromisoformat("2023-02-03T10:00:00+08:00")
MODULE = {
    "name": "银龄课堂记录簿",
    "headlines": [{"code": "all", "sentence": "全部计入"}, {"code": "module", "sentence": "以记录簿为准"}],
    "outside": {"yanshi-west": "西区按月报送总数。"},
    "kinds": [{"code": "desk", "name": "咨询台", "units": ["unit"]}],
    "checks": [{"code": "badge", "text": "已佩戴工作牌", "of": ["point", "operator"]}],
    "first_phase": {
        "until": "2023-01-31",
        "sentence": "一月试行",
        "at_least_one": {"tenant_kind": "unit", "indicator": "listeners", "sentence": "各区至少一次"},
    },
}


def with_module(tmp_path: Path, module: dict, headline: str = "all") -> Path:
    """The fixture with that module, and two of its units reporting through different channels."""
    records = json.loads(FIXTURE.read_text(encoding="utf-8"))
    for each in records:
        fields = each["fields"]
        if each["model"] == "targets.programme":
            fields |= {"module": module, "headline_channel": headline}
        if each["model"] == "targets.reportingduty":
            fields["recording_channel"] = "module" if fields["tenant"] == ["yanshi-east"] else "self_reported"
    path = tmp_path / "third.json"
    path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture
def third(db, tmp_path):
    loading.load([with_module(tmp_path, MODULE)])
    walls.see_everything()
    demonstration.make_accounts(make_password(demonstration.PASSWORD))
    fill_profiles()
    with clock.frozen(FEBRUARY):
        yield programme_for("yanshi")


def test_its_pages_show_its_own_words_and_sums(as_, third):
    january = period("2023M01", "yanshi")
    for code in ("yanshi-east", "yanshi-west"):
        by = membership(f"{code}-preparer")
        fields = filing_queries.fields_of(filing_actions.start(by.tenant, january, by=by))
        rows = [{"provider": "某班", "values": {each.code: "30" for each in fields}}]
        filing = filing_actions.file(
            by.tenant, january, typed_return.Typed(rows), by=by, explanation=EXPLANATION
        )
        review_actions.accept(filing, revision=filing.revision, by=membership("yanshi-centre-reviewer"))
    found = sums(third, [january], under=third.lead)
    point = found.points[0]  # it keeps no ledger: nothing of what the east typed is a record
    assert (point.module, point.unrecorded, point.self_reported, point.total) == (0, 30, 30, 60)
    assert found.headline.sentence == "全部计入"
    client = as_(membership("yanshi-centre-administrator"))
    assert "银龄课堂记录簿" in Screen(client.get(reverse("module", args=["yanshi"]))).text
    assert "西区按月报送总数。" in Screen(client.get(reverse("channels", args=["yanshi"]))).text
    assert "2 / 3" in Screen(client.get(reverse("first-phase", args=["yanshi"]))).text


def test_its_service_points_are_of_its_own_kinds(third):
    by = membership("yanshi-east-preparer")
    operator = work_module_actions.designate(third, by, by=membership("yanshi-east-administrator"))
    point = work_module_actions.add_service_point(third, by.tenant, kind="desk", name="一楼咨询台", by=by)
    assert [each.code for each in work_module_queries.checks_for(point)] == ["badge"]
    work_module_actions.record_checks(operator, {"badge": True}, checked_on=clock.today(), by=by)
    with pytest.raises(ValueError, match="kind"):
        work_module_actions.add_service_point(third, by.tenant, kind="charging_station", name="充电站", by=by)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"kinds": [{"code": "desk", "name": "x", "units": ["nowhere"]}]}, "nowhere"),
        ({"kinds": [{"code": "desk", "name": "x"}, {"code": "desk", "name": "y"}]}, "desk"),
        ({"headlines": [{"code": "paper", "sentence": "x"}]}, "paper"),
        (
            {"headlines": [{"code": "module", "sentence": "x"}]},
            "all",
        ),  # the programme's own is not among them
        ({"outside": {"nowhere": "x"}}, "nowhere"),
        ({"first_phase": {"until": "soon", "sentence": "x"}}, "soon"),
        ({"checks": [{"code": "badge"}]}, "text"),
    ],
)
def test_a_module_that_contradicts_the_facts_is_refused(db, tmp_path, change, named):
    with pytest.raises(loading.FactsRefused) as refused:
        loading.load([with_module(tmp_path, MODULE | change)])
    assert any(named in each for each in refused.value.problems)
