"""Make the first administrator of a tenant: asks for the password, which is shown nowhere."""

from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from ... import actions
from ...models import Tenant, User
from ..scoped import OperatorCommand


class Command(OperatorCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--tenant", required=True)
        parser.add_argument("--name", required=True)

    def handle(self, *args, **options):
        tenant = Tenant.objects.filter(code=options["tenant"]).first()
        if tenant is None:
            raise CommandError(_("No tenant “%(code)s” here.") % {"code": options["tenant"]})
        if User.objects.filter(username__iexact=options["username"]).exists():
            raise CommandError(
                _("“%(name)s” is taken. Choose another user name.") % {"name": options["username"]}
            )
        person = User(username=options["username"], full_name=options["name"])
        person.invited_to = tenant
        password = getpass(_("Password") + ": ")
        try:
            validate_password(password, person)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        user = actions.create_administrator(
            tenant=tenant, username=options["username"], full_name=options["name"], password=password
        )
        self.stdout.write(f"{user.username}: {tenant}")
