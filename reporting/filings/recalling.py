"""What does it cost to take a submitted return back now? Said before it is done: until when it is taken again, and how it
counts meanwhile and afterwards."""

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.clock import today

from ..models import Filing
from ..periods import deadlines
from ..periods.deadlines import Window


def price_of_recall(filing: Filing) -> tuple[str, ...]:
    """Sentences. A correction costs nothing: the accepted version counts all the while, and it is taken after the closing."""
    if filing.accepted:
        text = _("Version %(number)s, which is accepted, counts meanwhile.")
        return (text % {"number": filing.accepted.number},)
    window = deadlines.window_of(filing)
    return (_meanwhile(filing, window), _until(window), _afterwards())


def _meanwhile(filing: Filing, window: Window) -> str:
    words = {"day": date_format(window.due_on, "DATE_FORMAT")}
    if not window.is_late:
        return (
            _("Submit it again by the end of %(day)s; what comes later is marked as supplementary.") % words
        )
    first = filing.first_submitted_at or filing.latest_version().submitted_at
    words["first"] = date_format(localtime(first), "DATE_FORMAT")
    return (
        _(
            "It was due by the end of %(day)s: until you submit it again it counts as not filed, and the new version is marked as supplementary. Whether it was on time is judged by its first submission, of %(first)s."
        )
        % words
    )


def _until(window: Window) -> str:
    if window.closes_on is None:
        return _("It is taken again until the period is closed.")
    if window.closes_on == today():
        return _("It is taken again until midnight today, when the period closes.")
    return _("It is taken again through %(day)s, when the period closes.") % {
        "day": date_format(window.closes_on, "DATE_FORMAT")
    }


def _afterwards() -> str:
    return _(
        "After the closing you cannot submit it: it counts as not filed until the administrator grants your request to unlock the period."
    )
