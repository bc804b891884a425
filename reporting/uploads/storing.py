"""Where uploaded files lie: in the storage that is set, a folder or an S3 bucket, under random names."""

import logging
import uuid
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from .problems import Unacceptable

log = logging.getLogger(__name__)


def store(folder: str, content: bytes) -> str:
    """The path of the file, complete and never written to again. The name says nothing of what it is."""
    try:
        return default_storage.save(f"{folder}/{uuid.uuid4().hex}", ContentFile(content))
    except Exception as error:  # a full disk, or whatever a client of a bucket raises
        log.exception("a file could not be stored in %s", folder)
        raise Unacceptable("storage") from error


def discard(path: str) -> None:
    """The file goes; if that fails, the sweep finds it."""
    try:
        default_storage.delete(path)
    except Exception:
        log.exception("a file could not be deleted: %s", path)


def stored(folder: str) -> set[str]:
    """The paths of all files in a folder. (A bucket has no folders, so that `exists` knows none.)"""
    try:
        return {f"{folder}/{name}" for name in default_storage.listdir(folder)[1]}
    except FileNotFoundError:
        return set()


def lost(folder: str, kept: set[str], *, after: timedelta) -> list[str]:
    """The files that no row names and that are too old to belong to one that is still being written."""
    return [path for path in stored(folder) - kept if is_older(path, after)]


def is_older(path: str, age: timedelta) -> bool:
    """By the machine's time: so are the files'."""
    return default_storage.get_modified_time(path) < timezone.now() - age
