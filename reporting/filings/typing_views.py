"""Figures that the ledger or the register computes, typed instead: which providers, from which period, asked once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.access import load
from portal.problems import Refused
from portal.roles import Permission

from ..entry.computed_figures import ComputedRow
from ..models import Filing
from . import queries, rules, typing_actions
from .unread import Unread, unread_in
from .views import refuse_others


@require_http_methods(["GET", "HEAD", "POST"])
@load(Filing.objects.with_parties, permission=Permission.FILE, shown_to=queries.without_drafts_of_others)
def filing_typing(request: HttpRequest, filing: Filing) -> HttpResponse:
    """The providers whose figures are computed for this return, with what is recorded of each."""
    refuse_others(filing, request.membership)
    if reason := rules.why_not_type(filing, request.membership):
        raise Refused(reason, filing=filing)
    reading, facts = queries.read_draft(filing)
    using = [each for each in facts.computed.rows if each.uses_ledger]
    chosen = {each.key for each in using if each.id in request.POST.getlist("provider")}
    with_register = bool(facts.computed.register) and "register" in request.POST
    if request.method == "POST" and (chosen or with_register):
        typing_actions.type_instead(filing, chosen, with_register=with_register, by=request.membership)
        messages.success(
            request,
            _("From %(period)s on these figures are typed. Fill them in.") % {"period": filing.period.name},
        )
        return redirect("filing-edit", filing.public_id)
    unread = unread_in(reading, facts.computed)
    page = {
        "filing": filing,
        "providers": using,
        "chosen": _proposed(using, unread),
        "register": [each.name for each in facts.fields if each.code in facts.computed.register],
        "unread": unread,
        "is_missing": request.method == "POST",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "reporting/filings/filing_typing.html", page, status=status)


def _proposed(using: list[ComputedRow], unread: Unread) -> set[str]:
    """Those beside whose figures others are typed; without any, those of whom nothing is recorded."""
    typed = {each.id for each in unread.providers}
    return typed or {each.id for each in using if not each.is_there}
