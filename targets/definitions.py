"""Which numbers stand in the platform's definitions (口径)? Those of the programme's own settings, never typed twice.

A text holds `{explanation_length}` or `{average_low.training_attendances}`; what is shown is filled. Pure.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .ledger import Ledger

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Definition:
    """What the platform decided where the document is silent, as it is shown."""

    code: str
    question: str
    answer: str
    reason: str


def values_of(thresholds: Mapping[str, Any], ledger: Ledger) -> dict[str, str]:
    """What can be filled in: limits by name, or name and column; of the ledger class hours and sizes by code."""
    found: dict[str, Any] = {}
    for name, limit in thresholds.items():
        if isinstance(limit, Mapping):
            found |= {f"{name}.{column}": each for column, each in limit.items()}
        else:
            found[name] = limit
    found |= {f"class_hours.{each.code}": each.class_hours for each in ledger.kinds.values()}
    found |= {f"attendances_over.{each.code}": each.attendances_over for each in ledger.questions}
    return {name: str(value) for name, value in found.items() if value is not None}


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text as it is shown. The loader has refused what no value fills (`unfilled`)."""
    return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def unfilled(text: str, values: Mapping[str, str]) -> Iterator[str]:
    """The names of placeholders for which there is no value."""
    yield from (name for name in PLACEHOLDER.findall(text) if name not in values)
