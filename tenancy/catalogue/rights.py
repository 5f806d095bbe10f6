"""Grants, roles, ownership and what sessions begin with."""

# ruff: noqa: S608 - the texts are made of constants of this package; no value comes from outside

from __future__ import annotations

from collections.abc import Iterator

from tenancy.catalogue.reading import (
    KNOWN_ROLES,
    SCHEMA,
    WALLED_ROLES,
    Catalogue,
    Finding,
    grantee,
    inspection,
    ours,
)
from tenancy.planes import TABLES, Table, class_of

#: Settings that may be fixed for a role or the database: none decides whose rows are seen.
SETTINGS = frozenset(
    {
        "statement_timeout",
        "lock_timeout",
        "idle_in_transaction_session_timeout",
        "transaction_timeout",
        "timezone",
        "client_encoding",
        "default_transaction_isolation",
        "default_transaction_read_only",
        "log_statement",
        "log_min_duration_statement",
        "jit",
    }
)


@inspection
def grants(catalogue: Catalogue) -> Iterator[Finding]:
    """Each role may do with each table exactly what `planes.py` says, and may not pass it on."""
    found: dict[tuple[str, str], set[str]] = {}
    for table, who, privilege, grantable in catalogue.ask(
        f"SELECT c.relname, {grantee()},"
        " x.privilege_type, x.is_grantable FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,"
        f" aclexplode(c.relacl) x WHERE c.relkind IN ('r', 'p') AND x.grantee <> c.relowner AND {ours()}"
    ):
        found.setdefault((table, who), set()).add(privilege)
        if grantable:
            yield Finding(table, f"{who} may grant {privilege} to others")
    for table, who in found.keys() | {(t, r) for t in TABLES for r in WALLED_ROLES}:
        yield from _compare_grants(table, who, found.get((table, who), set()))


def _compare_grants(table: str, who: str, has: set[str]) -> Iterator[Finding]:
    wanted = _wanted(TABLES.get(table), who, has)
    if extra := has - wanted:
        yield Finding(table, f"{who} may {', '.join(sorted(extra))}")
    if missing := wanted - has:
        yield Finding(table, f"{who} may not {', '.join(sorted(missing))}")


def _wanted(table: Table | None, who: str, has: set[str]) -> set[str]:
    if who == "backup":
        return has & {"SELECT"}
    if table is None:
        return set()
    if who == "app":
        return set(table.app)
    return {"DELETE"} if who == "janitor" and table.swept else set()


@inspection
def column_grants(catalogue: Catalogue) -> Iterator[Finding]:
    """By column only the janitor reads, what a sweep needs, and the owner brings the end of a log forward."""
    found: dict[tuple[str, str], set[str]] = {}
    for table, column, who, privilege in catalogue.ask(
        f"SELECT c.relname, a.attname, {grantee()},"
        " x.privilege_type FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(a.attacl) x"
        f" WHERE {ours()}"
    ):
        found.setdefault((table, who), set()).add(f"{privilege} {column}")
    swept = {(name, "janitor") for name, table in TABLES.items() if table.swept}
    daily = {(name, "owner") for name, table in TABLES.items() if table.daily}
    for table, who in found.keys() | swept | daily:
        wanted = set()
        if (table, who) in swept:
            wanted = {f"SELECT {column}" for column in TABLES[table].janitor_columns}
        if (table, who) in daily:
            wanted = {"UPDATE purge_after"}
        has = found.get((table, who), set())
        for word in sorted(has - wanted):
            yield Finding(table, f"{who} may {word}")
        for word in sorted(wanted - has):
            yield Finding(table, f"{who} may not {word}")


@inspection
def appended_only(catalogue: Catalogue) -> Iterator[Finding]:
    """The record is closed to its owner too: changing it takes a grant, which is a deliberate act."""
    for table, privilege in catalogue.ask(
        "SELECT c.relname, x.privilege_type FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,"
        " aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) x"
        f" WHERE c.relkind IN ('r', 'p') AND x.grantee = c.relowner AND {ours()}"
    ):
        known = class_of(table)
        if known and known.append_only and privilege in ("UPDATE", "DELETE", "TRUNCATE"):
            yield Finding(table, f"its owner may {privilege}")


@inspection
def role_attributes(catalogue: Catalogue) -> Iterator[Finding]:
    """`app` and `janitor` can bypass nothing; `owner` must bypass, or it migrates silently wrong."""
    attributes = ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication")
    for name, *values in catalogue.ask(
        f"SELECT rolname, {', '.join(attributes)} FROM pg_roles WHERE rolname IN {KNOWN_ROLES!r}"
    ):
        has = {attribute for attribute, value in zip(attributes, values, strict=True) if value}
        allowed = {"owner": {"rolbypassrls", "rolcreatedb"}, "backup": {"rolbypassrls"}}.get(name, set())
        for extra in sorted(has - allowed):
            yield Finding(name, f"the role has {extra}")
        if name == "owner" and "rolbypassrls" not in has:
            yield Finding(name, "lacks BYPASSRLS: it would validate foreign keys over rows it cannot see")


@inspection
def memberships(catalogue: Catalogue) -> Iterator[Finding]:
    """No walled role belongs to another, and nobody but a superuser may become one of ours."""
    for role, member in catalogue.ask(
        "SELECT pg_get_userbyid(m.roleid), r.rolname FROM pg_auth_members m"
        " JOIN pg_roles r ON r.oid = m.member"
        " WHERE NOT r.rolsuper"
    ):
        if member in WALLED_ROLES or role in KNOWN_ROLES:
            yield Finding(member, f"is a member of {role}")


@inspection
def ownership(catalogue: Catalogue) -> Iterator[Finding]:
    """A walled role owns nothing here: an owner may drop the wall."""
    for role, kind, thing in catalogue.ask(
        "SELECT r.rolname, d.classid::regclass::text, d.objid::text FROM pg_shdepend d"
        " JOIN pg_roles r ON r.oid = d.refobjid WHERE d.refclassid = 'pg_authid'::regclass"
        " AND d.deptype = 'o'"
        " AND d.dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))"
        " AND r.rolname IN ('app', 'janitor', 'backup')"
        # Temporary tables of a running session are its own affair.
        " AND NOT EXISTS (SELECT 1 FROM pg_class c WHERE d.classid = 'pg_class'::regclass AND c.oid = d.objid"
        " AND c.relpersistence = 't')"
        " AND NOT EXISTS (SELECT 1 FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid"
        " WHERE d.classid = 'pg_type'::regclass AND t.oid = d.objid AND c.relpersistence = 't')"
    ):
        yield Finding(role, f"owns the {kind} {thing}")


@inspection
def settings(catalogue: Catalogue) -> Iterator[Finding]:
    """No setting of a role or the database chooses an organisation or switches checks off."""
    for role, config in catalogue.ask(
        "SELECT coalesce(pg_get_userbyid(nullif(s.setrole, 0)), 'the database'), unnest(s.setconfig)"
        " FROM pg_db_role_setting s LEFT JOIN pg_database d ON d.oid = s.setdatabase"
        " WHERE s.setdatabase = 0 OR d.datname = current_database()"
    ):
        name = config.partition("=")[0].lower()
        if name not in SETTINGS:
            yield Finding(str(role), f"sets {name} for every session")
    for parameter, who in catalogue.ask(
        f"SELECT p.parname, {grantee()}"
        " FROM pg_parameter_acl p, aclexplode(p.paracl) x"
        " JOIN pg_roles r ON r.oid = x.grantee OR x.grantee = 0"
        " WHERE x.grantee = 0 OR NOT r.rolsuper"
    ):
        yield Finding(who, f"may set {parameter}")


@inspection
def default_privileges(catalogue: Catalogue) -> Iterator[Finding]:
    """A new table belongs to nobody until it is classed."""
    for role, kind, acl in catalogue.ask(
        "SELECT pg_get_userbyid(d.defaclrole), d.defaclobjtype, d.defaclacl::text FROM pg_default_acl d"
    ):
        yield Finding(role, f"has default privileges on {kind}: {acl}")


@inspection
def schemas(catalogue: Catalogue) -> Iterator[Finding]:
    """One schema, in which only `owner` creates."""
    for name, who, privilege in catalogue.ask(
        f"SELECT n.nspname, {grantee()},"
        " x.privilege_type FROM pg_namespace n, aclexplode(n.nspacl) x"
        f" WHERE {ours('pg_namespace', 'n.oid')} AND x.grantee <> n.nspowner"
    ):
        if privilege == "CREATE" and who not in ("owner", "pg_database_owner"):
            yield Finding(name, f"{who} may create in the schema")
    for (name,) in catalogue.ask(
        f"SELECT n.nspname FROM pg_namespace n WHERE n.nspname <> '{SCHEMA}'"
        f" AND {ours('pg_namespace', 'n.oid')}"
    ):
        yield Finding(name, "is a schema besides public")
    for who, privilege in catalogue.ask(
        f"SELECT {grantee()}, x.privilege_type"
        " FROM pg_database d, aclexplode(d.datacl) x"
        " WHERE d.datname = current_database() AND x.grantee <> d.datdba"
    ):
        if privilege == "CREATE" and who != "owner":
            yield Finding("the database", f"{who} may create schemas")
