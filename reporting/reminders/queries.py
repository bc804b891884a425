"""Who is to be reminded, through what, and what has become of the messages."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from portal import walls
from portal.access import visible_to
from portal.models import Membership, Tenant
from portal.roles import Role
from targets.models import Period, Programme

from ..models import Reminder, ReminderSettings
from ..models.reminders import ReminderKind
from ..periods.queries import open_periods
from ..rollup.status import BoardCell, cells

# Who files, and is therefore reminded.
REMINDED = (Role.PREPARER, Role.HEAD)
OFF = ReminderSettings()


def owing(period: Period, *, under: Tenant) -> list[BoardCell]:
    """Who is owed a reminder at or below `under`, in document order; nobody once the books are closed."""
    board = cells(period.programme, [period], under=under).values()
    return [cell for cell in board if cell.is_owed and cell.window.is_open]


def owing_below(period: Period, *, under: Tenant) -> list[BoardCell]:
    """The same, without `under` itself: those whom it may remind."""
    return [cell for cell in owing(period, under=under) if cell.tenant.pk != under.pk]


def reminded_periods(programme: Programme) -> list[Period]:
    """The periods about which somebody can be reminded now: begun, and not closed for everybody."""
    return open_periods([programme], programme.lead)


def reminder_settings(programme: Programme) -> ReminderSettings:
    """What the programme's lead has switched on. Those below ask too, to see whether they can remind anybody:
    for this one question the database shows them the lead's row."""
    with walls.within([programme.lead_id]):
        return ReminderSettings.objects.filter(programme=programme).first() or OFF


@dataclass(frozen=True)
class Addressee:
    """Somebody at a tenant who files its returns and has an e-mail address."""

    tenant: Tenant
    public_id: str
    name: str
    email: str


def addressees(tenants: Iterable[Tenant], roles: Iterable[str] = REMINDED) -> dict[int, list[Addressee]]:
    """The active preparers and heads with an e-mail address, by tenant id."""
    people = Membership.objects.filter(
        tenant__in=list(tenants), role__in=roles, is_active=True, user__is_active=True
    )
    found = defaultdict(list)
    for each in people.exclude(user__email="").select_related("user", "tenant").order_by("id"):
        found[each.tenant_id].append(
            Addressee(each.tenant, str(each.user.public_id), str(each.user), each.user.email)
        )
    return found


def addressee(reminder: Reminder) -> Addressee | None:
    """Whom an e-mail goes to, as long as they still file there and have an address."""
    roles = Role.values if reminder.kind == ReminderKind.TEST else REMINDED
    found = addressees([reminder.tenant], roles).get(reminder.tenant_id, [])
    return next((each for each in found if each.public_id == reminder.recipient), None)


def shown_reminders(reminders: QuerySet[Reminder], by: Membership) -> QuerySet[Reminder]:
    """The outbox of those above: what goes to the tenants below, and what goes to the group on their behalf."""
    mine = Q(tenant=by.tenant) & ~Q(channel=Reminder.Channel.DINGTALK)
    return visible_to(reminders, by).exclude(mine)


def undelivered(by: Membership) -> int:
    """How many messages were given up."""
    return shown_reminders(Reminder.objects.filter(status=Reminder.Status.DEAD), by).count()
