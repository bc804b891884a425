"""A return as typed goes into a draft and out of it whole, whichever way."""

from dataclasses import replace

import pytest

from reporting.filings import actions as filing_actions
from reporting.filings import queries as filing_queries
from reporting.filings.typed_return import CONTACTS, KEYED, Typed
from reporting.models import Draft, Filing

from ..factories import course, ledger_user, recorded, row, started

FULL = Typed(
    rows=[{"id": "one", **row("海门街道社区学校", 1, 41)}],
    is_nil=True,
    explanations={"a1b2": "已核对"},
    preparer="甲",
    head="乙",
    telephone="0000",
    replies={"1-1": "已改"},
)
# What a draft holds beside what is typed: whose it is, and who saved it when.
KEPT_ASIDE = {"id", "filing", "tenant", "editors", "packets", "saved_at", "saved_by"}


def test_it_names_every_field_of_a_draft():
    assert {each.name for each in Draft._meta.get_fields()} - KEPT_ASIDE == set(vars(FULL))
    assert {*CONTACTS, *KEYED} < set(vars(FULL))


def test_a_draft_gives_back_what_was_put_in():
    draft = Draft()
    FULL.keep_in(draft)
    assert Typed.of(draft) == FULL
    assert draft.rows == FULL.rows and draft.rows is not FULL.rows


def test_the_texts_beside_the_table_go_by_the_names_of_their_inputs():
    texts = {
        **dict(zip(CONTACTS, ("甲", "乙", "0000"), strict=True)),
        "explain-a1b2": "已核对",
        "reply-1-1": "已改",
    }
    assert FULL.texts == texts
    assert Typed.of_texts(FULL.rows, texts) == replace(FULL, is_nil=False)
    assert Typed.of_texts(FULL.rows, texts | {"reply-1-1": ""}).replies == {}


def test_it_is_judged_as_typed_whatever_the_draft_holds(clerk):
    filing = started(clerk)
    facts = filing_queries.facts_for(filing, FULL)
    assert (facts.is_nil, facts.contacts, facts.replies) == (True, FULL.contacts, FULL.replies)
    assert filing.draft.rows == [] and not filing.draft.is_nil


@pytest.mark.parametrize("name", [*CONTACTS])
def test_a_file_leaves_the_contacts_that_are_there(clerk, name):
    filing = started(clerk)
    Draft.objects.filter(filing=filing).update(**{name: "旧"})
    given = Typed(rows=[row("海门街道社区学校", 1, 41)])
    filed = filing_actions.file(clerk.tenant, filing.period, given, by=clerk, submitting=False)
    assert getattr(Filing.objects.get(pk=filed.pk).draft, name) == "旧"
    assert getattr(given, name) == ""


def test_the_rows_that_the_ledger_gives_are_read_with_the_typed_ones(clerk):
    ledger_user(clerk, "白云街道社区学校")
    recorded(clerk, course("白云街道社区学校", attendances=41))
    reading, _facts = filing_queries.read_typed(started(clerk), FULL)
    assert [each["provider"] for each in reading.rows] == ["海门街道社区学校", "白云街道社区学校"]
