"""Charts are well-formed, escaped, named for those who listen, and legible without colour."""

from datetime import date
from itertools import pairwise

import pytest
from defusedxml.ElementTree import fromstring
from django.template import Context, Template
from django.utils import translation

from targets import charts, dashboard

NASTY = "<script>&\"'玉环"
ENDS = [date(2021, 3, 31), date(2021, 6, 30), date(2021, 9, 30), date(2021, 12, 31)]
QUARTERS = ["第一季度", "第二季度", "第三季度", "第四季度"]
SERIES = {
    "bigdata": [82_000, 169_000, 162_000, 67_000],
    "bases": [45_000, 111_000, 106_000, 42_000],
    "university": [31_000, 87_000, 87_000, 44_000],
    "eldercare": [24_000, 65_000, 67_000, 31_000],
    "others": [0, 0, 900, 100],
}
NAMES = dict(zip(SERIES, ["大数据中心", NASTY, "开放大学", "养老服务机构", "其他"], strict=True))
MILESTONES = [(date(2021, 6, 30), 600_000, "预计"), (date(2021, 9, 30), 1_000_000, "年度指标")]
DATA = dashboard.cumulative(ENDS, SERIES, MILESTONES, ENDS[-1])

PAGE = """{% load charts %}<div>
{% bullet_chart nasty "人次" 412 1000 400 %}
{% bullet_chart nasty "个" None 1 1 %}
{% stacked_chart nasty "人次" data names quarters %}
{% trend_chart nasty "场" trend 20 %}
</div>"""


@pytest.fixture
def page():
    trend = [*zip(QUARTERS, [3, 1234, 15_000], strict=False), ("第四季度", None)]
    context = {"nasty": NASTY, "data": DATA, "names": NAMES, "quarters": QUARTERS, "trend": trend}
    with translation.override("zh-hans"):
        return Template(PAGE).render(Context(context))


@pytest.fixture
def stacked():
    with translation.override("zh-hans"):
        return charts.stacked("累计", "人次", DATA, NAMES, QUARTERS)


def elements(page, tag):
    return [element for element in fromstring(page).iter() if element.tag.split("}")[-1] == tag]


def test_it_is_well_formed_and_escaped(page):
    assert len(elements(page, "svg")) == 4
    assert elements(page, "script") == []
    assert NASTY in [title.text for title in elements(page, "title")]


def test_it_needs_no_inline_style_or_script(page):
    for element in fromstring(page).iter():
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]


def test_every_picture_is_named_by_its_own_title_and_description(page):
    ids = [element.attrib["id"] for element in fromstring(page).iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    for svg in elements(page, "svg"):
        assert svg.attrib["role"] == "img"
        assert set(svg.attrib["aria-labelledby"].split()) <= set(ids)


def test_coordinates_are_plain_numbers(page):
    for tag, names in (
        ("rect", ["x", "y", "width", "height"]),
        ("text", ["x", "y"]),
        ("circle", ["cx", "cy"]),
    ):
        assert elements(page, tag)
        for element in elements(page, tag):
            assert all(float(element.attrib[name]) >= 0 for name in names if name in element.attrib)


def test_the_same_figures_follow_as_a_table(page):
    table = elements(page, "table")[2]
    cells = [cell.text for cell in table.iter() if cell.tag == "td"]
    assert cells[:6] == ["82,000", "45,000", "31,000", "24,000", "0", "182,000"]
    assert len(elements(page, "details")) == 4


def test_parts_differ_by_pattern(stacked, page):
    assert [box.pattern for box in stacked.boxes[:5]] == [1, 2, 3, 4, 5]
    ids = {pattern.attrib["id"] for pattern in elements(page, "pattern")}
    fills = {rect.attrib["fill"] for rect in elements(page, "rect") if "fill" in rect.attrib}
    assert fills == {f"url(#{id})" for id in ids}


def test_parts_stand_on_each_other_up_to_the_total(stacked):
    for bar in range(4):
        parts = stacked.boxes[bar * 5 : bar * 5 + 5]
        for lower, upper in pairwise(parts):
            assert upper.y + upper.height == pytest.approx(lower.y)


def test_milestones_are_labelled_and_drawn_at_their_height(stacked):
    lines = [line for line in stacked.lines if line.css == "chart-milestone"]
    words = [word for word in stacked.words if word.css == "chart-milestone-text"]
    assert [word.text[: word.text.index("万") + 1] for word in words] == ["60万", "100万"]
    grid = {word.text: word.y - 4 for word in stacked.words if word.css == "chart-muted"}
    assert lines[1].y1 == grid["100万"]
    assert lines[0].x2 < lines[1].x2  # each ends at the bar of its day


@pytest.mark.parametrize("actual", [None, 0, 3, 20, 400])
def test_every_word_stays_inside_the_picture(stacked, actual):
    long_name = "台州市老年人智能技术日常应用普及行动应用类短期培训（人次）"
    drawings = [
        stacked,
        charts.bullet(long_name, "人次", actual, 20, 20),
        charts.bullet("视频", "个", actual, 20, 0),
    ]
    for drawing in drawings:
        for word in drawing.words:
            wide = charts.text_width(word.text)
            left = word.x - {"start": 0, "middle": wide / 2, "end": wide}[word.anchor]
            assert left >= 0
            assert left + wide <= drawing.width
            assert 0 < word.y <= drawing.height


def test_names_beside_the_last_bar_do_not_overlap(stacked):
    heights = sorted(word.y for word in stacked.words if word.text in NAMES.values())
    assert len(heights) == 5
    assert all(upper - lower >= charts.FONT for lower, upper in pairwise(heights))


def test_an_empty_programme_still_draws():
    data = dashboard.cumulative([], {}, MILESTONES, ENDS[-1])
    assert charts.stacked("累计", "人次", data, {}, []).boxes == []
    assert charts.trend("培训", "场", [("一季度", None)], None).shapes == []


def test_the_line_stops_where_there_is_no_figure():
    drawing = charts.trend("培训", "场", [("一季度", 3), ("二季度", 9), ("三季度", None)], 20)
    assert (len(drawing.dots), drawing.table.rows[2]) == (2, ("三季度", "—"))


@pytest.mark.parametrize(
    ("value", "zh", "en"), [(600_000, "60万", "600,000"), (614_000, "61.4万", "614,000")]
)
def test_large_figures_are_written_as_readers_count(value, zh, en):
    with translation.override("zh-hans"):
        assert charts.figure(value) == zh
    with translation.override("en"):
        assert charts.figure(value) == en


def test_a_figure_is_never_shortened_to_another_one():
    with translation.override("zh-hans"):
        assert charts.figure(10_044) == "10,044"


@pytest.mark.parametrize(
    ("highest", "top"), [(0, 1), (1, 1), (5, 5), (7, 8), (11, 15), (182_000, 200_000), (1_220_000, 1_500_000)]
)
def test_the_scale_ends_at_a_round_figure(highest, top):
    assert charts.scale_top(highest)[0] == top
