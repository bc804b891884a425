"""Print the tables and how they hang together, from the models themselves (docs/model.md)."""

import re
import sys
from collections.abc import Iterator

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.db.models import Field, Model

Table = type[Model]
APPS = ("portal", "targets", "reporting")
# What a newcomer has to know first: who, what was promised, what was done.
HEART = [
    *["portal.Tenant", "portal.User", "portal.Membership", "portal.HistoryEntry"],
    *["targets.Programme", "targets.Period", "targets.Indicator", "targets.ReportingDuty", "targets.Target"],
    *["reporting.Filing", "reporting.Draft", "reporting.Version", "reporting.Line", "reporting.Total"],
    *["reporting.Review", "reporting.Provider", "reporting.Activity", "reporting.Material"],
]
INTRODUCTION = """\
# The tables

Printed by `script/manage model_picture`; a test compares it with the models.

Left out of the pictures: the person in `…_by`, and a `tenant` or `programme` that a row has from what it belongs to
as well (every row carries its tenant, for the walls). `||` is exactly one, `|o` one or none, `o{` any number.
"""


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args, **options):
        self.stdout.write(as_markdown(), ending="")


def as_markdown() -> str:
    heart = [apps.get_model(label) for label in HEART]
    lines = [INTRODUCTION, "## The heart", "", *_picture(heart, inside_only=True)]
    for module, tables in _by_module().items():
        lines += ["", f"## {module}", "", _first_sentence(sys.modules[module].__doc__), ""]
        lines += ["| table | one row is | belongs to |", "|---|---|---|", *map(_row, tables)]
        if len(tables) > 1:
            lines += ["", *_picture(tables)]
    return "\n".join([*lines, ""])


def _by_module() -> dict[str, list[Table]]:
    """The models of each module, in the order in which Django knows them."""
    found: dict[str, list[Table]] = {}
    for app in APPS:
        for table in apps.get_app_config(app).get_models():
            found.setdefault(table.__module__, []).append(table)
    return found


def _picture(tables: list[Table], *, inside_only: bool = False) -> list[str]:
    arrows = [
        f"    {_arrow(table, field)}"
        for table in tables
        for field in _drawn(table)
        if not inside_only or field.related_model in tables
    ]
    return ["```mermaid", "erDiagram", *arrows, "```"]


def _arrow(table: Table, field: Field) -> str:
    one = "|o" if field.null else "||"
    many = "o|" if field.unique else "o{"
    return f"{field.related_model.__name__} {one}--{many} {table.__name__} : {field.name}"


def _drawn(table: Table) -> Iterator[Field]:
    """What a row belongs to; without what follows from the rest of it."""
    fields = list(_belongs_to(table))
    for field in fields:
        others = {each.related_model for each in fields if each is not field and not each.null}
        if field.name not in ("tenant", "programme") or not any(_has(each, field.name) for each in others):
            yield field


def _belongs_to(table: Table) -> Iterator[Field]:
    for field in table._meta.concrete_fields:
        if field.is_relation and not (field.related_model is get_user_model() and field.name.endswith("_by")):
            yield field


def _has(table: Table, name: str) -> bool:
    return any(field.name == name and not field.null for field in table._meta.concrete_fields)


def _row(table: Table) -> str:
    parents = ", ".join(map(_parent, _belongs_to(table)))
    return f"| `{table.__name__}` | {_first_sentence(table.__doc__)} | {parents or '—'} |"


def _parent(field: Field) -> str:
    name = field.related_model.__name__
    return name if field.name == name.lower() else f"{name} (`{field.name}`)"


def _first_sentence(text: str | None) -> str:
    return re.split(r"(?<=[.。])\s", " ".join((text or "").split()), maxsplit=1)[0].replace("|", "\\|")
