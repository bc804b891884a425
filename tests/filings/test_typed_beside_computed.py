"""Figures typed, pasted or uploaded where others are computed: none is left out without a sentence and two ways out."""

import io
import json

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from portal.models import HistoryEntry
from portal.problems import Refused
from reporting.filings import actions as filing_actions
from reporting.filings import computed, queries, typed_return, typing_actions
from reporting.materials import actions as material_actions
from reporting.models import Filing, Import, LedgerSwitch, Provider
from reporting.providers.actions import change_provider

from ..factories import (
    FIGURES,
    answered,
    course,
    grid,
    ledger_user,
    membership,
    recorded,
    recorded_material,
    row,
    started,
    submitted,
    workbook_of,
)
from ..live import zh
from ..screen import Screen

NAME, OTHER, THIRD = "海门街道社区学校（演示）", "白云街道社区学校（演示）", "葭沚街道社区学校（演示）"
WAYS = {"typed": "decision-typed", "computed": "decision-computed"}


@pytest.fixture
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def filing(clerk, files) -> Filing:
    """Two providers on the ledger, nothing recorded; the third types."""
    for name in (NAME, OTHER):
        ledger_user(clerk, name)
    return started(clerk)


def again(filing: Filing) -> Filing:
    return Filing.objects.with_parties().get(pk=filing.pk)


def workbook(filing: Filing, *rows: tuple, total: tuple = ()) -> bytes:
    """The official form with these rows, and the total that the file itself says."""
    book = load_workbook(io.BytesIO(workbook_of(filing)))
    sheet = book.worksheets[0]
    last = next(place for place in range(7, 40) if sheet.cell(place, 1).value == "合计")
    for place in range(7, last):
        for column in range(1, 9):
            sheet.cell(place, column).value = None
    for place, values in enumerate(rows, start=7):
        for column, value in enumerate(values, start=1):
            sheet.cell(place, column).value = value
    for column in range(2, 9):
        sheet.cell(last, column).value = (
            total or [sum(each[column - 1] for each in rows) for column in range(2, 9)]
        )[column - 2]
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


ROWS = [(NAME, 1, 42, 1, 17, 0, 0, 0), (OTHER, 2, 90, 0, 0, 0, 0, 0), (THIRD, 1, 38, 0, 0, 0, 0, 0)]


def upload(as_, clerk, filing: Filing, content: bytes):
    file = io.BytesIO(content)
    file.name = "季报.xlsx"
    response = as_(clerk).post(reverse("import-new", args=[filing.public_id]), {"file": file}, follow=True)
    return response, Import.objects.filter(filing=filing).order_by("-id").first()


def confirm(as_, clerk, imported: Import, **posted):
    revision = again(imported.filing).revision
    return as_(clerk).post(imported.get_absolute_url(), {"revision": revision, **posted}, follow=True)


def totals(filing: Filing) -> dict:
    reading, facts = queries.read_draft(again(filing))
    return reading.totals(facts.fields)


def test_the_total_is_compared_with_what_the_file_says(as_, clerk, filing):
    response, imported = upload(as_, clerk, filing, workbook(filing, *ROWS))
    assert (response.status_code, imported.found["problems"]) == (200, [])
    wrong = workbook(filing, *ROWS, total=(4, 171, 1, 17, 0, 0, 0))
    response, imported = upload(as_, clerk, filing, wrong)
    (problem,) = imported.found["problems"]
    assert response.status_code == 422 and "171" in problem["text"] and "170" in problem["text"]


def test_a_file_that_names_the_provider_by_an_alias_is_asked_about_and_typed(as_, clerk, filing):
    """“海门 成校” is on the ledger under its registered name: its figures are told, and the switch is that provider's."""
    provider = Provider.objects.get(name=NAME)
    change_provider(
        provider, name=NAME, aliases=["海门成校"], is_active=True, revision=provider.revision, by=clerk
    )
    rows = [("海门 成校", 1, 42, 1, 17, 0, 0, 0), ROWS[2]]
    response, imported = upload(as_, clerk, filing, workbook(filing, *rows))
    assert (response.status_code, imported.found["problems"]) == (200, [])
    assert response.content.decode().count('<del class="is-unread">') == 4
    confirm(as_, clerk, imported, decision="typed")
    assert totals(filing)["training_attendances"] == 80


def test_a_last_row_that_adds_up_what_the_file_says_is_a_total(as_, clerk, filing):
    """Whatever is reported in place of the rows above it."""
    above = [(NAME, 1, 42, 1, 17, 0, 0, 0), (THIRD, 1, 38, 0, 0, 0, 0, 0)]
    book = load_workbook(io.BytesIO(workbook(filing, *above, ("城区各校", 2, 80, 1, 17, 0, 0, 0))))
    sheet = book.worksheets[0]
    sheet.delete_rows(next(place for place in range(7, 40) if sheet.cell(place, 1).value == "合计"))
    target = io.BytesIO()
    book.save(target)
    _response, imported = upload(as_, clerk, filing, target.getvalue())
    assert ["城区各校" in each["text"] for each in imported.found["problems"]] == [True]


def test_the_preview_shows_what_will_be_reported_and_stops(as_, clerk, filing):
    response, imported = upload(as_, clerk, filing, workbook(filing, *ROWS))
    screen = Screen(response)
    assert screen.rows(NAME)[0][2:] == ["42 0".replace("42", "1"), "42 0", "1 0", "17 0", "0", "0", "0"]
    assert screen.rows(THIRD)[0][2:4] == ["1", "38"]
    assert screen.rows(zh("Total as it would be reported"))[0][2:4] == ["1", "38"]
    html = response.content.decode()
    assert html.count('<del class="is-unread">') == 6  # OTHER's zeros are what the ledger says
    answer = confirm(as_, clerk, imported)
    assert answer.status_code == 422 and zh(
        "Decide what becomes of the figures that are struck out."
    ) in "".join(Screen(answer).alerts)
    assert again(filing).revision == filing.revision
    assert reverse("activity-new") in [each.href for each in screen.links]


def test_the_files_figures_are_reported_when_they_are_typed_from_now_on(as_, clerk, filing):
    recorded(clerk, course(OTHER, attendances=90))  # one figure of the file only repeats it
    _response, imported = upload(as_, clerk, filing, workbook(filing, *ROWS))
    assert confirm(as_, clerk, imported, decision="typed").status_code == 200
    assert totals(filing)["training_attendances"] == 42 + 90 + 38
    assert [each["values"]["training_attendances"] for each in again(filing).draft.rows] == ["42", "90", "38"]
    switches = LedgerSwitch.objects.filter(tenant=clerk.tenant, uses_ledger=False)
    assert sorted(each.provider.name for each in switches) == sorted([NAME, OTHER])
    entries = HistoryEntry.objects.filter(action="switch_ledger", by=clerk.user).order_by("-id")[:2]
    assert [each.after for each in entries] == [{"uses_ledger": False, "from": "2022Q1"}] * 2
    version = filing_actions.submit(answered(again(filing), clerk), revision=again(filing).revision, by=clerk)
    assert version.totals.get(indicator="training_attendances").value == 170


def test_who_leaves_them_computed_takes_over_the_rest(as_, clerk, filing):
    _response, imported = upload(as_, clerk, filing, workbook(filing, *ROWS))
    assert confirm(as_, clerk, imported, decision="computed").status_code == 200
    assert totals(filing)["training_attendances"] == 38
    assert not LedgerSwitch.objects.filter(uses_ledger=False).exists()
    address = reverse("filing-edit", args=[filing.public_id])
    screen = Screen(as_(clerk).get(address))
    assert NAME in screen.at["unread"] and OTHER in screen.at["unread"]
    assert reverse("filing-typing", args=[filing.public_id]) in [each.href for each in screen.links]


def test_a_return_that_was_submitted_before_stays_computed(as_, clerk, filing):
    recorded(clerk, course(NAME))
    sent = submitted(clerk, row(NAME), row(THIRD, *FIGURES))
    filing_actions.recall(sent, revision=sent.revision, by=clerk)
    response, imported = upload(as_, clerk, filing, workbook(again(filing), *ROWS))
    html = response.content.decode()
    assert 'id="decision-typed" disabled' in html
    answer = confirm(as_, clerk, imported, decision="typed")
    assert answer.status_code == 409
    assert not LedgerSwitch.objects.filter(uses_ledger=False).exists()
    assert again(filing).draft.rows[0]["values"].get("training_attendances") != "42"


def test_a_file_that_says_what_is_computed_asks_nothing(as_, clerk, filing):
    recorded(clerk, course(NAME, attendances=1080))
    written = [(NAME, 1, "1,080", 0, 0, 0, 0, 0), (THIRD, 1, 38, 0, 0, 0, 0, 0)]
    response, imported = upload(
        as_, clerk, filing, workbook(filing, *written, total=(2, 1118, 0, 0, 0, 0, 0))
    )
    assert imported.found["problems"] == []
    assert "import-decision" not in response.content.decode()
    assert confirm(as_, clerk, imported).status_code == 200


def test_a_provider_that_is_computed_and_not_in_the_file_is_in_the_preview(as_, clerk, filing):
    recorded(clerk, course(NAME, attendances=41))
    response, _imported = upload(as_, clerk, filing, workbook(filing, ROWS[2]))
    screen = Screen(response)
    assert screen.rows(NAME)[0][1:4] == [zh("computed, not in the file"), "1", "41"]
    assert screen.rows(zh("Total as it would be reported"))[0][2:4] == ["2", "79"]


# --- in the table


def test_an_empty_computed_return_says_what_to_do(as_, clerk, filing):
    address = reverse("filing-edit", args=[filing.public_id])
    answer = as_(clerk).post(address, grid(filing, {"provider": NAME, "values": {}}, do="check"))
    assert answer.status_code == 422
    assert any("台账" in each.text and "手工填写" in each.text for each in Screen(answer).problems())
    hrefs = [each.href for each in Screen(answer).links]
    assert reverse("activity-new") in hrefs and reverse("filing-typing", args=[filing.public_id]) in hrefs


def test_typing_by_itself_tells_of_figures_that_do_not_count(as_, clerk, filing):
    typed = typed_return.Typed(
        rows=[{"id": "a1", "provider": NAME, "values": {}}], preparer="甲", head="乙", telephone="0000"
    )
    filing = filing_actions.save_draft(filing, typed, revision=filing.revision, by=clerk)

    def send(number: int, before: str, after: str) -> dict:
        change = {
            "kind": "cell",
            "row": "a1",
            "column": "training_sessions",
            "before": before,
            "after": after,
        }
        packet = {
            "user": str(clerk.user.public_id),
            "page": "0" * 8,
            "number": number,
            "seen": filing.revision,
        }
        address = reverse("filing-autosave", args=[filing.public_id])
        body = json.dumps(packet | {"changes": [change]})
        return as_(clerk).post(address, body, content_type="application/json").json()

    (said,) = send(1, "", "7")["unread"]
    assert NAME in said
    assert send(2, "7", "0")["unread"] == []


def test_zeros_are_not_filed_in_place_of_what_is_typed_without_a_word(as_, clerk, filing):
    address = reverse("filing-edit", args=[filing.public_id])
    answer = as_(clerk).post(address, grid(filing, row(NAME, *FIGURES), do="check"))
    assert answer.status_code == 422
    screen = Screen(answer)
    asked = [each for each in screen.fields if each.startswith("explain-")]
    assert len(asked) == 1 and NAME in screen.at["unread"]
    recorded(clerk, course(NAME))
    answer = as_(clerk).post(address, grid(again(filing), row(NAME, *FIGURES), do="check"))
    assert not [each for each in Screen(answer).fields if each.startswith("explain-")]


def test_the_last_look_tells_them_again(as_, clerk, filing):
    recorded(clerk, course(NAME, attendances=40))
    typed = typed_return.Typed(
        rows=[row(NAME, 7, 300, 0, 0, 0, 0, 0)], preparer="甲", head="乙", telephone="0000"
    )
    filing = answered(filing_actions.save_draft(filing, typed, revision=filing.revision, by=clerk), clerk)
    screen = Screen(as_(clerk).get(reverse("filing-submit", args=[filing.public_id])))
    assert any(NAME in each for each in screen.alerts)


# --- the page that switches


def test_the_switch_proposes_those_beside_whose_figures_others_are_typed(as_, clerk, filing):
    typed = typed_return.Typed(rows=[row(NAME, 1, 42)], preparer="甲", head="乙", telephone="0000")
    filing = filing_actions.save_draft(filing, typed, revision=filing.revision, by=clerk)
    address = reverse("filing-typing", args=[filing.public_id])
    screen = Screen(as_(clerk).get(address))
    key = {each.name: each.public_id.hex for each in Provider.objects.filter(tenant=clerk.tenant)}
    assert screen.fields["provider"] == key[NAME]
    assert as_(clerk).post(address, {}).status_code == 422
    assert as_(clerk).post(address, {"provider": [key[NAME], "0" * 32]}).status_code == 302
    assert [each.provider for each in computed.computed_for(again(filing)).rows] == [OTHER]
    assert totals(filing)["training_attendances"] == 42


def test_the_register_is_switched_with_them(as_, clerk, filing):
    programme = filing.period.programme
    material_actions.switch_register(clerk.tenant, programme, is_on=True, period=filing.period, by=clerk)
    recorded_material(clerk)
    typed = typed_return.Typed(rows=[row(THIRD, 1, 42, 0, 0, 5)], preparer="甲", head="乙", telephone="0000")
    filing = filing_actions.save_draft(filing, typed, revision=filing.revision, by=clerk)
    assert totals(filing)["videos"] != 5
    address = reverse("filing-typing", args=[filing.public_id])
    assert "register" in Screen(as_(clerk).get(address)).fields
    assert as_(clerk).post(address, {"register": "on"}).status_code == 302
    assert totals(filing)["videos"] == 5
    assert [each.provider for each in computed.computed_for(again(filing)).rows] == [NAME, OTHER]


def test_others_switch_nothing(as_, clerk, filing, reviewer):
    address = reverse("filing-typing", args=[filing.public_id])
    assert as_(reviewer).get(address).status_code in (403, 404)
    assert as_(membership("huangyan-preparer")).get(address).status_code == 404
    with pytest.raises(Refused):
        typing_actions.type_instead(filing, [], by=reviewer)
