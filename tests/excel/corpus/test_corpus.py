"""Every file of the corpus through both doors, the page and the command: the same verdict, the right sentence."""

import importlib
import pkgutil
from io import StringIO

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from reporting.models import Filing, Import

from ...factories import started
from ...screen import Screen
from ...selection import few
from . import Fails, Passes, figures, should_fail, should_pass

pytestmark = [pytest.mark.django_db, pytest.mark.one_database("sqlite")]


def cases(package) -> dict[str, Passes | Fails]:
    """Of all modules of the package. No name twice."""
    found: dict[str, Passes | Fails] = {}
    for each in pkgutil.iter_modules(package.__path__):
        made = importlib.import_module(f"{package.__name__}.{each.name}").CASES
        assert not found.keys() & made.keys()
        found |= made
    return found


PASSING, FAILING = cases(should_pass), cases(should_fail)


def names(known: dict) -> list:
    """Each file is read in a process of its own at night and before a release; every day every tenth is."""
    apart = few(known, len(known) // 10)
    return [pytest.param(each, marks=pytest.mark.read_apart if each in apart else ()) for each in known]


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def upload(as_, clerk):
    """Upload on the page, in English: the answer, and what was kept."""
    filing = started(clerk)
    client = as_(clerk)
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "en"

    def run(content: bytes, name: str):
        given = SimpleUploadedFile(name, content)
        answer = client.post(reverse("import-new", args=[filing.public_id]), {"file": given})
        return answer, Import.objects.first()

    return run


def command(folder, content: bytes, name: str) -> tuple[bool, list[str]]:
    """Whether the command took the file, and the lines it said."""
    path = folder / name
    path.write_bytes(content)
    said = StringIO()
    options = {"tenant": "jiaojiang", "period": "2022Q1", "by": "jiaojiang-preparer"}
    with translation.override("en"):
        try:
            call_command("import_return", str(path), **options, stdout=StringIO(), stderr=said)
        except SystemExit:
            return False, said.getvalue().splitlines()
    return True, said.getvalue().splitlines()


@pytest.mark.slow("one file has a million rows")
@pytest.mark.parametrize("name", names(PASSING))
def test_it_reads_the_file(upload, tmp_path, name):
    case = PASSING[name]
    content = case.build()
    answer, kept = upload(content, case.name)
    assert answer.status_code == 302, Screen(answer).text
    assert tuple(figures(row) for row in kept.found["rows"]) == case.rows
    assert tuple(each["key"] for each in kept.found["questions"]) == case.asks
    assert len(kept.found["notices"]) == len(case.told), kept.found["notices"]
    assert all(word in text for word, text in zip(case.told, kept.found["notices"], strict=True))
    is_taken, said = command(tmp_path, content, case.name)
    assert is_taken, said
    assert said == [*kept.found["notices"], *(each["text"] for each in kept.found["questions"])]
    assert tuple(figures(row) for row in Filing.objects.get().draft.rows) == case.rows


@pytest.mark.parametrize("name", names(FAILING))
def test_it_refuses_the_file(upload, tmp_path, files, name):
    case = FAILING[name]
    content = case.build()
    before = Filing.objects.get().draft.rows
    answer, kept = upload(content, case.name)
    assert answer.status_code == 422
    assert (kept is not None) == case.kept
    if kept:
        problems = [(each["cell"], each["text"]) for each in kept.found["problems"]]
        told = [f"{cell}: {text}" if cell else text for cell, text in problems]
        assert case.code in {each["code"] for each in kept.found["problems"]}
    else:
        told = [link.text for link in Screen(answer).problems()]
        problems = [("", text) for text in told]
        assert len(told) == 1
        assert not files.exists() or not [each for each in files.rglob("*") if each.is_file()]
    assert [cell for cell, text in problems if text.startswith(case.says)] in ([case.cell], [""]), problems
    is_taken, said = command(tmp_path, content, case.name)
    assert not is_taken
    assert len(said) == len(told) and all(line.endswith(text) for line, text in zip(said, told, strict=True))
    assert Filing.objects.get().draft.rows == before
