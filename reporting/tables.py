"""The lists of returns and exports, sortable and paged."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from .models import Filing, Job


class FilingTable(tables.Table):
    tenant = tables.Column(_("Tenant"), accessor="tenant__short_name", order_by="tenant__path", linkify=True)
    period = tables.Column(_("Period"), accessor="period__name", order_by=("period__year", "period__number"))
    status = tables.TemplateColumn(
        template_name="reporting/filing_status.html", verbose_name=_("State"), order_by="status"
    )
    first_submitted_at = tables.DateTimeColumn(
        verbose_name=_("First submitted"), format="Y-m-d H:i", default="—"
    )
    version = tables.Column(_("Version"), accessor="latest__number", default="—")

    class Meta:
        model = Filing
        fields = ()
        empty_text = _("No return yet.")


class JobTable(tables.Table):
    what = tables.TemplateColumn(
        template_name="reporting/export_what.html", verbose_name=_("Export"), order_by=("kind", "period")
    )
    status = tables.TemplateColumn(
        template_name="reporting/export_status.html", verbose_name=_("State"), order_by="status"
    )
    format = tables.Column(_("Format"))
    requested_at = tables.DateTimeColumn(verbose_name=_("Asked for"), format="Y-m-d H:i")
    expires_at = tables.DateTimeColumn(verbose_name=_("Kept until"), format="Y-m-d H:i", default="—")

    class Meta:
        model = Job
        fields = ()
        empty_text = _("No file yet. What takes longer than a moment is kept here for some days.")

    def render_format(self, value: str) -> str:
        return value.upper()
