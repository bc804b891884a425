import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from ..models import Provider


class ProviderTable(tables.Table):
    name = tables.TemplateColumn(
        template_name="reporting/providers/provider_name.html", verbose_name=_("Name"), order_by="name"
    )
    aliases = tables.TemplateColumn(
        template_name="reporting/providers/provider_aliases.html",
        verbose_name=_("Other names"),
        orderable=False,
    )
    active = tables.TemplateColumn(
        template_name="reporting/providers/provider_state.html", verbose_name=_("State"), order_by="is_active"
    )

    class Meta:
        model = Provider
        fields = ()
        empty_text = _("No provider yet. Add one above; those of accepted returns come by themselves.")
