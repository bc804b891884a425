"""What the pages about people read."""

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from . import second_factor
from .access import visible_to
from .clock import now
from .models import HistoryEntry, Invitation, Membership

AUTOSAVE = "autosave"
EVIDENCE = ["attach_evidence", "remove_evidence", "restore_evidence", "purge_evidence"]
OF_A_SURVEY = ["save_survey", "attach_to_survey", "withdraw_from_survey"]
DRAFT_ACTIONS = ["start", "save", AUTOSAVE, "upload", *OF_A_SURVEY, *EVIDENCE]
# Typing that goes on is one line of the pages that show a history: the last save of a run.
ONE_RUN = timedelta(minutes=30)


def people(by: Membership) -> QuerySet[Membership]:
    """Everybody at the person's tenant and below; `has_codes`: with one-time codes at sign-in."""
    codes = Authenticator.objects.filter(user=OuterRef("user"), type=Authenticator.Type.TOTP)
    return visible_to(Membership.objects.select_related("user", "tenant"), by).annotate(
        has_codes=Exists(codes)
    )


def without_codes(by: Membership) -> QuerySet[Membership]:
    """Those at the person's tenant and below whose role asks for one-time codes and who have none set up."""
    active = people(by).filter(is_active=True, user__is_active=True, role__in=second_factor.NEEDED_BY)
    return active.filter(Q(has_codes=False))


def open_invitations(by: Membership) -> QuerySet[Invitation]:
    """Invitations that can still be used."""
    pending = Invitation.objects.filter(accepted_at=None, expires_at__gt=now()).select_related(
        "tenant", "invited_by"
    )
    return visible_to(pending, by)


def history(by: Membership) -> QuerySet[HistoryEntry]:
    """Who did what at the person's tenant and below, the last written first, which is the order of each tenant's numbers. What
    others do to a draft is theirs alone."""
    entries = HistoryEntry.objects.select_related("by", "tenant").order_by("-id")
    return last_of_runs(visible_to(entries, by).exclude(~Q(tenant=by.tenant), action__in=DRAFT_ACTIONS))


def last_of_runs(entries: QuerySet[HistoryEntry]) -> QuerySet[HistoryEntry]:
    """Without those automatic saves that the same person's next one of the same return follows within half an hour.
    All of them stay in the history; what is left out is only on the page."""
    following = HistoryEntry.objects.filter(
        action=AUTOSAVE,
        subject_id=OuterRef("subject_id"),
        by=OuterRef("by"),
        id__gt=OuterRef("id"),
        at__lte=OuterRef("at") + ONE_RUN,
    )
    return entries.exclude(Q(action=AUTOSAVE) & Exists(following))
