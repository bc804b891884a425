"""A field of an activity stands in every place that asks for one: whoever adds one and forgets a place is told here."""

from dataclasses import fields

import pytest
from django.http import QueryDict
from django.urls import reverse

from portal.clock import today
from reporting.ledger import queries as ledger_queries
from reporting.ledger.actions import history_facts
from reporting.ledger.fields import ACTIVITY_FIELDS, COLUMNS, FOLDED, FROZEN, IN_HISTORY, READERS
from reporting.ledger.forms import ROW_FIELDS, ActivityForm, read_activity_form
from reporting.ledger.reading import TypedActivity, as_typed, read_activity
from reporting.models import Activity

from ..factories import ledger_user, period, recorded
from ..screen import Screen

SCHOOL = "海门街道社区学校"
# What the portal keeps of an activity, beside what somebody typed; some of it follows from that.
KEPT = {
    *("id", "public_id", "tenant", "programme", "revision", "recorded_at", "recorded_by", "counted_in"),
    *("withdrawn_at", "withdrawn_by", "withdrawal_reason"),
    *("starts_on", "ends_on", "class_hours", "venue_key"),
}
# A sitting in the sheet: a day and its hours in two columns.
OF_A_SITTING = {"on", "hours"}
TYPED = {each.name for each in fields(TypedActivity)}


@pytest.fixture
def full(clerk) -> TypedActivity:
    """Something other than the usual in each field; the programme has a list of tags for it."""
    programme = period().programme
    programme.ledger = {**programme.ledger, "tags": [{"code": "week", "name": "活动周（演示）"}]}
    programme.save()
    ledger_user(clerk, SCHOOL)
    ledger = programme.ledger_rules
    return TypedActivity(
        provider=SCHOOL,
        kind="short_training",
        sittings=[("2022-03-05", "2.5"), ("2022-03-12", "2.5")],
        attendances="41",
        volunteers="7",
        venue_kind="cultural_hall",
        venue="演示礼堂",
        scenarios=["scan", "payment"],
        channel=list(ledger.channels)[-1],
        language="演示方言",
        tags=["week"],
        co_organisers=["演示合办甲", "演示合办乙"],
        explanation="演示说明",
    )


def test_what_the_model_keeps_is_in_the_table():
    kept = {each.name for each in Activity._meta.concrete_fields}
    assert kept - KEPT == set(ACTIVITY_FIELDS) - OF_A_SITTING
    assert kept > KEPT


def test_what_is_typed_is_in_the_table():
    assert set(ACTIVITY_FIELDS) - OF_A_SITTING == TYPED
    assert {*READERS, "provider", "sittings"} == TYPED
    assert set(COLUMNS) == (TYPED | OF_A_SITTING) - {"sittings"}
    assert set(FOLDED) < TYPED and set(ROW_FIELDS) < TYPED | OF_A_SITTING


def test_the_history_and_the_versions_hold_all_that_is_typed():
    """In the order in which they always stood; the provider by its name."""
    assert IN_HISTORY == FROZEN
    assert [*IN_HISTORY] == [each.name for each in fields(TypedActivity) if each.name != "provider"]


def test_every_field_of_an_activity_is_read(clerk, full):
    assert all(getattr(full, name) for name in TYPED)
    providers = ledger_queries.names_of_providers(clerk.tenant)
    read = read_activity(full, period().programme.ledger_rules, providers=providers, today=today())
    assert read.findings == [] and set(read.values) >= TYPED
    assert all(read.values[name] for name in TYPED)


def test_every_field_of_an_activity_goes_through_the_form(full):
    """What the page is made of is what it sends, and what it sends is read."""
    form = ActivityForm(full, period().programme.ledger_rules, [SCHOOL])
    sent = QueryDict(mutable=True)
    for box in [*form.boxes.values(), *(box for pair in form.sittings for box in pair)]:
        several = getattr(full, box.name, None)
        sent.setlist(box.name, several if isinstance(several, list) and box.choices else [box.value])
    assert read_activity_form(sent) == full
    assert form.is_unfolded


def test_the_ledger_gives_back_what_was_recorded(clerk, full):
    (activity,) = recorded(clerk, full)
    assert as_typed(activity) == full
    told = history_facts(activity)
    assert set(told) == TYPED | {"evidence", "withdrawal_reason"}
    assert told["provider"] == SCHOOL and all(told[name] for name in TYPED)


def test_its_pages_have_a_place_for_each(as_, clerk, full):
    (activity,) = recorded(clerk, full)
    form = as_(clerk).get(reverse("activity-edit", args=[activity.public_id])).content.decode()
    names = [*(TYPED - {"sittings"}), "sitting-2-on", "sitting-2-hours"]
    assert [name for name in names if f'name="{name}"' not in form] == []
    shown = Screen(as_(clerk).get(activity.get_absolute_url())).text
    texts = [
        getattr(full, name) for name in TYPED if name not in ("sittings", "kind", "venue_kind", "channel")
    ]
    codes = {*full.scenarios, *full.tags}
    words = [
        word for each in texts for word in (each if isinstance(each, list) else [each]) if word not in codes
    ]
    assert [word for word in words if word not in shown] == []
