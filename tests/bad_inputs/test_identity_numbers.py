"""No identity number is kept, in whatever field it is typed: of eighteen digits, and of the fifteen of before 1999."""

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import CharField, JSONField, TextField
from django.urls import reverse

from portal.identity_numbers import holds_identity_number
from reporting.filings import queries as filing_queries
from reporting.filings.checks import run_checks
from reporting.models import Draft, Filing, Survey, Version
from reporting.review import actions as review_actions

from ..access.asking import undone
from ..factories import EXPLANATION, grid, membership, row, started, submitted
from ..page_forms import WHO, Forms, PageForm, addresses, pages
from ..screen import Screen

NUMBERS = {"18": "11010519491231002X", "15": "331002490101123"}  # the first is the example of GB 11643
REFUSED = "身份证"

# What is no text: passwords and codes, of which a hash is kept at most; addresses that carry a secret and are not shown.
NO_TEXT = {"oldpassword", "password", "password1", "password2", "code", "webhook", "secret"}
# What is read as a number, or chosen from a list: any other text is refused as such.
FIGURE = re.compile(
    r"row-\d+-(?!provider$)\w+|sitting-\d+-hours|attendances|volunteers"
    "|willing|able|people|teachers_(full|part)_time|videos|textbooks|funds"
)
# What each row of a table may leave to the field above it.
OF_A_ROW = re.compile(r"row-\d+-provider")
# Where typing is kept as it is until it is submitted, and refused then.
AS_TYPED = {Draft, Survey}


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_it_is_found_in_what_is_typed(number):
    wide = number.translate({each: each + 0xFEE0 for each in range(48, 58)})
    last = len(number) - (4 if len(number) == 18 else 3)
    for typed in (number, f"学员{number}。", wide, f"{number[:6]} {number[6:last]} {number[last:]}"):
        assert holds_identity_number(typed)


@pytest.mark.parametrize(
    "text",
    [
        "13800000000",
        "0576-88880000",
        "331002491301123",
        "991002490101123",
        "3310024901011231",
        "331002-490101-12",
    ],
)
def test_another_number_is_none(text):
    assert not holds_identity_number(text)


def kept() -> Iterator[tuple[str, str]]:
    """Every text of every table: where it stands, and what."""
    for model in apps.get_models():
        names = [
            each.name for each in model._meta.fields if isinstance(each, CharField | TextField | JSONField)
        ]
        if model not in AS_TYPED and model._meta.app_label in ("portal", "targets", "reporting"):
            for values in model._base_manager.values_list(*names) if names else ():
                yield model.__name__, str(values)


def filled_in(form: PageForm) -> dict[str, str]:
    """As somebody fills it in who leaves nothing out, and presses the button that the form is for."""
    left = [each for each in form.texts if not (FIGURE.fullmatch(each) or OF_A_ROW.fullmatch(each))]
    typed = {name: "演示内容一二三四五六" for name in left if not form.given[name]}
    return form.given | typed | form.primary


@pytest.mark.slow("every field of every form")
def test_no_field_of_any_form_keeps_one(scene, as_):
    """Of fifteen digits: who finds that one finds the other."""
    number, known, stays, unsaid = NUMBERS["15"], set(), [], []
    everywhere = addresses(scene)
    for name in WHO:
        client = as_(membership(name))
        for address, text in pages(client, everywhere):
            for form, each in fields(text, address):
                if (form.route, each) in known:
                    continue
                known.add((form.route, each))
                with undone():
                    answer = client.post(form.action, filled_in(form) | {each: number})
                    stays += [(form.route, each, model) for model, text in kept() if number in text]
                if REFUSED not in answer.content.decode() and not FIGURE.fullmatch(each):
                    unsaid.append((form.route, each, answer.status_code))
    assert stays == []
    assert unsaid == []
    assert len(known) > 40


def fields(text: str, address: str) -> Iterator[tuple[PageForm, str]]:
    """What can be typed on a page that is no display of pieces."""
    for form in Forms(text, address).found:
        yield from (
            (form, each) for each in form.texts if each and each not in NO_TEXT and form.route != "components"
        )


# --- what is frozen with a return


UNUSUAL = row("海门街道社区学校", 1, 5)  # five people in a class want an explanation


def posted(filing: Filing, **texts: str) -> dict:
    return grid(filing, UNUSUAL, do="check", **texts)


def again(filing: Filing) -> Filing:
    return Filing.objects.with_parties().select_related("draft").get(pk=filing.pk)


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_none_is_frozen_with_an_explanation(as_, clerk, number):
    filing, client = started(clerk), as_(clerk)
    edit, submit = (reverse(name, args=[filing.public_id]) for name in ("filing-edit", "filing-submit"))
    client.post(edit, posted(filing))
    (key,) = [each.key for each in run_checks(*filing_queries.read_draft(again(filing))) if each.key]
    explained = {f"explain-{key}": f"{EXPLANATION}学员{number}"}
    page = Screen(client.post(edit, posted(again(filing), **explained)))
    assert [link.href for link in page.problems() if REFUSED in link.text] == [f"#explain-{key}"]
    client.post(submit, {"revision": again(filing).revision})
    assert not Version.objects.exists()
    client.post(edit, posted(again(filing), **{f"explain-{key}": EXPLANATION}))
    client.post(submit, {"revision": again(filing).revision})
    assert Version.objects.get().explanations[0]["answer"] == EXPLANATION


def test_none_is_frozen_with_a_reply(as_, clerk, reviewer):
    filing, client = submitted(clerk), as_(clerk)
    review_actions.send_back(filing, reason="与签到表不符，请核对。", revision=filing.revision, by=reviewer)
    edit, submit = (reverse(name, args=[filing.public_id]) for name in ("filing-edit", "filing-submit"))
    fields = Screen(client.get(edit)).fields
    (name,) = [each for each in fields if each.startswith("reply-")]
    for text, versions in ((f"{EXPLANATION}学员{NUMBERS['15']}", 1), (EXPLANATION, 2)):
        sent = Screen(client.get(edit)).fields | {name: text, "do": "check"}
        page = client.post(edit, sent)
        assert page.status_code == (422 if versions == 1 else 302)
        client.post(submit, {"revision": again(filing).revision})
        assert Version.objects.count() == versions
