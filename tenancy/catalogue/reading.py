"""How the catalogue is asked, and what an inspection answers."""

# ruff: noqa: S608 - the texts are made of constants of this package; no value comes from outside

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from tenancy.planes import class_of

SCHEMA = "public"
#: Roles that serve people and work. They own nothing, belong to nothing and bypass nothing.
WALLED_ROLES = ("app", "janitor")
KNOWN_ROLES = ("owner", "app", "janitor", "backup")

Row = tuple[Any, ...]


class Connection(Protocol):
    """A connection of Django or of psycopg."""

    def cursor(self) -> Any: ...


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One difference: what it is about, and what is wrong with it."""

    about: str
    problem: str

    def __str__(self) -> str:
        return f"{self.about}: {self.problem}"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Questions to the system catalogue of one connection."""

    connection: Connection

    def ask(self, query: str) -> list[Row]:
        with self.connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())


Inspection = Callable[[Catalogue], Iterator[Finding]]
INSPECTIONS: list[Inspection] = []


def inspection(inspect: Inspection) -> Inspection:
    """Have this function look at the catalogue whenever `findings` is asked."""
    INSPECTIONS.append(inspect)
    return inspect


def plane_of(table: str) -> str | None:
    known = class_of(table)
    return known.plane if known else None


def is_tenant(table: str) -> bool:
    return plane_of(table) == "tenant"


def ours(catalogue: str = "pg_class", oid: str = "c.oid") -> str:
    """Of a thing in a schema `n`: neither the system's, nor temporary, nor an extension's."""
    return (
        "n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
        " AND NOT starts_with(n.nspname, 'pg_temp') AND NOT starts_with(n.nspname, 'pg_toast_temp')"
        f" AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.classid = '{catalogue}'::regclass"
        f" AND e.objid = {oid} AND e.deptype = 'e')"
    )


def column_names(relation: str, numbers: str) -> str:
    """The columns that an array of numbers means, in its order."""
    return (
        f"ARRAY(SELECT a.attname::text FROM unnest({numbers}) WITH ORDINALITY AS u(n, place)"
        f" JOIN pg_attribute a ON a.attrelid = {relation} AND a.attnum = u.n ORDER BY u.place)"
    )


def grantee(acl: str = "x") -> str:
    return f"CASE {acl}.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid({acl}.grantee) END"
