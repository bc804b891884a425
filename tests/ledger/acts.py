"""The actions of the ledger with its files, the materials, the survey and the work module, each arranged to be done once."""

from collections.abc import Callable
from datetime import timedelta

from portal import clock
from reporting.ledger import actions as ledger_actions
from reporting.ledger import duplicate_actions, file_actions
from reporting.ledger.reading import as_typed
from reporting.materials import actions as material_actions
from reporting.materials import file_actions as material_file_actions
from reporting.models import Activity, Provider
from reporting.models.material_states import MaterialMove
from reporting.providers import actions as provider_actions
from reporting.survey import actions as survey_actions
from reporting.uploads import actions as upload_actions
from reporting.work_module import actions as work_module_actions
from reporting.work_module import queries as work_module_queries

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
    surveyed,
    switched,
)

Act = Callable[[], object]
NAME = "海门街道社区学校"
TEAM = {"kind": "volunteers", "name": "黄浦演示服务队", "headcount": 7}


def clerk():
    return membership("jiaojiang-preparer")


def operator():
    return membership("sh-huangpu-preparer")


def lead():
    return membership("taizhou-education-reviewer")


def shanghai():
    return period("2021Q1", "shanghai").programme


# --- the ledger


def one_activity() -> Activity:
    ledger_user(clerk(), NAME)
    return recorded(clerk(), course(NAME))[0]


def record_activity() -> Act:
    ledger_user(clerk(), NAME)
    return lambda: ledger_actions.record_activity(clerk().tenant, course(NAME), by=clerk())


def record_activities() -> Act:
    ledger_user(clerk(), NAME)
    return lambda: recorded(clerk(), course(NAME), course(NAME, "2022-03-06"))


def change_activity() -> Act:
    activity = one_activity()
    typed = as_typed(activity)
    typed.attendances = "41"
    return lambda: ledger_actions.change_activity(activity, typed, revision=activity.revision, by=clerk())


def withdraw_activity() -> Act:
    activity = one_activity()
    given = {"reason": EXPLANATION, "revision": activity.revision}
    return lambda: ledger_actions.withdraw_activity(activity, **given, by=clerk())


def add_evidence() -> Act:
    activity = one_activity()
    return lambda: file_actions.add_evidence(activity, examined(), by=clerk())


def withdraw_evidence() -> Act:
    evidence = add_evidence()()
    return lambda: file_actions.withdraw_evidence(evidence, by=clerk())


def purge_activity_files() -> Act:
    """What was withdrawn and shows nothing that was ever counted goes for good after its time."""
    withdraw_evidence()()

    def later():
        with clock.frozen(clock.now() + upload_actions.RESTORABLE + timedelta(days=1)):
            assert file_actions.purge_activity_files() == 1

    return later


def decide_duplicate() -> Act:
    """Each of the two sides has its half of the decision and its entry."""
    ledger_user(clerk(), NAME)
    one, other = recorded(clerk(), course(NAME), course(NAME))
    return lambda: duplicate_actions.decide_duplicate(
        one, other, outcome="distinct", reason=EXPLANATION, by=clerk()
    )


def answer_duplicate() -> Act:
    """Asked by the body above; the answer is written at its own side alone."""
    ledger_user(clerk(), NAME)
    one, other = recorded(clerk(), course(NAME), course(NAME))
    mine = asked_about(one, other)
    return lambda: duplicate_actions.answer_duplicate(mine, other.public_id, reason=EXPLANATION, by=clerk())


def asked_about(one: Activity, other: Activity) -> Activity:
    """The first one, of which the city asks whether it is the second."""
    sides = [Activity.objects.with_parties().get(pk=each.pk) for each in (one, other)]
    duplicate_actions.decide_duplicate(*sides, outcome="asked", reason=EXPLANATION, by=lead())
    return sides[0]


def switch_ledger() -> Act:
    provider = provider_actions.add_provider(clerk().tenant, NAME, by=clerk())
    return lambda: switched(provider, clerk(), "2022Q1")


def classify_provider() -> Act:
    provider: Provider = provider_actions.add_provider(operator().tenant, "黄浦演示基地", by=operator())
    kind = next(iter(shanghai().ledger_rules.provider_kinds))
    given = {"kind": kind, "tags": [], "revision": provider.revision}
    return lambda: provider_actions.classify_provider(provider, **given, by=operator())


# --- materials and the survey


def record_material() -> Act:
    return lambda: recorded_material(clerk())


def change_material() -> Act:
    material = recorded_material(clerk())
    facts = material_actions.MaterialFacts(kind="videos", title="扫码点餐", maker="演示单位", year=2021)
    return lambda: material_actions.change_material(material, facts, revision=material.revision, by=clerk())


def withdraw_material() -> Act:
    material = recorded_material(clerk())
    given = {"reason": EXPLANATION, "revision": material.revision}
    return lambda: material_actions.withdraw_material(material, **given, by=clerk())


def move_material() -> Act:
    material = recorded_material(clerk())
    given = {"revision": material.revision}
    return lambda: material_actions.move_material(material, MaterialMove.SELECT, **given, by=lead())


def promote_material() -> Act:
    material = move_material()()
    given = {"revision": material.revision}
    return lambda: material_actions.move_material(material, MaterialMove.PROMOTE, **given, by=lead())


def step_back_material() -> Act:
    material = move_material()()
    given = {"reason": EXPLANATION, "revision": material.revision}
    return lambda: material_actions.move_material(material, MaterialMove.STEP_BACK, **given, by=lead())


def add_material_file() -> Act:
    material = recorded_material(clerk())
    return lambda: material_file_actions.add_material_file(material, examined(), by=clerk())


def withdraw_material_file() -> Act:
    file = add_material_file()()
    return lambda: material_file_actions.withdraw_material_file(file, by=clerk())


def switch_register() -> Act:
    return lambda: material_actions.switch_register(
        clerk().tenant, period().programme, is_on=True, by=clerk()
    )


def save_survey() -> Act:
    return lambda: survey_actions.save_survey(
        clerk().tenant, period().programme, SURVEY, revision=0, by=clerk()
    )


def submit_survey() -> Act:
    """Kept as typed first, then submitted: an entry for each."""
    return lambda: surveyed(clerk())


def attach_to_survey() -> Act:
    """In place of another one: one decision, one entry."""
    survey = save_survey()()
    before = survey_actions.attach_to_survey(survey, "plan_file", examined(), revision=1, by=clerk())
    other = examined("新方案.pdf", b"%PDF-1.4 another")
    return lambda: survey_actions.attach_to_survey(before.survey, "plan_file", other, revision=2, by=clerk())


def withdraw_from_survey() -> Act:
    file = attach_to_survey()()
    return lambda: survey_actions.withdraw_from_survey(file.survey, "plan_file", revision=3, by=clerk())


# --- the work module


def choose_headline() -> Act:
    administrator = membership("shanghai-civil-affairs-administrator")
    return lambda: work_module_actions.choose_headline(shanghai(), "all", revision=0, by=administrator)


def designate() -> Act:
    administrator = membership("sh-huangpu-administrator")
    return lambda: work_module_actions.designate(shanghai(), operator(), by=administrator)


def end_designation() -> Act:
    found = designate()()
    return lambda: work_module_actions.end_designation(found, by=membership("sh-huangpu-administrator"))


def add_service_point() -> Act:
    designate()()
    return lambda: work_module_actions.add_service_point(shanghai(), operator().tenant, **TEAM, by=operator())


def change_service_point() -> Act:
    point = add_service_point()()
    given = {"name": TEAM["name"], "headcount": 8, "is_active": True, "revision": point.revision}
    return lambda: work_module_actions.change_service_point(point, **given, by=operator())


def record_checks() -> Act:
    point = add_service_point()()
    items = {each.code: True for each in work_module_queries.checks_for(point)}
    return lambda: work_module_actions.record_checks(point, items, checked_on=clock.today(), by=operator())


# {action: the entries that it writes, in this order}
ENTRIES: dict[Callable[[], Act], list[str]] = {
    record_activity: ["record_activity"],
    record_activities: ["record_activity", "record_activity"],
    change_activity: ["change_activity"],
    withdraw_activity: ["withdraw_activity"],
    add_evidence: ["add_evidence"],
    withdraw_evidence: ["withdraw_evidence"],
    purge_activity_files: ["purge_evidence"],
    decide_duplicate: ["decide_duplicate", "decide_duplicate"],
    answer_duplicate: ["answer_duplicate"],
    switch_ledger: ["switch_ledger"],
    classify_provider: ["classify_provider"],
    record_material: ["record_material"],
    change_material: ["change_material"],
    withdraw_material: ["withdraw_material"],
    move_material: ["select_material"],
    promote_material: ["promote_material"],
    step_back_material: ["step_back_material"],
    add_material_file: ["attach_to_material"],
    withdraw_material_file: ["withdraw_from_material"],
    switch_register: ["switch_material_register"],
    save_survey: ["save_survey"],
    submit_survey: ["save_survey", "submit_survey"],
    attach_to_survey: ["attach_to_survey"],
    withdraw_from_survey: ["withdraw_from_survey"],
    choose_headline: ["choose_headline"],
    designate: ["designate"],
    end_designation: ["end_designation"],
    add_service_point: ["add_service_point"],
    change_service_point: ["change_service_point"],
    record_checks: ["record_checks"],
}
