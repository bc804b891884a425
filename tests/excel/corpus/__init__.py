"""Files as people upload them, each made by a function: no binary is kept. `CASES` of every module here is walked by
`test_corpus.py`; a new file is one more entry."""

from collections.abc import Callable
from dataclasses import dataclass

from ...factories import COLUMNS

# What the files of `should_pass` say unless they say otherwise.
ROWS = (
    ("椒江区社区学院", 1, 41, 0, 0, 0, 0, 0),
    ("海门街道社区学校", 1, 51, 1, 18, 0, 0, 0),
    ("白云街道社区学校", 2, 60, 0, 0, 1, 0, 0),
)


@dataclass(frozen=True)
class Passes:
    """The file is read: these rows, and a person is asked about these points."""

    build: Callable[[], bytes]
    rows: tuple[tuple, ...] = ROWS
    asks: tuple[str, ...] = ()
    told: tuple[str, ...] = ()  # words of the notices, one each
    name: str = "季报.xlsx"


@dataclass(frozen=True)
class Fails:
    """The file is refused. `says` begins the sentence at `cell`; “” is the file as a whole.

    `kept`: the table was found, so that the file is kept to be given back with its problems marked.
    """

    build: Callable[[], bytes]
    says: str
    cell: str = ""
    code: str = ""
    kept: bool = False
    name: str = "季报.xlsx"


def figures(row: dict) -> tuple:
    """A row as typed, as a tuple like those of ROWS: numbers as the one parser reads plain ones."""
    values = [row["values"][code] for code in COLUMNS]
    return (row["provider"], *(int(each) if each.isascii() and each.isdigit() else each for each in values))
