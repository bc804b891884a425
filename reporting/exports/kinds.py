"""What can be exported, by whom, as what? The table KINDS is all there is; pages, jobs and tests go through it.

Most are chosen on the page of exports (OFFERED). Some are given by a page of their own alone, with what it shows: these
name its address, and their `read` gets what was chosen there.

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

from ..assessment import workbook as assessment_workbook
from ..assessment.assessment import assess_year, explained_table
from ..assessment.texts import AssessmentTable
from ..channels import export as channel_export
from ..channels.channels import ChannelSums, sums
from ..excel.attachment import Attachment, in_file_names
from ..excel.batch import write_quickly
from ..excel.export import write_attachment
from ..excel.kinds import XLSX
from ..excel.layout import OFFICIAL
from ..excel.listing import Listing, official_listing
from ..excel.listing_workbook import write_listings
from ..excel.separated_values import write_csv
from ..excel.target_sheet import write_target_table
from ..materials.library import library_of
from ..materials.workbook import Library, library_file_name, write_library, write_library_csv
from ..models import Release
from ..official_table.sheets import rollup_sheet, tenant_sheet, tenant_sheets
from ..rollup.rollup import roll_up
from . import listings
from .span import ChosenMaterials, ExportSpan

Step = Callable[[int], None]
Write = Callable[[Any, Any, IO[bytes], Step], None]

MEDIA_TYPES = {
    "xlsx": XLSX,
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
}
# A member of the zip always carries the same date, so that the same figures give the same bytes.
MEMBER_DATE = (2021, 1, 29, 0, 0, 0)


@dataclass(frozen=True)
class ExportKind:
    """`read` gives the contents from the database, `count` roughly how many rows or files they will have; `formats`
    says how each format is written. `of`: what it shows of the time that is chosen, “span”, “year so far” or “year”.
    `is_public`: the document prints it, so that everybody may have it whole. `permission`: what it needs, if that is not
    the usual. `named`: the file's name, if its contents say it. `page`: the address that alone gives it; no
    other shows its text."""

    code: str
    label: str | Promise
    text: str | Promise
    read: Callable[[Any], Any]
    count: Callable[[Any], int]
    formats: Mapping[str, Write]
    of: str = "span"
    page: str = ""
    named: Callable[[Any, str], str] | None = None
    permission: Permission | None = None
    is_public: bool = False
    is_long: bool = False

    def steps(self, contents: Any) -> int:
        """How many rows or files are written, as far as `Step` counts them."""
        if isinstance(contents, list):
            return sum(len(each.rows) if isinstance(each, Listing) else 1 for each in contents)
        return 1

    def time(self, span: ExportSpan) -> str:
        """The name of what it shows: a period's, the year's so far, or the year."""
        if self.of == "year":
            return _year(span)
        return span.period.cumulative_name if self.of == "year so far" else span.name

    def file_name(self, span: ExportSpan, contents: Any, extension: str) -> str:
        if self.named:
            return self.named(contents, extension)
        with translation.override(OFFICIAL):
            name = (
                f"{span.programme.name}{self.label}（{self.time(span)}）—{span.under.short_name}.{extension}"
            )
        return in_file_names(name)


# --- reading


def _year(span: ExportSpan) -> str:
    return gettext("year %(year)s") % {"year": span.period.year}


def _official(span: ExportSpan) -> Attachment:
    """The roll-up's table, or the tenant's own by provider."""
    if not span.under.numchild:
        return tenant_sheet(span.under, span.periods)
    return rollup_sheet(roll_up(span.programme, span.periods, under=span.under))


def _all_official(span: ExportSpan) -> list[Attachment]:
    """The roll-up's table, where there is anything to add up, then each tenant's, in document order."""
    above = [_official(span)] if span.under.numchild else []
    return [*above, *tenant_sheets(span.under, span.periods)]


def _sums(span: ExportSpan) -> ChannelSums:
    return sums(span.programme, span.year_so_far, under=span.under)


def _assessment(span: ExportSpan) -> AssessmentTable:
    return explained_table(assess_year(span.programme, span.year_so_far))


def _library(chosen: ChosenMaterials) -> Library:
    return library_of(chosen.programme, chosen.year, chosen.materials)


def _frozen(release: Release) -> Release:
    return release


def _targets(span: ExportSpan) -> Any:
    return target_table(span.programme, span.period.year)


def _duties(span: ExportSpan) -> int:
    below = ReportingDuty.objects.filter(programme=span.programme, tenant__path__startswith=span.under.path)
    return below.count()


def _one(chosen: Any) -> int:
    return 1


def _lines(span: ExportSpan) -> int:
    return listings.accepted_lines(span).count()


# --- writing


def _write_official(sheet: Attachment, span: ExportSpan, file: IO[bytes], step: Step) -> None:
    file.write(write_attachment(sheet))


def _write_official_csv(sheet: Attachment, span: ExportSpan, file: IO[bytes], step: Step) -> None:
    write_csv(official_listing(sheet), file, step)


def _write_all(sheets: Sequence[Attachment], span: ExportSpan, file: IO[bytes], step: Step) -> None:
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


def _write_listings(found: Sequence, span: ExportSpan, file: IO[bytes], step: Step) -> None:
    write_listings(found, file, step)


def _write_last(found: Sequence, span: ExportSpan, file: IO[bytes], step: Step) -> None:
    """CSV holds one table: the most detailed one."""
    write_csv(found[-1], file, step)


def _write_targets(table: Any, span: ExportSpan, file: IO[bytes], step: Step) -> None:
    write_target_table(table, span.programme.layout["fonts"], file)


def _write_targets_csv(table: Any, span: ExportSpan, file: IO[bytes], step: Step) -> None:
    write_csv(listings.targets(table), file, step)


def _official_name(sheet: Attachment, extension: str) -> str:
    return f"{sheet.file_name.removesuffix('.xlsx')}.{extension}"


def _write_library(library: Library, chosen: ChosenMaterials, file: IO[bytes], step: Step) -> None:
    file.write(write_library(library, chosen.programme.layout))


def _write_library_csv(library: Library, chosen: ChosenMaterials, file: IO[bytes], step: Step) -> None:
    file.write(write_library_csv(library))


def _write_sums(found: ChannelSums, span: ExportSpan, file: IO[bytes], step: Step) -> None:
    file.write(channel_export.write_workbook(found))


def _write_sums_csv(found: ChannelSums, span: ExportSpan, file: IO[bytes], step: Step) -> None:
    file.write(channel_export.write_csv(found))


def _write_assessment(table: AssessmentTable, span: ExportSpan, file: IO[bytes], step: Step) -> None:
    file.write(assessment_workbook.write_assessment(table, span.programme.layout))


def _write_assessment_csv(table: AssessmentTable, span: ExportSpan, file: IO[bytes], step: Step) -> None:
    file.write(assessment_workbook.write_csv(table))


def _write_frozen(release: Release, chosen: Release, file: IO[bytes], step: Step) -> None:
    file.write(bytes(release.workbook))


def _release_name(release: Release, extension: str) -> str:
    return str(release.file_name)


PLAIN: dict[str, Write] = {"xlsx": _write_listings, "csv": _write_last}

KINDS: dict[str, ExportKind] = {
    each.code: each
    for each in [
        ExportKind(
            "attachments",
            _("Official attachments"),
            _("Everything of a period in one zip: the table of all, and each tenant's attachment."),
            _all_official, _duties, {"zip": _write_all}, is_long=True,
        ),
        ExportKind(
            "rollup",
            _("Statistics table"),
            _("The official table: one row a tenant, or one's own by provider."),
            _official, _duties, {"xlsx": _write_official, "csv": _write_official_csv}, named=_official_name,
        ),
        ExportKind(
            "completion",
            _("Completion table"),
            _("Target, actual and completion rate of the year so far, with charts."),
            listings.completion, _duties, PLAIN, of="year so far",
        ),
        ExportKind(
            "targets",
            _("Target table"),
            _("The targets of the year, in the layout of the document."),
            _targets, _duties, {"xlsx": _write_targets, "csv": _write_targets_csv},
            of="year", is_public=True,
        ),
        ExportKind(
            "board",
            _("Reporting board"),
            _("Who has filed for which period of the year, with the rates."),
            listings.board, _duties, PLAIN, of="year",
        ),
        ExportKind(
            "lines",
            _("Lines"),
            _("Every accepted line by provider, as it counts in the sums."),
            listings.lines, _lines, PLAIN,
        ),
        ExportKind(
            "materials",
            _("Library of materials"),
            "",
            _library, _one, {"xlsx": _write_library, "csv": _write_library_csv},
            page="material-export", named=library_file_name,
        ),
        ExportKind(
            "channels",
            _("By recording channel"),
            "",
            _sums, _one, {"xlsx": _write_sums, "csv": _write_sums_csv},
            of="year so far", page="channels-export", named=channel_export.file_name,
        ),
        ExportKind(
            "assessment",
            _("Internal assessment"),
            "",
            _assessment, _one, {"xlsx": _write_assessment, "csv": _write_assessment_csv},
            of="year so far", page="assessment-export", named=assessment_workbook.file_name,
            permission=Permission.ASSESS,
        ),
        # No live figures: the bytes that were made when it was published, to whom the release is shown.
        ExportKind(
            "release",
            _("Release"),
            "",
            _frozen, _one, {"xlsx": _write_frozen},
            page="release-workbook", named=_release_name, permission=Permission.VIEW,
        ),
    ]
}  # fmt: skip
OFFERED = {code: each for code, each in KINDS.items() if not each.page}


def permission_for(kind: ExportKind, under: Tenant) -> Permission:
    """A zip and the figures of many need the permission to export them; one's own, and what is printed, do not."""
    if kind.permission:
        return kind.permission
    is_of_many = under.numchild or kind.is_long
    return Permission.EXPORT_ALL if is_of_many and not kind.is_public else Permission.VIEW


def why_not(kind: ExportKind, membership: Membership) -> str | None:
    return why_not_permitted(membership, permission_for(kind, membership.tenant))


def is_made_at_once(kind: ExportKind, span: ExportSpan) -> bool:
    """Whether a page can wait for it; what takes longer is a job."""
    return not kind.is_long and kind.count(span) <= settings.EXPORT_AT_ONCE


def at_once(kind: ExportKind, span: Any, extension: str, file: IO[bytes]) -> str:
    """Write it to `file`, in the documents' language whatever the screen's; its name."""
    with translation.override(OFFICIAL):
        contents = kind.read(span)
        kind.formats[extension](contents, span, file, lambda done: None)
        return kind.file_name(span, contents, extension)
