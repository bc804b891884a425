from collections.abc import Iterable

from django.http import QueryDict

from ..entry.posted import refuse_repeated, typed_text
from ..filings.replies import ReviewReason
from .queries import ReviewTable


def written(points: Iterable[ReviewReason], reason: str) -> list[tuple[str, str]]:
    """(place, text) of all reasons: what must not be lost with a page that cannot be taken."""
    whole = [ReviewReason("reason", reason)] if reason.strip() else []
    return [(each.place, each.reason) for each in [*whole, *points]]


def read_reasons(posted: QueryDict, table: ReviewTable) -> list[ReviewReason]:
    """The reasons at rows and cells of a version under review, in the order of the table; blank ones are none."""
    refuse_repeated(posted)
    points = []
    for row in [each for each in table.rows if each.name]:
        places = [(row.name, "", ""), *((cell.name, cell.column, cell.label) for cell in row.cells)]
        for name, column, label in places:
            if text := typed_text(posted, name).strip():
                points.append(ReviewReason(name, text, row.provider, row.provider_key, column, label))
    return points
