"""Make the database ready: migrate, make the cache's table, then load the official facts. Running it again changes nothing."""

from django.core.management import call_command
from django.core.management.base import BaseCommand

from ... import walls


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--grant-to", metavar="ROLE", help="the application's role on PostgreSQL")

    def handle(self, *args, **options):
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        call_command("load_facts", verbosity=0)
        if options["grant_to"]:
            walls.grant_to(options["grant_to"])
