"""Tables, row security and policies."""

# ruff: noqa: S608 - the texts are made of constants of this package; no value comes from outside

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from tenancy.catalogue.reading import SCHEMA, Catalogue, Finding, Row, inspection, ours
from tenancy.ids import first_uuid7_of
from tenancy.planes import TABLES, daily_table_of
from tenancy.policies import CONTROL_POLICIES, EXPIRY_POLICIES, TENANT_POLICIES

#: How Postgres writes the fixed texts when it is asked for them.
DEPARSED = {
    "organisation_id = (SELECT current_organisation())": (
        "(organisation_id = ( SELECT current_organisation() AS current_organisation))"
    ),
    "purge_after <= now()": "(purge_after <= now())",
    "true": "true",
}


@inspection
def relations(catalogue: Catalogue) -> Iterator[Finding]:
    """Every relation is a classed, ordinary, logged table of `owner`; no views, no foreign tables."""
    seen = set()
    for schema, name, kind, persistence, owner, *family in catalogue.ask(
        "SELECT n.nspname, c.relname, c.relkind, c.relpersistence, pg_get_userbyid(c.relowner),"
        " ARRAY(SELECT p.relname::text FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent"
        "       WHERE i.inhrelid = c.oid),"
        " EXISTS (SELECT 1 FROM pg_inherits i WHERE i.inhparent = c.oid),"
        " pg_get_expr(c.relpartbound, c.oid), pg_get_partkeydef(c.oid)"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        f" WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {ours()}"
    ):
        seen.add(name)
        yield from _relation(f"{schema}.{name}", name, kind, schema, persistence, owner)
        yield from _family(f"{schema}.{name}", name, *family)
    for missing in TABLES.keys() - seen:
        yield Finding(missing, "is classed, but does not exist")


def _relation(
    about: str, name: str, kind: str, schema: str, persistence: str, owner: str
) -> Iterator[Finding]:
    if kind not in ("r", "p"):
        yield Finding(
            about, {"v": "is a view", "m": "is a materialised view", "f": "is a foreign table"}[kind]
        )
        return
    if schema != SCHEMA or (name not in TABLES and daily_table_of(name) is None):
        yield Finding(about, "has no plane in planes.py")
    if persistence != "p":
        yield Finding(about, "is not logged, so a crash empties it")
    if owner != "owner":
        yield Finding(about, f"is owned by {owner}")


def _family(
    about: str, name: str, parents: list[str], inherited: bool, bound: str | None, key: str | None
) -> Iterator[Finding]:
    """Nothing inherits but the days of a daily table, each with the bounds that its name says."""
    table = daily_table_of(name)
    if table is not None:
        if parents != [table] or bound != _bound_of(name):
            yield Finding(about, f"is called a day of {table}, and is not that")
        if inherited or key:
            yield Finding(about, "is divided further")
        return
    daily = name in TABLES and TABLES[name].daily
    if daily != (key == "RANGE (id)") or (key and not daily):
        yield Finding(about, f"is {'not ' if daily else ''}in partitions" + (f" by {key}" if key else ""))
    if parents or (inherited and not daily):
        yield Finding(about, "inherits or is inherited: the wall of a parent does not guard its children")


def _bound_of(name: str) -> str | None:
    try:
        day = date.fromisoformat(name.rpartition("_")[2])
        first, after = first_uuid7_of(day), first_uuid7_of(day + timedelta(days=1))
    except (ValueError, OverflowError):
        return None
    return f"FOR VALUES FROM ('{first}') TO ('{after}')"


@inspection
def row_security(catalogue: Catalogue) -> Iterator[Finding]:
    """Enabled and forced exactly where there are policies to be."""
    for name, enabled, forced in catalogue.ask(
        "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        f" WHERE c.relkind IN ('r', 'p') AND n.nspname = '{SCHEMA}' AND {ours()}"
    ):
        # A day has row security without a policy: who names it instead of its parent sees nothing.
        wanted = bool(expected_policies(name)) or daily_table_of(name) is not None
        if enabled != wanted:
            yield Finding(name, f"row security is {'on' if enabled else 'off'}")
        if forced != wanted:
            yield Finding(name, f"row security is {'' if forced else 'not '}forced")


def expected_policies(name: str) -> dict[str, tuple[str, str, str, str | None]]:
    """The policies that a table is to have, by the fixed lists."""
    table = TABLES.get(name)
    if table is None:
        return {}
    own = TENANT_POLICIES if table.plane == "tenant" else CONTROL_POLICIES if table.swept else {}
    return {**own, **EXPIRY_POLICIES} if table.swept else dict(own)


@inspection
def policies(catalogue: Catalogue) -> Iterator[Finding]:
    """Each table has the policies of the fixed lists, byte for byte, and no other."""
    found: dict[str, dict[str, Row]] = {}
    for table, name, permissive, roles, command, using, check in catalogue.ask(
        "SELECT c.relname, p.polname, p.polpermissive,"
        " ARRAY(SELECT CASE r WHEN 0 THEN 'public' ELSE pg_get_userbyid(r) END FROM unnest(p.polroles) r),"
        " CASE p.polcmd WHEN '*' THEN 'ALL' WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT'"
        " WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' END,"
        " pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)"
        " FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid"
    ):
        found.setdefault(table, {})[name] = (permissive, list(roles), command, using, check)
    for table in found.keys() | TABLES.keys():
        yield from _compare_policies(table, found.get(table, {}))


def _compare_policies(table: str, found: dict[str, Row]) -> Iterator[Finding]:
    expected = {
        name: (True, [role], command, DEPARSED[using], DEPARSED[check] if check else None)
        for name, (role, command, using, check) in expected_policies(table).items()
    }
    for name in found.keys() - expected.keys():
        yield Finding(table, f"has the policy {name}, which is not in the fixed list")
    for name in expected.keys() - found.keys():
        yield Finding(table, f"lacks the policy {name}")
    for name in expected.keys() & found.keys():
        if found[name] != expected[name]:
            yield Finding(table, f"its policy {name} differs from the fixed text")
