"""The world is built once a module and each cell is rolled back: thousands of cells, one minute."""

import logging

import pytest
from django.db import transaction
from django.test import override_settings

from portal import clock
from portal.models import User

from .. import walls
from ..selection import IS_WHOLE
from . import world
from .asking import asked, asker, undone
from .cast import CAST, EVERYDAY, make_the_extraordinary


@pytest.fixture(autouse=True)
def at_nine():
    """It is Monday 20 December 2021, nine o'clock: both programmes take returns."""
    with clock.frozen(world.NOW):
        yield


@pytest.fixture(autouse=True)
def with_a_contact(settings):
    """security.txt is there only if somebody can be told."""
    settings.SECURITY_CONTACT = ["mailto:security@example.org"]


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker):
    """The accounts, and the transaction that everything of the module happens in."""
    with django_db_blocker.unblock(), clock.frozen(world.NOW):
        block = transaction.atomic()
        block.__enter__()
        walls.see_everything()
        make_the_extraordinary()
        yield
        transaction.set_rollback(True)
        block.__exit__(None, None, None)


@pytest.fixture(scope="module")
def askers(standing):
    """The cast with their sessions; then the disabled account is disabled, its session alive."""
    everybody = [asker(persona) for persona in CAST]
    User.objects.filter(username="disabled").update(is_active=False)
    return everybody


@pytest.fixture
def quiet():
    """Thousands of refusals are expected: their log lines and tracebacks are not written."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def everybody(askers, db, quiet):
    """The whole cast, with nothing held against the answers yet; what the test makes is undone."""
    for each in askers:
        each.wrong.clear()
    with undone():
        yield askers


@pytest.fixture
def fresh(everybody):
    """Who asks: in script/assure the whole cast."""
    return [each for each in everybody if IS_WHOLE or each.persona.name in EVERYDAY]


@pytest.fixture(scope="module")
def own_files(tmp_path_factory):
    """A folder for what a module's things hold."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files")):
        yield


def pytest_terminal_summary(terminalreporter):
    if asked:
        statuses = ", ".join(f"{name}: {count}" for name, count in sorted(asked.items()) if name.isdigit())
        terminalreporter.write_line(f"access matrix: {asked['cells']} cells asked ({statuses})")
        terminalreporter.write_line(
            f"links and forms followed: {asked['links']}; responses scanned for marks: {asked['scanned']}"
        )
