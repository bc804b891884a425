"""Unguessable marks in every text and unique primes in every number of every tenant, and a scan that finds them.

Names of tenants and the targets printed in the document are public and carry no mark.
"""

import io
import re
import secrets
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from portal import actions as portal_actions
from portal import clock
from portal.models import Membership, Tenant
from reporting.filings import actions as filing_actions
from reporting.filings import queries as filing_queries
from reporting.filings.checks import run_checks
from reporting.filings.typed_return import Typed
from reporting.ledger import actions as ledger_actions
from reporting.ledger import file_actions as ledger_file_actions
from reporting.ledger.reading import TypedActivity
from reporting.materials import actions as material_actions
from reporting.materials import file_actions
from reporting.models import Activity, Filing, PeriodDecision, Survey
from reporting.periods import actions as period_actions
from reporting.providers import actions as provider_actions
from reporting.review import actions as review_actions
from reporting.survey import actions as survey_actions
from reporting.survey.answers import questions_of
from reporting.work_module import actions as work_module_actions
from reporting.work_module import queries as work_module_queries
from targets.models import Programme, ReportingDuty

from ..factories import (
    answered,
    attached,
    course,
    examined,
    ledger_user,
    membership,
    period,
    recorded,
    recorded_material,
    uploaded,
)
from . import cast, registers, world


@dataclass(frozen=True)
class Marks:
    """One tenant's: `shared` with the tenants above once submitted, `draft` with nobody, figures as primes.
    `reviewer`: the name of who decides there, which those below read beside the decision on their return or period."""

    tenant: Tenant
    shared: str
    draft: str
    reviewer: str
    primes: tuple[int, ...]
    draft_prime: int

    def secrets(self, *, is_own: bool) -> dict[str, str]:
        """{mark: what it is} of what only these eyes may meet: a draft's text is its own tenant's."""
        if is_own:
            return {self.draft: "draft text", str(self.draft_prime): f"draft figure {self.draft_prime}"}
        return {self.shared: "text", **{str(prime): f"figure {prime}" for prime in self.primes}}


def primes(start: int) -> Iterator[int]:
    """Primes of seven digits, upwards."""
    for number in count(start):
        if all(number % each for each in range(2, int(number**0.5) + 1)):
            yield number


def make_marks() -> dict[str, Marks]:
    """The marks of every tenant that reports or leads, by code."""
    marks = {}
    for place, tenant in enumerate(Tenant.objects.order_by("path")):
        source = primes(1_000_003 + 200_003 * place)
        figures = tuple(next(source) for _each in range(12))
        marks[tenant.code] = Marks(
            tenant,
            f"mk{secrets.token_hex(5)}",
            f"dr{secrets.token_hex(5)}",
            f"rv{secrets.token_hex(5)}",
            figures,
            next(source),
        )
    return marks


def plant(marks: dict[str, Marks]) -> None:
    """Marks in every text column there is, through the actions where there is one."""
    for each in marks.values():
        _people(each)
    for duty in ReportingDuty.objects.select_related("tenant", "programme__lead").order_by("tenant__path"):
        each = marks[duty.tenant.code]
        by = membership(f"{duty.tenant.code}-preparer")
        _never_submitted(each, by, duty.programme.code)
        filing = _submitted(each, by, duty.programme.code)
        _decided(each, filing, by)
        _in_the_module(each, by, duty.programme)
        _about_periods(each, by, marks[duty.programme.lead.code], duty.programme.code)
        if duty.programme.materials:
            _materials(each, by)
            _survey(each, by, duty.programme)
    for code in cast.PROGRAMME:
        world.make_reminder(code, "dead", text=marks[code].shared)


def _about_periods(each: Marks, by: Membership, lead: Marks, programme: str) -> None:
    """An extension and a request, which are the tenant's; a decision of the lead, which all read who report to it."""
    administrator = membership(f"{lead.tenant.code}-administrator")
    open_one, closed = period(world.PERIOD, programme), period(world.CLOSED_PERIOD, programme)
    reason, due_at = f"延期 {each.shared}", open_one.due_at + timedelta(days=1)
    period_actions.extend(open_one, each.tenant, due_at=due_at, reason=reason, by=administrator)
    period_actions.request_unlock(closed, each.tenant, reason=f"申请 {each.shared}", by=by)
    if not PeriodDecision.objects.filter(period=closed).exists():
        period_actions.close_period(closed, reason=f"不再解锁 {lead.reviewer}", by=administrator)


def _materials(each: Marks, by: Membership) -> None:
    """One that stands, with a dialect version and a provider, and one that was withdrawn."""
    provider = provider_actions.add_provider(by.tenant, f"{each.shared}制作中心", by=by)
    texts = {"maker": f"作{each.shared}", "link": f"https://example.org/{each.shared}", "provider": provider}
    original = recorded_material(by, f"视频{each.shared}", **texts)
    content = f"%PDF-1.4 material {each.shared}".encode()
    file_actions.add_material_file(original, examined(f"本{each.shared}.pdf", content), by=by)
    dialect = {"language": f"话{each.shared}", "version_of": original}
    recorded_material(by, f"方言版{each.shared}", **texts | dialect)
    gone = recorded_material(by, f"撤{each.shared}", **texts)
    material_actions.withdraw_material(gone, reason=f"重复 {each.shared}", revision=gone.revision, by=by)


def _survey(each: Marks, by: Membership, programme) -> None:
    """Submitted; then something else is typed and not submitted."""
    codes = [question.code for question in questions_of(programme.survey)]
    typed = dict.fromkeys(codes, str(each.primes[0])) | {"difficulties": f"难{each.shared}"}
    typed["plan_link"] = f"https://example.org/{each.shared}"
    survey = survey_actions.save_survey(by.tenant, programme, typed, revision=0, by=by)
    survey = _plan(survey, each.shared, by)
    survey = survey_actions.submit_survey(survey, revision=survey.revision, by=by)
    typed |= {"difficulties": f"难{each.draft}", "willing": str(each.draft_prime)}
    survey = survey_actions.save_survey(by.tenant, programme, typed, revision=survey.revision, by=by)
    _plan(survey, each.draft, by)


def _plan(survey: Survey, text: str, by: Membership) -> Survey:
    """A work plan in place of the one before."""
    plan = examined(f"方案{text}.pdf", f"%PDF-1.4 plan {text}".encode())
    return survey_actions.attach_to_survey(survey, "plan_file", plan, revision=survey.revision, by=by).survey


def _in_the_module(each: Marks, by: Membership, programme: Programme) -> None:
    """A service point, its checklist, an operator: of those who keep a part of a work module."""
    if programme.module:
        administrator = membership(f"{each.tenant.code}-administrator")
        work_module_actions.designate(programme, by, by=administrator)
        given = {"kind": "volunteers", "name": f"{each.shared}服务队", "headcount": 7}
        point = work_module_actions.add_service_point(programme, by.tenant, **given, by=by)
        items = {check.code: True for check in work_module_queries.checks_for(point)}
        work_module_actions.record_checks(point, items, checked_on=clock.today(), by=by)


def _people(each: Marks) -> None:
    code = each.tenant.code
    Tenant.objects.filter(pk=each.tenant.pk).update(head_name=f"首{each.shared}", telephone=f"T{each.shared}")
    for member in Membership.objects.filter(tenant=each.tenant).select_related("user"):
        if member.user.username == f"{code}-{member.role}":
            name = each.reviewer if member.role in ("reviewer", "administrator") else each.shared
            member.user.full_name, member.user.telephone = f"人{name}", f"T{each.shared}"
            member.user.email = f"x{each.shared}@example.org"
            member.user.save(update_fields=["full_name", "telephone", "email"])
    by = membership(f"{code}-administrator")
    portal_actions.invite(tenant=by.tenant, role="observer", full_name=f"邀{each.shared}", by=by)


def _typed(text: str, filing: Filing, figures: Iterator[int]) -> Typed:
    fields = filing_queries.fields_of(filing)
    attendances_of = {each.sessions for each in fields if each.sessions}
    values = {
        each.code: "3" if each.code in attendances_of else str(next(figures))
        for each in fields
        if each.is_credited
    }
    contacts = {"preparer": f"甲{text}", "head": f"乙{text}", "telephone": f"T{text}"}
    return Typed(rows=[{"provider": f"{text}社区学校", "values": values}], **contacts)


def _save(filing: Filing, typed: Typed, by: Membership, text: str) -> Filing:
    filing = filing_actions.save_draft(filing, typed, revision=filing.revision, by=by)
    found = [each.key for each in run_checks(*filing_queries.read_draft(filing)) if each.key]
    typed.explanations = dict.fromkeys(found, f"已与签到表逐项核对 {text}")
    return filing_actions.save_draft(filing, typed, revision=filing.revision, by=by)


def _never_submitted(each: Marks, by: Membership, programme: str) -> None:
    with clock.frozen(world.EARLIER):
        filing = filing_actions.start(by.tenant, period(world.CLOSED_PERIOD, programme), by=by)
        typed = _typed(each.draft, filing, iter([each.draft_prime] * 40))
        typed.explanations = {"x": f"草稿{each.draft}"}
        filing_actions.save_draft(filing, typed, revision=filing.revision, by=by)
    if by.tenant.code in cast.ABOVE:  # nobody of any other tenant would look at it
        uploaded(world.again(filing), by, name=f"{each.draft}.xlsx")
    attached(filing, by, f"{each.draft}.pdf", f"%PDF-1.4 {each.draft}".encode())


def _activity(text: str, provider: str, programme: str) -> TypedActivity:
    """Marks in every text of an activity."""
    texts = {
        "venue": f"堂{text}",
        "language": f"话{text}",
        "explanation": f"说明{text}",
        "co_organisers": [f"协{text}"],
    }
    return course(provider, kind=registers.KINDS[programme], sittings=[("2021-11-05", "")], **texts)


def _submitted(each: Marks, by: Membership, programme: str) -> Filing:
    """With a row that the ledger computes; another provider's activities count nowhere."""
    name = f"台{each.shared}"
    ledger_user(by, name, world.PERIOD, programme)
    # Where there is a work module, its bases and venues are for those above to see; elsewhere a register is its own.
    idle = f"备{each.shared}" if period(world.PERIOD, programme).programme.module else f"台{each.draft}"
    provider_actions.add_provider(by.tenant, idle, by=by)
    both = (_activity(each.shared, name, programme), _activity(each.draft, idle, programme))
    for activity, text in zip(recorded(by, *both), (each.shared, each.draft), strict=True):
        ledger_file_actions.add_evidence(
            activity, examined(f"照{text}.pdf", f"%PDF-1.4 activity {text}".encode()), by=by
        )
    filing = filing_actions.start(by.tenant, period(world.PERIOD, programme), by=by)
    typed = _typed(each.shared, filing, iter(each.primes * 4))
    columns = filing.period.programme.ledger_rules.columns
    others = {field.code: "" if field.code in columns else "0" for field in filing_queries.fields_of(filing)}
    typed.rows.append({"provider": name, "values": others})
    filing = _save(filing, typed, by, each.shared)
    attached(filing, by, f"证{each.shared}.pdf", f"%PDF-1.4 evidence {each.shared}".encode())
    filing_actions.submit(filing, revision=filing.revision, by=by)
    attached(filing, by, f"章{each.shared}.pdf", f"%PDF-1.4 stamped {each.shared}".encode())
    return world.again(filing)


def _decided(each: Marks, filing: Filing, by: Membership) -> None:
    """A third stays submitted, a third is accepted, a third is under correction with another draft."""
    fate = filing.tenant_id % 3
    reviewer = world.reviewer_of_tenant(by.tenant)
    if fate == 0:
        return
    reason = f"请核对后重报 {each.shared}"
    if fate == 2:
        filing = review_actions.send_back(filing, reason=reason, revision=filing.revision, by=reviewer)
        filing = answered(filing, by)
        filing_actions.submit(filing, revision=filing.revision, by=by)
        filing = world.again(filing)
    filing = review_actions.accept(filing, revision=filing.revision, by=reviewer)
    if fate == 2:
        filing = filing_actions.correct(filing, reason=reason, revision=filing.revision, by=by)
        typed = _typed(each.draft, filing, iter([each.draft_prime] * 40))
        filing_actions.save_draft(filing, typed, revision=filing.revision, by=by)
        activity = Activity.objects.get(tenant=by.tenant, provider__name=f"台{each.shared}")
        changed = _activity(each.draft, f"台{each.shared}", filing.period.programme.code)
        ledger_actions.change_activity(activity, changed, revision=activity.revision, by=by)


# --- the scan


def texts(response) -> Iterator[str]:
    """Everything an answer says: status line, headers, body, and what is packed into it, however deep."""
    yield f"{response.status_code} {response.reason_phrase}"
    yield "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    body = b"".join(response.streaming_content) if response.streaming else response.content
    yield from unpacked(body)


def unpacked(content: bytes) -> Iterator[str]:
    """A zip's and a workbook's members with their names and comments, docProps and all; else the text itself."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        yield content.decode("utf-8", "replace")
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield archive.comment.decode("utf-8", "replace")
        for member in archive.infolist():
            yield f"{member.filename} {member.comment!r}"
            yield from unpacked(archive.read(member))


class Scanner:
    """Finds marks that a persona has no right to, and keeps those it has met."""

    def __init__(
        self, marks: dict[str, Marks], seen: set[str], own: set[str], above: frozenset[str] = frozenset()
    ):
        """`seen`: codes of the tenants whose submitted figures the persona sees; `own`: whose drafts;
        `above`: whose reviewers decide on its returns."""
        self.foreign: dict[str, str] = {}
        self.expected: dict[str, str] = {}
        for code, each in marks.items():
            for given, is_seen in [
                (each.secrets(is_own=False), code in seen),
                (each.secrets(is_own=True), code in own),
                ({each.reviewer: "reviewer"}, code in seen | above),
            ]:
                known = self.expected if is_seen else self.foreign
                known.update({mark: f"{code}: {what}" for mark, what in given.items()})
        self.met: set[str] = set()

    def leaks(self, response) -> set[str]:
        found = {mark for text in texts(response) for mark in candidates(text)}
        self.met |= {self.expected[mark] for mark in found & self.expected.keys()}
        return {self.foreign[mark] for mark in found & self.foreign.keys()}


SEPARATOR = "[,，\u00a0\u202f]?"
TEXT = re.compile("(?:mk|dr|rv)[0-9a-f]{10}")
# Looked for at every place, so that a number after another one and a comma is found as well. Beside a letter it is no number
# but a part of an id, a digest or a token: of thousands of them one would look like a mark by chance. (%2C is no letter.)
NUMBER = re.compile(
    rf"(?:(?<![0-9A-Za-z])|(?<=%[0-9A-F]{{2}}))(?=(\d{SEPARATOR}\d{{3}}{SEPARATOR}\d{{3}})(?![0-9A-Za-z]))"
)


def candidates(text: str) -> set[str]:
    """What looks like a mark: the texts, and numbers of seven digits with or without separators."""
    return {*TEXT.findall(text), *(re.sub(r"\D", "", number) for number in NUMBER.findall(text))}
