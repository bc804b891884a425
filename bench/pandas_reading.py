"""Reads the workbooks of a folder with pandas.read_excel and prints the milliseconds it took. Started by bench.files."""

import os
import sys
import time
from pathlib import Path

import pandas

sys.path.insert(0, os.environ["PANDAS_FOLDER"])


HEADINGS = 5  # rows above the headings


def main(folder: Path) -> None:
    files = sorted(folder.glob("*.xlsx"))
    began = time.process_time()
    figures = sum(int(pandas.read_excel(each, skiprows=HEADINGS).iloc[:, 1:].max().sum()) for each in files)
    print((time.process_time() - began) * 1000, figures, pandas.__version__)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
