"""A password that somebody else knows opens nothing but the page where it is changed."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from portal.models import HistoryEntry, User
from portal.password_profiles import PROFILES

from .conftest import is_signed_in

INITIAL, OWN = "Lvye-7-qingsong-x", "Haitang-9-yuanlin"
NAME = "first-administrator"


def make(monkeypatch, username: str = NAME, password: str = INITIAL) -> None:
    module = "portal.management.commands.create_administrator.getpass"
    monkeypatch.setattr(module, lambda prompt: password)
    call_command("create_administrator", username, "--tenant", "jiaojiang", "--name", "第一位（演示）")


@pytest.fixture(params=["dengbao", "asvs"])
def made(request, db, monkeypatch, settings) -> str:
    settings.AUTH_PASSWORD_VALIDATORS = PROFILES[request.param].validators
    settings.PASSWORD_DAYS = PROFILES[request.param].days
    make(monkeypatch)
    return NAME


def change(client, new: str, old: str = INITIAL):
    typed = {"oldpassword": old, "password1": new, "password2": new}
    return client.post(reverse("password-change"), typed)


def test_the_first_administrator_changes_it_before_anything_else(made, sign_in):
    client = sign_in(made, INITIAL).client
    for page in ("home", "people-list", "session-list", "history-list"):
        assert client.get(reverse(page)).headers["Location"] == reverse("password-change")
    assert client.get(reverse("session-state")).status_code == 401
    assert change(client, OWN).headers["Location"] == reverse("password-change-done")
    assert is_signed_in(client)


def test_it_is_changed_only_once(made, sign_in):
    change(sign_in(made, INITIAL).client, OWN)
    assert not User.objects.get(username=made).has_initial_password
    assert is_signed_in(sign_in(made, OWN).client)


def test_the_same_one_again_is_no_change(made, sign_in):
    client = sign_in(made, INITIAL).client
    answer = change(client, INITIAL)
    assert answer.context["form"].errors["password1"]
    assert not is_signed_in(client)
    assert User.objects.get(username=made).has_initial_password


def test_ending_the_session_does_not_help(made, sign_in):
    sign_in(made, INITIAL).client.post("/sign-out/")
    assert not is_signed_in(sign_in(made, INITIAL).client)


def test_who_chose_it_keeps_it(clerk, sign_in):
    """An invited person types their own."""
    assert not clerk.user.has_initial_password
    assert is_signed_in(sign_in(clerk).client)


def test_it_is_in_the_history(made):
    entry = HistoryEntry.objects.get()
    assert (entry.action, entry.by, entry.tenant.code) == ("create_administrator", None, "jiaojiang")


@pytest.mark.parametrize("password", ["short", "Jiaojiang-7x-song"])
def test_the_command_refuses_a_password_as_the_page_does(db, monkeypatch, password):
    with pytest.raises(CommandError):
        make(monkeypatch, password=password)
    assert not User.objects.filter(username=NAME).exists()


def test_the_command_refuses_a_name_that_is_taken_in_any_case(db, monkeypatch):
    with pytest.raises(CommandError):
        make(monkeypatch, username="JiaoJiang-Preparer")
