"""Every route there is, found by walking the resolver; and the methods it offers, found by asking."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.test import Client
from django.urls import URLPattern, get_resolver

from .asking import undone

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@dataclass(frozen=True)
class Route:
    """One address of the portal. `parameters` are what its address takes, not what the view is handed besides."""

    name: str
    pattern: str
    parameters: tuple[str, ...]
    view: Callable


def walk(resolver=None, namespaces: str = "", prefix: str = "") -> Iterator[Route]:
    """Every route, also in namespaces and included files."""
    for each in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            name = namespaces + each.name if each.name else ""
            yield Route(name, pattern, tuple(each.pattern.converters), each.callback)
        else:
            inner = f"{namespaces}{each.namespace}:" if each.namespace else namespaces
            yield from walk(each, inner, pattern)


def named() -> dict[str, Route]:
    return {route.name: route for route in walk()}


def offered(visitor: Client, address: str) -> set[str]:
    """The methods that the address does not answer with 405, each asked with the visitor's own session."""
    found = set()
    for method in METHODS:
        client = Client()
        client.cookies.update(visitor.cookies)
        with undone():  # signing out ends the session
            if client.generic(method, address).status_code != 405:
                found.add(method)
    return found
