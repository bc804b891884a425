"""Nothing random and no passing time: two records of the same code are equal, to the last digest.

Imported before Django: the clock stands still, and a new object's identifier is made from its table and its number
there. What stays random, a password's salt, a form's token, is masked where it is written down.
"""

import logging
import os
import sys
import uuid
from collections import Counter
from datetime import datetime

NOW = "2022-03-21T09:00:00+08:00"  # what the demonstration's clock shows
MACHINE = datetime.fromisoformat("2026-01-05T10:00:00+00:00")
NAMESPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")

stage = ["load"]  # identifiers of one stage do not meet those of another
_made: Counter[str] = Counter()


def uuid4() -> uuid.UUID:
    """The field that asks for a default is found in the caller's frame."""
    field = sys._getframe(1).f_locals.get("self")
    model = getattr(field, "model", None)
    of = f"{stage[0]} {model._meta.db_table if hasattr(model, '_meta') else 'other'}"
    _made[of] += 1
    return uuid.uuid5(NAMESPACE, f"{of} {_made[of]}")


def start() -> None:
    """Django, with this clock and these identifiers."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PORTAL_DEMO": "1",
        "PORTAL_NOW": NOW,
        "PORTAL_SECRET_KEY": "the same in every record " * 3,
        "PORTAL_LOG_LEVEL": "CRITICAL",
        "PORTAL_SECURITY_LOG": os.devnull,
    }
    logging.disable(logging.WARNING)  # a page that is not there is no news here
    uuid.uuid4 = uuid4
    from django.utils import timezone

    timezone.now = lambda: MACHINE
    import django

    django.setup()
