"""One account goes through the portal: every link and every form that only asks, then every address that has a name."""

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from itertools import product
from urllib.parse import urljoin, urlsplit

from django.test import Client
from django.urls import URLPattern, get_resolver

from . import record
from .files import Files
from .screen import Form, Screen

PASSWORD = "demo-suishenxue-2022"  # noqa: S105 -- published on purpose, in demonstration mode only
HEADERS = ("Location", "Content-Type", "Content-Disposition", "Cache-Control")
NOT_VISITED = ("/sign-out/", "/static/")
SAMPLE = 3  # objects of one kind that each account asks for by address, whether or not a page leads there
AT_MOST = 5  # pages that differ in their objects or in what was asked alone, as far as links lead; of attachments all
VALUE = re.compile(r"=[^&]*")
PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


class Walk:
    def __init__(self, account: str, names: dict[str, str], cookies: SimpleCookie):
        self.account, self.names = account, names
        self.client = _browser()
        self.client.cookies = cookies
        self.pages: record.Part = {}
        self.shapes: record.Part = {}
        self.files = Files()
        self.seen: set[str] = set()
        self.wanted: set[str] = set()  # met in a link, visited or not
        self.shown: Counter[str] = Counter()
        self.exports: dict[tuple, list[tuple[str, str]]] = {}

    def everything(self) -> None:
        """From the first page on, as far as links lead."""
        waiting = deque(["/"])
        while waiting:
            waiting += [each for each in self.visit(waiting.popleft()) if self._is_wanted(each)]

    def _is_wanted(self, address: str) -> bool:
        if address in self.seen or address in self.wanted:
            return False
        self.wanted.add(address)
        shape = VALUE.sub("=", record.UUID.sub("*", address))
        self.shown[shape] += 1
        return self.shown[shape] <= AT_MOST or "/attachment/" in address

    def named(self, addresses: list[str]) -> None:
        for address in addresses:
            self.visit(address)

    def visit(self, address: str) -> list[str]:
        """Ask for an address and write down the answer; where its page leads."""
        if address in self.seen or address.startswith(NOT_VISITED):
            return []
        self.seen.add(address)
        return self.take(address, self.client.get(address))

    def take(self, address: str, response) -> list[str]:
        name = f"{self.account} {self._masked(address)}"
        head = [f"[{header}: {response[header]}]" for header in HEADERS if header in response]
        self.pages[name] = [self._masked(line) for line in [f"[status {response.status_code}]", *head]]
        body = b"".join(response.streaming_content) if response.streaming else response.content
        if not response.get("Content-Type", "").startswith("text/html"):
            if body and response.status_code == 200:
                self.files.take(name, body, response["Content-Type"])
            return [response["Location"]] if "Location" in response else []
        screen = Screen(body.decode())
        self.pages[name] += [self._masked(line) for line in screen.lines]
        self.shapes[name] = [self._masked(line) for line in screen.shape]
        return [*self._leads(address, screen), *([response["Location"]] if "Location" in response else [])]

    def _leads(self, address: str, screen: Screen) -> Iterator[str]:
        """What the page leads to. A list that is sorted or filtered already is not sorted or filtered once more."""
        path = urlsplit(address).path
        asked = [each for form in screen.forms if form.method == "get" for each in form.addresses(path)]
        for link in [*screen.links, *asked]:
            parts = urlsplit(urljoin(address, link))
            if parts.netloc or parts.scheme or (parts.path == path and address != path):
                continue
            yield parts.path + (f"?{parts.query}" if parts.query else "")
        for form in screen.forms:
            if path == "/exports/" and any(name == "format" for name, _value in form.buttons):
                self._remember(form)

    def _remember(self, form: Form) -> None:
        for button in form.buttons:
            fields = [each for each in form.given if each[0] != "csrfmiddlewaretoken"]
            self.exports[(*sorted(fields), button)] = [*fields, button]

    def export(self, exports: dict, make: Callable[[str], None]) -> None:
        """Every kind and format that pages offered for each period and span. `make`: what a worker does with a job."""
        for fields in exports.values():
            asked = "/exports/ " + "&".join(map("=".join, fields))
            response = self.client.post("/exports/", dict(fields))
            job = record.UUID.search(response.get("Location", ""))
            self.take(asked, response)
            if job:
                make(job[0])
                self.take(f"{asked} its page", self.client.get(response["Location"]))
                self.take(f"{asked} its file", self.client.get(f"{response['Location']}file/"))
            elif "Location" in response:
                self.visit(response["Location"])

    def _masked(self, text: str) -> str:
        return record.masked(text, self.names)


def signed_in(account: str) -> SimpleCookie:
    """What a browser holds once somebody has signed in."""
    client = _browser()
    if account != "nobody":
        response = client.post("/sign-in/", {"username": account, "password": PASSWORD})
        if response.status_code != 302:
            raise SystemExit(f"{account} could not sign in: {response.status_code}")
    return client.cookies


def _browser() -> Client:
    return Client(raise_request_exception=False, SERVER_NAME="localhost")


def addresses(known: set[str], names: dict[str, str], asked: dict) -> list[str]:
    """Every address that has a name, filled with programmes, periods, and some objects of the kind that links show there."""
    objects: dict[str, set[str]] = {}
    for address in known:
        for found in record.UUID.finditer(address):
            objects.setdefault(address[: found.start()], set()).add(found[0])
    return [each for pattern in _patterns() for each in _filled(pattern, objects, names, asked)]


def _filled(pattern: str, objects: dict, names: dict, asked: dict) -> Iterator[str]:
    codes = {
        "programme": [code for _key, code, _lead in asked["programmes"]],
        "period": sorted({code for _programme, code, _year, _number in asked["periods"]})[:2],
        "token": ["no-such-token"],
        "provider_id": ["no-such-provider"],
    }
    places = PLACE.findall(pattern)
    if places == ["public_id"]:
        before, after = PLACE.sub("\0", pattern).split("\0")
        there = sorted(objects.get(f"/{before}", ()), key=lambda each: (names.get(each, ""), each))
        step = max(1, len(there) // SAMPLE)
        yield from (f"/{before}{each}{after}" for each in there[::step][:SAMPLE])
        return
    for values in product(*(codes[place] for place in places)):
        filled = iter(values)
        yield "/" + PLACE.sub(lambda _found, filled=filled: next(filled), pattern)


def _patterns() -> list[str]:
    def under(resolver, before: str) -> Iterator[str]:
        for each in resolver.url_patterns:
            route = before + str(each.pattern)
            if isinstance(each, URLPattern):
                yield route
            else:
                yield from under(each, route)

    return list(dict.fromkeys(under(get_resolver(), "")))
