"""The quick writer against openpyxl's: cell by cell, style by style, for random returns; and LibreOffice opens both."""

import io
import random
import shutil
import subprocess
import zipfile

import pytest
from openpyxl import load_workbook

from reporting.excel.attachment import Attachment, AttachmentColumn, AttachmentRow
from reporting.excel.batch import write_quickly
from reporting.excel.export import write_attachment
from targets.models import Programme

TEXTS = [
    "椒江区社区学院", "葭沚街道社区学校", "=cmd|' /C calc'!A0", "=沚", "-1", "+1", "＝1", "a\x0bb", " blank ", "x\r\ny",
    "<b>&\"'", "_x0041_", "\ud800", "𠮷" * 70, "",
]  # fmt: skip
HEADINGS = ["应用类短期培训（场)", "应用类短期培训（人次）", "建设智能技术应用视频（个）"]


@pytest.fixture
def layout(db) -> dict:
    return Programme.objects.get(code="taizhou").layout


def random_attachment(layout: dict, seed: int) -> Attachment:
    chance = random.Random(seed)
    columns = tuple(
        AttachmentColumn(str(place), heading, heading) for place, heading in enumerate(HEADINGS * 2)
    )
    values = [None, 0, 9_999_999, "/", "=1", "沚", 7]
    rows = tuple(
        AttachmentRow(chance.choice(TEXTS), tuple(chance.choice(values) for _column in columns))
        for _row in range(chance.choice([0, 1, 5, 6, 40]))
    )
    told = tuple(
        (chance.choice(TEXTS), chance.choice(TEXTS) * chance.randint(1, 9))
        for _row in range(chance.randint(0, 9))
    )
    return Attachment(
        layout, chance.choice(TEXTS), chance.choice(TEXTS), columns, rows, tuple(range(len(columns))),
        note=chance.choice(["", "注：应报10家，实报9家，未报：玉环市教育局。", "=沚"]), provenance=told,
    )  # fmt: skip


def everything(content: bytes) -> dict:
    """All that openpyxl reads of a workbook."""
    return {
        sheet.title: {
            "cells": {
                cell.coordinate: (
                    cell.value, cell.data_type, repr(cell.font), repr(cell.alignment), repr(cell.border), repr(cell.fill),
                    cell.number_format, cell.quotePrefix, repr(cell.protection),
                )
                for line in sheet
                for cell in line
            },
            "merged": sorted(map(str, sheet.merged_cells.ranges)),
            "printed": (sheet.print_area, sheet.print_title_rows, sheet.oddFooter.center.text, sheet.dimensions),
            "page": (repr(sheet.page_setup), repr(sheet.page_margins), repr(sheet.print_options)),
            "view": repr(sheet.sheet_view),
            "heights": {key: each.height for key, each in sheet.row_dimensions.items()},
            "widths": {key: each.width for key, each in sheet.column_dimensions.items()},
        }
        for sheet in load_workbook(io.BytesIO(content))
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_it_writes_what_openpyxl_writes(layout, seed):
    attachment = random_attachment(layout, seed)
    assert everything(write_quickly(attachment)) == everything(write_attachment(attachment))


def test_the_comparison_sees_a_difference(layout):
    one, other = random_attachment(layout, 1), random_attachment(layout, 2)
    assert everything(write_quickly(one)) != everything(write_attachment(other))


def test_the_parts_are_those_of_openpyxl(layout):
    attachment = random_attachment(layout, 3)
    quick, slow = (
        zipfile.ZipFile(io.BytesIO(write(attachment))) for write in (write_quickly, write_attachment)
    )
    assert quick.testzip() is None
    assert quick.namelist() == slow.namelist()
    assert write_quickly(attachment) == write_quickly(attachment)


@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")
def test_libreoffice_opens_both_and_finds_the_same(layout, tmp_path):
    """Its own export to CSV tells what it has read."""
    attachment = random_attachment(layout, 8)
    for name, write in (("quick", write_quickly), ("slow", write_attachment)):
        (tmp_path / f"{name}.xlsx").write_bytes(write(attachment))
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76",
    ]
    subprocess.run(
        [*command, "--outdir", tmp_path, tmp_path / "quick.xlsx", tmp_path / "slow.xlsx"],
        check=True,
        capture_output=True,
        timeout=120,
    )
    quick, slow = ((tmp_path / f"{name}.csv").read_text() for name in ("quick", "slow"))
    assert quick == slow
    assert "合计" in quick
