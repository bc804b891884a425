"""What is taken away is gone with the next request."""

import pytest
from django.urls import reverse

from portal.models import Membership, User

from ..factories import membership
from . import world

pytestmark = pytest.mark.one_database("sqlite")


@pytest.fixture
def reviewer_with_export(fresh, as_, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    who = membership("taizhou-education-reviewer")
    job = world.make_export(who.user.username)
    return who, as_(who), reverse("export-file", args=[job.public_id])


def test_it_ends_with_the_membership(fresh, as_):
    filing, version = world.make_return("jiaojiang-preparer", "submitted")
    who = membership("jiaojiang-preparer")
    client = as_(who)
    pages = [
        reverse("filing-detail", args=[filing.public_id]),
        reverse("version-attachment", args=[version.public_id]),
        reverse("filing-list"),
    ]
    assert [client.get(page).status_code for page in pages] == [200, 200, 200]
    Membership.objects.filter(pk=who.pk).update(is_active=False)
    assert [client.get(page).status_code for page in pages] == [404, 404, 404]
    move = reverse("filing-recall", args=[filing.public_id])
    assert client.post(move, filing.data).status_code == 404


def test_it_ends_the_session_when_an_administrator_ends_the_membership(fresh, as_):
    who = membership("jiaojiang-preparer")
    client, administrator = as_(who), as_(membership("jiaojiang-administrator"))
    assert client.get("/").status_code == 200
    ending = reverse("person-set-active", args=[who.public_id])
    assert administrator.post(ending, {"is_active": "0"}).status_code == 302
    answer = client.get("/filings/")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/filings/")


def test_it_ends_with_the_account(fresh, as_):
    who = membership("jiaojiang-preparer")
    client = as_(who)
    assert client.get("/").status_code == 200
    User.objects.filter(pk=who.user_id).update(is_active=False)
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(("change", "expected"), [({"is_active": False}, 404), ({"role": "head"}, 403)])
def test_it_asks_again_before_it_hands_out_an_export(reviewer_with_export, change, expected):
    who, client, file = reviewer_with_export
    assert client.get(file).status_code == 200
    Membership.objects.filter(pk=who.pk).update(**change)
    assert client.get(file).status_code == expected


def test_it_hands_an_export_to_nobody_who_moved_away(reviewer_with_export):
    """The same account at another tenant: the export is of a tenant that it no longer sees."""
    who, client, file = reviewer_with_export
    elsewhere = membership("jiaojiang-observer").tenant
    Membership.objects.filter(pk=who.pk).update(tenant=elsewhere, role="observer")
    assert client.get(file).status_code == 404
