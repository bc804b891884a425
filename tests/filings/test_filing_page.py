"""The filing page: keeps what was typed, tells every problem at its cell, and what its buttons do."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from portal import clock
from portal.models import Membership
from reporting.filings import actions as filing_actions
from reporting.filings import typed_return
from reporting.models import Draft, Filing

from ..conftest import NOW
from ..factories import (
    COLUMNS,
    EXPLANATION,
    FIGURES,
    accepted,
    grid,
    membership,
    nil,
    period,
    row,
    started,
    submitted,
)
from ..live import zh
from ..screen import Screen

GOOD = row("海门街道社区学校", *FIGURES)
TEXTS = "preparer", "head", "telephone"


@pytest.fixture
def filing(clerk) -> Filing:
    return started(clerk)


@pytest.fixture
def page(as_, clerk, filing):
    """Post the grid of the page as it stands, press a button, look at what comes back."""

    def post(*rows: dict, follow=False, **extra):
        address = reverse("filing-edit", args=[filing.public_id])
        data = grid(Filing.objects.get(pk=filing.pk), *rows, **extra)
        return as_(clerk).post(address, data, follow=follow)

    return post


def draft(filing: Filing) -> Draft:
    return Draft.objects.get(filing=filing)


def typed(screen: Screen) -> list[list[str]]:
    """The rows that are not blank, as the fields hold them."""
    numbers = range(1, 1 + sum(name.endswith("-provider") for name in screen.fields))
    rows = [[screen.fields[f"row-{n}-{code}"] for code in ("provider", *COLUMNS)] for n in numbers]
    return [each for each in rows if any(each)]


def as_list(each: dict) -> list[str]:
    return [each["provider"], *(each["values"][code] for code in COLUMNS)]


def test_it_opens_with_the_official_form(as_, clerk, filing):
    screen = Screen(as_(clerk).get(reverse("filing-edit", args=[filing.public_id])))
    assert screen.fields["revision"] == "1"
    assert (screen.fields["preparer"], screen.fields["head"]) == (
        clerk.user.full_name,
        clerk.tenant.head_name,
    )
    assert "row-5-cases" in screen.fields
    assert screen.problems() == []
    heads = next(table for table in screen.tables if table)[0]
    assert heads[1:9] == [filing.period.programme.layout["provider_heading"], *heads[2:9]]
    assert "应用类短期培训（人次）" in heads


def test_it_starts_a_return_and_carries_the_providers_over_but_no_figures(as_, clerk):
    with clock.frozen(NOW - timedelta(days=90)):
        accepted(clerk, row("海门街道社区学校", 1, 51), row("台州电大椒江学院", 2, 80), code="2021Q4")
    answer = as_(clerk).post(
        reverse("filing-start"), {"programme": "taizhou", "period": "2022Q1"}, follow=True
    )
    assert typed(Screen(answer)) == [[name, *[""] * 7] for name in ("海门街道社区学校", "台州电大椒江学院")]
    assert Filing.objects.filter(period__code="2022Q1").count() == 1


def test_it_saves_whatever_was_typed(page, filing):
    odd = row("<b>校</b>", "约50", " 1２ ", "二十", "-1", "/", "", "12.5")
    odd["values"] |= {"textbooks": ""}
    answer = page(odd, GOOD, do="save", follow=True)
    assert answer.redirect_chain == [(reverse("filing-edit", args=[filing.public_id]), 302)]
    assert typed(Screen(answer)) == [as_list(odd), as_list(GOOD)]
    assert draft(filing).rows == [odd, GOOD]


def test_it_keeps_everything_typed_when_it_refuses(page):
    odd = row("海门街道社区学校", "约50", "x" * 300, "二十", "-1", "2万", "&amp;", '"12"')
    answer = page(odd, row("", 3, 90), do="check", preparer="丙（演示）", head="", telephone="  ")
    screen = Screen(answer)
    assert answer.status_code == 422
    assert typed(screen) == [as_list(odd), as_list(row("", 3, 90))]
    assert [screen.fields[name] for name in TEXTS] == ["丙（演示）", "", "  "]


def test_it_lists_every_problem_and_each_leads_to_its_field(page):
    rows = [
        row("海门街道社区学校", "约50", 50, "二十", "-1", "0", "0", "0"),
        row("", 3, 90),
        row("合计", 1, 40),
        row("海门街道社区学校", 5, 0),
        row("白云街道社区学校", 9, 3),
    ]
    screen = Screen(page(*rows, do="check", head=""))
    places = [link.href for link in screen.problems()]
    assert places == [
        "#row-1-training_sessions",
        "#row-1-outreach_sessions",
        "#row-1-outreach_attendances",
        "#row-2-provider",
        "#row-3-provider",
        "#row-4-provider",
        "#row-4-training_attendances",
        "#row-5-training_attendances",
        "#head",
    ]
    assert [place for place in places if place[1:] not in screen.at] == []
    assert all(link.text for link in screen.problems())


@pytest.mark.parametrize(
    ("rows", "place"),
    [([], "#grid"), ([row("", *[""] * 7)], "#grid"), ([row("海门街道社区学校", *[""] * 7)], "#grid")],
)
def test_it_asks_for_a_row_or_a_nil_return(page, rows, place):
    answer = page(*rows, do="check")
    screen = Screen(answer)
    assert answer.status_code == 422
    assert [link.href for link in screen.problems()] == [place]
    assert place[1:] in screen.at


# --- soft questions

UNUSUAL = row("海门街道社区学校", 1, 500)


def questions(screen: Screen) -> dict[str, str]:
    return {name: text for name, text in screen.fields.items() if name.startswith("explain-")}


def test_it_asks_about_what_is_unusual_with_a_box_to_explain(page):
    answer = page(UNUSUAL, do="check")
    screen = Screen(answer)
    assert answer.status_code == 422
    assert (screen.problems(), list(questions(screen).values())) == ([], [""])
    assert "500" in screen.text


@pytest.mark.parametrize("empty", ["核实无误", "无", "……", "        ", "核实无误核实无误"])
def test_it_takes_no_empty_explanation_and_shows_it_again(page, empty):
    [name] = questions(Screen(page(UNUSUAL, do="check")))
    answer = page(UNUSUAL, do="check", **{name: empty})
    assert answer.status_code == 422
    assert questions(Screen(answer)) == {name: empty.strip()}


def test_it_goes_on_to_the_confirmation_with_a_real_explanation(page, filing):
    [name] = questions(Screen(page(UNUSUAL, do="check")))
    answer = page(UNUSUAL, do="check", **{name: EXPLANATION}, follow=True)
    assert answer.redirect_chain == [(reverse("filing-submit", args=[filing.public_id]), 302)]
    assert EXPLANATION in Screen(answer).text


def test_it_asks_again_when_the_figure_changes(page):
    [name] = questions(Screen(page(UNUSUAL, do="check")))
    changed = Screen(page(row("海门街道社区学校", 1, 600), do="check", **{name: EXPLANATION}))
    assert list(questions(changed).values()) == [""]
    assert name not in questions(changed)


# --- buttons of the grid


def test_it_fills_blank_cells_of_named_rows_with_0(page, filing):
    blank = row("海门街道社区学校", 1, 40, "", " ", "", "/", "")
    page(blank, row("", *[""] * 7), GOOD, do="fill_zeros")
    assert [as_list(each) for each in draft(filing).rows] == [
        as_list(row("海门街道社区学校", 1, 40, 0, 0, 0, "/", 0)),
        [""] * 8,
        as_list(GOOD),
    ]


def test_it_adds_rows_below_and_keeps_what_is_there(page):
    rows = [row(f"第{number}学校", 1, 40) for number in range(1, 6)]
    screen = Screen(page(*rows, do="add_rows", follow=True))
    assert typed(screen) == [as_list(each) for each in rows]
    assert "row-10-provider" in screen.fields


def test_it_removes_the_row_whose_button_was_pressed(page):
    rows = [row(f"第{number}学校", number, 40) for number in range(1, 4)]
    screen = Screen(page(*rows, remove_row="2", follow=True))
    assert typed(screen) == [as_list(rows[0]), as_list(rows[2])]


def test_it_offers_a_figure_and_takes_it_at_a_click(page):
    odd = row("海门街道社区学校", 1, "四十", 0, 0, 0, 0, 0)
    button = Screen(page(odd, do="check")).button("take:1:training_attendances:40")
    assert button and "40" in button.text
    screen = Screen(page(odd, do=button.value, follow=True))
    assert typed(screen) == [as_list(row("海门街道社区学校", 1, 40))]


@pytest.mark.parametrize(
    "pressed",
    [
        {"do": "take:9:training_attendances:40"},
        {"do": "take:0:training_attendances:40"},
        {"do": "take:1:evil:40"},
        {"do": "take:1:training_attendances:x"},
        {"do": "take:1:training_attendances"},
        {"do": "take:1:2:3:4:5"},
        {"remove_row": "9"},
        {"remove_row": "0"},
        {"remove_row": "-1"},
        {"remove_row": "x"},
    ],
)
def test_it_refuses_buttons_that_no_page_shows(page, filing, pressed):
    assert page(GOOD, **pressed).status_code == 400
    filing.refresh_from_db()
    assert (filing.revision, draft(filing).rows) == (1, [])


def test_it_saves_when_a_button_is_unknown(page, filing):
    assert page(GOOD, do="explode").status_code == 302
    assert draft(filing).rows == [GOOD]


# --- somebody was faster


def save(filing: Filing, by: Membership, *rows: dict) -> Filing:
    return filing_actions.save_draft(
        filing, typed_return.Typed(rows=list(rows)), revision=filing.revision, by=by
    )


@pytest.mark.parametrize("do", ["save", "check", "fill_zeros", "add_rows"])
def test_it_shows_both_values_when_a_colleague_saved_meanwhile(as_, clerk, head, filing, do):
    stale = grid(filing, row("海门街道社区学校", 7, 343), do=do)
    save(filing, head, row("海门街道社区学校", 8, 343))
    answer = as_(clerk).post(reverse("filing-edit", args=[filing.public_id]), stale)
    screen = Screen(answer)
    assert answer.status_code == 409
    assert head.user.full_name in screen.text
    assert screen.rows("1") == [["1", "应用类短期培训（场）", "7", "8"], *screen.rows("1")[1:]]
    assert typed(screen) == [as_list(row("海门街道社区学校", 7, 343))]
    assert (screen.fields["revision"], draft(filing).rows) == ("2", [row("海门街道社区学校", 8, 343)])


def test_it_saves_over_it_when_that_is_what_the_person_wants(as_, clerk, head, filing):
    stale = grid(filing, row("海门街道社区学校", 7, 343), do="save")
    save(filing, head, row("海门街道社区学校", 8, 343))
    address = reverse("filing-edit", args=[filing.public_id])
    shown = Screen(as_(clerk).post(address, stale)).fields
    assert as_(clerk).post(address, shown | {"do": "save"}).status_code == 302
    assert as_list(draft(filing).rows[0]) == as_list(row("海门街道社区学校", 7, 343))


@pytest.mark.parametrize("do", ["save", "check"])
def test_it_hands_back_what_arrives_after_submitting(as_, clerk, filing, do):
    late = grid(filing, row("海门街道社区学校", 7, 343), do=do)
    done = submitted(clerk)
    answer = as_(clerk).post(reverse("filing-edit", args=[filing.public_id]), late)
    screen = Screen(answer)
    assert answer.status_code == 409
    assert as_list(row("海门街道社区学校", 7, 343)) in [line for table in screen.tables for line in table]
    assert done.get_status_display() in screen.text
    assert done.get_absolute_url() in [link.href for link in screen.links]
    assert draft(filing).rows[0]["provider"] == "椒江社区学院"


def test_it_leads_from_a_submitted_return_to_the_page_that_shows_it(as_, clerk):
    done = submitted(clerk)
    answer = as_(clerk).get(reverse("filing-edit", args=[done.public_id]), follow=True)
    assert answer.redirect_chain == [(done.get_absolute_url(), 302)]
    assert done.get_status_display() in Screen(answer).text


# --- the confirmation, and the nil return


def test_it_names_tenant_and_period_before_it_submits(page, as_, clerk, filing):
    page(GOOD, do="check")
    address = reverse("filing-submit", args=[filing.public_id])
    screen = Screen(as_(clerk).get(address))
    assert clerk.tenant.name in screen.text and filing.period.name in screen.text
    assert screen.rows("海门街道社区学校") == [["海门街道社区学校", *map(str, FIGURES)]]
    assert screen.rows("合计") == [["合计", *map(str, FIGURES)]]
    answer = as_(clerk).post(address, {"revision": screen.fields["revision"]}, follow=True)
    version = Filing.objects.get(pk=filing.pk).latest
    assert answer.redirect_chain == [(reverse("version-detail", args=[version.public_id]), 302)]
    receipt = Screen(answer).text
    assert version.receipt_number in receipt and version.digest in receipt
    assert clerk.tenant.name in receipt and filing.period.name in receipt


def test_it_submits_once_although_pressed_twice(page, as_, clerk, filing):
    page(GOOD, do="check")
    address = reverse("filing-submit", args=[filing.public_id])
    revision = {"revision": Screen(as_(clerk).get(address)).fields["revision"]}
    assert [as_(clerk).post(address, revision).status_code for _again in range(2)] == [302, 409]
    assert Filing.objects.get(pk=filing.pk).versions.count() == 1


def test_it_goes_back_to_the_table_when_the_draft_is_not_ready(page, as_, clerk, filing):
    page(row("海门街道社区学校", "约50"), do="save")
    address, back = (reverse(name, args=[filing.public_id]) for name in ("filing-submit", "filing-edit"))
    assert as_(clerk).get(address).headers["Location"] == back
    answer = as_(clerk).post(address, {"revision": Filing.objects.get(pk=filing.pk).revision})
    assert answer.headers["Location"] == back
    assert Filing.objects.get(pk=filing.pk).latest is None


def test_it_says_how_many_rows_a_nil_return_clears(page, as_, clerk, filing):
    page(GOOD, row("白云街道社区学校", 1, 30), do="save")
    address = reverse("filing-nil", args=[filing.public_id])
    screen = Screen(as_(clerk).get(address))
    assert clerk.tenant.name in screen.text and filing.period.name in screen.text
    assert "2" in screen.text.split(filing.period.name)[-1]
    answer = as_(clerk).post(address, {"revision": screen.fields["revision"]}, follow=True)
    version = Filing.objects.get(pk=filing.pk).latest
    assert (answer.status_code, version.is_nil, version.lines.count()) == (200, True, 0)
    assert version.receipt_number in Screen(answer).text


def test_it_declares_no_nil_return_without_contacts(page, as_, clerk, filing):
    page(do="save", head="")
    answer = as_(clerk).post(
        reverse("filing-nil", args=[filing.public_id]),
        {"revision": Filing.objects.get(pk=filing.pk).revision},
        follow=True,
    )
    assert answer.redirect_chain[-1][0] == reverse("filing-edit", args=[filing.public_id])
    assert Filing.objects.get(pk=filing.pk).latest is None


def test_it_fills_in_after_a_recalled_nil_return(as_, clerk):
    filing = nil(clerk)
    filing_actions.recall(filing, revision=filing.revision, by=clerk)
    filing = Filing.objects.get(pk=filing.pk)
    answer = as_(clerk).post(reverse("filing-edit", args=[filing.public_id]), grid(filing, GOOD, do="check"))
    assert answer.headers["Location"] == reverse("filing-submit", args=[filing.public_id])


def test_a_column_without_a_target_is_not_shown_as_one_without_a_task(as_):
    """“三入”人次 has no target and is reported with its sessions; 三门 has no task for textbooks."""
    by = membership("sanmen-preparer")
    filing = started(by)
    html = as_(by).get(reverse("filing-edit", args=[filing.public_id])).content.decode()

    def cell(code: str) -> str:
        return re.search(rf'<td class="([^"]*)">\s*<input data-cell="{code}"', html)[1]

    assert "no-task" not in cell("outreach_attendances")
    assert "no-task" not in cell("outreach_sessions")
    assert "no-task" in cell("textbooks")
    assert zh("No target is set for this column; it is reported all the same.") in html


# --- beside the columns


def references(client, filing: Filing) -> list[list[str]]:
    """The lines above the rows: last period's, the year so far, the task."""
    table = Screen(client.get(reverse("filing-edit", args=[filing.public_id]))).tables[0]
    return [line[1:] for line in table if len(line) > 2 and line[1].startswith("上期数")]


def test_the_last_period_says_which_quarter_it_is(as_, clerk):
    """The one before may not have been filed: then it is an older one, and says so; of none there are no figures."""
    with clock.frozen(period("2021Q3").due_at - timedelta(days=1)):
        first = started(clerk, "2021Q3")
        [line] = references(as_(clerk), first)
        assert (line[0], set(line[1:8])) == ("上期数", {"—"})
        accepted(clerk, GOOD, code="2021Q3")
    [line] = references(as_(clerk), started(clerk))
    assert (line[0], line[1:5]) == ("上期数 2021年第三季度", [str(each) for each in FIGURES[:4]])


def test_no_column_is_behind_before_the_period_is_due(as_, clerk, filing):
    address = reverse("filing-edit", args=[filing.public_id])
    assert "滞后" not in as_(clerk).get(address).content.decode()
    with clock.frozen(filing.period.due_at):
        assert "滞后" in as_(clerk).get(address).content.decode()
