"""Which tests run: what is everyday and what is for nights and releases; on which database.

assurance(reason)       in script/assure only (PORTAL_ASSURE=1)
one_database(vendor)    says the same on either database and takes long, or needs that one
both_databases          depends on the database: every day on both
(neither)               every day on SQLite; on PostgreSQL in script/assure, or when it is run alone
"""

import os
from collections.abc import Callable

import pytest
from django.db import connection

from .budget import MAY_TAKE_LONGER

# Everything that is known is tried, not a few of each kind.
IS_WHOLE = os.environ.get("PORTAL_ASSURE") == "1"
# This run is one of two (script/test): what depends on no database runs in the other one.
IS_ONE_OF_TWO = os.environ.get("PORTAL_TEST_ONE_OF_TWO") == "1"


def few(cases, everyday: int) -> list:
    """All the cases in script/assure; every day so many, spread over them."""
    cases = list(cases)
    if IS_WHOLE or len(cases) <= everyday:
        return cases
    return [cases[place * len(cases) // everyday] for place in range(everyday)]


def one_of_each(cases, kind: Callable) -> list:
    """All the cases in script/assure; every day the first of each kind."""
    first: dict = {}
    for each in cases:
        first.setdefault(kind(each), each)
    return list(cases) if IS_WHOLE else list(first.values())


def times(everyday: int, whole: int) -> int:
    return whole if IS_WHOLE else everyday


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [each for each in items if not is_wanted(each)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
    items[:] = _longest_modules_first(each for each in items if is_wanted(each))


def is_wanted(item: pytest.Item) -> bool:
    if item.get_closest_marker("assurance") and not IS_WHOLE:
        return False
    if one := item.get_closest_marker("one_database"):
        return connection.vendor == one.args[0]
    is_elsewhere = IS_ONE_OF_TWO and not IS_WHOLE and connection.vendor == "postgresql"
    return not is_elsewhere or item.get_closest_marker("both_databases") is not None


def _longest_modules_first(items) -> list[pytest.Item]:
    """So that no process sits over a long module while the others have nothing left."""
    modules: dict[str, list[pytest.Item]] = {}
    for each in items:
        modules.setdefault(each.nodeid.split("::")[0], []).append(each)
    return [each for module in sorted(modules.values(), key=_weight, reverse=True) for each in module]


def _weight(module: list[pytest.Item]) -> int:
    """About its seconds, times ten."""
    return sum(50 if any(map(each.get_closest_marker, MAY_TAKE_LONGER)) else 2 for each in module)
