"""The harness sees what it is there to see: views without a check fail it in every way that it judges."""

import pytest
from django.urls import reverse

from . import matrix, world
from .asking import asker
from .cast import person
from .routes import named, offered, walk
from .test_matrix import NOTHING, findings


@pytest.fixture
def broken(fresh, settings):
    settings.ROOT_URLCONF = "tests.access.broken_urls"
    return fresh


def test_it_sees_a_view_without_a_check(broken):
    filing, _version = world.make_return("jiaojiang-preparer", "submitted")
    stranger, nobody = asker(person("huangyan-preparer")), asker(person("anonymous"))
    addresses = [
        [reverse(name, args=[each]) for each in (filing.public_id, NOTHING)]
        for name in ("filing-detail", "filing-edit")
    ]
    stranger.cell("GET", addresses[0][0], 404, missing=addresses[0][1])
    stranger.cell("GET", addresses[0][1], 404)
    stranger.cell("POST", addresses[0][0], 405)
    stranger.cell("GET", addresses[1][0], 404, missing=addresses[1][1])
    nobody.cell("GET", addresses[0][0], 302)
    nobody.cell("POST", addresses[0][0], 302)
    seen = {line.split(": ", 2)[2] for line in findings([stranger, nobody])}
    assert seen == {
        "200, not 404",
        "500, not 404",
        "200, not 405",
        "200, not 302",
        "writes ['reporting_filing']",
        "tells a foreign object from none",
        "leads to “”, not to the sign-in page",
    }


def test_it_sees_a_route_that_nobody_decided_on(broken):
    assert set(named()) - set(matrix.MATRIX) == {"", "unlisted"}
    assert [route.pattern for route in walk() if not route.name] == ["forgotten/"]


def test_it_sees_a_method_that_nobody_decided_on(broken, as_, clerk):
    filing, _version = world.make_return("jiaojiang-preparer", "submitted")
    assert "DELETE" in offered(lambda: as_(clerk), reverse("filing-detail", args=[filing.public_id]))
