"""PostgreSQL ends what a page keeps it busy with for too long; on SQLite a page waits for a writer, but not for long."""

import pytest
from django.db import OperationalError, connection

from portal import patience

pytestmark = pytest.mark.both_databases


@pytest.fixture
def web(db):
    """A connection as the web opens it."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no such limits")
    copy = connection.copy()
    yield copy
    copy.close()


def shown(web, name: str) -> str:
    with web.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return cursor.fetchone()[0]


def test_a_page_has_twenty_seconds(web):
    role = shown(web, "role")
    web.close()
    patience.limit(web)
    assert shown(web, "statement_timeout") == "20s"
    assert shown(web, "idle_in_transaction_session_timeout") == "1min"
    assert shown(web, "role") == role  # what else is given stays


def test_a_statement_of_a_page_ends_at_the_timeout(web, settings):
    settings.STATEMENT_SECONDS = 1
    patience.limit(web)
    with pytest.raises(OperationalError, match="statement timeout"), web.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")


def test_nothing_else_is_limited(web):
    assert shown(web, "statement_timeout") == "0"


def test_the_operator_can_switch_it_off(web, settings):
    settings.STATEMENT_SECONDS = 0
    patience.limit(web)
    assert shown(web, "statement_timeout") == "0"


@pytest.mark.one_database("sqlite")
def test_a_page_waits_eight_seconds_for_somebody_who_writes(db):
    copy = connection.copy()
    patience.limit(copy)
    assert copy.settings_dict["OPTIONS"]["timeout"] == 8
    assert connection.settings_dict["OPTIONS"]["timeout"] == 20
