"""Whether a provider's figures are computed from the ledger or typed: from which period, asked twice, with its history."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.access import load
from portal.roles import Permission

from ...entry.posted import read_revision
from ...models import Provider
from .. import actions as ledger_actions
from .. import page_queries
from .. import queries as ledger_queries
from .. import rules as ledger_rules


@require_http_methods(["GET", "HEAD", "POST"])
@load(lambda: Provider.objects.select_related("tenant"), permission=Permission.FILE)
def provider_ledger(request: HttpRequest, provider: Provider) -> HttpResponse:
    """The other way than now, from one of the periods of which no return was submitted yet."""
    by = request.membership
    if reason := ledger_rules.why_never_record(provider.tenant, by):
        raise PermissionDenied(reason)
    programme = ledger_actions.require_ledger(provider.tenant, by)
    periods = ledger_queries.switchable_periods(provider.tenant, programme)
    chosen = next((each for each in periods if each.code == request.POST.get("period")), None)
    if request.method == "POST" and chosen:
        uses = not provider.uses_ledger
        ledger_actions.switch_ledger(
            provider, uses_ledger=uses, period=chosen, revision=read_revision(request.POST), by=by
        )
        text = (
            _("From %(period)s on the figures of “%(name)s” are computed from the ledger.")
            if uses
            else _("From %(period)s on the figures of “%(name)s” are typed.")
        )
        messages.success(request, text % {"period": chosen.name, "name": provider})
        return redirect("provider-edit", provider.public_id)
    page = {
        "provider": provider,
        "periods": periods,
        "columns": [
            each.name
            for each in programme.indicators.order_by("position")
            if each.code in programme.ledger_rules.columns
        ],
        "switches": page_queries.switches_of(provider),
        "is_missing": request.method == "POST",
    }
    return render(
        request,
        "reporting/ledger/provider_ledger.html",
        page,
        status=422 if request.method == "POST" else 200,
    )
