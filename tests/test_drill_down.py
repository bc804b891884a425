"""“Drill-down everywhere”: from the city's total by links alone to the county, its return, the version, the provider's
activities, one of them and the file that shows it; each figure is the sum of the next level's."""

from urllib.parse import urljoin

import pytest
from django.http import HttpResponse
from django.urls import reverse

from reporting.models import ActivityFile

from .factories import membership
from .screen import Screen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year")]

# (who, the table where they begin, the unit that has filed, its provider, how many figures a line has)
WAYS = [
    ("taizhou-education-reviewer", "/taizhou/rollup/?period=2021Q2", "luqiao", "蓬街镇成校", 7),
    ("taizhou-education-administrator", "/taizhou/rollup/?period=2021Q2", "luqiao", "蓬街镇成校", 7),
    ("taizhou-education-reviewer", "/taizhou/rollup/?period=2021Q4", "sanmen", "珠岙镇成校", 7),
    (
        "shanghai-civil-affairs-reviewer",
        "/shanghai/rollup/?period=2021Q2",
        "sh-bases",
        "金山区长者照护之家公益基地（示例）",
        2,
    ),
]


class Walk:
    """A person who goes on by links alone: `screen` is what they see."""

    def __init__(self, client, address: str):
        self.client, self.address = client, address
        self.screen = Screen(self._get())

    def go(self, text: str, towards: str = "/") -> None:
        self._follow(text, towards)
        self.screen = Screen(self._get())

    def take(self, text: str) -> HttpResponse:
        """What lies behind a link that is no page."""
        self._follow(text, "/")
        return self._get()

    def _follow(self, text: str, towards: str) -> None:
        href = next(link.href for link in self.screen.links if link.text == text and towards in link.href)
        self.address = urljoin(self.address, href)

    def _get(self) -> HttpResponse:
        answer = self.client.get(self.address)
        assert answer.status_code == 200, self.address
        return answer


def line(screen: Screen, first: str, number: int) -> list[int]:
    """The first figures of the line that begins so, no task as 0; sums of several columns stand after them."""
    cells = [cell.replace(",", "").replace("/", "0") for cell in screen.rows(first)[0][1:]]
    return [int(cell) for cell in cells if cell.isdigit()][:number]


def added(rows: list[list[int]]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]


def activities_on(screen: Screen, provider: str, number: int) -> list[list[int]]:
    """Figures of the provider's activities, without the day, the kind, the venue and the note."""
    rows = [row for table in screen.tables for row in table if len(row) > number and row[1] == provider]
    return [[int(cell.replace(",", "") or 0) for cell in row[4:-1]] for row in rows]


def test_links_lead_from_the_headline_to_the_records_it_is_the_sum_of(as_):
    """“以……工作模块记录数据为准”: what the module recorded, a unit, its return, a provider, record by record."""
    walk = Walk(
        as_(membership("shanghai-civil-affairs-reviewer")),
        reverse("channels", args=["shanghai"]) + "?through=2021Q1",
    )
    unit, provider = "全市部分公益基地", "银行类公益基地（示例）"
    of_unit = line(walk.screen, unit, 1)
    assert (line(walk.screen, "工作模块记录数", 1), of_unit) == ([69_000], [45_000])

    walk.go(unit)
    parts = line(walk.screen, "合计", 2)
    of_provider = line(walk.screen, provider, 2)
    assert [sum(parts)] == of_unit

    walk.go("2021年第一季度", "/filings/")
    walk.go("1", "/versions/")
    assert line(walk.screen, "合计", 2) == parts
    walk.go(provider, "/activities/?provider=")
    first, held = walk.address, []
    for page in range(1, 30):
        walk.address = f"{first}&page={page}"
        walk.screen = Screen(walk._get())
        rows = activities_on(walk.screen, provider, 2)
        if held[-len(rows) :] == rows:  # past the last page the last one is shown again
            break
        held += rows
    assert added(held) == of_provider
    assert len(held) > 50


@pytest.mark.parametrize(("username", "begins", "unit", "provider", "number"), WAYS)
def test_links_lead_from_the_citys_total_to_a_file_and_every_figure_agrees(
    as_, username, begins, unit, provider, number
):
    file = ActivityFile.objects.select_related("tenant", "activity__counted_in__filing__period").get(
        tenant__code=unit
    )
    counting, name = file.activity.counted_in, file.tenant.name
    walk = Walk(as_(membership(username)), begins)

    shown = [link.text for link in walk.screen.links if "&tenant=" in link.href and "rollup/?" in link.href]
    units = [line(walk.screen, each, number) for each in shown if "—" not in walk.screen.rows(each)[0]]
    assert line(walk.screen, "合计", number) == added(units)
    of_unit = line(walk.screen, name, number)

    walk.go(name)
    of_provider = line(walk.screen, provider, number)
    assert line(walk.screen, "合计", number) == of_unit

    walk.go(counting.filing.period.name, "/filings/")
    walk.go(f"{counting.number}", f"/versions/{counting.public_id}/")
    assert line(walk.screen, "合计", number) == of_unit
    assert line(walk.screen, provider, number) == of_provider

    walk.go(provider, "/activities/?provider=")
    held = activities_on(walk.screen, provider, number)
    columns = len(held[0])
    assert added(held) == of_provider[:columns]

    walk.go(file.activity.ends_on.isoformat(), str(file.activity.public_id))
    assert f"{file.activity.attendances}" in walk.screen.text

    taken = walk.take(file.file_name)
    content = b"".join(taken) if taken.streaming else taken.content
    assert content == file.file.read()
    assert content.startswith(b"%PDF-")


def test_an_observer_walks_the_same_way_and_reads_that_there_is_a_file(as_, observer):
    """Looks on: files are opened by who files, reviews and administers."""
    file = ActivityFile.objects.get(tenant__code="luqiao")
    client = as_(observer)
    screen = Screen(client.get(file.activity.get_absolute_url()))
    assert file.file_name in screen.text
    assert file.file_name not in [link.text for link in screen.links]
    assert client.get(file.get_absolute_url()).status_code == 403
