"""Does a return with 1,000 activities of the ledger open as fast as one with 10? Two counties' drafts of 20 computed rows,
by turns in one run: opening the page, keeping it, the page before submitting, submitting. All is rolled back.

    bench/run                  runs it after the other measurements
    bench/run ledger          alone
"""

import sys
from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction
from django.utils.http import urlencode

from portal import clock
from portal.models import Membership
from reporting.demonstration import year as demonstration_year
from reporting.filings import actions as filing_actions
from reporting.filings import queries as filing_queries
from reporting.filings import typed_return
from reporting.filings.checks import run_checks
from reporting.ledger import actions as ledger_actions
from reporting.ledger.reading import TypedActivity
from reporting.models import Provider
from reporting.providers import actions as provider_actions
from targets.models import Period

from .measure import captured, in_turns, machine, signed_in, timed

FEW, MANY, PROVIDERS = 10, 1000, 20
FIRST_DAY = date(2022, 1, 4)
TYPED = {"videos": "0", "textbooks": "0", "cases": "0"}
CONTACTS = {"preparer": "甲（演示）", "head": "乙（演示）", "telephone": "演示号码 0000"}


class Draft:
    """A county's return of which every row is computed from the ledger, with so many activities in all."""

    def __init__(self, username: str, activities: int) -> None:
        by = Membership.objects.select_related("user", "tenant").get(user__username=username)
        quarter = Period.objects.select_related("programme").get(programme__code="taizhou", code="2022Q1")
        self.names = [f"演示第{number}社区学校" for number in range(1, PROVIDERS + 1)]
        for name in self.names:
            provider: Provider = provider_actions.add_provider(by.tenant, name, by=by)
            ledger_actions.switch_ledger(
                provider, uses_ledger=True, period=quarter, revision=provider.revision, by=by
            )
        ledger_actions.record_activities(
            by.tenant, [self._held(number) for number in range(activities)], by=by
        )
        self.filing = filing_actions.start(by.tenant, quarter, by=by)
        rows = [{"provider": name, "values": TYPED} for name in self.names]
        typed = typed_return.Typed(rows=rows, **CONTACTS)
        self.filing = filing_actions.save_draft(self.filing, typed, revision=self.filing.revision, by=by)
        findings = run_checks(*filing_queries.read_draft(self.filing))
        typed.explanations = {each.key: demonstration_year.EXPLANATION for each in findings if each.key}
        self.filing = filing_actions.save_draft(self.filing, typed, revision=self.filing.revision, by=by)
        self.browser = signed_in(username)

    def _held(self, number: int) -> TypedActivity:
        day = FIRST_DAY + timedelta(days=number % 70)
        return TypedActivity(
            provider=self.names[number % PROVIDERS],
            kind="short_training",
            sittings=[(day.isoformat(), "5")],
            attendances=str(30 + number % 20),
            channel="on_site",
            venue=f"演示场所{number}",
        )

    def open(self) -> None:
        self._get("edit/")

    def confirm(self) -> None:
        self._get("submit/")

    def save(self) -> None:
        posted = {}
        for place, name in enumerate(self.names, start=1):
            posted[f"row-{place}-provider"] = name
            posted |= {f"row-{place}-{code}": value for code, value in TYPED.items()}
        self._post("edit/", {**posted, **CONTACTS, "do": "save"}, "edit/")

    def submit(self) -> None:
        self._post("submit/", {}, "/versions/")

    def _get(self, page: str) -> None:
        response = self.browser.get(f"{self.filing.get_absolute_url()}{page}")
        if response.status_code != 200:
            raise RuntimeError(f"{page}: {response.status_code} {response.content.decode()[:2000]}")

    def _post(self, page: str, posted: dict, leads_to: str) -> None:
        """Posts, looks where it leads, and takes everything back."""
        with transaction.atomic():
            form = urlencode({**posted, "revision": self.filing.revision})
            response = self.browser.post(
                f"{self.filing.get_absolute_url()}{page}",
                form,
                content_type="application/x-www-form-urlencoded",
            )
            transaction.set_rollback(True)
        if response.status_code != 302 or leads_to not in response["Location"]:
            raise RuntimeError(f"{page}: {response.status_code} {response.content.decode()[:2000]}")


def main() -> None:
    if not demonstration_year.is_loaded():
        if demonstration_year.has_real_accounts():
            sys.exit("bench: this database has accounts of real people; name an empty one")
        demonstration_year.load()
    with clock.frozen(demonstration_year.STARTS_AT), transaction.atomic():
        # Two counties alike but for the number: of neither does the register of materials give the return anything.
        few, many = Draft("xianju-preparer", FEW), Draft("huangyan-preparer", MANY)
        print(machine())
        print(f"{'':<40}{f'{MANY} ms':>10}{f'{FEW} ms':>10}{'ratio':>8}  statements")
        measure("filing page, GET", many.open, few.open)
        measure("filing page, POST do=save", many.save, few.save)
        measure("page before submitting, GET", many.confirm, few.confirm)
        measure("POST submit", many.submit, few.submit)
        transaction.set_rollback(True)


def measure(name: str, many: Callable[[], None], few: Callable[[], None]) -> None:
    statements = [len(captured(each)) for each in (many, few)]
    one, other = in_turns(lambda: timed(many), lambda: timed(few))
    print(f"{name:<40}{one:>10.2f}{other:>10.2f}{one / other:>8.1f}  {statements[0]} / {statements[1]}")
