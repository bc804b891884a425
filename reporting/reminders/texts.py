"""What a reminder says: to a group, with the names of those who owe, or to one tenant. No figures in either.

Always in the portal's own language, whoever asks: it is read by those who file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from portal.clock import today
from targets.calendar import last_day
from targets.models import Period

from ..rollup.status import NEVER_FILED, BoardCell


@dataclass(frozen=True)
class ReminderMessage:
    subject: str
    text: str


def for_group(period: Period, owed: Sequence[BoardCell], *, link: str) -> str:
    """Everybody who owes by due day, those who never filed separate from those to whom it was sent back."""
    with override(settings.LANGUAGE_CODE):
        lines = [_("[Reminder] %(period)s, %(return)s (%(programme)s)") % _names(period)]
        by_day = sorted(owed, key=lambda cell: cell.due_at)
        for due_at, cells in groupby(by_day, key=lambda cell: cell.due_at):
            lines += _of_one_day(last_day(due_at), list(cells))
        lines.append(_nil())
        return "\n".join([*lines, *([_("Fill in here: %(link)s") % {"link": link}] if link else [])])


def for_tenant(cell: BoardCell, *, link: str) -> ReminderMessage:
    """To one who files: what is owed, until when, and what to do."""
    with override(settings.LANGUAGE_CODE):
        due_on = last_day(cell.due_at)
        subject = _("[Reminder] %(period)s, %(return)s: due %(day)s, %(left)s") % {
            "period": cell.period.name,
            "return": cell.period.programme.return_word,
            "day": _day(due_on),
            "left": _left(due_on),
        }
        lines = [
            _("%(tenant)s:") % {"tenant": cell.tenant.name},
            "",
            _owed(cell),
            _deadline(due_on),
            *_closing([cell]),
            _nil(),
            *([_("Fill in here: %(link)s") % {"link": link}] if link else []),
            "",
            _("Sent by the portal itself; nobody reads answers. If you have submitted meanwhile, ignore it."),
        ]
        return ReminderMessage(subject, "\n".join(lines))


def of_test() -> ReminderMessage:
    with override(settings.LANGUAGE_CODE):
        text = _("This is a test message of the statistics reporting portal. Reminders will arrive here.")
        return ReminderMessage(_("[Test] Reminders"), text)


def _names(period: Period) -> dict[str, str]:
    return {
        "period": period.name,
        "programme": period.programme.name,
        "return": period.programme.return_word,
    }


def _of_one_day(due_on: date, owed: list[BoardCell]) -> list[str]:
    pending = [cell.tenant.name for cell in owed if cell.state == "pending"]
    missing = [cell.tenant.name for cell in owed if cell.state == "missing"]
    again = [cell.tenant.name for cell in owed if cell.state not in NEVER_FILED]
    lines = [_deadline(due_on)]
    if pending:
        lines.append(_("To be filed (%(count)s): %(names)s") % _counted(pending))
    if missing:
        lines.append(_("Not filed (%(count)s): %(names)s") % _counted(missing))
    if again:
        lines.append(
            _("Sent back or recalled, to be submitted again (%(count)s): %(names)s") % _counted(again)
        )
    return lines + _closing(owed)


def _counted(names: Iterable[str]) -> dict[str, object]:
    names = list(names)
    return {"count": len(names), "names": "、".join(names)}


def _owed(cell: BoardCell) -> str:
    if cell.state in NEVER_FILED:
        sentence = _("Your %(return)s of %(period)s (%(programme)s) is not in yet.")
    else:
        sentence = _(
            "Your %(return)s of %(period)s (%(programme)s) was sent back or recalled, and is to be submitted again."
        )
    return sentence % _names(cell.period)


def _deadline(due_on: date) -> str:
    return _("On time until 24:00 of %(day)s; %(left)s.") % {"day": _day(due_on), "left": _left(due_on)}


def _left(due_on: date) -> str:
    days = (due_on - today()).days
    if days > 0:
        return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}
    if days == 0:
        return _("today is the last day")
    return ngettext("%(days)s day overdue", "%(days)s days overdue", -days) % {"days": -days}


def _closing(owed: Sequence[BoardCell]) -> list[str]:
    """What those have to know whose day has come: until when it is taken after that, each for itself."""
    lines = []
    by_closing = sorted(owed, key=lambda cell: cell.window.closes_on or date.max)
    for until, cells in groupby(by_closing, key=lambda cell: cell.window.closes_on):
        here = [cell for cell in cells if today() >= last_day(cell.due_at)]
        if not (until and here):
            continue
        if len(here) == len(owed):
            text = _("Late returns are taken until the books are closed, at the end of %(day)s.")
        else:
            text = _("Late returns of %(names)s are taken until the books are closed, at the end of %(day)s.")
        lines.append(text % {"day": _day(until), "names": "、".join(cell.tenant.name for cell in here)})
    return lines


def _nil() -> str:
    return _("If nothing was done in the period, please declare a nil return.")


def _day(day: date) -> str:
    """3月28日（星期一）: with its weekday, without its year."""
    return _("%(day)s (%(weekday)s)") % {
        "day": date_format(day, "n月j日" if (translation.get_language() or "").startswith("zh") else "j M"),
        "weekday": date_format(day, "l"),
    }
