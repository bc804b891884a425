import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from ..models import Material


class MaterialTable(tables.Table):
    """The library. `kinds`: {code: name}, in the order in which kinds are sorted."""

    title = tables.TemplateColumn(
        template_name="reporting/materials/material_title.html",
        verbose_name=_("Name"),
        order_by="title",
    )
    kind = tables.Column(_("Kind"))
    tenant = tables.Column(_("Tenant"), accessor="tenant__short_name", order_by="tenant__path")
    finished_on = tables.DateColumn(verbose_name=_("Finished on"), format="Y-m-d", default="—")
    state = tables.TemplateColumn(
        template_name="reporting/materials/material_state.html",
        verbose_name=_("State"),
        order_by="state",
    )

    def __init__(self, materials, *, kinds: dict[str, str], **given):
        super().__init__(materials, **given)
        self.kinds = kinds

    def render_kind(self, value: str) -> str:
        return self.kinds.get(value, value)

    class Meta:
        model = Material
        fields = ()
        attrs = {"class": "library"}
        empty_text = _("Nothing here yet.")
