import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from ..models import Job


class JobTable(tables.Table):
    what = tables.TemplateColumn(
        template_name="reporting/exports/export_what.html",
        verbose_name=_("Export"),
        order_by=("kind", "period"),
    )
    status = tables.TemplateColumn(
        template_name="reporting/exports/export_status.html", verbose_name=_("State"), order_by="status"
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
