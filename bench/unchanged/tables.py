"""Every row of every table as a line: its name, then its columns; another row is called by its name as well.

A row's name is what the database lets occur once, a tenant's code, a return's tenant and period; where that is nothing
but a number or something random, the row is numbered in the order in which the rows were made.
"""

import hashlib
import json
from functools import cache

from django.apps import apps
from django.db import connection, models

# Salted, made of identifiers, or about the machine: another value says nothing.
MASKED = {
    ("portal_user", "password"),
    ("portal_formerpassword", "password"),
    ("portal_invitation", "token_digest"),
    ("portal_historyentry", "digest"),
    ("portal_historyentry", "previous"),
    ("portal_historyhead", "digest"),
}
UNSAID = ("django_session", "django_content_type", "auth_permission")
GUARDS = {
    "sqlite": [
        "SELECT type || ' ' || tbl_name, name || ': ' || sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%%'"
    ],
    "postgresql": [
        "SELECT 'constraint ' || conrelid::regclass, conname || ': ' || pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0",
        "SELECT 'trigger ' || tgrelid::regclass, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT 'index ' || tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT 'policy ' || tablename, concat_ws(' ', policyname, cmd, roles, qual, with_check) FROM pg_policies"
        " WHERE schemaname = 'public'",
        "SELECT 'row security ' || relname, relrowsecurity || ' ' || relforcerowsecurity FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
        "SELECT 'rights ' || table_name, regexp_replace(grantee, '^.*_app$', 'application') || ' ' || privilege_type"
        " FROM information_schema.role_table_grants WHERE table_schema = 'public'",
        "SELECT 'function ' || proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    ],
}


def see_everything() -> None:
    """On PostgreSQL the owner is bound by the policies too: all tenants are put in its scope."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('app.scope', '{' || string_agg(id::text, ',') || '}', false) FROM portal_tenant"
            )


def guards() -> dict[str, list[str]]:
    """Constraints, triggers, indexes, policies, functions and rights, by the table they stand on."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for statement in GUARDS[connection.vendor]:
            cursor.execute(statement, [])
            for about, text in cursor.fetchall():
                found.setdefault(about, []).append(text)
    return {about: sorted(texts) for about, texts in found.items()}


def tables() -> dict[str, list[str]]:
    return {
        model._meta.db_table: sorted(_line(model, row) for row in _rows(model))
        for model in _models().values()
        if model._meta.db_table not in UNSAID
    } | {"django_migrations": _migrations()}


def identifiers() -> dict[str, str]:
    """{a row's identifier: table and name}"""
    found = {}
    for model in _models().values():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.UUIDField) and field.unique:
                named = ((row[field.attname], _name(model, row["pk"])) for row in _rows(model))
                found |= {str(key): f"{{{model._meta.db_table} {name}}}" for key, name in named}
    return found


def values(table: str, *columns: str) -> list[tuple]:
    """Columns of a table, in the order in which the rows were made."""
    return [tuple(row[column] for column in columns) for row in _rows(_models()[table])]


def _migrations() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return sorted(" ".join(row) for row in cursor.fetchall())


@cache
def _models() -> dict[str, type[models.Model]]:
    found = [each for each in apps.get_models(include_auto_created=True) if not each._meta.proxy]
    return {each._meta.db_table: each for each in found}


@cache
def _rows(model: type[models.Model]) -> list[dict]:
    names = ["pk", *(field.attname for field in model._meta.concrete_fields)]
    return list(model._base_manager.order_by("pk").values(*dict.fromkeys(names)))


def _line(model: type[models.Model], row: dict) -> str:
    table = model._meta.db_table
    columns = sorted(
        (field.column, field)
        for field in model._meta.concrete_fields
        if not (isinstance(field, models.UUIDField) and field.unique)
        and not (field.primary_key and not field.is_relation)
    )
    said = [
        f"{column}={'*' if (table, column) in MASKED else _value(field, row)}" for column, field in columns
    ]
    return " | ".join([_name(model, row["pk"]), *said])


def _value(field: models.Field, row: dict) -> str:
    value = row[field.attname]
    if field.is_relation and value is not None:
        return _name(field.remote_field.model, value)
    if isinstance(value, bytes | memoryview):
        return "sha256:" + hashlib.sha256(bytes(value)).hexdigest()
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def _name(model: type[models.Model], key: object) -> str:
    return _names(model._meta.concrete_model)[key]


@cache
def _names(model: type[models.Model]) -> dict[object, str]:
    fields = _natural(model)
    if not fields:
        return {row["pk"]: f"#{number}" for number, row in enumerate(_rows(model), start=1)}
    return {row["pk"]: " ".join(_value(field, row).strip('"') for field in fields) for row in _rows(model)}


def _natural(model: type[models.Model]) -> list[models.Field]:
    """The first set of columns that occurs once and says something."""
    meta = model._meta
    single = [[field.name] for field in meta.concrete_fields if field.unique]
    spoken = [names for names in single if names[0] in ("code", "username")]
    together = [each.fields for each in meta.constraints if _is_plain(each)]
    for names in [*spoken, *map(list, meta.unique_together), *together, *single]:
        fields = [meta.get_field(name) for name in names]
        if not any(_says_nothing(model, field) for field in fields):
            return fields
    return []


def _is_plain(constraint: models.BaseConstraint) -> bool:
    return (
        isinstance(constraint, models.UniqueConstraint)
        and bool(constraint.fields)
        and not constraint.condition
    )


def _says_nothing(model: type[models.Model], field: models.Field) -> bool:
    is_number = field.primary_key and not field.is_relation
    is_random = (
        isinstance(field, models.UUIDField | models.FileField)
        or (model._meta.db_table, field.column) in MASKED
    )
    return is_number or is_random or field.null or (field.is_relation and field.remote_field.model is model)
