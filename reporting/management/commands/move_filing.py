"""Make one move on a tenant's return, as a person would. `--reason` says why; when a return that came back is submitted
again, it answers the reviewer's reasons."""

from django.core.exceptions import PermissionDenied
from django.core.management.base import CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.management.scoped import OperatorCommand
from portal.problems import Refused

from ...entry.findings import Invalid
from ...filings import actions as filing_actions
from ...filings import versions
from ...models import Filing
from ...models.states import Move
from ...periods.by_name import filing_period, membership_for, tenant_named
from ...review import actions as review_actions

# Those that take a reason, which all but one need, and those that do not.
WITH_REASON = {
    Move.SEND_BACK: review_actions.send_back,
    Move.ACCEPT: review_actions.accept,
    Move.CORRECT: filing_actions.correct,
}
AT_ONCE = {
    Move.SUBMIT: filing_actions.submit,
    Move.NIL: filing_actions.declare_nil,
    Move.RECALL: filing_actions.recall,
    Move.GIVE_UP: filing_actions.give_up,
}
MOVES = [*WITH_REASON, *AT_ONCE]


class Command(OperatorCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("move", choices=[str(move) for move in MOVES])
        parser.add_argument("--tenant", required=True)
        parser.add_argument("--period", required=True)
        parser.add_argument("--programme", help="where the period's code is one of several programmes")
        parser.add_argument("--by", required=True)
        parser.add_argument("--reason", default="")

    def handle(self, *args, **options):
        move = Move(options["move"])
        tenant = tenant_named(options["tenant"])
        period = filing_period(tenant, options["period"], options["programme"])
        by = membership_for(options["by"], tenant, move)
        try:
            with transaction.atomic():
                filing = self._filing(tenant, period, move, by)
                make_move(filing, move, by=by, reason=options["reason"])
        except Invalid as refused:
            raise CommandError("\n".join(finding.text for finding in refused.findings)) from refused
        except (Refused, PermissionDenied) as refused:
            raise CommandError(str(refused)) from refused
        filing.refresh_from_db()
        self.stdout.write(f"{tenant} {period}: {filing.get_status_display()}")

    def _filing(self, tenant, period, move: Move, by) -> Filing:
        """The return; a nil return is declared without having been started."""
        filing = Filing.objects.with_parties().filter(tenant=tenant, period=period).first()
        if filing is None and move == Move.NIL:
            return filing_actions.start(tenant, period, by=by)
        if filing is None:
            raise CommandError(
                _("%(tenant)s has not started its return for %(period)s.")
                % {"tenant": tenant, "period": period}
            )
        return filing


def make_move(filing: Filing, move: Move, *, by, reason: str) -> None:
    """Call the action of that name on the return as it is now. Submitting, a reason answers those of the reviewer."""
    if move in (Move.SUBMIT, Move.NIL) and reason and versions.sent_back_of(filing).points:
        filing = filing_actions.answer_reasons(filing, reason, revision=filing.revision, by=by)
    if move in WITH_REASON:
        WITH_REASON[move](filing, reason=reason, revision=filing.revision, by=by)
    else:
        AT_ONCE[move](filing, revision=filing.revision, by=by)
