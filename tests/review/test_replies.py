"""Every reason of the reviewer is answered before a return comes back: by a change at its place or an explanation."""

import pytest

from portal.models import HistoryEntry
from portal.problems import Refused
from reporting.entry.findings import Invalid
from reporting.entry.merging import Change, with_ids
from reporting.entry.reading import read_rows
from reporting.filings import actions as filing_actions
from reporting.filings import autosave, transition, versions
from reporting.filings import queries as filing_queries
from reporting.filings.facts import Facts
from reporting.filings.reasons import place_reasons
from reporting.filings.replies import ReviewReason
from reporting.filings.typed_return import Typed
from reporting.imports import actions as import_actions
from reporting.models import Draft, Filing, ReviewPoint, Version
from reporting.review import actions as review_actions
from reporting.review.queries import review_table

from ..factories import COLUMNS, EXPLANATION, accepted, answered, nil, row, submitted, uploaded

pytestmark = pytest.mark.django_db

A, B = "海门街道社区学校", "洪家街道成校"
ROWS = [row(A, 1, 41), row(B, 1, 30)]
TRAINED = "training_attendances"


def sent_back(filing: Filing, reviewer, *points: ReviewReason, reason: str = "") -> Filing:
    review_actions.send_back(filing, reason=reason, points=points, revision=filing.revision, by=reviewer)
    return Filing.objects.with_parties().get(pk=filing.pk)


def at_cell(provider: str = A, column: str = TRAINED) -> ReviewReason:
    return ReviewReason("x", "与签到表不符。", provider, provider, column, "培训")


def placed(rows: list[dict], facts: Facts) -> list[str]:
    """Where the reasons stand beside these rows."""
    reading = read_rows(rows, facts.fields, facts.computed)
    return [each.anchor for each in place_reasons(reading, facts).listed]


def save(filing: Filing, by, *rows: dict, **given) -> Filing:
    draft = filing.draft
    typed = Typed(list(rows), preparer=draft.preparer, head=draft.head, telephone=draft.telephone, **given)
    return filing_actions.save_draft(filing, typed, revision=filing.revision, by=by)


def open_reasons(filing: Filing) -> list[str]:
    """The reasons in the way of submitting; nothing is submitted."""
    try:
        filing_actions.submit(filing, revision=filing.revision, by=filing.draft.saved_by.memberships.get())
    except Invalid as refused:
        return [each.column for each in refused.findings if each.code == "reason_unanswered"]
    return []


def test_a_reason_names_its_cell_and_is_frozen(clerk, reviewer):
    filing = sent_back(submitted(clerk, *ROWS), reviewer, at_cell(), at_cell(B, ""), reason="总体偏少。")
    points = ReviewPoint.objects.order_by("position")
    assert [(each.key, each.provider, each.indicator, each.reason) for each in points] == [
        ("1-1", "", "", "总体偏少。"),
        ("1-2", A, TRAINED, "与签到表不符。"),
        ("1-3", B, "", "与签到表不符。"),
    ]
    said = HistoryEntry.objects.get(action="send_back", subject_id=filing.public_id).reason
    assert said.splitlines() == ["总体偏少。", f"{A} · 培训: 与签到表不符。", f"{B}: 与签到表不符。"]


@pytest.mark.parametrize("points", [[], [ReviewReason("x", "  ")]])
def test_it_sends_nothing_back_without_a_reason(clerk, reviewer, points, unchanged):
    filing = submitted(clerk, *ROWS)
    with unchanged(), pytest.raises(Invalid):
        review_actions.send_back(filing, points=points, revision=filing.revision, by=reviewer)


def test_it_refuses_a_reason_at_a_row_that_is_not_there(clerk, reviewer, unchanged):
    filing = submitted(clerk, *ROWS)
    with unchanged(), pytest.raises(Refused):
        review_actions.send_back(filing, points=[at_cell("别处")], revision=filing.revision, by=reviewer)


@pytest.mark.parametrize(
    ("point", "rows", "change"),
    [
        (at_cell(), [row(A, 1, 40), ROWS[1]], "41"),
        (at_cell(A, ""), [row(A, 2, 41), ROWS[1]], ""),
        (ReviewReason("x", "总体偏少。"), [row(A, 1, 41), row(B, 1, 31)], ""),
    ],
)
def test_a_change_at_the_place_answers_by_itself(clerk, reviewer, point, rows, change):
    filing = sent_back(submitted(clerk, *ROWS), reviewer, point)
    filing = save(filing, clerk, *rows)
    version = filing_actions.submit(filing, revision=filing.revision, by=clerk)
    assert [each["key"] for each in version.replies] == ["1-1"]
    assert change in version.replies[0]["answer"]
    assert version.replies[0]["answer"]


@pytest.mark.parametrize(
    ("point", "rows"),
    [
        (at_cell(), ROWS),
        (at_cell(), [row(A, 2, 41), ROWS[1]]),  # another cell of the row
        (at_cell(B, ""), [row(A, 2, 41), ROWS[1]]),  # another row
        (ReviewReason("x", "总体偏少。"), list(reversed(ROWS))),  # the order is no figure
    ],
)
@pytest.mark.parametrize("reply", ["", "已改", "核实无误核实无误", "……………………", "　　　　　　　　"])
def test_a_figure_that_stands_wants_an_explanation(clerk, reviewer, point, rows, reply):
    filing = sent_back(submitted(clerk, *ROWS), reviewer, point)
    filing = save(filing, clerk, *rows, replies={"1-1": reply})
    assert open_reasons(filing) == ["reply-1-1"]


# --- a row that is called otherwise, and one that is gone

C = "白云街道成校"


def renamed(filing: Filing, by, *rows: dict) -> Filing:
    """The rows of the draft one by one, typed over on the page, which knows each by its id."""
    known = [{"id": each["id"], **row} for each, row in zip(with_ids(filing.draft.rows), rows, strict=True)]
    return save(filing, by, *known)


@pytest.mark.parametrize(
    ("point", "rows", "still_open"),
    [
        (at_cell(), [row(C, 1, 41), ROWS[1]], True),  # another name is no other figure
        (at_cell(), [row(C, 1, 38), ROWS[1]], False),
        (at_cell(A, ""), [row(C, 1, 41), ROWS[1]], False),  # the name is part of the row
        (at_cell(), [row(B, 1, 41), row(A, 1, 30)], True),  # two names that changed places
    ],
)
def test_a_reason_follows_its_row_whatever_that_is_called(clerk, reviewer, point, rows, still_open):
    filing = renamed(sent_back(submitted(clerk, *ROWS), reviewer, point), clerk, *rows)
    filing = renamed(filing, clerk, *rows)  # saved once more: it is known still
    facts = filing_queries.facts_for(filing, Typed.of(filing.draft))
    assert placed(filing.draft.rows, facts) == [f"row-1-{point.column or 'provider'}"]
    assert (open_reasons(filing) == ["reply-1-1"]) is still_open
    if not still_open:
        (reply,) = Version.objects.get(filing=filing, number=2).replies
        assert f"本行单位名称改为“{C}”" in reply["answer"]
        assert (reply["provider"], reply["provider_key"]) == (A, C)


def test_a_row_that_is_typed_anew_under_the_old_name_is_not_the_old_row(clerk, reviewer):
    filing = renamed(sent_back(submitted(clerk, *ROWS), reviewer, at_cell()), clerk, row(C, 1, 41), ROWS[1])
    filing = save(filing, clerk, *filing.draft.rows, row(A, 1, 7))
    assert open_reasons(filing) == ["reply-1-1"]


def test_autosave_keeps_whose_row_it_is(clerk, reviewer):
    filing = sent_back(submitted(clerk, *ROWS), reviewer, at_cell())
    first = with_ids(filing.draft.rows)[0]["id"]
    for number, (before, after) in enumerate([(A, C), (C, C + "分校")], start=1):
        typing = [Change("cell", first, "provider", before, after)]
        autosave.autosave(filing, typing, columns=COLUMNS, page="page", number=number, by=clerk)
    filing = Filing.objects.with_parties().get(pk=filing.pk)
    assert filing.draft.rows[0]["provider"] == C + "分校"
    assert open_reasons(filing) == ["reply-1-1"]


@pytest.mark.parametrize("point", [at_cell(), at_cell(A, "")])
def test_a_row_that_is_taken_out_is_no_answer(clerk, reviewer, point):
    filing = save(sent_back(submitted(clerk, *ROWS), reviewer, point), clerk, ROWS[1])
    assert open_reasons(filing) == ["reply-1-1"]
    filing = save(filing, clerk, ROWS[1], replies={"1-1": EXPLANATION})
    version = filing_actions.submit(filing, revision=filing.revision, by=clerk)
    assert version.replies[0]["answer"] == f"{EXPLANATION} 本行已删除。"


def test_what_is_said_of_a_row_that_is_gone_is_read(clerk, reviewer):
    """Also of one that the version which is compared with never had."""
    filing = accepted(clerk, ROWS[0])
    filing_actions.correct(filing, reason="漏报一家。", revision=filing.revision, by=clerk)
    filing = sent_back(submitted(clerk, *ROWS), reviewer, at_cell(B))
    filing = save(filing, clerk, row(A, 2, 80), replies={"2-1": EXPLANATION})
    version = filing_actions.submit(filing, revision=filing.revision, by=clerk)
    table = review_table(version)
    assert (table.previous.number, [each.provider for each in table.rows]) == (1, [A, B])
    said = [each["answer"] for line in table.rows for cell in line.cells for each in cell.replies]
    assert said == [f"{EXPLANATION} 本行已删除。"]


def test_an_explanation_answers_and_is_frozen_in_the_digest(clerk, reviewer):
    filing = answered(sent_back(submitted(clerk, *ROWS), reviewer, at_cell(), at_cell(B)), clerk)
    version = filing_actions.submit(filing, revision=filing.revision, by=clerk)
    assert [(each["key"], each["reason"], each["answer"]) for each in version.replies] == [
        (f"1-{number}", "与签到表不符。", EXPLANATION) for number in (1, 2)
    ]
    lines = list(version.lines.values("position", "provider", "provider_key", "values", "computed"))
    assert transition.content_digest(version, lines) == version.digest
    version.replies = []
    assert transition.content_digest(version, lines) != version.digest


def test_the_answer_stays_after_a_recall_and_is_wanted_again(clerk, reviewer):
    filing = answered(sent_back(submitted(clerk, *ROWS), reviewer, at_cell()), clerk)
    filing_actions.submit(filing, revision=filing.revision, by=clerk)
    filing = Filing.objects.with_parties().get(pk=filing.pk)
    filing = filing_actions.recall(filing, revision=filing.revision, by=clerk)
    assert Draft.objects.get(filing=filing).replies == {"1-1": EXPLANATION}
    filing = save(filing, clerk, *ROWS)
    assert open_reasons(filing) == ["reply-1-1"]


def test_no_reason_is_open_after_accepting(clerk, reviewer):
    filing = answered(sent_back(submitted(clerk, *ROWS), reviewer, at_cell()), clerk)
    filing_actions.submit(filing, revision=filing.revision, by=clerk)
    filing = Filing.objects.with_parties().get(pk=filing.pk)
    review_actions.accept(filing, revision=filing.revision, by=reviewer)
    assert versions.sent_back_of(Filing.objects.get(pk=filing.pk)).points == ()


def test_a_nil_return_sent_back_is_not_declared_again_in_silence(clerk, reviewer):
    filing = sent_back(nil(clerk), reviewer, reason="本季有活动报道。")
    with pytest.raises(Invalid):
        filing_actions.declare_nil(filing, revision=filing.revision, by=clerk)
    filing = answered(filing, clerk)
    version = filing_actions.declare_nil(filing, revision=filing.revision, by=clerk)
    assert version.replies[0]["answer"] == EXPLANATION


def test_the_explanation_of_a_workbook_answers_the_reasons_too(clerk, reviewer):
    filing = sent_back(submitted(clerk, *ROWS), reviewer, at_cell())
    with pytest.raises(Invalid):
        filing_actions.file(clerk.tenant, filing.period, Typed(ROWS), by=clerk)
    again = filing_actions.file(clerk.tenant, filing.period, Typed(ROWS), by=clerk, explanation=EXPLANATION)
    assert [each["answer"] for each in again.latest.replies] == [EXPLANATION]


def test_what_was_answered_stays_when_the_rows_come_from_a_file(clerk, reviewer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    filing = sent_back(submitted(clerk, *ROWS), reviewer, at_cell())
    filing = save(filing, clerk, *ROWS, replies={"1-1": EXPLANATION})
    imported = uploaded(filing, clerk)
    filing = import_actions.confirm_import(imported, revision=filing.revision, confirmed=(), by=clerk)
    assert filing.draft.replies == {"1-1": EXPLANATION}


def test_a_reason_moves_with_its_row(clerk, reviewer):
    filing = sent_back(submitted(clerk, *ROWS), reviewer, at_cell(), at_cell(B, ""))
    facts = filing_queries.facts_for(filing, Typed.of(filing.draft))
    assert placed(ROWS, facts) == [f"row-1-{TRAINED}", "row-2-provider"]
    assert placed([{}, *reversed(ROWS)], facts) == [f"row-3-{TRAINED}", "row-2-provider"]
    assert placed([], facts) == ["", ""]
