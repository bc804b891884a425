"""Signing in through a provider: against a real one, started here. It opens existing accounts and makes none."""

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount
from oidc_provider_mock import run_server_in_thread

from portal.models import HistoryEntry, Membership, User

from .conftest import code, enrol, is_signed_in

START = "/sign-in/with/zwfw/"


@pytest.fixture(scope="module")
def provider():
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(autouse=True)
def configured(settings, provider):
    app = {
        "provider_id": "zwfw",
        "name": "政务服务网",
        "client_id": "portal",
        "secret": "a-secret",
        "settings": {
            "server_url": f"{provider}/.well-known/openid-configuration",
            "oauth_pkce_enabled": True,
        },
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}


@pytest.fixture
def arrive(client, provider):
    """`arrive("subject", preferred_username=…)`: the provider knows them; the answer of our address of return."""

    def go(subject: str, *, using=client, next="/", **claims):
        httpx.put(f"{provider}/users/{subject}", json=claims).raise_for_status()
        there = using.get(START, {"next": next}).headers["Location"]
        assert there.startswith(provider)
        back = httpx.post(there, data={"sub": subject}).headers["Location"]
        assert back.startswith("http://testserver/sign-in/with/zwfw/back/")
        return using.get(back.removeprefix("http://testserver"))

    return go


def test_the_sign_in_page_offers_it(client):
    page = client.get("/sign-in/?next=/filings/").content.decode()
    assert 'href="/sign-in/with/zwfw/?next=/filings/"' in page and "政务服务网" in page


def test_it_is_not_there_unless_it_is_configured(client, settings):
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "/sign-in/with/" not in client.get("/sign-in/").content.decode()
    assert client.get(START).status_code == 404


def test_a_claim_that_names_an_account_opens_it(arrive, client, clerk):
    answer = arrive("subject-1", preferred_username=clerk.user.username, next="/filings/")
    assert answer.headers["Location"] == "/filings/"
    assert is_signed_in(client)
    assert [each.user for each in SocialAccount.objects.filter(uid="subject-1")] == [clerk.user]


def test_the_link_is_in_the_history_once(arrive, client, clerk):
    for _each in range(2):
        arrive("subject-1", preferred_username=clerk.user.username)
        client.post("/sign-out/")
    entry = HistoryEntry.objects.get()
    assert (entry.action, entry.tenant, entry.by) == ("link_provider", clerk.tenant, clerk.user)
    assert entry.subject_id == clerk.public_id
    assert entry.after == {"username": clerk.user.username, "provider": "zwfw"}


def test_nobody_is_linked_whom_no_tenant_knows(arrive, client, clerk):
    Membership.objects.filter(user=clerk.user).update(is_active=False)
    assert arrive("subject-1", preferred_username=clerk.user.username).status_code == 403
    assert not is_signed_in(client)
    assert (SocialAccount.objects.count(), HistoryEntry.objects.count()) == (0, 0)


def test_a_linked_subject_signs_in_whatever_name_it_claims(arrive, client, clerk, neighbour):
    arrive("subject-1", preferred_username=clerk.user.username)
    client.post("/sign-out/")
    arrive("subject-1", preferred_username=neighbour.user.username)
    assert client.session["_auth_user_id"] == str(clerk.user.pk)


def test_another_subject_with_the_same_name_is_refused(arrive, client, clerk):
    arrive("subject-1", preferred_username=clerk.user.username)
    client.post("/sign-out/")
    assert arrive("subject-2", preferred_username=clerk.user.username).status_code == 403
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "claims",
    [{}, {"preferred_username": "nobody-here"}, {"preferred_username": ""}, {"email": "a@b.example"}],
)
def test_it_makes_no_account(arrive, client, db, claims):
    before = User.objects.count()
    assert arrive("subject-9", **claims).status_code == 403
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)
    assert not is_signed_in(client)


def test_an_address_has_to_be_verified_to_name_an_account(arrive, client, clerk, settings):
    settings.OIDC_CLAIM = "email"
    User.objects.filter(pk=clerk.user_id).update(username="a@b.example")
    assert arrive("subject-1", email="a@b.example", email_verified=False).status_code == 403
    assert arrive("subject-1", email="a@b.example", email_verified=True).status_code == 302
    assert is_signed_in(client)


def test_a_deactivated_account_stays_shut(arrive, client, clerk):
    arrive("subject-1", preferred_username=clerk.user.username)
    client.post("/sign-out/")
    User.objects.filter(pk=clerk.user_id).update(is_active=False)
    assert arrive("subject-1", preferred_username=clerk.user.username).headers["Location"] == "/sign-in/"
    assert not is_signed_in(client)


def test_the_second_factor_is_asked_for_all_the_same(arrive, client, reviewer, sign_in, totp_required):
    secret = enrol(sign_in(reviewer).client)
    assert (
        arrive("subject-1", preferred_username=reviewer.user.username).headers["Location"] == "/sign-in/code/"
    )
    assert not is_signed_in(client)
    assert client.post("/sign-in/code/", {"code": code(secret, 1)}).status_code == 302
    assert is_signed_in(client)


def test_an_answer_that_nobody_asked_for_is_refused(client, db):
    answer = client.get("/sign-in/with/zwfw/back/?code=x&state=y")
    assert answer.status_code == 401
    assert "socialaccount/authentication_error.html" in [template.name for template in answer.templates]


def test_cancelling_at_the_provider_ends_on_our_page(client, db):
    state = client.get(START).headers["Location"].split("state=")[1].split("&")[0]
    answer = client.get(f"/sign-in/with/zwfw/back/?error=access_denied&state={state}", follow=True)
    assert answer.status_code == 200
    assert answer.request["PATH_INFO"] == "/sign-in/cancelled/"
