"""The demonstration year, played through the actions as the accounts would have, at the dates it happened.

Figures and providers are invented (演示数据); each story is described at the function that plays it.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from portal import clock, demonstration
from portal.demonstration import member
from portal.models import HistoryEntry, Tenant, User
from targets.models import Period, Programme, ReportingDuty

from ..filings import actions as filing_actions
from ..filings import typed_return
from ..filings.queries import rows_as_typed
from ..materials import queries as material_queries
from ..materials import register
from ..models import Filing
from ..releases import actions as release_actions
from ..releases import content as release_content
from ..review import actions as review_actions
from . import asked, module
from .ledger import Keeping
from .materials import course_of
from .plan import NIL

YEARS = Path(settings.BASE_DIR) / "fixtures" / "demonstration"
YEAR_FILES = [("taizhou", "taizhou_2021_returns.csv"), ("shanghai", "shanghai_2021_returns.csv")]
STARTS_AT = datetime.fromisoformat("2022-03-21T09:00:00+08:00")
BEFORE_RETURNS = timedelta(
    days=9
)  # what happened until then is recorded before a quarter's returns are filed
EXPLANATION = "演示数据：已与签到表逐项核对，为本季实际发生数，不是累计数。"


@dataclass(frozen=True)
class Played:
    """One tenant's return of the demonstration year: rows as typed; none: a nil return."""

    tenant: str
    period: str
    rows: list[dict]


def is_loaded() -> bool:
    return User.objects.filter(is_demo=True).exists()


def has_real_accounts() -> bool:
    """A database with accounts of real people never becomes a demonstration. One that is goes on being it, whoever was
    invited or made an administrator there."""
    return User.objects.filter(is_demo=False).exists()


@transaction.atomic
def load() -> None:
    """Accounts, then both programmes' year, return by return, in one transaction: all of it or nothing."""
    demonstration.make_accounts(make_password(demonstration.PASSWORD))
    fill_profiles()
    module.play()
    for programme, name in YEAR_FILES:
        play(programme, list(read_year(YEARS / name)))
    begin_quarter()


def complete_accounts() -> None:
    """Accounts for the tenants that came with facts loaded since."""
    if demonstration.lacks_accounts():
        demonstration.make_accounts(make_password(demonstration.PASSWORD))


def start_clock(at: datetime | None = None) -> None:
    """The demonstration starts at `at`, else on 21 March 2022 at nine, or where its history stopped, if later."""
    last = HistoryEntry.objects.order_by("-at").values_list("at", flat=True).first()
    clock.start_demonstration(at or max(STARTS_AT, last + timedelta(minutes=1) if last else STARTS_AT))


def read_year(path: Path) -> Iterator[Played]:
    """The returns in a file of the year, in its order."""
    returns: dict[tuple[str, str], list[dict]] = defaultdict(list)
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = (row.pop("tenant"), f"{row.pop('year')}Q{row.pop('quarter')}")
            provider = row.pop("provider")
            returns[key] += [] if provider == NIL else [{"provider": provider, "values": row}]
    for (tenant, period), rows in returns.items():
        yield Played(tenant, period, rows)


def fill_profiles() -> None:
    """The head and the telephone of every tenant that has none: invented, and marked so."""
    for tenant in Tenant.objects.filter(head_name=""):
        tenant.head_name, tenant.telephone = (
            f"{tenant.short_name}负责人（演示）"[:40],
            demonstration.TELEPHONE,
        )
        tenant.save(update_fields=["head_name", "telephone"])


def play(programme: str, returns: list[Played]) -> None:
    """File in the order of time: by period, then by tenant; each is accepted the day after it was filed."""
    periods = {
        each.code: each
        for each in Period.objects.filter(programme__code=programme).select_related("programme__lead")
    }
    tenants = {each.tenant.code: each.tenant for each in _duties(programme)}
    order, course = list(tenants), course_of(programme, YEARS)
    for played in sorted(
        returns,
        key=lambda each: (each.period, (each.tenant, each.period) in PUBLISHED, order.index(each.tenant)),
    ):
        scene = Scene(tenants[played.tenant], periods[played.period], order.index(played.tenant))
        course.play_until(scene.period.due_at - BEFORE_RETURNS)
        rows = scene.keep_ledger(played.rows)
        STORIES.get((played.tenant, played.period), file_and_accept)(scene, replace(played, rows=rows))
    course.play_until(STARTS_AT)
    asked.play(Programme.objects.select_related("lead").get(code=programme))


def begin_quarter() -> None:
    """What 椒江 has recorded of the present quarter: its draft holds computed rows beside those that are typed."""
    period = Period.objects.select_related("programme").get(programme__code="taizhou", code="2022Q1")
    keeping = Keeping(period, (), files_at=STARTS_AT, by=member("jiaojiang-preparer"))
    keeping.record_until(STARTS_AT)


def _duties(programme: str):
    return (
        ReportingDuty.objects.filter(programme__code=programme)
        .select_related("tenant")
        .order_by("tenant__path")
    )


class Scene:
    """One tenant in one period, with the people who act in it."""

    def __init__(self, tenant: Tenant, period: Period, position: int):
        self.tenant, self.period = tenant, period
        self.preparer = member(f"{tenant.code}-preparer")
        self.reviewer = member(f"{Tenant.objects.get_parent(tenant).code}-reviewer")
        self.usual = period.due_at - timedelta(days=2 + position % 6, hours=14 - position % 5)
        self.keeping: Keeping

    def keep_ledger(self, rows: list[dict]) -> list[dict]:
        """What was held until the return is filed, where a ledger is kept; the rows as they are typed beside it."""
        self.keeping = Keeping(self.period, rows, files_at=self.usual, by=self.preparer)
        self.keeping.begin()
        self.keeping.record_until(self.usual)
        return self.typed(self.keeping.typed())

    def typed(self, rows: list[dict]) -> list[dict]:
        """Without what the register of materials gives."""
        if not register.uses_register(self.tenant, self.period):
            return rows
        kinds = {each.code for each in material_queries.kinds_of(self.period.programme)}
        return [
            {**row, "values": {code: value for code, value in row["values"].items() if code not in kinds}}
            for row in rows
        ]

    def file(self, rows: list[dict], *, at: datetime) -> Filing:
        with clock.frozen(at):
            typed = typed_return.Typed(rows=rows, is_nil=not rows)
            return filing_actions.file(
                self.tenant, self.period, typed, by=self.preparer, explanation=EXPLANATION
            )

    def accept(self, filing: Filing, *, at: datetime) -> Filing:
        with clock.frozen(at):
            return review_actions.accept(filing, revision=filing.revision, by=self.reviewer)


def file_and_accept(scene: Scene, played: Played, at: datetime | None = None) -> Filing:
    """The usual return: in time, accepted the next day."""
    filing = scene.file(played.rows, at=at or scene.usual)
    return scene.accept(filing, at=(at or scene.usual) + timedelta(days=1, hours=1))


def cumulative_by_mistake(scene: Scene, played: Played) -> None:
    """温岭 files the half-year's total, 12/606/7/121; it is sent back, and the quarter's own 8/410/5/88 follows."""
    earlier = Filing.objects.get(tenant=scene.tenant, period__code="2021Q1").accepted_version()
    filing = scene.file(_added(rows_as_typed(earlier), played.rows), at=scene.usual)
    with clock.frozen(scene.usual + timedelta(days=1)):
        reason = "第二季度应填本季数，现填的是上半年累计数（12场、606人次）。请改填本季数后重报。"
        filing = review_actions.send_back(filing, reason=reason, revision=filing.revision, by=scene.reviewer)
    file_and_accept(scene, played, at=scene.usual + timedelta(days=2))


def late(scene: Scene, played: Played) -> None:
    """玉环 files the third quarter on 30 September, two days after the 28th: the release names it as missing."""
    publish(scene.period)
    file_and_accept(scene, played, at=datetime.fromisoformat("2021-09-30T10:12:00+08:00"))


def corrected(scene: Scene, played: Played) -> None:
    """三门 files 5/249, as the release says; a class held on 30 December makes it 6/299 by a correction."""
    first = [row for row in played.rows if row["provider"] != "珠岙镇成校"]
    filing = file_and_accept(scene, Played(played.tenant, played.period, first))
    publish(scene.period)
    with clock.frozen(datetime.fromisoformat("2022-01-05T09:30:00+08:00")):
        reason = "12月30日珠岙镇成校举办短期培训1场49人次，三门县社区学院漏计1人次，一并更正。"
        filing = filing_actions.correct(filing, reason=reason, revision=filing.revision, by=scene.preparer)
    files_again_at = datetime.fromisoformat("2022-01-05T10:05:00+08:00")
    scene.keeping.record_until(files_again_at)
    file_and_accept(scene, played, at=files_again_at)


def publish(period: Period) -> None:
    """The city publishes the quarter, as things stand on that day."""
    at = PUBLISHED[next(key for key in PUBLISHED if key[1] == period.code)]
    with clock.frozen(at):
        content = release_content.compose(period, with_ranking=False, at=at)
        release_actions.publish(
            period,
            with_ranking=False,
            preview=release_content.preview_digest(content),
            by=member(f"{period.programme.lead.code}-administrator"),
        )


# When the city published, before what makes it out of date: these returns are played last in their quarter.
PUBLISHED = {
    ("yuhuan", "2021Q3"): datetime.fromisoformat("2021-09-29T10:00:00+08:00"),
    ("sanmen", "2021Q4"): datetime.fromisoformat("2022-01-04T09:30:00+08:00"),
}
STORIES = {
    ("wenling", "2021Q2"): cumulative_by_mistake,
    ("yuhuan", "2021Q3"): late,
    ("sanmen", "2021Q4"): corrected,
}


def _added(one: list[dict], other: list[dict]) -> list[dict]:
    """Two returns added up provider by provider: what somebody types who takes the form for a cumulative one."""
    sums: dict[str, dict[str, int]] = {}
    for row in [*one, *other]:
        values = sums.setdefault(row["provider"], dict.fromkeys(row["values"], 0))
        for code, value in row["values"].items():
            values[code] += int(value) if value != "/" else 0
    return [
        {"provider": name, "values": {code: str(value) for code, value in values.items()}}
        for name, values in sums.items()
    ]
