"""What stands beside the returns, to be asked for: providers, the activity ledger, materials, the work module."""

from portal.models import Membership
from reporting.filings import actions as filing_actions
from reporting.filings import queries as filing_queries
from reporting.filings.checks import run_checks
from reporting.filings.typed_return import Typed
from reporting.ledger import duplicate_actions, file_actions
from reporting.materials import actions as material_actions
from reporting.materials import file_actions as material_file_actions
from reporting.models import Activity, Filing, Operator
from reporting.models.material_states import MaterialMove
from reporting.providers import actions as provider_actions
from reporting.survey import actions as survey_actions
from reporting.work_module import actions as work_module_actions

from ..factories import (
    EXPLANATION,
    SURVEY,
    course,
    examined,
    ledger_user,
    membership,
    period,
    recorded,
    recorded_material,
)
from .cast import CITY, PROGRAMME
from .world import CONTACTS, PERIOD, PLAN, REASON, Sent, Thing, acting, reviewer_of

PROVIDER_KINDS = {"taizhou": "adult_school", "shanghai": "public_base"}


def make_provider(username: str) -> Thing:
    by = acting(username)
    provider = provider_actions.add_provider(by.tenant, f"{by.tenant.short_name}演示学堂", by=by)
    data = {"revision": 1, "name": f"{by.tenant.short_name}演示学堂（新）", "aliases": "", "is_active": "on"}
    data |= {"period": PERIOD, "kind": PROVIDER_KINDS[PROGRAMME[by.tenant.code]]}
    return Thing("provider", by.tenant.code, "active", provider.public_id, data, (username,))


def make_providers() -> list[Thing]:
    return [
        make_provider(name) for name in ("jiaojiang-preparer", "sh-huangpu-preparer", "taizhou-rtvu-preparer")
    ]


# --- the activity ledger

KINDS = {"taizhou": "household", "shanghai": "training"}


def make_activity(username: str, state: str) -> Thing:
    """One of two activities that agree in everything, of a provider that uses the ledger."""
    by = acting(username)
    one, other = two_activities(by)
    if state == "counted":
        submitted_from_ledger(by, one.provider.name)
        sides = [Activity.objects.with_parties().get(pk=each.pk) for each in (one, other)]
        duplicate_actions.decide_duplicate(*sides, outcome="asked", reason=REASON, by=reviewer_of(by))
    data = {"revision": 1, "reason": REASON, "other": str(other.public_id), "outcome": "distinct"}
    data |= {"provider": one.provider.name, "kind": one.kind, "sitting-1-on": "2021-11-06"}
    data |= {"attendances": "7", "channel": "on_site", "files": Sent(PLAN, "方案.pdf")}
    return Thing("activity", by.tenant.code, state, one.public_id, data, (username,))


def make_activity_file(username: str, state: str) -> Thing:
    by = acting(username)
    one, _other = two_activities(by)
    file = file_actions.add_evidence(one, examined(), by=by)
    if state == "counted":
        submitted_from_ledger(by, one.provider.name)
    return Thing("activity file", by.tenant.code, state, file.public_id, by=(username,))


def two_activities(by: Membership) -> list[Activity]:
    programme = PROGRAMME[by.tenant.code]
    name = f"{by.tenant.short_name}台账学堂（演示）"
    if not by.tenant.providers.filter(name=name).exists():
        ledger_user(by, name, PERIOD, programme)
    given = {"kind": KINDS[programme], "sittings": [("2021-11-05", "")]}
    return recorded(by, course(name, **given), course(name, **given))


def submitted_from_ledger(by: Membership, provider: str) -> Filing:
    """A return whose one row the ledger computes, but for what it does not know."""
    filing = filing_actions.start(by.tenant, period(PERIOD, PROGRAMME[by.tenant.code]), by=by)
    columns = filing.period.programme.ledger_rules.columns
    typed = {each.code: "" if each.code in columns else "0" for each in filing_queries.fields_of(filing)}
    typed = Typed(rows=[{"provider": provider, "values": typed}], **CONTACTS)
    filing = filing_actions.save_draft(filing, typed, revision=filing.revision, by=by)
    found = run_checks(*filing_queries.read_draft(filing))
    typed.explanations = {each.key: EXPLANATION for each in found if each.key}
    filing = filing_actions.save_draft(filing, typed, revision=filing.revision, by=by)
    filing_actions.submit(filing, revision=filing.revision, by=by)
    return filing


KEEPERS = ["jiaojiang-preparer", "sh-huangpu-preparer", "taizhou-rtvu-preparer"]


def make_activities(state: str) -> list[Thing]:
    return [make_activity(name, state) for name in KEEPERS]


def make_activity_files(state: str) -> list[Thing]:
    return [make_activity_file(name, state) for name in KEEPERS]


# --- materials


def make_material(username: str, state: str) -> Thing:
    """A finished video of a county; selected by the lead, or withdrawn by those who made it."""
    by = acting(username)
    material = recorded_material(by, f"演示视频 {username} {state}")
    if state == "selected":
        lead = membership(f"{CITY}-reviewer")
        material_actions.move_material(material, MaterialMove.SELECT, revision=1, by=lead)
    if state == "withdrawn":
        material_actions.withdraw_material(material, reason=REASON, revision=1, by=by)
    facts = {"kind": "videos", "title": f"{material.title}（新）", "maker": "演示", "year": "2021"}
    material.refresh_from_db()
    data = {"revision": material.revision, "move": "select", "reason": REASON, **facts}
    data["files"] = Sent(PLAN, "读本.pdf")
    return Thing("material", by.tenant.code, state, material.public_id, data, (username,))


def make_materials(state: str) -> list[Thing]:
    return [make_material(name, state) for name in ("jiaojiang-preparer", "taizhou-rtvu-preparer", "dual")]


# `dual` prepares for a tenant that another preparer of the cast is at as well.
FILE_KEEPERS = ["jiaojiang-preparer", "dual"]


def make_material_files(state: str) -> list[Thing]:
    return [make_material_file(name, state) for name in FILE_KEEPERS]


def make_material_file(username: str, state: str) -> Thing:
    """Of a video that is selected, or that a submitted return counts."""
    by = acting(username)
    provider = provider_actions.add_provider(by.tenant, f"{by.tenant.short_name}制作中心（演示）", by=by)
    material = recorded_material(by, f"读本 {username} {state}", provider=provider)
    file = material_file_actions.add_material_file(material, examined("读本.pdf"), by=by)
    if state == "selected":
        lead = membership(f"{CITY}-reviewer")
        material_actions.move_material(material, MaterialMove.SELECT, revision=2, by=lead)
    if state == "counted":
        material_actions.switch_register(
            by.tenant, material.programme, is_on=True, period=period(PERIOD), by=by
        )
        counting_row(by, provider.name)
    return Thing("material file", by.tenant.code, state, file.public_id, by=(username,))


def counting_row(by: Membership, provider: str) -> Filing:
    """A return of which the register gives the row its materials."""
    filing = filing_actions.start(by.tenant, period(PERIOD), by=by)
    typed = {
        each.code: "" if each.code in ("videos", "textbooks", "cases") else "0"
        for each in filing_queries.fields_of(filing)
    }
    typed = Typed(rows=[{"provider": provider, "values": typed}], **CONTACTS)
    filing = filing_actions.save_draft(filing, typed, revision=filing.revision, by=by)
    typed.explanations = {
        each.key: EXPLANATION for each in run_checks(*filing_queries.read_draft(filing)) if each.key
    }
    filing = filing_actions.save_draft(filing, typed, revision=filing.revision, by=by)
    filing_actions.submit(filing, revision=filing.revision, by=by)
    return filing


def make_survey_files(state: str) -> list[Thing]:
    return [make_survey_file(name, state) for name in FILE_KEEPERS]


def make_survey_file(username: str, state: str) -> Thing:
    """The work plan of a survey that is only typed, or submitted."""
    by = acting(username)
    survey = survey_actions.save_survey(by.tenant, period(PERIOD).programme, SURVEY, revision=0, by=by)
    file = survey_actions.attach_to_survey(survey, "plan_file", examined("方案.pdf"), revision=1, by=by)
    if state == "submitted":
        survey_actions.submit_survey(file.survey, revision=2, by=by)
    return Thing("survey file", by.tenant.code, state, file.public_id, by=(username,))


def make_surveys(state: str) -> list[Thing]:
    """Only typed, submitted, or sent back to who answers it."""
    return [make_survey(name, state) for name in FILE_KEEPERS]


def make_survey(username: str, state: str) -> Thing:
    by = acting(username)
    survey = survey_actions.save_survey(by.tenant, period(PERIOD).programme, SURVEY, revision=0, by=by)
    if state != "typed":
        survey = survey_actions.submit_survey(survey, revision=1, by=by)
    if state == "sent back":
        survey = survey_actions.send_back_survey(survey, reason=REASON, revision=2, by=reviewer_of(by))
    data = {"revision": survey.revision, "reason": REASON}
    return Thing("survey", by.tenant.code, state, survey.public_id, data, (username,))


# --- the work module

# Who operates it: all who file in the cast, so that the matrix says what roles and tenants decide.
OPERATORS = ["sh-eldercare-preparer", "sh-eldercare-head", "sh-huangpu-preparer", "sh-xuhui-preparer"]
MODULE = "shanghai"


def designate_operators() -> list[Operator]:
    programme, found = period(PERIOD, MODULE).programme, []
    for name in OPERATORS:
        person = membership(name)
        by = membership(f"{person.tenant.code}-administrator")
        found.append(work_module_actions.designate(programme, person, by=by))
    return found


def make_operators(state: str) -> list[Thing]:
    """Those of the cast; or heads of districts who operate it no longer, beside their preparers who do."""
    made = designate_operators()
    if state == "ended":
        programme = period(PERIOD, MODULE).programme
        heads = [membership(f"{code}-head") for code in ("sh-huangpu", "sh-xuhui")]
        made = []
        for each in heads:
            by = membership(f"{each.tenant.code}-administrator")
            made.append(
                work_module_actions.end_designation(
                    work_module_actions.designate(programme, each, by=by), by=by
                )
            )
    return [Thing("operator", each.tenant.code, state, each.public_id, checked("operator")) for each in made]


def checked(subject: str) -> dict:
    """What the page of a checklist sends."""
    module = period(PERIOD, MODULE).programme.work_module
    return {each.code: "on" for each in module.checks_of(subject)} | {"checked_on": "2021-12-01"}


def make_service_points() -> list[Thing]:
    """Of a pillar and of two districts, by those who operate the module there."""
    designate_operators()
    programme, found = period(PERIOD, MODULE).programme, []
    for name in ("sh-eldercare-preparer", "sh-huangpu-preparer", "sh-xuhui-preparer"):
        by = membership(name)
        given = {"kind": "volunteers", "name": f"{by.tenant.short_name}服务队", "headcount": 7}
        point = work_module_actions.add_service_point(programme, by.tenant, **given, by=by)
        data = checked("group") | given | {"revision": 1, "is_active": "on", "headcount": 8}
        found.append(Thing("service point", by.tenant.code, "active", point.public_id, data, (name,)))
    return found
