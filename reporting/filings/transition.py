"""The steps that every action on a return shares: ask the rules, take the next revision, freeze, write the history."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from portal import history, locks
from portal.clock import arrived_at
from portal.models import Membership
from portal.problems import Refused

from ..entry.columns import Field
from ..entry.names import clean_text
from ..entry.reading import Finding, Reading, recorded_totals
from ..models import Filing, Line, Total, Version
from ..models.states import MOVES, Move, Status
from ..periods import deadlines
from . import rules, versions
from .origins import with_origins
from .replies import ReasonReply
from .typed_return import Typed


def allow(filing: Filing, move: Move, by: Membership) -> None:
    """Raise what `rules` says: 403 for the person, 409 for the state."""
    if reason := rules.why_never(filing, move, by):
        raise PermissionDenied(reason)
    if reason := rules.why_not_now(filing, move):
        raise Refused(reason, filing=filing if filing.pk else None)


def claim(
    filing: Filing,
    move: Move,
    *,
    revision: int,
    by: Membership,
    changes: Callable[[Filing], dict] = lambda locked: {},
) -> tuple[Filing, dict]:
    """Lock the return, ask the rules, and take the next revision by compare-and-set: exactly one of two wins.

    `changes` gives what else the move writes to the return, from the return as it is under the lock.
    """
    locked = Filing.objects.select_for_update(of=["self"]).with_parties().get(pk=filing.pk)
    before = snapshot(locked)
    if MOVES[move].needs_open_period:
        locks.share(locked.period)  # who closes the period, or extends it, waits; or is seen
    allow(locked, move, by)
    rule = MOVES[move]
    written = {"revision": revision + 1, "status": rule.target or locked.status, **changes(locked)}
    if not take_revision(locked, revision, rule.sources, written):
        raise Refused(_changed_since(locked, revision), filing=locked)
    for name, value in written.items():
        setattr(locked, name, value)
    return locked, before


def _changed_since(filing: Filing, revision: int) -> str:
    """What the person saw and what is there now."""
    seen, latest = versions.version_at(filing, revision), filing.latest
    if seen and latest and seen != latest.number:
        return _(
            "You were looking at version %(seen)s; version %(now)s is there now. See what is different in it, then decide again."
        ) % {"seen": seen, "now": latest.number}
    return _("The return was changed meanwhile. Look at it as it is now, then decide again.")


def take_revision(filing: Filing, revision: int, sources: frozenset[Status], written: dict) -> bool:
    """Compare-and-set: write only if the return is still what the person saw."""
    return bool(Filing.objects.filter(pk=filing.pk, revision=revision, status__in=sources).update(**written))


def keep_typed(filing: Filing, typed: Typed) -> None:
    """Put what was typed into the draft. A reviewer's reasons follow their rows, whatever these are called now."""
    if (sent := versions.sent_back_of(filing)).points:
        rows = with_origins(typed.rows, filing.draft.rows, version=sent.number, lines=sent.lines)
        typed = replace(typed, rows=rows)
    typed.keep_in(filing.draft)


def freeze(
    filing: Filing,
    reading: Reading,
    findings: list[Finding],
    answered: list[ReasonReply],
    *,
    fields: Sequence[Field],
    counted: Sequence[dict] = (),
    by: Membership,
) -> Version:
    """Write the version with its lines and totals. Nothing of it is ever changed again. `fields`: the columns of the return;
    `counted`: the activities of the ledger in it, for its digest. It was submitted when the request for it arrived."""
    draft, at, due_at = filing.draft, arrived_at(), deadlines.window_of(filing).due_at
    number = (filing.latest.number if filing.latest else 0) + 1
    lines = [
        {
            "position": position,
            "provider": line.provider,
            "provider_key": line.key,
            "values": line.values,
            "computed": list(line.computed),
        }
        for position, line in enumerate(reading.lines, start=1)
    ]
    version = Version(
        filing=filing,
        tenant=filing.tenant,
        number=number,
        is_nil=draft.is_nil,
        is_supplementary=at >= due_at and not filing.correction_reason,
        correction_reason=filing.correction_reason,
        explanations=_explanations(draft.explanations, reading, findings),
        replies=_replies(answered),
        notices=[each.text for each in reading.notices],
        preparer=clean_text(draft.preparer, limit=40, label="").value,
        head=clean_text(draft.head, limit=40, label="").value,
        telephone=clean_text(draft.telephone, limit=40, label="").value,
        due_at=due_at,
        submitted_at=at,
        submitted_by=by.user,
        editors=draft.editors,
    )
    version.digest = content_digest(version, lines, counted)
    version.receipt_number = receipt_number(filing, number, version.digest)
    version.save(force_insert=True)
    Line.objects.bulk_create([Line(version=version, tenant=filing.tenant, **line) for line in lines])
    Total.objects.bulk_create(
        [
            Total(version=version, tenant=filing.tenant, indicator=code, value=value)
            for code, value in recorded_totals(
                [line.values for line in reading.lines], [each.code for each in fields]
            ).items()
        ]
    )
    return version


def _explanations(typed: Mapping[str, str], reading: Reading, findings: list[Finding]) -> list[dict]:
    """The explained findings, each with its place in the table: the reviewer reads them there."""
    keys = {line.row: line.key for line in reading.lines}
    return [
        {
            "key": each.key,
            "question": each.text,
            "answer": typed[each.key].strip(),
            "provider_key": keys.get(each.row, "") if each.row is not None else "",
            "column": each.column,
        }
        for each in findings
        if each.key
    ]


def _replies(answered: list[ReasonReply]) -> list[dict]:
    return [
        {
            "key": each.point.key,
            "provider": each.point.provider,
            "provider_key": each.line.key if each.line else each.point.provider_key,  # where the row is now
            "column": each.point.column,
            "reason": each.point.reason,
            "answer": each.text,
        }
        for each in answered
    ]


# What a digest is over, besides whose version it is. A digest that was written stays right: a new content is another
# scheme, and `verify_figures` takes each version by the scheme that it was written with.
SCHEMES = {
    1: ("is_nil", "explanations"),
    2: (
        "is_nil",
        "explanations",
        "notices",
        "preparer",
        "head",
        "telephone",
        "editors",
        "is_supplementary",
        "replies",
    ),
}
# Since the ledger: which figures it gave, and the activities that they are the sum of.
SCHEMES[3] = SCHEMES[2]
NEWEST = max(SCHEMES)


def content_digest(
    version: Version, lines: list[dict], counted: Sequence[dict] = (), *, scheme: int = NEWEST
) -> str:
    """SHA-256 over the frozen content: the receipt proves what was submitted. `counted`: as `counting.plain` gives it."""
    if scheme < 3:
        lines = [{name: value for name, value in line.items() if name != "computed"} for line in lines]
    content = {
        "tenant": version.filing.tenant.code,
        "period": version.filing.period.code,
        "version": version.number,
        "lines": lines,
        **{name: getattr(version, name) for name in SCHEMES[scheme]},
    }
    if scheme == 1:
        content["nil"] = content.pop("is_nil")
    else:
        content["scheme"] = scheme
    if scheme >= 3:
        content["counted"] = list(counted)
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def receipt_number(filing: Filing, number: int, digest: str) -> str:
    """What the tenant can quote: whose return, which version, and the beginning of its digest."""
    return f"{filing.period.programme.code}-{filing.period.code}-{filing.tenant.code}-{number}-{digest[:8]}"


def snapshot(filing: Filing) -> dict:
    """Where a return stands: the before and after of its history."""
    return {
        "status": str(filing.status),
        "revision": filing.revision,
        "latest": filing.latest.number if filing.latest else None,
        "accepted": filing.accepted.number if filing.accepted else None,
    }


def record(
    filing: Filing,
    action: str,
    *,
    by: Membership,
    before: Mapping | None,
    version: Version | None = None,
    reason: str = "",
) -> None:
    history.record(
        str(action),
        subject_kind="filing",
        subject_id=filing.public_id,
        tenant=filing.tenant,
        by=by.user,
        version=version.number if version else None,
        version_digest=version.digest if version else "",
        before=dict(before) if before else None,
        after=snapshot(filing),
        reason=reason,
        at=version.submitted_at if version and action in (Move.SUBMIT, Move.NIL) else None,
    )
