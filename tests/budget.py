"""No test takes more than five seconds unless its marker says why: `@pytest.mark.slow("a hundred rounds of a race")`,
or that it drives a browser or starts workers.

Counted are seconds of the processor, of this process and of all that it started (a browser, a worker, a reader), so
that a busy machine makes nobody red. Five seconds of the clock, most of them waiting, are only listed at the end.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

MOST = 5.0
MAY_TAKE_LONGER = ("slow", "assurance", "browser", "worker")  # the last two are reasons in themselves
TICK = os.sysconf("SC_CLK_TCK")
SPENT = pytest.StashKey[float]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item):
    before = processor_seconds()
    try:
        return (yield)
    finally:
        item.stash[SPENT] = processor_seconds() - before


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = yield
    spent = item.stash.get(SPENT, 0.0) if report.when == "call" else 0.0
    if report.passed and spent > MOST and not any(map(item.get_closest_marker, MAY_TAKE_LONGER)):
        report.outcome = "failed"
        report.longrepr = (
            f"{spent:.1f} s of the processor, {MOST:.0f} s at most: mark it slow(reason) or make it smaller"
        )
    return report


def pytest_terminal_summary(terminalreporter) -> None:
    for each in terminalreporter.stats.get("passed", ()):
        if each.when == "call" and each.duration > MOST and not each.keywords.keys() & set(MAY_TAKE_LONGER):
            terminalreporter.write_line(
                f"over {MOST:.0f} s by the clock, unmarked: {each.duration:.1f} s {each.nodeid}"
            )


def processor_seconds() -> float:
    own = os.times()
    return sum(own[:4]) + sum(map(_spent_by, _descendants(os.getpid())))


def _descendants(pid: int) -> Iterator[int]:
    """Where the system does not tell (Linux does), there are none."""
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, thread.read_text().split()):
                yield child
                yield from _descendants(child)


def _spent_by(pid: int) -> float:
    """By a process and its children that have ended."""
    with suppress(OSError):
        after_the_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, after_the_name[11:15])) / TICK
    return 0.0
