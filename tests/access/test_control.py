"""The harness sees what it is there to see: views without a check fail it in every way that it judges."""

import pytest
from django.urls import reverse

from portal import walls

from . import matrix, world
from .asking import asked, asker
from .cast import person
from .doors import findings
from .routes import named, offered, walk

pytestmark = pytest.mark.one_database("sqlite")


@pytest.fixture
def broken(fresh, settings):
    """What is asked here is not in the sum of the matrix: the broken views answer 500, the portal never does."""
    settings.ROOT_URLCONF = "tests.access.broken_urls"
    before = asked.copy()
    yield fresh
    asked.clear()
    asked.update(before)


def test_it_sees_a_view_without_a_check(broken):
    """On PostgreSQL the second wall hides the rows from the broken views too: the status alone is then wrong."""
    filing, _version = world.make_return("jiaojiang-preparer", "submitted")
    names = ("filing-edit", "filing-detail")
    unchecked, telling = (reverse(name, args=[filing.public_id]) for name in names)
    nothing = [reverse(name, args=[world.NOTHING]) for name in names]
    onlooker, stranger, nobody = (
        asker(person(name)) for name in ("jiaojiang-observer", "huangyan-preparer", "anonymous")
    )
    onlooker.cell("GET", unchecked, 403)
    onlooker.cell("POST", telling, 405)
    stranger.cell("GET", unchecked, 404)
    stranger.cell("GET", telling, 404, missing=nothing[1])
    stranger.cell("GET", nothing[0], 404)
    nobody.cell("GET", unchecked, 302)
    seen = {line.split(": ", 2)[2] for line in findings([onlooker, stranger, nobody])}
    both = {
        "200, not 403",
        "404, not 405",
        "500, not 404",
        "writes ['reporting_filing']",
        "leads to “”, not to /sign-in/?next=/",
    }
    first_wall_only = {"200, not 404", "200, not 302", "tells a foreign object from none"}
    assert seen == (both | {"500, not 302"} if walls.stands() else both | first_wall_only)


def test_it_sees_a_route_that_nobody_decided_on(broken):
    assert set(named()) - set(matrix.MATRIX) == {"", "unlisted"}
    assert [route.pattern for route in walk() if not route.name] == ["forgotten/"]


def test_it_sees_a_method_that_nobody_decided_on(broken, as_, clerk):
    filing, _version = world.make_return("jiaojiang-preparer", "submitted")
    assert "POST" in offered(as_(clerk), reverse("filing-detail", args=[filing.public_id]))
