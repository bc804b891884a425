"""The cast, the clock and the database that every test starts from.

The official facts and the demonstration accounts are loaded once; each test's changes are rolled back.
"""

from collections.abc import Iterator
from datetime import datetime

import hypothesis
import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.test import Client

from portal import clock, demonstration
from portal.models import Membership
from reporting import demonstration as year_played
from targets import loading
from targets.models import Programme

from . import tampering, walls
from .factories import membership, write_in_each_table
from .routes import World, world

# A busy machine is no fault of the code: how long an example takes is not what these tests are about.
hypothesis.settings.register_profile(
    "portal", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("portal")

# What says the same on either database and takes long is run on one of them. The access matrix and the scan for marks
# run where the first wall stands alone: behind the second one a forgotten filter would show nothing.
ON_ONE_DATABASE = {
    "tests/access/": "sqlite",
    "tests/corpus/": "sqlite",
    "tests/evidence/test_files.py": "sqlite",
    "tests/evidence/test_evidence_browser.py": "sqlite",
    "tests/test_headers.py": "sqlite",
    "tests/bad_inputs/": "postgresql",
    "tests/reporting/test_exports.py": "sqlite",
    "tests/reporting/test_channels.py": "sqlite",
    "tests/test_translations.py": "sqlite",
    "tests/test_reminders_worker.py": "sqlite",
    "tests/grid/": "postgresql",
    "tests/accounts/": "postgresql",
    "tests/reporting/test_releases.py": "postgresql",
    "tests/accounts/test_session_browser.py": "postgresql",
    "tests/accounts/test_two_steps_browser.py": "postgresql",
    "tests/test_import_journey.py": "postgresql",
    "tests/test_ledger_browser.py": "sqlite",
    "tests/test_ledger_concurrency.py": "postgresql",
    "tests/test_ledger_pictures.py": "sqlite",
    "tests/test_ledger_walk.py": "sqlite",
    "tests/test_material_walk.py": "sqlite",
    "tests/test_journey.py": "postgresql",
    "tests/test_module_browser.py": "sqlite",
    "tests/test_print.py": "sqlite",
    "tests/test_random_walk.py::test_it_finds_a_fault": "postgresql",
    "tests/test_review_browser.py": "sqlite",
    "tests/test_tasks_browser.py": "postgresql",
}

NOW = datetime.fromisoformat("2022-03-21T09:00:00+08:00")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for each in items:
        for path, vendor in ON_ONE_DATABASE.items():
            if each.nodeid.startswith(path) and connection.vendor != vendor:
                each.add_marker(pytest.mark.skip(reason=f"runs on {vendor}"))


def load_everything() -> None:
    """The official facts and an account for each tenant and role: for a database that was emptied as well."""
    if not Programme.objects.exists():
        loading.load(loading.official_paths())
    walls.see_everything()
    demonstration.make_accounts(make_password(demonstration.PASSWORD))
    year_played.fill_profiles()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    walls.flush_as_owner()
    tampering.flush_past_the_triggers()
    with django_db_blocker.unblock(), walls.application_role():
        load_everything()
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


@pytest.fixture(scope="module")
def year(django_db_setup, django_db_blocker):
    """The demonstration year, played once for the tests of a module."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_everything()  # a test with real processes may have emptied the database
        for programme, name in year_played.YEAR_FILES:
            year_played.play(programme, list(year_played.read_year(year_played.YEARS / name)))
        yield
        transaction.set_rollback(True)


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
