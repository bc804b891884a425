"""Who acts on the random walk, and what they type: as the portal knows it, and as the oracle does."""

from datetime import datetime

from portal.models import Membership, User
from reporting.filings import queries as filing_queries
from reporting.filings.checks import run_checks
from reporting.filings.typed_return import Typed
from reporting.models import Filing

from ..factories import COLUMNS, EXPLANATION, membership, row, tenant
from ..oracle import Person, Return, Typing
from .drawing import CITY, COUNTIES, PERIODS

# Other providers in each period, or checks would compare their figures.
PROVIDERS = {"2022Q1": "海门街道社区学校", "2022Q2": "白云街道社区学校"}
ZERO = (0,) * len(COLUMNS)
CONTACTS = {"preparer": "甲", "head": "乙", "telephone": "演示号码 0000"}


def make_twin() -> None:
    twin = User.objects.create(username="twin", full_name="两边都在的人")
    for code, role in (("jiaojiang", "preparer"), (CITY, "reviewer")):
        Membership.objects.create(user=twin, tenant=tenant(code), role=role)


def span(each) -> tuple[datetime, datetime, datetime]:
    return datetime.fromisoformat(f"{each.starts_on}T00:00:00+08:00"), each.due_at, each.closes_at


def neighbour_of(code: str) -> str:
    return COUNTIES[1 - COUNTIES.index(code)]


def administrator_for(code: str, who: str) -> Membership:
    at = {"city": CITY, "county": code, "neighbour": neighbour_of(code)}[who]
    return membership(f"{at}-administrator")


def filing_of(each: Return) -> Filing:
    return Filing.objects.with_parties().get(tenant__code=each.tenant, period__code=each.period)


def as_person(by: Membership) -> Person:
    return Person(by.user.username, str(by.role), by.tenant.code)


def typed(each: Return, kind: str, videos: int) -> tuple[Typing, list[dict], dict]:
    """What a kind of typing is to the oracle, and its rows and contacts as they are typed."""
    if kind in ("nothing", "nil without contacts"):
        return Typing(ZERO, is_nil=kind != "nothing", has_contacts=False), [], {}
    if kind == "zeros" and each.period == PERIODS[0]:  # later, zeros want a reason
        return (
            Typing(ZERO, is_fine=True, are_contacts_typed=True),
            [row(name, *ZERO) for name in PROVIDERS.values()],
            CONTACTS,
        )
    is_explained, is_fine = kind == "unusual and explained", kind in ("figures", "unusual and explained")
    figures = {
        "figures": (2, 40 + videos, 1, 15, videos, 1, 0),
        "unusual": (1, 5, *ZERO[2:]),  # five people in a class: a soft check wants to know why
        "unusual and explained": (1, 5, *ZERO[2:]),
    }.get(kind, (kind, *ZERO[1:]))
    typing = Typing(figures, is_fine=is_fine, is_explained=is_explained, are_contacts_typed=True)
    return typing, [row(PROVIDERS[each.period], *figures)], CONTACTS


def explained(filing: Filing, given: Typed) -> dict[str, str]:
    """An answer to every soft check that the typing raises."""
    findings = run_checks(*filing_queries.read_typed(filing, given))
    return {each.key: EXPLANATION for each in findings if each.key}
