"""Typing that is kept by itself: a packet of changes in, the state of the return out, both JSON."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.access import load
from portal.problems import Refused
from portal.roles import Permission

from .. import actions, queries, rules
from ..answers import conflicts_of, state_of, typing_of
from ..merging import with_ids
from ..models import Filing
from ..packets import read_packet
from ..workflow import Move
from .filings import grid_of, refuse_others, typed_of

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
    packet = read_packet(request.body, fields)
    if packet.user != str(request.user.public_id):
        return JsonResponse({"reason": _("Another account is signed in.")}, status=OTHER_ACCOUNT)
    try:
        filing, merged = actions.autosave(
            filing, packet.changes, page=packet.page, number=packet.number, by=request.membership
        )
    except Refused as refused:
        return JsonResponse({"reason": refused.reason, "address": filing.get_absolute_url()}, status=409)
    columns = [each.code for each in fields]
    facts = queries.facts_for(filing, filing.draft, fields)
    grid = grid_of(filing, typed_of(filing), facts)
    answer = state_of(filing, grid, rules.why_not(filing, Move.SUBMIT, request.membership))
    answer["conflicts"] = conflicts_of(merged, columns)
    if packet.seen != filing.revision - merged.is_changed:
        answer |= typing_of(filing, with_ids(facts.computed.complete(filing.draft.rows)), columns)
    return JsonResponse(answer)
