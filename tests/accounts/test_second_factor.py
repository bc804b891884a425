"""One-time codes: who needs them, what a half-finished sign-in reaches, and that a code counts once."""

import time

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from portal.models import HistoryEntry, Membership

from ..access.doors import address_of
from ..access.matrix import MATRIX, WITHOUT_ACCOUNT
from .conftest import code, enrol, is_signed_in

PAGES = ["home", "filing-list", "people-list", "history-list", "export-list", "session-list", "mfa_index"]


@pytest.fixture
def secret(reviewer, sign_in):
    """The reviewer has set up one-time codes in a browser that is closed since."""
    return enrol(sign_in(reviewer).client)


@pytest.fixture
def at(monkeypatch):
    """`at(steps)`: it is so many steps of thirty seconds later, for apps and portal alike."""
    real = time.time

    def move(steps: int) -> None:
        monkeypatch.setattr(time, "time", lambda: real() + 30 * steps)

    return move


def test_it_can_be_set_up_where_it_is_not_required(clerk, sign_in, totp_required):
    client = sign_in(clerk).client
    assert is_signed_in(client)
    enrol(client)
    assert sign_in(clerk).headers["Location"] == "/sign-in/code/"


@pytest.mark.parametrize("who", ["reviewer", "administrator"])
def test_reviewers_and_administrators_reach_nothing_before_it_is_set_up(who, request, sign_in, totp_required):
    client = sign_in(request.getfixturevalue(who)).client
    for page in PAGES:
        assert client.get(reverse(page)).headers["Location"] == reverse("mfa_activate_totp"), page
    assert client.post(reverse("membership-switch")).headers["Location"] == reverse("mfa_activate_totp")
    assert client.get(reverse("session-state")).status_code == 401
    assert client.get("/", headers={"HX-Request": "true"}).status_code == 401
    enrol(client)
    assert is_signed_in(client)


def test_nobody_is_stopped_where_it_is_not_required(reviewer, sign_in, settings):
    settings.REQUIRE_TOTP = False
    assert is_signed_in(sign_in(reviewer).client)


def test_a_password_alone_is_anonymous(reviewer, secret, sign_in):
    answer = sign_in(reviewer)
    assert answer.headers["Location"] == "/sign-in/code/"
    for page in PAGES:
        assert answer.client.get(reverse(page)).headers["Location"].startswith("/sign-in/?next="), page
    assert answer.client.get(reverse("session-state")).status_code == 401
    assert answer.client.get(reverse("mfa_view_recovery_codes")).headers["Location"].startswith("/sign-in/")


def test_a_password_alone_is_anonymous_on_every_address(reviewer, secret, sign_in):
    """E44: whatever is asked and however, the answer is the one that somebody gets who has typed nothing at all."""
    half, nobody = sign_in(reviewer).client, Client()
    for name, methods in MATRIX.items():
        if name in WITHOUT_ACCOUNT:
            continue
        address = address_of(name)
        for method in methods:
            answers = [getattr(each, method.lower())(address) for each in (half, nobody)]
            assert [each.status_code for each in answers] == [302, 302], (name, method)
            assert answers[0].headers["Location"] == answers[1].headers["Location"]
            script = getattr(half, method.lower())(address, headers={"Accept": "application/json"})
            assert script.status_code == 401, (name, method)


def test_password_and_code_sign_in(reviewer, secret, sign_in, at):
    at(2)
    client = sign_in(reviewer).client
    assert client.post("/sign-in/code/", {"code": "000000"}).status_code == 422
    assert client.post("/sign-in/code/", {"code": code(secret)}).headers["Location"] == "/"
    assert is_signed_in(client)


def test_what_was_begun_can_be_dropped(reviewer, secret, sign_in):
    client = sign_in(reviewer).client
    assert client.get("/sign-in/").headers["Location"] == "/sign-in/code/"
    client.post("/sign-out/")
    assert client.get("/sign-in/").status_code == 200


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_may_be_one_step_off(reviewer, secret, sign_in, at, steps, taken):
    at(10)
    client = sign_in(reviewer).client
    answer = client.post("/sign-in/code/", {"code": code(secret, steps)})
    assert (answer.status_code == 302) is taken
    assert is_signed_in(client) is taken


def test_a_code_counts_once_even_while_the_next_step_would_take_it(
    reviewer, secret, sign_in, at, monkeypatch
):
    """allauth forgets a code after thirty seconds; with a step of tolerance it would be good again."""
    at(10)
    seen = code(secret, 1)  # a telephone half a minute ahead
    assert is_signed_in(_with_code(sign_in, reviewer, seen))
    assert not is_signed_in(_with_code(sign_in, reviewer, seen))
    _forget_what_allauth_remembers(reviewer, seen)
    assert not is_signed_in(_with_code(sign_in, reviewer, seen))


def _with_code(sign_in, who: Membership, typed: str) -> Client:
    client = sign_in(who).client
    client.post("/sign-in/code/", {"code": typed})
    return client


def _forget_what_allauth_remembers(who: Membership, typed: str) -> None:
    from django.core.cache import cache

    key = f"allauth.mfa.totp.used?user={who.user_id}&code={typed}"
    assert cache.delete(key)


def test_the_code_of_setting_up_is_used(reviewer, sign_in):
    client = sign_in(reviewer).client
    secret = enrol(client)
    assert not is_signed_in(_with_code(sign_in, reviewer, code(secret)))


def test_guessing_codes_is_throttled(reviewer, secret, sign_in, at):
    at(10)
    client = sign_in(reviewer).client
    answers = [client.post("/sign-in/code/", {"code": f"00000{number}"}) for number in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == "600"
    assert client.post("/sign-in/code/", {"code": code(secret)}).status_code == 429


def test_each_recovery_code_counts_once(reviewer, sign_in):
    client = sign_in(reviewer).client
    enrol(client)
    shown = client.get("/account/codes/recovery/").context["unused_codes"]
    assert len(shown) == 10 and all(len(each) == 8 and each.isdigit() for each in shown)
    assert "****" in client.get("/account/codes/recovery/").context["unused_codes"]  # shown once
    assert is_signed_in(_with_code(sign_in, reviewer, shown[3]))
    assert not is_signed_in(_with_code(sign_in, reviewer, shown[3]))
    assert is_signed_in(_with_code(sign_in, reviewer, shown[4]))


def test_the_secrets_are_encrypted_at_rest(reviewer, secret, settings):
    kept = {each.type: each.data for each in Authenticator.objects.filter(user=reviewer.user)}
    assert secret not in str(kept)
    assert kept["totp"]["secret"].startswith("gAAAA") and kept["recovery_codes"]["seed"].startswith("gAAAA")


def test_a_former_secret_key_still_reads_them(reviewer, secret, sign_in, at, settings):
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = (
        [settings.SECRET_KEY],
        "another-key-of-fifty-characters-and-more-" * 2,
    )
    at(10)
    assert is_signed_in(_with_code(sign_in, reviewer, code(secret)))


def test_it_cannot_be_switched_off_where_it_is_required(reviewer, sign_in, totp_required):
    client = sign_in(reviewer).client
    enrol(client)
    assert client.post("/account/codes/deactivate/").status_code == 422
    assert Authenticator.objects.filter(user=reviewer.user, type="totp").exists()


def test_it_can_be_switched_off_elsewhere(clerk, sign_in, totp_required):
    client = sign_in(clerk).client
    enrol(client)
    assert client.post("/account/codes/deactivate/").headers["Location"] == "/account/codes/"
    assert not Authenticator.objects.filter(user=clerk.user).exists()


def test_an_old_session_confirms_the_password_first(clerk, sign_in):
    from .conftest import later

    client = sign_in(clerk).client
    client.get("/")
    with later(minutes=15):
        assert (
            client.get("/account/codes/activate/").headers["Location"].startswith("/account/confirm/?next=")
        )
        assert (
            client.post("/account/confirm/?next=/account/codes/activate/", {"password": "x"}).status_code
            == 422
        )
        from .conftest import PASSWORD

        answer = client.post("/account/confirm/?next=/account/codes/activate/", {"password": PASSWORD})
        assert answer.headers["Location"] == "/account/codes/activate/"
        enrol(client)


def test_setting_up_ends_the_other_sessions(reviewer, sign_in):
    other = sign_in(reviewer).client
    assert is_signed_in(other)
    here = sign_in(reviewer).client
    enrol(here)
    assert is_signed_in(here) and not is_signed_in(other)


# --- the administrator resets it


def reset(client: Client, who: Membership):
    return client.post(reverse("person-reset-codes", args=[who.public_id]))


def test_an_administrator_resets_it(reviewer, secret, administrator, as_, sign_in, totp_required, at):
    at(10)
    open_session = _with_code(sign_in, reviewer, code(secret))
    assert is_signed_in(open_session)
    boss = sign_in(administrator).client
    enrol(boss)
    assert reset(boss, reviewer).headers["Location"] == reverse("people-list")
    assert not Authenticator.objects.filter(user=reviewer.user).exists()
    assert not is_signed_in(open_session)
    entry = HistoryEntry.objects.latest("id")
    assert (entry.action, entry.by, entry.subject_id) == (
        "reset_second_factor",
        administrator.user,
        reviewer.public_id,
    )
    assert sign_in(reviewer).client.get("/").headers["Location"] == reverse("mfa_activate_totp")


def test_nobody_but_an_administrator_above_resets_it(reviewer, secret, clerk, neighbour, administrator, as_):
    assert reset(as_(clerk), reviewer).status_code == 404
    assert reset(as_(reviewer), reviewer).status_code == 403
    assert reset(as_(administrator), administrator).status_code == 403
    assert Authenticator.objects.filter(user=reviewer.user).count() == 2


def test_an_administrator_does_not_reset_it_for_somebody_who_also_works_above(clerk, sign_in, as_, db):
    from tests.factories import membership

    enrol(sign_in(clerk).client)
    Membership.objects.create(
        user=clerk.user, tenant=membership("taizhou-education-reviewer").tenant, role="reviewer"
    )
    assert reset(as_(membership("jiaojiang-administrator")), clerk).status_code == 403
    assert Authenticator.objects.filter(user=clerk.user).exists()


def test_nothing_to_reset_is_refused(clerk, as_, administrator):
    assert reset(as_(administrator), clerk).status_code == 409
