"""The front door: one answer for every kind of wrong, and throttling that locks out the one who hammers."""

from collections import Counter

import pytest
from django.test import Client

from portal import settings as portal_settings
from portal.hashers import MeasuredArgon2
from portal.models import User

from .conftest import PASSWORD, is_signed_in

OWNER, STRANGER = "203.0.113.5", "198.51.100.7"
WRONG = "The user name or the password is wrong."


@pytest.fixture(autouse=True)
def in_english(settings):
    settings.LANGUAGE_CODE = "en"


def test_it_signs_in_and_goes_where_one_wanted(clerk, sign_in):
    answer = sign_in(clerk, next="/returns/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/returns/")
    assert is_signed_in(answer.client)


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example/",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "\t//evil.example",
        "/\t/evil.example",
        "http://testserver/returns/",
        "/returns/\r\nSet-Cookie: a=b",
    ],
)
def test_it_goes_to_paths_of_this_site_only(clerk, sign_in, address):
    target = sign_in(clerk, next=address).headers["Location"]
    assert target.startswith("/") and not target.startswith(("//", "/\\")) and "evil" not in target
    assert "\n" not in target


def test_one_click_signs_in_with_a_demonstration_account(client, settings):
    settings.DEMO = True
    page = client.get("/sign-in/")
    assert 'name="username" value="jiaojiang-preparer"' in page.content.decode()
    assert (
        client.post(
            "/sign-in/", {"username": "jiaojiang-preparer", "password": PASSWORD, "next": ""}
        ).status_code
        == 302
    )


def test_every_kind_of_wrong_gets_the_same_answer(clerk, neighbour, sign_in):
    User.objects.filter(pk=neighbour.user_id).update(is_active=False)
    answers = [
        sign_in("nobody-here", "x"),
        sign_in(clerk, "x"),
        sign_in(neighbour, PASSWORD),
        sign_in(neighbour, "x"),
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert all(WRONG in answer.content.decode() for answer in answers)
    assert len({answer.context["form"].non_field_errors()[0] for answer in answers}) == 1


def test_every_kind_of_wrong_takes_one_hash(clerk, neighbour, sign_in, settings, monkeypatch):
    """Who measures how long the answer takes learns nothing about who is there."""
    settings.PASSWORD_HASHERS = portal_settings.PASSWORD_HASHERS
    for who in (clerk, neighbour):
        who.user.set_password(PASSWORD)
        who.user.save()
    User.objects.filter(pk=neighbour.user_id).update(is_active=False)
    hashes = []
    for name in ("encode", "verify"):
        real = getattr(MeasuredArgon2, name)
        monkeypatch.setattr(MeasuredArgon2, name, lambda *given, real=real: hashes.append(1) or real(*given))
    counts = {}
    for name, password in [
        ("nobody-here", "x"),
        ("jiaojiang-preparer", "x"),
        ("huangyan-preparer", PASSWORD),
        ("huangyan-preparer", "x"),
    ]:
        hashes.clear()
        assert sign_in(name, password).status_code == 422
        counts[name, password] = len(hashes)
    assert counts == dict.fromkeys(counts, 1)


def test_the_sixth_attempt_from_one_source_has_to_wait(clerk, sign_in):
    assert [sign_in(clerk, "x").status_code for _ in range(6)] == [422] * 5 + [429]
    answer = sign_in(clerk)
    assert answer.status_code == 429
    assert 590 <= int(answer.headers["Retry-After"]) <= 600
    assert not is_signed_in(answer.client)


def test_an_unknown_name_is_throttled_like_a_known_one(sign_in):
    assert [sign_in("nobody-here", "x").status_code for _ in range(6)] == [422] * 5 + [429]


def test_capitals_do_not_make_another_account(clerk, sign_in):
    names = ["jiaojiang-preparer", "Jiaojiang-preparer", "JIAOJIANG-PREPARER"] * 2
    assert [sign_in(name, "x").status_code for name in names] == [422] * 5 + [429]


def test_a_stranger_does_not_lock_the_owner_out(clerk, sign_in):
    assert [sign_in(clerk, "x", address=STRANGER).status_code for _ in range(12)][5:] == [429] * 7
    assert is_signed_in(sign_in(clerk, address=OWNER).client)


def test_success_takes_nothing_from_the_allowance_and_gives_nothing_back(clerk, sign_in):
    for _ in range(4):
        sign_in(clerk, "x")
    for _ in range(3):
        assert sign_in(clerk).status_code == 302
    assert sign_in(clerk, "x").status_code == 422
    assert sign_in(clerk, "x").status_code == 429


def test_one_source_may_fail_thirty_times_a_minute(sign_in):
    """One password tried on many accounts."""
    assert [sign_in(f"name-{number}", "Spring-2022-x").status_code for number in range(31)] == [422] * 30 + [
        429
    ]


def test_a_known_browser_is_not_locked_out_by_its_neighbours(clerk, sign_in):
    """A county bureau behind one address, one of whose people goes through the accounts."""
    browser = sign_in(clerk).client
    browser.post("/sign-out/")
    for number in range(40):
        sign_in(f"name-{number}", "x")
    assert sign_in(clerk, address=OWNER).status_code == 429
    assert sign_in(clerk, client=browser).status_code == 302


@pytest.mark.slow("a hundred sign-ins")
def test_wrong_passwords_for_everybody_lock_nobody_out_elsewhere(clerk, sign_in):
    """On the evening of the due date, from behind the address of a whole bureau, through all accounts (E41)."""
    known = sign_in(clerk).client
    known.post("/sign-out/")
    names = list(User.objects.values_list("username", flat=True).order_by("pk"))
    answers = Counter(sign_in(names[each % len(names)], "x").status_code for each in range(90))
    assert set(answers) == {422, 429}
    assert sign_in(clerk, client=known).status_code == 302  # behind the same address
    for number, name in enumerate(names[::20]):
        assert sign_in(name, address=f"198.51.100.{number}").status_code == 302


def test_a_known_browser_is_throttled_by_itself(clerk, sign_in):
    browser = sign_in(clerk).client
    browser.post("/sign-out/")
    assert [sign_in(clerk, "x", client=browser).status_code for _ in range(6)] == [422] * 5 + [429]


def test_a_browser_known_for_one_account_is_a_stranger_to_another(clerk, neighbour, sign_in):
    browser = sign_in(clerk).client
    browser.post("/sign-out/")
    for number in range(30):
        sign_in(f"name-{number}", "x")
    assert sign_in(neighbour, client=browser).status_code == 429


def test_a_made_up_mark_of_a_browser_counts_for_nothing(clerk, sign_in):
    browser = Client(REMOTE_ADDR=OWNER)
    browser.cookies["portal_device"] = "made-up:x:y"
    assert [sign_in(clerk, "x", client=browser).status_code for _ in range(6)] == [422] * 5 + [429]


def test_nobody_signs_up_and_no_mail_resets_a_password(client):
    """E45: there is no token that could be used again; whoever has forgotten the password asks the administrator."""
    for address in (
        "/account/password/reset/",
        "/password/reset/",
        "/account/password/reset/key/1-set-password/",
        "/signup/",
        "/account/signup/",
        "/accounts/signup/",
        "/sign-in/with/x/",
        "/account/email/",
    ):
        assert client.get(address).status_code in (302, 404)
        assert client.post(address).status_code in (302, 404)


def test_signing_out_is_a_post(as_, clerk):
    client = as_(clerk)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert not is_signed_in(client)
