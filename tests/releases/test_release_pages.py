"""通报 on pages: the preview is what will be frozen, the file never changes, a stranger sees nothing."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.urls import reverse

from portal import clock
from reporting.filings import actions as filing_actions
from reporting.filings import typed_return
from reporting.models import Filing, Release
from reporting.releases import content
from reporting.review import actions as review_actions

from ..conftest import NOW
from ..factories import accepted, membership, period, released, row
from ..live import zh
from ..screen import Screen

pytestmark = pytest.mark.django_db

LIST, PUBLISH = (reverse(name, args=["taizhou"]) for name in ("release-list", "release-publish"))
ADMINISTRATOR = "taizhou-education-administrator"
READERS = [
    "jiaojiang-preparer",
    "jiaojiang-head",
    "huangyan-observer",
    "taizhou-rtvu-preparer",
    "taizhou-education-reviewer",
]
STRANGERS = ["sh-huangpu-preparer", "shanghai-civil-affairs-administrator", "sh-eldercare-observer"]


@pytest.fixture
def city(as_):
    return as_(membership(ADMINISTRATOR))


def file_of(client, release: Release, name: str = "release-workbook") -> bytes:
    answer = client.get(reverse(name, args=[release.public_id]))
    assert answer.status_code == 200
    return answer.content


@pytest.mark.parametrize("username", READERS)
def test_everybody_in_the_programme_reads_all_of_it(as_, clerk, neighbour, username):
    accepted(clerk, row("椒江成校", 1, 41))
    accepted(neighbour, row("黄岩成校", 2, 92))
    release, reader = publish_now("2022Q1"), as_(membership(username))
    assert release.title in Screen(reader.get(LIST)).text
    page = Screen(reader.get(release.get_absolute_url()))
    figures = {each[0].split()[0]: each[1:3] for each in page.tables[1] if each}
    assert (figures["椒江区教育局"], figures["黄岩区教育局"]) == (["1", "41"], ["2", "92"])
    assert figures["临海市教育局"] == ["—", "—"]
    assert file_of(reader, release) == bytes(release.workbook)
    assert not any(link.href.startswith(PUBLISH) for link in page.links)


@pytest.mark.parametrize("username", STRANGERS)
def test_nobody_of_another_programme_knows_of_it(as_, username):
    release, stranger = released("2021Q4"), as_(membership(username))
    assert stranger.get(LIST).status_code == 404
    for name in ("release-detail", "release-workbook", "release-json"):
        assert stranger.get(reverse(name, args=[release.public_id])).status_code == 404
    other = Screen(stranger.get(reverse("release-list", args=["shanghai"])))
    assert release.title not in other.text


def test_the_file_is_the_same_to_the_byte_whenever_it_is_downloaded(as_, clerk):
    filing = accepted(clerk, row("椒江成校", 1, 40))
    release, county = publish_now("2022Q1"), as_(clerk)
    first = file_of(county, release)
    assert hashlib.sha256(first).hexdigest() == release.workbook_digest
    with clock.frozen(NOW + timedelta(days=20)):
        correct(filing, row("椒江成校", 2, 99))
        assert file_of(as_(clerk), release) == file_of(as_(membership(ADMINISTRATOR)), release) == first
    with clock.frozen(NOW - timedelta(days=1)):  # a demonstration clock that starts anew
        assert file_of(as_(clerk), release) == first
    answer = county.get(reverse("release-workbook", args=[release.public_id]))
    assert "filename*=utf-8''" in answer["Content-Disposition"].lower()


def test_the_json_is_the_content_that_the_digest_is_of(as_, clerk):
    release = released("2021Q4")
    text = file_of(as_(clerk), release, "release-json")
    assert hashlib.sha256(text).hexdigest() == release.digest
    assert json.loads(text) == release.content


def test_only_the_lead_is_told_what_has_changed_since(as_, clerk, city):
    filing = accepted(clerk, row("椒江成校", 1, 40))
    release = publish_now("2022Q1")
    correct(filing, row("椒江成校", 2, 99))
    page = Screen(city.get(release.get_absolute_url()))
    assert "2" in page.at["changed"]
    assert [each[-3:] for each in page.tables[0][1:]] == [["1", "2", "更正说明"], ["40", "99", "更正说明"]]
    assert any(link.href == f"{PUBLISH}?period=2022Q1" for link in page.links)
    county = Screen(as_(clerk).get(release.get_absolute_url()))
    assert "changed" not in county.at
    assert "99" not in county.text.split()


def test_an_older_number_leads_to_the_newer_one_of_its_quarter(as_, clerk):
    first, other, second = released("2021Q3"), released("2021Q4"), released("2021Q3")
    hrefs = [link.href for link in Screen(as_(clerk).get(first.get_absolute_url())).links]
    assert second.get_absolute_url() in hrefs
    assert second.get_absolute_url() not in [
        link.href for link in Screen(as_(clerk).get(other.get_absolute_url())).links
    ]


# --- publishing


def publish_now(code: str) -> Release:
    with clock.frozen(period(code).due_at + timedelta(days=1)):
        return released(code)


def correct(filing: Filing, *rows: dict) -> None:
    by = membership(f"{filing.tenant.code}-preparer")
    filing = filing_actions.correct(filing, reason="更正说明", revision=filing.revision, by=by)
    typed = typed_return.Typed(
        rows=list(rows), preparer="甲（演示）", head="乙（演示）", telephone="演示 0000"
    )
    filing = filing_actions.file(
        filing.tenant, filing.period, typed, by=by, explanation="已与签到表逐项核对，无误。"
    )
    review_actions.accept(filing, revision=filing.revision, by=membership("taizhou-education-reviewer"))


def test_the_preview_is_what_is_published(city):
    preview = Screen(city.get(PUBLISH, {"period": "2021Q4", "ranking": "1"}))
    assert preview.fields["ranking"] == "1"
    answer = city.post(PUBLISH, preview.fields)
    release = Release.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, release.get_absolute_url())
    shown = Screen(city.get(release.get_absolute_url()))
    assert shown.tables == preview.tables
    assert release.content["ranking"] is not None
    assert content.preview_digest(release.content) == preview.fields["preview"]


def test_looking_at_a_preview_writes_nothing(city):
    for query in ({}, {"period": "2021Q2"}, {"ranking": "1"}):
        assert city.get(PUBLISH, query).status_code == 200
    assert not Release.objects.exists()


def test_what_changed_since_the_preview_is_shown_again_and_not_published(as_, clerk):
    with clock.frozen(period("2022Q1").due_at):
        city = as_(membership(ADMINISTRATOR))
        fields = Screen(city.get(PUBLISH, {"period": "2022Q1"})).fields
        accepted(clerk)
        answer = city.post(PUBLISH, fields)
        assert answer.status_code == 409
        page = Screen(answer)
        assert len(page.alerts) == 1
        assert not Release.objects.exists()
        assert city.post(PUBLISH, page.fields).status_code == 302
    assert Release.objects.count() == 1


def test_the_button_says_why_it_is_too_early(city):
    page = Screen(city.get(PUBLISH, {"period": "2022Q1"}))
    (button,) = [each for each in page.buttons if each.text == zh("Publish")]
    assert button.is_disabled
    assert "2022-03-28" in page.text
    assert city.post(PUBLISH, page.fields).status_code == 409
    assert not Release.objects.exists()


def test_who_is_missing_is_named_before_and_in_it(city):
    page = Screen(city.get(PUBLISH, {"period": "2021Q4"}))
    assert page.text.count("玉环市教育局") >= 3


@pytest.mark.parametrize("code", ["2021Q9", "x", "2022Q4"])
def test_a_period_that_is_not_there_or_has_not_begun_is_not_found(city, code):
    assert city.get(PUBLISH, {"period": code}).status_code == 404
    assert city.post(PUBLISH, {"period": code}).status_code == 404


def test_before_anything_is_published_the_list_says_so(as_, clerk, city):
    assert zh("Nothing has been published yet") in Screen(as_(clerk).get(LIST)).text
    assert any(link.href == PUBLISH for link in Screen(city.get(LIST)).links)
    assert not any(link.href == PUBLISH for link in Screen(as_(clerk).get(LIST)).links)


def test_before_the_programme_begins_there_is_nothing_to_publish(city):
    with clock.frozen(NOW - timedelta(days=800)):
        page = Screen(city.get(PUBLISH))
    assert zh("There is nothing to publish yet") in page.text


def test_no_ranks_are_offered_where_nobody_is_ranked(as_):
    lead = as_(membership("shanghai-civil-affairs-administrator"))
    text = Screen(lead.get(reverse("release-publish", args=["shanghai"]))).text
    assert zh("With the ranks of the counties") not in text


def test_its_text_is_escaped(city, clerk):
    accepted(clerk)
    clerk.tenant.name = "<b>椒江</b>"
    clerk.tenant.save(update_fields=["name"])
    release = publish_now("2022Q1")
    assert b"<b>" not in city.get(release.get_absolute_url()).content
