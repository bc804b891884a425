"""The library as it is handed out: an original, then its dialect versions, as rows of texts."""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.clock import now
from targets.models import Programme

from ..excel.layout import OFFICIAL
from ..models import Material
from . import queries
from .workbook import Library, MaterialRow


def library_of(programme: Programme, year: int, materials: Iterable[Material]) -> Library:
    """In the language of the official documents, whatever the page's is."""
    with translation.override(OFFICIAL):
        kinds = {each.code: each.name for each in queries.kinds_of(programme)}
        instant = date_format(localtime(now()), "Y-m-d H:i")
        return Library(
            title=programme.name,
            year=year,
            as_of=_("As of %(instant)s, from the register of materials.") % {"instant": instant},
            rows=[row for each in materials for row in _rows(each, kinds)],
        )


def _rows(material: Material, kinds: dict[str, str]) -> Iterator[MaterialRow]:
    yield _row(material, material, kinds)
    for variant in material.variants.all():
        yield _row(variant, material, kinds)


def _row(material: Material, original: Material, kinds: dict[str, str]) -> MaterialRow:
    return MaterialRow(
        kind=kinds.get(material.kind, material.kind),
        title=material.title,
        tenant=original.tenant.short_name,
        maker=material.maker,
        provider=original.provider.name if original.provider else "",
        finished_on=material.finished_on.isoformat() if material.finished_on else _("being made"),
        language=material.language,
        state=material.get_state_display(),
        count=1 if material.finished_on and not material.is_variant else None,
        link=material.link,
        files="、".join(each.file_name for each in cast(Any, material).kept_files),
    )
