"""Channel parity (U7): what is typed into a number cell gets one verdict, through the page or the workbook.

Many values go into one return, a row each: the table of `numbers.py` takes a new row without new code here.
"""

import pytest
from django.db import transaction

from portal import clock

from ..conftest import NOW
from ..factories import membership
from ..selection import one_of_each, times
from .channels import Outcome, Place, through_autosave, through_form, through_workbook
from .numbers import NUMBERS, Number

pytestmark = [pytest.mark.django_db, pytest.mark.one_database("postgresql")]
COLUMN_OF_UNIT = {"场": "training_sessions", "人次": "training_attendances", "场次": "outreach_sessions"}
CHANNELS = {"form": through_form, "autosave": through_autosave, "workbook": through_workbook}
# 台州湾新区 has no task at all; 临海 has one of 20 sessions of outreach in 2022.
WITHOUT_TASK, WITH_TASK = "taizhouwan-preparer", "linhai-preparer"
A_PAGE = 60


def usable(number: Number, channel: str) -> bool:
    """Rows that can be typed there: text into a page; a return's columns as the programme has them."""
    if channel not in number.channels or number.unit not in COLUMN_OF_UNIT:
        return False
    if channel in ("form", "autosave") and not isinstance(number.raw, str):
        return False
    return number.allows_no_task or number.target is not None


def place_of(number: Number) -> Place:
    column = COLUMN_OF_UNIT[number.unit] if number.target is None else "outreach_sessions"
    return Place(column, number.raw)


CASES = one_of_each(
    [(channel, number) for channel in CHANNELS for number in NUMBERS if usable(number, channel)],
    lambda case: (case[0], case[1].id, case[1].verdict, case[1].code, case[1].suggestion is None),
)


@pytest.fixture(scope="module")
def outcomes(django_db_setup, django_db_blocker) -> dict[int, Outcome]:
    """All cases sent through their channels, a few returns each."""
    found: dict[int, Outcome] = {}
    with django_db_blocker.unblock(), clock.frozen(NOW):
        for channel, send in CHANNELS.items():
            for who, has_task in ((WITHOUT_TASK, False), (WITH_TASK, True)):
                chosen = [
                    index
                    for index, (through, number) in enumerate(CASES)
                    if through == channel and (number.target is not None) == has_task
                ]
                for start in range(0, len(chosen), A_PAGE):
                    batch = chosen[start : start + A_PAGE]
                    with transaction.atomic():
                        sent = send(membership(who), [place_of(CASES[index][1]) for index in batch])
                        transaction.set_rollback(True)
                    found |= dict(zip(batch, sent, strict=True))
    return found


def named(index: int) -> str:
    channel, number = CASES[index]
    return f"{channel}-{number.id}-{ascii(number.raw)[:24]}"


def expected(number: Number) -> tuple[set[str], int | None]:
    """In a column without a task, blank and “/” are no task; a dash or 无 is too, and the page says so."""
    if number.verdict in ("blank", "no_task"):
        return {"ok", "notice"} if number.id == "A33" else {"ok"}, None
    return {number.verdict}, number.value


def words(channel: str, number: Number) -> str:
    """A workbook's cell is a formula before it is a text, and has its own sentence for it."""
    return "公式" if channel == "workbook" and number.code == "formula" else number.words


@pytest.mark.parametrize("index", range(len(CASES)), ids=named)
def test_it_judges_a_number_alike_through_every_channel(outcomes, index):
    channel, number = CASES[index]
    outcome = outcomes[index]
    verdicts, value = expected(number)
    assert outcome.verdict in verdicts
    assert outcome.value == value
    assert words(channel, number) in outcome.text
    assert outcome.verdict == "ok" or outcome.text


@pytest.mark.parametrize("channel", CHANNELS)
def test_it_sent_a_good_part_of_the_table_through(outcomes, channel):
    verdicts = [outcomes[index].verdict for index, (each, _n) in enumerate(CASES) if each == channel]
    assert len(verdicts) > times(30, 200)
    assert {verdict: verdicts.count(verdict) > times(2, 15) for verdict in ("ok", "notice", "hard")} == {
        "ok": True,
        "notice": True,
        "hard": True,
    }
