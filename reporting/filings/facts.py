"""What the checks compare a return with."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from targets.models import Period

from ..entry.columns import Field
from ..entry.computed_figures import Computed
from ..entry.registered_names import UNREGISTERED, RegisteredNames
from .replies import SentBack


@dataclass(frozen=True)
class Corrected:
    """The accepted version that is being corrected. `counts_alike`: what the ledger and the register give, and the files beside
    it, are those of then."""

    number: int
    lines: Mapping[str, tuple[str, Mapping[str, int | None]]]  # provider key: its name and its figures
    is_nil: bool
    contacts: Mapping[str, str]
    counts_alike: bool = True


@dataclass(frozen=True)
class Facts:
    """What the checks compare the reading with. `previous` is last period's accepted rows by provider key
    (within the same year), `previous_period` the one it is of, which need not be the one just before; `earlier` the year's
    accepted totals before this period; `register` the names of the tenant's providers, each with its other names, and `names`
    who is meant by one of them; `stopped` those of people whose account there was stopped; `computed` what the activity
    ledger gives."""

    fields: Sequence[Field]
    is_nil: bool = False
    contacts: Mapping[str, str] = field(default_factory=dict)
    previous: Mapping[str, Mapping[str, int | None]] = field(default_factory=dict)
    previous_totals: Mapping[str, int] = field(default_factory=dict)
    previous_period: Period | None = None
    earlier: Mapping[str, int] = field(default_factory=dict)
    thresholds: Mapping[str, Any] = field(default_factory=dict)
    other_tenants: Sequence[str] = ()
    sent_back: SentBack = field(default_factory=SentBack)
    replies: Mapping[str, str] = field(default_factory=dict)
    explanations: Mapping[str, str] = field(default_factory=dict)
    register: Mapping[str, Sequence[str]] = field(default_factory=dict)
    stopped: Collection[str] = ()
    names: RegisteredNames = UNREGISTERED
    computed: Computed = field(default_factory=Computed)
    corrected: Corrected | None = None

    def limit(self, name: str, column: str = "") -> int | None:
        """A threshold of the programme, per column where it is a table of columns; None: the check is off."""
        limit = self.thresholds.get(name)
        return limit.get(column) if isinstance(limit, Mapping) else limit

    def pairs(self) -> Iterator[tuple[Field, Field]]:
        """(sessions, attendances) of each pair of columns."""
        by_code = {each.code: each for each in self.fields}
        for attendances in self.fields:
            if attendances.sessions:
                yield by_code[attendances.sessions], attendances
