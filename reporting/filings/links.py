"""From a line of a sheet to the activities and materials behind its figures."""

from dataclasses import replace

from django.urls import reverse
from django.utils.http import urlencode

from ..excel.attachment import Attachment
from ..models import Version
from .counted_lines import CountedLine


def with_links(sheet: Attachment, version: Version, lines: list[CountedLine]) -> Attachment:
    """Each line that the ledger or the register computed opens what it counts."""
    address = reverse("version-activities", args=[version.public_id])
    urls = {each.provider: f"{address}?{urlencode({'provider': each.key})}" for each in lines}
    return replace(sheet, rows=tuple(replace(row, url=urls.get(row.label, "")) for row in sheet.rows))
