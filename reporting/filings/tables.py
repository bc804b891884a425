import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from ..models import Filing


class FilingTable(tables.Table):
    tenant = tables.Column(_("Tenant"), accessor="tenant__short_name", order_by="tenant__path", linkify=True)
    period = tables.Column(_("Period"), accessor="period__name", order_by=("period__year", "period__number"))
    status = tables.TemplateColumn(
        template_name="reporting/filings/filing_status.html", verbose_name=_("State"), order_by="status"
    )
    first_submitted_at = tables.DateTimeColumn(
        verbose_name=_("First submitted"), format="Y-m-d H:i", default="—"
    )
    version = tables.Column(_("Version"), accessor="standing__number", order_by="latest__number", default="—")

    class Meta:
        model = Filing
        fields = ()
        empty_text = _("No return yet.")
