"""A field that was not sent is no empty one: every form that saves over something leaves it as it is.

For each form: what its page posts, less one field at a time, saves what it saved before.
"""

import pytest
from django.urls import reverse

from reporting.filings import actions as filing_actions
from reporting.filings.typed_return import Typed
from reporting.ledger.reading import as_typed
from reporting.materials.forms import MaterialForm
from reporting.models import Activity, Filing, Material, Provider, Survey
from reporting.providers import actions as provider_actions

from .factories import FIGURES, course, ledger_user, recorded, recorded_material, row, started, surveyed
from .screen import Screen

NAME, OTHER = "海门街道社区学校（演示）", "白云街道社区学校（演示）"
UNSENT = ("csrfmiddlewaretoken", "revision", "do")


def saved_without_each(client, address: str, state, **more: str) -> int:
    """Post the page as it is without each of its fields in turn; `state` reads what is saved. Counts the fields."""
    before = state()
    names = [each for each in Screen(client.get(address)).fields if each not in UNSENT]
    for name in names:
        fields = Screen(client.get(address)).fields | more
        response = client.post(address, {key: value for key, value in fields.items() if key != name})
        assert response.status_code == 302, (name, response.status_code)
        assert state() == before, name
    return len(names)


@pytest.fixture
def filing(clerk) -> Filing:
    typed = Typed(
        rows=[{"id": "a1", **row(NAME, *FIGURES)}, {"id": "b2", **row(OTHER, 1, 40)}],
        explanations={"abc123": "已核对，两个班合并开课"},
        preparer="甲（演示）",
        head="乙（演示）",
        telephone="演示号码 0000",
    )
    filing = started(clerk)
    return filing_actions.save_draft(filing, typed, revision=filing.revision, by=clerk)


def draft(filing: Filing) -> dict:
    kept = Filing.objects.with_parties().get(pk=filing.pk).draft
    rows = [(each["provider"], each["values"]) for each in kept.rows]
    return {"rows": rows, "texts": Typed.of(kept).texts}


@pytest.mark.slow("the page is posted once for each of its fields")
def test_the_grid(as_, clerk, filing):
    address = reverse("filing-edit", args=[filing.public_id])
    counted = saved_without_each(as_(clerk), address, lambda: draft(filing), do="save")
    assert counted > 2 * 8 + 3


def test_the_grid_without_any_row(as_, clerk, filing):
    before = draft(filing)
    posted = {"do": "save", "revision": filing.revision}
    as_(clerk).post(reverse("filing-edit", args=[filing.public_id]), posted)
    assert draft(filing) == before


def test_an_empty_field_is_an_empty_one(as_, clerk, filing):
    address = reverse("filing-edit", args=[filing.public_id])
    fields = Screen(as_(clerk).get(address)).fields | {"do": "save", "row-1-videos": "", "head": ""}
    as_(clerk).post(address, fields)
    assert (draft(filing)["rows"][0][1]["videos"], draft(filing)["texts"]["head"]) == ("", "")


def test_a_row_of_another_provider_takes_nothing_over(as_, clerk, filing):
    """Without scripts a page may post no ids: what stood in that place belongs to somebody else."""
    posted = {
        "do": "save",
        "revision": filing.revision,
        "row-1-provider": "洪家成校（演示）",
        "row-1-videos": "1",
    }
    as_(clerk).post(reverse("filing-edit", args=[filing.public_id]), posted)
    ((name, values),) = draft(filing)["rows"]
    assert (name, values["videos"], values["training_sessions"]) == ("洪家成校（演示）", "1", "")


def test_the_survey(as_, clerk):
    survey = surveyed(clerk)
    address = reverse("survey-edit", args=["taizhou"])
    assert saved_without_each(as_(clerk), address, lambda: Survey.objects.get(pk=survey.pk).typed) > 2


def test_the_register_of_providers(as_, clerk):
    provider = provider_actions.add_provider(clerk.tenant, NAME, by=clerk)
    provider_actions.change_provider(
        provider,
        name=NAME,
        aliases=["海门成校（演示）"],
        is_active=True,
        revision=provider.revision,
        by=clerk,
    )

    def state() -> tuple:
        found = Provider.objects.get(pk=provider.pk)
        return found.name, found.aliases

    saved_without_each(as_(clerk), reverse("provider-edit", args=[provider.public_id]), state)


def test_the_kind_of_a_provider(as_, clerk):
    provider = ledger_user(clerk, NAME)
    kind = next(iter(recorded(clerk, course(NAME))[0].programme.ledger_rules.provider_kinds))
    provider.refresh_from_db()
    provider_actions.classify_provider(provider, kind=kind, tags=[], revision=provider.revision, by=clerk)
    address = reverse("provider-kind", args=[provider.public_id])
    assert saved_without_each(as_(clerk), address, lambda: Provider.objects.get(pk=provider.pk).kind)


def test_an_activity(as_, clerk):
    ledger_user(clerk, NAME)
    (activity,) = recorded(clerk, course(NAME, volunteers="2", explanation="教室较大，两班合并上课"))

    def state():
        return as_typed(Activity.objects.with_parties().get(pk=activity.pk))

    saved_without_each(as_(clerk), reverse("activity-edit", args=[activity.public_id]), state)


def test_a_material(as_, clerk):
    material = recorded_material(clerk)

    def state() -> dict:
        return MaterialForm.of(Material.objects.select_related("provider").get(pk=material.pk))

    assert saved_without_each(as_(clerk), reverse("material-edit", args=[material.public_id]), state) > 5
