"""The reviewer's pages: what changed and what was said at each cell, reasons at cells, several accepted at once."""

import re
from datetime import datetime

import pytest
from django.urls import reverse

from portal import clock
from portal.models import HistoryEntry
from reporting.evidence import actions as evidence_actions
from reporting.evidence import queries as evidence_queries
from reporting.filings import actions as filing_actions
from reporting.filings import queries as filing_queries
from reporting.filings import typed_return
from reporting.filings import versions as filing_versions
from reporting.models import Filing, Opening, ReviewPoint
from reporting.review import actions as review_actions

from ..factories import EXPLANATION, accepted, attached, grid, membership, nil, row, started, submitted
from ..live import zh
from ..screen import Screen

pytestmark = pytest.mark.django_db
A, B = "海门街道社区学校", "洪家街道成校"
OTHER_FILES = "A file was attached or removed since you opened the page. Look at the files as they are now, then decide again."
UNUSUAL = row(A, 1, 5)  # five people in a class want an explanation


def again(filing: Filing) -> Filing:
    return Filing.objects.with_parties().get(pk=filing.pk)


def send_back(client, filing: Filing, **reasons):
    address = reverse("filing-send-back", args=[filing.public_id])
    return client.post(address, {"revision": filing.revision, **reasons})


def test_all_reasons_go_in_one_post_and_reach_their_cells(as_, clerk, reviewer):
    filing = submitted(clerk, row(A, 1, 41), row(B, 1, 30))
    answer = send_back(
        as_(reviewer), filing, **{"reason-1-training_attendances": "多 1 人。", "reason-2": "不属于本县。"}
    )
    assert answer.status_code == 302
    assert list(ReviewPoint.objects.values_list("provider", "indicator", "reason")) == [
        (A, "training_attendances", "多 1 人。"),
        (B, "", "不属于本县。"),
    ]
    page = Screen(as_(clerk).get(reverse("filing-edit", args=[filing.public_id])))
    assert {"#row-1-training_attendances", "#row-2-provider"} <= {link.href for link in page.links}
    assert {"#reply-1-1", "#reply-1-2"} <= {link.href for link in page.links}
    assert {"reply-1-1", "reply-1-2"} <= set(page.fields)


@pytest.mark.parametrize("reasons", [{}, {"reason": " "}, {"reason-1-videos": "　"}])
def test_f15_it_is_not_sent_back_without_a_reason(as_, clerk, reviewer, reasons):
    filing = submitted(clerk)
    assert send_back(as_(reviewer), filing, **reasons).status_code == 422
    assert again(filing).revision == filing.revision


def test_a_reason_that_cannot_be_taken_keeps_all_the_others(as_, clerk, reviewer):
    filing = submitted(clerk)
    long = {"reason-1-videos": "字" * 501, "reason-1": "请核对。", "reason": "总体偏少。"}
    answer = send_back(as_(reviewer), filing, **long)
    page = Screen(answer)
    assert answer.status_code == 422
    assert {name: page.fields[name].strip() for name in long} == long
    assert [link.href for link in page.problems()] == ["#id_reason-1-videos"]
    assert again(filing).status == "submitted"


@pytest.mark.parametrize("name", ["reason-9-videos", "reason-1-nothing", "reason-0"])
def test_a_place_that_is_not_there_gets_no_reason(as_, clerk, reviewer, name):
    filing = submitted(clerk)
    assert send_back(as_(reviewer), filing, **{name: "请核对。"}).status_code == 422
    assert again(filing).status == "submitted"


def test_the_clerk_answers_on_the_page_and_the_reviewer_reads_it(as_, clerk, reviewer):
    filing = submitted(clerk, row(A, 1, 41))
    send_back(as_(reviewer), filing, **{"reason-1-training_attendances": "多 1 人。"})
    address, filing = reverse("filing-edit", args=[filing.public_id]), again(filing)
    silent = as_(clerk).post(address, grid(filing, row(A, 1, 41), do="check"))
    assert silent.status_code == 422
    assert [link.href for link in Screen(silent).problems()] == ["#reply-1-1"]
    data = grid(again(filing), row(A, 1, 41), do="check", **{"reply-1-1": EXPLANATION})
    confirm = as_(clerk).post(address, data, follow=True)
    assert EXPLANATION in Screen(confirm).text
    as_(clerk).post(confirm.request["PATH_INFO"], {"revision": again(filing).revision})
    page = Screen(as_(reviewer).get(filing.get_absolute_url()))
    assert "多 1 人。" in page.text
    assert EXPLANATION in page.text


@pytest.mark.parametrize("compare", ["version", "none"])
def test_it_compares_with_the_version_before_in_words(as_, clerk, reviewer, compare):
    filing = submitted(clerk, row(A, 1, 41))
    send_back(as_(reviewer), filing, reason="请核对。")
    typed = typed_return.Typed([row(A, 1, 50), row(B, 1, 30)])
    filing_actions.file(clerk.tenant, filing.period, typed, by=clerk, explanation=EXPLANATION)
    page = Screen(as_(reviewer).get(f"{filing.get_absolute_url()}?compare={compare}"))
    table = next(each for each in page.tables if any(line[0].startswith(A) for line in each if line))
    attendances = {line[0][:4]: line[2] for line in table if len(line) > 2}
    assert [("50" in attendances[A[:4]]), ("41" in attendances[A[:4]])] == [True, compare == "version"]
    assert "30" in attendances[B[:4]]


def test_it_compares_with_the_last_quarter(as_, clerk, reviewer, year):
    filing = submitted(clerk, row(A, 1, 41))
    page = Screen(as_(reviewer).get(f"{filing.get_absolute_url()}?compare=period"))
    last = filing_queries.previous_version(filing)
    total = last.totals.get(indicator="training_attendances").value
    table = next(each for each in page.tables if any(line[0].startswith(A) for line in each if line))
    assert f"{total:,}" in table[-1][2].replace("，", ",")
    assert last.filing.period.short_name in table[-1][2]


# --- several at once


def waiting() -> list[Filing]:
    """Two that need no reading, and one with an explanation."""
    made = [
        submitted(membership(f"{code}-preparer"), row(f"{code}社区学校", 1, 41))
        for code in ("huangyan", "luqiao")
    ]
    return [*made, submitted(membership("jiaojiang-preparer"), UNUSUAL)]


def tick(*filings: Filing) -> dict:
    files = evidence_queries.files_seen(filings)
    return {"accept": [f"{each.public_id}:{each.revision}:{files[each.pk]}" for each in filings]}


def both(client, *filings: Filing, **stale):
    """Tick them, look at what the next page names, and confirm."""
    asked = client.post(reverse("review-list"), tick(*filings) | stale)
    assert asked.status_code == 200
    page = Screen(asked)
    assert [each.latest for each in map(again, filings)] == [each.latest for each in filings]
    given = {"accept": re.findall(r'name="accept"\s+value="(.+?)"', asked.content.decode()), "confirmed": "1"}
    return page, client.post(reverse("review-list"), given, follow=True)


def statuses(filings: list[Filing]) -> list[str]:
    return [again(each).status for each in filings]


def test_the_first_page_leads_to_the_list_and_says_how_many(as_, reviewer):
    waiting()
    client = as_(reviewer)
    links = {link.href: link.text for link in Screen(client.get(reverse("home"))).links}
    assert "（3）" in links[reverse("review-list")]
    assert "待审核 3 份，现在可勾选 2 份" in Screen(client.get(reverse("review-list"))).text


def test_it_names_them_and_what_was_found_before_it_accepts(as_, reviewer):
    filings, client = waiting(), as_(reviewer)
    client.get(filings[2].get_absolute_url())  # has an explanation to read
    page, done = both(client, *filings)
    for each in filings:
        assert each.tenant.name in page.text
    (explained,) = filings[2].latest.explanations
    assert explained["question"] in page.text and EXPLANATION in page.text
    assert "核实性审核未发现疑点" in page.text
    assert statuses(filings) == ["accepted"] * 3
    assert "已审核通过 3 份" in Screen(done).text
    ids = [each.public_id for each in filings]
    assert HistoryEntry.objects.filter(action="accept", subject_id__in=ids).count() == 3


def test_nothing_is_accepted_while_one_has_not_been_read(as_, reviewer, unchanged):
    filings, client = waiting(), as_(reviewer)
    page = Screen(client.get(reverse("review-list")))
    assert sum("先打开" in cell for table in page.tables for line in table for cell in line) == 1
    for confirmed in ({}, {"confirmed": "1"}):
        with unchanged():
            answer = client.post(reverse("review-list"), tick(*filings) | confirmed)
        assert answer.status_code == 409
        assert filings[2].tenant.name in Screen(answer).text and "先打开" in Screen(answer).text
    others = re.findall(r'name="accept"\s+value="(.+?)"', answer.content.decode())
    assert others == tick(*filings[:2])["accept"]  # one button away


def test_a_version_that_came_after_is_opened_again(as_, clerk, reviewer):
    filing = submitted(clerk, UNUSUAL)
    as_(reviewer).get(filing.get_absolute_url())
    filing_actions.recall(filing, revision=filing.revision, by=clerk)
    filing_actions.submit(again(filing), revision=again(filing).revision, by=clerk)
    as_(reviewer).post(reverse("review-list"), tick(again(filing)) | {"confirmed": "1"})
    assert (again(filing).status, Opening.objects.count()) == ("submitted", 1)


def test_one_that_moved_on_stops_all(as_, reviewer):
    first, second, _third = waiting()
    filing_actions.recall(first, revision=first.revision, by=membership("huangyan-preparer"))
    answer = as_(reviewer).post(reverse("review-list"), tick(first, second) | {"confirmed": "1"})
    assert answer.status_code == 409 and first.tenant.name in Screen(answer).text
    assert statuses([first, second]) == ["recalled", "submitted"]


def test_nothing_ticked_is_nothing_done(as_, reviewer, unchanged):
    waiting()
    with unchanged():
        answer = as_(reviewer).post(reverse("review-list"), {"confirmed": "1"}, follow=True)
    assert (
        "未做任何" in Screen(answer).text
        or zh("Nothing was ticked, and nothing was changed.") in Screen(answer).text
    )


# --- what was written is not lost by accepting


WRITTEN = {"reason-1-training_attendances": "多 1 人。", "reason": "总体偏少。"}


def test_it_asks_before_it_accepts_what_reasons_were_written_about(as_, clerk, reviewer, unchanged):
    filing, client = submitted(clerk, row(A, 1, 41)), as_(reviewer)
    address = reverse("filing-accept", args=[filing.public_id])
    buttons = re.findall(r'formaction="(.+?)"', client.get(filing.get_absolute_url()).content.decode())
    assert buttons == [address]  # the form with the reasons is what is sent
    with unchanged():
        asked = Screen(client.post(address, {"revision": filing.revision, **WRITTEN}))
    assert "您写了 2 条理由，仍要通过" in asked.text
    assert {name: asked.fields[name].strip() for name in WRITTEN} == WRITTEN
    done = client.post(
        address, {name: asked.fields[name] for name in (*WRITTEN, "revision", "files")} | {"confirmed": "1"}
    )
    assert done.status_code == 302 and again(filing).status == "accepted"
    said = f"总体偏少。\n{A} · 应用类短期培训（人次）: 多 1 人。"
    assert again(filing).accepted.review.reason == said
    assert HistoryEntry.objects.get(action="accept", subject_id=filing.public_id).reason == said
    assert list(ReviewPoint.objects.values_list("provider", "indicator")) == [
        ("", ""),
        (A, "training_attendances"),
    ]
    for page in (filing.get_absolute_url(), reverse("home")):
        assert "多 1 人。" in Screen(as_(clerk).get(page)).text
    assert filing_versions.sent_back_of(again(filing)).points == ()  # nobody has to answer


def test_one_can_go_back_to_the_table_and_write_on(as_, clerk, reviewer, unchanged):
    filing = submitted(clerk, row(A, 1, 41))
    with unchanged():
        page = Screen(send_back(as_(reviewer), filing, do="write", **WRITTEN))
    assert {name: page.fields[name].strip() for name in WRITTEN} == WRITTEN


def test_a_remark_that_cannot_be_taken_keeps_all_the_others(as_, clerk, reviewer, unchanged):
    filing, long = submitted(clerk), {"reason-1": "字" * 501, "reason": "总体偏少。", "confirmed": "1"}
    with unchanged():
        answer = as_(reviewer).post(
            reverse("filing-accept", args=[filing.public_id]), {"revision": filing.revision, **long}
        )
    page = Screen(answer)
    assert answer.status_code == 422 and [link.href for link in page.problems()] == ["#id_reason-1"]
    assert page.fields["reason"].strip() == "总体偏少。"


# --- a correction is compared with what counts


def correction(clerk, reviewer) -> Filing:
    """The third version of a correction; the second was sent back, the first counts."""
    filing = accepted(clerk, row(A, 1, 41))
    filing_actions.correct(filing, reason="漏计。", revision=filing.revision, by=clerk)
    filing = submitted(clerk, row(A, 2, 90))
    review_actions.send_back(filing, reason="请核对。", revision=filing.revision, by=reviewer)
    filing_actions.file(
        clerk.tenant, filing.period, typed_return.Typed([row(A, 2, 86)]), by=clerk, explanation=EXPLANATION
    )
    return again(filing)


@pytest.mark.parametrize(
    ("compare", "shown", "hidden"), [("", "41", "90"), ("version", "41", "90"), ("before", "90", "41")]
)
def test_it_is_compared_with_the_version_that_counts(as_, clerk, reviewer, compare, shown, hidden):
    filing = correction(clerk, reviewer)
    page = Screen(as_(reviewer).get(f"{filing.get_absolute_url()}?compare={compare}"))
    (line,) = [
        line for table in page.tables for line in table if line and line[0].startswith(A) and len(line) > 2
    ]
    assert "86" in line[2] and shown in line[2] and hidden not in line[2]
    choices = {link.href: link.text for link in page.links if link.href.startswith("?compare=")}
    assert "第1版" in choices["?compare=version"].replace(" ", "") and "第2版" in choices["?compare=before"]


def test_the_county_reads_the_same_comparison(as_, clerk, reviewer):
    filing = correction(clerk, reviewer)
    page = Screen(as_(clerk).get(filing.get_absolute_url()))
    assert "与审核通过的第1版相比的改动" in page.text
    assert [A, "应用类短期培训（人次）", "41", "86"] in page.rows(A)


@pytest.mark.parametrize(
    "value",
    ["x", "1:2:3", "0f0e0d0c-0b0a-4908-8706-050403020100:x:", "0f0e0d0c-0b0a-4908-8706-050403020100:1"],
)
def test_it_takes_no_other_form(as_, reviewer, value):
    assert as_(reviewer).post(reverse("review-list"), {"accept": value}).status_code == 400


def test_it_is_refused_when_a_file_came_or_went_since_the_page_was_opened(
    as_, clerk, reviewer, settings, tmp_path
):
    """Attached, taken away, and both at once: each is told on the page, from the list, and when it is sent back."""
    settings.MEDIA_ROOT = tmp_path
    filing = submitted(clerk)
    client, copies = as_(reviewer), []
    changes = (
        lambda: copies.append(attached(again(filing), clerk, content=b"%PDF-1.4 one")),
        lambda: evidence_actions.remove_file(copies[0], by=clerk),
        lambda: copies.append(attached(again(filing), clerk, content=b"%PDF-1.4 two")),
    )
    for change in changes:
        page = Screen(client.get(filing.get_absolute_url()))
        seen = {name: page.fields[name] for name in ("revision", "files")}
        seen |= {"reason": "请核对。", "confirmed": "1"}
        (listed,) = re.findall(
            r'name="accept"\s+value="(.+?)"', client.get(reverse("review-list")).content.decode()
        )
        change()
        for name in ("filing-accept", "filing-send-back"):
            answer = client.post(reverse(name, args=[filing.public_id]), seen)
            assert answer.status_code == 409 and zh(OTHER_FILES) in Screen(answer).text
        several = client.post(reverse("review-list"), {"accept": listed, "confirmed": "1"})
        assert several.status_code == 409 and zh(OTHER_FILES) in Screen(several).text
    assert again(filing).status == "submitted"
    page = Screen(client.get(reverse("filing-accept", args=[filing.public_id])))
    seen = {name: page.fields[name] for name in ("revision", "files")}
    assert client.post(reverse("filing-accept", args=[filing.public_id]), seen).status_code == 302
    assert again(filing).status == "accepted"


def test_a_file_makes_no_page_of_the_clerk_stale(as_, clerk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    filing = submitted(clerk)
    recall = reverse("filing-recall", args=[filing.public_id])
    seen = Screen(as_(clerk).get(recall)).fields["revision"]
    attached(filing, clerk)
    assert as_(clerk).post(recall, {"revision": seen}).status_code == 302


def nowhere(filing: Filing) -> str:
    return f"0f0e0d0c-0b0a-4908-8706-050403020100:{filing.revision}:"


def elsewhere(filing: Filing) -> str:
    """Of the other programme."""
    with clock.frozen(datetime.fromisoformat("2021-12-20T09:00:00+08:00")):
        other = started(membership("sh-huangpu-preparer"), "2021Q4", "shanghai")
    return f"{other.public_id}:1:"


def unsent(filing: Filing) -> str:
    """A draft of a tenant below, which nobody above sees."""
    return f"{started(membership('luqiao-preparer')).public_id}:1:"


@pytest.mark.parametrize("other", [nowhere, elsewhere, unsent])
def test_with_one_that_one_does_not_see_none_is_accepted(as_, clerk, reviewer, other):
    filing = submitted(clerk, row("海门街道社区学校", 1, 41))
    chosen = tick(filing)
    listed = {"accept": [*chosen["accept"], other(filing)]}
    for order in (listed["accept"], listed["accept"][::-1]):
        assert as_(reviewer).post(reverse("review-list"), {"accept": order}).status_code == 404
    assert again(filing).status == "submitted"
    assert as_(reviewer).post(reverse("review-list"), chosen | {"confirmed": "1"}).status_code == 302
    assert again(filing).status == "accepted"


def test_what_one_does_not_see_is_not_accepted(as_, clerk, shanghai_reviewer):
    filing = nil(clerk)
    assert as_(shanghai_reviewer).post(reverse("review-list"), tick(filing)).status_code == 404
    assert again(filing).status == "submitted"


def test_looking_counts_as_opening_only_for_who_decides(as_, clerk, reviewer, observer):
    filing = submitted(clerk, UNUSUAL)
    for who in (clerk, observer):
        as_(who).get(filing.get_absolute_url())
    as_(reviewer).head(filing.get_absolute_url())
    assert not Opening.objects.exists()
    for _twice in range(2):
        as_(reviewer).get(filing.get_absolute_url())
    assert list(Opening.objects.values_list("opened_by", flat=True)) == [reviewer.user_id]
