"""Do the files in the storage and the rows that name them agree? Files without a row are deleted, differences reported."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import time

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Q

from portal import walls
from portal.models import HistoryEntry

from ..ledger import file_actions
from ..models import ActivityFile, Evidence, MaterialFile, SurveyFile
from ..models.files import KeptFile
from ..uploads.storing import discard, lost, stored
from . import actions

# Where files lie, and the rows that name them.
Rows = type[Evidence] | type[KeptFile]
FOLDERS: dict[str, Rows] = {
    actions.FOLDER: Evidence,
    **{each.FOLDER: each for each in (ActivityFile, MaterialFile, SurveyFile)},
}
UNDER_WAY = timedelta(hours=1)  # a file whose row may still be committed, an upload that may still go on


def tidy() -> int:
    """What was removed long ago, what no row names (a commit that failed, a process that was killed), and what is
    left of uploads that were broken off. Counts the files."""
    with walls.everything():
        purged = actions.purge_files() + file_actions.purge_activity_files()
    orphans = [path for folder, model in FOLDERS.items() for path in _orphans_in(folder, model)]
    for path in orphans:
        discard(path)
    return purged + len(orphans) + _drop_broken_off()


def _orphans_in(folder: str, model: Rows) -> list[str]:
    with walls.everything():
        kept = set(model.objects.values_list("file", flat=True))
    return lost(folder, kept, after=UNDER_WAY)


def number() -> int:
    return sum(model.objects.count() for model in FOLDERS.values())


def faults() -> Iterator[str]:
    """Each difference between rows, files and history, as a line for the operator."""
    attached = _history_of_files(Q(action__startswith="attach_") | Q(action="add_evidence"))
    digests = {public_id: (entry.after or {}).get("digest") for public_id, entry in attached.items()}
    for folder, model in FOLDERS.items():
        yield from _faults_in(folder, model, digests)
    yield from _gone(attached)


def _history_of_files(which: Q) -> dict[str, HistoryEntry]:
    """{file: its entry in the history}"""
    entries = HistoryEntry.objects.filter(which).select_related("tenant")
    return {(entry.after or {}).get("file", ""): entry for entry in entries}


def _gone(attached: dict[str, HistoryEntry]) -> Iterator[str]:
    """What was attached and never purged has a row. Where row and file were taken away together, the history still names them."""
    ids = (model.objects.values_list("public_id", flat=True) for model in FOLDERS.values())
    known = {str(each) for found in ids for each in found} | set(
        _history_of_files(Q(action__startswith="purge_"))
    )
    for public_id in sorted(attached.keys() - known):
        yield f"{attached[public_id].tenant.code} {public_id}: the history tells of a file that has no row"


def _faults_in(folder: str, model: Rows, digests: dict) -> Iterator[str]:
    rows = {each.file.name: each for each in model.objects.select_related("tenant")}
    there = stored(folder)
    for path, row in rows.items():
        if path not in there:
            yield f"{row.tenant.code} {row.public_id}: no file {path}"
        elif _digest(path) != row.digest:
            yield f"{row.tenant.code} {row.public_id}: the file is not the one that was attached"
        if digests.get(str(row.public_id)) != row.digest:
            yield f"{row.tenant.code} {row.public_id}: the history tells of another file"
    yield from (f"no row for {path}" for path in sorted(there - rows.keys()))


def _digest(path: str) -> str:
    with default_storage.open(path, "rb") as file:
        found = hashlib.sha256()
        for chunk in file.chunks():
            found.update(chunk)
    return found.hexdigest()


def _drop_broken_off() -> int:
    """Django removes what it received when the request ends; a process that was killed could not."""
    oldest = time() - UNDER_WAY.total_seconds()
    old = [each for each in Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir() if each.stat().st_mtime < oldest]
    for each in old:
        each.unlink(missing_ok=True)
    return len(old)
