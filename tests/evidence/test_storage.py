"""Files in a bucket instead of a folder: the same way of a file, against a real S3 server of the tests' own."""

import importlib
from datetime import timedelta

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import translation
from moto.server import ThreadedMotoServer

from portal import clock, settings_files
from reporting.evidence import actions as evidence_actions
from reporting.evidence import verify
from reporting.exports import jobs
from reporting.imports import take_over
from reporting.models import Evidence, Job
from reporting.uploads.problems import SENTENCES

from ..conftest import NOW
from ..factories import attached, membership, period, started, submitted, uploaded
from ..screen import Screen
from . import files
from .test_evidence_pages import post

pytestmark = pytest.mark.django_db
BUCKET = "portal-files"


@pytest.fixture(scope="module")
def s3():
    """Its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3, settings, monkeypatch):
    """An empty bucket, set as an operator sets it."""
    given = {
        "BUCKET": BUCKET,
        "ENDPOINT": s3,
        "REGION": "cn-east-1",
        "ACCESS_KEY": "demo",
        "SECRET_KEY": "demo",
    }
    for name, value in {**given, "PREFIX": "portal"}.items():
        monkeypatch.setenv(f"PORTAL_S3_{name}", value)
    client = boto3.client(
        "s3", endpoint_url=s3, region_name="cn-east-1", aws_access_key_id="demo", aws_secret_access_key="demo"
    )
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "cn-east-1"})
    found = importlib.reload(settings_files).STORAGES["default"]
    settings.STORAGES = {**settings.STORAGES, "default": found}
    yield lambda: sorted(each["Key"] for each in client.list_objects_v2(Bucket=BUCKET).get("Contents", []))
    for each in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=each["Key"])
    client.delete_bucket(Bucket=BUCKET)
    monkeypatch.undo()
    importlib.reload(settings_files)


def test_a_file_goes_into_the_bucket_and_comes_back_through_the_view(as_, clerk, bucket, stored_files):
    evidence = attached(started(clerk), clerk, content=b"%PDF-1.4 in a bucket")
    assert bucket() == [f"portal/{evidence.file.name}"] and not stored_files.exists()
    given = as_(clerk).get(evidence.get_absolute_url())
    assert b"".join(given.streaming_content) == b"%PDF-1.4 in a bucket"
    assert given["Content-Disposition"].startswith("attachment;")
    assert "Location" not in given  # never by an address of the bucket's own


def test_what_does_not_agree_is_found_in_a_bucket_as_well(clerk, bucket):
    evidence = attached(started(clerk), clerk)
    assert list(verify.faults()) == []
    default_storage.delete(evidence.file.name)
    assert len(list(verify.faults())) == 1


def test_what_is_removed_goes_from_the_bucket(clerk, bucket, django_capture_on_commit_callbacks):
    evidence = attached(started(clerk), clerk)
    evidence_actions.remove_file(evidence, by=clerk)
    with clock.frozen(NOW + timedelta(days=31)), django_capture_on_commit_callbacks(execute=True):
        assert verify.tidy() == 1
    assert bucket() == [] and not Evidence.objects.exists()


def test_files_that_no_row_names_go_from_the_bucket(clerk, bucket, monkeypatch):
    """Orphans of exports, uploads and evidence: a bucket has no folders, and `exists` knows none."""
    job = jobs.request_export(period(), by=membership("taizhou-education-reviewer"))
    names = [f"exports/{job.public_id}-9.zip", "imports/" + "0" * 32, "evidence/" + "0" * 32]
    for name in names:
        default_storage.save(name, ContentFile(b"x"))
    monkeypatch.setattr("reporting.uploads.storing.is_older", lambda path, age: True)
    assert (jobs.remove_orphans(), take_over.drop_expired(), verify.tidy()) == (1, 1, 1)
    assert bucket() == []


def test_exports_and_uploads_work_in_a_bucket(as_, clerk, bucket):
    filing = submitted(clerk)
    imported = uploaded(filing, clerk)
    assert imported.file.open("rb").read().startswith(b"PK")
    reviewer = membership("taizhou-education-reviewer")
    job = jobs.request_export(period(), by=reviewer)
    jobs.run(str(job.public_id))
    assert Job.objects.get().status == Job.Status.DONE
    given = as_(reviewer).get(reverse("export-file", args=[job.public_id]))
    assert b"".join(given.streaming_content).startswith(b"PK")
    assert len(bucket()) == 2


def test_a_bucket_that_is_not_there_is_told_and_leaves_no_row(as_, clerk, bucket, monkeypatch):
    filing = started(clerk)
    monkeypatch.setattr(default_storage, "bucket_name", "gone", raising=False)
    monkeypatch.setattr(default_storage, "_bucket", None, raising=False)
    answer = post(as_(clerk), filing, ("a.pdf", files.pdf()))
    with translation.override("zh-hans"):
        assert str(SENTENCES["storage"]) in Screen(answer).alerts[0]
    assert not Evidence.objects.exists()
