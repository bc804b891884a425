"""What each action changes, what it writes in the history, and that a refused one leaves no trace."""

import hashlib
import json
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction

from portal.models import HistoryEntry, Membership, User
from portal.problems import Refused
from portal.roles import Role
from reporting.entry.findings import Invalid
from reporting.filings import actions as filing_actions
from reporting.filings import queries as filing_queries
from reporting.filings import transition
from reporting.filings.queries import fields_of
from reporting.filings.typed_return import Typed
from reporting.filings.versions import sent_back_of
from reporting.models import Draft, Filing, Line, Review, Total, Version
from reporting.review import actions as review_actions
from reporting.rollup.rollup import roll_up

from ..factories import (
    COLUMNS,
    EXPLANATION,
    FIGURES,
    accepted,
    membership,
    nil,
    period,
    row,
    started,
    submitted,
    tenant,
)
from ..walls import owner

pytestmark = pytest.mark.django_db

REASON = "第1行人次与签到表不符，请核对后重报。"
ROW = row("椒江区社区学院", *FIGURES)
MORE = row("椒江区社区学院", 2, 90, 1, 18)


def fresh(filing: Filing) -> Filing:
    return Filing.objects.with_parties().get(pk=filing.pk)


def drafted(by: Membership, *rows: dict, **typed) -> Filing:
    """A return that was typed, not submitted."""
    given = {"preparer": "甲（演示）", "head": "乙（演示）", "telephone": "演示号码 0000"}
    given |= {"rows": list(rows)} | typed
    return filing_actions.save_draft(started(by), Typed(**given), revision=1, by=by)


def state(status: str, revision: int, latest: int | None = None, accepted: int | None = None) -> dict:
    """A return's state as the history keeps it."""
    return {"status": status, "revision": revision, "latest": latest, "accepted": accepted}


def history(filing: Filing, *, since: int = 0) -> list[tuple]:
    """(action, account, version, before, after, reason) of each entry after the first `since`."""
    entries = HistoryEntry.objects.filter(subject_id=filing.public_id).select_related("by")
    return [(e.action, e.by.username, e.version, e.before, e.after, e.reason) for e in entries][since:]


def total(code: str = "training_attendances") -> int:
    """The city's accepted figure for the quarter."""
    lead = period().programme.lead
    return roll_up(period().programme, [period()], under=lead).total[code]


def codes(refused: pytest.ExceptionInfo) -> list[str]:
    return [finding.code for finding in refused.value.findings]


# --- what an action refuses


def stale_moves(clerk: Membership, reviewer: Membership) -> dict:
    """{move: (a return that it is possible on, the call with a revision)}."""
    return {
        "save": (
            drafted,
            lambda f, r: filing_actions.save_draft(f, Typed(rows=[MORE]), revision=r, by=clerk),
        ),
        "submit": (drafted, lambda f, r: filing_actions.submit(f, revision=r, by=clerk)),
        "nil": (drafted, lambda f, r: filing_actions.declare_nil(f, revision=r, by=clerk)),
        "recall": (submitted, lambda f, r: filing_actions.recall(f, revision=r, by=clerk)),
        "accept": (submitted, lambda f, r: review_actions.accept(f, revision=r, by=reviewer)),
        "send_back": (
            submitted,
            lambda f, r: review_actions.send_back(f, reason=REASON, revision=r, by=reviewer),
        ),
        "correct": (accepted, lambda f, r: filing_actions.correct(f, reason=REASON, revision=r, by=clerk)),
        "give_up": (
            lambda by, *rows: opened(accepted(by, *rows), by),
            lambda f, r: filing_actions.give_up(f, revision=r, by=clerk),
        ),
    }


@pytest.mark.parametrize(
    "move", ["save", "submit", "nil", "recall", "accept", "send_back", "correct", "give_up"]
)
@pytest.mark.parametrize("off_by", [-1, 1])
def test_it_refuses_a_revision_that_is_not_the_present_one(move, off_by, clerk, reviewer, unchanged):
    stand, act = stale_moves(clerk, reviewer)[move]
    filing = stand(clerk, ROW)
    with unchanged(), pytest.raises(Refused):
        act(filing, filing.revision + off_by)
    act(fresh(filing), filing.revision)  # the presence: with the present revision it goes through


def test_the_second_of_two_submissions_is_refused(clerk, head, unchanged):
    filing = drafted(clerk, ROW)
    filing_actions.submit(filing, revision=filing.revision, by=clerk)
    with unchanged(), pytest.raises(Refused):
        filing_actions.submit(filing, revision=filing.revision, by=head)
    assert Version.objects.filter(filing=filing).count() == 1


def test_it_does_not_accept_the_version_before_a_recall(clerk, reviewer, unchanged):
    seen = submitted(clerk, ROW)
    recalled = filing_actions.recall(seen, revision=seen.revision, by=clerk)
    filing_actions.submit(fresh(recalled), revision=recalled.revision, by=clerk)
    with unchanged(), pytest.raises(Refused):
        review_actions.accept(seen, revision=seen.revision, by=reviewer)


@pytest.mark.parametrize("reason", ["", "  \u3000", "\u202e请核对", "\x00", "请" * 501])
def test_it_needs_a_reason_to_send_back_and_to_correct(reason, clerk, neighbour, reviewer, unchanged):
    filing, other = submitted(clerk, ROW), accepted(neighbour)
    with unchanged():
        with pytest.raises(Invalid) as refused:
            review_actions.send_back(filing, reason=reason, revision=filing.revision, by=reviewer)
        assert [finding.column for finding in refused.value.findings] == ["reason"]
        with pytest.raises(Invalid):
            filing_actions.correct(other, reason=reason, revision=other.revision, by=neighbour)


UNSUBMITTABLE = {
    "nothing typed": ({"rows": []}, ["empty"]),
    "blank rows": ({"rows": [{"provider": " ", "values": {}}]}, ["empty"]),
    "a name and no figure": ({"rows": [{"provider": "海门街道社区学校", "values": {}}]}, ["empty"]),
    "nil with rows": ({"rows": [ROW], "is_nil": True}, ["nil_with_rows"]),
    "no provider": ({"rows": [row(" ", *FIGURES)]}, ["provider_missing"]),
    "no contacts": ({"rows": [ROW], "preparer": "", "head": " ", "telephone": "　"}, ["contact_missing"] * 3),
    "a nil return without a head": ({"is_nil": True, "head": ""}, ["contact_missing"]),
    "a soft check without an explanation": ({"rows": [row("椒江区社区学院", 1, 9)]}, ["unusual_average"]),
    "all at once": (
        {"rows": [row("合计", 1, 2), row("", "一", "2"), row("洪家成校", 2, 1)], "telephone": ""},
        ["total_row", "provider_missing", "chinese_numerals", "fewer_than_sessions", "contact_missing"],
    ),
}


@pytest.mark.parametrize("typing", UNSUBMITTABLE)
def test_it_refuses_with_every_finding_at_once_and_writes_nothing(typing, clerk, unchanged):
    typed, expected = UNSUBMITTABLE[typing]
    filing = drafted(clerk, **typed)
    with unchanged(), pytest.raises(Invalid) as refused:
        filing_actions.submit(filing, revision=filing.revision, by=clerk)
    assert codes(refused) == expected


def test_a_nil_return_without_contacts_leaves_the_typing_alone(clerk, unchanged):
    filing = drafted(clerk, ROW, head="")
    with unchanged(), pytest.raises(Invalid) as refused:
        filing_actions.declare_nil(filing, revision=filing.revision, by=clerk)
    assert codes(refused) == ["contact_missing"]


@pytest.mark.parametrize(
    "rows", [[row("海门", 1, "约50")], [row("海门", 1, 9)], [ROW, ROW]], ids=["unreadable", "soft", "twice"]
)
def test_file_is_all_or_nothing(rows, clerk, unchanged):
    with unchanged(), pytest.raises(Invalid):
        filing_actions.file(clerk.tenant, period(), Typed(rows=rows), by=clerk)


@pytest.mark.parametrize("explanation", ["核实无误", "属实", "", "        "])
def test_file_takes_no_empty_explanation(explanation, clerk, unchanged):
    typed = Typed(rows=[row("椒江区社区学院", 1, 9)])
    with unchanged(), pytest.raises(Invalid) as refused:
        filing_actions.file(clerk.tenant, period(), typed, by=clerk, explanation=explanation)
    assert codes(refused) == ["unusual_average"]


def test_file_does_not_touch_a_return_that_is_under_review(clerk, unchanged):
    submitted(clerk, ROW)
    with unchanged(), pytest.raises(Refused):
        filing_actions.file(clerk.tenant, period(), Typed(rows=[MORE]), by=clerk)


def test_file_as_a_draft_takes_what_only_submitting_would_refuse(clerk):
    typed = Typed(rows=[row("椒江区社区学院", 1, 9)])
    filing = filing_actions.file(clerk.tenant, period(), typed, by=clerk, submitting=False)
    assert (fresh(filing).status, fresh(filing).draft.rows) == ("draft", typed.rows)


# --- by somebody who neither edited nor submitted it (F23)


def second_hat(of: Membership, code: str, role: str) -> Membership:
    """Another membership of the same person."""
    made = Membership.objects.create(user=of.user, tenant=tenant(code), role=role)
    return Membership.objects.select_related("user", "tenant").get(pk=made.pk)


def other_reviewer() -> Membership:
    user = User.objects.create(username="second-reviewer", full_name="审核员二（演示）")
    made = Membership.objects.create(user=user, tenant=tenant("taizhou-education"), role=Role.REVIEWER)
    return Membership.objects.select_related("user", "tenant").get(pk=made.pk)


def hat_put_off(reviewer: Membership, code: str) -> None:
    """The person works there no more; what they did there stays."""
    reviewer.user.memberships.filter(tenant__code=code).update(is_active=False)


def test_who_only_submitted_what_a_colleague_typed_does_not_accept_it(reviewer, unchanged):
    filing = drafted(membership("taizhou-rtvu-preparer"), row("台州社区大学", 1, 50))
    filing_actions.submit(
        filing, revision=filing.revision, by=second_hat(reviewer, "taizhou-rtvu", Role.HEAD)
    )
    hat_put_off(reviewer, "taizhou-rtvu")
    filing = fresh(filing)
    with unchanged(), pytest.raises(PermissionDenied):
        review_actions.accept(filing, revision=filing.revision, by=reviewer)
    assert review_actions.accept(filing, revision=filing.revision, by=other_reviewer()).status == "accepted"


def test_who_edited_a_version_does_not_accept_it_though_a_colleague_submitted(reviewer, unchanged):
    filing = drafted(second_hat(reviewer, "taizhou-rtvu", Role.PREPARER), row("台州社区大学", 1, 50))
    filing_actions.submit(filing, revision=filing.revision, by=membership("taizhou-rtvu-head"))
    hat_put_off(reviewer, "taizhou-rtvu")
    filing = fresh(filing)
    with unchanged(), pytest.raises(PermissionDenied):
        review_actions.accept(filing, revision=filing.revision, by=reviewer)


def test_who_edited_does_not_accept_what_a_colleague_resubmitted(reviewer, unchanged):
    colleague = membership("taizhou-rtvu-preparer")
    filing = submitted(second_hat(reviewer, "taizhou-rtvu", Role.HEAD))
    hat_put_off(reviewer, "taizhou-rtvu")
    sent = review_actions.send_back(filing, reason=REASON, revision=filing.revision, by=other_reviewer())
    typed = Typed([row("台州社区大学", 1, 51)], preparer="丙", head="丁", telephone="0000")
    saved = filing_actions.save_draft(sent, typed, revision=sent.revision, by=colleague)
    filing_actions.submit(saved, revision=saved.revision, by=colleague)
    filing = fresh(filing)
    assert filing.latest.number == 2
    with unchanged(), pytest.raises(PermissionDenied):
        review_actions.accept(filing, revision=filing.revision, by=reviewer)


@pytest.mark.parametrize("role", [Role.PREPARER, Role.HEAD, Role.ADMINISTRATOR, Role.OBSERVER])
def test_nobody_decides_on_a_return_of_where_they_work_a_colleague_s_as_little(reviewer, role, unchanged):
    filing = submitted(membership("taizhou-rtvu-preparer"))
    second_hat(reviewer, "taizhou-rtvu", role)
    decisions = (
        lambda: review_actions.accept(filing, revision=filing.revision, by=reviewer),
        lambda: review_actions.send_back(filing, reason=REASON, revision=filing.revision, by=reviewer),
    )
    for decide in decisions:
        with unchanged(), pytest.raises(PermissionDenied, match="应由其他审核员审核"):
            decide()
    with unchanged(), pytest.raises(review_actions.SeveralRefused):
        review_actions.accept_several([(filing, filing.revision)], by=reviewer)
    hat_put_off(reviewer, "taizhou-rtvu")
    reviewer.refresh_from_db()
    assert review_actions.accept(filing, revision=filing.revision, by=reviewer).status == "accepted"


# --- what an action writes: {table: (rows added, rows changed)}

ONE_MOVE = {"filing": (0, 1), "historyentry": (1, 0)}
A_VERSION = {"version": (1, 0), "total": (7, 0)}


def test_starting_writes_a_return_and_a_draft(clerk, writes):
    assert writes(lambda: started(clerk)) == {
        "filing": (1, 0),
        "draft": (1, 0),
        "historyentry": (1, 0),
    }
    filing = Filing.objects.get()
    assert history(filing) == [("start", "jiaojiang-preparer", None, None, state("draft", 1), "")]
    assert writes(lambda: started(clerk)) == {}


def test_saving_writes_the_draft_and_its_editor(clerk, writes):
    filing = started(clerk)
    typed = Typed(rows=[ROW])
    assert writes(lambda: filing_actions.save_draft(filing, typed, revision=1, by=clerk)) == ONE_MOVE | {
        "draft": (0, 1),
    }
    entry = ("save", "jiaojiang-preparer", None, state("draft", 1), state("draft", 2), "")
    assert history(filing, since=1) == [entry]


def test_submitting_writes_a_version_with_lines_and_totals(clerk, writes):
    filing = drafted(clerk, ROW)
    wrote = writes(lambda: filing_actions.submit(filing, revision=2, by=clerk))
    assert wrote == ONE_MOVE | A_VERSION | {"line": (1, 0)}
    version = fresh(filing).latest
    assert list(version.lines.values_list("position", "provider", "values")) == [
        (1, "椒江区社区学院", dict(zip(COLUMNS, FIGURES, strict=True)))
    ]
    assert dict(version.totals.values_list("indicator", "value")) == dict(zip(COLUMNS, FIGURES, strict=True))
    entry = ("submit", "jiaojiang-preparer", 1, state("draft", 2), state("submitted", 3, 1), "")
    assert history(filing, since=2) == [entry]


def test_declaring_nil_clears_the_typing_and_writes_a_version_without_lines(clerk, writes):
    filing = drafted(clerk, ROW)
    wrote = writes(lambda: filing_actions.declare_nil(filing, revision=2, by=clerk))
    assert wrote == {"filing": (0, 1), "draft": (0, 1), "historyentry": (2, 0)} | A_VERSION
    version = fresh(filing).latest
    assert (version.is_nil, set(version.totals.values_list("value", flat=True))) == (True, {0})
    assert fresh(filing).draft.rows == []
    assert [(action, number) for action, _who, number, *_rest in history(filing, since=2)] == [
        ("save", None),
        ("nil", 1),
    ]


def test_recalling_writes_the_status_alone(clerk, writes):
    filing = submitted(clerk, ROW)
    before = len(history(filing))
    assert writes(lambda: filing_actions.recall(filing, revision=filing.revision, by=clerk)) == ONE_MOVE
    was = state("submitted", filing.revision, 1)
    entry = ("recall", "jiaojiang-preparer", 1, was, state("recalled", filing.revision + 1, 1), "")
    assert history(filing, since=before) == [entry]


def test_a_remark_stays_with_the_acceptance(clerk, reviewer, writes):
    filing = submitted(clerk, ROW)
    before = len(history(filing))
    given = {"reason": f"  {REASON} ", "revision": filing.revision, "by": reviewer}
    wrote = writes(lambda: review_actions.accept(filing, **given))
    assert wrote == ONE_MOVE | {"review": (1, 0), "reviewpoint": (1, 0), "provider": (1, 0)}
    assert [entry[-1] for entry in history(filing, since=before)] == [REASON]
    assert Review.objects.values_list("outcome", "reason").get() == ("accepted", REASON)


def test_accepting_writes_a_review_and_points_at_the_version(clerk, reviewer, writes):
    filing = submitted(clerk, ROW)
    before = len(history(filing))
    wrote = writes(lambda: review_actions.accept(filing, revision=filing.revision, by=reviewer))
    assert wrote == ONE_MOVE | {"review": (1, 0), "provider": (1, 0)}
    was, is_now = state("submitted", filing.revision, 1), state("accepted", filing.revision + 1, 1, 1)
    assert history(filing, since=before) == [("accept", "taizhou-education-reviewer", 1, was, is_now, "")]
    review = Review.objects.get(version=fresh(filing).accepted)
    assert (review.outcome, review.reason, review.reviewed_by) == ("accepted", "", reviewer.user)


def test_sending_back_writes_a_review_with_the_reason(clerk, reviewer, writes):
    filing = submitted(clerk, ROW)
    before = len(history(filing))
    back = {"reason": f"  {REASON} ", "revision": filing.revision, "by": reviewer}
    assert writes(lambda: review_actions.send_back(filing, **back)) == ONE_MOVE | {
        "review": (1, 0),
        "reviewpoint": (1, 0),
    }
    was, is_now = state("submitted", filing.revision, 1), state("returned", filing.revision + 1, 1)
    assert history(filing, since=before) == [
        ("send_back", "taizhou-education-reviewer", 1, was, is_now, REASON)
    ]
    assert Review.objects.values_list("outcome", "reason").get() == ("sent_back", REASON)


def test_correcting_puts_the_accepted_rows_back_into_the_draft(clerk, writes):
    filing = accepted(clerk, row("椒江区社区学院", "１", 41, "1", 18))
    before = len(history(filing))
    wrote = writes(lambda: filing_actions.correct(filing, reason=REASON, revision=filing.revision, by=clerk))
    assert wrote == ONE_MOVE | {"draft": (0, 1)}
    was, is_now = state("accepted", filing.revision, 1, 1), state("correcting", filing.revision + 1, 1, 1)
    assert history(filing, since=before) == [("correct", "jiaojiang-preparer", 1, was, is_now, REASON)]
    assert fresh(filing).draft.rows == [ROW]


def test_a_new_return_carries_over_names_contacts_and_never_numbers(clerk):
    accepted(clerk, ROW, row("海门街道社区学校", 1, 51))
    later = Filing(tenant=clerk.tenant, period=period("2022Q2"))
    assert filing_queries.previous_providers(later) == ["椒江区社区学院", "海门街道社区学校"]
    draft = started(clerk).draft
    assert (draft.preparer, draft.head) == (clerk.user.full_name, clerk.tenant.head_name)


# --- a version is frozen


@pytest.mark.parametrize("table", ["version", "line", "total", "review"])
def test_the_database_refuses_to_change_what_was_submitted(table, clerk):
    accepted(clerk, ROW)
    _refuses_update(f"reporting_{table}")


def test_the_database_refuses_to_change_the_history(clerk):
    started(clerk)
    _refuses_update("portal_historyentry")


def _refuses_update(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone()[0] > 0
        with pytest.raises(DatabaseError, match=r"frozen|permission denied"), transaction.atomic():
            cursor.execute(f"UPDATE {table} SET id = id")
        with owner(), pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            cursor.execute(f"UPDATE {table} SET id = id")  # nor may the owner of the tables


def test_a_version_stays_as_it_was_while_later_ones_come(clerk, reviewer):
    filing = accepted(clerk, ROW)
    frozen = [list(model.objects.order_by("pk").values()) for model in (Version, Line, Total, Review)]
    opened = filing_actions.correct(filing, reason=REASON, revision=filing.revision, by=clerk)
    submitted(clerk, MORE)
    assert fresh(opened).latest.number == 2
    now = [list(model.objects.order_by("pk").values()) for model in (Version, Line, Total, Review)]
    assert [rows[: len(before)] for rows, before in zip(now, frozen, strict=True)] == frozen


def test_the_receipt_number_can_be_recomputed_from_the_data(clerk):
    version = submitted(clerk, row("椒江区社区学院", 1, 9), row("海门街道社区学校", 1, 51)).latest
    assert [each["answer"] for each in version.explanations] == [EXPLANATION]
    plain = list(version.lines.values("position", "provider", "provider_key", "values"))
    lines = [line | {"computed": []} for line in plain]
    content = {
        "scheme": 3,
        "tenant": "jiaojiang",
        "period": "2022Q1",
        "version": 1,
        "is_nil": False,
        "is_supplementary": False,
        "lines": lines,
        "explanations": version.explanations,
        "notices": version.notices,
        "preparer": version.preparer,
        "head": version.head,
        "telephone": version.telephone,
        "editors": [clerk.user_id],
        "replies": [],
        "counted": [],
    }
    digest = _sha256(content)
    second = {name: content[name] for name in content if name != "counted"} | {"lines": plain, "scheme": 2}
    assert transition.content_digest(version, lines, scheme=2) == _sha256(second)
    former = {name: second[name] for name in ("tenant", "period", "version", "lines", "explanations")}
    assert transition.content_digest(version, lines, scheme=1) == _sha256({**former, "nil": False})
    assert (version.digest, version.receipt_number) == (digest, f"taizhou-2022Q1-jiaojiang-1-{digest[:8]}")


def _sha256(content: dict) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def test_another_figure_has_another_digest(clerk, neighbour):
    one, other = submitted(clerk, ROW).latest, submitted(neighbour, ROW).latest
    again = filing_actions.recall(fresh(one.filing), revision=one.filing.revision, by=clerk)
    filing_actions.submit(again, revision=again.revision, by=clerk)
    digests = {one.digest, other.digest, fresh(one.filing).latest.digest}
    assert len(digests) == 3


# --- what was typed

JUNK = [
    {"provider": " 海门　街道 ", "values": dict.fromkeys(COLUMNS, "１２")},
    {"provider": "=cmd|' /C calc'!A0", "values": dict.fromkeys(COLUMNS, "约50")},
    {"provider": "<script>\u202e🎉𠮷", "values": dict.fromkeys(COLUMNS, "12\n13\t\\u0041 '\"")},
    {"provider": "", "values": {"training_sessions": "1_000", "no_such_column": "/"}},
    {"provider": "校" * 10_000, "values": {}},
]


def test_a_draft_keeps_what_was_typed_byte_for_byte(clerk):
    typed = Typed(JUNK, True, {"a" * 12: " 核实\r\n无误 "}, " 甲\n", "校" * 500, "0576—约", {"1-1": " 已改 "})
    filing = filing_actions.save_draft(started(clerk), typed, revision=1, by=clerk)
    kept = Draft.objects.get(filing=filing)
    assert (
        Typed(
            kept.rows, kept.is_nil, kept.explanations, kept.preparer, kept.head, kept.telephone, kept.replies
        )
        == typed
    )
    assert (kept.saved_by, kept.editors) == (clerk.user, [clerk.user_id])


def test_a_recall_brings_the_typing_back(clerk):
    rows = [row("椒江区社区学院", "１", "41人次", "1", "18.0")]
    filing = submitted(clerk, *rows)
    assert filing.latest.lines.get().values["training_attendances"] == 41
    recalled = filing_actions.recall(filing, revision=filing.revision, by=clerk)
    assert (recalled.status, fresh(filing).draft.rows) == ("recalled", rows)
    filing_actions.submit(fresh(filing), revision=recalled.revision, by=clerk)
    assert [version.number for version in filing.versions.order_by("number")] == [1, 2]


def test_what_was_read_differently_travels_as_notices(clerk):
    version = submitted(clerk, row("椒江区社区学院", "１", "41人次", 1, 18)).latest
    assert len(version.notices) == 2
    assert ["１" in version.notices[0], "41人次" in version.notices[1]] == [True, True]


# --- a correction


def corrected(filing: Filing, by: Membership, *rows: dict) -> Filing:
    """The accepted return, opened and submitted again with other rows."""
    filing_actions.correct(filing, reason=REASON, revision=filing.revision, by=by)
    return submitted(by, *rows)


def test_the_old_version_counts_until_the_new_one_is_accepted(clerk, reviewer):
    filing = accepted(clerk, ROW)
    opened = filing_actions.correct(filing, reason=REASON, revision=filing.revision, by=clerk)
    counted = [total()]
    again = submitted(clerk, MORE)
    counted.append(total())
    review_actions.accept(again, revision=again.revision, by=reviewer)
    assert [*counted, total()] == [41, 41, 90]
    now = fresh(opened)
    assert (now.status, now.latest.number, now.accepted.number) == ("accepted", 2, 2)
    assert (now.correction_reason, now.accepted.correction_reason) == ("", REASON)
    assert now.first_submitted_at == filing.first_submitted_at


def test_a_correction_that_is_sent_back_leaves_the_old_version_in_force(clerk, reviewer):
    again = corrected(accepted(clerk, ROW), clerk, MORE)
    back = review_actions.send_back(again, reason=REASON, revision=again.revision, by=reviewer)
    assert (back.status, fresh(back).accepted.number, total()) == ("returned", 1, 41)
    third = submitted(clerk, row("椒江区社区学院", 3, 120, 1, 18))
    assert (third.latest.number, third.latest.correction_reason) == (3, REASON)
    review_actions.accept(third, revision=third.revision, by=reviewer)
    assert total() == 120


def test_a_recalled_correction_is_under_correction_again(clerk):
    again = corrected(accepted(clerk, ROW), clerk, MORE)
    recalled = filing_actions.recall(again, revision=again.revision, by=clerk)
    assert (recalled.status, fresh(recalled).accepted.number, total()) == ("correcting", 1, 41)
    assert fresh(recalled).draft.rows == [MORE]


def test_a_return_can_be_corrected_to_nil_and_a_nil_return_to_figures(clerk, neighbour, reviewer):
    opened = accepted(clerk, ROW)
    opened = filing_actions.correct(opened, reason=REASON, revision=opened.revision, by=clerk)
    filing_actions.declare_nil(opened, revision=opened.revision, by=clerk)
    declared = nil(neighbour)
    declared = review_actions.accept(declared, revision=declared.revision, by=reviewer)
    for filing in (fresh(opened), corrected(declared, neighbour, row("黄岩区社区学院", 1, 50))):
        review_actions.accept(filing, revision=filing.revision, by=reviewer)
    assert [(each.accepted.is_nil, each.accepted.number) for each in map(fresh, (opened, declared))] == [
        (True, 2),
        (False, 2),
    ]
    assert total() == 50


# --- a correction that corrects nothing, and one that is given up


def opened(filing: Filing, by: Membership) -> Filing:
    return filing_actions.correct(filing, reason=REASON, revision=filing.revision, by=by)


def retyped(filing: Filing, by: Membership, *rows: dict, **contacts: str) -> Filing:
    typed = replace(Typed.of(filing.draft), rows=list(rows), **contacts)
    return filing_actions.save_draft(filing, typed, revision=filing.revision, by=by)


OTHER = row("海门街道社区学校", 1, 51)


@pytest.mark.parametrize(
    "rows", [(ROW, OTHER), (OTHER, ROW), (ROW, OTHER, row("", "", "", "", "", "", "", ""))]
)
def test_a_correction_without_a_change_is_not_submitted(rows, clerk, unchanged):
    filing = retyped(opened(accepted(clerk, ROW, OTHER), clerk), clerk, *rows)
    with unchanged(), pytest.raises(Invalid) as refused:
        filing_actions.submit(filing, revision=filing.revision, by=clerk)
    assert codes(refused) == ["correction_unchanged"]
    assert "与审核通过的第1版完全相同" in refused.value.findings[0].text


def test_a_nil_return_is_not_corrected_to_nil(clerk, reviewer, unchanged):
    filing = nil(clerk)
    filing = opened(review_actions.accept(filing, revision=filing.revision, by=reviewer), clerk)
    with unchanged(), pytest.raises(Invalid) as refused:
        filing_actions.declare_nil(filing, revision=filing.revision, by=clerk)
    assert codes(refused) == ["correction_unchanged"]


@pytest.mark.parametrize(
    ("rows", "contacts"),
    [
        ((ROW, row("海门街道社区学校", 1, 52)), {}),
        ((ROW, row("海门街道成校", 1, 51)), {}),
        ((ROW,), {}),
        ((ROW, OTHER), {"head": "另一位"}),
    ],
)
def test_whatever_is_frozen_can_be_corrected(rows, contacts, clerk):
    filing = retyped(opened(accepted(clerk, ROW, OTHER), clerk), clerk, *rows, **contacts)
    assert filing_actions.submit(filing, revision=filing.revision, by=clerk).number == 2


def test_giving_up_leaves_all_as_it_was_accepted(clerk, writes):
    filing = retyped(opened(accepted(clerk, ROW), clerk), clerk, MORE)
    before = len(history(filing))
    assert writes(lambda: filing_actions.give_up(filing, revision=filing.revision, by=clerk)) == ONE_MOVE
    was = state("correcting", filing.revision, 1, 1)
    is_now = state("accepted", filing.revision + 1, 1, 1)
    assert history(filing, since=before) == [("give_up", "jiaojiang-preparer", 1, was, is_now, "")]
    assert (fresh(filing).correction_reason, total()) == ("", 41)


def test_a_correction_that_came_back_is_given_up_and_its_reasons_with_it(clerk, reviewer):
    """The next correction is of the accepted version: nobody answers for the one that was given up."""
    again = corrected(accepted(clerk, ROW), clerk, MORE)
    back = review_actions.send_back(again, reason=REASON, revision=again.revision, by=reviewer)
    done = fresh(filing_actions.give_up(back, revision=back.revision, by=clerk))
    assert (done.status, done.standing.number, done.latest.number, total()) == ("accepted", 1, 2, 41)
    filing = opened(done, clerk)
    assert fresh(filing).draft.rows == [ROW]
    assert sent_back_of(fresh(filing)).points == ()
    third = submitted(clerk, row("椒江区社区学院", 3, 120, 1, 18))
    assert (third.latest.number, third.latest.replies) == (3, [])
    recalled = filing_actions.recall(third, revision=third.revision, by=clerk)
    assert sent_back_of(fresh(recalled)).points == ()
    review_actions.send_back(
        submitted(clerk, MORE), reason="另一条理由。", revision=fresh(third).revision, by=reviewer
    )
    assert [each.reason for each in sent_back_of(fresh(filing)).points] == ["另一条理由。"]


def test_what_came_back_and_was_never_accepted_cannot_be_given_up(clerk, reviewer, unchanged):
    back = submitted(clerk, ROW)
    back = review_actions.send_back(back, reason=REASON, revision=back.revision, by=reviewer)
    with unchanged(), pytest.raises(Refused):
        filing_actions.give_up(back, revision=back.revision, by=clerk)


def test_a_version_names_everybody_who_edited_it(clerk, head):
    filing = drafted(clerk, ROW)
    typed = Typed([ROW], preparer="甲", head="乙", telephone="0000")
    saved = filing_actions.save_draft(filing, typed, revision=2, by=head)
    version = filing_actions.submit(saved, revision=3, by=head)
    assert version.editors == sorted([clerk.user_id, head.user_id])
    assert version.submitted_by == head.user
    assert [each.code for each in fields_of(filing)] == COLUMNS
