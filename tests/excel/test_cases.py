"""Workbooks as other programs and other offices write them, through the page and through the command: what is right is taken,
what belongs elsewhere or has no row changes nothing. All of 黄岩区教育局, 2022年第一季度, unless a file says otherwise; invented."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from reporting.filings import actions as filing_actions
from reporting.filings.typed_return import Typed
from reporting.models import Filing, Import

from ..factories import membership, row, started
from .corpus import figures
from .corpus.building import separated
from .test_cases_of_names import WRONG as OF_NAMES

pytestmark = [pytest.mark.django_db, pytest.mark.one_database("sqlite")]
FOLDER = Path(__file__).parent / "cases"

FULL = (
    ("黄岩区社区学院", 2, 60, 0, 0, 0, 0, 0),
    ("西城街道成人学校", 1, 35, 1, 18, 0, 0, 0),
    ("宁溪镇成人学校", 1, 30, 0, 0, 1, 0, 0),
)
DRAFT = (("黄岩区老年大学", 9, 90, 0, 0, 0, 0, 0),)

# Taken without a question; the words of what is told, one each.
TAKEN = {
    "w00_plain.xlsx": (),
    "w01_1.xlsx": (),
    "w01_3.xlsx": (),
    "w01_6.xlsx": (),
    "w03_blank_row.xlsx": (),
    "w05_comma.xlsx": (),
    "w05_G.xlsx": (),
    "w06_signoff.xlsx": (),
    "w07_beizhu_empty.xlsx": ("备注",),
    "w09_fill.xlsx": ("格式",),
    "w09_family.xlsx": ("格式",),
    "w09_align.xlsx": ("格式",),
    "c03_blank.csv": ("GB18030",),
}
# Refused: the cells and a word of each sentence. The split one says 2021年 | 第四季度 and 温岭市 | 教育局 in two cells each.
REFUSED = {
    "w02_3.xlsx": {"A5": "温岭"},
    "w02_6.xlsx": {"A5": "温岭"},
    "w03_split.xlsx": {"A4": "2021年第四季度", "A5": "温岭"},
}


@pytest.fixture
def filing(settings, tmp_path) -> Filing:
    """Of 黄岩, with one provider in the draft already."""
    settings.MEDIA_ROOT = tmp_path / "files"
    by = membership("huangyan-preparer")
    filing = started(by)
    rows = [row(name, *values) for name, *values in DRAFT]
    return filing_actions.save_draft(filing, Typed(rows=rows), revision=filing.revision, by=by)


@pytest.fixture
def client(as_):
    return as_(membership("huangyan-preparer"))


def content_of(name: str) -> bytes:
    """The workbooks lie beside this test; the text, which has 3,000 lines of commas behind the table, is written here."""
    if name != "c03_blank.csv":
        return (FOLDER / name).read_bytes()
    text = separated(rows=FULL).replace("椒江区教育局", "黄岩区教育局") + ",,,,,,,\r\n" * 3000
    return text.encode("gb18030")


def upload(client, filing: Filing, name: str):
    given = SimpleUploadedFile(name, content_of(name))
    return client.post(reverse("import-new", args=[filing.public_id]), {"file": given}), Import.objects.get()


@pytest.fixture
def command(tmp_path):
    """Whether the command took the file, and the lines it said."""

    def run(name: str, *options: str) -> tuple[bool, list[str]]:
        (tmp_path / name).write_bytes(content_of(name))
        return _command(tmp_path / name, *options)

    return run


def _command(path: Path, *options: str) -> tuple[bool, list[str]]:
    said = StringIO()
    to = ["--tenant", "huangyan", "--period", "2022Q1", "--by", "huangyan-preparer", *options]
    try:
        call_command("import_return", str(path), *to, stdout=StringIO(), stderr=said)
    except SystemExit:
        return False, said.getvalue().splitlines()
    return True, said.getvalue().splitlines()


def draft() -> tuple[tuple, ...]:
    return tuple(figures(each) for each in Filing.objects.get().draft.rows)


def test_every_file_has_its_verdict():
    listed = {*TAKEN, *REFUSED, *(f"{each}.xlsx" for each in OF_NAMES), "w13_blank.xlsx"} - {"c03_blank.csv"}
    assert {each.name for each in FOLDER.iterdir()} == listed


@pytest.mark.parametrize("name", TAKEN)
def test_the_page_takes_it(client, filing, name):
    answer, kept = upload(client, filing, name)
    assert answer.status_code == 302, kept.found["problems"]
    assert kept.found["questions"] == []
    assert len(kept.found["notices"]) == len(TAKEN[name]), kept.found["notices"]
    assert all(word in text for word, text in zip(TAKEN[name], kept.found["notices"], strict=True))
    assert client.post(kept.get_absolute_url(), {"revision": filing.revision}).status_code == 302
    assert draft() == FULL


@pytest.mark.parametrize("name", TAKEN)
def test_the_command_takes_it(filing, command, name):
    is_taken, said = command(name)
    assert (is_taken, draft()) == (True, FULL), said
    assert len(said) == len(TAKEN[name])


@pytest.mark.parametrize("name", REFUSED)
def test_both_doors_refuse_it_at_its_line(client, filing, command, name):
    answer, kept = upload(client, filing, name)
    assert answer.status_code == 422
    found = {each["cell"]: each["text"] for each in kept.found["problems"]}
    assert found.keys() == REFUSED[name].keys()
    assert all(word in found[cell] for cell, word in REFUSED[name].items())
    is_taken, said = command(name)
    assert (is_taken, len(said), draft()) == (False, len(found), DRAFT)


def test_a_form_without_a_row_empties_a_draft_only_where_somebody_says_so(client, filing):
    answer, kept = upload(client, filing, "w13_blank.xlsx")
    assert answer.status_code == 302
    assert [each["key"] for each in kept.found["questions"]] == ["no_rows"]
    assert "没有填写数据的行" in client.get(kept.get_absolute_url()).content.decode()
    assert client.post(kept.get_absolute_url(), {"revision": filing.revision}).status_code == 422
    assert draft() == DRAFT
    confirmed = {"revision": filing.revision, "confirm-no_rows": "on"}
    assert client.post(kept.get_absolute_url(), confirmed).status_code == 302
    assert draft() == ()


def test_the_command_empties_a_draft_only_where_somebody_says_so(filing, command):
    is_taken, (line,) = command("w13_blank.xlsx")
    assert (is_taken, draft()) == (False, DRAFT)
    assert "没有填写数据的行" in line
    assert (command("w13_blank.xlsx", "--clear")[0], draft()) == (True, ())
