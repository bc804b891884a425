"""Nothing is added without a decision: routes, public pages, tasks, commands and permissions, each a list by hand."""

from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from portal.celery import app as current_app
from portal.roles import PERMISSIONS, Permission, Role

from . import matrix, registries
from .routes import named, walk

pytestmark = pytest.mark.one_database("sqlite")

WORDS = {
    "own",
    "below",
    "branch",
    "creator",
    "programme",
    "published",
    "above",
    "lead",
    "one",
    "filer",
    "page",
    "self",
    "denied",
    "anyone",
}


def test_every_route_has_a_name():
    assert [route.pattern for route in walk() if not route.name] == []
    assert len(named()) == len(list(walk()))


def test_every_route_has_a_line_in_the_matrix_and_every_line_a_route():
    assert set(matrix.MATRIX) == set(named())


def test_the_matrix_uses_the_words_it_explains():
    used = {
        word for methods in matrix.MATRIX.values() for cells in methods.values() for word in cells.values()
    }
    assert used == WORDS
    assert [str(role) for role in Role] == matrix.ROLES


def test_no_other_page_opens_without_an_account():
    open_to_all = {route.name for route in walk() if not getattr(route.view, "login_required", True)}
    assert open_to_all == matrix.WITHOUT_ACCOUNT
    anyone = {name for name, methods in matrix.MATRIX.items() if "anyone" in str(methods)}
    assert anyone == matrix.WITHOUT_ACCOUNT


def test_every_form_needs_its_token():
    exempt = {route.name for route in walk() if getattr(route.view, "csrf_exempt", False)}
    assert exempt == matrix.WITHOUT_CSRF_TOKEN


def test_the_worker_runs_these_tasks():
    current_app.loader.import_default_modules()
    own = {name for name in current_app.tasks if not name.startswith("celery.")}
    assert own == registries.TASKS


def test_the_command_line_knows_these_commands():
    ours = [each for each in apps.get_app_configs() if Path(each.path).parent == Path(settings.BASE_DIR)]
    found = {
        each.label: {
            file.stem
            for file in (Path(each.path) / "management/commands").glob("*.py")
            if file.stem != "__init__"
        }
        for each in ours
    }
    assert found == registries.COMMANDS


def test_each_role_may_do_what_the_table_says():
    assert {str(role): {str(each) for each in given} for role, given in PERMISSIONS.items()} == (
        registries.read_permissions()
    )
    assert {str(each) for each in Permission} == {
        each for given in registries.read_permissions().values() for each in given
    }
