"""What a person finds on a page: its text, its fields and buttons, its tables. Tests ask this, not the markup."""

from html.parser import HTMLParser
from typing import NamedTuple

from django.http import HttpResponse

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNSEEN = {"script", "style", "template", "noscript"}


class Link(NamedTuple):
    href: str
    text: str


class Button(NamedTuple):
    name: str
    value: str
    text: str
    is_disabled: bool


class Screen(HTMLParser):
    """Read `response`; a page that is no well-formed HTML is refused."""

    def __init__(self, response: HttpResponse):
        super().__init__()
        self.at: dict[str, str] = {}  # text by id
        self.fields: dict[str, str] = {}
        self.links: list[Link] = []
        self.told: list[Link] = []  # links in what is announced as an alert
        self.buttons: list[Button] = []
        self.tables: list[list[list[str]]] = []
        self.alerts: list[str] = []
        self.items: list[str] = []
        self._texts: list[str] = []
        self._open: list[tuple[str, dict, int]] = []
        self.feed(response.content.decode())
        assert self._open == [], f"never closed: {self._open}"

    @property
    def text(self) -> str:
        """All visible text, blanks folded."""
        return " ".join("".join(self._texts).split())

    def rows(self, first: str) -> list[list[str]]:
        """The rows of all tables whose first cell is `first`."""
        return [row for table in self.tables for row in table if row and row[0] == first]

    def button(self, value: str) -> Button | None:
        return next((each for each in self.buttons if each.value == value), None)

    def problems(self) -> list[Link]:
        """What the page says is to be corrected, each with the place it leads to."""
        return [link for link in self.told if link.href.startswith("#")]

    def handle_starttag(self, tag, attributes):
        has = {name: value or "" for name, value in attributes}
        if "id" in has:
            assert has["id"] not in self.at, f"twice: {has['id']}"
            self.at[has["id"]] = ""
        if (
            tag == "input"
            and has.get("name")
            and (has.get("type") not in ("checkbox", "radio") or "checked" in has)
        ):
            self.fields[has["name"]] = has.get("value", "")
        if tag == "option" and "selected" in has:
            self.fields[self._enclosing("select").get("name", "")] = has.get("value", "")
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag not in VOID:
            self._open.append((tag, has, len(self._texts)))

    def handle_endtag(self, tag):
        opened, has, start = self._open.pop()
        assert opened == tag, f"</{tag}> closes <{opened}>"
        raw = "".join(self._texts[start:])
        text = " ".join(raw.split())
        if tag == "a":
            self.links.append(Link(has.get("href", ""), text))
            if any(around.get("role") == "alert" for _tag, around, _start in self._open):
                self.told.append(self.links[-1])
        if tag == "button":
            self.buttons.append(Button(has.get("name", ""), has.get("value", ""), text, "disabled" in has))
        if tag == "textarea" and has.get("name"):
            self.fields[has["name"]] = raw.removeprefix("\r\n").removeprefix("\n")
        if tag in ("td", "th"):
            self.tables[-1][-1].append(text)
        if tag == "li":
            self.items.append(text)
        if "id" in has:
            self.at[has["id"]] = text
        if has.get("role") == "alert":
            self.alerts.append(text)

    def handle_data(self, data):
        if not any(tag in UNSEEN for tag, _has, _start in self._open):
            self._texts.append(data)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.handle_endtag(tag)

    def _enclosing(self, tag: str) -> dict:
        return next(has for opened, has, _start in reversed(self._open) if opened == tag)
