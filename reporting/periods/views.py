"""The periods of a programme: their dates as they stand, and what the lead decides about them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from portal.access import permitted
from portal.forms import posted, show_findings
from portal.models import Tenant
from portal.problems import Refused
from portal.roles import Permission
from portal.security_log import event_on
from targets.models import Period

from ..entry.findings import Invalid
from . import actions, deadlines, queries, rules
from .forms import CloseForm, ExtensionForm, ReopenForm, UnlockForm
from .lookup import programme_or_404

JUDGED_BEFORE = gettext_lazy(
    "%(names)s: filed already. Whether that was on time is judged by the date in force then; the extension does not change it."
)


@require_GET
@permitted(Permission.VIEW)
def period_list(request: HttpRequest, programme: str) -> HttpResponse:
    """Every period with its dates as they stand for one's own tenant."""
    found = programme_or_404(request, programme)
    page = {
        "programme": found,
        "rows": queries.periods_with_windows(found, request.membership),
        "may_decide": rules.why_never_decide(found, request.membership) is None,
    }
    return render(request, "reporting/periods/period_list.html", page)


@require_GET
@permitted(Permission.VIEW)
def period_detail(request: HttpRequest, programme: str, period: str) -> HttpResponse:
    """One period: when it is due and closes, what was decided and why, who was given longer, who asks."""
    found = _period(request, programme, period)
    may_decide = rules.why_never_decide(found.programme, request.membership) is None
    may_ask = rules.why_never_request(found, request.membership.tenant, request.membership) is None
    page = {
        "facts": queries.period_facts(found, request.membership),
        "period": found,
        "late_rule": found.programme.definition("D4"),
        "may_decide": may_decide,
        "close_reason": rules.why_not_close(found) if may_decide else None,
        "reopen_reason": rules.why_not_reopen(found) if may_decide else None,
        "may_ask": may_ask,
        "ask_reason": rules.why_not_request(found, request.membership.tenant) if may_ask else None,
    }
    return render(request, "reporting/periods/period_detail.html", page)


@event_on("POST", "period-closed")
@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.VIEW)
def period_close(request: HttpRequest, programme: str, period: str) -> HttpResponse:
    """封账: who has not filed and what waits is named before it is decided."""
    found = _to_decide(request, programme, period)
    if reason := rules.why_not_close(found):
        raise Refused(reason)
    waiting = queries.waiting_in(found)
    form = CloseForm(posted(request), waiting=waiting)
    page = {
        "waiting": waiting,
        "missing": queries.not_filed_in(found),
        "extended": queries.still_open_for(found),
    }
    return _decided(
        request, found, form, actions.close_period, "close", _("%(period)s is closed."), page=page
    )


@event_on("POST", "period-reopened")
@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.VIEW)
def period_reopen(request: HttpRequest, programme: str, period: str) -> HttpResponse:
    """解锁, with a reason and, if it is known, until when."""
    found = _to_decide(request, programme, period)
    if reason := rules.why_not_reopen(found):
        raise Refused(reason)
    form = ReopenForm(posted(request))
    done = _("%(period)s is open again.")
    page = {"requests": queries.open_requests([found])}
    return _decided(request, found, form, actions.reopen_period, "reopen", done, page=page)


@event_on("POST", "period-extended")
@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.VIEW)
def period_extend(request: HttpRequest, programme: str, period: str) -> HttpResponse:
    """Another due date for one tenant; the document's stays beside it."""
    found = _to_decide(request, programme, period)
    tenants = [duty.tenant for duty in found.programme.duties.select_related("tenant")]
    chosen, judged = request.GET.get("tenant", ""), queries.first_filed_in(found)
    form = ExtensionForm(posted(request), tenants=tenants, initial={"tenant": chosen})
    done = _("%(period)s is extended; the tenant sees it on its first page.")

    def extend(period: Period, *, tenant: Tenant, by, **given) -> None:
        actions.extend(period, tenant, by=by, **given)
        if tenant in [each.tenant for each in judged]:
            messages.warning(request, JUDGED_BEFORE % {"names": tenant.name})

    return _decided(request, found, form, extend, "extend", done, page={"judged": judged})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.VIEW)
def unlock_request(request: HttpRequest, programme: str, period: str) -> HttpResponse:
    """申请解锁 for one's own tenant."""
    found, tenant = _period(request, programme, period), request.membership.tenant
    if reason := rules.why_never_request(found, tenant, request.membership):
        raise PermissionDenied(reason)
    if reason := rules.why_not_request(found, tenant):
        raise Refused(reason)
    form = UnlockForm(posted(request))

    def ask(period: Period, *, reason: str, by) -> None:
        actions.request_unlock(period, tenant, reason=reason, by=by)

    done = _("Your request is on the administrator's first page. You see the decision on yours.")
    return _decided(request, found, form, ask, "unlock", done, page={})


def _decided(
    request: HttpRequest, period: Period, form, action, name: str, done: str, *, page: dict
) -> HttpResponse:
    """Ask for what the decision needs, then take it; what is wrong stands at its field, everything typed kept."""
    if request.method == "POST" and form.is_valid():
        try:
            action(period, by=request.membership, **form.given())
        except Invalid as refused:
            show_findings(form, refused.findings)
        else:
            messages.success(request, done % {"period": period.name})
            return redirect("period-detail", period.programme.code, period.code)
    page = {
        "period": period,
        "form": form,
        "window": deadlines.window(period),
        "name": name,
        "late_rule": period.programme.definition("D4"),
        **page,
    }
    return render(request, f"reporting/periods/period_{name}.html", page, status=422 if form.errors else 200)


def _period(request: HttpRequest, programme: str, code: str) -> Period:
    """A period of a programme that the active tenant takes part in; any other does not exist for it."""
    found = programme_or_404(request, programme)
    periods = Period.objects.filter(programme=found).select_related("programme__lead")
    period = queries.period_named(periods, found.code, code)
    if period is None:
        raise Http404
    return period


def _to_decide(request: HttpRequest, programme: str, code: str) -> Period:
    period = _period(request, programme, code)
    if reason := rules.why_never_decide(period.programme, request.membership):
        raise PermissionDenied(reason)
    return period
