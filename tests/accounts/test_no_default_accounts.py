"""There is nobody before somebody has been invited."""

import json

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command


def test_no_fixture_has_a_person():
    for path in settings.BASE_DIR.glob("**/fixtures/**/*.json"):
        if ".venv" in path.parts:
            continue
        models = {
            each["model"]
            for each in json.loads(path.read_text())
            if isinstance(each, dict) and "model" in each
        }
        assert not models & {"portal.user", "portal.membership", "portal.invitation"}, path


def test_the_demonstration_is_refused_elsewhere(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("load_demo")


def test_the_sign_in_page_offers_no_accounts_elsewhere(client, db, settings):
    settings.DEMO = False
    assert client.get("/sign-in/").context["demo_accounts"] == []
