"""What do the policies cost? The roll-up over a country of tenants, with row-level security and without, in one run.

DATABASE_URL=postgres://… python bench/walls.py      (the owner of an empty, prepared database; all is rolled back)
"""

import statistics
import sys
import time
from pathlib import Path

from django.db import connection, transaction

from portal import walls
from portal.models import Tenant
from reporting.rollup.rollup import roll_up
from targets.models import Period
from targets.queries import programme_for

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

COUNTIES, REPEATS = 2844, 7
ROWS = """
INSERT INTO portal_tenant (path, depth, numchild, public_id, code, name, short_name, kind, division_code, bureau_line,
                           head_name, telephone, note)
SELECT '0001' || upper(lpad(to_hex(n + 4096), 4, '0')), 2, 0, gen_random_uuid(), 'county-' || n, 'c' || n, 'c' || n,
       'county_bureau', '', '', '', '', '' FROM generate_series(1, %(counties)s) n;
INSERT INTO targets_reportingduty (programme_id, tenant_id, duty, is_ranked, recording_channel, not_credited)
SELECT %(programme)s, id, 'required', false, '', '[]' FROM portal_tenant WHERE code LIKE 'county-%%';
INSERT INTO reporting_filing (public_id, tenant_id, period_id, status, revision, correction_reason)
SELECT gen_random_uuid(), t.id, p.id, 'draft', 1, ''
FROM portal_tenant t, targets_period p WHERE t.code LIKE 'county-%%' AND p.programme_id = %(programme)s;
INSERT INTO reporting_version (public_id, filing_id, tenant_id, number, is_nil, is_supplementary, correction_reason,
                               explanations, replies, notices, preparer, head, telephone, editors, submitted_at,
                               submitted_by_id, digest, receipt_number)
SELECT gen_random_uuid(), id, tenant_id, 1, false, false, '', '[]', '[]', '[]', '', '', '', '[]', now(), %(user)s, '', 'r' || id
FROM reporting_filing;
INSERT INTO reporting_total (version_id, tenant_id, indicator, value)
SELECT v.id, v.tenant_id, i.code, 7
FROM reporting_version v, targets_indicator i WHERE i.programme_id = %(programme)s;
UPDATE reporting_filing f SET status = 'accepted', accepted_id = v.id, latest_id = v.id, first_submitted_at = now()
FROM reporting_version v WHERE v.filing_id = f.id;
SET CONSTRAINTS ALL IMMEDIATE;
"""


def main() -> None:
    with transaction.atomic():
        fill()
        country = Tenant.objects.get(path="0001")
        county = Tenant.objects.get(code="county-1")
        walled = {tenant: median(tenant) for tenant in (country, county)}
        set_policies("DISABLE", "NO FORCE")
        for tenant, with_policies in walled.items():
            without = median(tenant)
            print(
                f"{tenant.code:<20} without {without:8.1f} ms   with {with_policies:8.1f} ms   x{with_policies / without:.2f}"
            )
        transaction.set_rollback(True)


def fill() -> None:
    """2,844 counties with eight accepted returns of seven indicators each."""
    set_policies("DISABLE", "NO FORCE")
    programme = programme_for("taizhou")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO portal_user (password, is_superuser, username, email, is_staff, is_active, date_joined, public_id,"
            " full_name, telephone, is_demo, has_initial_password) VALUES ('', false, 'bench', '', false, true, now(), gen_random_uuid(), '', '', false, false)"
            " RETURNING id"
        )
        cursor.execute(ROWS, {"counties": COUNTIES, "programme": programme.pk, "user": cursor.fetchone()[0]})
        cursor.execute("ANALYZE")
    set_policies("ENABLE", "FORCE")


def set_policies(enable: str, force: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_policies GROUP BY tablename")
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} {enable} ROW LEVEL SECURITY")
            cursor.execute(f"ALTER TABLE {table} {force} ROW LEVEL SECURITY")


def median(tenant: Tenant) -> float:
    """Milliseconds of the year's roll-up, as a request of that tenant makes it."""
    programme = programme_for("taizhou")
    periods = list(Period.objects.filter(programme=programme, year=2021))
    times = []
    with walls.below(tenant):
        for _repeat in range(REPEATS):
            start = time.perf_counter()
            roll_up(programme, periods, under=tenant)
            times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)
