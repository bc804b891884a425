"""The demonstration's activity ledger, played through the actions: providers that use it, activities as they were
recorded, and the rows that are still typed beside it."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from itertools import groupby

from django.utils import timezone

from portal import clock
from portal.models import Membership
from targets.models import Period

from ..entry.names import name_key
from ..ledger import actions as ledger_actions
from ..ledger import duplicate_actions, file_actions
from ..ledger.reading import TypedActivity
from ..models import Activity, LedgerSwitch, Provider
from ..providers import actions as provider_actions
from .evidence import sheet
from .plan import Held, Season, about_provider, keeper, plan

NINE = time(9)
BETWEEN = timedelta(minutes=1)
BEFORE_FILING = timedelta(days=3)


def classify(provider: Provider, *, by: Membership) -> Provider:
    """Its kind, and what else it is (公益基地 that is an elder-care venue)."""
    about = about_provider(provider.name)
    return provider_actions.classify_provider(
        provider, kind=about["kind"], tags=about.get("tags", ()), revision=provider.revision, by=by
    )


class Keeping:
    """A tenant's ledger in one period. `rows`: the figures that its return is to have. A tenant that keeps none types
    everything."""

    def __init__(self, period: Period, rows: Sequence[dict], *, files_at: datetime, by: Membership):
        self.period, self.rows, self.by = period, rows, by
        found = keeper(by.tenant.code, period.code)
        only = found.get("providers") if found else ()
        self.names = [row["provider"] for row in rows if only is None or row["provider"] in only]
        own = [row for row in rows if row["provider"] in self.names]
        last_day = (files_at - BEFORE_FILING).date()
        given = {name: found[name] for name in ("lists", "by_day") if name in found} if found else {}
        self.season = Season.of(period, last_day, **given) if found else None
        self.planned = plan(by.tenant.code, self.season, own) if self.season else []
        self.recorded_until: datetime | None = None

    def typed(self) -> list[dict]:
        """The rows as a person types them: without what the ledger computes."""
        computed = self.period.programme.ledger_rules.columns
        return [
            {**row, "values": {code: value for code, value in row["values"].items() if code not in computed}}
            if row["provider"] in self.names
            else row
            for row in self.rows
        ]

    def begin(self) -> None:
        """Providers that are named for the first time use the ledger from the period on, decided on its first working day."""
        if not self.season:
            return
        at = timezone.make_aware(datetime.combine(self.season.days[0], NINE))
        names = dict.fromkeys([*self.names, *(held.typed.provider for held in self.planned)])
        known = {each.key: each for each in Provider.objects.filter(tenant=self.by.tenant)}
        using = {key for key, each in known.items() if each.uses_ledger}
        for place, name in enumerate(each for each in names if name_key(each) not in using):
            with clock.frozen(at + place * BETWEEN):
                provider = known.get(name_key(name)) or provider_actions.add_provider(
                    self.by.tenant, name, by=self.by
                )
                self._switch(provider)

    def _switch(self, provider: Provider) -> LedgerSwitch:
        provider = provider if provider.kind else classify(provider, by=self.by)
        return ledger_actions.switch_ledger(
            provider, uses_ledger=True, period=self.period, revision=provider.revision, by=self.by
        )

    def record_until(self, until: datetime) -> None:
        """What was recorded since the last time, list by list, and what was put right."""
        planned = [each for each in self.planned if self._falls(each.recorded_at, until)]
        for at, together in groupby(planned, key=lambda each: each.recorded_at):
            with clock.frozen(at):
                self._record(list(together))
        for held in self.planned:
            if held.change and self._falls(held.change[0], until):
                self._put_right(held, *held.change)
        self.recorded_until = until

    def _falls(self, at: datetime, until: datetime) -> bool:
        return (self.recorded_until is None or self.recorded_until < at) and at <= until

    def _record(self, together: Sequence[Held]) -> None:
        made = ledger_actions.record_activities(self.by.tenant, [each.typed for each in together], by=self.by)
        for held, activity in zip(together, made, strict=True):
            if held.has_file:
                file_actions.add_evidence(activity, sheet(held.typed), by=self.by)
            if held.duplicate:
                same = {
                    name: getattr(activity, name) for name in ("provider", "kind", "ends_on", "venue_key")
                }
                first = Activity.objects.filter(**same).exclude(pk=activity.pk).get()
                duplicate_actions.decide_duplicate(
                    activity, first, outcome="duplicate", reason=held.duplicate, by=self.by
                )

    def _put_right(self, held: Held, at: datetime, typed: TypedActivity) -> None:
        same = {"provider__key": name_key(typed.provider), "kind": typed.kind, "ends_on": held.ends_on}
        activity = Activity.objects.get(tenant=self.by.tenant, **same)
        with clock.frozen(at):
            ledger_actions.change_activity(activity, typed, revision=activity.revision, by=self.by)
