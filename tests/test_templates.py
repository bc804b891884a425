"""What keeps the templates readable: short lines, few partials a page, a folder for each subject, nothing unused."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.template import engines
from django.template.loaders.app_directories import Loader

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "templates"
NAMES = sorted(str(each.relative_to(FOLDER)) for each in FOLDER.rglob("*.html"))
LONGEST_LINE = 140
MOST_PARTIALS = 8
EXTENDS = re.compile(r'{% extends "([^"]+)"')
INCLUDED = re.compile(r'{% include "([^"]+)"')
# Shown by Django itself.
ERROR_PAGES = {"400.html", "403.html", "404.html"}
# Shows the pieces of other pages, each once.
SHOWS_PIECES = "portal/components.html"


def source(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def partials(name: str) -> set[str]:
    """The templates that a page is put together from. What all pages share (components/, the base) does not count."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = set(INCLUDED.findall(source(waiting.pop()))) - found
        found |= new
        waiting += new
    return {each for each in found if not each.startswith("components/")}


def pages() -> list[str]:
    """Whatever extends a base, and what is included by nobody."""
    included = {name for each in NAMES for name in INCLUDED.findall(source(each))}
    return [name for name in NAMES if EXTENDS.search(source(name)) or name not in included]


def mentioned() -> Iterator[re.Pattern]:
    """The names that templates and code speak of; a name made with an f-string stands for all that fit."""
    for name in NAMES:
        for other in EXTENDS.findall(source(name)) + INCLUDED.findall(source(name)):
            yield re.compile(re.escape(other))
    for folder in ("portal", "targets", "reporting"):
        for path in (ROOT / folder).rglob("*.py"):
            for text in re.findall(r'"([^"\n]+\.html)"', path.read_text(encoding="utf-8")):
                yield re.compile("[a-z_]+".join(map(re.escape, re.split(r"{\w+}", text))))


def is_of_a_package(name: str) -> bool:
    """A template that takes the place of an installed package's own."""
    return any(
        Path(str(each)).is_file() for each in Loader(engines["django"].engine).get_template_sources(name)
    )


def test_there_are_templates():
    assert {"base.html", "reporting/filings/filing_edit.html", SHOWS_PIECES} <= set(NAMES)
    assert len(partials("reporting/filings/filing_edit.html")) > 1


def test_no_line_is_long():
    lines = [
        (name, number, line) for name in NAMES for number, line in enumerate(source(name).split("\n"), 1)
    ]
    assert [f"{name}:{number}" for name, number, line in lines if len(line) > LONGEST_LINE] == []


def test_a_page_has_few_partials():
    counts = {name: len(partials(name)) for name in pages() if name != SHOWS_PIECES}
    assert {name: count for name, count in counts.items() if count > MOST_PARTIALS} == {}


def test_each_template_is_used():
    names = list(mentioned())
    unused = [name for name in NAMES if not any(each.fullmatch(name) for each in names)]
    assert [name for name in unused if name not in ERROR_PAGES and not is_of_a_package(name)] == []


def test_each_template_of_reporting_lies_with_its_subject():
    assert [each.name for each in (FOLDER / "reporting").glob("*.html")] == []
