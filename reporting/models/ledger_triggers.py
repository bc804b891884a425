"""What the database itself promises of the ledger: no activity and no material is counted by two returns.

On SQLite a migration that alters the table of returns, versions, activities or counted activities makes that table anew,
which a trigger of another table that names it forbids: such a migration begins with `*take_down()` and ends with
`*put_up()` (and with `refreeze` or `keep` for the table's own triggers).
"""

from django.db import migrations

from portal.immutable import trigger, without_trigger

# What is counted is counted by the version that its activity or material names: by one version of one return.
COUNTED_THERE = """EXISTS (
    SELECT 1 FROM reporting_{thing} thing
    WHERE thing.id = NEW.{thing}_id AND thing.counted_in_id = NEW.version_id
)"""
# It leaves that return only when none of the return's versions that stand counts it: neither the accepted one nor the
# one that is submitted.
STILL_COUNTED = """NEW.counted_in_id IS DISTINCT FROM OLD.counted_in_id AND EXISTS (
    SELECT 1 FROM reporting_version was
    JOIN reporting_filing filing ON filing.id = was.filing_id
    JOIN reporting_counted{thing} counted ON counted.{thing}_id = OLD.id AND (
        counted.version_id = filing.accepted_id
        OR (filing.status = 'submitted' AND counted.version_id = filing.latest_id)
    )
    WHERE was.id = OLD.counted_in_id AND NOT EXISTS (
        SELECT 1 FROM reporting_version other
        WHERE other.id = NEW.counted_in_id AND other.filing_id = filing.id
    )
)"""
THINGS = ("activity", "material")


def _of(thing: str) -> list[tuple[str, str, str, str, str]]:
    return [
        (
            f"reporting_counted{thing}",
            "counted_elsewhere",
            "INSERT",
            f"NOT {COUNTED_THERE.format(thing=thing)}",
            f"is not what its {thing} says: it is counted by one version",
        ),
        (
            f"reporting_{thing}",
            "counted_still",
            "UPDATE",
            STILL_COUNTED.format(thing=thing),
            "is counted by a return that stands: correct that return first",
        ),
    ]


def put_up(*things: str) -> list[migrations.RunPython]:
    return [trigger(*each) for thing in things or THINGS for each in _of(thing)]


def take_down(*things: str) -> list[migrations.RunPython]:
    return [without_trigger(*each) for thing in things or THINGS for each in _of(thing)]
