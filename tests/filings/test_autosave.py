"""Typing that is kept by itself: merged cell by cell, never refused for what it says, done once however often it comes."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from portal import clock
from portal.models import HistoryEntry
from reporting.entry.merging import with_ids
from reporting.filings import actions as filing_actions
from reporting.filings import typed_return
from reporting.models import Draft, Filing
from reporting.review import actions as review_actions

from ..conftest import NOW
from ..factories import EXPLANATION, membership, row, started, submitted

pytestmark = pytest.mark.both_databases

A, B = "training_sessions", "training_attendances"
ROWS = [{"id": "one", **row("海门街道社区学校", 1, 41)}, {"id": "two", **row("白云街道社区学校", 2, 90)}]


@pytest.fixture
def filing(clerk) -> Filing:
    filing = started(clerk)
    typed = typed_return.Typed(
        rows=[dict(each) for each in ROWS], preparer="甲", head="乙", telephone="演示 0000"
    )
    return filing_actions.save_draft(filing, typed, revision=filing.revision, by=clerk)


@pytest.fixture
def send(as_, clerk, filing):
    """Send changes as the page does; `by` says who, `page` and `number` which packet."""

    def post(*changes: dict, by=clerk, page="aaaaaaaa", number=1, seen=None, **extra):
        revision = Filing.objects.get(pk=filing.pk).revision
        packet = {
            "user": str(by.user.public_id), "page": page, "number": number,
            "seen": revision if seen is None else seen, "changes": list(changes), **extra,
        }  # fmt: skip
        return as_(by).post(address(filing), json.dumps(packet), content_type="application/json")

    return post


def address(filing: Filing) -> str:
    return reverse("filing-autosave", args=[filing.public_id])


def cell(row_id: str, column: str, before: str, after: str) -> dict:
    return {"kind": "cell", "row": row_id, "column": column, "before": before, "after": after}


def stored(filing: Filing) -> list[tuple]:
    rows = Draft.objects.get(filing=filing).rows
    return [(each["provider"], each["values"][A], each["values"][B]) for each in rows]


def entries(filing: Filing) -> int:
    return HistoryEntry.objects.filter(subject_id=filing.public_id, action="autosave").count()


AS_IT_WAS = [("海门街道社区学校", "1", "41"), ("白云街道社区学校", "2", "90")]


@pytest.mark.parametrize("text", ["约50", "１２.", "\u202e12", "=1+1", " 7\t", "x" * 9000, "🎉", "<b>"])
def test_it_keeps_any_text(send, filing, text):
    answer = send(cell("one", A, "1", text))
    assert answer.status_code == 200
    assert stored(filing)[0][1] == text
    assert (answer.json()["revision"], entries(filing)) == (filing.revision + 1, 1)


def test_it_says_what_the_check_of_the_form_says(send, as_, clerk, filing):
    """The same words at the same cell, from the same checks."""
    said = send(cell("one", A, "1", "约50")).json()
    [problem] = said["cells"][f"one/{A}"]["problems"]
    page = as_(clerk).get(reverse("filing-edit", args=[filing.public_id])).content.decode()
    assert problem["text"] in page
    assert [each["text"] for each in said["points"]] == [problem["text"]]
    assert (said["can_submit"], "1" in said["why_not"]) == (False, True)
    assert said["points"][0] | {"text": ""} == {"anchor": f"row-1-{A}", "row": "one", "column": A, "text": ""}


def test_it_asks_for_explanations_and_takes_them(send, filing):
    [question] = send(cell("one", B, "41", "500")).json()["questions"]
    assert question["is_open"] and (question["row"], question["column"]) == ("one", B)
    text = {"kind": "text", "column": f"explain-{question['key']}", "before": "", "after": EXPLANATION}
    said = send(text, number=2).json()
    assert (said["can_submit"], said["why_not"], said["questions"][0]["is_open"]) == (True, "", False)


def test_it_merges_different_cells(send, head, filing):
    old = filing.revision
    send(cell("one", A, "1", "7"))
    said = send(cell("two", B, "90", "95"), by=head, page="bbbbbbbb", seen=old).json()
    assert stored(filing) == [("海门街道社区学校", "7", "41"), ("白云街道社区学校", "2", "95")]
    assert (said["conflicts"], said["rows"][0]["cells"][A]) == ([], "7")


def test_it_keeps_theirs_and_tells_both_for_one_cell(send, head, filing):
    send(cell("one", A, "1", "7"))
    said = send(cell("one", A, "1", "8"), by=head, page="bbbbbbbb").json()
    [conflict] = said["conflicts"]
    assert (conflict["reason"], conflict["mine"], conflict["theirs"]) == ("changed", "8", "7")
    assert (stored(filing)[0][1], entries(filing)) == ("7", 1)


def test_it_counts_once_what_comes_twice(send, filing):
    for _again in range(2):
        send(cell("one", A, "1", "7"), {"kind": "add", "row": "new", "after": "one"})
    assert (len(stored(filing)), entries(filing)) == (3, 1)
    send(cell("one", A, "7", "1"), number=2)
    late = send(cell("one", A, "1", "7")).json()  # the first once more, although it would fit again
    assert (stored(filing)[0][1], entries(filing)) == ("1", 2)
    assert late["conflicts"][0]["theirs"] == "1"


def test_it_writes_nothing_when_nothing_changes(send, filing):
    said = send(cell("one", A, "7", "1")).json()
    assert (said["conflicts"], said["revision"], entries(filing)) == ([], filing.revision, 0)


def test_it_adds_moves_and_removes_rows(send, filing):
    new = {"kind": "add", "row": "new", "after": "one"}
    send(new, cell("new", "provider", "", "葭沚街道成校"), {"kind": "move", "row": "two", "after": ""})
    assert [each[0] for each in stored(filing)] == ["白云街道社区学校", "海门街道社区学校", "葭沚街道成校"]
    seen = {"provider": "白云街道社区学校", **ROWS[1]["values"]}
    send({"kind": "remove", "row": "two", "cells": seen}, number=2)
    assert [each[0] for each in stored(filing)] == ["海门街道社区学校", "葭沚街道成校"]


def test_it_removes_no_row_that_somebody_else_has_typed_into(send, head, filing):
    seen = {"provider": "白云街道社区学校", **ROWS[1]["values"]}
    send(cell("two", A, "2", "3"))
    [conflict] = send({"kind": "remove", "row": "two", "cells": seen}, by=head, page="bbbbbbbb").json()[
        "conflicts"
    ]
    assert (conflict["cells"][A], len(stored(filing))) == ("3", 2)


def test_it_tells_that_a_row_is_gone(send, head, filing):
    seen = {"provider": "白云街道社区学校", **ROWS[1]["values"]}
    send({"kind": "remove", "row": "two", "cells": seen})
    [conflict] = send(cell("two", A, "2", "3"), by=head, page="bbbbbbbb").json()["conflicts"]
    assert (conflict["reason"], conflict["mine"]) == ("gone", "3")


def test_it_stops_at_two_hundred_rows(send, filing):
    added = [{"kind": "add", "row": f"r{number}", "after": ""} for number in range(205)]
    said = send(*added).json()
    assert (len(stored(filing)), len(said["conflicts"])) == (200, 7)
    assert {each["reason"] for each in said["conflicts"]} == {"full"}


def test_it_merges_nothing_after_submitting(send, clerk, filing):
    """F14: the late packet is refused, not merged, and told."""
    filing_actions.submit(filing, revision=filing.revision, by=clerk)
    answer = send(cell("one", A, "1", "7"))
    assert (answer.status_code, "reason" in answer.json()) == (409, True)
    assert (stored(filing), entries(filing)) == (AS_IT_WAS, 0)


def test_it_goes_on_after_closing(send, filing):
    """F29: what is typed is kept after the books are closed; submitting is another matter, and the answer says so."""
    with clock.frozen(NOW.replace(month=6)):
        said = send(cell("one", A, "1", "2")).json()
    assert stored(filing)[0][1] == "2"
    assert (said["can_submit"], bool(said["why_not"])) == (False, True)


def test_a_full_form_from_an_older_page_is_still_refused(send, as_, clerk, filing):
    send(cell("one", A, "1", "7"))
    answer = as_(clerk).post(
        reverse("filing-edit", args=[filing.public_id]), {"revision": filing.revision, "do": "save"}
    )
    assert (answer.status_code, stored(filing)[0][1]) == (409, "7")


def test_it_takes_nothing_of_an_account_that_is_no_longer_signed_in(send, clerk, head, filing):
    answer = send(cell("one", A, "1", "7"), user=str(head.user.public_id))
    assert (answer.status_code, stored(filing)) == (403, AS_IT_WAS)


def test_it_finds_rows_of_older_drafts_by_the_same_id_each_time():
    rows = [row("甲"), row("乙"), row("甲")]
    ids = [each["id"] for each in with_ids(rows)]
    assert ids == [each["id"] for each in with_ids(rows)] and len(set(ids)) == 3
    assert [each["id"] for each in with_ids([row("乙"), row("丙")])] != ids[:2]


BAD = [
    b"", b"[]", b"null", b"{", b"[" * 100_000, b'{"user": "", "user": ""}', b'{"number": NaN}', b"\xff\xfe", b'"\\ud800"',
]  # fmt: skip


@pytest.mark.parametrize("body", BAD)
def test_it_refuses_what_no_page_sends(as_, clerk, filing, body):
    answer = as_(clerk).post(address(filing), body, content_type="application/json")
    assert (answer.status_code, stored(filing)) == (400, AS_IT_WAS)


@pytest.mark.parametrize(
    "change",
    [
        cell("one", "no_such", "1", "7"), cell("../x", A, "1", "7"), cell("one", A, "1", 7), cell("one", A, None, "7"),
        cell("one", A, "1", True), {"kind": "text", "column": "saved_by", "before": "", "after": "x"}, {"kind": "drop"}, [], 7,
        {"kind": "remove", "row": "one", "cells": {"id": ""}},
    ],
)  # fmt: skip
def test_it_refuses_changes_that_no_page_sends(send, filing, change):
    assert (send(change).status_code, stored(filing)) == (400, AS_IT_WAS)


@pytest.mark.parametrize("is_typing", [True, False])
def test_typing_keeps_the_session_alive_and_asking_does_not(as_, clerk, filing, settings, is_typing):
    """A page that asks by itself how things stand says so in a header; what a person typed does not."""
    client = as_(clerk)
    headers = {"Accept": "application/json"} | ({} if is_typing else {"X-Portal-Background": "1"})
    packet = {"user": str(clerk.user.public_id), "page": "aaaaaaaa", "number": 1, "seen": 0, "changes": []}

    def send() -> int:
        return client.post(
            address(filing), packet, content_type="application/json", headers=headers
        ).status_code  # fmt: skip

    client.get("/")
    later, minute = NOW + timedelta(seconds=settings.SESSION_IDLE), timedelta(minutes=1)
    with clock.frozen(later - minute):
        assert send() == 200
    with clock.frozen(later + minute):
        assert send() == (200 if is_typing else 401)


def test_typing_shows_as_one_line_of_the_history(send, as_, clerk, filing):
    for number in range(1, 6):
        send(cell("one", A, str(number), str(number + 1)), number=number)
    assert entries(filing) == 5
    page = as_(clerk).get(filing.get_absolute_url()).content.decode()
    assert page.count("Draft saved while typing") + page.count("自动保存") == 1


# --- what stands beside the columns, and where it comes from


def test_it_shows_where_each_figure_beside_a_column_comes_from(as_, clerk):
    """Last period: the accepted version before. Year to date: the year's accepted totals and this draft. Task: the
    target table. On schedule: the period's percentage."""
    reviewer = membership("taizhou-education-reviewer")
    first = submitted(clerk, row("海门街道社区学校", 2, 90, 1, 20), code="2022Q1")
    review_actions.accept(first, revision=first.revision, by=reviewer)
    with clock.frozen(NOW.replace(month=6)):
        filing = started(clerk, "2022Q2")
        typed = typed_return.Typed(
            rows=[row("海门街道社区学校", 3, 101)], preparer="甲", head="乙", telephone="0000"
        )
        filing = filing_actions.save_draft(filing, typed, revision=filing.revision, by=clerk)
        answer = as_(clerk).get(reverse("filing-edit", args=[filing.public_id]))
        assert str(answer.context["grid"].columns[0].label) == "pending"
    with clock.frozen(filing.period.due_at):
        answer = as_(clerk).get(reverse("filing-edit", args=[filing.public_id]))
    column = answer.context["grid"].columns[0]
    assert (column.column.code, column.previous, column.total, column.year) == (A, 2, 3, 5)
    assert (column.column.target, column.remaining, column.expected, str(column.rate)) == (30, 25, 15, "16.7")
    assert str(column.label) == "behind"
    without = answer.context["grid"].columns[4]
    assert (without.column.code, without.remaining, without.rate, str(without.label)) == (
        "videos",
        None,
        None,
        "no_task",
    )
