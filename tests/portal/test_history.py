"""The history is a chain: whatever is done to it past `portal.history`, `verify_history` finds and names it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction

from portal import chain, clock, history
from portal.models import HistoryEntry, HistoryHead
from reporting.filings import actions as filing_actions

from ..factories import accepted, row, submitted, tenant
from ..screen import Screen
from ..tampering import tamper
from ..walls import owner

pytestmark = pytest.mark.both_databases

TABLE = "portal_historyentry"


@pytest.fixture
def chained(clerk, neighbour) -> list[HistoryEntry]:
    """椒江's history of one accepted return, five entries; 黄岩 has one of its own."""
    explained = row("一所学校", 1, 5)  # the explanation is saved by itself
    submitted(neighbour, explained)
    accepted(clerk, explained)
    return entries_of("jiaojiang")


def entries_of(code: str) -> list[HistoryEntry]:
    return list(HistoryEntry.objects.filter(tenant__code=code).order_by("number"))


def change(number: int, column: str, value: object) -> None:
    """Alter one column of one of 椒江's entries."""
    statement = f"UPDATE {TABLE} SET {column} = %s WHERE number = %s AND tenant_id = %s"
    assert tamper(TABLE, statement, value, number, tenant("jiaojiang").pk) == 1


def delete(number: int) -> None:
    statement = f"DELETE FROM {TABLE} WHERE number = %s AND tenant_id = %s"
    assert tamper(TABLE, statement, number, tenant("jiaojiang").pk) == 1


def renumber(*moves: tuple[int, int]) -> None:
    """Give entries other numbers, all at once: (from, to)."""
    for old, new in moves:
        change(old, "number", 1000 + new)
    for _old, new in moves:
        change(1000 + new, "number", new)


def forge(number: int, *, previous: str, **said: object) -> HistoryEntry:
    """Put in an entry with a digest that is right for what it says."""
    pattern = entries_of("jiaojiang")[0]
    fields = ("at", "by", "tenant", "action", "subject_kind", "subject_id")
    entry = HistoryEntry(**{name: getattr(pattern, name) for name in fields} | said)
    entry.number, entry.previous = number, previous
    entry.digest = chain.digest_of(entry)
    entry.save()
    return entry


def found() -> list[tuple[int, str]]:
    """What is wrong with 椒江's history: (number, kind). 黄岩's is whole all the while."""
    assert history.verify(tenant("huangyan"))[1] == []
    return [(fault.number, fault.kind) for fault in history.verify(tenant("jiaojiang"))[1]]


# --- whole


def test_it_numbers_each_tenants_entries_from_one(chained):
    assert [entry.number for entry in chained] == [1, 2, 3, 4, 5]
    assert [entry.number for entry in entries_of("huangyan")] == [1, 2, 3, 4]
    assert found() == []


def test_it_chains_them_to_the_head(chained):
    assert [entry.previous for entry in chained] == ["", *[entry.digest for entry in chained[:-1]]]
    head = HistoryHead.objects.get(tenant__code="jiaojiang")
    assert (head.count, head.digest) == (5, chained[-1].digest)


def test_it_prints_the_heads_and_the_count(chained):
    output = StringIO()
    call_command("verify_history", stdout=output)
    printed = output.getvalue().splitlines()
    assert f"jiaojiang 5 {chained[-1].digest}" in printed
    assert "9" in printed[-1]


def test_it_verifies_one_tenant(chained):
    change(2, "action", "accept")
    output = StringIO()
    call_command("verify_history", "--tenant", "huangyan", stdout=output)
    assert output.getvalue().startswith("huangyan 4 ")


def test_it_says_when_there_is_no_such_tenant(db):
    with pytest.raises(CommandError):
        call_command("verify_history", "--tenant", "nowhere")


def test_it_names_tenant_and_number_and_what_is_wrong(chained):
    change(3, "reason", "改过的理由")
    with pytest.raises(CommandError) as caught:
        call_command("verify_history", stdout=StringIO())
    fault = history.verify(tenant("jiaojiang"))[1][0]
    assert str(caught.value).count("\n") == 0
    assert "jiaojiang" in str(caught.value)
    assert "3" in str(caught.value)
    assert fault.text in str(caught.value)


# --- refused by the database


def test_it_refuses_to_change_an_entry(chained):
    with pytest.raises(IntegrityError), owner(), transaction.atomic():
        HistoryEntry.objects.filter(pk=chained[0].pk).update(reason="x")


def test_it_has_no_right_to_change_an_entry_either(chained):
    """On PostgreSQL the application's role may not even try; on SQLite the trigger alone refuses."""
    with pytest.raises(DatabaseError), transaction.atomic():
        HistoryEntry.objects.filter(pk=chained[0].pk).update(reason="x")


def test_it_refuses_to_delete_an_entry(chained):
    with pytest.raises(IntegrityError), owner(), transaction.atomic():
        HistoryEntry.objects.filter(pk=chained[0].pk).delete()


def test_it_refuses_a_number_twice(chained):
    with pytest.raises(IntegrityError), transaction.atomic():
        forge(5, previous=chained[3].digest)


# --- altered


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "recall"),
        ("at", "2022-01-01 00:00:00+00:00"),
        ("by_id", None),
        ("subject_kind", "job"),
        ("version", 9),
        ("version_digest", "0" * 64),
        ("before", '{"status": "accepted"}'),
        ("after", '{"status": "accepted"}'),
        ("reason", "改过的理由"),
        ("previous", "0" * 64),
    ],
)
def test_it_finds_an_altered_entry(chained, column, value):
    change(4, column, value)
    assert found() == [(4, "altered")]


def test_it_finds_an_altered_entry_with_a_new_digest(chained):
    """Somebody who knows the rule writes the digest anew: the next entry still names the old one."""
    entry = chained[2]
    entry.reason = "改过的理由"
    change(3, "reason", entry.reason)
    change(3, "digest", chain.digest_of(entry))
    assert found() == [(4, "missing")]


def test_it_finds_the_last_entry_altered_with_a_new_digest(chained):
    entry = chained[4]
    entry.action = "send_back"
    change(5, "action", entry.action)
    change(5, "digest", chain.digest_of(entry))
    assert found() == [(5, "altered")]


def test_it_finds_an_entry_moved_to_another_tenant(chained):
    change(5, "tenant_id", tenant("luqiao").pk)
    assert found() == [(5, "missing")]
    HistoryEntry.objects.get(tenant__code="luqiao")
    assert [fault.kind for fault in history.verify(tenant("luqiao"))[1]] == ["inserted", "missing", "altered"]


# --- missing


@pytest.mark.parametrize("number", [1, 3])
def test_it_finds_a_missing_entry(chained, number):
    delete(number)
    assert found() == [(number, "missing")]


def test_it_finds_the_last_entries_missing(chained):
    delete(5)
    delete(4)
    assert found() == [(4, "missing")]


def test_it_finds_all_entries_missing(chained):
    tamper(TABLE, f"DELETE FROM {TABLE} WHERE tenant_id = %s", tenant("jiaojiang").pk)
    assert found() == [(1, "missing")]


def test_it_finds_a_missing_entry_behind_new_numbers(chained):
    delete(2)
    renumber((3, 2), (4, 3), (5, 4))
    assert found() == [(2, "missing"), (5, "missing")]


def test_it_finds_a_missing_head(chained):
    HistoryHead.objects.filter(tenant__code="jiaojiang").delete()
    assert [kind for _number, kind in found()] == ["inserted"] * 5


# --- moved and inserted


def test_it_finds_two_entries_in_another_order(chained):
    renumber((2, 3), (3, 2))
    assert found() == [(2, "moved"), (3, "moved"), (4, "moved")]


def test_it_finds_an_entry_put_in_between(chained):
    renumber((3, 4), (4, 5), (5, 6))
    forge(3, previous=chained[1].digest, action="recall")
    assert found() == [(4, "moved"), (6, "inserted")]


def test_it_finds_an_entry_added_past_the_end(chained):
    forge(6, previous=chained[4].digest, action="recall")
    assert found() == [(6, "inserted")]


def test_it_writes_on_after_a_fault_without_hiding_it(chained, reviewer):
    """The chain goes on from the head; the fault stays where it is."""
    change(3, "reason", "改过的理由")
    history.record(
        "export",
        subject_kind="job",
        subject_id=chained[0].subject_id,
        tenant=tenant("jiaojiang"),
        by=reviewer.user,
    )
    assert found() == [(3, "altered")]
    assert HistoryHead.objects.get(tenant__code="jiaojiang").count == 6


# --- the page


def test_it_lists_by_number_though_the_clock_went_back(as_, clerk, neighbour):
    """What was written last stands first, at the return itself last: the order of the chain, whatever the clock said."""
    filing = submitted(clerk)
    with clock.frozen(clock.now() - timedelta(hours=3)):
        filing_actions.recall(filing, revision=filing.revision, by=clerk)
    written = list(HistoryEntry.objects.filter(tenant=clerk.tenant).order_by("number"))
    assert written[-1].at < written[0].at
    for address in ("/history/", "/history/?sort=-at", "/history/?sort=-number"):
        (table,) = Screen(as_(clerk).get(address)).tables
        assert [line[0] for line in table[1:]] == [str(each.number) for each in reversed(written)]
    page = Screen(as_(clerk).get(filing.get_absolute_url())).text
    history = page[page.rindex("操作记录") :]
    assert history.index("已上报") < history.index("已撤回")
