from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal.access import load
from portal.roles import Permission

from ..ledger import page_queries
from ..ledger import queries as ledger_queries
from ..ledger import rules as ledger_rules
from ..ledger.views.activities import LEFT_OUT_AT_MOST, PER_PAGE
from ..materials import queries as material_queries
from ..models import Activity, Filing, Provider, Version
from . import counted_lines, queries


@require_GET
@load(Filing.objects.with_parties, permission=Permission.FILE, shown_to=queries.without_drafts_of_others)
def filing_activities(request: HttpRequest, filing: Filing) -> HttpResponse:
    """What stands in the draft as it would be submitted now, and below it what no return counts, each with its reason."""
    if reason := ledger_rules.why_never_record(filing.tenant, request.membership):
        raise PermissionDenied(reason)
    programme, provider = filing.period.programme, None
    if wanted := request.GET.get("provider"):
        own = Provider.objects.filter(tenant=filing.tenant)
        provider = next((each for each in own if each.public_id.hex == wanted), None)
        if provider is None:
            raise Http404
    mine = Activity.objects.with_parties().filter(**({"provider": provider} if provider else {}))
    drafted = ledger_queries.activities_in_draft(filing, provider)
    inside = {each.pk for each, _late in drafted}
    left_out = ledger_queries.uncounted(
        filing.tenant, programme, activities=mine.filter(ends_on__lte=filing.period.ends_on)
    )
    page = {
        "filing": filing,
        "provider": provider,
        "drafted": Paginator(drafted, PER_PAGE).get_page(request.GET.get("page")),
        "attendances": sum(each.attendances for each, _late in drafted),
        "left_out": [each for each in left_out if each.activity.pk not in inside][:LEFT_OUT_AT_MOST],
        "ledger": programme.ledger_rules,
    }
    return render(request, "reporting/filings/filing_activities.html", page)


@require_GET
@load(lambda: Version.objects.select_related("filing__tenant", "filing__period__programme"))
def version_activities(request: HttpRequest, version: Version) -> HttpResponse:
    """The activities behind a version's figures as it froze them; `?provider=` those of one line."""
    lines = counted_lines.counted_lines(version)
    line = next((each for each in lines if each.key == request.GET.get("provider")), None)
    if "provider" in request.GET and line is None:
        raise Http404
    found = ledger_queries.activities_behind(version, line.key if line else "").select_related(
        "activity__counted_in"
    )
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    page = {
        "version": version,
        "filing": version.filing,
        "lines": lines,
        "line": line,
        "materials": page_queries.materials_behind(version, line.key if line else ""),
        "kinds": {
            each.code: each.name for each in material_queries.kinds_of(version.filing.period.programme)
        },
        "page": shown,
        "ledger": version.filing.period.programme.ledger_rules,
        "columns": [
            each
            for each in queries.fields_of(version.filing)
            if each.code in version.filing.period.programme.ledger_rules.columns
        ],
        "is_own": version.tenant_id == request.membership.tenant_id,
    }
    return render(request, "reporting/filings/version_activities.html", page)
