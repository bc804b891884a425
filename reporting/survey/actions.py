"""What people decide about their survey (摸底调查): to keep what is typed and which file answers, and to submit it."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from portal import history
from portal.access import why_not_permitted, works_for
from portal.clock import arrived_at
from portal.models import HistoryEntry, Membership, Tenant
from portal.problems import Refused
from portal.roles import Permission
from targets.models import Programme

from ..entry.findings import Invalid, checked_reason
from ..models import Survey, SurveyFile
from ..periods import queries as period_queries
from ..uploads.actions import file_facts, keep, take_away
from ..uploads.examining import Examined
from ..uploads.problems import Unacceptable
from . import queries
from .answers import file_questions, questions_of, read_survey


@transaction.atomic
def save_survey(
    tenant: Tenant, programme: Programme, typed: Mapping[str, str], *, revision: int, by: Membership
) -> Survey:
    """Keep what is typed, valid or not. Nothing new, nothing written. A file is put there by `attach_to_survey` alone."""
    require_surveyed(tenant, programme, by)
    survey = _held(tenant, programme, revision)
    if survey is None:
        survey = Survey(tenant=tenant, programme=programme)
    kept = {code: survey.typed.get(code, "") for code in file_questions(programme.survey)}
    if survey.typed == (typed := {**typed, **kept}) and survey.pk:
        return survey
    before = {"revision": survey.revision} if survey.pk else None
    survey.typed, survey.revision = typed, survey.revision + 1
    survey.saved_at, survey.saved_by = arrived_at(), by.user
    survey.save()
    _record(survey, "save_survey", before, {"revision": survey.revision}, by)
    return survey


@transaction.atomic
def submit_survey(survey: Survey, *, revision: int, by: Membership) -> Survey:
    """Answer with what is typed; everything that stands in the way is raised at once. Submitted again, the new answers
    count and the history keeps the former ones."""
    require_surveyed(survey.tenant, survey.programme, by)
    held = _held(survey.tenant, survey.programme, revision)
    if held is None:
        raise Refused(_changed_meanwhile())
    read = read_survey(held.typed, questions_of(survey.programme.survey))
    if read.findings:
        raise Invalid(list(read.findings))
    if held.submitted_at and held.submitted_at >= held.saved_at and held.answers == read.answers:
        return held
    before = {"answers": held.answers} if held.submitted_at else None
    held.answers, held.revision = read.answers, held.revision + 1
    held.submitted_at, held.submitted_by = arrived_at(), by.user
    held.first_submitted_at = held.first_submitted_at or _first_submitted(held) or held.submitted_at
    held.save()
    _record(held, "submit_survey", before, {"answers": held.answers}, by)
    return held


@transaction.atomic
def send_back_survey(survey: Survey, *, reason: str, revision: int, by: Membership) -> Survey:
    """The reviewer asks for other answers and says why. It is not submitted until it is submitted again; what was answered
    stays with those who answer, and the reason is read there."""
    require_survey_reviewer(survey, by)
    reason = checked_reason(reason)
    held = _held(survey.tenant, survey.programme, revision)
    if held is None or held.submitted_at is None:
        raise Refused(_("The survey is not submitted. Only a submitted one can be sent back."))
    before = {"revision": held.revision, "submitted_at": held.submitted_at.isoformat()}
    held.submitted_at = held.submitted_by = held.first_submitted_at = None
    held.revision += 1
    held.save()
    _record(held, queries.SENT_BACK, before, {"revision": held.revision, "submitted_at": None}, by, reason)
    return held


@transaction.atomic
def attach_to_survey(
    survey: Survey, question: str, examined: Examined, *, revision: int, by: Membership
) -> SurveyFile:
    """Answer a question with a file, such as the work plan. It takes the place of the one before, which is kept; submitted
    it is with the next submission. Raises `Unacceptable` where it is the very same."""
    held, former = _claimed(survey, question, revision, by)
    if former and former.source_digest == examined.source_digest:
        raise Unacceptable("same_here")
    if former:
        take_away(former, by=by)

    def record(added: SurveyFile) -> None:
        _answered(held, question, former, added, by)

    return keep(SurveyFile, examined, record, tenant=held.tenant, by=by, survey=held)


@transaction.atomic
def withdraw_from_survey(survey: Survey, question: str, *, revision: int, by: Membership) -> Survey:
    """Leave a question without its file. What was submitted with it keeps it."""
    held, former = _claimed(survey, question, revision, by)
    if former and (taken := take_away(former, by=by)):
        _answered(held, question, taken, None, by)
    return held


def require_surveyed(tenant: Tenant, programme: Programme, by: Membership) -> None:
    """403 unless the person fills in the tenant's own returns under the programme."""
    if reason := why_not_permitted(by, Permission.FILE):
        raise PermissionDenied(reason)
    if by.tenant_id != tenant.pk or not period_queries.files(tenant, programme):
        raise PermissionDenied(_("Only %(tenant)s answers its own survey.") % {"tenant": tenant})


def require_survey_reviewer(survey: Survey, by: Membership) -> None:
    """403 unless the person reviews what the tenant submits, and does not work there."""
    if reason := why_not_permitted(by, Permission.REVIEW):
        raise PermissionDenied(reason)
    if by.tenant_id == survey.tenant_id or not by.tenant.covers(survey.tenant):
        raise PermissionDenied(_("A survey is sent back by the body above the one that answers it."))
    if works_for(by.user, survey.tenant):
        raise PermissionDenied(
            _("You work for %(tenant)s yourself. Another reviewer has to decide.") % {"tenant": survey.tenant}
        )


def _first_submitted(survey: Survey) -> datetime | None:
    """When it was submitted first, of a survey that was sent back since."""
    submitted = HistoryEntry.objects.filter(subject_id=survey.public_id, action="submit_survey")
    return submitted.order_by("id").values_list("at", flat=True).first()


def _held(tenant: Tenant, programme: Programme, revision: int) -> Survey | None:
    """The survey as it is now, locked; None before anything was typed; 409 if it is not as the page showed it."""
    Tenant.objects.select_for_update(no_key=True).get(
        pk=tenant.pk
    )  # two first answers at once make one survey
    held = Survey.objects.select_related("tenant", "programme").filter(tenant=tenant, programme=programme)
    survey = held.select_for_update(of=["self"]).first()
    if (survey.revision if survey else 0) != revision:
        raise Refused(_changed_meanwhile())
    return survey


def _claimed(
    survey: Survey, question: str, revision: int, by: Membership
) -> tuple[Survey, SurveyFile | None]:
    """The survey, locked, and the file that answers the question so far."""
    require_surveyed(survey.tenant, survey.programme, by)
    held = _held(survey.tenant, survey.programme, revision)
    if held is None:
        raise Refused(_changed_meanwhile())
    if question not in file_questions(held.programme.survey):
        raise Refused(_("This question is not answered with a file."))
    former = held.typed.get(question)
    return held, held.files.filter(public_id=former).first() if former else None


def _answered(
    survey: Survey, question: str, former: SurveyFile | None, added: SurveyFile | None, by: Membership
) -> None:
    survey.typed = survey.typed | {question: str(added.public_id) if added else ""}
    survey.revision += 1
    survey.saved_at, survey.saved_by = arrived_at(), by.user
    survey.save()
    before = {"question": question, **(file_facts(former) if former else {})}
    after = {"question": question, "revision": survey.revision, **(file_facts(added) if added else {})}
    _record(survey, "attach_to_survey" if added else "withdraw_from_survey", before, after, by)


def _changed_meanwhile() -> str:
    return _(
        "A colleague has saved the survey meanwhile. What you typed is below; open the page again to see theirs."
    )


def _record(
    survey: Survey, action: str, before: dict | None, after: dict, by: Membership, reason: str = ""
) -> None:
    history.record(
        action,
        subject_kind="survey",
        subject_id=survey.public_id,
        tenant=survey.tenant,
        by=by.user,
        before=before,
        after=after,
        reason=reason,
    )
