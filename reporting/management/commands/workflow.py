"""Print the life of a return as a table and a diagram, from the code that governs it (docs/workflow.md)."""

from django.core.management.base import BaseCommand
from django.utils import translation

from portal.roles import PERMISSIONS, Permission

from ...ledger.allocation import REASON_TEXTS
from ...models import PeriodDecision
from ...models.states import MOVES, Move, Rule, Status


class Command(BaseCommand):
    requires_system_checks = []
    help = __doc__

    def handle(self, *args, **options):
        self.stdout.write(as_markdown(), ending="")


def as_markdown() -> str:
    """The page, in English and with the Chinese words beside them."""
    lines = [
        "# The life of a return",
        "",
        "Printed by `script/manage workflow`; a test compares it with the code.",
        "",
    ]
    lines += ["| move | from | to | who | reason | period open |", "|---|---|---|---|---|---|"]
    lines += [_row(move, rule) for move, rule in MOVES.items()]
    lines += [
        "",
        "A recalled correction is `correcting` again: the accepted version counts all the while. Given up, opened or sent back, it",
        "is `accepted` again; what was never accepted cannot be given up. A correction that changes nothing is not submitted.",
        "Nobody who has a place at the tenant itself makes the moves of a tenant above.",
    ]
    lines += ["", *_rules_beside(), ""]
    lines += ["```mermaid", "stateDiagram-v2", "    [*] --> draft", *_arrows(), "```", ""]
    lines += [*_ledger(), ""]
    return "\n".join(lines)


def _rules_beside() -> list[str]:
    """What the table does not show: answers, and the decisions about periods."""
    deciders = ", ".join(
        str(role) for role, permissions in PERMISSIONS.items() if Permission.PERIODS in permissions
    )
    kinds = ", ".join(PeriodDecision.Kind.values)
    return [
        "Reasons of a `send_back` stand at cells, rows or the whole. Each is answered before the next `submit` or `nil`: by a",
        "change at its place, or by an explanation; a row that is taken out wants the explanation. Those written beside an",
        "`accept` are remarks, which nobody has to answer.",
        "",
        f"“Period open” is decided by the {deciders} of the lead ({kinds}; the last decision holds), else by",
        "the period's own closing day, for one tenant by its extension. What was sent back, or accepted once, goes on after",
        "the closing.",
    ]


def _ledger() -> list[str]:
    """Where the activities of the ledger are while the return moves on."""
    with translation.override("en"):
        reasons = [
            f"| {reason} | {str(text) % {'return': 'return', 'period': 'its period'}} |"
            for reason, text in REASON_TEXTS.items()
        ]
    return [
        "## The activities of the ledger",
        "",
        "`submit` freezes each activity that the return counts into the version; `recall` and `send_back` set them free, unless",
        "the accepted version counts them. A counted one is changed or withdrawn only while its return is open for writing.",
        "What no return counts is listed, with one of these reasons:",
        "",
        "| reason | in words |",
        "|---|---|",
        *reasons,
    ]


def _row(move: Move, rule: Rule) -> str:
    sources = ", ".join(_words(status) for status in Status if status in rule.sources)
    target = _words(rule.target) if rule.target else "—"
    roles = ", ".join(
        str(role) for role, permissions in PERMISSIONS.items() if rule.permission in permissions
    )
    who = f"{roles} of a tenant above" if rule.by_parent else f"{roles} of the tenant"
    return f"| {_words(move)} | {sources} | {target} | {who} | {_yes(rule.needs_reason)} | {_yes(rule.needs_open_period)} |"


def _arrows() -> list[str]:
    return [
        f"    {source} --> {rule.target}: {move}"
        for move, rule in MOVES.items()
        if rule.target
        for source in Status
        if source in rule.sources
    ]


def _words(choice) -> str:
    with translation.override("zh-hans"):
        return f"{choice} {choice.label}"


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"
