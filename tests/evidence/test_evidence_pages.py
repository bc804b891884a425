"""Stamped copies and evidence through the front door: what is refused first, then the way of a file."""

import io
import json
import logging
import os
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from portal import clock
from portal.models import HistoryEntry
from reporting.evidence import actions as evidence_actions
from reporting.evidence import verify
from reporting.filings import actions as filing_actions
from reporting.filings import queries as filing_queries
from reporting.models import Evidence, Filing
from reporting.uploads import storing

from ..conftest import NOW
from ..factories import accepted, attached, period, row, started, submitted
from ..screen import Screen
from . import files

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024


@pytest.fixture
def filing(clerk) -> Filing:
    return again(started(clerk))


def again(filing: Filing) -> Filing:
    return Filing.objects.with_parties().get(pk=filing.pk)


def post(client, filing: Filing, *given: tuple[str, bytes], kind: str = "evidence", **extra):
    sent = [SimpleUploadedFile(name, content, content_type="image/jpeg") for name, content in given]
    return client.post(
        reverse("evidence-new", args=[filing.public_id]), {"kind": kind, "files": sent, **extra}
    )


def page(client, filing: Filing) -> Screen:
    return Screen(client.get(filing.get_absolute_url()))


def paths(folder) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


# --- refused


def test_it_refuses_a_bad_file_keeps_nothing_and_says_why(as_, clerk, filing, stored_files):
    answer = post(as_(clerk), filing, ("照片.jpg", b"MZ" + b"\0" * 300))
    assert answer.status_code == 422
    assert len(Screen(answer).alerts) == 1 and "照片.jpg" in Screen(answer).alerts[0]
    assert not Evidence.objects.exists() and not stored_files.exists()
    assert not HistoryEntry.objects.filter(action__startswith="attach").exists()


def test_it_tells_all_bad_files_at_once_and_takes_the_good_one(as_, clerk, filing):
    given = [("a.jpg", b"MZ\0\0" * 50), ("b.pdf", files.pdf()), ("张三身份证.jpg", files.picture())]
    answer = post(as_(clerk), filing, *given)
    assert answer.status_code == 422
    told = Screen(answer).problems()
    assert [each.href for each in told] == ["#files", "#files"]
    assert "a.jpg" in told[0].text and "身份证" in told[1].text
    assert [each.file_name for each in Evidence.objects.all()] == ["b.pdf"]


def test_an_identity_number_in_a_name_is_not_repeated(as_, clerk, filing):
    answer = post(as_(clerk), filing, (f"{files.identity()}.jpg", files.picture()))
    assert answer.status_code == 422 and files.identity() not in answer.content.decode()


def test_without_a_file_it_asks_for_one(as_, clerk, filing):
    assert post(as_(clerk), filing).status_code == 422
    assert as_(clerk).get(reverse("evidence-new", args=[filing.public_id])).status_code == 200


def test_a_form_without_its_kind_is_400(as_, clerk, filing):
    assert post(as_(clerk), filing, ("a.pdf", files.pdf()), kind="x").status_code == 400


def test_the_file_beyond_the_number_of_a_return_is_refused(as_, clerk, filing, settings):
    """D10."""
    settings.EVIDENCE_FILES = 2
    attached(filing, clerk, content=b"%PDF-1.4 one")
    attached(filing, clerk, content=b"%PDF-1.4 two")
    answer = post(as_(clerk), filing, ("c.pdf", files.pdf()))
    assert answer.status_code == 422 and "2" in Screen(answer).alerts[0]
    assert Evidence.objects.count() == 2


def test_more_than_a_return_may_have_together_is_refused(as_, clerk, filing, settings):
    """D10."""
    settings.EVIDENCE_TOTAL_MB = 1
    attached(filing, clerk, content=b"%PDF-1.4" + b" " * (MEGABYTE - 10))
    assert post(as_(clerk), filing, ("c.pdf", files.pdf())).status_code == 422
    assert Evidence.objects.count() == 1


def test_the_very_same_file_is_not_attached_twice(as_, clerk, filing):
    content = files.pdf()
    assert post(as_(clerk), filing, ("a.pdf", content)).status_code == 302
    assert post(as_(clerk), filing, ("b.pdf", content)).status_code == 422
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize("length", [500 * MEGABYTE, 32 * MEGABYTE])
def test_a_form_that_is_too_long_is_refused_by_its_announced_length(as_, clerk, filing, length):
    """D13: before a byte of it is read."""

    class Unread(io.BytesIO):
        def read(self, *_size):
            raise AssertionError("the body was read")

        readline = read

    given = {
        "CONTENT_LENGTH": str(length),
        "wsgi.input": Unread(),
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
    }
    address = reverse("evidence-new", args=[filing.public_id])
    assert as_(clerk).generic("POST", address, **given).status_code == 413


def test_other_addresses_take_no_such_forms(as_, clerk, filing):
    given = {"CONTENT_LENGTH": str(7 * MEGABYTE), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    for name in ("import-new", "filing-submit"):
        assert as_(clerk).generic("POST", reverse(name, args=[filing.public_id]), **given).status_code == 413


def test_a_body_without_a_length_is_not_read(as_, clerk, filing):
    """D13, chunked."""
    given = {"wsgi.input": io.BytesIO(b"x" * MEGABYTE), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    client = as_(clerk)
    answer = client.generic(
        "POST", reverse("evidence-new", args=[filing.public_id]), **given | {"CONTENT_LENGTH": ""}
    )
    assert answer.status_code == 400 and not Evidence.objects.exists()


def test_an_upload_that_breaks_off_leaves_nothing(as_, clerk, filing, stored_files, settings):
    """D22: at 90 %, or the process is killed: then what it left goes within the hour after the next."""
    body = (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n' + b"%PDF" * MEGABYTE
    )
    given = {"wsgi.input": Broken(body), "CONTENT_LENGTH": str(len(body) * 10 // 9)}
    client = Client(raise_request_exception=False)
    client.force_login(clerk.user)
    address = reverse("evidence-new", args=[filing.public_id])
    answer = client.generic("POST", address, **given, CONTENT_TYPE="multipart/form-data; boundary=x")
    assert answer.status_code >= 400 and not Evidence.objects.exists() and not stored_files.exists()
    left = settings.FILE_UPLOAD_TEMP_DIR / "killed.upload"
    left.write_bytes(b"x")
    assert verify.tidy() == 0 and left.exists()
    age(left)
    assert verify.tidy() == 1 and not left.exists()


class Broken(io.BytesIO):
    """A connection that ends before it should."""

    def read(self, *size):
        if found := super().read(*size):
            return found
        raise OSError("connection reset")


def age(path) -> None:
    os.utime(path, (1, 1))


# --- who may


def test_only_who_may_see_it_gets_a_byte(
    as_, clerk, neighbour, reviewer, observer, shanghai_reviewer, filing
):
    """D16: a draft's file is its tenant's alone; submitted, those above may open it, but no observer."""
    evidence = attached(filing, clerk)
    address = evidence.get_absolute_url()
    assert as_(clerk).get(address).status_code == 200
    for other in (neighbour, reviewer, observer, shanghai_reviewer):
        assert as_(other).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    submitted(clerk)
    assert as_(reviewer).get(address).status_code == 200
    assert as_(observer).get(address).status_code == 403
    for other in (neighbour, shanghai_reviewer):
        assert as_(other).get(address).status_code == 404
        assert as_(other).head(address).status_code in (404, 405)
    headers = {"Range": "bytes=0-3", "If-None-Match": "*"}
    refused = as_(neighbour).get(address, headers=headers)
    assert refused.status_code == 404 and b"%PDF" not in refused.content


def test_nobody_but_its_tenant_attaches_or_removes(as_, clerk, head, reviewer, neighbour, filing):
    evidence = attached(filing, clerk)
    submitted(clerk)
    for other, status in ((reviewer, 403), (neighbour, 404)):
        assert post(as_(other), filing, ("a.pdf", files.pdf()), kind="stamped").status_code == status
        assert as_(other).post(reverse("evidence-remove", args=[evidence.public_id])).status_code == status
        assert as_(other).post(reverse("evidence-restore", args=[evidence.public_id])).status_code == status
    assert post(as_(head), filing, ("a.pdf", files.pdf()), kind="stamped").status_code == 302


@pytest.mark.parametrize(
    "path", ["media/evidence/x", "files/evidence/x", "evidence/x", "static/../files/evidence/x"]
)
def test_no_file_is_served_by_its_path(as_, clerk, filing, path):
    """D17."""
    evidence = attached(filing, clerk)
    name = evidence.file.name.rpartition("/")[2]
    assert as_(clerk).get("/" + path.replace("x", name)).status_code == 404
    assert len(name) == 32 and "." not in name


# --- wrong state


def test_evidence_waits_for_a_draft_and_a_stamped_copy_for_a_submission(as_, clerk, filing):
    client, good = as_(clerk), ("a.pdf", files.pdf())
    assert post(client, filing, good, kind="stamped").status_code == 409
    submitted(clerk)
    assert post(client, filing, good, kind="evidence").status_code == 409
    assert not Evidence.objects.exists()
    assert post(client, filing, good, kind="stamped").status_code == 302


def test_nothing_accepted_is_taken_away(as_, clerk, filing):
    """D19."""
    evidence = attached(filing, clerk)
    done = accepted(clerk)
    stamped = attached(done, clerk, content=b"%PDF-1.4 stamped")
    for each in (evidence, stamped):
        address = reverse("evidence-remove", args=[each.public_id])
        assert as_(clerk).get(address).status_code == 409
        assert as_(clerk).post(address).status_code == 409
    assert Evidence.objects.attached().count() == 2
    assert "evidence-remove" not in as_(clerk).get(done.get_absolute_url()).content.decode()


def test_a_correction_goes_without_what_was_removed_and_the_old_version_keeps_it(
    as_, clerk, reviewer, filing
):
    evidence = attached(filing, clerk)
    done = again(accepted(clerk))
    first = done.latest
    opened = filing_actions.correct(done, reason="更正。", revision=done.revision, by=clerk)
    assert as_(clerk).post(reverse("evidence-remove", args=[evidence.public_id])).status_code == 302
    assert not page(as_(clerk), opened).rows(evidence.file_name)
    for who in (clerk, reviewer):
        kept = Screen(as_(who).get(reverse("version-detail", args=[first.public_id])))
        assert kept.rows(evidence.file_name)
        assert as_(who).get(evidence.get_absolute_url()).status_code == 200
    assert page(as_(reviewer), opened).rows(evidence.file_name)
    submitted(clerk, row("椒江区社区学院", 2, 60))
    assert not page(as_(reviewer), opened).rows(evidence.file_name)
    assert as_(clerk).post(reverse("evidence-restore", args=[evidence.public_id])).status_code == 409


# --- the way of a file


def test_what_is_attached_comes_back_cleaned_as_a_download(as_, clerk, reviewer, filing, stored_files):
    answer = post(as_(clerk), filing, ("签到 照片.JPG", files.photograph()))
    assert answer.status_code == 302
    evidence = Evidence.objects.get()
    submitted(clerk)
    given = as_(reviewer).get(evidence.get_absolute_url())
    content = b"".join(given.streaming_content)
    assert dict(Image.open(io.BytesIO(content)).getexif()) == {}
    assert given["Content-Type"] == "image/jpeg"
    assert given["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert given["X-Content-Type-Options"] == "nosniff"
    assert (
        "sandbox" in given["Content-Security-Policy"]
        and "default-src 'none'" in given["Content-Security-Policy"]
    )
    assert "no-store" in given["Cache-Control"] and "ETag" not in given
    assert paths(stored_files) == [evidence.file.name]


@pytest.mark.parametrize("name", ['"; filename=evil.html', "a\r\nX-Evil: 1.pdf", "学校\u202efdp.pdf"])
def test_no_name_gets_into_the_headers(as_, clerk, filing, name):
    """D25."""
    content = b"\r\n".join(
        [
            b"--x",
            b'Content-Disposition: form-data; name="kind"',
            b"",
            b"evidence",
            b"--x",
            f"Content-Disposition: form-data; name=\"files\"; filename*=utf-8''{percent(name)}".encode(),
            b"Content-Type: application/pdf",
            b"",
            files.pdf(),
            b"--x--",
            b"",
        ]
    )
    address = reverse("evidence-new", args=[filing.public_id])
    answer = as_(clerk).generic("POST", address, content, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 302
    given = as_(clerk).get(Evidence.objects.get().get_absolute_url())
    assert "X-Evil" not in given.headers and given["Content-Disposition"].startswith("attachment;")
    assert not {"\r", "\n", "\u202e"} & set(given["Content-Disposition"])


def percent(text: str) -> str:
    return quote(text, safe="")


def test_each_step_is_one_entry_of_the_history(as_, clerk, filing):
    client = as_(clerk)
    post(client, filing, ("a.pdf", files.pdf()))
    evidence = Evidence.objects.get()
    client.post(reverse("evidence-remove", args=[evidence.public_id]))
    client.post(reverse("evidence-restore", args=[evidence.public_id]))
    entries = HistoryEntry.objects.filter(action__endswith="_evidence").order_by("number")
    assert [each.action for each in entries] == ["attach_evidence", "remove_evidence", "restore_evidence"]
    assert {each.after["digest"] for each in entries} == {evidence.digest}
    assert not any("a.pdf" in json.dumps(each.after) for each in entries)


def test_what_others_do_to_a_drafts_files_is_not_told_above(as_, clerk, reviewer, filing):
    attached(filing, clerk)
    submitted(clerk)
    attached(again(filing), clerk, content=b"%PDF-1.4 stamped")
    actions_shown = [each.action for each in filing_queries.history_of(filing, reviewer)]
    assert "attach_stamped" in actions_shown and "attach_evidence" not in actions_shown


def test_what_was_removed_is_put_back_within_thirty_days(as_, clerk, filing):
    """D20."""
    evidence = attached(filing, clerk)
    client, back = as_(clerk), reverse("evidence-restore", args=[evidence.public_id])
    screen = Screen(client.get(reverse("evidence-remove", args=[evidence.public_id])))
    assert evidence.file_name in screen.text
    assert client.post(reverse("evidence-remove", args=[evidence.public_id])).status_code == 302
    assert client.get(evidence.get_absolute_url()).status_code == 404
    assert client.post(back).status_code == 302 and page(client, filing).rows(evidence.file_name)
    client.post(reverse("evidence-remove", args=[evidence.public_id]))
    with clock.frozen(NOW + timedelta(days=31)):
        assert as_(clerk).post(back).status_code == 409


def test_after_thirty_days_only_what_was_never_submitted_goes(
    clerk, reviewer, filing, stored_files, django_capture_on_commit_callbacks
):
    one = attached(filing, clerk, content=b"%PDF-1.4 one")
    two = attached(filing, clerk, content=b"%PDF-1.4 two")
    evidence_actions.remove_file(one, by=clerk)
    done = again(accepted(clerk))
    filing_actions.correct(done, reason="更正。", revision=done.revision, by=clerk)
    evidence_actions.remove_file(Evidence.objects.get(pk=two.pk), by=clerk)
    with clock.frozen(NOW + timedelta(days=29)):
        assert verify.tidy() == 0
    with clock.frozen(NOW + timedelta(days=31)), django_capture_on_commit_callbacks(execute=True):
        assert verify.tidy() == 1
    assert [each.pk for each in Evidence.objects.all()] == [two.pk]
    assert paths(stored_files) == [two.file.name]
    assert HistoryEntry.objects.filter(action="purge_evidence", by=None).count() == 1
    assert list(verify.faults()) == []


def test_after_thirty_days_a_stamped_copy_goes_that_was_taken_away(
    as_, clerk, reviewer, filing, stored_files, django_capture_on_commit_callbacks
):
    """It is shown to nobody; that it was there stays in the history. The one that stands stays as long as its version."""
    filing = submitted(clerk)
    wrong, right = (
        attached(filing, clerk, content=f"%PDF-1.4 {each}".encode()) for each in ("wrong", "right")
    )
    evidence_actions.remove_file(wrong, by=clerk)
    with clock.frozen(NOW + timedelta(days=29)):
        assert verify.tidy() == 0
    with clock.frozen(NOW + timedelta(days=31)), django_capture_on_commit_callbacks(execute=True):
        assert verify.tidy() == 1
    assert [each.pk for each in Evidence.objects.all()] == [right.pk]
    assert paths(stored_files) == [right.file.name]
    assert HistoryEntry.objects.get(action="purge_stamped", by=None).after["digest"] == wrong.digest
    assert as_(reviewer).get(right.get_absolute_url()).status_code == 200
    assert list(verify.faults()) == []


def test_the_same_file_on_another_return_is_told_to_both_sides(as_, clerk, reviewer, filing):
    """D26."""
    with clock.frozen(NOW - timedelta(days=90)):
        earlier = started(clerk, "2021Q4")
    attached(earlier, clerk)
    name = attached(filing, clerk).file_name
    submitted(clerk)

    def told(who) -> bool:
        (cells,) = [
            row for table in page(as_(who), filing).tables for row in table if row[0].startswith(name)
        ]
        return str(period("2021Q4")) in cells[0]

    assert told(clerk) and not told(reviewer)  # of another's draft nothing is told
    with clock.frozen(NOW - timedelta(days=90)):
        submitted(clerk, code="2021Q4")
    assert told(clerk) and told(reviewer)


def test_what_is_put_back_needs_room_too(as_, clerk, filing, settings):
    settings.EVIDENCE_FILES = 1
    removed = attached(filing, clerk, "甲.pdf", b"%PDF-1.4 one")
    evidence_actions.remove_file(removed, by=clerk)
    attached(filing, clerk, "乙.pdf", b"%PDF-1.4 two")
    answer = as_(clerk).post(reverse("evidence-restore", args=[removed.public_id]))
    assert answer.status_code == 409
    assert Evidence.objects.attached().count() == 1


def test_a_file_that_is_not_in_its_place_is_told(as_, clerk, filing, stored_files):
    evidence = attached(filing, clerk)
    evidence.file.storage.delete(evidence.file.name)
    answer = as_(clerk).get(evidence.get_absolute_url())
    assert answer.status_code == 409


# --- rows and files agree


def test_a_row_that_cannot_be_written_leaves_no_file(clerk, filing, stored_files, monkeypatch):
    """D23."""
    monkeypatch.setattr("portal.history.record", _fail)
    with pytest.raises(RuntimeError):
        attached(filing, clerk)
    assert not Evidence.objects.exists() and paths(stored_files) == []


def _fail(*given, **named):
    raise RuntimeError("the database is gone")


def test_a_file_that_cannot_be_stored_leaves_no_row(as_, clerk, filing, monkeypatch):
    """R15: a full disk is told, and nothing else breaks."""

    def full(*given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storing.default_storage, "save", full)
    answer = post(as_(clerk), filing, ("a.pdf", files.pdf()))
    assert answer.status_code == 422 and not Evidence.objects.exists()


def test_a_file_whose_row_was_never_committed_goes_after_an_hour(clerk, filing, stored_files):
    """D23: the process was killed between the file and the commit."""
    evidence = attached(filing, clerk)
    lost = stored_files / "evidence" / ("0" * 32)
    lost.write_bytes(b"x")
    assert list(verify.faults()) == [f"no row for evidence/{lost.name}"]
    assert verify.tidy() == 0
    age(lost)
    age(stored_files / evidence.file.name)
    assert verify.tidy() == 1
    assert paths(stored_files) == [evidence.file.name]


@pytest.mark.parametrize("damage", ["gone", "changed", "row"])
def test_it_finds_what_does_not_agree(clerk, filing, stored_files, damage):
    evidence = attached(filing, clerk)
    path = stored_files / evidence.file.name
    assert list(verify.faults()) == []
    if damage == "gone":
        path.unlink()
    elif damage == "changed":
        path.write_bytes(b"%PDF-1.4 another")
    else:
        Evidence.objects.update(digest="0" * 64)
    assert [str(evidence.public_id) in each for each in verify.faults()] == [True] * (
        2 if damage == "row" else 1
    )


def test_it_finds_what_went_with_its_row_and_without_a_purge(clerk, filing, stored_files):
    """Nothing is left that disagrees; the history alone knows that it was there, also when it was removed before."""
    kept, lost, removed = (
        attached(filing, clerk, content=f"%PDF-1.4 {each}".encode()) for each in ("kept", "lost", "removed")
    )
    evidence_actions.remove_file(removed, by=clerk)
    assert list(verify.faults()) == []
    for each in (lost, removed):
        (stored_files / each.file.name).unlink()
        Evidence.objects.filter(pk=each.pk).delete()
    said = "\n".join(verify.faults())
    assert [str(each.public_id) in said for each in (kept, lost, removed)] == [False, True, True]


# --- the security log


def test_the_security_log_tells_it_without_a_name(as_, clerk, filing, monkeypatch):
    written: list[str] = []
    monkeypatch.setattr(logging.getLogger("portal.security"), "info", written.append)
    client = as_(clerk)
    post(client, filing, ("mk-name.jpg", b"MZ\0\0" * 50))
    post(client, filing, ("mk-name.pdf", files.pdf()))
    evidence = Evidence.objects.get()
    client.get(evidence.get_absolute_url())
    client.post(reverse("evidence-remove", args=[evidence.public_id]))
    client.post(reverse("evidence-restore", args=[evidence.public_id]))
    told = [json.loads(line) for line in written]
    assert [each["event"] for each in told if each["event"] != "signed-in"] == [
        "evidence-refused",
        "evidence-attached",
        "downloaded",
        "evidence-removed",
        "evidence-restored",
    ]
    assert "mk-name" not in "".join(written)
    assert [each.get("kind") for each in told if each["event"] == "evidence-refused"] == ["active"]


@pytest.mark.parametrize("bad", [0, 1, 2])
def test_the_security_log_tells_of_those_that_were_taken_beside_one_that_was_not(
    as_, clerk, filing, monkeypatch, bad
):
    """Wherever among them the bad one stands; of bad ones alone it tells no attaching."""
    client, written = as_(clerk), []
    monkeypatch.setattr(logging.getLogger("portal.security"), "info", written.append)
    given = [("甲.pdf", files.pdf("a")), ("乙.pdf", files.pdf("b"))]
    given.insert(bad, ("坏.jpg", b"MZ\0\0" * 50))
    assert post(client, filing, *given).status_code == 422 and Evidence.objects.count() == 2
    assert post(client, filing, given[bad]).status_code == 422
    told = [json.loads(line) for line in written]
    assert [each["event"] for each in told] == ["evidence-refused", "evidence-attached", "evidence-refused"]
    assert {each["object"] for each in told} == {str(filing.public_id)}


def test_the_security_log_tells_of_those_that_were_taken_before_the_state_changed(
    as_, clerk, filing, monkeypatch
):
    """Submitted in another tab between the first file and the second."""
    attach, client, written = evidence_actions.attach_file, as_(clerk), []

    def and_submit(*given, **named):
        attached_now = attach(*given, **named)
        if not again(filing).latest:
            submitted(clerk)
        return attached_now

    monkeypatch.setattr(evidence_actions, "attach_file", and_submit)
    monkeypatch.setattr(logging.getLogger("portal.security"), "info", written.append)
    answer = post(client, filing, ("甲.pdf", files.pdf("a")), ("乙.pdf", files.pdf("b")))
    assert answer.status_code == 409 and Evidence.objects.count() == 1
    assert [json.loads(line)["event"] for line in written] == ["evidence-attached"]


def test_a_list_of_many_files_asks_no_more(as_, clerk, filing):
    counts, client = [], as_(clerk)
    page(client, filing)
    for number in range(3):
        attached(filing, clerk, content=f"%PDF-1.4 {number}".encode())
        with CaptureQueriesContext(connection) as asked:
            page(client, filing)
        counts.append(len(asked))
    assert counts[0] == counts[2]
