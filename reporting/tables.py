"""The lists of returns and exports, sortable and paged."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from .models import Filing, Job, Material, Provider, Release, Reminder


class FilingTable(tables.Table):
    tenant = tables.Column(_("Tenant"), accessor="tenant__short_name", order_by="tenant__path", linkify=True)
    period = tables.Column(_("Period"), accessor="period__name", order_by=("period__year", "period__number"))
    status = tables.TemplateColumn(
        template_name="reporting/filings/filing_status.html", verbose_name=_("State"), order_by="status"
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


class ReminderTable(tables.Table):
    caption, is_wide = _("Reminders sent"), True
    planned_at = tables.DateTimeColumn(verbose_name=_("When"), format="Y-m-d H:i")
    tenant = tables.Column(_("Tenant"), accessor="tenant__short_name", order_by="tenant__path")
    period = tables.Column(
        _("Period"), accessor="period__short_name", order_by=("period__year", "period__number")
    )
    kind = tables.TemplateColumn(
        template_name="reporting/reminders/reminder_kind.html", verbose_name=_("Reminder"), order_by="kind"
    )
    channel = tables.TemplateColumn(
        template_name="reporting/reminders/reminder_channel.html", verbose_name=_("To"), order_by="channel"
    )
    status = tables.TemplateColumn(
        template_name="reporting/reminders/reminder_status.html", verbose_name=_("State"), order_by="status"
    )
    again = tables.TemplateColumn(
        template_name="reporting/reminders/reminder_again.html", verbose_name=_("Send again"), orderable=False
    )

    class Meta:
        model = Reminder
        fields = ()
        order_by = "-planned_at"
        empty_text = _("Nothing has been sent yet.")


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


class MaterialTable(tables.Table):
    """The library. `kinds`: {code: name}, in the order in which kinds are sorted."""

    title = tables.TemplateColumn(
        template_name="reporting/materials/material_title.html", verbose_name=_("Name"), order_by="title"
    )
    kind = tables.Column(_("Kind"))
    tenant = tables.Column(_("Tenant"), accessor="tenant__short_name", order_by="tenant__path")
    finished_on = tables.DateColumn(verbose_name=_("Finished on"), format="Y-m-d", default="—")
    state = tables.TemplateColumn(
        template_name="reporting/materials/material_state.html", verbose_name=_("State"), order_by="state"
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
