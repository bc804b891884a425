"""Scripts and styles that a Chromium of the 86–90 class understands (360, 奇安信, UOS): every own file is parsed."""

from collections.abc import Iterator
from pathlib import Path

import esprima
import pytest
import tinycss2

pytestmark = pytest.mark.one_database("sqlite")

STATIC = Path(__file__).parents[1] / "static"
SCRIPTS = sorted(STATIC.rglob("*.js"))
SHEETS = sorted(STATIC.rglob("*.css"))
# Newer than the baseline, or never in it.
SELECTORS = {"has", "is", "where", "user-valid", "user-invalid", "popover-open", "nth-child-of"}
AT_RULES = {"container", "layer", "property", "scope", "starting-style", "view-transition", "position-try"}
PROPERTIES = {
    "aspect-ratio", "container", "container-name", "container-type", "inset-inline", "inset-block", "text-wrap",
    "scrollbar-gutter", "accent-color-scheme", "translate", "rotate", "scale",
    "field-sizing", "interpolate-size", "anchor-name", "backdrop-filter-x", "content-visibility-auto",
}  # fmt: skip
FUNCTIONS = {
    "color-mix",
    "oklch",
    "oklab",
    "lch",
    "lab",
    "color",
    "light-dark",
    "round",
    "mod",
    "rem",
    "sin",
    "cos",
    "anchor",
}
UNITS = {"dvh", "svh", "lvh", "dvw", "svw", "lvw", "cqw", "cqh", "cqi", "cqb", "lh", "rlh", "cap"}
KEYWORDS = {"subgrid", "masonry", "revert-layer"}


def test_there_is_something_to_look_at():
    assert {"grid-save.js", "session.js"} <= {each.name for each in SCRIPTS}
    assert {"grid.css", "tokens.css"} <= {each.name for each in SHEETS}


@pytest.mark.assurance("the parser takes seconds for each file")
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda each: each.name)
def test_it_is_a_script_of_2017(script):
    read(script.read_text(encoding="utf-8"))


def read(source: str) -> None:
    """esprima knows ECMAScript 2017 and little else: no `?.`, no `??`, no class fields; of what is newer it lets the
    spread of objects through."""

    def look(node, _place) -> None:
        if node.type in ("ObjectExpression", "ObjectPattern"):
            parts = [each.type for each in node.properties]
            if set(parts) & {"SpreadElement", "RestElement"}:
                raise esprima.Error("spread of an object")

    esprima.parseScript(source, delegate=look)


@pytest.mark.parametrize(
    "source", ["a?.b", "a ?? b", "({...a})", "class A { b = 1 }", "try { a() } catch { b() }", "a ||= b"]
)
def test_it_knows_newer_syntax_when_it_sees_it(source):
    with pytest.raises(esprima.Error):
        read(source)


def newer(css: str) -> Iterator[str]:
    """What of a style sheet an old browser does not understand."""
    yield from _rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True))


def _rules(rules: list) -> Iterator[str]:
    for rule in rules:
        if rule.type == "error":
            yield f"line {rule.source_line}: {rule.message}"
        elif rule.type == "at-rule":
            if rule.lower_at_keyword in AT_RULES:
                yield f"@{rule.lower_at_keyword}"
            elif rule.lower_at_keyword in ("media", "supports"):
                yield from _tokens(rule.prelude)
                yield from _rules(
                    tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
                )
        elif rule.type == "qualified-rule":
            yield from _selector(rule.prelude)
            yield from _declarations(rule.content)


def _selector(prelude: list) -> Iterator[str]:
    for token in prelude:
        if token.type == "function" and token.lower_name in SELECTORS:
            yield f":{token.lower_name}()"


def _declarations(content: list) -> Iterator[str]:
    for each in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if each.type != "declaration":
            yield f"line {each.source_line}: nested or broken ({each.type})"
            continue
        if each.lower_name in PROPERTIES or (each.lower_name == "inset"):
            yield each.lower_name
        yield from _tokens(each.value)


def _tokens(tokens: list) -> Iterator[str]:
    for token in tokens:
        if token.type == "function":
            if token.lower_name in FUNCTIONS:
                yield f"{token.lower_name}()"
            yield from _tokens(token.arguments)
        elif token.type in ("() block", "[] block"):
            yield from _tokens(token.content)
        elif token.type == "dimension" and token.lower_unit in UNITS:
            yield token.lower_unit
        elif token.type == "ident" and token.lower_value in KEYWORDS:
            yield token.lower_value


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda each: each.name)
def test_it_is_a_style_sheet_that_they_understand(sheet):
    assert list(newer(sheet.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "css",
    [
        "a:has(b) { color: red }", ".a { .b { color: red } }", "@container (width > 1px) { a { color: red } }", "@layer a;",
        "a { color: color-mix(in srgb, red, blue) }", "a { height: 100dvh }", "a { grid-template-rows: subgrid }",
        "@media screen { a:is(b) { color: red } }", "a { inset: 0 }", "a { aspect-ratio: 1 }",
    ],
)  # fmt: skip
def test_it_knows_newer_styles_when_it_sees_them(css):
    assert list(newer(css))
