"""What people decide about a return. Each action is one transaction: lock, ask `rules`, write, history.

Every action names the revision that the person saw; if the return has moved on since, it is refused (409).
"""

from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from portal import locks
from portal.clock import now
from portal.models import Membership, Tenant
from portal.problems import Refused
from targets.models import Period

from ..entry.findings import Invalid, checked_reason
from ..entry.reading import Reading
from ..models import Draft, Filing, Version
from ..models.states import Move, Status
from ..periods import rules as period_rules
from ..providers.actions import register
from . import queries, rules, versions
from .checks import answers_of, run_checks, unanswered
from .counted import (
    changed_since_counted,
    count_activities,
    counted_of,
    hold_activities,
    plain,
    settle_activities,
)
from .facts import Facts
from .replies import open_keys
from .transition import allow, claim, freeze, keep_typed, record
from .typed_return import CONTACTS, Typed


@transaction.atomic
def start(tenant: Tenant, period: Period, *, by: Membership) -> Filing:
    """Open the tenant's return for the period, or find the one that is open. Last period's providers are
    carried over, names only; the contacts come from the account and the tenant's profile."""
    if reason := rules.why_never(Filing(tenant=tenant, period=period), Move.SAVE, by):
        raise PermissionDenied(reason)
    if existing := Filing.objects.with_parties().filter(tenant=tenant, period=period).first():
        return existing
    if reason := period_rules.why_not_open(period, tenant=tenant):
        raise Refused(reason)
    filing, is_new = Filing.objects.get_or_create(tenant=tenant, period=period)
    if not is_new:  # a colleague opened it in the same moment
        return filing
    names = queries.previous_providers(filing)
    register(tenant, names)
    rows = [{"provider": name, "values": {}} for name in names]
    Draft.objects.create(
        filing=filing,
        tenant=tenant,
        rows=rows,
        preparer=by.user.full_name,
        head=tenant.head_name,
        telephone=tenant.telephone or by.user.telephone,
    )
    record(filing, "start", by=by, before=None)
    return filing


@transaction.atomic
def save_draft(filing: Filing, typed: Typed, *, revision: int, by: Membership) -> Filing:
    """Keep what was typed, exactly, whether or not it can be read."""
    filing, before = claim(filing, Move.SAVE, revision=revision, by=by)
    draft = filing.draft
    keep_typed(filing, typed)
    draft.saved_at, draft.saved_by = now(), by.user
    draft.editors = sorted({*draft.editors, by.user_id})
    draft.save()
    record(filing, Move.SAVE, by=by, before=before)
    return filing


@transaction.atomic
def answer_reasons(filing: Filing, text: str, *, revision: int, by: Membership) -> Filing:
    """Put one answer beside every reason of the reviewer; the typing stays as it is."""
    replies = {each.key: text for each in versions.sent_back_of(filing).points}
    typed = replace(Typed.of(filing.draft), replies=replies)
    return save_draft(filing, typed, revision=revision, by=by)


@transaction.atomic
def submit(
    filing: Filing, *, revision: int, seen: str | None = None, held: Facts | None = None, by: Membership
) -> Version:
    """Freeze the draft as the next version, if nothing hard stands in the way and every soft check is explained; with it
    the activities of the ledger that it counts. `seen`: the fingerprint of the computed figures that the person saw;
    `held`: what the figures are compared with, if it was read since they are held, in the same transaction.

    Raises `Invalid` with every finding at once.
    """
    locks.hold_figures(filing.tenant)
    move = Move.NIL if filing.draft.is_nil else Move.SUBMIT
    filing, before = claim(filing, move, revision=revision, by=by)
    hold_activities(filing)
    reading, facts = queries.read_again(Typed.of(filing.draft), held) if held else queries.read_draft(filing)
    if seen is not None and seen != facts.computed.fingerprint:
        raise Refused(
            _("The ledger was changed meanwhile. Look at the figures as they are now, then submit."),
            filing=filing,
        )
    findings = run_checks(reading, facts)
    if open_points := unanswered(findings, filing.draft.explanations, queries.explanation_length(filing)):
        raise Invalid(open_points)
    counted = counted_of(filing, facts.computed)
    answered = answers_of(reading, facts)
    version = freeze(filing, reading, findings, answered, fields=facts.fields, counted=plain(counted), by=by)
    filing.latest = version
    if filing.first_submitted_at is None:
        filing.first_submitted_at, filing.first_due_at = version.submitted_at, version.due_at
    filing.save(update_fields=["latest", "first_submitted_at", "first_due_at"])
    count_activities(version, counted)
    settle_activities(filing)
    record(filing, move, by=by, before=before, version=version, reason=version.correction_reason)
    return version


@transaction.atomic
def declare_nil(filing: Filing, *, revision: int, by: Membership) -> Version:
    """零报告: a person declares that nothing was done in the period. Typed rows, if any, are cleared."""
    allow(filing, Move.NIL, by)
    locks.hold_figures(filing.tenant)
    typed = replace(Typed.of(filing.draft), rows=[], explanations={}, is_nil=True)
    filing = save_draft(filing, typed, revision=revision, by=by)
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

    `explanation` answers every soft check and every reason of the reviewer that is open. With `submitting=False` it
    stays a draft, which only hard findings about cells and rows can refuse. What is typed is read before anything of it is
    written; two saves in the history: what was filled in, then, if anything asks for it, what explains it.
    """
    locks.hold_figures(tenant)
    filing = start(tenant, period, by=by)
    allow(filing, Move.SAVE, by)
    typed = _filled_up(typed, Typed.of(filing.draft))
    reading, facts = queries.read_typed(filing, typed)
    unreadable = [each for each in reading.findings if each.is_hard]
    if unreadable and not submitting:
        raise Invalid(unreadable)
    filing = save_draft(filing, typed, revision=filing.revision, by=by)
    if not submitting:
        return filing
    if explanation and (explained := _explained(typed, explanation, reading, facts)) != typed:
        filing = save_draft(filing, explained, revision=filing.revision, by=by)
    submit(filing, revision=filing.revision, held=facts, by=by)
    return Filing.objects.with_parties().get(pk=filing.pk)


def _filled_up(typed: Typed, kept: Typed) -> Typed:
    """The contacts and replies that were not given are those that the draft has."""
    contacts = {name: getattr(typed, name) or getattr(kept, name) for name in CONTACTS}
    return replace(typed, replies=typed.replies or kept.replies, **contacts)


def _explained(typed: Typed, text: str, reading: Reading, facts: Facts) -> Typed:
    """The one text answers every soft check, and every reason of the reviewer that is open."""
    keys = [each.key for each in run_checks(reading, facts) if each.key]
    open_reasons = open_keys(answers_of(reading, facts))
    replies = typed.replies | dict.fromkeys(open_reasons, text)
    return replace(typed, explanations=dict.fromkeys(keys, text), replies=replies)


@transaction.atomic
def recall(filing: Filing, *, revision: int, by: Membership) -> Filing:
    """Take a submitted return back before it is decided. What was typed is there again."""
    filing, before = claim(
        filing,
        Move.RECALL,
        revision=revision,
        by=by,
        changes=lambda locked: {"status": Status.CORRECTING if locked.correction_reason else Status.RECALLED},
    )
    settle_activities(filing)
    record(filing, Move.RECALL, by=by, before=before, version=filing.latest)
    return filing


@transaction.atomic
def correct(filing: Filing, *, reason: str, revision: int, by: Membership) -> Filing:
    """Open an accepted return again for a new version. The accepted one counts until the new one is accepted.

    Whoever says what has to be corrected takes part in the new version, and cannot accept it.
    """
    reason = checked_reason(reason)
    filing, before = claim(
        filing, Move.CORRECT, revision=revision, by=by, changes=lambda locked: {"correction_reason": reason}
    )
    draft = filing.draft
    draft.rows, draft.is_nil = queries.rows_as_typed(filing.accepted_version()), False
    draft.explanations, draft.replies = {}, {}
    draft.editors = sorted({*draft.editors, by.user_id})
    draft.save()
    record(filing, Move.CORRECT, by=by, before=before, version=filing.accepted, reason=reason)
    return filing


@transaction.atomic
def give_up(filing: Filing, *, revision: int, by: Membership) -> Filing:
    """Leave an accepted return as it was accepted: the correction that was opened is given up, also one that was recalled or
    sent back. Its versions are kept. What the ledger froze with the accepted version has to be there still."""
    locks.hold_figures(filing.tenant)
    filing, before = claim(
        filing, Move.GIVE_UP, revision=revision, by=by, changes=lambda locked: {"correction_reason": ""}
    )
    hold_activities(filing)
    if count := changed_since_counted(filing.accepted_version()):
        text = _(
            "%(count)s activities or materials that the accepted version counts were changed or withdrawn meanwhile. Put them back as they were, or submit the correction."
        )
        raise Refused(text % {"count": count}, filing=filing)
    record(filing, Move.GIVE_UP, by=by, before=before, version=filing.accepted)
    return filing
