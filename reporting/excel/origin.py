"""Which return was this file downloaded for? Written into the workbook's custom properties, which no cell shows and
which WPS, Excel and LibreOffice keep. Never trusted: it only warns of a file that belongs somewhere else."""

from collections.abc import Mapping
from xml.etree import ElementTree

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty

CUSTOM_PROPERTIES = "docProps/custom.xml"
PREFIX = "portal."
KEYS = ("programme", "tenant", "period", "revision")
LONGEST = 80  # characters of one value


def write_origin(workbook: Workbook, origin: Mapping[str, str]) -> None:
    for key, value in origin.items():
        workbook.custom_doc_props.append(StringProperty(name=PREFIX + key, value=value))


def read_origin(xml: bytes) -> dict[str, str]:
    """What the properties say; nothing where they say nothing. The XML was scanned: it has no document type."""
    if not xml:
        return {}
    found = {
        each.get("name", "").removeprefix(PREFIX): "".join(each.itertext()).strip()[:LONGEST]
        for each in ElementTree.fromstring(xml)  # noqa: S314
        if each.get("name", "").startswith(PREFIX)
    }
    return {key: value for key, value in found.items() if key in KEYS}
