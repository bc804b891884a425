"""The register of a tenant's providers: filled by what is accepted and by hand, kept by its own tenant alone."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from portal.models import HistoryEntry
from reporting.entry.findings import Invalid
from reporting.entry.similar_names import Register, folded
from reporting.filings import actions as filing_actions
from reporting.filings import queries as filing_queries
from reporting.filings import typed_return
from reporting.filings.checks import answers_of
from reporting.filings.replies import ReviewReason
from reporting.models import Filing, Provider
from reporting.providers import actions as provider_actions
from reporting.review import actions as review_actions

from ..bad_inputs.names import SAME_LOOK
from ..factories import accepted, membership, row, started, submitted
from ..screen import Screen

NAME = "海门街道社区学校"


@pytest.fixture
def provider(clerk) -> Provider:
    return provider_actions.add_provider(clerk.tenant, NAME, by=clerk)


def change(provider: Provider, by, **given) -> Provider:
    usual = {
        "name": provider.name,
        "aliases": provider.aliases,
        "is_active": True,
        "revision": provider.revision,
    }
    return provider_actions.change_provider(provider, **usual | given, by=by)


def post(as_, by, provider: Provider, **given):
    usual = {"name": provider.name, "aliases": "", "is_active": "on", "revision": provider.revision}
    return as_(by).post(reverse("provider-edit", args=[provider.public_id]), usual | given)


def test_what_is_accepted_is_known(clerk):
    submitted(clerk, row(NAME, 1, 41), row("白云街道社区学校", 1, 40))
    assert Provider.objects.count() == 0
    filing = accepted(membership("huangyan-preparer"), row("东城街道成校", 1, 41))
    assert [(each.tenant_id, each.name) for each in Provider.objects.all()] == [
        (filing.tenant_id, "东城街道成校")
    ]


def test_an_alias_of_what_is_accepted_adds_nothing(clerk, provider):
    change(provider, clerk, aliases=["海门成校"])
    accepted(clerk, row("海门成校", 1, 41))
    assert [each.name for each in Provider.objects.all()] == [NAME]


def test_a_return_suggests_those_in_use(as_, clerk, provider):
    gone = provider_actions.add_provider(clerk.tenant, "停办学校", by=clerk)
    change(gone, clerk, is_active=False)
    filing = started(clerk)
    page = as_(clerk).get(reverse("filing-edit", args=[filing.public_id])).content.decode()
    assert f'<option value="{NAME}"' in page and "停办学校" not in page


def test_it_adds_one_with_an_entry(as_, clerk):
    answer = as_(clerk).post(reverse("provider-list"), {"name": f"  {NAME} "}, follow=True)
    assert NAME in Screen(answer).text
    assert [each.action for each in HistoryEntry.objects.all()] == ["add_provider"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        "合计",
        "x" * 101,
        f"{NAME}\u202e",
        NAME,
        " 海门街道 社区学校".replace(" ", "", 1).replace(" ", ""),
    ],
)
def test_it_refuses_no_name_and_one_that_is_there(as_, clerk, provider, name):
    answer = as_(clerk).post(reverse("provider-list"), {"name": name})
    assert (answer.status_code, Provider.objects.count()) == (422, 1)
    assert HistoryEntry.objects.count() == 1


@pytest.mark.parametrize(("_id", "one", "other", "is_same"), SAME_LOOK)
def test_it_takes_no_second_one_that_looks_the_same(as_, clerk, _id, one, other, is_same):
    provider_actions.add_provider(clerk.tenant, one, by=clerk)
    answer = as_(clerk).post(reverse("provider-list"), {"name": other})
    assert (answer.status_code, Provider.objects.count()) == ((422, 1) if is_same else (302, 2))
    assert not is_same or one in Screen(answer).text


@pytest.mark.parametrize("name", ["城区小计", "小计（街道）", "其中：城区", "无", "N/A"])
def test_it_takes_neither_a_total_nor_a_word_for_nothing(as_, clerk, name):
    answer = as_(clerk).post(reverse("provider-list"), {"name": name})
    assert (answer.status_code, Provider.objects.count()) == (422, 0)


def test_two_that_look_the_same_from_before_can_still_be_changed(clerk, provider):
    other = Provider.objects.create(tenant=clerk.tenant, name="海门 街道社区学校", key="海门 街道社区学校")
    assert not change(other, clerk, is_active=False).is_active
    other.refresh_from_db()
    assert change(other, clerk, name="海门二校").aliases == []  # the former name means the other one


def test_nothing_is_no_alias_and_another_spelling_is_none_either(clerk, provider):
    changed = change(provider, clerk, aliases=["无", "海门 成校", "海门成校", "海门街道 社区学校"])
    assert changed.aliases == ["海门 成校"]


def test_another_spelling_of_what_is_accepted_adds_nothing(clerk, provider):
    accepted(clerk, row("海门街道　社区学校", 1, 41))
    assert [each.name for each in Provider.objects.all()] == [NAME]


def test_an_alias_is_filed_under_the_registered_name(as_, clerk, provider):
    """On the official sheet, at the last look before it, in the file to fill in; what was typed is said."""
    change(provider, clerk, aliases=["海门成校"])
    filing = started(clerk)
    typed = typed_return.Typed(rows=[row("海门成校", 1, 41)], preparer="甲", head="乙", telephone="0000")
    filing_actions.save_draft(filing, typed, revision=filing.revision, by=clerk)
    client = as_(clerk)
    for name in ("filing-submit", "import-template"):
        answer = client.get(reverse(name, args=[filing.public_id]))
        shown = first_cells(answer.content) if name == "import-template" else Screen(answer).text
        assert NAME in shown and ("海门成校" in shown) is (name == "filing-submit")
    version = submitted(clerk, row("海门成校", 1, 41)).latest
    assert [each.provider for each in version.lines.all()] == [NAME]
    assert any("海门成校" in each and NAME in each for each in version.notices)
    sheet = client.get(reverse("version-attachment", args=[version.public_id])).content
    assert NAME in first_cells(sheet) and "海门成校" not in first_cells(sheet)


def first_cells(content: bytes) -> list[str]:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [str(cell.value) for (cell,) in sheet["A7":"A11"]]


def test_an_alias_beside_its_provider_is_not_filed(clerk, provider):
    change(provider, clerk, aliases=["海门成校"])
    with pytest.raises(Invalid) as refused:
        submitted(clerk, row("海门成校", 1, 41), row(NAME, 1, 51))
    assert [(each.code, each.row) for each in refused.value.findings] == [("provider_twice", 1)]


def test_a_reason_finds_its_row_after_the_provider_was_renamed(clerk, reviewer, provider):
    """Renaming in the register answers no reason: the row is still there, under its present name."""
    filing = submitted(clerk, row(NAME, 1, 41))
    points = [ReviewReason("", "请核对。", NAME, NAME, "training_attendances")]
    review_actions.send_back(filing, points=points, revision=filing.revision, by=reviewer)
    change(provider, clerk, name="海门社区学校")
    reading, facts = filing_queries.read_draft(Filing.objects.with_parties().get(pk=filing.pk))
    assert [line.key for line in reading.lines] == ["海门社区学校"]
    assert [each.is_open for each in answers_of(reading, facts)] == [True]


def test_it_says_when_a_new_one_is_very_like_another(as_, clerk, provider):
    answer = as_(clerk).post(reverse("provider-list"), {"name": "海門街道社區學校"}, follow=True)
    assert (answer.status_code, Provider.objects.count()) == (200, 2)
    assert NAME in Screen(answer).text.split("海門街道社區學校", 1)[1]


def test_a_former_name_stays_an_alias(as_, clerk, provider):
    assert post(as_, clerk, provider, name="海门社区学校", aliases="海门成校\n\n").status_code == 302
    provider.refresh_from_db()
    assert (provider.name, provider.aliases) == ("海门社区学校", ["海门成校", NAME])
    entry = HistoryEntry.objects.get(action="change_provider")
    assert (entry.before["name"], entry.after["name"]) == (NAME, "海门社区学校")


def test_it_takes_one_out_of_use_and_back(as_, clerk, provider):
    post(as_, clerk, provider, is_active="")
    provider.refresh_from_db()
    assert not provider.is_active
    post(as_, clerk, provider)
    assert Provider.objects.get().is_active


def test_it_writes_nothing_when_nothing_changes(as_, clerk, provider):
    assert post(as_, clerk, provider).status_code == 302
    assert HistoryEntry.objects.count() == 1


def test_it_refuses_a_page_that_is_behind(as_, clerk, head, provider):
    change(provider, head, name="海门社区学校")
    assert post(as_, clerk, provider, name="别的学校").status_code == 409
    assert Provider.objects.get().name == "海门社区学校"


@pytest.mark.parametrize(
    "aliases", ["白云街道社区学校", "合计", "\n".join(f"第{n}个别名" for n in range(21))]
)
def test_it_refuses_aliases_that_are_others_or_none(as_, clerk, provider, aliases):
    provider_actions.add_provider(clerk.tenant, "白云街道社区学校", by=clerk)
    answer = post(as_, clerk, provider, aliases=aliases)
    assert answer.status_code == 422
    assert aliases.split("\n")[0] in Screen(answer).text or aliases in answer.content.decode()
    assert Provider.objects.get(pk=provider.pk).aliases == []


def test_a_provider_is_hidden_from_other_tenants_and_not_changed_from_above(
    as_, clerk, neighbour, reviewer, provider
):
    address = reverse("provider-edit", args=[provider.public_id])
    assert [as_(who).get(address).status_code for who in (clerk, neighbour, reviewer)] == [200, 404, 403]
    assert NAME not in as_(neighbour).get(reverse("provider-list")).content.decode()


def test_an_alias_is_offered_as_its_name_and_taken_without_scripts(as_, clerk, provider):
    change(provider, clerk, aliases=["海门成校"])
    filing = started(clerk)
    typed = typed_return.Typed(rows=[row("海门成校", 1, 41)], preparer="甲", head="乙", telephone="0000")
    filing_actions.save_draft(filing, typed, revision=filing.revision, by=clerk)
    address = reverse("filing-edit", args=[filing.public_id])
    screen = Screen(as_(clerk).get(address))
    button = screen.button(f"name:1:{NAME}")
    assert button and NAME in button.text
    answer = as_(clerk).post(address, screen.fields | {"do": button.value}, follow=True)
    assert Screen(answer).fields["row-1-provider"] == NAME


@pytest.mark.parametrize(
    ("typed", "is_like"),
    [
        ("海門街道社區學校", True), ("海门街道（社区学校）", True), ("椒江区海门街道社区学校", True), ("海门街道社区学", True),
        ("海门街道社会学校", True), ("白云街道社区学校", False), ("学校", False), ("ABCD", False),
    ],
)  # fmt: skip
def test_it_knows_what_may_be_the_same(typed, is_like):
    assert (Register({NAME: []}).like(typed) == NAME) == is_like


@pytest.mark.parametrize(
    ("one", "other"),
    [("第一成人学校", "第二成人学校"), ("东城街道成校", "西城街道成校"), ("第1成人学校", "第12成人学校")],
)
def test_it_leaves_alone_what_differs_on_purpose(one, other):
    assert Register({one: []}).like(other) is None


# --- what kind it is


@pytest.fixture
def base(db) -> Provider:
    by = membership("sh-huangpu-preparer")
    return provider_actions.add_provider(by.tenant, "黄浦演示养老院", by=by)


def test_a_base_that_is_an_eldercare_venue_is_told_so(as_, base):
    """“公益基地” and “养老服务机构及场所” at once: both are said, on its page and in the work module."""
    client, address = as_(membership("sh-huangpu-preparer")), reverse("provider-kind", args=[base.public_id])
    page = reverse("provider-edit", args=[base.public_id])
    assert address in [link.href for link in Screen(client.get(page)).links]
    said = {"revision": 1, "kind": "eldercare", "tags": ["public_base", "eldercare_venue"]}
    assert client.post(address, said).status_code == 302
    base.refresh_from_db()
    assert (base.kind, base.tags) == ("eldercare", ["public_base", "eldercare_venue"])
    assert HistoryEntry.objects.filter(action="classify_provider").count() == 1
    for each in (page, reverse("module", args=["shanghai"])):
        text = Screen(client.get(each)).text
        assert "养老服务机构及场所" in text and "公益基地" in text


def test_a_county_chooses_among_its_own_kinds(as_, clerk, provider):
    address = reverse("provider-kind", args=[provider.public_id])
    assert "tags" not in Screen(as_(clerk).get(address)).fields
    assert as_(clerk).post(address, {"revision": 1, "kind": "eldercare"}).status_code == 422
    assert as_(clerk).post(address, {"revision": 1, "kind": "adult_school"}).status_code == 302
    assert as_(clerk).post(address, {"revision": 1, "kind": ""}).status_code == 409
    assert Provider.objects.get().kind == "adult_school"


def test_only_its_own_tenant_says_what_kind_it_is(as_, clerk, neighbour, reviewer, provider):
    address = reverse("provider-kind", args=[provider.public_id])
    assert [as_(who).get(address).status_code for who in (clerk, neighbour, reviewer)] == [200, 404, 403]


@pytest.mark.parametrize(
    ("traditional", "simplified"), [("坎門鎮黃泥嶴", "坎门镇黄泥岙"), ("蘿蔔灣漁學堂", "萝卜湾渔学堂")]
)
def test_traditional_characters_make_no_difference(traditional, simplified):
    assert folded(traditional) == folded(simplified) == simplified
