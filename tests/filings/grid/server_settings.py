"""The tests' settings for a web server process of its own."""

from tests.worker_settings import *  # noqa: F403

WHITENOISE_USE_FINDERS = True
