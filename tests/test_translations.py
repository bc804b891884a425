"""Chinese and English: the catalogue is whole, a Chinese page is Chinese, an English one is English except for data."""

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models
from django.test import Client
from django.urls import reverse

from portal.management.commands.messages import PO, extract, read, untranslated
from reporting.exports import jobs
from targets.models import Programme

from .factories import accepted, membership, period, row, started, submitted
from .screen import Screen

pytestmark = pytest.mark.one_database("sqlite")

CHINESE = re.compile("[\u4e00-\u9fff]+")


def test_it_has_every_message_in_chinese_and_none_too_many():
    call_command("messages", "--check")


def test_it_notices_a_message_without_chinese(tmp_path):
    catalogue = read(settings.BASE_DIR / PO)
    assert len(catalogue) > 300
    catalogue.add("A sentence that nobody has translated.")
    assert "A sentence that nobody has translated." in untranslated(catalogue)


def test_it_has_the_same_placeholders_in_both_languages():
    named = re.compile(r"%\(\w+\)[sd]")
    wrong = [
        message.id
        for message in read(settings.BASE_DIR / PO)
        if message.id and isinstance(message.id, str) and message.string
        if sorted(set(named.findall(message.id))) != sorted(set(named.findall(message.string)))
    ]
    assert wrong == []


def test_it_has_only_chinese_in_the_catalogue():
    """A text without a Chinese character is a sign, a unit or a code; there are few."""
    bare = [
        message.id
        for message in read(settings.BASE_DIR / PO)
        if message.id and message.string and not CHINESE.search("".join(message.string))
    ]
    assert [text for text in bare if re.search(r"[a-z]{3} [a-z]{3}", str(text))] == []


def test_it_calls_a_period_by_no_length():
    """A programme may file monthly. The one exception names the model (季报), on no page."""
    said = {str(message.id) for message in extract(settings.BASE_DIR) if "quarter" in str(message.id).lower()}
    assert said == {"quarterly return", "quarterly returns"}


# --- pages


PAGES = {
    "jiaojiang-preparer": [
        "/", "/filings/", "/history/", "/account/password/", "/taizhou/rollup/", "/taizhou/board/", "/taizhou/progress/",
        "/taizhou/targets/", "/taizhou/definitions/", "filing-detail", "filing-edit", "filing-nil", "filing-recall",
        "version-detail", "/people/", "/nowhere/",
    ],
    "taizhou-education-reviewer": [
        "/", "/filings/", "/history/", "/exports/", "/taizhou/rollup/?include_submitted=1", "/taizhou/board/",
        "/taizhou/progress/?period=2021Q4", "filing-detail", "filing-accept", "filing-send-back", "export-detail",
    ],
    "taizhou-education-administrator": ["/", "/people/", "/exports/"],
    "shanghai-civil-affairs-reviewer": ["/", "/shanghai/rollup/", "/shanghai/progress/?period=2021Q3"],
    "": ["/sign-in/"],
}  # fmt: skip
EVERY = [(username, page) for username, pages in PAGES.items() for page in pages]


@pytest.fixture
def screen(db, as_, clerk, reviewer, monkeypatch):
    """The page as somebody sees it, in a language."""
    monkeypatch.setattr(jobs, "nudge", lambda job: None)
    open_draft, filed = started(clerk), submitted(membership("huangyan-preparer"))
    accepted(membership("luqiao-preparer"), row("路桥社区学院", 2, 20))

    def look(username: str, page: str, language: str) -> Screen:
        client = as_(membership(username)) if username else Client()
        if language != "zh-hans":
            client.post(reverse("set_language"), {"language": language})
        return Screen(client.get(address(page, username)))

    def address(page: str, username: str) -> str:
        if page == "export-detail":
            return reverse(page, args=[jobs.request_export(period(), by=reviewer).public_id])
        if page.startswith("/"):
            return page
        filing = filed if username == reviewer.user.username else open_draft
        if page in ("filing-recall", "version-detail"):
            filing = submitted(clerk)
        owner = filing.latest if page.startswith("version") else filing
        return reverse(page, args=[owner.public_id])

    return look


def sources() -> dict[str, str]:
    """English source texts that a page prints as they are: without a placeholder, and not the language's name."""
    return {
        message.id: message.string
        for message in read(settings.BASE_DIR / PO)
        if isinstance(message.id, str)
        and re.fullmatch(r"[A-Z][\w ,.;:’'“”/-]{5,}", message.id)
        and message.id != "English"
    }


@pytest.mark.parametrize(("username", "page"), EVERY)
def test_it_speaks_chinese_to_begin_with(screen, username, page):
    text = screen(username, page, "zh-hans").text
    assert CHINESE.search(text)
    assert [source for source in sources() if re.search(rf"\b{re.escape(source)}", text)] == []
    assert "English" in text


@pytest.mark.parametrize(("username", "page"), EVERY)
def test_it_speaks_english_at_a_click(screen, username, page):
    shown = screen(username, page, "en")
    text = shown.text
    assert [source for source in sources() if source in text] != []
    left = text.replace("中文", "", 1)
    for name in ("reminder-1", "reminder-board"):  # written for those who file, whoever copies it
        left = left.replace(shown.at.get(name) or "中文", " ")
    for word in sorted(data_words(), key=len, reverse=True):
        left = left.replace(word, " ")
    assert CHINESE.findall(left) == []


def data_words() -> set[str]:
    """Every Chinese text that the database holds, as pages print it."""
    found = {"台州", "（演示）"}
    for model in apps.get_models():
        fields = [each.attname for each in model._meta.fields if isinstance(each, models.CharField | models.TextField | models.JSONField)]  # fmt: skip
        for values in model.objects.values_list(*fields) if fields else []:
            found |= {" ".join(text.split()) for text in texts_in(values) if CHINESE.search(text)}
    for each in Programme.objects.all():  # with their numbers filled in
        found |= {text for shown in each.definitions for text in (shown.question, shown.answer, shown.reason)}
    return found


def texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from texts_in([*value.keys(), *value.values()])
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts_in(each)


# --- choosing


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"), [("en", "Sign in"), ("zh-hans", "登录"), ("fr", "登录"), ("", "登录")]
)
def test_it_remembers_the_language_that_was_chosen(client, language, words):
    answer = client.post(reverse("set_language"), {"language": language, "next": "/sign-in/"})
    assert answer.headers["Location"] == "/sign-in/"
    page = client.get("/sign-in/")
    assert words in Screen(page).text
    assert page.headers["Content-Language"] in ("en", "zh-hans")


@pytest.mark.django_db
@pytest.mark.parametrize("foreign", ["//evil.example/", "https://evil.example/", "javascript:alert(1)"])
def test_it_goes_to_no_foreign_host_after_choosing(client, foreign):
    answer = client.post(reverse("set_language"), {"language": "en", "next": foreign})
    assert answer.headers["Location"] == "/"


@pytest.mark.django_db
def test_it_tells_the_browser_which_language_it_is(client):
    assert 'lang="zh-hans"' in client.get("/sign-in/").content.decode()
    client.post(reverse("set_language"), {"language": "en"})
    assert '<html lang="en"' in client.get("/sign-in/").content.decode()
