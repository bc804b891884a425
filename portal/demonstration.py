"""The demonstration's accounts: one for each tenant and each role that makes sense there. Never in production."""

from dataclasses import asdict, dataclass

from .models import Membership, Tenant, User
from .roles import Role

PASSWORD = "demo-suishenxue-2022"  # noqa: S105 -- published on purpose, in demonstration mode only
TELEPHONE = "演示号码 0000"
NAMES = {
    Role.PREPARER: "填报员",
    Role.HEAD: "负责人",
    Role.REVIEWER: "审核员",
    Role.ADMINISTRATOR: "管理员",
    Role.OBSERVER: "观察员",
}
# Whom the sign-in page and `script/server` name: enough to play both sides of both programmes.
SHOWN = [
    "jiaojiang-preparer",
    "jiaojiang-head",
    "taizhou-education-reviewer",
    "taizhou-education-administrator",
    "taizhou-education-observer",
    "sh-bigdata-preparer",
    "shanghai-civil-affairs-reviewer",
]


@dataclass(frozen=True)
class Account:
    """What `demo_accounts` prints. `tenant` is the tenant's code."""

    username: str
    password: str
    tenant: str
    role: str


def accounts() -> list[Account]:
    """Every demonstration account that there is, in document order of the tenants."""
    existing = set(User.objects.filter(is_demo=True).values_list("username", flat=True))
    return [each for each in _planned() if each.username in existing]


def _planned() -> list[Account]:
    """One for each tenant and role: facts that were loaded since brought tenants whose accounts are still to be made."""
    return [
        Account(f"{tenant.code}-{role}", PASSWORD, tenant.code, str(role))
        for tenant in Tenant.objects.order_by("path")
        for role in _roles(tenant)
    ]


def member(username: str) -> Membership:
    """The membership of an account, which has one."""
    return Membership.objects.select_related("user", "tenant").get(user__username=username)


def accounts_to_show() -> list[dict]:
    """The accounts that the sign-in page offers, with the names that a person reads."""
    names = dict(Tenant.objects.values_list("code", "name"))
    by_name = {account.username: account for account in accounts()}
    shown = [by_name[name] for name in SHOWN if name in by_name]
    return [
        {**asdict(each), "tenant": names[each.tenant], "role_label": Role(each.role).label} for each in shown
    ]


def lacks_accounts() -> bool:
    return len(accounts()) < len(_planned())


def make_accounts(hashed_password: str) -> None:
    """Create the accounts that do not exist yet. One hash serves all: they share one published password."""
    existing = set(User.objects.values_list("username", flat=True))
    tenants = {tenant.code: tenant for tenant in Tenant.objects.all()}
    for account in _planned():
        if account.username in existing:
            continue
        tenant = tenants[account.tenant]
        user = User.objects.create(
            username=account.username,
            full_name=f"{tenant.short_name}{NAMES[Role(account.role)]}（演示）"[:40],
            telephone=TELEPHONE,
            password=hashed_password,
            is_demo=True,
        )
        Membership.objects.create(user=user, tenant=tenant, role=account.role)


def _roles(tenant: Tenant) -> list[Role]:
    """Filers prepare and head, bodies with others below them review; all have an administrator and an observer."""
    roles = [] if tenant.is_root() else [Role.PREPARER, Role.HEAD]
    if tenant.numchild:
        roles.append(Role.REVIEWER)
    return [*roles, Role.ADMINISTRATOR, Role.OBSERVER]
