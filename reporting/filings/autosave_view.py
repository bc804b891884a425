"""Autosave: changes in, the state of the return out, both JSON."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.access import load
from portal.problems import Refused
from portal.roles import Permission

from ..entry.merging import with_ids
from ..models import Filing
from ..models.states import Move
from . import autosave, queries, rules
from .autosave_request import read_autosave_request
from .autosave_response import conflicts_of, response_to, typing_of
from .typed_return import Typed
from .unread import unread_in
from .views import judge, refuse_others

OTHER_ACCOUNT = 403


@require_POST
@load(
    lambda: Filing.objects.with_parties().select_related("draft__saved_by"),
    permission=Permission.FILE,
    shown_to=queries.without_drafts_of_others,
)
def filing_autosave(request: HttpRequest, filing: Filing) -> HttpResponse:
    """409 when the return takes no typing any more: nothing is merged, the page says so and keeps what it has."""
    refuse_others(filing, request.membership)
    fields = queries.fields_of(filing)
    sent = read_autosave_request(request.body, fields)
    if sent.user != str(request.user.public_id):
        return JsonResponse({"reason": _("Another account is signed in.")}, status=OTHER_ACCOUNT)
    columns = [each.code for each in fields]
    try:
        filing, merged, computed = autosave.autosave(
            filing,
            sent.changes,
            columns=columns,
            page=sent.page,
            number=sent.number,
            by=request.membership,
        )
    except Refused as refused:
        return JsonResponse({"reason": refused.reason, "address": filing.get_absolute_url()}, status=409)
    judged = judge(filing, Typed.of(filing.draft), fields=fields, computed=computed)
    unread = unread_in(judged.reading, judged.facts.computed)
    response = response_to(
        filing, judged.grid, unread, rules.why_not(filing, Move.SUBMIT, request.membership)
    )
    response["conflicts"] = conflicts_of(merged, columns)
    if sent.seen != filing.revision - merged.is_changed:
        response |= typing_of(judged.typed, with_ids(judged.reading.rows), columns)
    return JsonResponse(response)
