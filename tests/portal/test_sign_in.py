"""Signing in and out, choosing a password, and acting for one of several tenants."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from portal.demonstration import PASSWORD
from portal.models import Membership, User
from portal.roles import Role

from ..factories import membership, started, tenant
from ..screen import Screen

SIGN_IN = reverse("sign-in")
NEW = "三入服务-Quarter-77"


def sign_in(client: Client, username="jiaojiang-preparer", password=PASSWORD, **more):
    return client.post(SIGN_IN, {"username": username, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    return SESSION_KEY in client.session


@pytest.mark.django_db
def test_it_signs_in_to_the_start_page(client):
    assert sign_in(client).headers["Location"] == reverse("home")
    assert is_signed_in(client)


@pytest.mark.django_db
def test_it_says_the_same_to_everybody_it_does_not_let_in(client):
    User.objects.filter(username="jiaojiang-head").update(is_active=False)
    answers = [
        sign_in(client, "nobody"),
        sign_in(client, password="wrong"),
        sign_in(client, "jiaojiang-head"),
        sign_in(client, "jiaojiang-head", "wrong"),
    ]
    texts = {(answer.status_code, tuple(Screen(answer).alerts)) for answer in answers}
    assert len(texts) == 1
    assert texts.pop()[1] != ()
    assert not is_signed_in(client)


@pytest.mark.django_db
def test_it_keeps_the_user_name_and_never_the_password(client):
    fields = Screen(sign_in(client, "nobody", "一个口令")).fields
    answer = sign_in(client, "nobody", "一个口令").content.decode()
    assert fields["next"] == ""
    assert 'value="nobody"' in answer
    assert "一个口令" not in answer


@pytest.mark.django_db
def test_it_goes_on_to_the_page_that_was_asked_for(client):
    asked = client.get(reverse("filing-list") + "?page=2")
    assert asked.status_code == 302
    assert asked.headers["Location"] == f"{SIGN_IN}?next=/filings/%3Fpage%3D2"
    assert Screen(client.get(asked.headers["Location"])).fields["next"] == "/filings/?page=2"
    assert sign_in(client, next="/filings/?page=2").headers["Location"] == "/filings/?page=2"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "foreign",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https://evil.example/",
        "http:///evil.example",
        "javascript:alert(1)",
        "\t//evil.example",
        "/\t/evil.example",
        "//evil.example\r\nSet-Cookie: a=b",
        "data:text/html,x",
    ],
)
def test_it_never_goes_on_to_a_foreign_host(client, foreign):
    answer = sign_in(client, next=foreign)
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("home"))
    assert is_signed_in(client)


@pytest.mark.django_db
def test_it_does_not_sign_out_by_a_link(as_, clerk):
    client = as_(clerk)
    assert client.get(reverse("sign-out")).status_code == 405
    assert is_signed_in(client)


@pytest.mark.django_db
def test_it_signs_out_by_a_button(as_, clerk):
    client = as_(clerk)
    assert client.post(reverse("sign-out")).headers["Location"] == SIGN_IN
    assert not is_signed_in(client)
    assert client.get(reverse("home")).status_code == 302


@pytest.mark.django_db
def test_it_refuses_a_form_without_its_token():
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client).status_code == 403
    assert not is_signed_in(client)


# --- the password


def change(client: Client, old=PASSWORD, new=NEW, again=None):
    given = {"oldpassword": old, "password1": new, "password2": new if again is None else again}
    return client.post(reverse("password-change"), given)


def test_it_changes_the_password_and_ends_the_other_sessions(as_, clerk):
    here, elsewhere = as_(clerk), as_(clerk)
    assert elsewhere.get(reverse("home")).status_code == 200
    assert change(here).headers["Location"] == reverse("password-change-done")
    assert here.get(reverse("password-change-done")).status_code == 200
    assert elsewhere.get(reverse("home")).status_code == 302
    assert sign_in(Client(), password=NEW).status_code == 302
    assert sign_in(Client()).status_code == 422


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"old": "wrong"}, "oldpassword", "密码"),
        ({"new": "short"}, "password1", "10 个字符"),
        ({"new": "Password-123"}, "password1", "常见"),
        ({"new": "48151623422022"}, "password1", "四"),
        ({"new": "Jiaojiang-preparer-9"}, "password1", "用户名"),
        ({"again": "another"}, "password2", "密码"),
    ],
)
def test_it_says_in_chinese_why_a_password_is_refused(as_, clerk, given, field, words):
    answer = change(as_(clerk), **given)
    assert words in Screen(answer).at[f"id_{field}_error"]
    clerk.user.refresh_from_db()
    assert clerk.user.check_password(PASSWORD)


# --- several memberships


@pytest.fixture
def of_two(clerk) -> Membership:
    """椒江's clerk, who is an administrator in 黄岩 as well."""
    return Membership.objects.create(user=clerk.user, tenant=tenant("huangyan"), role=Role.ADMINISTRATOR)


def test_it_acts_for_the_tenant_that_was_chosen(as_, clerk, of_two):
    client = as_(clerk)
    assert client.get(reverse("people-list")).status_code == 403
    switched = client.post(reverse("membership-switch"), {"membership": of_two.public_id})
    assert switched.headers["Location"] == reverse("home")
    assert of_two.tenant.name in Screen(client.get(reverse("home"))).text
    assert client.get(reverse("people-list")).status_code == 200


def test_it_keeps_a_page_working_that_was_opened_before_the_switch(as_, clerk, of_two):
    filing, client = started(clerk), as_(clerk)
    client.post(reverse("membership-switch"), {"membership": of_two.public_id})
    assert client.get(reverse("filing-edit", args=[filing.public_id])).status_code == 200


@pytest.mark.parametrize("whose", ["foreign", "junk", "nothing", "ended"])
def test_it_does_not_act_for_a_membership_that_is_not_the_persons(as_, clerk, of_two, whose):
    Membership.objects.filter(pk=of_two.pk).update(is_active=False)
    chosen = {
        "foreign": {"membership": membership("linhai-preparer").public_id},
        "junk": {"membership": "\x00"},
        "nothing": {},
        "ended": {"membership": of_two.public_id},
    }
    client = as_(clerk)
    assert client.post(reverse("membership-switch"), chosen[whose]).status_code == 404
    assert clerk.tenant.name in Screen(client.get(reverse("home"))).text


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_it_takes_no_other_method_for_signing_in(client, method):
    assert getattr(client, method)(SIGN_IN).status_code == 405
