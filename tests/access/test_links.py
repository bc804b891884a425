"""What a page shows can be opened: no dead links."""

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest

from portal import clock

from ..selection import few
from . import world
from .asking import asked
from .cast import CAST

pytestmark = [pytest.mark.one_database("sqlite"), pytest.mark.slow("every page that links lead to")]

DEPTH, MOST = 3, 120


class Controls(HTMLParser):
    """The links and the forms of a page."""

    def __init__(self, text: str):
        super().__init__()
        self.links: set[str] = set()
        self.post_forms: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form" and given.get("method", "get").lower() == "post":
            self.post_forms.add(given.get("action") or "")
        elif tag == "form":
            self.links.add(given.get("action") or "")
        for name in ("href" if tag == "a" else "", "hx-get"):
            if given.get(name) and not given[name].startswith("#"):
                self.links.add(given[name])


@pytest.fixture(scope="module")
def busy(askers, own_files):
    """Something of everything to link to, made once."""
    with clock.frozen(world.NOW):
        for username, state in [
            ("jiaojiang-preparer", "accepted"),
            ("huangyan-preparer", "submitted"),
            ("taizhou-rtvu-preparer", "returned"),
            ("sh-huangpu-preparer", "correcting"),
            ("sh-xuhui-preparer", "draft"),
            ("sh-eldercare-preparer", "nil"),
        ]:
            world.make_return(username, state)
        world.make_exports()


@pytest.mark.parametrize("name", few([each.name for each in CAST if each.at], 2))
def test_it_shows_no_link_that_it_refuses(busy, everybody, name):
    each = next(each for each in everybody if each.persona.name == name)
    dead, known, page_forms = [], {"/"}, set()
    level = ["/"]
    for _depth in range(DEPTH):
        following = []
        for page in level[:MOST]:
            answer, _written = each.ask("GET", page)
            asked["links"] += 1
            if answer.status_code not in (200, 302):
                dead.append(f"{page}: {answer.status_code}")
            if "html" not in answer.headers.get("Content-Type", ""):
                continue
            found = Controls(answer.content.decode())
            page_forms |= {urljoin(page, form) for form in found.post_forms}
            for link in sorted(urljoin(page, each) for each in found.links):
                if not urlsplit(link).netloc and link not in known:
                    known.add(link)
                    following.append(link)
        level = following
    for form in sorted(page_forms):
        asked["links"] += 1
        answer, _written = each.ask("GET", form)
        if answer.status_code not in (200, 302, 405):
            dead.append(f"form {form}: {answer.status_code}")
    assert len(known) > 8
    assert dead == []
