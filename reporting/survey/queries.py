"""The survey of the first phase: one's own, and who below has answered."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from portal.access import visible_to
from portal.models import HistoryEntry, Membership, Tenant
from targets.models import Phase, Programme, ReportingDuty

from ..models import Survey, SurveyFile
from .answers import file_questions

SENT_BACK = "send_back_survey"


def survey_of(tenant: Tenant, programme: Programme) -> Survey | None:
    found = Survey.objects.filter(tenant=tenant, programme=programme)
    return found.select_related("saved_by", "submitted_by", "tenant", "programme").first()


def surveyed(programme: Programme, by: Membership) -> list[tuple[ReportingDuty, Survey | None]]:
    """Everybody at the person's tenant and below who can answer, with the survey where it was submitted: what is only
    typed is its own tenant's alone."""
    duties = visible_to(ReportingDuty.objects.filter(programme=programme).select_related("tenant"), by)
    submitted = visible_to(Survey.objects.filter(programme=programme, submitted_at__isnull=False), by)
    surveys = {each.tenant_id: each for each in submitted}
    return [(duty, surveys.get(duty.tenant_id)) for duty in duties.order_by("tenant__path")]


def surveys_sent_back(programme: Programme, by: Membership) -> dict[int, HistoryEntry]:
    """{tenant: why} of those at the person's tenant and below whose survey came back and is not submitted again."""
    back = visible_to(Survey.objects.filter(programme=programme, submitted_at=None), by)
    entries = HistoryEntry.objects.filter(action=SENT_BACK, subject_id__in=back.values("public_id"))
    return {each.tenant_id: each for each in entries.select_related("by").order_by("id")}


def sent_back(survey: Survey | None) -> HistoryEntry | None:
    """Why the survey came back, who said so and when, until it is submitted again."""
    if survey is None or survey.submitted_at:
        return None
    entries = HistoryEntry.objects.filter(action=SENT_BACK, subject_id=survey.public_id)
    return entries.select_related("by").order_by("id").last()


def surveys_shown_to(surveys: QuerySet[Survey], by: Membership) -> QuerySet[Survey]:
    """One's own; of those below what was ever submitted: what is only typed is its own tenant's alone."""
    return visible_to(surveys, by).filter(Q(tenant=by.tenant) | ~Q(answers={}))


def survey_files(surveys: Iterable[Survey]) -> dict[str, SurveyFile]:
    """{public id: file} of these surveys, replaced ones too: what is typed and what was submitted name theirs."""
    return {str(each.public_id): each for each in SurveyFile.objects.filter(survey__in=list(surveys))}


def survey_files_shown_to(files: QuerySet[SurveyFile], by: Membership) -> QuerySet[SurveyFile]:
    """Of one's own tenant and those below what answers a submitted survey, also if it was replaced since; besides, one's
    own that stands."""
    answers = visible_to(Survey.objects.all(), by).values_list("programme__survey", "answers")
    submitted = [
        given[code] for survey, given in answers for code in file_questions(survey) if given.get(code)
    ]
    own = Q(tenant=by.tenant, withdrawn_at=None)
    return visible_to(files, by).filter(own | Q(public_id__in=submitted))


def submitted_answers(programme: Programme, under: Tenant) -> dict[str, dict]:
    """{tenant code: answers} of a tenant and those below that have submitted."""
    found = Survey.objects.filter(
        programme=programme, tenant__path__startswith=under.path, submitted_at__isnull=False
    )
    return dict(found.values_list("tenant__code", "answers"))


def survey_phase(programme: Programme) -> Phase | None:
    return Phase.objects.filter(programme=programme, code=programme.survey.get("phase", "")).first()
