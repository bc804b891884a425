"""Makes what a test starts from, through the actions: no impossible object can exist in a test."""

import hashlib
from datetime import date, timedelta

from portal import actions as portal_actions
from portal import clock
from portal.models import Membership, Tenant
from reporting.assessment import actions as assessment_actions
from reporting.evidence import actions as evidence_actions
from reporting.evidence import rules as evidence_rules
from reporting.excel.export import write_attachment
from reporting.exports import jobs
from reporting.filings import actions as filing_actions
from reporting.filings.sheet import filling_sheet
from reporting.filings.typed_return import Typed
from reporting.imports import actions as import_actions
from reporting.imports.actions import Upload
from reporting.imports.take_over import look_at
from reporting.ledger import actions as ledger_actions
from reporting.ledger import duplicate_actions, file_actions
from reporting.ledger.reading import TypedActivity
from reporting.materials import actions as material_actions
from reporting.materials import file_actions as material_file_actions
from reporting.models import Activity, Evidence, Filing, Import, Material, Provider, Release, Survey
from reporting.periods import actions as period_actions
from reporting.providers import actions as provider_actions
from reporting.releases import actions as release_actions
from reporting.releases import content as release_content
from reporting.reminders import actions as reminder_actions
from reporting.review import actions as review_actions
from reporting.survey import actions as survey_actions
from reporting.uploads.examining import Examined
from reporting.uploads.kinds import KINDS
from reporting.work_module import actions as work_module_actions
from reporting.work_module import queries as work_module_queries
from targets.models import Period

# 椒江's columns in the order of the form.
COLUMNS = [
    "training_sessions",
    "training_attendances",
    "outreach_sessions",
    "outreach_attendances",
    "videos",
    "textbooks",
    "cases",
]
FIGURES = (1, 41, 1, 18, 0, 0, 0)
EXPLANATION = "已与签到表逐项核对，为本季实际发生数。"


def membership(username: str) -> Membership:
    return Membership.objects.select_related("user", "tenant").get(user__username=username)


def period(code: str = "2022Q1", programme: str = "taizhou") -> Period:
    return Period.objects.select_related("programme").get(programme__code=programme, code=code)


def row(provider: str, *figures: object) -> dict:
    """A row as typed: `row("海门街道社区学校", 1, 51)`; what is not given is 0."""
    given = [*map(str, figures), *["0"] * (len(COLUMNS) - len(figures))]
    return {"provider": provider, "values": dict(zip(COLUMNS, given, strict=True))}


def started(by: Membership, code: str = "2022Q1", programme: str = "taizhou") -> Filing:
    """A return that was opened and nothing more."""
    return filing_actions.start(by.tenant, period(code, programme), by=by)


def submitted(by: Membership, *rows: dict, code: str = "2022Q1") -> Filing:
    """A return that was filled in and submitted; soft checks are explained."""
    typed = Typed(rows=list(rows) or [row(f"{by.tenant.short_name}社区学院", *FIGURES)])
    return filing_actions.file(by.tenant, period(code), typed, by=by, explanation=EXPLANATION)


def accepted(by: Membership, *rows: dict, reviewer: Membership | None = None, code: str = "2022Q1") -> Filing:
    """A submitted return that the city has accepted."""
    filing = submitted(by, *rows, code=code)
    reviewer = reviewer or membership("taizhou-education-reviewer")
    return review_actions.accept(filing, revision=filing.revision, by=reviewer)


def answered(filing: Filing, by: Membership) -> Filing:
    """A return that came back, with an answer to every reason of the reviewer; the figures stand."""
    filing = Filing.objects.with_parties().get(pk=filing.pk)
    return filing_actions.answer_reasons(filing, EXPLANATION, revision=filing.revision, by=by)


def nil(by: Membership, code: str = "2022Q1") -> Filing:
    """A nil return, submitted."""
    filing = started(by, code)
    filing_actions.declare_nil(filing, revision=filing.revision, by=by)
    return Filing.objects.with_parties().get(pk=filing.pk)


def released(code: str = "2021Q4", programme: str = "taizhou", *, with_ranking: bool = False) -> Release:
    """The quarter as the lead's administrator publishes it after the preview."""
    about = period(code, programme)
    content = release_content.compose(about, with_ranking=with_ranking, at=clock.now())
    return release_actions.publish(
        about,
        with_ranking=with_ranking,
        preview=release_content.preview_digest(content),
        by=membership(f"{about.programme.lead.code}-administrator"),
    )


def recorded_material(by: Membership, title: str = "网上预约挂号", **facts: object) -> Material:
    """A finished video in the register of the person's tenant, or what is given instead."""
    finished = {"kind": "videos", "maker": "演示单位", "year": 2021, "finished_on": date(2021, 11, 10)}
    finished["link"] = "https://example.org/yanshi"
    given = material_actions.MaterialFacts(title=title, **finished | facts)
    return material_actions.record_material(by.tenant, period().programme, given, by=by)


# Everything that the survey asks, as typed.
SURVEY = {
    "willing": "3000",
    "able": "2500",
    "people": "2000",
    "teachers_full_time": "10",
    "teachers_part_time": "40",
    "volunteers": "150",
    "videos": "2",
    "textbooks": "1",
    "funds": "80000",
    "difficulties": "不会扫码\n字体小、看不清",
    "plan_link": "",
}


def surveyed(by: Membership, **typed: str) -> Survey:
    """The survey of the person's tenant, submitted."""
    programme = period().programme
    survey = survey_actions.save_survey(by.tenant, programme, {**SURVEY, **typed}, revision=0, by=by)
    return survey_actions.submit_survey(survey, revision=survey.revision, by=by)


def tenant(code: str) -> Tenant:
    return Tenant.objects.get(code=code)


def workbook_of(filing: Filing) -> bytes:
    """The return's own workbook for filling in, as it is."""
    return write_attachment(filling_sheet(filing))


def uploaded(filing: Filing, by: Membership, content: bytes = b"", name: str = "季报.xlsx") -> Import:
    """A file that was uploaded and not yet taken over."""
    content = content or workbook_of(filing)
    found = look_at(content, name, filing.tenant, filing.period, filing=filing)
    return import_actions.keep_upload(filing, Upload(name, content, found.as_json()), by=by)


def attached(
    filing: Filing, by: Membership, name: str = "签到汇总.pdf", content: bytes = b"%PDF-1.4 a plan"
) -> Evidence:
    """A file attached to the return as it stands: evidence to a draft, a stamped copy to what was submitted."""
    filing = Filing.objects.with_parties().get(pk=filing.pk)
    return evidence_actions.attach_file(
        filing, evidence_rules.kind_now(filing), examined(name, content), by=by
    )


def examined(name: str = "通知.pdf", content: bytes = b"%PDF-1.4 demo") -> Examined:
    """A file that went through everything an uploaded one goes through."""
    return Examined(name, content, KINDS["pdf"], hashlib.sha256(content).hexdigest(), "")


def grid(filing: Filing, *rows: dict, **extra: str) -> dict:
    """What a browser posts from the filing page: `client.post(url, grid(filing, row(...), do="check"))`."""
    posted = {
        "revision": filing.revision,
        "preparer": "甲（演示）",
        "head": "乙（演示）",
        "telephone": "演示号码 0000",
    }
    for number, each in enumerate(rows, start=1):
        posted[f"row-{number}-provider"] = each["provider"]
        posted |= {f"row-{number}-{code}": value for code, value in each["values"].items()}
    return {**posted, **extra}


def course(provider: str, on: str = "2022-03-05", attendances: int = 40, **given) -> TypedActivity:
    """A short training of five class hours as typed: `course("海门街道社区学校", "2022-03-05", 41)`."""
    usual = {
        "kind": "short_training",
        "sittings": [(on, "5")],
        "channel": "on_site",
        "venue": "文化礼堂（演示）",
    }
    return TypedActivity(**{**usual, "provider": provider, "attendances": str(attendances), **given})


def recorded(by: Membership, *several: TypedActivity) -> list[Activity]:
    """Activities in the ledger of the person's tenant."""
    return ledger_actions.record_activities(by.tenant, several, by=by)


def ledger_user(
    by: Membership, name: str = "海门街道社区学校", code: str = "2022Q1", programme: str = "taizhou"
) -> Provider:
    """A provider whose activities are computed from that period on."""
    provider = provider_actions.add_provider(by.tenant, name, by=by)
    switched(provider, by, code, programme)
    return provider


def switched(
    provider: Provider, by: Membership, code: str, programme: str = "taizhou", *, uses: bool = True
) -> None:
    provider.refresh_from_db()
    about = period(code, programme)
    ledger_actions.switch_ledger(provider, uses_ledger=uses, period=about, revision=provider.revision, by=by)


def write_in_each_table() -> None:
    """A row in every table with tenant data: returns, reviews, periods, releases, files, reminders, people."""
    administrator, reviewer = (
        membership(f"taizhou-education-{role}") for role in ("administrator", "reviewer")
    )
    portal_actions.invite(tenant=administrator.tenant, role="observer", full_name="演示", by=administrator)
    jobs.request_export(period(), by=reviewer)
    assessment_actions.set_weights(period().programme, {"videos": 2}, revision=0, by=administrator)
    released()
    filing = accepted(membership("wenling-preparer"), row("温岭演示学校", 1, 50))
    uploaded(filing, membership("wenling-preparer"))
    attached(filing, membership("wenling-preparer"))
    robot = {"webhook": "https://oapi.dingtalk.com/robot/send?access_token=demo", "secret": "SECdemo"}
    programme = period().programme
    reminder_actions.change_reminders(
        programme, by_email=False, by_dingtalk=True, hour=9, by=administrator, **robot
    )
    reminder_actions.remind(period(), by=reviewer)
    back = submitted(membership("luqiao-preparer"))
    review_actions.open_version(back.latest, by=reviewer)
    review_actions.send_back(back, reason="请核对。", revision=back.revision, by=reviewer)
    filer, later = membership("linhai-preparer"), period().due_at + timedelta(days=1)
    period_actions.request_unlock(period("2021Q4"), filer.tenant, reason="漏报。", by=filer)
    period_actions.extend(period(), filer.tenant, due_at=later, reason="延期。", by=administrator)
    period_actions.reopen_period(period("2021Q4"), reason="补录。", by=administrator)
    keeper = membership("sanmen-preparer")
    ledger_user(keeper, "三门演示学校")
    one, other = recorded(keeper, course("三门演示学校"), course("三门演示学校"))
    file_actions.add_evidence(one, examined(), by=keeper)
    duplicate_actions.decide_duplicate(one, other, outcome="distinct", reason="上下午各一班。", by=keeper)
    material_actions.switch_register(keeper.tenant, programme, is_on=True, by=keeper)
    given = {"provider": one.provider, "year": 2022, "finished_on": date(2022, 2, 1)}
    material_file_actions.add_material_file(
        recorded_material(keeper, **given), examined("读本.pdf"), by=keeper
    )
    submitted(keeper, row("三门演示学校"))
    survey = surveyed(filer)
    survey_actions.attach_to_survey(survey, "plan_file", examined(), revision=survey.revision, by=filer)
    in_the_module()


def in_the_module() -> None:
    """Shanghai's module: a headline that was chosen, an operator, a service point and what was verified of it."""
    programme, by = period("2021Q1", "shanghai").programme, membership("sh-huangpu-preparer")
    lead = membership("shanghai-civil-affairs-administrator")
    work_module_actions.choose_headline(programme, "all", revision=0, by=lead)
    work_module_actions.designate(programme, by, by=membership("sh-huangpu-administrator"))
    given = {"kind": "volunteers", "name": "黄浦演示服务队", "headcount": 7}
    point = work_module_actions.add_service_point(programme, by.tenant, **given, by=by)
    items = {each.code: True for each in work_module_queries.checks_for(point)}
    work_module_actions.record_checks(point, items, checked_on=clock.today(), by=by)
