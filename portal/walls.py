"""The second wall between tenants: on PostgreSQL the database itself shows a transaction only the rows in its scope.

Every table with tenant data has the policy `tenant_id = ANY(scope)`, forced on its owner too. The scope is set for one
transaction and ends with it. A query without a scope is refused: a forgotten one is an error, never a silent zero.
On SQLite, which serves one office, nothing happens here and `portal/access.py` stands alone.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, migrations, transaction
from django.db.models import Q

from .models import Membership, Tenant

SCOPE, USER, INVITATION = "app.scope", "app.user", "app.invitation"


def stands() -> bool:
    """Whether the database has this wall at all."""
    return connection.vendor == "postgresql"


@contextmanager
def within(tenant_ids: Iterable[int]) -> Iterator[None]:
    """A transaction that sees and writes the rows of these tenants and no others."""
    if not stands():
        yield
        return
    with _transaction({SCOPE: _array(tenant_ids)}):
        yield


@contextmanager
def everything() -> Iterator[None]:
    """A transaction over all tenants: for commands of the operator and for the sweep over lost jobs."""
    with within(Tenant.objects.values_list("pk", flat=True) if stands() else ()):
        yield


@contextmanager
def below(tenant: Tenant) -> Iterator[None]:
    """A transaction over a tenant and everything below it."""
    with within(_ids(Q(path__startswith=tenant.path)) if stands() else ()):
        yield


@contextmanager
def of_request(user_id: int | None) -> Iterator[None]:
    """A request's transaction. It has no scope until `enter` gives it one: what is asked before is refused. An empty scope
    is another thing, that of somebody who belongs to no tenant."""
    if not stands():
        yield
        return
    with _transaction({USER: str(user_id or 0), SCOPE: ""}):
        yield


@contextmanager
def for_user(user_id: int | None) -> Iterator[None]:
    """A transaction in which a person's own memberships are found, and no tenant's rows: around that one query."""
    if not stands():
        yield
        return
    with _transaction({USER: str(user_id or 0), SCOPE: "{}"}):
        yield


def enter(memberships: Iterable[Membership]) -> None:
    """The request's scope: the tenants of the person's memberships and all below them."""
    if stands():
        paths = Q(pk__in=[])
        for membership in memberships:
            paths |= Q(path__startswith=membership.tenant.path)
        _set(SCOPE, _array(_ids(paths)))


@contextmanager
def for_invitation(token_digest: str) -> Iterator[None]:
    """A transaction in which the holder of an invitation's link finds that invitation."""
    if not stands():
        yield
        return
    with _transaction({INVITATION: token_digest, SCOPE: "{}"}):
        yield


def one_snapshot() -> None:
    """Let the transaction that has just begun see one moment throughout, whatever is committed meanwhile."""
    if stands() and not connection.savepoint_ids:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _ids(condition: Q) -> list[int]:
    return list(Tenant.objects.filter(condition).values_list("pk", flat=True))


def _array(tenant_ids: Iterable[int]) -> str:
    return "{" + ",".join(map(str, tenant_ids)) + "}"


@contextmanager
def _transaction(settings: dict[str, str]) -> Iterator[None]:
    """A transaction with these settings. They end with it; inside another one they are put back by hand,
    because a savepoint that commits would leak them."""
    before = {name: _get(name) for name in settings} if connection.in_atomic_block else {}
    with transaction.atomic():
        for name, value in settings.items():
            _set(name, value)
        yield
        for name, value in before.items():
            _set(name, value)


def _get(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [name])
        return cursor.fetchone()[0]


def _set(name: str, value: str) -> None:
    """For this transaction only: a setting of the session would meet the next request on the connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


# --- roles


def refuse_privileged_role() -> None:
    """The web and the worker connect as a role that owns nothing, is no superuser and bypasses nothing."""
    if not stands():
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls,"
            " EXISTS (SELECT 1 FROM pg_class WHERE relowner = pg_roles.oid AND relkind IN ('r', 'p'))"
            " FROM pg_roles WHERE rolname = current_user"
        )
        name, is_superuser, bypasses, owns = cursor.fetchone()
    if is_superuser or bypasses or owns:
        raise ImproperlyConfigured(
            f"DATABASE_URL: the role “{name}” owns tables or bypasses row-level security; the portal refuses it. "
            "Use a role of its own for the application (docs/operations.md)."
        )


def grant_to(role: str) -> None:
    """Give the application's role what it needs: rows, no structure, and no change of what is frozen."""
    quoted = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {quoted}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}")
        for table in FROZEN:
            cursor.execute(f"REVOKE UPDATE, DELETE ON {table} FROM {quoted}")
        for table in KEPT:
            cursor.execute(f"REVOKE DELETE ON {table} FROM {quoted}")


# Rows of these are added and read, never changed or taken away.
FROZEN = [
    "portal_historyentry",
    "reporting_version",
    "reporting_line",
    "reporting_total",
    "reporting_review",
    "reporting_release",
    "reporting_reviewpoint",
    "reporting_opening",
    "reporting_perioddecision",
    "reporting_extension",
    "reporting_unlockrequest",
    "reporting_countedactivity",
    "reporting_ledgerswitch",
    "reporting_duplicatedecision",
    "reporting_countedmaterial",
    "reporting_registerswitch",
    "reporting_checklist",
]
# Rows of these are changed, never taken away.
KEPT = ["reporting_activity", "reporting_material"]


# --- migration operations

FUNCTIONS = """
CREATE OR REPLACE FUNCTION app_scope() RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
DECLARE scope text := current_setting('app.scope', true);
BEGIN
    IF scope IS NULL OR scope = '' THEN
        RAISE EXCEPTION 'tenant scope not set' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN scope::bigint[];
END $$;
CREATE OR REPLACE FUNCTION app_user() RETURNS bigint LANGUAGE sql STABLE AS
    $$ SELECT nullif(current_setting('app.user', true), '')::bigint $$;
"""
# One sub-select, so that the scope is computed once a query and the index on tenant_id is used.
IN_SCOPE = "tenant_id = ANY ((SELECT app_scope())::bigint[])"


def scope_functions() -> migrations.RunPython:
    """The functions that the policies call."""
    return _on_postgresql(FUNCTIONS, "DROP FUNCTION app_user(); DROP FUNCTION app_scope();")


def wall(table: str, *, readable: str = "false") -> migrations.RunPython:
    """The table's policies. `readable`: rows that can be read, never written, without being in scope."""
    up = f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_scope ON {table} USING ({IN_SCOPE}) WITH CHECK ({IN_SCOPE});
        CREATE POLICY readable ON {table} FOR SELECT USING ({readable});
    """
    down = f"""
        DROP POLICY readable ON {table};
        DROP POLICY tenant_scope ON {table};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
    """
    return _on_postgresql(up, down)


def same_tenant(child: str, column: str, parent: str) -> migrations.RunPython:
    """A composite foreign key: the child's row belongs to the tenant that its parent belongs to.

    The database looks at the rows there are, as their owner; where the parent is walled already it would ask for a scope,
    depending on its plan. A new child has no rows: an empty scope is enough.
    """
    name = f"{child}_{column}_same_tenant"
    up = f"""
        SELECT set_config('{SCOPE}', '{{}}', true);
        CREATE UNIQUE INDEX IF NOT EXISTS {parent}_with_tenant ON {parent} (id, tenant_id);
        ALTER TABLE {child} ADD CONSTRAINT {name}
            FOREIGN KEY ({column}, tenant_id) REFERENCES {parent} (id, tenant_id);
        SELECT set_config('{SCOPE}', '', true);
    """
    return _on_postgresql(up, f"ALTER TABLE {child} DROP CONSTRAINT {name};")


def _on_postgresql(up: str, down: str) -> migrations.RunPython:
    def run(sql: str):
        def operation(apps, editor) -> None:
            if editor.connection.vendor == "postgresql":
                editor.execute(sql, params=None)

        return operation

    return migrations.RunPython(run(up), run(down))
