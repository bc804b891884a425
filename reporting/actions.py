"""What people decide about a return. Each action is one transaction: lock, ask `rules`, write, history.

Every action names the revision that the person saw; if the return has moved on since, it is refused (409).
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from portal import history
from portal.clock import now
from portal.models import Membership, Tenant
from portal.problems import Refused
from targets.models import Period

from . import queries, rules
from .checks import run_checks, unanswered
from .models import Draft, Filing, Line, Review, Total, Version
from .names import clean_text
from .reading import Finding, Reading
from .workflow import MOVES, Move, Status

REASON_LENGTH = 500


@dataclass
class Typed:
    """A return as typed, valid or not: what a draft keeps."""

    rows: list[dict] = field(default_factory=list)
    is_nil: bool = False
    explanations: dict[str, str] = field(default_factory=dict)
    preparer: str = ""
    head: str = ""
    telephone: str = ""


class NotSubmittable(Exception):
    """Findings that stand in the way of submitting, all at once. Nothing was changed."""

    def __init__(self, findings: list[Finding]):
        super().__init__("; ".join(finding.text for finding in findings))
        self.findings = findings


@transaction.atomic
def start(tenant: Tenant, period: Period, *, by: Membership) -> Filing:
    """Open the tenant's return for the period, or find the one that is open. Last period's providers are
    carried over, names only; the contacts come from the account and the tenant's profile."""
    if existing := Filing.objects.filter(tenant=tenant, period=period).first():
        return existing
    allow(Filing(tenant=tenant, period=period), Move.SAVE, by)
    if reason := rules.why_not_open(period):
        raise Refused(reason)
    filing, is_new = Filing.objects.get_or_create(tenant=tenant, period=period)
    if not is_new:  # a colleague opened it in the same moment
        return filing
    rows = [{"provider": name, "values": {}} for name in queries.previous_providers(filing)]
    Draft.objects.create(
        filing=filing,
        tenant=tenant,
        rows=rows,
        preparer=by.user.full_name,
        head=tenant.head_name,
        telephone=tenant.telephone or by.user.telephone,
    )
    _record(filing, "start", by=by, before=None)
    return filing


@transaction.atomic
def save_draft(filing: Filing, typed: Typed, *, revision: int, by: Membership) -> Filing:
    """Keep what was typed, exactly, whether or not it can be read."""
    filing, before = _claim(filing, Move.SAVE, revision=revision, by=by)
    draft = filing.draft
    for name, value in asdict(typed).items():
        setattr(draft, name, value)
    draft.saved_at, draft.saved_by = now(), by.user
    draft.editors = sorted({*draft.editors, by.user_id})
    draft.save()
    _record(filing, Move.SAVE, by=by, before=before)
    return filing


@transaction.atomic
def submit(filing: Filing, *, revision: int, by: Membership) -> Version:
    """Freeze the draft as the next version, if nothing hard stands in the way and every soft check is explained.

    Raises `NotSubmittable` with every finding at once.
    """
    move = Move.NIL if filing.draft.is_nil else Move.SUBMIT
    filing, before = _claim(filing, move, revision=revision, by=by)
    reading, facts = queries.read_draft(filing)
    findings = run_checks(reading, facts)
    if open_points := unanswered(findings, filing.draft.explanations, queries.explanation_length(filing)):
        raise NotSubmittable(open_points)
    version = _freeze(filing, reading, findings, by=by)
    filing.latest = version
    filing.first_submitted_at = filing.first_submitted_at or version.submitted_at
    filing.save(update_fields=["latest", "first_submitted_at"])
    _record(filing, move, by=by, before=before, version=version, reason=version.correction_reason)
    return version


@transaction.atomic
def declare_nil(filing: Filing, *, revision: int, by: Membership) -> Version:
    """零报告: a person declares that nothing was done in the period. Typed rows, if any, are cleared."""
    allow(filing, Move.NIL, by)
    draft = filing.draft
    contacts = {name: getattr(draft, name) for name in ("preparer", "head", "telephone")}
    filing = save_draft(filing, Typed(is_nil=True, **contacts), revision=revision, by=by)
    return submit(filing, revision=filing.revision, by=by)


@transaction.atomic
def file(
    tenant: Tenant,
    period: Period,
    typed: Typed,
    *,
    by: Membership,
    explanation: str = "",
    submitting: bool = True,
) -> Filing:
    """Start, fill in and submit in one go, all or nothing: for a workbook and for the demonstration.

    `explanation` answers every soft check that is open. With `submitting=False` it stays a draft,
    which only hard findings about cells and rows can refuse.
    """
    filing = start(tenant, period, by=by)
    draft = filing.draft
    for name in ("preparer", "head", "telephone"):
        setattr(typed, name, getattr(typed, name) or getattr(draft, name))
    filing = save_draft(filing, typed, revision=filing.revision, by=by)
    reading, facts = queries.read_draft(filing)
    findings = run_checks(reading, facts)
    if not submitting:
        if unreadable := [each for each in reading.findings if each.is_hard]:
            raise NotSubmittable(unreadable)
        return filing
    if explanation:
        typed.explanations = {each.key: explanation for each in findings if each.key}
        filing = save_draft(filing, typed, revision=filing.revision, by=by)
    submit(filing, revision=filing.revision, by=by)
    return Filing.objects.with_parties().get(pk=filing.pk)


@transaction.atomic
def recall(filing: Filing, *, revision: int, by: Membership) -> Filing:
    """Take a submitted return back before it is decided. What was typed is there again."""
    filing, before = _claim(
        filing,
        Move.RECALL,
        revision=revision,
        by=by,
        changes=lambda locked: {"status": Status.CORRECTING if locked.correction_reason else Status.RECALLED},
    )
    _record(filing, Move.RECALL, by=by, before=before, version=filing.latest)
    return filing


@transaction.atomic
def accept(filing: Filing, *, revision: int, by: Membership) -> Filing:
    """The reviewer takes the version into the figures: from now on the roll-up reads it."""
    filing, before = _claim(
        filing,
        Move.ACCEPT,
        revision=revision,
        by=by,
        changes=lambda locked: {"accepted": locked.latest, "correction_reason": ""},
    )
    _review(filing, Review.Outcome.ACCEPTED, "", by=by)
    _record(filing, Move.ACCEPT, by=by, before=before, version=filing.latest)
    return filing


@transaction.atomic
def send_back(filing: Filing, *, reason: str, revision: int, by: Membership) -> Filing:
    """The reviewer asks for another version and says why. The tenant's figures stay as they were."""
    reason = checked_reason(reason)
    filing, before = _claim(filing, Move.SEND_BACK, revision=revision, by=by)
    _review(filing, Review.Outcome.SENT_BACK, reason, by=by)
    _record(filing, Move.SEND_BACK, by=by, before=before, version=filing.latest, reason=reason)
    return filing


@transaction.atomic
def correct(filing: Filing, *, reason: str, revision: int, by: Membership) -> Filing:
    """Open an accepted return again for a new version. The accepted one counts until the new one is accepted.

    Whoever says what has to be corrected takes part in the new version, and cannot accept it.
    """
    reason = checked_reason(reason)
    filing, before = _claim(
        filing, Move.CORRECT, revision=revision, by=by, changes=lambda locked: {"correction_reason": reason}
    )
    draft = filing.draft
    draft.rows, draft.is_nil, draft.explanations = queries.rows_as_typed(filing.accepted_version()), False, {}
    draft.editors = sorted({*draft.editors, by.user_id})
    draft.save()
    _record(filing, Move.CORRECT, by=by, before=before, version=filing.accepted, reason=reason)
    return filing


def checked_reason(raw: str) -> str:
    """A reason that a colleague can act on: not empty, readable, at most 500 characters."""
    reason = clean_text(raw, limit=REASON_LENGTH, label=_("Reason"), multiline=True)
    if not reason.value and not reason.problem:
        raise NotSubmittable(
            [Finding("reason_missing", _("Say why, so that the other side can act on it."), column="reason")]
        )
    if reason.problem:
        raise NotSubmittable([Finding(reason.code, reason.problem, column="reason")])
    return reason.value


# --- the steps that every action shares


def allow(filing: Filing, move: Move, by: Membership) -> None:
    """Raise what `rules` says: 403 for the person, 409 for the state."""
    if reason := rules.why_never(filing, move, by):
        raise PermissionDenied(reason)
    if reason := rules.why_not_now(filing, move):
        raise Refused(reason, filing=filing if filing.pk else None)


def _claim(
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
    allow(locked, move, by)
    rule = MOVES[move]
    written = {"revision": revision + 1, "status": rule.target or locked.status, **changes(locked)}
    if not take_revision(locked, revision, rule.sources, written):
        raise Refused(
            _("The return was changed meanwhile. Look at it as it is now, then decide again."), filing=locked
        )
    for name, value in written.items():
        setattr(locked, name, value)
    return locked, before


def take_revision(filing: Filing, revision: int, sources: frozenset[Status], written: dict) -> bool:
    """Compare-and-set: write only if the return is still what the person saw."""
    return bool(Filing.objects.filter(pk=filing.pk, revision=revision, status__in=sources).update(**written))


def _freeze(filing: Filing, reading: Reading, findings: list[Finding], *, by: Membership) -> Version:
    """Write the version with its lines and totals. Nothing of it is ever changed again."""
    draft, at = filing.draft, now()
    number = (filing.latest.number if filing.latest else 0) + 1
    lines = [
        {"position": position, "provider": line.provider, "provider_key": line.key, "values": line.values}
        for position, line in enumerate(reading.lines, start=1)
    ]
    explanations = [
        {"key": each.key, "question": each.text, "answer": draft.explanations[each.key].strip()}
        for each in findings
        if each.key
    ]
    digest = content_digest(filing, number, is_nil=draft.is_nil, lines=lines, explanations=explanations)
    version = Version.objects.create(
        filing=filing,
        tenant=filing.tenant,
        number=number,
        is_nil=draft.is_nil,
        is_supplementary=at >= filing.period.due_at and not filing.correction_reason,
        correction_reason=filing.correction_reason,
        explanations=explanations,
        notices=[each.text for each in reading.notices],
        preparer=clean_text(draft.preparer, limit=40, label="").value,
        head=clean_text(draft.head, limit=40, label="").value,
        telephone=clean_text(draft.telephone, limit=40, label="").value,
        submitted_at=at,
        submitted_by=by.user,
        editors=draft.editors,
        digest=digest,
        receipt_number=receipt_number(filing, number, digest),
    )
    Line.objects.bulk_create([Line(version=version, tenant=filing.tenant, **line) for line in lines])
    Total.objects.bulk_create(
        [
            Total(version=version, tenant=filing.tenant, indicator=code, value=value)
            for code, value in reading.totals(queries.fields_of(filing)).items()
        ]
    )
    return version


def content_digest(
    filing: Filing, number: int, *, is_nil: bool, lines: list[dict], explanations: list[dict]
) -> str:
    """SHA-256 over the frozen content: the receipt proves what was submitted."""
    content = {
        "tenant": filing.tenant.code,
        "period": filing.period.code,
        "version": number,
        "nil": is_nil,
        "lines": lines,
        "explanations": explanations,
    }
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def receipt_number(filing: Filing, number: int, digest: str) -> str:
    """What the tenant can quote: whose return, which version, and the beginning of its digest."""
    return f"{filing.period.programme.code}-{filing.period.code}-{filing.tenant.code}-{number}-{digest[:8]}"


def _review(filing: Filing, outcome: Review.Outcome, reason: str, *, by: Membership) -> None:
    Review.objects.create(
        version=filing.latest_version(),
        tenant=filing.tenant,
        outcome=outcome,
        reason=reason,
        reviewed_at=now(),
        reviewed_by=by.user,
    )


def snapshot(filing: Filing) -> dict:
    """Where a return stands: the before and after of its history."""
    return {
        "status": str(filing.status),
        "revision": filing.revision,
        "latest": filing.latest.number if filing.latest else None,
        "accepted": filing.accepted.number if filing.accepted else None,
    }


def _record(
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
