"""The piece of a page that shows what an entry changed: the state before and the state now."""

import re

import pytest
from django.template.loader import render_to_string

from portal.models import HistoryEntry
from reporting.models.states import Status


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (None, {"status": "draft"}, [Status.DRAFT]),
        ({"status": "submitted"}, {"status": "returned"}, [Status.SUBMITTED, Status.RETURNED]),
        ({"status": "draft"}, {"status": "draft"}, []),
        ({"is_active": True}, {"is_active": False}, []),
        (None, None, []),
    ],
)
def test_it_shows_what_changed(before, after, shown):
    page = render_to_string(
        "components/history_change.html", {"entry": HistoryEntry(before=before, after=after)}
    )
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert text == " → ".join(str(status.label) for status in shown)
