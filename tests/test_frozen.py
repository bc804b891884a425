"""What was submitted, decided and written down stays: the database refuses to change it or take it away, to its owner too."""

import pytest
from django.db import IntegrityError, connection, transaction

from portal import clock, walls

from .conftest import NOW
from .factories import write_in_each_table
from .snapshots import FROZEN
from .tampering import tamper
from .walls import owner

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(scope="module")
def a_row_in_each_table(django_db_setup, django_db_blocker):
    """Once for all tests here: none of them leaves anything."""
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.frozen(NOW):
            write_in_each_table()
        yield
        transaction.set_rollback(True)


def test_these_are_the_frozen_tables():
    assert set(walls.FROZEN) == {"portal_historyentry", *FROZEN}


@pytest.mark.parametrize("table", walls.FROZEN)
@pytest.mark.parametrize(
    ("statement", "words"),
    [("UPDATE {table} SET tenant_id = tenant_id", "is frozen"), ("DELETE FROM {table}", "is (kept|frozen)")],
)
def test_the_database_refuses_even_its_owner(a_row_in_each_table, table, statement, words):
    refused = pytest.raises(IntegrityError, match=words)
    with owner(), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(statement.format(table=table))


@pytest.mark.parametrize("table", ["portal_historyentry", "reporting_reviewpoint"])
def test_it_is_the_triggers_that_refuse(a_row_in_each_table, table):
    """Without them the same statement goes through: what the tests above see is theirs. Afterwards they are back."""
    assert tamper(table, f"DELETE FROM {table}") > 0
    with owner(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table]
            )
        else:
            cursor.execute(
                "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'O' AND NOT tgisinternal",
                [table],
            )
        assert cursor.fetchone() == (2,)
