"""What is written beside the code says what the code says: the picture of the tables, the decisions, the versions."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from django.utils import translation

from portal.version import VERSION
from reporting.management.commands.model_picture import as_markdown

ROOT = Path(__file__).parents[1]
DECISIONS = ROOT / "docs" / "decisions"
LINK = r"\[\d+\]\((?P<link>[\w-]+\.md)\)"
STATUS = re.compile(
    rf"(?:proposed|accepted|accepted, refined by {LINK}|superseded by {LINK.replace('link', 'by')})"
)
LONGEST = 30


class Decision(NamedTuple):
    path: Path
    title: str
    date: str
    status: str


def decisions() -> list[Decision]:
    return [read(path) for path in sorted(DECISIONS.glob("[0-9]*.md"))]


def read(path: Path) -> Decision:
    title, blank, dated, *_rest = path.read_text(encoding="utf-8").splitlines()
    found = re.fullmatch(r"Date: (\d{4}-\d{2}-\d{2}) · Status: (.+)", dated)
    assert title.startswith("# ") and not blank and found, f"{path.name}: {dated}"
    return Decision(path, title.removeprefix("# "), *found.groups())


def test_the_picture_of_the_tables_is_printed_from_the_models():
    assert (ROOT / "docs" / "model.md").read_text(encoding="utf-8") == as_markdown()


def test_each_decision_has_a_number_a_date_and_a_status():
    numbers = [int(each.path.name[:4]) for each in decisions()]
    assert numbers == list(range(1, len(numbers) + 1))
    for number, each in enumerate(decisions(), start=1):
        assert each.title.startswith(f"{number}. ")
        status = STATUS.fullmatch(each.status)
        assert status, f"{each.path.name}: {each.status}"
        assert all((DECISIONS / link).is_file() for link in status.groupdict().values() if link)


def test_no_decision_is_longer_than_a_page():
    lengths = {path.name: len(path.read_text("utf-8").splitlines()) for path in DECISIONS.glob("[0-9]*.md")}
    assert len(lengths) >= 22
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_the_index_lists_each_decision_as_it_is():
    lines = (DECISIONS / "README.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("- ")] == [
        f"- [{each.title}]({each.path.name}) · {each.date} · {each.status}" for each in decisions()
    ]


RELEASED = re.compile(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$", re.MULTILINE)


def test_the_changelog_begins_with_the_version_of_the_code():
    versions = RELEASED.findall((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert versions[0][0] == VERSION
    assert versions == sorted(versions, key=in_order, reverse=True)


def in_order(version: tuple[str, str]) -> tuple[str, list[int]]:
    number, day = version
    return day, [int(part) for part in number.split(".")]


@pytest.mark.parametrize(
    "name",
    ["CONTRIBUTING.md", "README.md", "SECURITY.md", "CHANGELOG.md", "docs/decisions/README.md"],
)
def test_it_leads_to_files_that_are_there(name):
    page = ROOT / name
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


PAGES_OF_PATHS = [
    "CONTRIBUTING.md",
    "README.md",
    "SECURITY.md",
    *(f"docs/{each.name}" for each in (ROOT / "docs").glob("*.md")),
]
SOURCE = re.compile(r"[\w.-]+\.(?:py|md|toml|json|html|js|po|in)")


def paths_in(text: str) -> list[str]:
    """What stands in backticks and names a file: its first folder is one of the repository's, or its ending a source's."""
    words = [each.split()[0] for each in re.findall(r"`([^`\n]+)`", text) if each.strip()]
    folders = {each.name for each in ROOT.iterdir() if each.is_dir()}
    return [
        each
        for each in words
        if (each.partition("/")[0] in folders and "/" in each) or SOURCE.fullmatch(each)
    ]


@pytest.mark.parametrize("name", PAGES_OF_PATHS)
def test_each_file_that_is_named_is_there(name):
    named = paths_in((ROOT / name).read_text(encoding="utf-8"))
    assert [each for each in named if not (ROOT / each).exists()] == []


def test_a_path_is_told_from_a_command_and_an_address():
    text = (
        "`script/manage messages` `tests/` `gone.py` `/healthz` `files/` `postgres://a/b` `reporting/urls.py`"
    )
    assert paths_in(text) == ["script/manage", "tests/", "gone.py", "reporting/urls.py"]


def test_a_page_ends_with_the_version(as_, client, clerk):
    visited = [client.get("/sign-in/"), as_(clerk).get("/"), as_(clerk).get("/there-is-no-such-page/")]
    with translation.override("zh-hans"):
        name = translation.gettext("Statistics Reporting Portal")
    for page in visited:
        assert f"<span>{name} {VERSION}</span>" in page.content.decode(), page.request["PATH_INFO"]
