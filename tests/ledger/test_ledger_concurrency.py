"""Somebody records, switches or changes beside a colleague who submits: a return counts what it has read, and it alone."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection

from portal import clock, walls
from portal.models import Membership
from portal.problems import Refused
from reporting.filings import actions as filing_actions
from reporting.filings import counted as filing_counted
from reporting.filings import queries as filing_queries
from reporting.filings.checks import run_checks
from reporting.filings.typed_return import Typed
from reporting.ledger import actions as ledger_actions
from reporting.materials import actions as material_actions
from reporting.models import CountedActivity, CountedMaterial, Filing, Line, Material, Provider
from reporting.providers import actions as provider_actions
from targets.models import Programme

from ..conftest import NOW
from ..factories import EXPLANATION, course, ledger_user, membership, period, recorded, recorded_material, row

pytestmark = pytest.mark.one_database("postgresql")

NAME = "海门街道社区学校"
A_MOMENT = 1.5  # seconds: enough for what nobody holds up


@pytest.fixture
def clerk(transactional_db) -> Membership:
    return membership("jiaojiang-preparer")


@pytest.fixture
def beside(monkeypatch) -> Callable:
    """Submit a return, and have the move made by somebody else when the figures are read and nothing is frozen yet: what came of
    the move."""

    def run(filing: Filing, move: Callable[[], object]) -> object:
        outcomes: list[object] = []

        def on_its_own() -> None:
            with clock.frozen(NOW):
                try:
                    with walls.everything():
                        outcomes.append(move())
                except Exception as error:
                    outcomes.append(error)
                finally:
                    connection.close()

        other, counted_of = threading.Thread(target=on_its_own), filing_counted.counted_of

        def interrupted(*given):
            other.start()
            other.join(A_MOMENT)
            return counted_of(*given)

        monkeypatch.setattr(filing_actions, "counted_of", interrupted)
        filing_actions.submit(filing, revision=filing.revision, by=membership("jiaojiang-preparer"))
        other.join(30)
        return outcomes[0]

    return run


def filled_in(by: Membership, *rows: dict) -> Filing:
    """A draft that lacks nothing: submitting it is a transaction of its own."""
    filing = filing_actions.file(by.tenant, period(), Typed(rows=list(rows)), by=by, submitting=False)
    reading, facts = filing_queries.read_draft(filing)
    keys = [each.key for each in run_checks(reading, facts) if each.key]
    typed = Typed(rows=filing.draft.rows, explanations=dict.fromkeys(keys, EXPLANATION))
    for name in ("preparer", "head", "telephone"):
        setattr(typed, name, getattr(filing.draft, name))
    return filing_actions.save_draft(filing, typed, revision=filing.revision, by=by)


def figures_and_counted(filing: Filing) -> tuple[dict, dict]:
    """What the version says of its provider, and what the activities that it counts add up to."""
    line = Line.objects.get(version=filing.latest)
    counted: Counter[str] = Counter()
    for each in CountedActivity.objects.filter(version=filing.latest):
        counted.update(each.figures)
    return {code: line.values[code] for code in line.computed if line.values[code]}, dict(counted)


def test_what_is_recorded_beside_a_submission_waits_for_the_next_one(clerk, beside):
    ledger_user(clerk, NAME)
    recorded(clerk, course(NAME))
    outcome = beside(filled_in(clerk, row(NAME)), lambda: recorded(clerk, course(NAME, "2022-03-08")))
    assert not isinstance(outcome, Exception)
    figures, counted = figures_and_counted(Filing.objects.get(tenant=clerk.tenant))
    assert figures == counted == {"training_sessions": 1, "training_attendances": 40}


def test_a_provider_renamed_beside_a_submission_keeps_its_line(clerk, beside):
    provider = ledger_user(clerk, NAME)
    recorded(clerk, course(NAME))
    provider.refresh_from_db()

    def rename() -> Provider:
        given = {"name": "海门演示学校", "aliases": [], "is_active": True}
        return provider_actions.change_provider(provider, **given, revision=provider.revision, by=clerk)

    assert not isinstance(beside(filled_in(clerk, row(NAME)), rename), Exception)
    filing = Filing.objects.get(tenant=clerk.tenant)
    keys = CountedActivity.objects.values_list("provider_key", flat=True)
    assert set(keys) == set(Line.objects.filter(version=filing.latest).values_list("provider_key", flat=True))


def test_no_figure_is_typed_and_computed_by_a_switch_beside_a_submission(clerk, beside):
    provider = provider_actions.add_provider(clerk.tenant, NAME, by=clerk)

    def switch() -> object:
        given = {"uses_ledger": True, "period": period(), "revision": provider.revision}
        return ledger_actions.switch_ledger(provider, **given, by=clerk)

    assert isinstance(beside(filled_in(clerk, row(NAME, 1, 41)), switch), Refused)


def test_no_kind_is_typed_and_computed_by_a_switch_of_the_register_beside_a_submission(clerk, beside):
    taizhou = Programme.objects.get(code="taizhou")

    def switch() -> object:
        return material_actions.switch_register(clerk.tenant, taizhou, is_on=True, period=period(), by=clerk)

    outcome = beside(filled_in(clerk, row(NAME, 1, 41)), switch)
    assert isinstance(outcome, Refused)


def test_a_material_changed_beside_a_submission_is_told_that_it_is_counted(clerk, beside):
    provider = provider_actions.add_provider(clerk.tenant, NAME, by=clerk)
    taizhou = Programme.objects.get(code="taizhou")
    material_actions.switch_register(clerk.tenant, taizhou, is_on=True, period=period(), by=clerk)
    facts = {"provider": provider, "year": 2022, "finished_on": date(2022, 3, 10)}
    material = recorded_material(clerk, "网上预约挂号", **facts)

    def withdraw() -> Material:
        return material_actions.withdraw_material(
            material, reason="重复登记。", revision=material.revision, by=clerk
        )

    assert isinstance(beside(filled_in(clerk, row(NAME, 1, 41)), withdraw), Refused)
    assert CountedMaterial.objects.filter(material=material).exists()
