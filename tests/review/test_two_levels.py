"""Two levels of review, one roll-up: districts report to their pillar, pillars to the city; each return counts once."""

from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from portal import clock
from reporting.filings import actions as filing_actions
from reporting.filings import typed_return
from reporting.models import Filing
from reporting.review import actions as review_actions
from reporting.rollup.rollup import roll_up

from ..factories import EXPLANATION, answered, membership, period, tenant
from ..screen import Screen

pytestmark = pytest.mark.django_db

NOW = datetime.fromisoformat("2021-03-25T10:00:00+08:00")
REVIEW = reverse("review-list")


@pytest.fixture(autouse=True)
def at_nine():
    with clock.frozen(NOW):
        yield


def filed(code: str, training: int, assistance: int) -> Filing:
    by = membership(f"{code}-preparer")
    values = {"training_attendances": str(training), "assistance_attendances": str(assistance)}
    rows = [{"provider": f"{by.tenant.short_name}老年活动室（示例）", "values": values}]
    about = period("2021Q1", "shanghai")
    filing_actions.file(by.tenant, about, typed_return.Typed(rows), by=by, explanation=EXPLANATION)
    return Filing.objects.with_parties().get(tenant=by.tenant, period=about)


def accept(filing: Filing, by: str):
    return review_actions.accept(filing, revision=filing.revision, by=membership(f"{by}-reviewer"))


def total(under: str, **options) -> int:
    about = period("2021Q1", "shanghai")
    return roll_up(about.programme, [about], under=tenant(under), **options).total["person_times"]


def test_the_pillar_reviews_its_district_and_the_city_counts_it_once():
    huangpu, own = filed("sh-huangpu", 30, 4), filed("sh-eldercare", 5, 1)
    assert (total("sh-eldercare"), total("shanghai-civil-affairs")) == (0, 0)
    accept(huangpu, "sh-eldercare")
    assert (total("sh-eldercare"), total("shanghai-civil-affairs")) == (34, 34)
    accept(own, "shanghai-civil-affairs")
    assert (total("sh-eldercare"), total("shanghai-civil-affairs")) == (40, 40)


def test_the_district_waits_on_its_pillars_list(as_):
    filed("sh-huangpu", 30, 4)
    assert "黄浦区" in Screen(as_(membership("sh-eldercare-reviewer")).get(REVIEW)).text
    assert "黄浦区" not in Screen(as_(membership("taizhou-education-reviewer")).get(REVIEW)).text


@pytest.mark.parametrize(
    "by",
    [
        "sh-huangpu-administrator",
        "sh-xuhui-head",
        "sh-eldercare-head",
        "sh-bigdata-head",
        "taizhou-education-reviewer",
    ],
)
def test_nobody_beside_or_below_reviews_it(by):
    filing = filed("sh-huangpu", 30, 4)
    with pytest.raises(PermissionDenied):
        review_actions.accept(filing, revision=filing.revision, by=membership(by))


def test_a_pillar_does_not_review_its_own_return():
    with pytest.raises(PermissionDenied):
        accept(filed("sh-eldercare", 5, 1), "sh-eldercare")


def test_a_return_goes_back_and_comes_again_within_the_pillar():
    filing, reviewer = filed("sh-huangpu", 30, 4), membership("sh-eldercare-reviewer")
    review_actions.send_back(filing, reason="请核对人次后重报。", revision=filing.revision, by=reviewer)
    assert total("shanghai-civil-affairs", include_submitted=True) == 0
    by = membership("sh-huangpu-preparer")
    filing = answered(filing, by)
    filing_actions.submit(filing, revision=filing.revision, by=by)
    filing.refresh_from_db()
    accept(filing, "sh-eldercare")
    assert total("shanghai-civil-affairs") == 34


@pytest.mark.parametrize("page", ["rollup", "board", "progress", "module", "channels", "first-phase"])
def test_a_district_sees_no_other(as_, page):
    for code in ("sh-huangpu", "sh-xuhui"):
        accept(filed(code, 1111 if code == "sh-huangpu" else 2222, 1), "sh-eldercare")
    text = Screen(as_(membership("sh-huangpu-preparer")).get(reverse(page, args=["shanghai"]))).text
    assert "黄浦" in text
    assert not any(foreign in text for foreign in ("徐汇区", "2222", "2,222", "2,223", "3,335"))


def test_a_district_s_return_does_not_exist_for_another(as_):
    filing = filed("sh-huangpu", 30, 4)
    assert as_(membership("sh-huangpu-head")).get(filing.get_absolute_url()).status_code == 200
    assert as_(membership("sh-xuhui-preparer")).get(filing.get_absolute_url()).status_code == 404
