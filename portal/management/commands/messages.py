"""Bring the Chinese catalogue up to date with the source strings, or (--check) say what is missing.

Needs no system tools.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_javascript
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.template import templatize

PO = Path("locale/zh_Hans/LC_MESSAGES/django.po")
FOLDERS = ["portal", "targets", "reporting", "templates"]
METHODS = [
    ("**/migrations/**.py", "ignore"),
    ("**.py", "python"),
    ("**.html", f"{__name__}:extract_template"),
]
KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_lazy": None, "ngettext_lazy": (1, 2), "pgettext_lazy": ((1, "c"), 2)}


class Command(BaseCommand):
    requires_system_checks = []
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true")

    def handle(self, *args, **options):
        path = settings.BASE_DIR / PO
        catalogue = read(path)
        source = extract(settings.BASE_DIR)
        catalogue.update(source, no_fuzzy_matching=True, keep_user_comments=False)
        catalogue.obsolete.clear()
        missing = untranslated(catalogue)
        if options["check"]:
            stale = [message.id for message in read(path) if message.id and message.id not in source]
            if missing or stale:
                raise CommandError(
                    "\n".join(
                        [f"untranslated: {each!r}" for each in missing]
                        + [f"unused: {each!r}" for each in stale]
                    )
                )
            return
        with path.open("wb") as file:
            write_po(file, catalogue, no_location=True, omit_header=False, sort_output=True, width=110)
        for each in missing:
            self.stdout.write(f"untranslated: {each!r}")


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans", charset="utf-8")


def extract(base: Path) -> Catalog:
    """Every source string of the Python code and the templates."""
    catalogue = Catalog(locale="zh_Hans", project="portal")
    for folder in FOLDERS:
        found = extract_from_dir(base / folder, method_map=METHODS, keywords=KEYWORDS, comment_tags=())
        for _file, _line, message, _comments, context in found:
            catalogue.add(message, context=context)
    return catalogue


def extract_template(file, keywords, comment_tags, options) -> Iterator[tuple]:
    """The strings of a Django template: Django turns it into calls of gettext, which read like JavaScript."""
    calls = templatize(file.read().decode("utf-8"))
    yield from extract_javascript(
        BytesIO(calls.encode("utf-8")), keywords, comment_tags, {"encoding": "utf-8"}
    )


def untranslated(catalogue: Catalog) -> list[object]:
    """Messages without a Chinese text (of a plural, one form is all that Chinese has)."""
    return [
        message.id
        for message in catalogue
        if message.id and not (any(message.string or ()) if message.pluralizable else message.string)
    ]
