"""What people decide about an uploaded file: keep it to be looked at, and take it over into the draft."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal import history, locks
from portal.clock import now
from portal.models import Membership
from portal.problems import Refused

from ..entry.findings import Invalid
from ..entry.reading import Finding, read_rows
from ..filings.actions import save_draft
from ..filings.computed import computed_for
from ..filings.queries import fields_of, registered_names
from ..filings.typed_return import Typed
from ..filings.typing_actions import type_instead
from ..filings.unread import Unread, as_kept, unread_in
from ..models import Filing, Import
from . import rules

KEPT_FOR = timedelta(hours=24)
FILE_NAME_LENGTH = 200
TYPED, COMPUTED = "typed", "computed"


@dataclass(frozen=True)
class Upload:
    """A file as it came, and what was found in it (JSON)."""

    name: str
    content: bytes
    found: dict

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@transaction.atomic
def keep_upload(filing: Filing, upload: Upload, *, by: Membership) -> Import:
    """Keep the file for a day, under a random name. The draft is not touched."""
    at = now()
    imported = Import(
        tenant=filing.tenant,
        filing=filing,
        uploaded_at=at,
        uploaded_by=by.user,
        expires_at=at + KEPT_FOR,
        file_name=upload.name[-FILE_NAME_LENGTH:],
        digest=upload.digest,
        found=upload.found,
    )
    imported.file.save("", ContentFile(upload.content), save=False)
    try:
        imported.save()
    except BaseException:
        imported.file.delete(save=False)  # no file without a row
        raise
    history.record(
        "upload", subject_kind="filing", subject_id=filing.public_id, tenant=filing.tenant, by=by.user, at=at
    )
    return imported


@transaction.atomic
def confirm_import(
    imported: Import, *, revision: int, confirmed: Iterable[str], decision: str = "", by: Membership
) -> Filing:
    """Replace the draft's rows by the file's, in one transaction. What was typed besides the rows stays.

    `confirmed`: the keys of what the person says is right. `decision`: what becomes of figures in whose place others are
    computed, `TYPED` or `COMPUTED`. Raises `Invalid` where one is missing.
    """
    locks.hold_figures(imported.tenant)  # before the other locks
    imported = Import.objects.select_for_update(of=["self"]).get(pk=imported.pk)
    filing = imported.filing
    if reason := why_not_importable(imported) or rules.why_not_import(filing, by):
        raise Refused(reason, filing=filing)
    unread = unread_of(imported)
    missing = [
        Finding("unconfirmed", each["text"], column=f"confirm-{each['key']}")
        for each in imported.found["questions"]
        if each["key"] not in set(confirmed)
    ]
    if unread and decision not in (TYPED, COMPUTED):
        text = _("Decide what becomes of the figures that are struck out.")
        missing.append(Finding("undecided", text, column=f"decision-{COMPUTED}"))
    if missing:
        raise Invalid(missing)
    if unread and decision == TYPED:
        keys = {each.key for each in unread.providers}
        type_instead(filing, keys, with_register=bool(unread.in_register), by=by)
    rows = as_kept(imported.found["rows"], computed_for(filing))
    typed = replace(Typed.of(filing.draft), rows=rows, is_nil=False)
    imported.confirmed_at, imported.confirmed_by = now(), by.user
    imported.save(update_fields=["confirmed_at", "confirmed_by"])
    return save_draft(filing, typed, revision=revision, by=by)  # its entry closes the change


def unread_of(imported: Import) -> Unread:
    """The file's figures that would not be reported as things stand."""
    filing = imported.filing
    computed, names = computed_for(filing), registered_names(filing.tenant)
    return unread_in(read_rows(imported.found["rows"], fields_of(filing), computed, names), computed)


def why_not_importable(imported: Import) -> str | None:
    """Why the file, not the return, cannot be taken over."""
    if imported.found["problems"]:
        return _("The file has problems. Correct them in the file and upload it again.")
    if imported.confirmed_at:
        return already_imported(imported)
    return None


def already_imported(imported: Import) -> str:
    at = date_format(localtime(imported.confirmed_at), "DATETIME_FORMAT")
    return _("This file was imported on %(at)s already.") % {"at": at}
