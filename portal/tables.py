"""The lists about people, sortable and paged."""

import django_tables2 as tables
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .models import HistoryEntry, Membership


def arrange(table: tables.Table, request: HttpRequest, *, per_page: int = 50) -> tables.Table:
    """Sort and page the table as the address says. How many rows make a page is not for the address to say.

    Rows that are equal in what they are sorted by have an order of their own, or one could stand on two pages and on none.
    """
    tables.RequestConfig(request, paginate=False).configure(table)
    rows = table.data.data
    if isinstance(rows, QuerySet) and rows.query.order_by:
        table.data.data = rows.order_by(*rows.query.order_by, "pk")
    table.paginate(per_page=per_page)
    table.page = table.paginator.get_page(request.GET.get(table.prefixed_page_field))
    return table


class PeopleTable(tables.Table):
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


class HistoryTable(tables.Table):
    # In the order in which they were written: a tenant's numbers, whatever the clock said.
    number = tables.Column(_("No."), order_by="id")
    at = tables.DateTimeColumn(verbose_name=_("When"), format="Y-m-d H:i", order_by="id")
    by = tables.Column(_("Who"), accessor="by", default="—")
    tenant = tables.Column(_("Tenant"), accessor="tenant__short_name", order_by="tenant__path")
    action = tables.TemplateColumn(template_name="portal/history_action.html", verbose_name=_("What"))
    version = tables.Column(_("Version"), default="")
    reason = tables.Column(_("Reason"), default="", orderable=False)

    class Meta:
        model = HistoryEntry
        fields = ()
        order_by = "-number"
        empty_text = _("Nothing has happened yet.")
