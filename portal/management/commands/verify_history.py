"""Is the history whole? Prints each tenant's entries and last digest; names what is wrong and exits 1.

The lines are worth keeping elsewhere: a chain that somebody cut off and wrote anew shows another digest.
"""

from django.core.management.base import CommandError
from django.db.models import Q
from django.utils.translation import gettext as _

from ... import history
from ...models import Tenant
from ..scoped import SnapshotCommand


class Command(SnapshotCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--tenant")

    def handle(self, *args, **options):
        tenants = _tenants(options["tenant"])
        found, count = [], 0
        for tenant in tenants:
            head, faults = history.verify(tenant)
            found += [_("%(tenant)s, number %(number)s: %(text)s") % {"tenant": tenant.code, "number": each.number, "text": each.text} for each in faults]  # fmt: skip
            if head and not faults:
                self.stdout.write(f"{tenant.code} {head.count} {head.digest}")
                count += head.count
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write(_("The history is whole: %(count)s entries.") % {"count": count})


def _tenants(code: str | None) -> list[Tenant]:
    """The tenant of that code, else all that have a history."""
    if not code:
        with_history = Q(history_head__isnull=False) | Q(history__isnull=False)
        return list(Tenant.objects.filter(with_history).distinct().order_by("path"))
    if found := Tenant.objects.filter(code=code).first():
        return [found]
    raise CommandError(_("No tenant “%(code)s” here.") % {"code": code})
