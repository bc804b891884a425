"""Inviting somebody, and making one's account from the link."""

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from portal import clock
from portal.models import HistoryEntry, Invitation, Membership, User

from ..conftest import NOW
from ..factories import tenant
from ..screen import Screen

PASSWORD = "海门-潮汐-1984-Ab"


def invite(client: Client, code="jiaojiang", role="preparer", **changed):
    given = {"full_name": "新来的（演示）", "tenant": tenant(code).public_id, "role": role}
    return client.post(reverse("person-invite"), given | changed)


@pytest.fixture
def link(as_, administrator) -> str:
    """The address that the administrator sees once."""
    fields = [
        each for each in invite(as_(administrator)).content.decode().split('"') if "/invitations/" in each
    ]
    return fields[0].removeprefix("http://testserver")


def accept(address: str, username="newcomer", password=PASSWORD, again=None, client=None):
    given = {"username": username, "password": password, "again": password if again is None else again}
    return (client or Client()).post(address, given)


def test_it_makes_an_account_at_the_tenant_and_signs_in(link):
    client = Client()
    assert tenant("jiaojiang").name in Screen(client.get(link)).text
    assert accept(link, client=client).headers["Location"] == reverse("home")
    found = Membership.objects.get(user__username="newcomer")
    assert (found.tenant, found.role, found.is_active) == (tenant("jiaojiang"), "preparer", True)
    assert found.user.full_name == "新来的（演示）"
    assert SESSION_KEY in client.session
    entry = HistoryEntry.objects.get(action="accept_invitation")
    assert (entry.by, entry.tenant) == (found.user, found.tenant)


def test_a_link_works_once(link):
    assert accept(link).status_code == 302
    again = accept(link, "second")
    assert again.status_code == 404
    assert Client().get(link).status_code == 404
    assert not User.objects.filter(username="second").exists()


@pytest.mark.parametrize(("hours", "status"), [(71.99, 200), (72, 404), (1000, 404)])
def test_it_is_good_for_72_hours(link, hours, status):
    with clock.frozen(NOW + timedelta(hours=hours)):
        assert Client().get(link).status_code == status
        assert (accept(link).status_code == 302) == (status == 200)


def test_it_keeps_no_token(link):
    token = link.strip("/").split("/")[-1]
    kept = [str(value) for value in Invitation.objects.values_list("token_digest", flat=True)]
    assert len(kept) == 1
    assert token not in kept[0]


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["x", "0", "a" * 4000, "%00", "..%2f"])
def test_it_does_not_know_a_made_up_link(client, token):
    assert client.get(f"/invitations/{token}/").status_code == 404


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"password": "short", "again": "short"}, "10 个字符"),
        ({"password": "Password-123", "again": "Password-123"}, "常见"),
        ({"password": "48151623422022", "again": "48151623422022"}, "四"),
        ({"username": "newcomer-x", "password": "Newcomer-x1-Zq"}, "用户名"),
    ],
)
def test_it_says_in_chinese_why_a_password_is_refused(link, changed, words):
    assert words in Screen(accept(link, **changed)).at["id_password_error"]
    assert not User.objects.filter(username__startswith="newcomer").exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"again": "another one"}, "again"),
        ({"username": "JiaoJiang-Preparer"}, "username"),
        ({"username": "with blank"}, "username"),
        ({"username": ""}, "username"),
        ({"password": ""}, "password"),
        ({"username": "a\x00b"}, "username"),
    ],
)
def test_it_leads_to_the_field_that_is_wrong(link, changed, field):
    answer = accept(link, **changed)
    before = User.objects.count()
    assert f"#id_{field}" in [link.href for link in Screen(answer).problems()]
    assert User.objects.count() == before


def test_it_lists_the_invitations_that_are_open(as_, administrator, link):
    page = Screen(as_(administrator).get(reverse("people-list"))).text
    assert "新来的（演示）" in page
    with clock.frozen(NOW + timedelta(hours=72)):
        assert "新来的（演示）" not in Screen(as_(administrator).get(reverse("people-list"))).text


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("sh-bigdata", {}),
        ("jiaojiang", {"tenant": "junk"}),
        ("jiaojiang", {"tenant": ""}),
        ("jiaojiang", {"role": "emperor"}),
        ("jiaojiang", {"full_name": ""}),
        ("jiaojiang", {"full_name": "长" * 41}),
        ("jiaojiang", {"full_name": "a\x00b"}),
    ],
)
def test_it_invites_nobody_to_a_foreign_tenant_or_with_half_a_form(as_, administrator, code, changed):
    answer = invite(as_(administrator), code, **changed)
    assert 400 <= answer.status_code < 500
    assert Screen(answer).problems() != []
    assert not Invitation.objects.exists()


def test_it_invites_to_ones_own_tenant_only_from_below(as_, clerk):
    county = Membership.objects.select_related("user").get(user__username="jiaojiang-administrator")
    assert invite(as_(county), "huangyan").status_code == 422
    assert invite(as_(county), "taizhou-education").status_code == 422
    assert not Invitation.objects.exists()
    assert invite(as_(county), "jiaojiang").status_code == 200
    assert Invitation.objects.get().invited_by == county.user
