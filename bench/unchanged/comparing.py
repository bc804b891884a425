"""What differs between two records, part by part."""

import difflib
from pathlib import Path

from . import record

PARTS = ("tables", "guards", "commands", "files", "workbooks", "pages", "structure")
SHOWN = 50  # lines of a part


def report(before: Path, after: Path, parts: list[str]) -> int:
    """Print each part's count and its differences; 1 if there are any."""
    differing = 0
    for part in parts or PARTS:
        one, other = record.read(before, part), record.read(after, part)
        names = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
        lines = sum(map(len, one.values()))
        print(f"{part}: {len(one)} and {len(other)} compared, {lines} lines; {len(names)} differ")
        shown = [line for name in names for line in _difference(name, one.get(name), other.get(name))]
        print("".join(f"    {line}\n" for line in shown[:SHOWN]), end="")
        if len(shown) > SHOWN:
            print(f"    … and {len(shown) - SHOWN} lines more; of: {'; '.join(names[:20])}")
        differing += len(names)
    print("nothing has changed" if not differing else f"{differing} things have changed")
    return 1 if differing else 0


def _difference(name: str, one: list[str] | None, other: list[str] | None) -> list[str]:
    if one is None or other is None:
        return [f"{'new' if one is None else 'gone'}: {name}"]
    lines = list(difflib.unified_diff(one, other, n=0, lineterm=""))[2:]
    return [f"{name}:", *(f"  {line}" for line in lines if not line.startswith("@@"))]
