from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.access import load
from portal.forms import complete_by_saved, posted
from portal.roles import Permission

from ...entry.posted import read_revision
from ...models import Provider
from ...providers import actions as provider_actions
from ...providers.views import _require_own
from .. import actions as ledger_actions
from ..forms import ProviderKindForm


@require_http_methods(["GET", "HEAD", "POST"])
@load(lambda: Provider.objects.select_related("tenant"), permission=Permission.FILE)
def provider_kind(request: HttpRequest, provider: Provider) -> HttpResponse:
    """What it is, in the words of the programme: 社区学院, 养老机构, 公益基地."""
    _require_own(provider, request.membership)
    programme = ledger_actions.require_ledger(provider.tenant, request.membership)
    form = complete_by_saved(
        ProviderKindForm(posted(request), provider=provider, ledger=programme.ledger_rules)
    )
    if request.method == "POST":
        revision = read_revision(request.POST)
        if form.is_valid():
            chosen = {"kind": form.cleaned_data["kind"], "tags": form.cleaned_data.get("tags", [])}
            provider_actions.classify_provider(provider, **chosen, revision=revision, by=request.membership)
            messages.success(request, _("The kind of “%(name)s” is kept.") % {"name": provider})
            return redirect("provider-edit", provider.public_id)
    page = {"provider": provider, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "reporting/ledger/provider_kind.html", page, status=status)
