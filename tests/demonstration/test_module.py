"""The demonstration's work module: every base and venue says what it is before its first activity."""

import csv

import pytest

from reporting.demonstration import module as demonstration_module
from reporting.demonstration.plan import NIL
from reporting.models import Provider, ServicePoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def register() -> dict[tuple[str, str], Provider]:
    demonstration_module.play()
    found = Provider.objects.filter(tenant__code__startswith="sh-").select_related("tenant")
    return {(each.tenant.code, each.name): each for each in found}


def test_every_base_and_venue_of_the_year_has_a_kind(register):
    with demonstration_module.YEAR.open(encoding="utf-8") as file:
        rows = {(each["tenant"], each["provider"]) for each in csv.DictReader(file)}
    assert set(register) == {each for each in rows if each[1] != NIL}
    assert {each.kind for each in register.values()} == {
        "service_point",
        "public_base",
        "community_college",
        "community_school",
        "eldercare",
    }


def test_a_base_may_be_an_elder_care_venue_as_well(register):
    bases = {name: each.tags for (code, name), each in register.items() if code == "sh-bases"}
    assert bases.pop("金山区长者照护之家公益基地（示例）") == ["public_base", "eldercare_venue"]
    assert len(bases) == 4
    assert set(map(tuple, bases.values())) == {("public_base",)}


def test_points_are_those_of_registered_providers(register):
    points = ServicePoint.objects.exclude(provider=None).select_related("provider__tenant")
    assert {(each.provider.tenant.code, each.provider.name) for each in points} <= set(register)
    assert points.count() > 20
