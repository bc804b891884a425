"""What does a fixture say? Its records are read exactly: what a field would store otherwise than it is typed is refused.

0.7 in a field of whole numbers would be 0, a target of nobody's. Every record of every file is read before anything is
said, so that whoever mends a fixture sees all of it at once.
"""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.models import Tenant

from .models import (
    Decision,
    Indicator,
    Milestone,
    Period,
    Phase,
    Programme,
    ReportingDuty,
    Target,
    TargetTotal,
)

FACTS: dict[str, type[models.Model]] = {
    each._meta.label_lower: each
    for each in (
        Tenant, Programme, Decision, Phase, Period, Indicator, ReportingDuty, Target, TargetTotal, Milestone,
    )
}  # fmt: skip
# The fields that name a record, in the order in which a problem prints them.
NAMING = ("programme", "indicator", "year", "tenant", "code")
# What the database would say with the name of a constraint.
CONSTRAINTS: dict[str, str | Promise] = {
    "phase_in_order": gettext_lazy("It ends (ends_on) before it starts (starts_on)."),
    "period_in_order": gettext_lazy("It ends (ends_on) before it starts (starts_on)."),
    "period_closes_after_due": gettext_lazy("It closes (closes_at) before it is due (due_at)."),
    "target_number_has_value": gettext_lazy(
        "A “value” goes with the state “number”, and with no other: “no_task” and “blank” have none (null)."
    ),
}


@dataclass
class Reading:
    """What was read so far. `refused`: how records that could not be read are named, so that the records that name them
    are not complained of as well."""

    count: int = 0
    problems: list[str] = field(default_factory=list)
    refused: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)


@dataclass
class Unreadable(Exception):
    """Sentences about one record, each with the field it is about, or ""."""

    sentences: list[tuple[str, str]]


def read(paths: Iterable[Path]) -> Reading:
    """Store the records of the files: each is new, or changes just the fields it names. `problems`: of all of them."""
    reading = Reading()
    for path in paths:
        for number, record in enumerate(_records(path, reading), start=1):
            _take(record, path.name, number, reading)
    return reading


# --- a file


def _records(path: Path, reading: Reading) -> list[Any]:
    try:
        found = json.loads(
            path.read_text(encoding="utf-8"), object_pairs_hook=_once, parse_constant=_no_constant
        )
        if not isinstance(found, list):
            raise ValueError(_("it is no list of records"))
    except (OSError, ValueError, RecursionError) as error:
        why = {"file": path.name, "error": _in_words(error)}
        reading.problems.append(_("%(file)s cannot be read: %(error)s.") % why)
        return []
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two values under one name JSON keeps the last and says nothing."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, __ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(_("“%(name)s” stands twice in one record") % {"name": twice})
    return found


def _no_constant(name: str) -> None:
    raise ValueError(_("“%(name)s” is no number") % {"name": name})


def _in_words(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        place = {"line": error.lineno, "column": error.colno}
        return _("line %(line)s, column %(column)s is no JSON") % place
    if isinstance(error, UnicodeDecodeError):
        return _("it is not written in UTF-8")
    if isinstance(error, FileNotFoundError):
        return _("there is no such file")
    return str(error)


# --- a record


def _take(record: Any, file: str, number: int, reading: Reading) -> None:
    try:
        model, fields = _parts(record)
        _save(model, fields, reading)
        reading.count += 1
    except Unreadable as unreadable:
        where = {"file": file, "number": number, "record": _record_name(record)}
        for about, sentence in unreadable.sentences:
            place = (
                _("%(file)s, record %(number)s (%(record)s), field “%(field)s”") % {**where, "field": about}
                if about
                else _("%(file)s, record %(number)s (%(record)s)") % where
            )
            reading.problems.append(_("%(place)s: %(problem)s") % {"place": place, "problem": sentence})
        reading.refused.add(_named(record))


def _parts(record: Any) -> tuple[type[models.Model], dict[str, Any]]:
    if (
        not isinstance(record, dict)
        or set(record) != {"model", "fields"}
        or not isinstance(record["fields"], dict)
    ):
        raise Unreadable([("", _("A record has a “model” and “fields”, and nothing else."))])
    model = FACTS.get(record["model"]) if isinstance(record["model"], str) else None
    if model is None:
        known = {"models": ", ".join(FACTS)}
        raise Unreadable([("model", _("There is no such kind of fact; there are: %(models)s.") % known)])
    return model, record["fields"]


def _record_name(record: Any) -> str:
    """The kind and whatever names it, as far as it can be read: “targets.target taizhou training_sessions 2022 sanmen”."""
    if not isinstance(record, dict):
        return "?"
    fields = record.get("fields") if isinstance(record.get("fields"), dict) else {}
    words: list[str] = []
    for name in NAMING:
        given = (fields or {}).get(name, [])
        words += [str(each) for each in (given if isinstance(given, list) else [given])]
    return " ".join([str(record.get("model", "?")), *dict.fromkeys(words)])


def _named(record: Any) -> tuple[str, tuple[str, ...]]:
    """How other records name it: by its programme's code, if it has one, and its own."""
    fields = record.get("fields") if isinstance(record, dict) else None
    if not isinstance(fields, dict):
        return "", ()
    programme = fields.get("programme")
    return str(record.get("model")), (
        *(map(str, programme) if isinstance(programme, list) else ()),
        str(fields.get("code")),
    )


def _save(model: type[models.Model], fields: dict[str, Any], reading: Reading) -> None:
    """Insert the record, or change just the fields it names: what offices filled in since then stays."""
    values = _values(model, fields, reading)
    found = _existing(model, values)
    instance = found or model()
    for name, value in values.items():
        setattr(instance, name, value)
    exclude = {each.name for each in model._meta.fields} - set(fields) if found else set()
    try:
        instance.clean_fields(exclude=exclude)
        with transaction.atomic():
            instance.save(update_fields=list(fields) if found else None)
    except ValidationError as error:
        said = [(about, each) for about, messages in error.message_dict.items() for each in messages]
        raise Unreadable(said) from error
    except DatabaseError as error:
        broken = list(_broken(instance)) or [_("The database refuses it: %(error)s.") % {"error": error}]
        raise Unreadable([("", each) for each in broken]) from error


def _existing(model: type[models.Model], values: dict[str, Any]) -> models.Model | None:
    """The fact of the same natural key. Without one it is new, and what is missing is complained of as a field."""
    try:
        key = model(**values).natural_key()  # type: ignore[attr-defined]  # every model of FACTS has one
        return model._default_manager.get_by_natural_key(*key)  # type: ignore[attr-defined]
    except ObjectDoesNotExist:
        return None


def _broken(instance: models.Model) -> Iterator[str]:
    """The rules of its table that it breaks, as sentences: the database names a constraint."""
    for constraint in instance._meta.constraints:
        try:
            constraint.validate(type(instance), instance)
        except ValidationError as error:
            yield str(CONSTRAINTS.get(constraint.name) or " ".join(error.messages))


# --- a field


def _values(model: type[models.Model], fields: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """The fields' values as they are stored, none of them changed by it."""
    values, sentences, follows = {}, [], False
    for name, given in fields.items():
        try:
            values[name] = _value(model, name, given)
        except Unreadable as unreadable:
            sentences += unreadable.sentences
        except ObjectDoesNotExist:
            field = model._meta.get_field(name)
            label = field.related_model._meta.label_lower  # type: ignore[union-attr]
            follows = follows or (label, tuple(map(str, given))) in reading.refused
            if not follows:
                named = {"model": label, "key": " ".join(map(str, given))}
                sentences.append((name, _("There is no %(model)s “%(key)s”.") % named))
    if sentences or follows:
        raise Unreadable(sentences)
    return values


def _value(model: type[models.Model], name: str, given: Any) -> Any:
    """Raises Unreadable, or ObjectDoesNotExist where it names a fact that is not there."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist as error:
        known = {"fields": ", ".join(each.name for each in fields_of(model))}
        raise Unreadable([(name, _("There is no such field; there are: %(fields)s.") % known)]) from error
    if field not in fields_of(model):
        raise Unreadable([(name, _("This is no field for a fixture."))])
    if isinstance(field, models.ForeignKey):
        return _fact_named(field, given)
    if given is None and field.null:
        return None
    if problem := _not_as_typed(field, given):
        raise Unreadable([(name, problem)])
    try:
        return field.to_python(str(given) if isinstance(field, models.DecimalField) else given)
    except (ValidationError, TypeError, ValueError) as error:
        raise Unreadable([(name, _said(error, given))]) from error


def fields_of(model: type[models.Model]) -> list[models.Field]:
    """The fields that a record may name: all but the database's own number and the public one."""
    return [each for each in model._meta.fields if each.editable and not each.primary_key]


def _fact_named(field: models.ForeignKey, given: Any) -> models.Model:
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise Unreadable([(field.name, _("“%(given)s” is no list of codes.") % {"given": _typed(given)})])
    try:
        return field.related_model._default_manager.get_by_natural_key(*given)  # type: ignore[attr-defined]
    except TypeError as error:
        text = _("“%(given)s” has the wrong number of codes.") % {"given": " ".join(given)}
        raise Unreadable([(field.name, text)]) from error


KINDS: list[tuple[tuple[type[models.Field], ...], type | tuple[type, ...], str | Promise]] = [
    ((models.BooleanField,), bool, gettext_lazy("“%(given)s” is neither true nor false.")),
    (
        (models.IntegerField, models.DecimalField),
        (int, float, str),
        gettext_lazy("“%(given)s” is no number."),
    ),
    ((models.CharField, models.TextField), str, gettext_lazy("“%(given)s” is no text in quotation marks.")),
    ((models.DateField,), str, gettext_lazy("“%(given)s” is no date in quotation marks.")),
]


def _not_as_typed(field: models.Field, given: Any) -> str:
    """Why the field would hold something else than what is typed, or ""."""
    for fields, types, sentence in KINDS:
        if isinstance(field, fields):
            is_kind = isinstance(given, types) and (types is bool or not isinstance(given, bool))
            if not is_kind or (isinstance(given, float) and not math.isfinite(given)):
                return str(sentence) % {"given": _typed(given)}
    if isinstance(field, models.JSONField) and not isinstance(given, list if field.default is list else dict):
        return _("“%(given)s” is not of the form […] or {…} that it has to be.") % {"given": _typed(given)}
    if isinstance(field, models.IntegerField) and isinstance(given, float) and Decimal(repr(given)) % 1:
        about = {"given": _typed(given), "stored": int(given)}
        return _("“%(given)s” is no whole number; it would be stored as %(stored)s.") % about
    return ""


def _said(error: Exception, given: Any) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return _("“%(given)s” cannot be read here.") % {"given": _typed(given)}


def _typed(given: Any) -> str:
    """As it stands in the file."""
    return given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
