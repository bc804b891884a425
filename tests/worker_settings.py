"""The tests' settings for a process that they start: on the test database and on the test's own files."""

import os

from tests.roles import APPLICATION
from tests.settings import *  # noqa: F403

DATABASES["default"]["NAME"] = os.environ["PORTAL_TEST_DATABASE"]  # noqa: F405
if DATABASES["default"]["ENGINE"].endswith("postgresql"):  # noqa: F405
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = f"-c role={APPLICATION}"  # noqa: F405
MEDIA_ROOT = os.environ["PORTAL_TEST_FILES"]
