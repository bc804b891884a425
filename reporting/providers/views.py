"""The register of one's own providers: the list, a new one, the page that renames, gives aliases, takes out of use, and
the page that says what kind it is."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.access import load, permitted
from portal.forms import complete_by_saved, posted, show_findings
from portal.models import Membership
from portal.roles import Permission
from portal.tables import arrange

from ..entry.findings import Invalid
from ..entry.posted import read_revision
from ..entry.similar_names import Register
from ..models import Provider
from ..periods import queries as period_queries
from . import actions, queries
from .forms import ProviderForm, ProviderNameForm
from .tables import ProviderTable


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.FILE)
def provider_list(request: HttpRequest) -> HttpResponse:
    """Posting adds one. A similar name is added all the same, with a notice."""
    form, tenant = ProviderNameForm(posted(request)), request.membership.tenant
    if request.method == "POST" and form.is_valid():
        known = Register(queries.known_providers(tenant))
        try:
            provider = actions.add_provider(tenant, form.cleaned_data["name"], by=request.membership)
        except Invalid as refused:
            show_findings(form, refused.findings)
        else:
            messages.success(request, _("“%(name)s” is in the register.") % {"name": provider})
            if other := known.like(provider.name):
                text = _("“%(provider)s” is very like “%(name)s”. Is it the same provider?")
                messages.warning(request, text % {"provider": provider, "name": other})
            return redirect("provider-list")
    table = arrange(ProviderTable(queries.providers_of(request.membership)), request)
    status = 422 if request.method == "POST" else 200
    return render(
        request, "reporting/providers/provider_list.html", {"table": table, "form": form}, status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
@load(lambda: Provider.objects.select_related("tenant"), permission=Permission.FILE)
def provider_edit(request: HttpRequest, provider: Provider) -> HttpResponse:
    _require_own(provider, request.membership)
    form = complete_by_saved(ProviderForm(posted(request), initial=ProviderForm.of(provider)))
    if request.method == "POST":
        revision = read_revision(request.POST)
        if form.is_valid():
            try:
                actions.change_provider(
                    provider, **form.cleaned_data, revision=revision, by=request.membership
                )
            except Invalid as refused:
                show_findings(form, refused.findings)
            else:
                messages.success(request, _("“%(name)s” is saved.") % {"name": form.cleaned_data["name"]})
                return redirect("provider-list")
    programme = period_queries.ledger_programme(provider.tenant)
    page = {"provider": provider, "form": form, "ledger": programme.ledger_rules if programme else None}
    status = 422 if request.method == "POST" else 200
    return render(request, "reporting/providers/provider_edit.html", page, status=status)


def _require_own(provider: Provider, by: Membership) -> None:
    if provider.tenant_id != by.tenant_id:
        text = _("Only %(tenant)s keeps its own register of providers.")
        raise PermissionDenied(text % {"tenant": provider.tenant})
