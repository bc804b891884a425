"""A day's list: several activities in one plain table, all of them recorded or none."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from portal.access import permitted
from portal.clock import today
from portal.roles import Permission

from ...entry.findings import Invalid
from .. import actions as ledger_actions
from .. import page_queries
from ..forms import ROW_FIELDS, ROWS_AT_MOST, DayForm, DayList, read_day_list

ROWS, ROWS_ADDED = 6, 5
ADD_ROWS = "add_rows"


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.FILE)
def activity_day(request: HttpRequest) -> HttpResponse:
    by = request.membership
    programme = ledger_actions.require_ledger(by.tenant, by)
    if request.method != "POST":
        last = page_queries.last_recorded(by)
        begun = DayList(today().isoformat(), last.provider.name if last else "", rows=_blank(ROWS))
        return _page(request, DayForm(begun, programme.ledger_rules))
    typed = read_day_list(request.POST)
    if request.POST.get("do") == ADD_ROWS:
        typed.rows += _blank(min(ROWS_ADDED, ROWS_AT_MOST - len(typed.rows)))
        return _page(request, DayForm(typed, programme.ledger_rules))
    several = typed.activities()
    if not several:
        return _page(request, DayForm(typed, programme.ledger_rules), status=422, is_empty=True)
    try:
        made = ledger_actions.record_activities(by.tenant, several, by=by)
    except Invalid as refused:
        return _page(request, DayForm(typed, programme.ledger_rules, refused.findings), status=422)
    sentence = ngettext("%(number)s activity recorded.", "%(number)s activities recorded.", len(made))
    messages.success(request, sentence % {"number": len(made)})
    return redirect("activity-list")


def _blank(number: int) -> list[dict[str, str]]:
    return [dict.fromkeys(ROW_FIELDS, "") for _row in range(number)]


def _page(request: HttpRequest, form: DayForm, *, status: int = 200, is_empty: bool = False) -> HttpResponse:
    page = {
        "form": form,
        "is_empty": is_empty,
        "today": today(),
        "providers": page_queries.provider_names(request.membership.tenant),
        "venues": page_queries.venues_of(request.membership.tenant),
        "rows_at_most": ROWS_AT_MOST,
    }
    return render(request, "reporting/ledger/activity_day.html", page, status=status)
