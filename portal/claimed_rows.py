"""Rows of work that workers share: who claims one, for how long it is leased, how many attempts it has.

The row is the truth and the broker only nudges. A claim is one conditional update, so that one worker wins; a lease
that runs out frees the row again; each claim is an attempt, and a worker writes only as long as its own is the last.
Leases go by the machine's clock, not by the portal's: they are between workers.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Manager, Q
from django.utils import timezone
from kombu.exceptions import OperationalError

from . import clock, walls
from .celery import app as celery

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ClaimedRows:
    """The rows of one table. `held` is the status of a row while a worker has it; the settings are read each time."""

    rows: Manager
    held: str
    attempts: Callable[[], int]
    lease_seconds: Callable[[], float]

    def free(self, waiting: Q) -> Q:
        """What can be claimed: what waits, and what lost its worker."""
        return waiting | self._lost()

    def claim(self, public_id: str, waiting: Q, **changes: object) -> bool:
        """Take a row that is free. False if another worker has it, it is finished, or its attempts are used up."""
        free = self.rows.filter(self.free(waiting), public_id=public_id, attempts__lt=self.attempts())
        return bool(
            free.update(status=self.held, attempts=F("attempts") + 1, lease_until=self.lease(), **changes)
        )

    def lease(self) -> datetime:
        """The instant up to which a worker that claims or keeps a row now is believed alive."""
        return timezone.now() + timedelta(seconds=self.lease_seconds())

    def write(self, row: Any, **changes: object) -> int:
        """Change the row as long as it is this attempt's: 0 if it was cancelled or taken over."""
        with walls.within([row.tenant_id]):
            mine = self.rows.filter(pk=row.pk, status=self.held, attempts=row.attempts)
            return mine.update(**changes)

    def give_up(self, **changes: object) -> None:
        """Finish what lost its worker at the last of its attempts."""
        used_up = self.rows.filter(self._lost(), attempts__gte=self.attempts())
        used_up.update(finished_at=clock.now(), **changes)

    def _lost(self) -> Q:
        return Q(status=self.held, lease_until__lt=timezone.now())


def nudge(task: str, public_ids: Iterable[UUID]) -> None:
    """Send each to a worker. Without a broker the next sweep finds them: never an error to the person."""
    try:
        for public_id in public_ids:
            celery.send_task(task, [str(public_id)], retry=False)
    except (OSError, OperationalError) as error:
        log.warning("broker not reached, the next sweep finds what waits for %s: %s", task, error)
