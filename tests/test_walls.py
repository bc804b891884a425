"""The database's own wall between tenants, and that each of the two walls holds alone."""

from uuid import uuid4

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from portal import access, walls
from portal.models import HistoryEntry, HistoryHead, Invitation, Membership, Tenant
from reporting.assessment import actions as assessment_actions
from reporting.models import (
    Activity,
    ActivityFile,
    Checklist,
    CountedActivity,
    CountedMaterial,
    Draft,
    DuplicateDecision,
    Evidence,
    Extension,
    Filing,
    Headline,
    Import,
    Job,
    LedgerSwitch,
    Line,
    Material,
    MaterialFile,
    Opening,
    Operator,
    PeriodDecision,
    Provider,
    RegisterSwitch,
    Release,
    Reminder,
    ReminderSettings,
    Review,
    ReviewPoint,
    ServicePoint,
    Survey,
    SurveyFile,
    Total,
    UnlockRequest,
    Version,
    Weighting,
)
from reporting.periods import actions as period_actions
from targets.models import ReportingDuty, Target

from .factories import accepted, membership, period, released, row
from .walls import owner

pytestmark = pytest.mark.both_databases

WALLED = [
    *[HistoryEntry, HistoryHead, Membership, Invitation, Filing, Draft, Version, Line, Total, Review, Job],
    *[Release, Weighting, Import, Evidence, Reminder, ReminderSettings],
    *[ReviewPoint, Opening, PeriodDecision, Extension, UnlockRequest, Provider],
    *[Activity, ActivityFile, CountedActivity, DuplicateDecision, LedgerSwitch],
    *[Material, MaterialFile, CountedMaterial, RegisterSwitch, Survey, SurveyFile],
    *[Headline, Operator, ServicePoint, Checklist],
]
# Which tenant has which task is printed in the document: everybody may read it.
PUBLIC = {ReportingDuty, Target}
SECRET, FIGURE = "秘密成校（演示数据）", 7919


@pytest.fixture(autouse=True)
def on_postgresql(db):
    if not walls.stands():
        pytest.skip("SQLite, for one office, has the first wall only")


@pytest.fixture
def secret(neighbour) -> Filing:
    """A neighbour's accepted return with a name and a figure that nobody else may meet."""
    return accepted(neighbour, row(SECRET, 100, FIGURE))


@pytest.fixture
def walled_in(clerk):
    """The test itself looks through the clerk's scope."""
    with walls.below(clerk.tenant):
        yield clerk


def test_it_has_a_wall_around_every_table_with_a_tenant():
    with_tenant = {
        model
        for model in apps.get_models()
        if any(field.name == "tenant" for field in model._meta.fields) and model not in PUBLIC
    }
    assert with_tenant == set(WALLED)
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        assert {name for (name,) in cursor.fetchall()} == {model._meta.db_table for model in WALLED}


def test_it_refuses_a_query_without_a_scope(secret, a_row_in_each_table):
    assert [model for model in WALLED if not model.objects.exists()] == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.scope', '', true)")
    assert [model for model in WALLED if not refuses(model)] == []


def refuses(model) -> bool:
    try:
        with transaction.atomic():
            model.objects.count()
    except DatabaseError as error:
        return "tenant scope not set" in str(error)
    return False


def test_it_shows_a_forgotten_filter_nothing_foreign(secret, walled_in):
    assert not Filing.objects.filter(pk=secret.pk).exists()
    assert not Line.objects.exists()
    assert not Tenant.objects.filter(filings__pk=secret.pk).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM reporting_total")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    ("username", "is_shown"),
    [
        ("jiaojiang-preparer", True),
        ("jiaojiang-observer", True),
        ("taizhou-rtvu-preparer", True),
        ("taizhou-education-reviewer", True),
        ("sh-huangpu-preparer", False),
        ("shanghai-civil-affairs-administrator", False),
    ],
)
def test_it_shows_a_release_to_those_of_its_programme(db, username, is_shown):
    release = released()
    with walls.below(membership(username).tenant):
        assert Release.objects.filter(pk=release.pk).exists() is is_shown


def test_it_shows_weights_to_the_lead_alone(clerk, administrator):
    assessment_actions.set_weights(period().programme, {"videos": 2}, revision=0, by=administrator)
    with walls.below(administrator.tenant):
        assert Weighting.objects.exists()
    with walls.below(clerk.tenant):
        assert not Weighting.objects.exists()


def test_it_takes_no_release_from_a_county(clerk):
    release = released()
    release.pk, release.public_id, release.number = None, uuid4(), 2
    with (
        walls.below(clerk.tenant),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        release.save(force_insert=True)


def test_it_changes_nothing_foreign(secret, walled_in):
    assert Filing.objects.update(revision=99) == 0
    assert Draft.objects.all().delete()[0] == 0
    secret.revision = 99
    with pytest.raises(DatabaseError, match="did not affect any rows"), transaction.atomic():
        secret.save(update_fields=["revision"])


def test_it_refuses_a_row_for_another_tenant(secret, walled_in):
    own = HistoryEntry(
        tenant=secret.tenant, at=secret.first_submitted_at, action="x", subject_id=secret.public_id
    )
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        own.save()


def test_it_refuses_to_hand_a_row_to_another_tenant(clerk, secret):
    filing = accepted(clerk)
    with (
        walls.below(clerk.tenant),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        Filing.objects.filter(pk=filing.pk).update(tenant=secret.tenant)


def test_it_refuses_a_child_of_another_tenants_parent(clerk, secret):
    """Even somebody who sees both cannot hang a row below another tenant's."""
    total = Total(version=secret.latest, tenant=clerk.tenant, indicator="x", value=1)
    with pytest.raises(DatabaseError, match="same_tenant"), transaction.atomic():
        total.save()


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE reporting_line",
        "ALTER TABLE reporting_line DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant_scope ON reporting_line",
        "UPDATE reporting_line SET provider = 'x'",
        "DELETE FROM portal_historyentry",
        "CREATE VIEW everything AS SELECT * FROM reporting_line",
    ],
)
def test_it_gives_the_application_no_way_around(secret, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_it_forgets_the_scope_with_the_transaction(secret, clerk):
    """A scope set inside another one is put back: it never widens or narrows what comes after."""
    with walls.below(clerk.tenant):
        with walls.below(secret.tenant):
            assert Filing.objects.filter(pk=secret.pk).exists()
        assert not Filing.objects.filter(pk=secret.pk).exists()
    assert Filing.objects.filter(pk=secret.pk).exists()


def test_a_request_whose_scope_was_forgotten_is_refused(secret, as_, reviewer, monkeypatch):
    """Not answered with nothing in it."""
    assert as_(reviewer).get(reverse("filing-list")).status_code == 200
    monkeypatch.setattr(walls, "enter", lambda memberships: None)
    with pytest.raises(DatabaseError):
        as_(reviewer).get(reverse("filing-list"))


def test_before_its_scope_is_known_a_request_finds_the_persons_own_memberships_alone(secret, reviewer):
    with walls.of_request(reviewer.user_id):
        assert refuses(Filing)
        with walls.for_user(reviewer.user_id):
            assert list(Membership.objects.all()) == [reviewer]
        assert refuses(Filing)
        walls.enter([])
        assert not Filing.objects.exists()
        walls.enter([reviewer])
        assert Filing.objects.filter(pk=secret.pk).exists()


def test_a_request_of_somebody_without_a_tenant_sees_nothing_and_is_answered(secret, as_, clerk):
    Membership.objects.filter(pk=clerk.pk).update(is_active=False)
    assert as_(clerk).get("/").status_code == 200
    assert as_(clerk).get(reverse("filing-list")).status_code == 404


def test_it_covers_the_rendering_of_a_page(secret, as_, reviewer):
    """Lazy queries of a template run inside the request's transaction: figures, not silent zeros."""
    page = as_(reviewer).get(reverse("rollup", args=["taizhou"]), {"period": "2022Q1"})
    assert str(FIGURE) in page.content.decode().replace(",", "")


def test_it_refuses_to_start_as_the_owner():
    with owner(), pytest.raises(ImproperlyConfigured, match="owns tables"):
        walls.refuse_privileged_role()


def test_it_starts_as_the_application():
    walls.refuse_privileged_role()


# --- each wall alone


def leaks(client) -> bool:
    """Whether the clerk meets the neighbour's name or figure on any page with rows of tenants."""
    programme = ["taizhou"]
    addresses = [
        reverse("home"),
        reverse("filing-list"),
        reverse("history-list"),
        reverse("rollup", args=programme) + "?period=2022Q1&tenant=huangyan",
        reverse("rollup", args=programme) + "?period=2022Q1&tenant=taizhou-education",
        reverse("progress", args=programme),
        reverse("board", args=programme),
        *[version_address(version) for version in versions()],
    ]
    pages = [client.get(address).content.decode() for address in addresses]
    return any(SECRET in page or str(FIGURE) in page.replace(",", "") for page in pages)


def versions() -> list[Version]:
    return list(Version.objects.all())


def version_address(version: Version) -> str:
    return reverse("version-detail", args=[version.public_id])


def without_filters(monkeypatch) -> None:
    """As if every view had forgotten to ask what is mine."""
    monkeypatch.setattr(access, "visible_to", lambda queryset, by: queryset)
    monkeypatch.setattr("portal.access.visible_to", lambda queryset, by: queryset)
    monkeypatch.setattr("portal.queries.visible_to", lambda queryset, by: queryset)
    monkeypatch.setattr("portal.access.visible_tenants", lambda by: Tenant.objects.order_by("path"))


def without_policies() -> None:
    """As if nobody had ever built the second wall."""
    with owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in WALLED:
            cursor.execute(f"ALTER TABLE {model._meta.db_table} NO FORCE ROW LEVEL SECURITY")
            cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE ROW LEVEL SECURITY")


def test_it_holds_with_the_filters_gone(secret, clerk, as_, monkeypatch):
    without_filters(monkeypatch)
    assert not leaks(as_(clerk))


def test_it_holds_with_the_policies_gone(secret, clerk, as_):
    without_policies()
    assert not leaks(as_(clerk))


def test_it_is_seen_to_leak_with_both_gone(secret, clerk, as_, monkeypatch):
    without_filters(monkeypatch)
    without_policies()
    assert leaks(as_(clerk))


def test_it_shows_both_sides_to_the_city(secret, as_):
    """The presence behind the absences above."""
    assert leaks(as_(membership("taizhou-education-reviewer")))


def test_it_lets_a_county_read_whether_a_period_is_closed_and_not_decide_it(administrator, clerk):
    decision = period_actions.close_period(period(), reason="汇总已完成。", by=administrator)
    with walls.below(clerk.tenant):
        assert PeriodDecision.objects.get() == decision
        copy = PeriodDecision(period=period(), tenant=administrator.tenant, kind="close_period", reason="x")
        copy.decided_at, copy.decided_by = decision.decided_at, clerk.user
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            copy.save()


def test_it_hides_what_another_tenant_was_given_or_asked_for(a_row_in_each_table, walled_in):
    for model in (Extension, UnlockRequest, ReviewPoint, Opening, Operator, ServicePoint, Checklist):
        assert not model.objects.exists()


def test_a_district_reads_which_sum_stands_first_and_keeps_its_own_part_of_the_module(a_row_in_each_table):
    own, other = membership("sh-huangpu-preparer"), membership("sh-xuhui-preparer")
    with walls.below(own.tenant):
        assert (Headline.objects.count(), ServicePoint.objects.count(), Operator.objects.count()) == (1, 1, 1)
        moved = ServicePoint.objects.get()
        moved.tenant = other.tenant
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            moved.save()
        assert Headline.objects.update(channel="module") == 0
    with walls.below(other.tenant):
        assert (Headline.objects.count(), ServicePoint.objects.count(), Checklist.objects.count()) == (
            1,
            0,
            0,
        )
