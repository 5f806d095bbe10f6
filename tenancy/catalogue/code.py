"""Functions, triggers, rules, operators and extensions: code that runs in the database."""

# ruff: noqa: S608 - the texts are made of constants of this package; no value comes from outside

from __future__ import annotations

import re
from collections.abc import Iterator

from tenancy.catalogue.reading import SCHEMA, Catalogue, Finding, inspection, ours
from tenancy.functions import FUNCTIONS as OWNERS_FUNCTIONS
from tenancy.functions import Function
from tenancy.policies import CURRENT_ORGANISATION

#: Extensions that may be installed; what belongs to one is not looked at.
EXTENSIONS = frozenset({"plpgsql", "pg_stat_statements"})
LANGUAGES = frozenset({"internal", "c", "sql", "plpgsql"})
FUNCTIONS = frozenset({"current_organisation", *OWNERS_FUNCTIONS})


@inspection
def functions(catalogue: Catalogue) -> Iterator[Finding]:
    """The listed functions, word for word; those with their owner's rights are the janitor's alone."""
    seen: list[str] = []
    for schema, name, *properties in catalogue.ask(
        "SELECT n.nspname, p.proname, pg_get_function_arguments(p.oid), pg_get_userbyid(p.proowner),"
        " l.lanname, p.provolatile, p.proparallel,"
        " p.prosecdef, p.proleakproof, p.proisstrict, p.pronargs,"
        " format_type(p.prorettype, NULL), p.proretset,"
        " p.proconfig, p.prosrc, p.proacl::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        f" JOIN pg_language l ON l.oid = p.prolang WHERE {ours('pg_proc', 'p.oid')}"
    ):
        if name not in FUNCTIONS or schema != SCHEMA:
            definer = ", which runs with its owner's rights" if properties[5] else ""
            yield Finding(f"{schema}.{name}", f"is a function that is not listed{definer}")
            continue
        seen.append(name)
        if properties != _canonical(name):
            yield Finding(f"{schema}.{name}", "differs from the fixed text")
    for name in FUNCTIONS:
        if seen.count(name) != 1:
            yield Finding(name, f"exists {seen.count(name)} times")


def _body(definition: str) -> str:
    match = re.search(r"\$\$(.*)\$\$", definition, re.DOTALL)
    assert match
    return match[1]


def _canonical(name: str) -> list[object]:
    return _as_listed(OWNERS_FUNCTIONS[name]) if name in OWNERS_FUNCTIONS else _CURRENT_ORGANISATION


def _as_listed(function: Function) -> list[object]:
    """What the catalogue says of a function with its owner's rights, closed to all but owner and janitor."""
    count = function.arguments.count(", ") + 1
    fixed: list[object] = [function.arguments, "owner", "plpgsql", "v", "u", True, False, False, count]
    granted = "{owner=X/owner,janitor=X/owner}"
    return [*fixed, function.returns, False, function.settings, function.body, granted]


_CURRENT_ORGANISATION: list[object] = [
    "",
    "owner",
    "plpgsql",
    "s",
    "s",
    False,
    False,
    False,
    0,
    "uuid",
    False,
    None,
    _body(CURRENT_ORGANISATION),
    None,
]


@inspection
def triggers(catalogue: Catalogue) -> Iterator[Finding]:
    """No trigger but those of foreign keys, and those switched on."""
    for table, name, internal, enabled in catalogue.ask(
        "SELECT c.relname, t.tgname, t.tgisinternal, t.tgenabled FROM pg_trigger t"
        " JOIN pg_class c ON c.oid = t.tgrelid"
    ):
        if not internal:
            yield Finding(f"{table}.{name}", "is a trigger")
        elif enabled != "O":
            yield Finding(table, "has the triggers of its foreign keys switched off")
    for (name,) in catalogue.ask("SELECT evtname FROM pg_event_trigger"):
        yield Finding(name, "is an event trigger")


@inspection
def rules(catalogue: Catalogue) -> Iterator[Finding]:
    """Rewrite rules would answer another query than the one asked."""
    for table, name in catalogue.ask(
        "SELECT c.relname, r.rulename FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class"
        " WHERE c.relkind IN ('r', 'p') AND c.oid >= 16384"
    ):
        yield Finding(f"{table}.{name}", "is a rewrite rule")


@inspection
def operators_and_casts(catalogue: Catalogue) -> Iterator[Finding]:
    """Own operators and casts could change what `organisation_id = …` means."""
    for kind, thing in catalogue.ask(
        "SELECT 'operator', o.oid::regoperator::text FROM pg_operator o"
        " WHERE o.oid >= 16384 AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.deptype = 'e'"
        " AND e.classid = 'pg_operator'::regclass AND e.objid = o.oid)"
        " UNION ALL SELECT 'cast', format_type(castsource, NULL) || ' to ' || format_type(casttarget, NULL)"
        " FROM pg_cast WHERE oid >= 16384"
    ):
        yield Finding(thing, f"is an own {kind}")


@inspection
def extensions(catalogue: Catalogue) -> Iterator[Finding]:
    """Only listed extensions and languages, and no way out of the database."""
    for (name,) in catalogue.ask("SELECT extname FROM pg_extension"):
        if name not in EXTENSIONS:
            yield Finding(name, "is an extension that is not listed")
    for (name,) in catalogue.ask("SELECT lanname FROM pg_language"):
        if name not in LANGUAGES:
            yield Finding(name, "is a language that is not listed")
    for (name,) in catalogue.ask("SELECT srvname FROM pg_foreign_server"):
        yield Finding(name, "is a foreign server")
    for (name,) in catalogue.ask("SELECT pubname FROM pg_publication"):
        yield Finding(name, "publishes rows of all organisations")
