"""Workbooks of other offices with a row that is no provider's, or one provider in two rows: refused with the rows named,
by upload and by the command's action. The figures are invented (演示数据)."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from reporting.imports import take_over
from reporting.models import Filing, Import

from ..factories import membership, period, started
from ..screen import Screen

pytestmark = pytest.mark.django_db
CASES = Path(__file__).parent / "cases"
CONTROL = CASES / "w00_plain.xlsx"
# The problems, in the order of the sheet: the cell each begins with, and what it names besides.
WRONG = {
    "w04_1": [("A9", ["第3行", "城区小计"])],
    "w04_3": [("A9", ["第3行", "本页合计"])],
    "w04_6": [("A9", ["第3行", "总数"])],
    "w11_blankin": [
        ("A8", ["第2行", "第1行", "西 城街道成人学校", "西城街道成人学校"]),
        ("A9", ["第3行", "第1行", "西城街道\u3000成人学校", "西城街道成人学校"]),
    ],
    "w11_kangxi": [("A8", ["第2行", "第1行", "黄岩区⽼年⼤学", "黄岩区老年大学"])],
}
# A printed total that counts the subtotal again is wrong as well, column by column.
TOTALS_TOO = {"w04_1": "BCDE", "w04_3": "BCDE", "w04_6": "BCDE"}


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def by():
    return membership("huangyan-preparer")


def upload(client, filing: Filing, path: Path):
    given = SimpleUploadedFile(path.name, path.read_bytes())
    return client.post(reverse("import-new", args=[filing.public_id]), {"file": given})


def expected_cells(case: str) -> list[str]:
    return [cell for cell, _named in WRONG[case]] + [f"{each}12" for each in TOTALS_TOO.get(case, "")]


@pytest.mark.parametrize("case", WRONG)
def test_an_upload_is_refused_and_names_the_rows(as_, by, case):
    filing = started(by)
    answer = upload(as_(by), filing, CASES / f"{case}.xlsx")
    assert (answer.status_code, Filing.objects.get().draft.rows) == (422, [])
    problems = Import.objects.get().found["problems"]
    assert [each["cell"] for each in problems] == expected_cells(case)
    shown = "".join(Screen(answer).text.split())
    for cell, named in WRONG[case]:
        assert [each for each in (cell, *named) if "".join(each.split()) not in shown] == []
    for each, (_cell, named) in zip(problems, WRONG[case], strict=False):
        assert [part for part in named if part not in each["text"]] == []


@pytest.mark.parametrize("case", WRONG)
def test_the_command_is_refused_and_names_the_rows(by, case):
    with pytest.raises(take_over.WorkbookRefused) as refused:
        take_over.import_return(CASES / f"{case}.xlsx", by.tenant, period(), by=by, submitting=True)
    assert [each.cell for each in refused.value.problems] == expected_cells(case)
    assert not Filing.objects.exists()


def test_the_control_is_taken(as_, by):
    assert upload(as_(by), started(by), CONTROL).status_code == 302
    filing, _found = take_over.import_return(CONTROL, by.tenant, period(), by=by, submitting=False)
    assert len(Filing.objects.get(pk=filing.pk).draft.rows) == 3
