"""What is taken away is gone with the next request; and what a page shows can be opened."""

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import reverse

from portal.models import Membership, User

from . import world
from .asking import asked
from .cast import CAST
from .world import membership

DEPTH, MOST = 3, 120


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


# --- no dead links


class Controls(HTMLParser):
    """The links and the forms of a page."""

    def __init__(self, text: str):
        super().__init__()
        self.links: set[str] = set()
        self.post_forms: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form" and given.get("method", "get").lower() == "post":
            self.post_forms.add(given.get("action") or "")
        elif tag == "form":
            self.links.add(given.get("action") or "")
        for name in ("href" if tag == "a" else "", "hx-get"):
            if given.get(name) and not given[name].startswith("#"):
                self.links.add(given[name])


@pytest.fixture
def busy(fresh, settings, tmp_path):
    """Something of everything to link to."""
    settings.MEDIA_ROOT = tmp_path
    for username, state in [
        ("jiaojiang-preparer", "accepted"),
        ("huangyan-preparer", "submitted"),
        ("taizhou-rtvu-preparer", "returned"),
        ("sh-huangpu-preparer", "correcting"),
        ("sh-xuhui-preparer", "draft"),
        ("sh-eldercare-preparer", "nil"),
    ]:
        world.make_return(username, state)
    world.make_exports()
    return fresh


@pytest.mark.parametrize("name", [each.name for each in CAST if each.at])
def test_it_shows_no_link_that_it_refuses(busy, name):
    each = next(each for each in busy if each.persona.name == name)
    dead, known, page_forms = [], {"/"}, set()
    level = ["/"]
    for _depth in range(DEPTH):
        following = []
        for page in level[:MOST]:
            answer, _written = each.ask("GET", page)
            asked["links"] += 1
            if answer.status_code not in (200, 302):
                dead.append(f"{page}: {answer.status_code}")
            if "html" not in answer.headers.get("Content-Type", ""):
                continue
            found = Controls(answer.content.decode())
            page_forms |= {urljoin(page, form) for form in found.post_forms}
            for link in sorted(urljoin(page, each) for each in found.links):
                if not urlsplit(link).netloc and link not in known:
                    known.add(link)
                    following.append(link)
        level = following
    for form in sorted(page_forms):
        asked["links"] += 1
        answer, _written = each.ask("GET", form)
        if answer.status_code not in (200, 302, 405):
            dead.append(f"form {form}: {answer.status_code}")
    assert len(known) > 8
    assert dead == []
