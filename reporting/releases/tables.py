import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from ..models import Release


class ReleaseTable(tables.Table):
    number = tables.TemplateColumn(
        template_name="reporting/releases/release_number.html",
        verbose_name=_("Release number"),
        order_by=("year", "number"),
    )
    title = tables.Column(_("Title"), linkify=True, orderable=False)
    period = tables.Column(_("Period"), accessor="period__name", order_by=("period__year", "period__number"))
    published_at = tables.DateTimeColumn(verbose_name=_("Published"), format="Y-m-d H:i")

    class Meta:
        model = Release
        fields = ()
        empty_text = _("Nothing has been published yet.")
