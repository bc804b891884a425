"""Print the demonstration accounts: one for each tenant and role."""

import json
from dataclasses import asdict

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ...demonstration import accounts, accounts_to_show


class Command(BaseCommand):
    requires_system_checks = []
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--format", choices=["json", "text"], default="text")
        parser.add_argument("--one-per-role", action="store_true")

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError(
                _("There are demonstration accounts in demonstration mode only (PORTAL_DEMO=1).")
            )
        if options["format"] == "json":
            self.stdout.write(json.dumps([asdict(each) for each in accounts()], ensure_ascii=False, indent=1))
            return
        for each in accounts_to_show() if options["one_per_role"] else map(asdict, accounts()):
            role = each.get("role_label", each["role"])
            self.stdout.write(f"  {each['username']:<34} {each['password']}  {each['tenant']} · {role}")
