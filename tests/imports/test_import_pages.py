"""Filling in by file, through the front door: download, upload, preview, confirm; and what is refused on the way."""

import io
import logging
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook
from openpyxl.drawing.image import Image

from portal import clock
from reporting.excel.package import repacked
from reporting.filings import actions as filing_actions
from reporting.filings.computed import computed_for
from reporting.filings.queries import fields_of, registered_names
from reporting.filings.typed_return import Typed
from reporting.imports import take_over
from reporting.imports.preview import CHANGED, compare
from reporting.materials import actions as material_actions
from reporting.models import Filing, Import
from reporting.providers import actions as provider_actions

from ..conftest import NOW
from ..evidence import files as files_of_evidence
from ..factories import COLUMNS, FIGURES, accepted, period, row, started, submitted
from ..screen import Screen

pytestmark = pytest.mark.django_db
FIRST_ROW = 7


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def filing(clerk) -> Filing:
    """A draft with two providers."""
    filing = started(clerk)
    rows = [row("椒江区社区学院", *FIGURES), row("海门街道社区学校", 1, 51)]
    filing_actions.save_draft(filing, Typed(rows=rows, preparer="甲"), revision=filing.revision, by=clerk)
    return Filing.objects.with_parties().get(pk=filing.pk)


def downloaded(client, filing: Filing) -> bytes:
    answer = client.get(reverse("import-template", args=[filing.public_id]))
    assert answer.status_code == 200
    return answer.content


def edited(content: bytes, change) -> bytes:
    """After somebody changed the first sheet in a spreadsheet program."""
    workbook = load_workbook(io.BytesIO(content))
    change(workbook.worksheets[0])
    saved = io.BytesIO()
    workbook.save(saved)
    return saved.getvalue()


def put(**cells):
    def change(sheet):
        for address, value in cells.items():
            sheet[address] = value

    return change


def upload(client, filing: Filing, content: bytes, name: str = "季报.xlsx"):
    given = SimpleUploadedFile(name, content, content_type="application/octet-stream")
    return client.post(reverse("import-new", args=[filing.public_id]), {"file": given})


def confirm(client, imported: Import, **posted):
    return client.post(imported.get_absolute_url(), {"revision": imported.filing.revision, **posted})


def now_draft(filing: Filing) -> list[tuple]:
    rows = Filing.objects.get(pk=filing.pk).draft.rows
    return [(each["provider"], *(each["values"][code] for code in COLUMNS)) for each in rows]


# --- the whole way


def test_what_is_downloaded_and_uploaded_again_changes_nothing(as_, clerk, filing):
    client = as_(clerk)
    answer = upload(client, filing, downloaded(client, filing))
    imported = Import.objects.get()
    assert answer.headers["Location"] == imported.get_absolute_url()
    screen = Screen(client.get(imported.get_absolute_url()))
    assert "草稿" in screen.text or "draft" in screen.text
    before = now_draft(filing)
    assert confirm(client, imported).status_code == 302
    assert now_draft(filing) == before


def test_it_shows_what_would_change_and_then_changes_it(as_, clerk, filing):
    client = as_(clerk)
    change = put(B7=2, C7="８２", A8="白云街道社区学校")
    upload(client, filing, edited(downloaded(client, filing), change))
    imported = Import.objects.get()
    before = now_draft(filing)
    screen = Screen(client.get(imported.get_absolute_url()))
    assert screen.rows("椒江区社区学院")[0][2:4] == ["1 2", "41 ８２"]
    assert len(screen.rows("白云街道社区学校")) == len(screen.rows("海门街道社区学校")) == 1
    assert any("８２" in item and "82" in item for item in screen.items)
    assert now_draft(filing) == before
    answer = confirm(client, imported)
    assert answer.headers["Location"] == reverse("filing-edit", args=[filing.public_id])
    assert now_draft(filing) == [
        ("椒江区社区学院", "2", "８２", "1", "18", "0", "0", "0"),
        ("白云街道社区学校", "1", "51", "0", "0", "0", "0", "0"),
    ]
    assert Filing.objects.get(pk=filing.pk).draft.preparer == "甲"
    imported.refresh_from_db()
    assert imported.confirmed_by == clerk.user


def test_the_file_that_is_downloaded_shows_nothing_of_where_it_belongs(as_, clerk, filing):
    content = downloaded(as_(clerk), filing)
    workbook = load_workbook(io.BytesIO(content))
    texts = {
        str(cell.value) for sheet in workbook for line in sheet for cell in line if cell.value is not None
    }
    assert len(workbook.worksheets) == 1 and not any("jiaojiang" in text for text in texts)
    found = {each.name: each.value for each in workbook.custom_doc_props.props}
    assert found == {
        "portal.programme": "taizhou",
        "portal.tenant": "jiaojiang",
        "portal.period": "2022Q1",
        "portal.revision": str(filing.revision),
    }


# --- problems


def test_it_tells_all_problems_and_gives_the_file_back_marked(as_, clerk, filing):
    client = as_(clerk)
    content = edited(downloaded(client, filing), put(C7="约50", B8=1.5, D8=None, C12=99))
    answer = upload(client, filing, content)
    assert answer.status_code == 422
    screen = Screen(answer)
    assert [each[0] for each in screen.tables[0][1:]] == ["C7", "B8", "D8"]
    assert all(text in screen.text for text in ("约50", "1.5"))
    imported = Import.objects.get()
    assert confirm(client, imported).status_code == 409
    marked = client.get(reverse("import-file", args=[imported.public_id]))
    sheet = load_workbook(io.BytesIO(marked.content)).worksheets[0]
    assert {c.coordinate for line in sheet for c in line if c.fill.fgColor.rgb == "FFFFC7CE"} >= {
        "C7",
        "B8",
        "D8",
    }
    assert {c.coordinate for line in sheet for c in line if c.comment} == {"C7", "B8", "D8"}
    assert "约50" in sheet["I7"].value and "1.5" in sheet["I8"].value
    original = load_workbook(io.BytesIO(content)).worksheets[0]
    assert (sheet["C7"].font.name, sheet["C7"].border.left.style) == (original["C7"].font.name, "thin")


def test_a_wrong_total_is_told_with_both_numbers(as_, clerk, filing):
    client = as_(clerk)
    answer = upload(client, filing, edited(downloaded(client, filing), put(C12=205)))
    assert answer.status_code == 422
    assert "C12" in Screen(answer).text and "205" in Screen(answer).text and "92" in Screen(answer).text


def test_what_is_no_workbook_is_refused_and_not_kept(as_, clerk, filing, files):
    answer = upload(as_(clerk), filing, b"%PDF-1.7")
    assert answer.status_code == 422
    assert "PDF" in Screen(answer).alerts[0]
    assert Import.objects.count() == 0
    assert not files.exists() or not [each for each in files.rglob("*") if each.is_file()]


def test_no_file_at_all_is_told(as_, clerk, filing):
    answer = as_(clerk).post(reverse("import-new", args=[filing.public_id]))
    assert answer.status_code == 422
    assert Screen(answer).problems()


# --- where the file belongs


def test_a_file_of_another_tenant_is_refused_and_noted(as_, clerk, neighbour, filing, caplog):
    other = started(neighbour)
    content = edited(downloaded(as_(neighbour), other), put(A5="椒江区教育局"))
    logger = logging.getLogger("portal.security")
    logger.addHandler(caplog.handler)
    answer = upload(as_(clerk), filing, content)
    logger.removeHandler(caplog.handler)
    assert answer.status_code == 422
    assert len({record.message for record in caplog.records if "import-foreign" in record.message}) == 1
    assert confirm(as_(clerk), Import.objects.get()).status_code == 409


def test_an_older_file_shows_the_differences_and_has_to_be_confirmed(as_, clerk, filing):
    client = as_(clerk)
    content = downloaded(client, filing)
    rows = [row("椒江区社区学院", 9, 90), row("海门街道社区学校", 1, 51)]
    filing = filing_actions.save_draft(filing, Typed(rows=rows), revision=filing.revision, by=clerk)
    answer = upload(client, filing, content)
    assert answer.status_code == 409
    assert Screen(answer).rows("椒江区社区学院")[0][2] == "9 1"
    imported = Import.objects.get()
    assert confirm(client, imported).status_code == 422
    assert now_draft(filing)[0][1] == "9"
    assert confirm(client, imported, **{"confirm-revision": "on"}).status_code == 302
    assert now_draft(filing)[0][1] == "1"


def test_last_quarters_file_with_a_new_period_line_is_read(as_, clerk):
    with clock.frozen(NOW.replace(year=2021, month=12, day=20)):
        last = started(clerk, "2021Q4")
        content = downloaded(as_(clerk), last)
    filing = started(clerk)
    change = put(
        A4="2022年第一季度",
        A7="椒江区社区学院",
        **dict.fromkeys(["B7", "C7", "D7", "E7", "F7", "G7", "H7"], 1),
    )
    answer = upload(as_(clerk), filing, edited(content, change))
    assert answer.status_code == 302
    assert Import.objects.get().found["notices"]


def test_the_blank_official_form_asks_for_the_period(as_, clerk, filing):
    client = as_(clerk)
    blank = filing.period.programme.layout["blank_period_line"]
    upload(client, filing, edited(downloaded(client, filing), put(A4=blank, B7=3)))
    imported = Import.objects.get()
    assert [each["key"] for each in imported.found["questions"]] == ["period"]
    assert confirm(client, imported).status_code == 422
    assert confirm(client, imported, **{"confirm-period": "on"}).status_code == 302


# --- the same file, other people, later


def test_the_same_file_a_second_time_is_told(as_, clerk, filing):
    client = as_(clerk)
    content = edited(downloaded(client, filing), put(B7=3))
    upload(client, filing, content)
    confirm(client, Import.objects.get())
    filing.refresh_from_db()
    answer = upload(client, filing, content)
    assert answer.status_code == 409
    assert Import.objects.count() == 1


def test_a_draft_that_changed_meanwhile_shows_the_preview_again(as_, clerk, head, filing):
    client = as_(clerk)
    upload(client, filing, edited(downloaded(client, filing), put(B7=3)))
    imported = Import.objects.select_related("filing").get()
    filing_actions.save_draft(filing, Typed(rows=[row("别的学校", 7, 70)]), revision=filing.revision, by=head)
    answer = confirm(client, imported)
    assert answer.status_code == 409
    assert Screen(answer).rows("别的学校")[0][1] != ""
    assert now_draft(filing)[0][0] == "别的学校"
    fresh = Screen(answer).fields["revision"]
    assert client.post(imported.get_absolute_url(), {"revision": fresh}).status_code == 302


def test_a_file_is_kept_although_the_return_is_submitted(as_, clerk):
    filing = submitted(clerk)
    client = as_(clerk)
    answer = upload(client, filing, downloaded(client, filing))
    assert answer.status_code == 409
    imported = Import.objects.get()
    assert confirm(client, imported).status_code == 409
    filing = filing_actions.recall(filing, revision=filing.revision, by=clerk)
    imported = Import.objects.get()
    assert confirm(client, imported, **{"confirm-revision": "on"}).status_code == 302


def test_a_file_is_kept_although_the_books_are_closed(as_, clerk, filing):
    content = edited(downloaded(as_(clerk), filing), put(C7=58))
    before = now_draft(filing)
    with clock.frozen(filing.period.closes_at):
        client = as_(clerk)
        answer = upload(client, filing, content)
        assert answer.status_code == 409
        assert "封账" in Screen(answer).text
        imported = Import.objects.get()
        assert confirm(client, imported).status_code == 409
    assert now_draft(filing) == before
    assert confirm(as_(clerk), imported).status_code == 302  # as it would be after an unlocking


def test_a_preview_is_of_who_uploaded_it_for_a_day(as_, clerk, head, neighbour, reviewer, filing):
    client = as_(clerk)
    upload(client, filing, edited(downloaded(client, filing), put(B7=3)))
    imported = Import.objects.get()
    addresses = [imported.get_absolute_url(), reverse("import-file", args=[imported.public_id])]
    assert [client.get(each).status_code for each in addresses] == [200, 200]
    for who in (head, neighbour, reviewer):
        assert [as_(who).get(each).status_code for each in addresses] == [404, 404]
    with clock.frozen(NOW + timedelta(hours=24)):
        later = as_(clerk)
        assert [later.get(each).status_code for each in addresses] == [404, 404]


def test_who_is_no_longer_a_member_confirms_nothing(as_, clerk, filing):
    client = as_(clerk)
    upload(client, filing, edited(downloaded(client, filing), put(B7=3)))
    imported = Import.objects.select_related("filing").get()
    clerk.is_active = False
    clerk.save()
    assert confirm(client, imported).status_code == 404
    assert now_draft(filing)[0][1] == "1"


def test_only_the_clerk_of_the_tenant_imports(as_, reviewer, neighbour, observer, clerk):
    filing = accepted(clerk)
    for who, expected in ((reviewer, 403), (observer, 403), (neighbour, 404)):
        for name in ("import-new", "import-template"):
            assert as_(who).get(reverse(name, args=[filing.public_id])).status_code == expected


def test_the_file_is_kept_under_a_random_name(as_, clerk, filing, files):
    client = as_(clerk)
    upload(client, filing, downloaded(client, filing), "../../etc/椒江\u202e.exe.xlsx")
    (kept,) = [each for each in files.rglob("*") if each.is_file()]
    assert kept.parent == files / "imports" and len(kept.name) == 32
    assert Import.objects.get().file_name == "椒江.exe.xlsx"


@pytest.mark.parametrize("name", ["表.xlsx.exe", "表"])
def test_a_name_that_is_no_tables_is_refused(as_, clerk, filing, name):
    client = as_(clerk)
    assert upload(client, filing, downloaded(client, filing), name).status_code == 422


def test_a_file_goes_after_a_day_and_what_was_taken_over_is_still_known(as_, clerk, filing, files):
    client = as_(clerk)
    content = edited(downloaded(client, filing), put(B7=3))
    upload(client, filing, content)
    confirm(client, Import.objects.get())
    filing.refresh_from_db()
    upload(client, filing, edited(content, put(B7=4)))
    with clock.frozen(NOW + timedelta(hours=23)):
        assert take_over.drop_expired() == 0
    with clock.frozen(NOW + timedelta(hours=24)):
        assert take_over.drop_expired() == 2
    assert [each.confirmed_at is not None for each in Import.objects.all()] == [True]
    assert [each for each in files.rglob("*") if each.is_file()] == []


# --- the names of providers


def test_an_alias_in_the_file_meets_its_provider_in_the_draft(as_, clerk, filing):
    """The preview shows one row that changes, not one that goes and one that comes."""
    known = provider_actions.add_provider(clerk.tenant, "海门街道社区学校", by=clerk)
    provider_actions.change_provider(
        known, name=known.name, aliases=["海门成校"], is_active=True, revision=1, by=clerk
    )
    client = as_(clerk)
    upload(client, filing, edited(downloaded(client, filing), put(A8="海门 成校", C8=61)))
    found = Import.objects.get()
    assert [each for each in found.found["notices"] if "海门 成校" in each and "海门街道社区学校" in each]
    preview = compare(
        filing.draft.rows,
        found.found["rows"],
        fields_of(filing),
        computed_for(filing),
        registered_names(filing.tenant),
    )
    assert [(each.kind, each.provider) for each in preview.rows][1:] == [(CHANGED, "海门 成校")]


# --- what a file leaves open


def carried_over(clerk) -> Filing:
    """Opened with three names of the last quarter; the register of materials gives the columns of results."""
    names = ("椒江区社区学院", "海门街道社区学校", "白云街道社区学校")
    with clock.frozen(NOW.replace(year=2021, month=12, day=20)):
        accepted(clerk, *(row(name, 1, 41) for name in names), code="2021Q4")
    material_actions.switch_register(clerk.tenant, period().programme, is_on=True, by=clerk)
    return started(clerk)


def test_names_carried_over_and_left_blank_do_not_count_as_in_the_grid(as_, clerk):
    filing = carried_over(clerk)
    client = as_(clerk)
    change = put(B7=1, C7=41, D7=0, E7=0)
    answer = upload(client, filing, edited(downloaded(client, filing), change))
    imported = Import.objects.get()
    assert answer.status_code == 302, imported.found["problems"]
    left_out = [text for text in imported.found["notices"] if "学校" in text]
    assert len(left_out) == 2 and imported.found["questions"] == []
    assert confirm(client, imported).status_code == 302
    assert [each[:3] for each in now_draft(filing)] == [
        ("椒江区社区学院", "1", "41"),
        ("海门街道社区学校", "", ""),
        ("白云街道社区学校", "", ""),
    ]


def test_a_form_with_names_only_has_no_row(as_, clerk):
    filing = carried_over(clerk)
    client = as_(clerk)
    upload(client, filing, downloaded(client, filing))
    assert [each["key"] for each in Import.objects.get().found["questions"]] == ["no_rows"]


def test_a_picture_of_the_table_is_no_row(as_, clerk, filing):
    def pasted(sheet):
        sheet.delete_rows(FIRST_ROW, 2)
        sheet.add_image(Image(io.BytesIO(files_of_evidence.picture("PNG"))), "A14")

    client = as_(clerk)
    before = now_draft(filing)
    upload(client, filing, edited(downloaded(client, filing), pasted))
    imported = Import.objects.get()
    (question,) = imported.found["questions"]
    assert question["key"] == "no_rows" and "图片" in question["text"]
    assert confirm(client, imported).status_code == 422
    assert now_draft(filing) == before


def test_a_file_with_parts_in_capitals_is_given_back_marked(as_, clerk, filing):
    client = as_(clerk)
    with zipfile.ZipFile(io.BytesIO(edited(downloaded(client, filing), put(C7="约50")))) as archive:
        parts = {each.upper(): archive.read(each) for each in archive.namelist()}
    assert upload(client, filing, repacked(parts)).status_code == 422
    imported = Import.objects.get()
    assert [each["cell"] for each in imported.found["problems"]] == ["C7"]
    marked = client.get(reverse("import-file", args=[imported.public_id]))
    sheet = load_workbook(io.BytesIO(marked.content)).worksheets[0]
    assert [cell.coordinate for line in sheet for cell in line if cell.comment] == ["C7"]
