"""Finds what a command line names; what is not there is one clear line and exit 1."""

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from portal.access import memberships_of
from portal.models import Membership, Tenant, User
from targets.models import Period, Programme, ReportingDuty

from ..models.states import MOVES, Move


def programme_named(code: str) -> Programme:
    if found := Programme.objects.filter(code=code).select_related("lead").first():
        return found
    raise CommandError(
        _("No programme “%(code)s”. There are: %(codes)s.") % {"code": code, "codes": _codes(Programme)}
    )


def tenant_named(code: str, programme: Programme | None = None) -> Tenant:
    found = Tenant.objects.filter(code=code).first()
    if found is None or (programme and not programme.lead.covers(found)):
        raise CommandError(_("No tenant “%(code)s” here.") % {"code": code})
    return found


def periods_named(
    programme: Programme, *, period: str | None = None, year: int | None = None, through: int | None = None
) -> list[Period]:
    """One period by its code (of the year, if that is given too), or the year's, up to number `through`."""
    if not period and not year:
        raise CommandError(_("Give either --period or --year."))
    wanted = {name: value for name, value in (("code", period), ("year", year)) if value}
    periods = Period.objects.filter(programme=programme, **wanted).select_related("programme")
    found = list(periods.order_by("number"))
    if through is not None:
        found = [each for each in found if each.number <= through]
    if not found:
        raise CommandError(_("No period “%(code)s” in this programme.") % {"code": period or year})
    return found


def filing_period(tenant: Tenant, code: str, programme: str | None = None) -> Period:
    """The period in which the tenant files, in the one of its programmes that has it. Where several have, one is named."""
    programmes = ReportingDuty.objects.filter(tenant=tenant).values("programme")
    periods = Period.objects.filter(programme__in=programmes, code=code).select_related("programme")
    found = list(periods.filter(programme__code=programme) if programme else periods)
    if not found:
        raise CommandError(_("%(tenant)s does not file for “%(code)s”.") % {"tenant": tenant, "code": code})
    if len(found) > 1:
        raise CommandError(
            _("“%(code)s” is a period of several programmes. Name one with --programme: %(codes)s.")
            % {"code": code, "codes": "、".join(each.programme.code for each in found)}
        )
    return found[0]


def membership_for(username: str, tenant: Tenant, move: Move) -> Membership:
    """The membership with which a person makes the move: their own at the tenant, or one above it for a review."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(_("No account “%(name)s”.") % {"name": username})
    covering = [each for each in memberships_of(user) if each.tenant.covers(tenant)]
    if not covering:
        raise CommandError(
            _("%(name)s has nothing to do with %(tenant)s.") % {"name": username, "tenant": tenant}
        )
    above = [each for each in covering if (each.tenant_id != tenant.pk) == MOVES[move].by_parent]
    return (above or covering)[0]


def _codes(model) -> str:
    return "、".join(model.objects.values_list("code", flat=True))
