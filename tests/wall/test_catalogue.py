"""Forgetting the wall is impossible: these tests read the Postgres catalogue, not our intentions."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from core.municipalities.constants import PROVINCE_WIDE, SECURITY_DEFINER
from core.municipalities.models import PublicTownModel, TenantModel

pytestmark = pytest.mark.django_db
THIRD_PARTY = ("django_", "auth_", "account_", "mfa_", "socialaccount_", "allauth_")


def rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def walled_tables() -> set[str]:
    return {
        name
        for (name,) in rows(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
            "AND relrowsecurity AND relforcerowsecurity"
        )
    }


def test_the_application_can_not_walk_around_the_wall() -> None:
    assert rows(
        "SELECT session_user::text, current_user::text, rolsuper, rolbypassrls, rolcreaterole "
        "FROM pg_roles WHERE rolname = current_user"
    ) == [("biscaytik_app", "biscaytik_app", False, False, False)]
    for role in ("biscaytik_citizen", "biscaytik_province"):
        assert rows("SELECT pg_has_role('biscaytik_app', %s, 'SET'), pg_has_role('biscaytik_app', %s, 'USAGE')",
                    role, role) == [(True, False)], f"{role} must be taken, never inherited"  # fmt: skip
    assert not rows("SELECT 1 WHERE pg_has_role('biscaytik_app', 'biscaytik_owner', 'MEMBER')")


def test_every_table_is_walled_or_listed_with_a_reason() -> None:
    tables = {name for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    ours = {name for name in tables if not name.startswith(THIRD_PARTY)}
    open_tables = ours - walled_tables()
    assert open_tables == set(PROVINCE_WIDE), "a table has no wall, or the list names one that has"
    assert all(PROVINCE_WIDE.values())


def test_a_wall_without_a_policy_or_a_policy_for_everybody_is_none() -> None:
    policies = rows("SELECT tablename, policyname, roles::text, cmd, qual, with_check FROM pg_policies")
    assert {table for table, *_ in policies} == walled_tables()
    for table, name, roles, cmd, qual, check in policies:
        assert "public" not in roles, f"{table}.{name} is for every role"
        assert not re.search(r"current_setting\([^)]*true", f"{qual}{check}"), (
            f"{table}.{name} forgives a forgotten door"
        )
        if cmd != "SELECT" and "biscaytik_app" in roles:
            assert "app.municipality" in f"{qual}{check}", f"{table}.{name} writes without a town"
        if "biscaytik_citizen" in roles:
            assert cmd == "SELECT", f"{table}.{name}: a citizen only reads"


def test_what_may_be_written_is_as_narrow_as_what_may_be_read() -> None:
    """USING alone says which rows are found, WITH CHECK alone what becomes of them: each must name the town."""
    for table, name, cmd, qual, check in rows(
        "SELECT tablename, policyname, cmd, qual, with_check FROM pg_policies "
        "WHERE 'biscaytik_app' = ANY (roles) AND cmd <> 'SELECT'"
    ):
        if cmd != "INSERT":
            assert "app.municipality" in qual, f"{table}.{name} finds another town's rows"
        if cmd != "DELETE":
            assert "app.municipality" in check, f"{table}.{name} writes another town's rows"


def test_no_table_has_two_policies_in_or_for_one_role_and_command() -> None:
    assert not rows(
        "SELECT tablename, role, cmd FROM pg_policies, unnest(roles) AS role "
        "GROUP BY 1, 2, 3 HAVING count(*) > 1"
    )  # fmt: skip


def test_every_model_stands_behind_the_wall_it_declares() -> None:
    models = [m for m in apps.get_models() if issubclass(m, TenantModel | PublicTownModel)]
    assert {m._meta.db_table for m in models} <= walled_tables()
    with_town = {
        name
        for (name,) in rows(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND column_name = 'municipality_id'"
        )
    }
    assert with_town - walled_tables() <= set(PROVINCE_WIDE), "a town's rows without a wall"


def test_the_citizen_can_only_read_and_nobody_truncates() -> None:
    for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE"):
        assert not rows(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
            "AND has_table_privilege('biscaytik_citizen', oid, %s)",
            right,
        )
    assert not rows(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
        "AND (has_table_privilege('biscaytik_app', oid, 'TRUNCATE') "
        "OR has_table_privilege('biscaytik_province', oid, 'TRUNCATE'))"
    )


@pytest.mark.parametrize(
    ("table", "rights"),
    [
        ("audit_auditrow", {"SELECT", "INSERT"}),
        ("registry_entry", {"SELECT", "INSERT"}),
        ("registry_annotation", {"SELECT", "INSERT"}),
        ("documents_documentversion", {"SELECT", "INSERT"}),
        ("case_files_caseevent", {"SELECT", "INSERT"}),
        ("case_files_casefile", {"SELECT", "INSERT", "UPDATE"}),
        ("documents_document", {"SELECT", "INSERT", "UPDATE"}),
        ("documents_verificationcode", {"SELECT", "INSERT"}),
        ("registry_dayclosure", {"SELECT", "INSERT"}),
        ("registry_book", {"SELECT", "INSERT", "UPDATE"}),
        ("notifications_deliveryattempt", {"SELECT", "INSERT"}),
        ("notifications_notification", {"SELECT", "INSERT", "UPDATE"}),
        ("census_movement", {"SELECT", "INSERT"}),
        ("census_inscription", {"SELECT", "INSERT", "UPDATE"}),
        ("census_resident", {"SELECT", "INSERT", "UPDATE"}),
        ("case_files_caseparty", {"SELECT", "INSERT", "UPDATE"}),
        ("case_files_casedocument", {"SELECT", "INSERT", "UPDATE"}),
        ("case_files_correctionrequest", {"SELECT", "INSERT", "UPDATE"}),
        ("signing_signature", {"SELECT", "INSERT"}),
        ("signing_exchangetoken", {"SELECT", "INSERT"}),
        ("signing_signingrequest", {"SELECT", "INSERT", "UPDATE"}),
    ],
)
def test_what_must_not_be_changed_or_deleted_can_not_be(table: str, rights: set[str]) -> None:
    for role in ("biscaytik_app", "biscaytik_province"):
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            (granted,) = rows("SELECT has_table_privilege(%s, %s, %s)", role, table, right)[0]
            assert granted == (right in rights), f"{role} {right} {table}"


def test_every_key_between_walled_tables_has_its_composite_twin() -> None:
    walled = walled_tables()
    keys = rows(
        "SELECT conrelid::regclass::text, confrelid::regclass::text, "
        "array(SELECT attname::text FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)) "
        "FROM pg_constraint WHERE contype = 'f'"
    )
    ours = [(a, b, set(columns)) for a, b, columns in keys if a in walled and b in walled]
    single = {(a, *columns) for a, b, columns in ours if len(columns) == 1}
    twins = {(a, *(columns - {"municipality_id"})) for a, b, columns in ours if len(columns) == 2}
    assert single <= twins, f"keys without a twin: {sorted(single - twins)}"
    assert len(single) > 10


def test_the_town_comes_first_in_every_unique_key_of_a_walled_table() -> None:
    for table, columns, kind in rows(
        "SELECT conrelid::regclass::text, array(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY AS k(n, o) "
        "JOIN pg_attribute ON attrelid = conrelid AND attnum = n ORDER BY o), contype::text "
        "FROM pg_constraint WHERE contype = 'u'"
    ):
        if table in walled_tables() and columns not in (["csv"], ["host"]):
            assert columns[0] == "municipality_id", f"{table} {columns} {kind}"


def test_functions_with_their_owners_rights_are_listed() -> None:
    found = {
        name
        for (name,) in rows(
            "SELECT proname::text FROM pg_proc JOIN pg_roles r ON proowner = r.oid "
            "WHERE prosecdef AND rolname <> 'postgres'"
        )
    }
    assert found == set(SECURITY_DEFINER)


def test_no_view_reads_with_its_owners_rights_and_none_is_materialised() -> None:
    assert not rows("SELECT matviewname FROM pg_matviews WHERE schemaname = 'public'")
    assert not rows(
        "SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace "
        "AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)"
    )


def test_doors_are_opened_by_scope_py_alone() -> None:
    forbidden = re.compile(r"set_config\(|SET\s+(LOCAL\s+)?ROLE|SET\s+app\.", re.I)
    base = Path(settings.BASE_DIR)
    for path in base.rglob("*.py"):
        parts = path.relative_to(base).parts
        if parts[0] in {".venv", "tests", ".state"} or parts[-1] == "scope.py":
            continue
        assert not forbidden.search(path.read_text()), f"{path} opens a door of its own"
