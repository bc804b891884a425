"""Which figures were typed where others are computed? They are kept and not reported, so the page says so, and the two ways
out: record what was done, or have the figures typed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..entry.computed_figures import Computed, ComputedRow
from ..entry.reading import Finding, Reading


@dataclass(frozen=True)
class Unread:
    """Those in whose place the activity ledger gives a figure, with the providers that use it, and those in whose place the
    register of materials does."""

    in_ledger: tuple[Finding, ...] = ()
    providers: tuple[ComputedRow, ...] = ()
    in_register: tuple[Finding, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.in_ledger or self.in_register)

    @property
    def texts(self) -> list[str]:
        found = []
        if count := len(self.in_ledger):
            text = ngettext(
                "%(count)s typed figure will not be reported: the activity ledger gives those of %(providers)s.",
                "%(count)s typed figures will not be reported: the activity ledger gives those of %(providers)s.",
                count,
            )
            names = _(", ").join(f"“{each.provider}”" for each in self.providers)
            found.append(text % {"count": count, "providers": names})
        if count := len(self.in_register):
            text = ngettext(
                "%(count)s typed figure will not be reported: the register of materials gives its column.",
                "%(count)s typed figures will not be reported: the register of materials gives their columns.",
                count,
            )
            found.append(text % {"count": count})
        return found

    @property
    def places(self) -> set[tuple[int | None, str]]:
        """(row, column) of each."""
        return {(each.row, each.column) for each in (*self.in_ledger, *self.in_register)}


def unread_in(reading: Reading, computed: Computed) -> Unread:
    in_ledger, in_register, providers = [], [], {}
    for each in reading.unread:
        found = computed.row(reading.rows[each.row or 0].get("provider"))
        if found is None or each.column in found.register:
            in_register.append(each)
        else:
            in_ledger.append(each)
            providers[found.key] = found
    return Unread(tuple(in_ledger), tuple(providers.values()), tuple(in_register))


def as_kept(rows: Sequence[dict], computed: Computed) -> list[dict]:
    """A file's rows as the draft keeps them: without the figures that only repeat the computed ones."""
    return [computed.without_repeated(row) for row in rows]
