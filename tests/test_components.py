"""The page of shared components shows the pieces themselves, each once, filled with example data."""

import re
from collections import Counter

import pytest
from django.template.loader import get_template
from django.test.signals import template_rendered
from django.urls import reverse

PIECES = [
    *("reporting/review/review_table", "reporting/review/review_cell", "reporting/review/review_note"),
    *("reporting/filings/filing_reasons", "reporting/filings/filing_dialogs", "components/saved"),
    *(
        "reporting/home/home_notices",
        "reporting/imports/import_file",
        "reporting/imports/import_preview",
    ),
    *("reporting/reminders/reminder_text", "reporting/releases/release_summary"),
    "reporting/assessment/assessment_table",
]


@pytest.fixture
def page(as_, clerk):
    """The page, and the templates that it was put together from."""
    used: Counter[str] = Counter()

    def note(sender, template, **rest):
        used[template.name] += 1

    template_rendered.connect(note)
    answer = as_(clerk).get(reverse("components"))
    template_rendered.disconnect(note)
    assert answer.status_code == 200
    return answer.content.decode(), used


@pytest.mark.parametrize("piece", PIECES)
def test_it_is_made_of_the_real_piece(page, piece):
    name = f"{piece}.html"
    assert get_template(name) and page[1][name]


def test_each_id_is_there_once(page):
    ids = Counter(re.findall(r'\sid="([^"]+)"', page[0]))
    assert ids["review"] == 1
    assert {name for name, count in ids.items() if count > 1} == set()


def test_what_is_labelled_described_or_linked_is_there(page):
    ids = set(re.findall(r'\sid="([^"]+)"', page[0]))
    named = {
        each
        for names in re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', page[0])
        for each in names.split()
    }
    assert named | set(re.findall(r'href="#([^"]+)"', page[0])) <= ids


def test_what_it_loads_is_there(page, settings):
    """A style or script that was renamed is missed by nobody else here."""
    names = re.findall(r'(?:href|src)="/static/([a-z_]+/[a-z-]+\.(?:css|js))"', page[0])
    assert "filings/grid.css" in names
    assert [each for each in names if not (settings.BASE_DIR / "static" / each).is_file()] == []
