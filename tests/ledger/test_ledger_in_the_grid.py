"""A row of the filing page that the activity ledger gives: shown, not typed, and nothing typed is lost by it."""

import json

import pytest
from django.urls import reverse

from reporting.filings import actions as filing_actions
from reporting.filings import computed, typed_return
from reporting.imports import actions as import_actions
from reporting.models import Filing

from ..factories import course, grid, ledger_user, recorded, row, started, uploaded, workbook_of
from ..screen import Screen

NAME, OTHER = "海门街道社区学校", "白云街道社区学校"


@pytest.fixture
def filing(clerk) -> Filing:
    ledger_user(clerk, NAME)
    recorded(clerk, course(NAME, attendances=41), course(NAME, "2022-03-12", 39))
    return started(clerk)


def page(as_, clerk, filing) -> Screen:
    return Screen(as_(clerk).get(reverse("filing-edit", args=[filing.public_id])))


def again(filing: Filing) -> Filing:
    return Filing.objects.with_parties().get(pk=filing.pk)


def test_the_row_is_there_although_nobody_typed_it(as_, clerk, filing):
    screen = page(as_, clerk, filing)
    assert screen.fields["row-1-provider"] == NAME
    html = as_(clerk).get(reverse("filing-edit", args=[filing.public_id])).content.decode()
    assert html.count('class="computed ') == 4
    assert 'readonly data-figure="80"' in html and ">80</span>" in html
    assert screen.fields["row-1-videos"] == ""


def test_it_submits_by_the_page_alone(as_, clerk, filing):
    """Without scripts: the other columns are typed beside the computed ones, checked, looked at, submitted."""
    address = reverse("filing-edit", args=[filing.public_id])
    answer = as_(clerk).post(address, page(as_, clerk, filing).fields | {"do": "fill_zeros"}, follow=True)
    fields = Screen(answer).fields
    assert (fields["row-1-videos"], fields["row-1-training_sessions"]) == ("0", "")
    answer = as_(clerk).post(address, fields | {"do": "check"}, follow=True)
    screen = Screen(answer)
    assert screen.fields["ledger"] == computed.computed_for(again(filing)).fingerprint
    answer = as_(clerk).post(answer.request["PATH_INFO"], screen.fields, follow=True)
    assert again(filing).latest.totals.get(indicator="training_attendances").value == 80


def test_what_changed_since_the_last_look_is_not_submitted(as_, clerk, filing):
    typed = typed_return.Typed(rows=[row(NAME)], preparer="甲", head="乙", telephone="0000")
    filing = filing_actions.save_draft(filing, typed, revision=filing.revision, by=clerk)
    address = reverse("filing-submit", args=[filing.public_id])
    fields = Screen(as_(clerk).get(address)).fields
    recorded(clerk, course(NAME, "2022-03-15", 20))
    assert as_(clerk).post(address, fields).status_code == 409
    assert again(filing).latest is None


def test_a_figure_typed_there_is_kept_and_told(as_, clerk, filing):
    address = reverse("filing-edit", args=[filing.public_id])
    answer = as_(clerk).post(address, grid(filing, row(NAME, 9, 500), do="check"), follow=True)
    text = Screen(answer).text
    assert "500" in text and "80" in text
    assert again(filing).draft.rows[0]["values"]["training_attendances"] == "500"


def test_typing_by_itself_goes_into_the_row_of_the_ledger(as_, clerk, filing):
    row_id = computed.computed_for(filing).rows[0].id
    change = {"kind": "cell", "row": row_id, "column": "videos", "before": "", "after": "2"}
    packet = {"user": str(clerk.user.public_id), "page": "0" * 8, "number": 1, "seen": filing.revision}
    answer = (
        as_(clerk)
        .post(
            reverse("filing-autosave", args=[filing.public_id]),
            json.dumps(packet | {"changes": [change]}),
            content_type="application/json",
        )
        .json()
    )
    assert answer["conflicts"] == []
    assert answer["computed"][f"{row_id}/training_attendances"] == 80
    (kept,) = again(filing).draft.rows
    assert (kept["provider"], kept["values"]["videos"]) == (NAME, "2")


def test_opening_the_page_writes_nothing(as_, clerk, filing):
    page(as_, clerk, filing)
    assert (again(filing).revision, again(filing).draft.rows) == (filing.revision, [])


def test_the_file_for_filling_in_holds_the_figures(clerk, filing):
    typed = typed_return.Typed(
        rows=[row(NAME), row(OTHER, 1, 40)], preparer="甲", head="乙", telephone="0000"
    )
    filing = filing_actions.save_draft(filing, typed, revision=filing.revision, by=clerk)
    imported = uploaded(again(filing), clerk)
    assert imported.found["problems"] == [] and imported.found["notices"] == []
    filing = import_actions.confirm_import(imported, revision=filing.revision, confirmed=[], by=clerk)
    assert filing.draft.rows[0]["values"]["training_attendances"] == ""


def test_a_file_with_other_figures_is_taken_over_and_told(clerk, filing):
    """Numbers of a workbook are numbers, not texts."""
    typed = typed_return.Typed(rows=[row(NAME)], preparer="甲", head="乙", telephone="0000")
    filing = filing_actions.save_draft(filing, typed, revision=filing.revision, by=clerk)
    content = workbook_of(again(filing))
    recorded(clerk, course(NAME, "2022-03-15", 20))
    imported = uploaded(again(filing), clerk, content)
    assert imported.found["problems"] == []
    assert any("80" in each and "100" in each for each in imported.found["notices"])
