"""Names, explanations and reasons as people and attackers type them: one verdict through page and workbook,
kept verbatim, shown escaped, text in every workbook (catalogue part B)."""

import io

import pytest
from django.db import transaction
from django.urls import reverse
from openpyxl import load_workbook

from portal import clock
from reporting.imports import take_over
from reporting.models import Filing
from reporting.review import actions as review_actions

from ..conftest import NOW
from ..factories import EXPLANATION, FIGURES, accepted, grid, membership, period, row, started, submitted
from ..screen import Screen
from ..selection import one_of_each
from .channels import Outcome, Place, through_autosave, through_form, through_workbook, workbook
from .names import EXPLANATIONS, LINES, NAMES, SAME_NAME, Typed

pytestmark = pytest.mark.one_database("postgresql")

CHANNELS = {"form": through_form, "autosave": through_autosave, "workbook": through_workbook}
# A page sends text; a workbook's XML holds no control characters and no halves of pairs.
NOT_IN_XML = {"B04", "B05", "B06"}


def is_usable(name: Typed, channel: str) -> bool:
    if not isinstance(name.raw, str) or "\udfff" in name.raw or "\ud83c" in name.raw:
        return False
    if channel in ("form", "autosave"):
        return True
    is_total = (
        name.id == "B18" and "合" in name.raw and name.verdict == "hard"
    )  # in a sheet that is the total
    return not (name.id in NOT_IN_XML or "\r" in name.raw or is_total)


CASES = one_of_each(
    [(channel, name) for channel in CHANNELS for name in NAMES if is_usable(name, channel)],
    lambda case: (case[0], case[1].id, case[1].verdict),
)


@pytest.fixture(scope="module")
def outcomes(django_db_setup, django_db_blocker) -> dict[int, Outcome]:
    """All names, as few returns as possible: the same provider stands in a return once."""
    found: dict[int, Outcome] = {}
    with django_db_blocker.unblock(), clock.frozen(NOW):
        for channel, send in CHANNELS.items():
            left = [index for index, (through, _name) in enumerate(CASES) if through == channel]
            while left:
                batch = list({CASES[index][1].value or index: index for index in left}.values())
                with transaction.atomic():
                    places = [Place("provider", CASES[index][1].raw) for index in batch]
                    found |= dict(zip(batch, send(membership("jiaojiang-preparer"), places), strict=True))
                    transaction.set_rollback(True)
                left = [index for index in left if index not in found]
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(
    "index", range(len(CASES)), ids=lambda i: f"{CASES[i][0]}-{ascii(CASES[i][1].raw)[:30]}"
)
def test_it_judges_a_name_alike_through_every_channel(outcomes, index):
    _channel, name = CASES[index]
    outcome = outcomes[index]
    if name.verdict == "ok":
        assert (outcome.verdict, outcome.value) == ("ok", name.value)
        return
    assert outcome.verdict == "hard"
    assert outcome.text
    assert name.words in outcome.text


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(("id", "one", "other", "is_same"), SAME_NAME)
def test_it_knows_the_same_provider_through_every_channel(clerk, channel, id, one, other, is_same):
    first, second = CHANNELS[channel](clerk, [Place("provider", one), Place("provider", other)])
    assert first.verdict == "ok"
    assert second.verdict == ("hard" if is_same else "ok")
    assert not is_same or "1" in second.text


# --- kept verbatim, shown escaped

STRANGE = list(dict.fromkeys(each.value for each in NAMES if each.verdict == "ok"))


@pytest.fixture
def strange(clerk) -> Filing:
    """A submitted return whose providers have every strange name once."""
    return submitted(clerk, *[row(name, *FIGURES) for name in STRANGE])


@pytest.mark.parametrize("name", ["filing-detail", "version-detail", "rollup"])
def test_it_shows_names_as_typed_and_runs_nothing(as_, clerk, strange, name):
    review_actions.accept(strange, revision=strange.revision, by=membership("taizhou-education-reviewer"))
    pages = {
        "filing-detail": strange.public_id,
        "version-detail": strange.latest.public_id,
        "rollup": "taizhou",
    }
    answer = as_(clerk).get(reverse(name, args=[pages[name]]))
    shown = [line[0] for table in Screen(answer).tables for line in table if line[1:] == [*map(str, FIGURES)]]
    assert shown == [" ".join(each.split()) for each in STRANGE]
    assert [each for each in STRANGE if "<" in each and each in answer.content.decode()] == []


def test_it_writes_names_into_the_workbook_as_text(as_, clerk, strange):
    content = as_(clerk).get(reverse("version-attachment", args=[strange.latest.public_id])).content
    cells = [
        line[0] for line in load_workbook(io.BytesIO(content)).worksheets[0]["A7" : f"B{6 + len(STRANGE)}"]
    ]
    assert [(cell.value, cell.data_type) for cell in cells] == [(name, "s") for name in STRANGE]
    assert all(cell.quotePrefix for cell in cells if cell.value.startswith(("=", "+", "@")))


MARKUP = [each.raw for each in LINES if each.id in ("B01", "B23") and each.verdict == "ok"]


@pytest.mark.parametrize("text", [*MARKUP, "多行\n<b>说明</b>\n第三行文字", "🎉𠮷䶮葭沚说明文字齐全"])
def test_it_shows_a_reason_as_typed_and_runs_nothing(as_, clerk, reviewer, text):
    filing = submitted(clerk)
    address = reverse("filing-send-back", args=[filing.public_id])
    as_(reviewer).post(address, {"revision": filing.revision, "reason": text})
    for name in ("filing-detail", "filing-edit"):
        answer = as_(clerk).get(reverse(name, args=[filing.public_id]))
        assert "".join(text.split()) in "".join(Screen(answer).text.split())
        assert "<" not in text or text not in answer.content.decode()


CONTACTS = ["preparer", "head", "telephone"]
TYPED_LINES = [each for each in LINES if is_usable(each, "form")]


@pytest.mark.parametrize(
    "line",
    one_of_each(TYPED_LINES, lambda line: (line.id, line.verdict)),
    ids=lambda each: ascii(each.raw)[:30],
)
def test_it_judges_the_contacts_as_any_other_line(as_, clerk, line):
    filing = started(clerk)
    data = grid(filing, row("海门街道社区学校", *FIGURES), do="check", **dict.fromkeys(CONTACTS, line.raw))
    answer = as_(clerk).post(reverse("filing-edit", args=[filing.public_id]), data)
    if line.verdict == "ok" and len(line.raw) <= 40:
        assert answer.status_code == 302
        return
    screen = Screen(answer)
    assert [link.href for link in screen.problems()] == [f"#{field}" for field in CONTACTS]
    assert set(CONTACTS) <= set(screen.at)


# --- explanations


@pytest.mark.parametrize(("id", "text", "is_empty"), EXPLANATIONS, ids=lambda each: ascii(each)[:30])
def test_it_takes_an_explanation_that_says_something(as_, clerk, id, text, is_empty):
    filing = started(clerk)
    address = reverse("filing-edit", args=[filing.public_id])
    unusual = row("海门街道社区学校", 1, 500)
    asked = Screen(as_(clerk).post(address, grid(filing, unusual, do="check"))).fields
    [name] = [each for each in asked if each.startswith("explain-")]
    answer = as_(clerk).post(address, asked | {"do": "check", name: text})
    assert answer.status_code == (422 if is_empty else 302)
    assert Filing.objects.get().draft.explanations.get(name.removeprefix("explain-"), "") == text.strip()


def test_it_asks_about_a_provider_named_after_another_county(as_, clerk):
    filing = started(clerk)
    data = grid(filing, row("黄岩社区学院", *FIGURES), do="check")
    answer = as_(clerk).post(reverse("filing-edit", args=[filing.public_id]), data)
    screen = Screen(answer)
    assert (answer.status_code, screen.problems()) == (422, [])
    assert len([name for name in screen.fields if name.startswith("explain-")]) == 1


def test_it_keeps_ten_thousand_characters_in_the_box(as_, clerk):
    filing, long = started(clerk), "校" * 10_000
    data = grid(filing, row(long, *FIGURES), do="check")
    screen = Screen(as_(clerk).post(reverse("filing-edit", args=[filing.public_id]), data))
    assert screen.fields["row-1-provider"] == long
    assert Filing.objects.get().draft.rows[0]["provider"] == long
    assert "共 10000 个字" in screen.problems()[0].text


# --- the workbook as a whole


def test_it_tells_a_merge_without_borders_like_any_other(clerk):
    book = load_workbook(io.BytesIO(workbook(clerk, [Place("provider", f"第{n}小学") for n in range(3)])))
    sheet = book.worksheets[0]
    sheet.merge_cells("B8:B9")
    for line in sheet["B7:B9"]:
        line[0].style = "Normal"
    saved = io.BytesIO()
    book.save(saved)
    with pytest.raises(take_over.WorkbookRefused) as refused:
        take_over.import_return(saved.getvalue(), clerk.tenant, period(), by=clerk, submitting=False)
    assert "B8:B9" in [problem.cell for problem in refused.value.problems]
    assert not Filing.objects.exists()


def test_it_imports_nothing_when_one_cell_is_wrong(clerk):
    places = [Place("provider", "第一小学"), Place("videos", "约5"), Place("provider", "第二小学")]
    with pytest.raises(take_over.WorkbookRefused) as refused:
        take_over.import_return(workbook(clerk, places), clerk.tenant, period(), by=clerk, submitting=False)
    assert [problem.cell for problem in refused.value.problems] == ["F8"]
    assert not Filing.objects.exists()


def test_it_files_the_same_through_page_and_workbook(as_, clerk, neighbour):
    """What one exports, the other can hand in: provider by provider, figure by figure."""
    ours = accepted(clerk, row("第一小学", 2, 80), row("第二小学", 3, 120, 1, 20))
    content = as_(clerk).get(reverse("version-attachment", args=[ours.latest.public_id])).content
    book = load_workbook(io.BytesIO(content))
    book.worksheets[0]["A5"].value = neighbour.tenant.name
    saved = io.BytesIO()
    book.save(saved)
    theirs, _found = take_over.import_return(
        saved.getvalue(), neighbour.tenant, period(), by=neighbour, explanation=EXPLANATION, submitting=True
    )
    lines = [list(each.latest.lines.values_list("provider", "values")) for each in (ours, theirs)]
    assert lines[0] == lines[1] != []
