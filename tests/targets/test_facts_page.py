"""docs/facts.md names every kind of fact and every field that a fixture may have, and no other."""

import json
import re

import pytest
from django.conf import settings

from targets.loading import OFFICIAL
from targets.records import FACTS, fields_of

PAGE = settings.BASE_DIR / "docs" / "facts.md"
SECTION = re.compile(r"^## ((?:targets|portal)\.\w+)$\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def described() -> dict[str, list[str]]:
    """{kind of fact: the fields of its table}"""
    return {
        model: re.findall(r"^\| `(\w+)` \| \S", text, re.MULTILINE)
        for model, text in SECTION.findall(PAGE.read_text("utf-8"))
    }


def test_it_has_a_section_for_each_kind_of_fact():
    assert list(described()) == list(FACTS)


@pytest.mark.parametrize("model", FACTS)
def test_its_table_names_the_fields_of_the_model(model):
    assert sorted(described()[model]) == sorted(field.name for field in fields_of(FACTS[model]))


def test_it_names_what_the_layouts_hold():
    text = PAGE.read_text("utf-8").split("`layout`：")[1].split("## ")[0]
    for name in OFFICIAL:
        for record in json.loads((settings.BASE_DIR / "fixtures" / name).read_text("utf-8")):
            missing = [key for key in record["fields"].get("layout", {}) if f"`{key}`" not in text]
            assert missing == []


def test_the_readme_leads_to_it():
    assert "(docs/facts.md)" in (settings.BASE_DIR / "README.md").read_text("utf-8")
