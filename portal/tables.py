"""The lists about people, sortable and paged."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from .models import HistoryEntry, Membership

MAXIMUM_PER_PAGE = 200


class Listing(tables.Table):
    """A list whose pages have a sensible length, whatever the address asks for."""

    def paginate(self, *args, per_page: int | None = None, **kwargs) -> None:
        if per_page is not None:
            per_page = min(max(per_page, 1), MAXIMUM_PER_PAGE)
        super().paginate(*args, per_page=per_page, **kwargs)


class PeopleTable(Listing):
    name = tables.Column(_("Full name"), accessor="user__full_name")
    username = tables.Column(_("User name"), accessor="user__username")
    tenant = tables.Column(_("Tenant"), accessor="tenant__short_name", order_by="tenant__path")
    role = tables.Column(_("Role"), accessor="get_role_display", order_by="role")
    active = tables.TemplateColumn(
        template_name="portal/people_state.html", verbose_name=_("State"), order_by="is_active"
    )

    class Meta:
        model = Membership
        fields = ()
        order_by = "tenant"
        empty_text = _("Nobody yet. Invite the first person above.")


class HistoryTable(Listing):
    at = tables.DateTimeColumn(verbose_name=_("When"), format="Y-m-d H:i")
    by = tables.Column(_("Who"), accessor="by", default="—")
    tenant = tables.Column(_("Tenant"), accessor="tenant__short_name", order_by="tenant__path")
    action = tables.TemplateColumn(template_name="portal/history_action.html", verbose_name=_("What"))
    version = tables.Column(_("Version"), default="")
    reason = tables.Column(_("Reason"), default="", orderable=False)

    class Meta:
        model = HistoryEntry
        fields = ()
        order_by = "-at"
        empty_text = _("Nothing has happened yet.")
