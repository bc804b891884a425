"""Whatever is sent: an answer of ours, never an error of ours, and nothing is changed by it."""

from operator import itemgetter

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from portal.models import Invitation, Membership
from reporting.models import Filing, Job

from ..factories import membership, started, submitted
from ..screen import Screen
from ..selection import one_of_each
from .requests import BODIES, IDS, PROBES, QUERIES

pytestmark = pytest.mark.one_database("postgresql")

GETS = [
    "/filings/",
    "/history/",
    "/people/",
    "/exports/",
    "/taizhou/rollup/",
    "/taizhou/rollup/attachment/",
    "/taizhou/board/",
    "/taizhou/progress/",
    "/taizhou/targets/",
]
POSTS = [
    "filing-start", "person-invite", "membership-switch", "export-list", "set_language", "password-change", "sign-out",
]  # fmt: skip
# Who presses what on which return: the clerk's draft, or the neighbour's submitted one.
OF_A_RETURN = [
    ("draft", "filing-edit"), ("draft", "filing-submit"), ("draft", "filing-nil"),
    ("filed", "filing-edit"), ("filed", "filing-recall"), ("review", "filing-accept"), ("review", "filing-send-back"),
]  # fmt: skip
CLASS = itemgetter(0)
ANSWERS = {200, 302, 400, 403, 404, 405, 409, 413, 422}


@pytest.fixture
def client_of():
    def sign_in(who: Membership) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(who.user)
        return client

    return sign_in


@pytest.mark.parametrize(("id", "query"), one_of_each(QUERIES, CLASS), ids=lambda each: str(each)[:24])
def test_it_answers_any_query_string_on_any_page(client_of, clerk, administrator, id, query):
    submitted(clerk)
    client = client_of(administrator)
    answers = {page: client.get(f"{page}?{query}").status_code for page in GETS}
    assert {page: status for page, status in answers.items() if status not in (200, 400, 404)} == {}
    assert answers["/people/"] in (200, 400)


@pytest.mark.parametrize(
    "query", ["?sort=user__password", "?_connector=OR+1%3D1", "?state__in=draft", "?q=%25"]
)
def test_it_ignores_what_it_does_not_know(client_of, clerk, neighbour, query):
    submitted(clerk), submitted(neighbour)
    plain, odd = (Screen(client_of(clerk).get("/filings/" + each)) for each in ("", query))
    assert len(plain.tables[0]) == 2
    assert odd.tables == plain.tables


@pytest.mark.parametrize(("id", "wrong"), one_of_each(IDS, CLASS), ids=lambda each: str(each)[:24])
def test_it_finds_nothing_by_a_wrong_id(client_of, administrator, id, wrong):
    client = client_of(administrator)
    for page in ("filings/{}/", "filings/{}/edit/", "versions/{}/", "exports/{}/file/", "people/{}/"):
        address = "/" + page.format(wrong)
        assert client.get(address).status_code in (404, 405)
        assert client.post(address).status_code in (404, 405)


@pytest.mark.django_db
@pytest.mark.parametrize(("id", "path"), one_of_each(PROBES, CLASS))
def test_it_answers_404_at_addresses_that_scanners_try(client, client_of, administrator, id, path):
    assert client.get(path).status_code == 404
    assert client_of(administrator).get(path).status_code == 404


@pytest.mark.parametrize(
    ("id", "data", "content_type"), one_of_each(BODIES, CLASS), ids=lambda each: str(each)[:30]
)
def test_it_answers_any_body(client_of, clerk, administrator, id, data, content_type):
    clients = {name: client_of(clerk if name == "filing-start" else administrator) for name in POSTS}
    answers = {name: post(client, reverse(name), data, content_type) for name, client in clients.items()}
    assert {name: each.status_code for name, each in answers.items() if each.status_code not in ANSWERS} == {}
    assert [each.objects.count() for each in (Invitation, Job, Filing)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("id", "data", "content_type"), one_of_each(BODIES, CLASS), ids=lambda each: str(each)[:30]
)
def test_it_answers_any_body_about_a_return(client_of, clerk, neighbour, reviewer, id, data, content_type):
    draft, filed = started(clerk), submitted(neighbour)
    sides = {"draft": (clerk, draft), "filed": (neighbour, filed), "review": (reviewer, filed)}
    clients = {side: client_of(who) for side, (who, _filing) in sides.items()}
    for side, name in OF_A_RETURN:
        address = reverse(name, args=[sides[side][1].public_id])
        assert post(clients[side], address, data, content_type).status_code in ANSWERS
    assert Filing.objects.get(pk=filed.pk).revision == filed.revision
    assert Filing.objects.get(pk=draft.pk).accepted is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("id", "data", "content_type"), one_of_each(BODIES, CLASS), ids=lambda each: str(each)[:30]
)
def test_it_answers_any_body_of_a_stranger(id, data, content_type):
    client = Client(raise_request_exception=False)
    for address in ("/sign-in/", "/language/", "/invitations/nothing/"):
        assert post(client, address, data, content_type).status_code in ANSWERS
    assert SESSION_KEY not in client.session


def post(client: Client, address: str, data, content_type: str | None):
    """A form's fields, or a body byte by byte."""
    if content_type is None:
        return client.post(address, data)
    return client.generic("POST", address, data, content_type=content_type)


# --- the revision, rows and fields of the grid


@pytest.mark.parametrize(
    ("revision", "status"),
    [("1", 302), ("0", 409), ("2", 409), ("999999999", 409), ("", 400), (None, 400), ("-1", 400), ("abc", 400),
     ("１", 400), ("1 ", 400), ("1.0", 400), ("9" * 10, 400), ("9" * 5000, 400), ("1\x00", 400), ("٣", 400)],
)  # fmt: skip
def test_it_takes_the_revision_that_the_page_showed(client_of, clerk, revision, status):
    filing = started(clerk)
    data = {"row-1-provider": "海门街道社区学校", **({} if revision is None else {"revision": revision})}
    answer = client_of(clerk).post(reverse("filing-edit", args=[filing.public_id]), data)
    assert answer.status_code == status
    filing.refresh_from_db()
    assert (filing.revision, len(filing.draft.rows)) == ((2, 1) if status == 302 else (1, 0))


@pytest.mark.parametrize(("rows", "status"), [(200, 302), (201, 400), (9999, 400)])
def test_it_takes_two_hundred_rows(client_of, clerk, rows, status):
    filing = started(clerk)
    data = {"revision": "1", f"row-{rows}-provider": "最后一行"}
    answer = client_of(clerk).post(reverse("filing-edit", args=[filing.public_id]), data)
    assert answer.status_code == status
    assert len(Filing.objects.get().draft.rows) == (200 if status == 302 else 0)


def test_it_keeps_no_field_that_the_page_does_not_have(client_of, clerk):
    filing = started(clerk)
    data = {
        "revision": "1",
        "row-1-provider": "甲",
        "row-1-evil": "5",
        "row-1-training_sessions": "1",
        "total": "9",
    }
    client_of(clerk).post(reverse("filing-edit", args=[filing.public_id]), data)
    [row] = Filing.objects.get().draft.rows
    assert set(row) == {"provider", "values"}
    assert "evil" not in row["values"]
    assert row["values"]["training_sessions"] == "1"


def test_it_computes_the_total_whatever_was_posted(client_of, clerk):
    """A59: a posted 合计 is nobody's figure."""
    filing = started(clerk)
    posted = {
        "revision": "1",
        "row-1-provider": "甲校",
        "row-1-training_sessions": "2",
        "total": "999",
        "合计": "999",
    }
    answer = client_of(clerk).post(reverse("filing-edit", args=[filing.public_id]), posted, follow=True)
    [total] = [line for table in Screen(answer).tables for line in table if "合计" in line]
    assert total[total.index("合计") + 1] == "2"
    assert "999" not in Screen(answer).text


def test_it_ignores_who_the_body_says_it_is_for(client_of, clerk, neighbour):
    body = {"programme": "taizhou", "period": "2022Q1", "tenant": "huangyan", "by": neighbour.user.username}
    answer = client_of(clerk).post(reverse("filing-start"), body)
    assert answer.status_code == 302
    assert Filing.objects.get().tenant == clerk.tenant


def test_it_starts_nothing_in_a_programme_of_others(client_of, clerk):
    for programme, code in (
        ("shanghai", "2022Q1"),
        ("nowhere", "2022Q1"),
        ("taizhou", "2099Q1"),
        ("taizhou", ""),
    ):
        answer = client_of(clerk).post(reverse("filing-start"), {"programme": programme, "period": code})
        assert answer.status_code == 404
    assert not Filing.objects.exists()


@pytest.mark.parametrize("code", ["2022Q2", "2021Q4"])
def test_it_starts_nothing_before_or_after_its_time(client_of, clerk, code):
    answer = client_of(clerk).post(reverse("filing-start"), {"programme": "taizhou", "period": code})
    assert answer.status_code == 409
    assert not Filing.objects.exists()


@pytest.mark.parametrize(
    "username", ["taizhou-education-reviewer", "jiaojiang-administrator", "jiaojiang-observer"]
)
def test_it_starts_nothing_for_those_who_do_not_file(client_of, db, username):
    body = {"programme": "taizhou", "period": "2022Q1"}
    assert client_of(membership(username)).post(reverse("filing-start"), body).status_code == 403
    assert not Filing.objects.exists()
