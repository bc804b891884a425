"""The cast, the clock and the database that every test starts from.

The official facts and the demonstration accounts are there (tests/databases.py); each test's changes are rolled back.
"""

from collections.abc import Iterator
from datetime import datetime

import hypothesis
import pytest
from django.db import transaction
from django.test import Client

from portal import clock
from portal.models import Membership
from reporting.excel import sandbox

from . import databases, in_process, walls
from .budget import pytest_runtest_call, pytest_runtest_makereport, pytest_terminal_summary  # noqa: F401 -- hooks
from .factories import membership, write_in_each_table
from .routes import World, world
from .rows_written import unchanged, writes  # noqa: F401 -- fixtures
from .selection import pytest_collection_modifyitems  # noqa: F401 -- a hook

# A busy machine is no fault of the code: how long an example takes is not what these tests are about.
hypothesis.settings.register_profile(
    "portal", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("portal")

NOW = datetime.fromisoformat("2022-03-21T09:00:00+08:00")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if {"django_db_setup", "live_server"} & set(item.fixturenames) or item.get_closest_marker("django_db"):
        databases.connect_to("year" if "year" in item.fixturenames else "facts", item.nodeid.split("::")[0])


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    with django_db_blocker.unblock(), databases.copies():
        yield


@pytest.fixture(autouse=True)
def everything_in_sight(request):
    """What a test does itself is not walled; what a request or a job does is."""
    if {"db", "transactional_db"} & set(request.fixturenames):
        request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
        walls.see_everything()


@pytest.fixture(autouse=True)
def at_nine():
    """It is Monday 21 March 2022, nine o'clock: the first quarter of 2022 takes returns."""
    with clock.frozen(NOW):
        yield


@pytest.fixture
def year(db):
    """The demonstration year as it was played: the test's database is the other one."""


@pytest.fixture(autouse=True)
def read_in_this_process(request, monkeypatch):
    """An uploaded file is read without a process of its own, but where that process is what is tested."""
    if not request.node.get_closest_marker("read_apart"):
        monkeypatch.setattr(sandbox, "response_of", in_process.response_of)


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker) -> Iterator[World]:
    """One object of each kind that an address can name, made once for the tests of a module that walk the addresses."""
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.frozen(NOW):
            made = world()
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def clerk(db) -> Membership:
    """Who fills in 椒江's returns."""
    return membership("jiaojiang-preparer")


@pytest.fixture
def head(db) -> Membership:
    """Who answers for 椒江's returns."""
    return membership("jiaojiang-head")


@pytest.fixture
def neighbour(db) -> Membership:
    """The clerk of another county, 黄岩."""
    return membership("huangyan-preparer")


@pytest.fixture
def reviewer(db) -> Membership:
    """Who reviews at the city bureau."""
    return membership("taizhou-education-reviewer")


@pytest.fixture
def administrator(db) -> Membership:
    return membership("taizhou-education-administrator")


@pytest.fixture
def observer(db) -> Membership:
    return membership("taizhou-education-observer")


@pytest.fixture
def shanghai_reviewer(db) -> Membership:
    """Who reviews in the other programme."""
    return membership("shanghai-civil-affairs-reviewer")


@pytest.fixture
def a_row_in_each_table(db) -> None:
    write_in_each_table()


@pytest.fixture
def as_(client):
    """Sign somebody in: `as_(clerk).get(...)`."""

    def sign_in(who: Membership) -> Client:
        signed_in = Client()
        signed_in.force_login(who.user)
        return signed_in

    return sign_in
