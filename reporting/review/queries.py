"""What a reviewer needs to decide: the version cell by cell beside the one before and last period's, the reasons,
the answers, and which of the waiting returns were opened."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from portal.models import Membership

from ..entry.columns import typed_indicators
from ..filings.queries import previous_version, visible_filings
from ..filings.versions import earlier_than, provider_lines, value_at
from ..models import Filing, Line, Opening, Version
from ..models.states import Status

Value = int | str | None  # None: the row was not there; "/": no task


@dataclass(frozen=True)
class ReviewCell:
    """One figure with its former values, and the reasons and explanations at it. `name` is that of its field for a reason."""

    name: str
    column: str
    label: str
    now: Value
    before: Value
    last: Value
    explanations: tuple[dict, ...] = ()
    replies: tuple[dict, ...] = ()

    @property
    def differs_from_version(self) -> bool:
        return self.now != self.before

    @property
    def differs_from_period(self) -> bool:
        return self.now != self.last


@dataclass(frozen=True)
class ReviewRow:
    """A provider's row; `state`: "" or how it differs: new (not in the version before), gone (only there)."""

    name: str  # of the field for a reason about the whole row; "" where there is no row to give one about
    provider: str
    provider_key: str
    state: str
    cells: tuple[ReviewCell, ...]
    explanations: tuple[dict, ...] = ()
    replies: tuple[dict, ...] = ()


@dataclass(frozen=True)
class ReviewTable:
    """The official table of a version under review. `previous`: the version that it is compared with: the one that counts,
    where one does, else the one before; `counts` says which. `other`: the one before, where that is another one;
    `against_other`: it is compared with that. `last`: last period's accepted."""

    version: Version
    previous: Version | None
    last: Version | None
    counts: bool
    base: Version | None
    other: Version | None
    against_other: bool
    columns: Sequence
    rows: tuple[ReviewRow, ...]
    totals: tuple[ReviewCell, ...]
    explanations: tuple[dict, ...]  # about the whole
    replies: tuple[dict, ...]


def review_table(version: Version, *, against_other: bool = False) -> ReviewTable:
    """Everything the review page shows of a version, in a number of queries that does not grow. `against_other`: compared
    with the version right before, though another one counts."""
    earlier = earlier_than(version)
    against_other = against_other and earlier.other is not None
    previous = earlier.other if against_other else earlier.base
    last = previous_version(version.filing)
    columns = typed_indicators(version.filing.period.programme_id)
    found = provider_lines(each.pk for each in (version, previous, last) if each)
    now, before, then = (_by_key(found, each) for each in (version, previous, last))
    answered = [each["provider_key"] for each in version.replies if each.get("provider_key")]
    keys = dict.fromkeys([*now, *before, *answered])  # what was said of a row that is gone is read, too
    rows = tuple(_row(version, key, columns, now, before, then, bool(previous)) for key in keys)
    return ReviewTable(
        version=version,
        previous=previous,
        last=last,
        counts=earlier.counted is not None,
        base=earlier.base,
        other=earlier.other,
        against_other=against_other,
        columns=columns,
        rows=rows,
        totals=tuple(
            _total(each, now, before if previous else None, then if last else None) for each in columns
        ),
        explanations=_at(version.explanations, "", None),
        replies=_at(version.replies, "", None),
    )


def _by_key(found: Mapping[int, list[Line]], version: Version | None) -> dict[str, Line]:
    return {line.provider_key: line for line in found[version.pk]} if version else {}


def _row(version: Version, key: str, columns, now, before, then, has_previous: bool) -> ReviewRow:
    line = now.get(key)
    named = (line or before[key]).provider if line or key in before else _named(version.replies, key)
    state = "gone" if line is None else "new" if has_previous and key not in before else ""
    name = f"reason-{line.position}" if line else ""
    return ReviewRow(
        name=name,
        provider=named,
        provider_key=key,
        state=state,
        cells=tuple(
            ReviewCell(
                name=f"{name}-{each.code}" if line else "",
                column=each.code,
                label=each.name,
                now=value_at(now, key, each.code),
                before=value_at(before, key, each.code),
                last=value_at(then, key, each.code),
                explanations=_at(version.explanations, key, each.code),
                replies=_at(version.replies, key, each.code),
            )
            for each in columns
        ),
        explanations=_at(version.explanations, key, ""),
        replies=_at(version.replies, key, ""),
    )


def _named(replies: Iterable[dict], key: str) -> str:
    """What a row was called that the reason was about."""
    return next(each["provider"] for each in replies if each.get("provider_key") == key)


def _at(texts: Iterable[dict], key: str, column: str | None) -> tuple[dict, ...]:
    """The texts at a place; `column` None: anywhere that is no row of the table."""
    return tuple(
        each
        for each in texts
        if each.get("provider_key", "") == key
        and (column is None or (each.get("column") or "").replace("provider", "") == column)
    )


def _total(column, now, before, then) -> ReviewCell:
    sums = [
        None if lines is None else sum(line.values.get(column.code) or 0 for line in lines.values())
        for lines in (now, before, then)
    ]
    return ReviewCell("", column.code, column.name, now=sums[0], before=sums[1], last=sums[2])


# --- several returns


def waiting_for(by: Membership) -> QuerySet[Filing]:
    """The submitted returns of those below, the longest waiting first; `is_opened`: this person has opened it as it is."""
    waiting = with_openings(visible_filings(by), by).filter(status=Status.SUBMITTED).exclude(tenant=by.tenant)
    return waiting.order_by("latest__submitted_at", "pk")


def with_openings(filings: QuerySet[Filing], by: Membership) -> QuerySet[Filing]:
    opened = Opening.objects.filter(version=OuterRef("latest"), opened_by=by.user)
    return filings.annotate(is_opened=Exists(opened))


def is_opened(version: Version, by: Membership) -> bool:
    return Opening.objects.filter(version=version, opened_by=by.user).exists()


def filing_again(filing: Filing) -> Filing:
    """The return as it is now."""
    return Filing.objects.with_parties().get(pk=filing.pk)
