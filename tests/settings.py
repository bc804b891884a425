"""The portal's settings, with cheap password hashes and plain static files. Everything else is as it runs
with a provider to sign in through, which the tests set up.

What the tests need from outside they bring along: demonstration mode, and a data folder of their own for each process
that runs tests (PORTAL_DATA_DIR, else one that goes when they end)."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("PORTAL_DEMO", "1")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's event loop and the ORM share a thread
if "PORTAL_DATA_DIR" not in os.environ:
    os.environ["PORTAL_DATA_DIR"] = tempfile.mkdtemp(prefix="portal-test.")
    atexit.register(shutil.rmtree, os.environ["PORTAL_DATA_DIR"], ignore_errors=True)

# Several processes share the tests (pytest-xdist): to each its folder and its part of the broker.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
if (
    WORKER and Path(os.environ["PORTAL_DATA_DIR"]).name != WORKER
):  # a process that a test starts has it already
    os.environ["PORTAL_DATA_DIR"] += f"/{WORKER}"
    if os.environ.get("CELERY_BROKER_URL", "").startswith("redis"):
        os.environ["CELERY_BROKER_URL"] += f"?virtual_host={int(WORKER.removeprefix('gw')) % 16}"

from portal.settings import *  # noqa: E402, F403

INSTALLED_APPS = [*INSTALLED_APPS, "allauth.socialaccount.providers.openid_connect"]  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ALLOWED_HOSTS = ["*"]
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405 -- no thread holds a database that is put back between tests
