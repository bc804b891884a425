"""The forms of a page as a browser would send them; and the pages of everybody who has forms to fill in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.test import Client
from django.urls import resolve, reverse

from . import routes
from .access.matrix import MATRIX
from .factories import membership, started, submitted

# Between them they see a form of each kind.
WHO = [
    "jiaojiang-preparer",
    "sanmen-preparer",
    "luqiao-preparer",
    "taizhou-education-administrator",
    "taizhou-education-reviewer",
    "sh-huangpu-preparer",
    "sh-huangpu-administrator",
    "shanghai-civil-affairs-administrator",
]
A_DAY = "2022-04-20"
TEXTS = {"", "text", "textarea", "email", "search", "url", "tel"}


@dataclass
class PageForm:
    """A form that changes something. `texts`: the names of the fields in which somebody can write what they like; a day is
    given where one is asked for."""

    action: str
    given: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    primary: dict[str, str] = field(default_factory=dict)  # the button that it is for

    @property
    def route(self) -> str | None:
        return resolve(urlsplit(self.action).path).url_name


class Forms(HTMLParser):
    """The forms of a page that are posted."""

    def __init__(self, text: str, page: str):
        super().__init__()
        self.page, self.found = page, []
        self._form: PageForm | None = None
        self._name = ""  # of the list or the text that is open
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._form = None
            if given.get("method", "get").lower() == "post":
                self._form = PageForm(urljoin(self.page, given.get("action", "")))
                self.found.append(self._form)
        elif self._form and "disabled" not in given:
            self._take(tag, given.get("type", ""), given)

    def _take(self, tag: str, kind: str, given: dict[str, str]) -> None:
        form, name, value = self._form, given.get("name", ""), given.get("value", "")
        if tag in ("select", "textarea"):
            self._name = name
            form.given.setdefault(name, "")
        if tag == "textarea" or (tag == "input" and name and kind in TEXTS):
            form.texts.append(name)
        if tag == "option" and self._name and (not form.given[self._name] or "selected" in given):
            form.given[self._name] = value
        if tag == "button" and name:
            form.primary |= {name: value} if "is-primary" in given.get("class", "") else {}
        if tag == "input" and name and (kind not in ("checkbox", "radio") or "checked" in given):
            form.given[name] = value or (A_DAY if kind == "date" else "")

    def handle_endtag(self, tag):
        if tag in ("select", "textarea"):
            self._name = ""

    def handle_data(self, data):
        if self._form and self._name in self._form.texts:
            self._form.given[self._name] += data


def addresses(scene: routes.World) -> list[str]:
    """One of each address. A return is a draft, one waits to be reviewed, and a period is closed."""
    submitted(membership("huangyan-preparer"))
    draft = started(membership("luqiao-preparer"))
    found = [scene.address(route) for route in routes.routes() if "GET" in MATRIX[route.name]]
    found += [reverse(name, args=[draft.public_id]) for name in ("filing-edit", "filing-nil")]
    closed = ["taizhou", "2021Q4"]
    return found + [
        reverse(name, args=closed) for name in ("period-detail", "period-reopen", "unlock-request")
    ]


def pages(client: Client, addresses: list[str]) -> Iterator[tuple[str, str]]:
    """Every page that the person gets, and what refuses them the others."""
    for address in addresses:
        answer = client.get(address)
        text = "" if answer.streaming else answer.content.decode(errors="replace")
        if text.startswith("<!doctype html>") and answer.status_code != 400:  # a bare page, about nobody
            yield address, text
