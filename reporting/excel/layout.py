"""On which row does each part of the attachment stand? The writer and the reader both ask here."""

from typing import Any

OPENING_ROW = 1
FIRST_TITLE_ROW = 2
PROVIDER_COLUMN = 1
FIRST_VALUE_COLUMN = 2
PROVIDER = "provider"  # stands where a column's code stands
MARKS_HEADING = "问题（平台标注，不必删除）"  # of the column at the right in a file that is given back
MARKS_AUTHOR = "统计报送平台"  # of the comments in such a file
OFFICIAL = "zh-hans"  # the language of whatever is printed or exported
PROVENANCE_SHEET = "说明"  # part of the official file, so not translated


def period_row(layout: dict[str, Any]) -> int:
    return FIRST_TITLE_ROW + len(layout["title_lines"])


def bureau_row(layout: dict[str, Any]) -> int:
    return period_row(layout) + 1


def heading_row(layout: dict[str, Any]) -> int:
    return bureau_row(layout) + 1
