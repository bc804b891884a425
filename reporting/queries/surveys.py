"""The survey of the first phase: one's own, and who below has answered."""

from portal.access import visible_to
from portal.models import Membership, Tenant
from targets.models import Phase, Programme, ReportingDuty

from ..models import Survey


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


def submitted_answers(programme: Programme, under: Tenant) -> dict[str, dict]:
    """{tenant code: answers} of a tenant and those below that have submitted."""
    found = Survey.objects.filter(
        programme=programme, tenant__path__startswith=under.path, submitted_at__isnull=False
    )
    return dict(found.values_list("tenant__code", "answers"))


def survey_phase(programme: Programme) -> Phase | None:
    return Phase.objects.filter(programme=programme, code=programme.survey.get("phase", "")).first()
