"""The Chinese texts as the catalogue has them, compiled or not: problems are told in the office's words."""

from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unittest.mock import patch

from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation


@cache
def texts() -> dict[str, str]:
    with (Path(settings.BASE_DIR) / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        return {message.id: message.string for message in read_po(file) if isinstance(message.id, str)}


@contextmanager
def spoken():
    """Within it, every text is the catalogue's, and an untranslated one stays English."""
    with patch.object(translation._trans, "gettext", lambda text: texts().get(text) or text):
        yield
