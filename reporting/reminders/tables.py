import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from ..models import Reminder


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
