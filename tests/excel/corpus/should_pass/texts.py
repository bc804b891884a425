"""CSV in every encoding that Chinese spreadsheet programs write."""

from .. import ROWS, Passes
from ..building import separated

ENCODINGS = ("GB18030", "UTF-16", "UTF-8")  # told of each


def quoted() -> str:
    return "".join('"' + line.replace(",", '","') + '"\r\n' for line in separated().splitlines())


def short_lines_above() -> str:
    return "".join(line.rstrip(",") + "\r\n" for line in separated().splitlines())


CASES = {
    name: Passes(
        build, told=(next(each for each in ENCODINGS if each in name or each == "UTF-8"),), name="季报.csv"
    )
    for name, build in {
        "csv in UTF-8": lambda: separated().encode(),
        "csv in UTF-8 with BOM": lambda: separated().encode("utf-8-sig"),
        "csv in UTF-16 LE with BOM": lambda: separated("\t").encode("utf-16"),
        "csv in UTF-16 BE with BOM": lambda: b"\xfe\xff" + separated().encode("utf-16-be"),
        "csv in UTF-16 without BOM": lambda: separated().encode("utf-16-le"),
        "csv in GB18030": lambda: separated().encode("gb18030"),
        "csv by semicolon": lambda: separated(";").encode("utf-8-sig"),
        "csv in GB18030 by tab": lambda: separated("\t").encode("gb18030"),
        "csv with LF": lambda: separated().replace("\r\n", "\n").encode(),
        "csv in GB18030 with quotes": lambda: quoted().encode("gb18030"),
        "csv with short lines above": lambda: short_lines_above().encode(),
        "csv without a last line end": lambda: separated().rstrip().encode(),
    }.items()
}
RARE = (("葭沚街道𠮷成校", 1, 41, 0, 0, 0, 0, 0), *ROWS[1:])
CASES["csv with rare characters"] = Passes(
    lambda: separated(rows=RARE).encode("gb18030"), rows=RARE, told=("GB18030",), name="季报.csv"
)
CASES["csv named as a text"] = Passes(lambda: separated().encode(), told=("UTF-8",), name="季报.txt")
CASES["csv with 3,000 blank lines behind"] = Passes(
    lambda: (separated() + ",,,,,,,\r\n" * 3000).encode(), told=("UTF-8",), name="季报.csv"
)
CASES["csv with 200 blank fields behind"] = Passes(
    lambda: separated().replace("\r\n", "," * 200 + "\r\n").encode(), told=("UTF-8",), name="季报.csv"
)
CASES["csv with a sign-off line of fewer fields"] = Passes(
    lambda: (separated() + "填表人：甲,联系电话：" + "8411" + "1111\r\n").encode(),
    told=("UTF-8",),
    name="季报.csv",
)
