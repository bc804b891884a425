"""The demonstration year with its stories, and the demonstration clock. Running it again changes nothing."""

import os

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from portal.management.scoped import OperatorCommand

from ...demonstration import year as demonstration_year


class Command(OperatorCommand):
    help = __doc__

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError(_("The demonstration is loaded in demonstration mode only (PORTAL_DEMO=1)."))
        if demonstration_year.is_loaded():
            demonstration_year.complete_accounts()
        elif demonstration_year.has_real_accounts():
            raise CommandError(_("This database has accounts of real people: no demonstration here."))
        else:
            demonstration_year.load()
        demonstration_year.start_clock(parse_datetime(os.environ.get("PORTAL_NOW", "")))
