"""What shows an activity, through the front door: examined and kept as what is attached to a return is."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from PIL import Image

from portal import clock
from portal.models import HistoryEntry
from reporting.evidence import verify
from reporting.filings import actions as filing_actions
from reporting.ledger import file_actions
from reporting.models import Activity, ActivityFile, Filing
from reporting.uploads.problems import SENTENCES

from ..conftest import NOW
from ..factories import accepted, course, examined, ledger_user, recorded, row
from ..live import zh
from ..screen import Screen
from . import files

pytestmark = pytest.mark.django_db
NAME = "海门街道社区学校"


@pytest.fixture
def activity(clerk) -> Activity:
    ledger_user(clerk, NAME)
    return recorded(clerk, course(NAME))[0]


def post(client, activity: Activity, *given: tuple[str, bytes]):
    sent = [SimpleUploadedFile(name, content, content_type="image/jpeg") for name, content in given]
    return client.post(reverse("activity-files", args=[activity.public_id]), {"files": sent})


def counted(clerk) -> Filing:
    return accepted(clerk, row(NAME, "", "", "", "", 0, 0, 0))


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("照片.jpg", b"<svg onload=x>", "active"),
        ("空.pdf", b"", "empty"),
        (f"{files.identity()}.pdf", files.pdf("a"), "identity_name"),
        ("名单.pdf", files.pdf(files.telephone(1), *map(files.telephone, range(9))), "telephones"),
    ],
)
def test_it_refuses_what_a_return_does_not_take_either(
    as_, clerk, activity, stored_files, name, content, code
):
    answer = post(as_(clerk), activity, (name, content))
    assert answer.status_code == 422 and not ActivityFile.objects.exists()
    with translation.override("zh-hans"):
        assert str(SENTENCES[code]).split("%")[0][:12] in Screen(answer).alerts[0]
    assert files.identity() not in Screen(answer).text
    assert not stored_files.exists()


def test_a_picture_is_cleaned_kept_and_comes_back_as_a_download(as_, clerk, activity):
    assert post(as_(clerk), activity, ("现场.jpg", files.photograph())).status_code == 302
    kept = ActivityFile.objects.get()
    assert kept.digest != kept.source_digest and "现场" not in kept.file.name
    answer = as_(clerk).get(kept.get_absolute_url())
    assert (
        answer["Content-Disposition"].startswith("attachment;")
        and "sandbox" in answer["Content-Security-Policy"]
    )
    assert files.GPS not in Image.open(kept.file.open("rb")).getexif()
    (entry,) = HistoryEntry.objects.filter(action="add_evidence")
    assert (entry.after["file"], entry.after["digest"]) == (str(kept.public_id), kept.digest)


def test_the_page_lists_it_and_withdraws_it(as_, clerk, activity):
    kept = file_actions.add_evidence(activity, examined(), by=clerk)
    client = as_(clerk)
    screen = Screen(client.get(activity.get_absolute_url()))
    assert kept.get_absolute_url() in [link.href for link in screen.links]
    address = reverse("activity-file-withdraw", args=[kept.public_id])
    assert zh("Withdraw this file?") in Screen(client.get(address)).text
    assert client.post(address).status_code == 302
    assert not activity.evidence.not_withdrawn().exists()
    assert client.get(kept.get_absolute_url()).status_code == 404


def test_the_same_file_and_too_many_are_told(as_, clerk, activity):
    post(as_(clerk), activity, ("a.pdf", files.pdf("a")))
    answer = post(as_(clerk), activity, ("b.pdf", files.pdf("a")), ("c.pdf", files.pdf("c")))
    assert answer.status_code == 422
    assert zh("This very file is there already.") in Screen(answer).text
    assert ActivityFile.objects.count() == 2  # the other one is taken


def test_what_a_return_counts_takes_no_more(as_, clerk, activity):
    counted(clerk)
    answer = post(as_(clerk), activity, ("a.pdf", files.pdf("a")))
    assert answer.status_code == 409 and not ActivityFile.objects.exists()


def test_those_above_open_what_the_version_was_shown_by(as_, clerk, neighbour, reviewer, activity):
    kept = file_actions.add_evidence(activity, examined(), by=clerk)
    assert as_(reviewer).get(kept.get_absolute_url()).status_code == 404
    filing = counted(clerk)
    assert as_(reviewer).get(kept.get_absolute_url()).status_code == 200
    assert as_(neighbour).get(kept.get_absolute_url()).status_code == 404
    filing_actions.correct(filing, reason="补材料。", revision=filing.revision, by=clerk)
    activity.refresh_from_db()
    later = file_actions.add_evidence(activity, examined("后补.pdf", b"%PDF-1.4 later"), by=clerk)
    file_actions.withdraw_evidence(kept, by=clerk)
    assert as_(reviewer).get(later.get_absolute_url()).status_code == 404
    assert as_(reviewer).get(kept.get_absolute_url()).status_code == 200  # the accepted version keeps it
    listed = [link.href for link in Screen(as_(reviewer).get(activity.get_absolute_url())).links]
    assert kept.get_absolute_url() in listed and later.get_absolute_url() not in listed


def test_thirty_days_after_it_was_withdrawn_it_goes_but_for_what_a_version_was_shown_by(
    as_, clerk, reviewer, activity, django_capture_on_commit_callbacks
):
    wrong, counted_with, standing = (
        file_actions.add_evidence(activity, examined(f"{each}.pdf", f"%PDF-1.4 {each}".encode()), by=clerk)
        for each in ("wrong", "counted", "standing")
    )
    file_actions.withdraw_evidence(wrong, by=clerk)
    filing = counted(clerk)
    filing_actions.correct(filing, reason="换材料。", revision=filing.revision, by=clerk)
    file_actions.withdraw_evidence(counted_with, by=clerk)
    with clock.frozen(NOW + timedelta(days=29)):
        assert verify.tidy() == 0
    with clock.frozen(NOW + timedelta(days=31)), django_capture_on_commit_callbacks(execute=True):
        assert verify.tidy() == 1
    assert set(ActivityFile.objects.values_list("pk", flat=True)) == {counted_with.pk, standing.pk}
    there = [default_storage.exists(each.file.name) for each in (wrong, counted_with, standing)]
    assert there == [False, True, True]
    (entry,) = HistoryEntry.objects.filter(action="purge_evidence", by=None)
    assert (entry.subject_id, entry.after["digest"]) == (activity.public_id, wrong.digest)
    assert as_(reviewer).get(counted_with.get_absolute_url()).status_code == 200
    assert list(verify.faults()) == []


def test_rows_files_and_history_agree_and_an_orphan_goes(clerk, activity, monkeypatch):
    kept = file_actions.add_evidence(activity, examined(), by=clerk)
    assert list(verify.faults()) == []
    orphan = default_storage.save("activities/" + "0" * 32, kept.file)
    assert list(verify.faults()) == [f"no row for {orphan}"]
    monkeypatch.setattr(verify, "UNDER_WAY", timedelta(0))
    assert verify.tidy() == 1 and default_storage.exists(kept.file.name)
    default_storage.delete(kept.file.name)
    assert len(list(verify.faults())) == 1
