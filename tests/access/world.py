"""What is asked for: returns in each state, versions, exports and people, made through the actions."""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from portal import actions as portal_actions
from portal import clock
from portal.models import Membership, Tenant, User
from reporting.evidence import actions as evidence_actions
from reporting.exports import jobs
from reporting.filings import actions as filing_actions
from reporting.filings import queries as filing_queries
from reporting.filings.checks import run_checks
from reporting.filings.typed_return import Typed
from reporting.imports import actions as import_actions
from reporting.models import Filing, Reminder
from reporting.releases import content as release_content
from reporting.reminders import actions as reminder_actions
from reporting.review import actions as review_actions
from targets.models import Indicator

from ..evidence.files import pdf
from ..factories import (
    EXPLANATION,
    answered,
    attached,
    membership,
    period,
    released,
    tenant,
    uploaded,
    workbook_of,
)
from . import cast
from .cast import CITY, COUNTY, DISTRICT, PILLAR, PROGRAMME

NOW = datetime.fromisoformat("2021-12-20T09:00:00+08:00")  # both programmes' fourth quarter takes returns
EARLIER = datetime.fromisoformat("2021-09-20T09:00:00+08:00")
PERIOD, CLOSED_PERIOD = "2021Q4", "2021Q3"
PLAN = pdf("a plan")
CONTACTS = {"preparer": "甲（演示）", "head": "乙（演示）", "telephone": "演示号码 0000"}
NOTHING = uuid.UUID("0f0e0d0c-0b0a-4908-8706-050403020100")
REASON = "数字与签到表不符，请核对后重报。"


@dataclass(frozen=True)
class Thing:
    """What an address names. `state` "missing": nothing has this id. `by`: the user names of those who made it."""

    kind: str
    tenant: str
    state: str
    public_id: uuid.UUID
    data: dict = field(default_factory=dict, hash=False)
    by: tuple[str, ...] = ()

    @property
    def is_hidden(self) -> bool:
        """What was never submitted, a return or a file, or an activity that none counts: its own tenant's alone."""
        unseen = {
            "return": ("draft", "closed"),
            "evidence": ("draft", "removed"),
            "activity": ("uncounted",),
            "activity file": ("uncounted",),
            "survey file": ("typed",),
            "survey": ("typed",),
        }
        return self.state in unseen.get(self.kind, ())

    def __str__(self) -> str:
        return f"{self.state} {self.kind} of {self.tenant}"


def missing(kind: str) -> Thing:
    return Thing(kind, "", "missing", NOTHING, {"revision": 1, "reason": REASON})


# --- returns


def draft(by: Membership, code: str = PERIOD) -> Filing:
    """A draft that could be submitted as it is: every soft check is explained."""
    filing = filing_actions.start(by.tenant, period(code, PROGRAMME[by.tenant.code]), by=by)
    return completed(filing, by)


def completed(filing: Filing, by: Membership, videos: str = "2") -> Filing:
    fields = filing_queries.fields_of(filing)
    values = {each.code: "40" if each.sessions else "2" for each in fields}
    values |= {"videos": videos} if "videos" in values else {}
    rows = [{"provider": f"{by.tenant.short_name}社区学校", "values": values}]
    typed = Typed(rows=rows, **CONTACTS)
    filing = filing_actions.save_draft(filing, typed, revision=filing.revision, by=by)
    typed.explanations = {
        each.key: EXPLANATION for each in run_checks(*filing_queries.read_draft(filing)) if each.key
    }
    return filing_actions.save_draft(filing, typed, revision=filing.revision, by=by)


def submitted(by: Membership) -> Filing:
    filing = draft(by)
    filing_actions.submit(filing, revision=filing.revision, by=by)
    return again(filing)


def returned(by: Membership) -> Filing:
    filing = submitted(by)
    filing = review_actions.send_back(filing, reason=REASON, revision=filing.revision, by=reviewer_of(by))
    return answered(filing, by)


def recalled(by: Membership) -> Filing:
    filing = submitted(by)
    return filing_actions.recall(filing, revision=filing.revision, by=by)


def accepted(by: Membership) -> Filing:
    filing = submitted(by)
    return review_actions.accept(filing, revision=filing.revision, by=reviewer_of(by))


def correcting(by: Membership) -> Filing:
    filing = accepted(by)
    filing = filing_actions.correct(filing, reason=REASON, revision=filing.revision, by=by)
    return again(completed(filing, by, videos="3"))


def nil(by: Membership) -> Filing:
    filing = filing_actions.start(by.tenant, period(PERIOD, PROGRAMME[by.tenant.code]), by=by)
    filing_actions.declare_nil(filing, revision=filing.revision, by=by)
    return again(filing)


def closed(by: Membership) -> Filing:
    """A draft that was never submitted while its period took returns."""
    with clock.frozen(EARLIER):
        return draft(by, CLOSED_PERIOD)


STATES: dict[str, Callable[[Membership], Filing]] = {
    made.__name__: made for made in (draft, submitted, returned, recalled, accepted, correcting, nil, closed)
}
# Whose return, in which states: a county's and a district's in all, and those that are something special to somebody.
RETURNS = [
    *[("jiaojiang-preparer", state) for state in STATES],
    *[("sh-huangpu-preparer", state) for state in ("draft", "submitted", "accepted")],
    *[("sh-eldercare-preparer", state) for state in ("draft", "submitted")],
    *[("taizhou-rtvu-preparer", "submitted"), ("dual", "draft"), ("dual", "submitted")],
]


def make_return(username: str, state: str) -> tuple[Thing, Thing | None]:
    """The return, and its latest version if it has one."""
    by = acting(username)
    filing = again(STATES[state](by))
    data = {
        "revision": filing.revision,
        "reason": REASON,
        "confirmed": "1",
        "file": Sent(workbook_of(filing)),
    }
    data |= {"kind": "evidence", "files": Sent(PLAN, "方案.pdf")}
    thing = Thing("return", by.tenant.code, state, filing.public_id, data, (username,))
    if filing.latest is None:
        return thing, None
    return thing, Thing("version", by.tenant.code, state, filing.latest.public_id, data, (username,))


@dataclass(frozen=True)
class Sent:
    """A file that a browser sends, again and again."""

    content: bytes
    name: str = "季报.xlsx"

    def read(self) -> bytes:
        return self.content


def make_imports(state: str) -> list[Thing]:
    """A file uploaded by the preparers of a county and of a district; confirmed: it is taken over."""
    return [make_import(name, state) for name in ("jiaojiang-preparer", "sh-huangpu-preparer", "dual")]


def make_import(username: str, state: str) -> Thing:
    by = acting(username)
    filing = again(draft(by))
    imported = uploaded(filing, by)
    if state == "confirmed":
        filing = import_actions.confirm_import(imported, revision=filing.revision, confirmed=[], by=by)
    data = {"revision": filing.revision}
    return Thing("import", by.tenant.code, state, imported.public_id, data, (username,))


def acting(username: str) -> Membership:
    """The membership with which somebody prepares returns."""
    found = Membership.objects.filter(user__username=username, role=cast.PREPARER)
    return found.select_related("user", "tenant").get()


def reviewer_of(by: Membership) -> Membership:
    return membership(f"{cast.ABOVE[by.tenant.code][0]}-reviewer")


def reviewer_of_tenant(filer: Tenant) -> Membership:
    """Who reviews right above any tenant."""
    return membership(f"{Tenant.objects.get_parent(filer).code}-reviewer")


def again(filing: Filing) -> Filing:
    return Filing.objects.with_parties().get(pk=filing.pk)


# --- attached files


def make_files(state: str) -> list[Thing]:
    """Attached by the preparers of a county and of a district: to a draft, removed from it again, or submitted."""
    return [make_file(name, state) for name in ("jiaojiang-preparer", "sh-huangpu-preparer", "dual")]


def make_file(username: str, state: str) -> Thing:
    by = acting(username)
    filing = draft(by)
    evidence = attached(filing, by)
    if state == "removed":
        evidence_actions.remove_file(evidence, by=by)
    if state == "submitted":
        filing_actions.submit(filing, revision=filing.revision, by=by)
    return Thing("evidence", by.tenant.code, state, evidence.public_id, by=(username,))


# --- releases


def make_release(code: str) -> Thing:
    """The third quarter, in which nobody has filed, as the lead published it."""
    release = released(CLOSED_PERIOD, PROGRAMME[code])
    return Thing("release", code, "published", release.public_id, by=(f"{code}-administrator",))


def form_of_release(programme: str) -> dict:
    content = release_content.compose(period(CLOSED_PERIOD, programme), with_ranking=False, at=clock.now())
    return {"period": CLOSED_PERIOD, "preview": release_content.preview_digest(content)}


def form_of_weights(programme: str) -> dict:
    indicators = Indicator.objects.filter(programme__code=programme).exclude(target_heading="")
    return {"revision": 0} | {each.code: 2 for each in indicators}


def autosaved(username: str) -> str:
    """What the page of that account sends while its person types."""
    user = User.objects.filter(username=username).first()
    change = {"kind": "add", "row": "new", "after": ""}
    packet = {"user": str(user.public_id) if user else "", "page": "0" * 8, "number": 1, "seen": 1}
    return json.dumps(packet | {"changes": [change]})


# --- exports, people, invitations


def make_export(username: str, kind: str = "attachments", state: str = "done", **asked) -> Thing:
    by = membership(username)
    job = jobs.request_export(period(PERIOD, PROGRAMME[by.tenant.code]), by=by, kind=kind, **asked)
    if state == "done":
        jobs.run(str(job.public_id))
    return Thing("export", by.tenant.code, state, job.public_id, by=(username,))


def make_exports() -> list[Thing]:
    """Of those who may have the figures of many, and of those who may have their own."""
    names = [f"{CITY}-reviewer", f"{COUNTY}-observer", f"{PILLAR}-reviewer", "sh-huangpu-administrator"]
    return [
        *(make_export(name) for name in names),
        *(make_export(f"{CITY}-reviewer", kind, is_cumulative=True) for kind in ("lines", "completion")),
        make_export(f"{COUNTY}-preparer", "lines"),
        make_export(f"{CITY}-administrator", state="queued"),
        make_export("sh-huangpu-preparer", "board", state="queued"),
    ]


def people(state: str = "active") -> list[Thing]:
    """Somebody at each level, none of whom is in the cast; with one-time codes unless “without codes”."""
    names = ["jiaojiang-head", "huangyan-head", f"{CITY}-observer", f"{PILLAR}-observer", f"{DISTRICT}-head"]
    chosen = [membership(name) for name in names]
    for each in chosen if state == "active" else ():
        set_up_codes(each.user)
    return [
        Thing("person", each.tenant.code, state, each.public_id, {"is_active": "0"}, (each.user.username,))
        for each in chosen
    ]


# --- reminders


def switch_reminders_on() -> None:
    """By both programmes' leads, so that there is something to send and to test."""
    robot = {"webhook": "https://oapi.dingtalk.com/robot/send?access_token=demo", "secret": "SECdemo"}
    for code in (CITY, cast.SHANGHAI):
        by = membership(f"{code}-administrator")
        programme = period(PERIOD, PROGRAMME[code]).programme
        reminder_actions.change_reminders(programme, by_email=False, by_dingtalk=True, hour=9, by=by, **robot)


def make_reminders(state: str) -> list[Thing]:
    """To somebody at a county, at a pillar and at a district, in that state."""
    return [make_reminder(code, state) for code in (COUNTY, PILLAR, DISTRICT)]


def make_reminder(code: str, state: str, text: str = "") -> Thing:
    filer = tenant(code)
    about = {"tenant": filer, "period": period(PERIOD, PROGRAMME[code]), "kind": "before-7", "text": text}
    about |= {"relative_to": NOW.date(), "planned_at": NOW, "next_at": NOW, "finished_at": NOW}
    reminder = Reminder.objects.create(
        channel="email", recipient="somebody", status=state, note=text, **about
    )
    return Thing("reminder", code, state, reminder.public_id)


def set_up_codes(user: User) -> None:
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)


def make_invitation() -> str:
    """The token of an open invitation."""
    by = membership("jiaojiang-administrator")
    _invitation, token = portal_actions.invite(
        tenant=tenant(COUNTY), role=cast.PREPARER, full_name="丙（演示）", by=by
    )
    return token
