"""Every list page asks the database as often for three rows as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reporting.exports import jobs

from .factories import (
    accepted,
    course,
    ledger_user,
    membership,
    period,
    recorded,
    released,
    row,
    started,
    submitted,
    surveyed,
)

REVIEWER, ADMINISTRATOR, OBSERVER = (
    f"taizhou-education-{role}" for role in ("reviewer", "administrator", "observer")
)
COUNTIES = ["jiaojiang", "huangyan", "luqiao"]
LISTS = [
    ("/", REVIEWER, submitted),
    ("/", OBSERVER, submitted),
    ("/filings/", REVIEWER, submitted),
    ("/reviews/", REVIEWER, submitted),
    ("/taizhou/survey/", REVIEWER, surveyed),
    ("/filings/", ADMINISTRATOR, accepted),
    ("/history/", REVIEWER, accepted),
    ("/history/", ADMINISTRATOR, submitted),
    ("/taizhou/rollup/", REVIEWER, accepted),
    ("/taizhou/rollup/?include_submitted=1&cumulative=1", REVIEWER, submitted),
    ("/taizhou/rollup/attachment/", REVIEWER, accepted),
    ("/taizhou/board/", REVIEWER, accepted),
    ("/taizhou/board/", OBSERVER, submitted),
    ("/taizhou/progress/", REVIEWER, accepted),
    ("/taizhou/assessment/", REVIEWER, accepted),
]


def queries(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize(("address", "username", "filed"), LISTS)
def test_it_asks_as_often_for_three_rows_as_for_one(as_, db, address, username, filed):
    client, counts = as_(membership(username)), []
    for number, county in enumerate(COUNTIES):
        filed(membership(f"{county}-preparer"))
        if number != 1:
            counts.append(queries(client, address))
    assert counts[0] == counts[1]
    assert 3 < counts[0] < 60


def test_it_asks_as_often_for_three_exports_as_for_one(as_, reviewer, monkeypatch):
    monkeypatch.setattr(jobs, "nudge", lambda job: None)
    counts = []
    for codes in (["2021Q4"], ["2021Q2", "2021Q3"]):
        for code in codes:
            jobs.run(str(jobs.request_export(period(code), by=reviewer).public_id))
        counts.append(queries(as_(reviewer), "/exports/"))
    assert counts[0] == counts[1]


def test_it_asks_as_often_for_three_releases_as_for_one(as_, clerk):
    counts = []
    for codes in (["2021Q1"], ["2021Q2", "2021Q3"]):
        for code in codes:
            released(code)
        counts.append(queries(as_(clerk), "/taizhou/releases/"))
    assert counts[0] == counts[1]


def test_it_asks_as_often_for_everybody_as_for_a_few(as_, administrator):
    few, many = membership("jiaojiang-administrator"), administrator
    assert queries(as_(few), "/people/") == queries(as_(many), "/people/")


def test_it_asks_as_often_for_a_return_with_many_rows(as_, clerk, neighbour):
    from_one = submitted(clerk, row_of(1))
    from_many = submitted(neighbour, *[row_of(number) for number in range(1, 31)])
    counts = [
        queries(as_(who), filing.get_absolute_url())
        for who, filing in ((clerk, from_one), (neighbour, from_many))
    ]
    assert counts[0] == counts[1]


def row_of(number: int) -> dict:
    return row(f"第{number}成人学校", 1, 40)


def test_a_return_opens_with_as_many_for_thirty_activities_as_for_one(as_, clerk):
    provider, filing, counts = ledger_user(clerk), started(clerk), []
    for number in (1, 29):
        recorded(clerk, *(course(provider.name, attendances=20 + each) for each in range(number)))
        counts.append(queries(as_(clerk), f"{filing.get_absolute_url()}edit/"))
    assert counts[0] == counts[1]
