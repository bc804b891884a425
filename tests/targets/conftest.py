import json
from pathlib import Path

import pytest

from targets import loading, queries
from targets.models import Programme

THIRD = Path(__file__).parent.parent / "fixtures" / "third_programme.json"


@pytest.fixture
def facts(db):
    """The official facts, loaded unless they are there."""
    if not Programme.objects.filter(code="taizhou").exists():
        loading.load(loading.official_paths())


@pytest.fixture
def taizhou(facts):
    return queries.programme_for("taizhou")


@pytest.fixture
def shanghai(facts):
    return queries.programme_for("shanghai")


@pytest.fixture
def third(facts):
    """A programme of another city, loaded from its fixture: no code of its own."""
    loading.load([THIRD])
    return queries.programme_for("yanshi")


@pytest.fixture
def fixture_file(tmp_path):
    """Write records as a fixture file."""

    def write(*records):
        path = tmp_path / "more.json"
        path.write_text(json.dumps(list(records), ensure_ascii=False), encoding="utf-8")
        return path

    return write
