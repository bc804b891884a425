"""The virus scanner: without its word nothing is taken; its own test signature is found, also inside a workbook."""

import io
import json
import logging
import time
import zipfile

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from portal.models import HistoryEntry
from reporting.models import Evidence, Import
from reporting.uploads.examining import examine
from reporting.uploads.problems import SENTENCES, Unacceptable

from ..factories import started
from ..screen import Screen
from . import files, scanners


@pytest.fixture
def quiet(caplog):
    caplog.set_level(logging.CRITICAL, logger="reporting.uploads.scanning")


def infected_workbook() -> bytes:
    """D11: in a part of a workbook, and in a zip in it."""
    return files.with_member(files.workbook(), "xl/media/image1.png", files.EICAR)


def address(server) -> str:
    return "tcp://{}:{}".format(*server.server_address)


@pytest.mark.parametrize("mood", ["closes", "hangs", "speaks nonsense", "cannot", "is not there", "is full"])
def test_a_scanner_that_says_nothing_means_that_nothing_is_taken(settings, quiet, mood):
    """It fails closed: within its time, with a sentence that says to try later."""
    settings.CLAMD_SECONDS = 0.5
    with scanners.small_clamd(mood, limit=10 if mood == "is full" else 10**9) as server:
        settings.CLAMD = scanners.unused_address() if mood == "is not there" else address(server)
        started_at = time.monotonic()
        with pytest.raises(Unacceptable) as refused:
            examine(io.BytesIO(files.pdf()), "盖章件.pdf")
    assert refused.value.code == "scanner"
    assert time.monotonic() - started_at < 5


def test_a_setting_that_names_no_scanner_is_an_error_and_not_no_scanner(settings):
    settings.CLAMD = "localhost:3310"
    with pytest.raises(ImproperlyConfigured):
        examine(io.BytesIO(files.pdf()), "盖章件.pdf")


def test_what_it_finds_is_not_kept_and_everybody_is_told(as_, clerk, settings, stored_files, monkeypatch):
    """S16. The person by a sentence that names the file, the operator by an event without its name."""
    written: list[str] = []
    monkeypatch.setattr(logging.getLogger("portal.security"), "info", written.append)
    filing = started(clerk)
    with scanners.small_clamd() as server:
        settings.CLAMD = address(server)
        given = SimpleUploadedFile("名册.xlsx", infected_stored())
        posted = {"kind": "evidence", "files": [given]}
        answer = as_(clerk).post(reverse("evidence-new", args=[filing.public_id]), posted)
    assert answer.status_code == 422 and "名册.xlsx" in Screen(answer).alerts[0]
    assert not Evidence.objects.exists() and not stored_files.exists()
    assert not HistoryEntry.objects.filter(action__startswith="attach").exists()
    assert [each["event"] for each in map(json.loads, written)][-1] == "evidence-infected"
    assert "名册" not in "".join(written)


@pytest.mark.parametrize(("mood", "code"), [("well", "infected"), ("closes", "scanner")])
def test_a_workbook_that_fills_in_a_return_is_scanned_as_well(as_, clerk, settings, quiet, mood, code):
    """C23."""
    filing = started(clerk)
    with scanners.small_clamd(mood) as server:
        settings.CLAMD = address(server)
        given = {"file": SimpleUploadedFile("季报.xlsx", infected_stored())}
        answer = as_(clerk).post(reverse("import-new", args=[filing.public_id]), given)
    assert answer.status_code == 422 and not Import.objects.exists()
    with translation.override("zh-hans"):
        assert str(SENTENCES[code]) in Screen(answer).alerts[0]


def infected_stored() -> bytes:
    """Not compressed, so that a scanner that does not unpack finds it."""
    out = io.BytesIO(files.workbook())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as made:
        made.writestr("xl/media/image1.png", files.EICAR)
    return out.getvalue()


def test_it_sees_the_file_as_it_came_and_its_version_is_noted(settings):
    content = files.photograph()
    with scanners.small_clamd() as server:
        settings.CLAMD = address(server)
        examined = examine(io.BytesIO(content), "照片.jpg")
        assert server.seen == [content]
    assert examined.scanner.startswith("ClamAV 1.4.6/27000")


def test_where_none_is_set_nothing_is_scanned_and_that_is_noted(settings):
    settings.CLAMD = ""
    assert examine(io.BytesIO(files.pdf()), "盖章件.pdf").scanner == ""


@pytest.mark.skipif(
    not scanners.CLAMD, reason="no clamd on this machine: apt-get install clamav-daemon, or PORTAL_TEST_CLAMD"
)
def test_clamav_itself_finds_its_test_signature(settings, tmp_path):
    """A real clamd with a signature of its own: in a compressed part of a workbook, in a zip in it, after a PDF's end."""
    with scanners.real_clamd(tmp_path / "clamav") as real:
        settings.CLAMD, settings.CLAMD_SECONDS = real, 20
        inside = files.archive(**{"a.com": files.EICAR})
        for bad in (infected_workbook(), files.with_member(files.workbook(), "xl/media/image1.png", inside)):
            with pytest.raises(Unacceptable) as refused:
                examine(io.BytesIO(bad), "名册.xlsx")
            assert refused.value.code == "infected"
        assert examine(io.BytesIO(files.workbook()), "名册.xlsx").scanner.startswith("ClamAV")
