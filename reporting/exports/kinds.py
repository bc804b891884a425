"""What can be exported, by whom, as what? The table KINDS is all there is; pages, jobs and tests go through it.

“Export · city rollup / all-county zip”: the figures of many need the permission for them; one's own need none but to
look. Reading happens in one transaction and gives the contents; writing happens after it, step by step.
"""

import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.access import why_not_permitted
from portal.models import Membership, Tenant
from portal.roles import Permission
from targets.models import ReportingDuty
from targets.queries import target_table

from ..attachment import Attachment, in_file_names
from ..excel.batch import write_quickly
from ..excel.export import write_attachment
from ..excel.kinds import XLSX
from ..excel.layout import OFFICIAL
from ..excel.listings import write_listings
from ..excel.separated_values import write_csv
from ..excel.target_sheet import write_target_table
from ..listing import Listing, official_listing
from ..rollup import roll_up
from ..sheets import rollup_sheet, tenant_sheet, tenant_sheets
from . import listings
from .span import Span

Step = Callable[[int], None]
Write = Callable[[Any, Span, IO[bytes], Step], None]

MEDIA_TYPES = {
    "xlsx": XLSX,
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
}
# A member of the zip always carries the same date, so that the same figures give the same bytes.
MEMBER_DATE = (2021, 1, 29, 0, 0, 0)


@dataclass(frozen=True)
class Kind:
    """`read` gives the contents from the database, `count` roughly how many rows or files they will have; `formats`
    says how each format is written. `of`: what it shows of the time that is chosen, “span”, “year so far” or “year”.
    `is_public`: the document prints it, so that everybody may have it whole."""

    code: str
    label: str | Promise
    text: str | Promise
    read: Callable[[Span], Any]
    count: Callable[[Span], int]
    formats: Mapping[str, Write]
    of: str = "span"
    is_public: bool = False
    is_long: bool = False

    def steps(self, contents: Any) -> int:
        """How many rows or files are written, as far as `Step` counts them."""
        if isinstance(contents, list):
            return sum(len(each.rows) if isinstance(each, Listing) else 1 for each in contents)
        return 1

    def time(self, span: Span) -> str:
        """The name of what it shows: a period's, the year's so far, or the year."""
        if self.of == "year":
            return _year(span)
        return span.period.cumulative_name if self.of == "year so far" else span.name

    def file_name(self, span: Span, contents: Any, extension: str) -> str:
        if isinstance(contents, Attachment):
            return f"{contents.file_name.removesuffix('.xlsx')}.{extension}"
        with translation.override(OFFICIAL):
            name = (
                f"{span.programme.name}{self.label}（{self.time(span)}）—{span.under.short_name}.{extension}"
            )
        return in_file_names(name)


# --- reading


def _year(span: Span) -> str:
    return gettext("year %(year)s") % {"year": span.period.year}


def _official(span: Span) -> Attachment:
    """The roll-up's table, or the tenant's own by provider."""
    if not span.under.numchild:
        return tenant_sheet(span.under, span.periods)
    return rollup_sheet(roll_up(span.programme, span.periods, under=span.under))


def _all_official(span: Span) -> list[Attachment]:
    """The roll-up's table, where there is anything to add up, then each tenant's, in document order."""
    above = [_official(span)] if span.under.numchild else []
    return [*above, *tenant_sheets(span.under, span.periods)]


def _targets(span: Span) -> Any:
    return target_table(span.programme, span.period.year)


def _duties(span: Span) -> int:
    below = ReportingDuty.objects.filter(programme=span.programme, tenant__path__startswith=span.under.path)
    return below.count()


def _lines(span: Span) -> int:
    return listings.accepted_lines(span).count()


# --- writing


def _write_official(sheet: Attachment, span: Span, file: IO[bytes], step: Step) -> None:
    file.write(write_attachment(sheet))


def _write_official_csv(sheet: Attachment, span: Span, file: IO[bytes], step: Step) -> None:
    write_csv(official_listing(sheet), file, step)


def _write_all(sheets: Sequence[Attachment], span: Span, file: IO[bytes], step: Step) -> None:
    """The workbooks are compressed already: in the zip they are stored. No two have one name: unpacking loses none."""
    used: Counter[str] = Counter()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for number, sheet in enumerate(sheets, start=1):
            name = sheet.file_name
            used[name] += 1
            if used[name] > 1:
                name = f"{name.removesuffix('.xlsx')}（{used[name]}）.xlsx"
            archive.writestr(zipfile.ZipInfo(name, MEMBER_DATE), write_quickly(sheet))
            step(number)


def _write_listings(found: Sequence, span: Span, file: IO[bytes], step: Step) -> None:
    write_listings(found, file, step)


def _write_last(found: Sequence, span: Span, file: IO[bytes], step: Step) -> None:
    """CSV holds one table: the one that tells most."""
    write_csv(found[-1], file, step)


def _write_targets(table: Any, span: Span, file: IO[bytes], step: Step) -> None:
    write_target_table(table, span.programme.layout["fonts"], file)


def _write_targets_csv(table: Any, span: Span, file: IO[bytes], step: Step) -> None:
    write_csv(listings.targets(table), file, step)


PLAIN: dict[str, Write] = {"xlsx": _write_listings, "csv": _write_last}

KINDS: dict[str, Kind] = {
    each.code: each
    for each in [
        Kind(
            "attachments",
            _("Official attachments"),
            _("Everything of a period in one zip: the table of all, and each tenant's attachment."),
            _all_official, _duties, {"zip": _write_all}, is_long=True,
        ),
        Kind(
            "rollup",
            _("Statistics table"),
            _("The official table: one row a tenant, or one's own by provider."),
            _official, _duties, {"xlsx": _write_official, "csv": _write_official_csv},
        ),
        Kind(
            "completion",
            _("Completion table"),
            _("Target, actual and completion rate of the year so far, with charts."),
            listings.completion, _duties, PLAIN, of="year so far",
        ),
        Kind(
            "targets",
            _("Target table"),
            _("The targets of the year, in the layout of the document."),
            _targets, _duties, {"xlsx": _write_targets, "csv": _write_targets_csv},
            of="year", is_public=True,
        ),
        Kind(
            "board",
            _("Reporting board"),
            _("Who has filed for which period of the year, with the rates."),
            listings.board, _duties, PLAIN, of="year",
        ),
        Kind(
            "lines",
            _("Lines"),
            _("Every accepted line by provider, as it counts in the sums."),
            listings.lines, _lines, PLAIN,
        ),
    ]
}  # fmt: skip


def permission_for(kind: Kind, under: Tenant) -> Permission:
    """A zip and the figures of many need the permission to export them; one's own, and what is printed, do not."""
    is_of_many = under.numchild or kind.is_long
    return Permission.EXPORT_ALL if is_of_many and not kind.is_public else Permission.VIEW


def why_not(kind: Kind, membership: Membership) -> str | None:
    return why_not_permitted(membership, permission_for(kind, membership.tenant))


def is_made_at_once(kind: Kind, span: Span) -> bool:
    """Whether a page can wait for it; what takes longer is a job."""
    return not kind.is_long and kind.count(span) <= settings.EXPORT_AT_ONCE


def at_once(kind: Kind, span: Span, extension: str, file: IO[bytes]) -> str:
    """Write it to `file`, in the documents' language whatever the screen's; its name."""
    with translation.override(OFFICIAL):
        contents = kind.read(span)
        kind.formats[extension](contents, span, file, lambda done: None)
        return kind.file_name(span, contents, extension)
