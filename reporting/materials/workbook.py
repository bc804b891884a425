"""Writes the library of materials as a workbook and as CSV: the same rows as the page, versions below their original."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from ..excel.attachment import in_file_names
from ..excel.export import write_book
from ..excel.layout import OFFICIAL
from ..excel.plain_table import PlainTable, write_plain_table
from ..excel.separated_values import write_rows


@dataclass(frozen=True)
class MaterialRow:
    """A material as a line; `count` is what it counts for, nothing for a version and for what is being made."""

    kind: str
    title: str
    tenant: str
    maker: str
    provider: str
    finished_on: str
    language: str
    state: str
    count: int | None
    link: str
    files: str

    @property
    def cells(self) -> tuple[Any, ...]:
        return (
            self.kind, self.title, self.tenant, self.maker, self.provider, self.finished_on,
            self.language, self.state, self.count, self.link, self.files,
        )  # fmt: skip


@dataclass(frozen=True)
class Library:
    title: str
    year: int
    as_of: str
    rows: Sequence[MaterialRow]


def write_library(library: Library, layout: dict[str, Any]) -> bytes:
    with translation.override(OFFICIAL):
        table = PlainTable(
            title=f"{library.title} {_('Library of materials')}",
            lines=[_("year %(year)s") % {"year": library.year}],
            headings=_headings(),
            rows=[row.cells for row in library.rows],
            shares=[1.4, 3.2, 1.6, 2.4, 2.2, 1.4, 1.2, 1, 0.7, 2.6, 2],
            formats=["text", "text", "text", "text", "text", "", "", "", "", "text", "text"],
            remarks=[_counted(), library.as_of],
        )
        return write_book({_("Library of materials"): partial(write_plain_table, table=table, layout=layout)})


def write_library_csv(library: Library) -> bytes:
    with translation.override(OFFICIAL):
        written = io.BytesIO()
        rows = [row.cells for row in library.rows]
        write_rows([_headings(), *rows, [_counted()], [library.as_of]], written)
    return written.getvalue()


def library_file_name(library: Library, extension: str) -> str:
    with translation.override(OFFICIAL):
        name = f"{library.title}{_('Library of materials')}（{library.year}）.{extension}"
    return in_file_names(name)


def _headings() -> list[str]:
    return [
        _("Kind"), _("Name"), _("Tenant"), _("Made by"), _("Provider"), _("Finished on"),
        _("Language"), _("State"), _("Counts"), _("Link"), _("Files"),
    ]  # fmt: skip


def _counted() -> str:
    return _("Counted once finished; a dialect version is listed with its original and not counted again.")
