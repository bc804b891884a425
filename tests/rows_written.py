"""What an action wrote, and that a refused one wrote nothing: every row of the returns and the history, compared."""

from collections.abc import Callable
from contextlib import contextmanager

import pytest
from django.apps import apps

from portal.models import HistoryEntry
from reporting.models import Job

Rows = dict[str, dict[int, dict]]


def every_row() -> Rows:
    """{table: {id: row}} of all that returns consist of, and of the history."""
    models = [*apps.get_app_config("reporting").get_models(include_auto_created=True), HistoryEntry]
    return {
        model._meta.model_name: {row["id"]: row for row in model._base_manager.order_by("pk").values()}
        for model in models
        if model is not Job
    }


@pytest.fixture
def unchanged(db):
    """`with unchanged(): ...` — the block writes nothing."""

    @contextmanager
    def nothing_is_written():
        before = every_row()
        yield
        assert every_row() == before

    return nothing_is_written


@pytest.fixture
def writes(db):
    """`writes(action)` — what it wrote: {table: (rows added, rows changed)}. No row ever disappears."""

    def run(action: Callable[[], object]) -> dict[str, tuple[int, int]]:
        before = every_row()
        action()
        after = every_row()
        assert [table for table in before if before[table].keys() - after[table].keys()] == []
        counts = {table: _difference(before[table], after[table]) for table in after}
        return {table: count for table, count in counts.items() if any(count)}

    return run


def _difference(before: dict[int, dict], after: dict[int, dict]) -> tuple[int, int]:
    return len(after.keys() - before.keys()), sum(row != after[pk] for pk, row in before.items())
