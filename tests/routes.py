"""Every named address of the portal, and one real address for each: for the tests that walk them all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal import actions
from portal.clock import now
from portal.models import Membership
from portal.roles import Role
from reporting.exports import jobs
from reporting.ledger import file_actions
from reporting.materials import file_actions as material_file_actions
from reporting.models import (
    Activity,
    ActivityFile,
    Evidence,
    Filing,
    Import,
    Material,
    MaterialFile,
    Operator,
    Provider,
    Release,
    Reminder,
    ServicePoint,
    SurveyFile,
)
from reporting.providers import actions as provider_actions
from reporting.survey import actions as survey_actions
from reporting.work_module import actions as work_module_actions

from .factories import (
    SURVEY,
    accepted,
    attached,
    course,
    examined,
    ledger_user,
    membership,
    period,
    recorded,
    recorded_material,
    released,
    uploaded,
)


@dataclass(frozen=True)
class Route:
    """A named address: its pattern as written, the parameters in it, and the view that answers."""

    name: str
    pattern: str
    parameters: tuple[str, ...]
    view: Callable


def routes() -> list[Route]:
    return [*_walk(get_resolver(), "", ())]


def _walk(resolver: URLResolver, before: str, parameters: tuple[str, ...]) -> Iterator[Route]:
    for each in resolver.url_patterns:
        pattern, found = before + str(each.pattern), (*parameters, *each.pattern.converters)
        if isinstance(each, URLPattern):
            assert each.name, f"an address without a name: {pattern}"
            yield Route(each.name, pattern, found, each.callback)
        else:
            yield from _walk(each, pattern, found)


@dataclass(frozen=True)
class World:
    """One object of each kind that an address can name."""

    filing: Filing
    somebody: Membership
    export: object
    release: Release
    imported: Import
    evidence: Evidence
    activity: Activity
    activity_file: ActivityFile
    material: Material
    material_file: MaterialFile
    survey_file: SurveyFile
    token: str
    reminder: Reminder
    provider: Provider
    point: ServicePoint
    operator: Operator

    def address(self, route: Route) -> str:
        """The route's address for the object that it is about. A new kind of parameter has to be added here."""
        public_ids = {
            "filings/": self.filing,
            "versions/": self.filing.accepted,
            "exports/": self.export,
            "releases/": self.release,
            "imports/": self.imported,
            "evidence/": self.evidence,
            "ledger/files/": self.activity_file,
            "ledger/": self.activity,
            "materials/files/": self.material_file,
            "materials/": self.material,
            "surveys/files/": self.survey_file,
            "surveys/": self.survey_file.survey,
            "people/": self.somebody,
            "reminders/": self.reminder,
            "providers/": self.provider,
            "points/": self.point,
            "operators/": self.operator,
        }
        about = next((each for start, each in public_ids.items() if route.pattern.startswith(start)), None)
        known = {
            "programme": "shanghai" if "/module/" in route.pattern else "taizhou",
            "period": "2022Q1",
            "token": self.token,
            "public_id": getattr(about, "public_id", None),
        }
        known["provider_id"] = "none"  # no provider is set up
        return reverse(route.name, kwargs={name: known[name] for name in route.parameters})


def world() -> World:
    """An accepted return, an export and an invitation, as they come about."""
    reviewer, administrator = (
        membership("taizhou-education-reviewer"),
        membership("taizhou-education-administrator"),
    )
    clerk = membership("jiaojiang-preparer")
    filing = accepted(clerk, reviewer=reviewer)
    _invitation, token = actions.invite(
        tenant=reviewer.tenant, role=Role.OBSERVER, full_name="受邀（演示）", by=administrator
    )
    ledger_user(clerk, "椒江台账学堂（演示）", "2022Q2")
    (activity,) = recorded(clerk, course("椒江台账学堂（演示）"))
    return World(
        filing=Filing.objects.with_parties().get(pk=filing.pk),
        somebody=membership("jiaojiang-head"),
        export=jobs.request_export(period(), by=reviewer),
        release=released(),
        imported=uploaded(filing, clerk),
        evidence=attached(filing, clerk),
        activity=activity,
        activity_file=file_actions.add_evidence(activity, examined(), by=clerk),
        **_materials(clerk),
        token=token,
        reminder=_reminder(),
        provider=provider_actions.add_provider(clerk.tenant, "椒江演示学堂", by=clerk),
        **_module(),
    )


def _materials(clerk: Membership) -> dict:
    material = recorded_material(clerk)
    survey = survey_actions.save_survey(clerk.tenant, period().programme, SURVEY, revision=0, by=clerk)
    return {
        "material": material,
        "material_file": material_file_actions.add_material_file(material, examined("读本.pdf"), by=clerk),
        "survey_file": survey_actions.attach_to_survey(survey, "plan_file", examined(), revision=1, by=clerk),
    }


def _module() -> dict:
    """In the other programme: an operator, and the service point that the operator wrote down."""
    programme, by = period("2021Q4", "shanghai").programme, membership("sh-huangpu-preparer")
    operator = work_module_actions.designate(programme, by, by=membership("sh-huangpu-administrator"))
    given = {"kind": "volunteers", "name": "黄浦演示服务队", "headcount": 7}
    return {
        "operator": operator,
        "point": work_module_actions.add_service_point(programme, by.tenant, **given, by=by),
    }


def _reminder() -> Reminder:
    about = {"tenant": membership("jiaojiang-head").tenant, "period": period(), "kind": "before-7"}
    about |= {"channel": "email", "recipient": "somebody", "relative_to": now().date()}
    return Reminder.objects.create(planned_at=now(), next_at=now(), **about)
