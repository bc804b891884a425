"""CSV in every encoding that Chinese spreadsheet programs write."""

from .. import ROWS, Passes
from ..building import separated


def quoted() -> str:
    return "".join('"' + line.replace(",", '","') + '"\r\n' for line in separated().splitlines())


def short_lines_above() -> str:
    return "".join(line.rstrip(",") + "\r\n" for line in separated().splitlines())


CASES = {
    name: Passes(build, name="季报.csv")
    for name, build in {
        "csv in UTF-8": lambda: separated().encode(),
        "csv in UTF-8 with BOM": lambda: separated().encode("utf-8-sig"),
        "csv in UTF-16 LE with BOM": lambda: separated("\t").encode("utf-16"),
        "csv in UTF-16 BE with BOM": lambda: b"\xfe\xff" + separated().encode("utf-16-be"),
        "csv in UTF-16 without BOM": lambda: separated().encode("utf-16-le"),
        "csv in GB18030": lambda: separated().encode("gb18030"),
        "csv by semicolon": lambda: separated(";").encode("utf-8-sig"),
        "csv by tab": lambda: separated("\t").encode("gb18030"),
        "csv with LF": lambda: separated().replace("\r\n", "\n").encode(),
        "csv with quotes": lambda: quoted().encode("gb18030"),
        "csv with short lines above": lambda: short_lines_above().encode(),
        "csv without a last line end": lambda: separated().rstrip().encode(),
    }.items()
}
RARE = (("葭沚街道𠮷成校", 1, 41, 0, 0, 0, 0, 0), *ROWS[1:])
CASES["csv with rare characters"] = Passes(
    lambda: separated(rows=RARE).encode("gb18030"), rows=RARE, name="季报.csv"
)
CASES["csv named as a text"] = Passes(lambda: separated().encode(), name="季报.txt")
