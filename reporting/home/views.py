"""我的任务: what I owe, until when, whose turn it is; for each role what it has to do first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal import queries as people
from portal.access import has_permission
from portal.models import Membership
from portal.roles import Permission, Role
from targets.models import Programme

from ..ledger import duplicate_queries, page_queries
from ..periods import deadlines
from ..periods import queries as period_queries
from ..periods.shown import latest_counted
from ..reminders import queries as reminder_queries
from ..reminders.views import copy_text
from ..rollup import status as rollup_status
from ..rollup.rollup import roll_up
from . import notices, turns
from .context import returns_label

# What stands first on each role's page. A section that has nothing to say of this tenant is left out.
SECTIONS = {
    Role.PREPARER: ["owed", "waiting", "boards"],
    Role.HEAD: ["owed", "waiting", "boards"],
    Role.REVIEWER: ["waiting", "pairs", "boards", "owed"],
    Role.ADMINISTRATOR: ["administration", "boards", "owed"],
    Role.OBSERVER: ["figures", "boards", "owed"],
}


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    by = request.membership
    if by is None:
        return render(request, "reporting/home/home_nobody.html")
    programmes = period_queries.programmes_of(by.tenant)
    found_turns = turns.turns_of(by.tenant, programmes)
    has_below = by.tenant.numchild > 0
    page = {
        "membership": by,
        "returns_label": returns_label(programmes),
        "owed": turns.owed(found_turns),
        "files": by.tenant.duties.exists(),
        "may_file": has_permission(by, Permission.FILE),
        "may_review": has_permission(by, Permission.REVIEW),
        "may_remind": has_below and has_permission(by, Permission.REMIND),
        "notices": notices.notices_for(by),
        "boards": [_board(request, each) for each in found_turns if each.below],
    }
    if has_below and "waiting" in SECTIONS[Role(by.role)]:
        page["waiting"] = turns.awaiting(by)
    if has_below and page["may_review"] and (programme := page_queries.ledger_shown(by)):
        page["pairs"] = duplicate_queries.pairs_waiting(by, programme)
    if by.role == Role.ADMINISTRATOR:
        page |= _administration(request, programmes, found_turns)
    if by.role == Role.OBSERVER:
        page["figures"] = _figures(by, programmes)
    shown = [name for name in SECTIONS[Role(by.role)] if _has_anything(name, page)]
    page["sections"] = [f"reporting/home/home_{name}.html" for name in shown]
    return render(request, "reporting/home/home.html", page)


def _has_anything(name: str, page: dict) -> bool:
    if name == "owed":
        return page["files"]
    if name == "waiting" and page["may_review"]:
        return name in page  # that nothing waits is worth a line to who reviews
    return bool(page.get(name)) or name == "administration"


def _board(request: HttpRequest, turn: turns.Turn) -> dict:
    """How many of those below have filed for a period, who has not, and what to remind them with."""
    owed = [cell for cell in turn.below if cell.is_owed]
    still = [cell for cell in owed if cell.window.is_open]
    return {
        "period": turn.period,
        "rates": rollup_status.rates(turn.below),
        "pending": [cell for cell in owed if cell.state == "pending"],
        "missing": [cell for cell in owed if cell.state == "missing"],
        "returned": [cell for cell in owed if cell.state not in rollup_status.NEVER_FILED],
        "copy_text": copy_text(request, turn.period, still) if still else "",
    }


def _administration(request: HttpRequest, programmes: list[Programme], found_turns: list) -> dict:
    """What an administrator has to see to: accounts, invitations, books to be closed, messages that did not arrive."""
    by = request.membership
    led = [each for each in programmes if each.lead_id == by.tenant_id]
    return {
        "without_codes": list(people.without_codes(by)[:50]),
        "invitations": list(people.open_invitations(by).order_by("expires_at")),
        "to_close": [
            _board(request, each) | {"window": window}
            for each in found_turns
            if each.below and (window := deadlines.window(each.period)).is_late and window.is_open
        ],
        "undelivered": reminder_queries.undelivered(by) if by.tenant.numchild else 0,
        "led": [(each, reminder_queries.reminder_settings(each)) for each in led],
    }


def _figures(by: Membership, programmes: list[Programme]) -> list[dict]:
    """The year so far up to the last period of which anything counts, for those who look on."""
    found = []
    for programme in programmes:
        if period := latest_counted(programme, under=by.tenant):
            year = programme.periods.filter(year=period.year, number__lte=period.number)
            rolled = roll_up(programme, list(year.order_by("number")), under=by.tenant)
            totals = [(each, rolled.total[each.code]) for each in rolled.indicators]
            found.append({"programme": programme, "period": period, "totals": totals})
        else:
            found.append({"programme": programme, "period": None, "totals": []})
    return found
