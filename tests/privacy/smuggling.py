"""Ways in which personal data could get where nobody declared it, and what catches each.

One entry a way: the store, what is done, and an attempt that answers whether it was caught. Those that only a
sweep can see (a value in a place that is allowed) are planted in ``tests/architecture/test_plaintext.py`` and
found by their canaries; here stands which planting it is.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.apps.registry import Apps
from django.db import connections, models, transaction
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from audit import events
from audit.events import NotForTheRecord
from config import logging as house_logging
from delivery.jobs import enqueue
from privacy import catalogue, registry
from privacy.checks import check_declaration, every_column_is_declared
from privacy.declarations import Collector, Declaration, JSONKeys, NotPersonal, Personal, Rule, Subject

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "accounts",
    "audit",
    "billing",
    "configurators",
    "delivery",
    "leads",
    "organisations",
    "privacy",
    "tenancy",
)
EMAIL, NAME, PHONE = "sanne@example.org", "Sanne de Vries", "+31201234567"

Attempt = Callable[[], bool]


@dataclass(frozen=True)
class Way:
    """``caught`` names what catches it; ``attempt`` tries, ``planted`` names a planting of the sweep."""

    store: str
    how: str
    caught: str
    attempt: Attempt | None = None
    planted: str = ""

    def __str__(self) -> str:
        return f"{self.store}: {self.how}"


# --- Declarations -----------------------------------------------------------------------------------


def lead(**changes: Any) -> Declaration:
    known = registry.declarations()["leads.Lead"]
    values = {each.name: getattr(known, each.name) for each in fields(Declaration)}
    return Declaration(**{**values, **changes})


def lead_with(name: str, value: Any) -> Declaration:
    return lead(fields={**lead().fields, name: value})


def lead_without(name: str) -> Declaration:
    return lead(fields={key: value for key, value in lead().fields.items() if key != name})


def refused(declaration: Declaration, code: str) -> Attempt:
    return lambda: code in [found.id for found in check_declaration(declaration)]


def personal(**changes: Any) -> Personal:
    plain = {"category": "contact.email", "purpose": "lead_handling", "basis": "6(1)(b)", "label": "E-mail"}
    return Personal(**{**plain, **changes})


def twice() -> bool:
    collector = Collector()
    collector.add(lead())
    collector.add(lead(page="elsewhere.personal_data"))
    return bool(collector.twice)


class Stranger(models.Model):
    """A table that a library brought along."""

    email = models.CharField(max_length=100)

    class Meta:
        app_label = "sessions"
        managed = False
        apps = Apps()  # a registry of its own: the product never hears of it

    def __str__(self) -> str:
        return "a stranger"


Stranger._meta.apps = apps


def with_a_table_of(model: type[models.Model]) -> Attempt:
    def attempt() -> bool:
        real = registry.models
        try:
            registry.models = lambda: iter([*real(), model])
            return "privacy.E001" in [found.id for found in every_column_is_declared(None)]
        finally:
            registry.models = real

    return attempt


def session_without(name: str) -> Declaration:
    known = registry.declarations()["sessions.Session"]
    return replace(known, fields={key: value for key, value in known.fields.items() if key != name})


# --- The database as it is --------------------------------------------------------------------------


def after(*statements: str) -> Attempt:
    """What the catalogue says of the database after these, which are then undone."""

    def attempt() -> bool:
        owner = connections["owner"]
        with transaction.atomic(using="owner"):
            before = set(catalogue.differences(owner))
            with owner.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
            found = set(catalogue.differences(owner)) - before
            transaction.set_rollback(True, using="owner")
        return bool(found)

    return attempt


def json_key(column: str, value: str, table: str = "leads_leadevent") -> Attempt:
    """A row whose JSON has what nobody declared."""

    def attempt() -> bool:
        owner = connections["owner"]
        with transaction.atomic(using="owner"), owner.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica") if _is_superuser(cursor) else None
            cursor.execute(
                f"INSERT INTO {table} (id, organisation_id, lead_id, kind, {column}, created_at)"
                " VALUES (%s, %s, %s, 'note', %s, now())",
                [uuid4(), *_a_lead(cursor), value],
            )
            found = catalogue.undeclared_keys(owner)
            transaction.set_rollback(True, using="owner")
        return bool(found)

    return attempt


def _is_superuser(cursor: Any) -> bool:
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    return bool(cursor.fetchone()[0])


def _a_lead(cursor: Any) -> tuple[Any, Any]:
    cursor.execute("SELECT organisation_id, id FROM leads_lead LIMIT 1")
    return tuple(cursor.fetchone())


# --- Jobs, the record, logs -------------------------------------------------------------------------


def job_with(value: Any) -> Attempt:
    def attempt() -> bool:
        try:
            enqueue("leads.announce", organisation_id=None, ids={"lead": value})
        except ValueError as refusal:
            return str(value) not in str(refusal)
        return False

    return attempt


def act_with(action: str = "lead.viewed", **detail: Any) -> Attempt:
    def attempt() -> bool:
        try:
            events.record_platform(action, detail=detail)
        except NotForTheRecord as refusal:
            return EMAIL not in str(refusal)
        return False

    return attempt


def line_with(**event: Any) -> Attempt:
    """What is left of an event when the house has written it."""

    def attempt() -> bool:
        written: Any = house_logging.describe_error(None, "info", dict(event))
        written = house_logging.keep_listed(None, "info", written)
        return not any(each in json.dumps(written, default=str) for each in (EMAIL, NAME))

    return attempt


# --- House rules about code -------------------------------------------------------------------------


def our_code() -> Iterator[tuple[Path, ast.AST]]:
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path, ast.parse(path.read_text(encoding="utf-8"))


def importers(module: str) -> set[str]:
    """Which of our modules import one of others."""
    found = set()
    for path, tree in our_code():
        for node in ast.walk(tree):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
            if any(name == module or name.startswith(f"{module}.") for name in names):
                found.add(path.relative_to(ROOT).as_posix())
    return found


def fields_of_kind(kind: type[models.Field]) -> set[str]:
    return {
        f"{model._meta.label}.{known.name}"
        for model in registry.models()
        for known in registry.own_columns(model)
        if isinstance(known, kind)
    }


def converters() -> Iterator[tuple[str, str]]:
    def walk(resolver: URLResolver, before: str) -> Iterator[tuple[str, str]]:
        for pattern in resolver.url_patterns:
            path = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, path)
            elif isinstance(pattern, URLPattern):
                for name, converter in getattr(pattern.pattern, "converters", {}).items():
                    yield name, type(converter).__name__

    yield from walk(get_resolver(), "")


def no_address_in_a_path() -> bool:
    """What takes any text takes a token of ours, and nothing else."""
    return {name for name, kind in converters() if kind == "StringConverter"} <= {"token"}


def no_address_in_a_link() -> bool:
    """Links in mails are made elsewhere, of tokens; no template adds to one."""
    return not [
        path.name
        for path in (ROOT / "templates" / "mail").iterdir()
        if path.suffix == ".txt"
        and re.search(r"[?&/]\{\{|(url|link) *\}\}[?&]", path.read_text(encoding="utf-8"))
    ]


def not_quoted(path: str, **extra: Any) -> Attempt:
    def attempt() -> bool:
        response = Client(raise_request_exception=False).get(path, **extra)
        return EMAIL.encode() not in response.content and response.status_code < 500

    return attempt


def searched_by_get() -> bool:
    from leads import views

    request = RequestFactory().get("/o/acme/leads/search/", {"email": EMAIL})
    return views.search(request, organisation="acme").status_code == 405


def upload_to_disk() -> bool:
    """More than fits in memory is refused before anything reads it."""
    from config.stack import DashboardOnly

    request = RequestFactory().post("/sign-in/", data=b"x", content_type="multipart/form-data; boundary=x")
    request.META["CONTENT_LENGTH"] = str(3 * 1024 * 1024)
    return DashboardOnly(lambda r: None)(request).status_code == 413  # type: ignore[arg-type,return-value]


# --- The list ---------------------------------------------------------------------------------------

_DB, _RAW, _JSON, _LIB = "column of a model", "column in raw SQL", "key in JSON", "table of a library"
_JOB, _ACT, _LOG, _ERR = "argument of a job", "detail of the record", "line of a log", "text of an exception"
_KEY, _FILE, _URL = "key of a cache", "file", "address of a page"

WAYS = [
    Way(_DB, "a new column that nobody declares", "E002", refused(lead_without("reference"), "privacy.E002")),
    Way(_DB, "called not personal, without a reason", "E004", refused(lead_with("source", NotPersonal(" ")), "privacy.E004")),
    Way(_DB, "declared under a name that it has not", "E003", refused(lead_with("referenz", NotPersonal("x")), "privacy.E003")),
    Way(_DB, "for a purpose that nobody knows", "E009", refused(lead_with("source", personal(purpose="fun")), "privacy.E009")),
    Way(_DB, "without a word for people", "E006", refused(lead_with("source", personal(label="")), "privacy.E006")),
    Way(_DB, "for ever: no period", "E005", refused(lead(rule=None), "privacy.E005")),
    Way(_DB, "of nobody", "E011", refused(lead(subject=Subject.NONE), "privacy.E011")),
    Way(_DB, "where no person leads to it", "E015", refused(
        replace(registry.declarations()["audit.Event"], whose=None), "privacy.E015")),
    Way(_DB, "declared twice, the second time harmless", "E010", twice),
    Way(_RAW, "a column added by hand", "catalogue", after("ALTER TABLE leads_lead ADD COLUMN nickname text")),
    Way(_RAW, "a table made by hand", "catalogue", after("CREATE TABLE people (email text)")),
    Way(_RAW, "a copy of a table", "catalogue", after("CREATE TABLE old_leads AS SELECT * FROM leads_lead")),
    Way(_RAW, "a view", "catalogue", after("CREATE VIEW faces AS SELECT email FROM accounts_user")),
    Way(_RAW, "a materialized view", "catalogue", after("CREATE MATERIALIZED VIEW faces AS SELECT email FROM accounts_user")),
    Way(_RAW, "a table in another schema", "catalogue", after("CREATE SCHEMA attic", "CREATE TABLE attic.people (email text)")),
    Way(_RAW, "a table that inherits", "catalogue", after("CREATE TABLE vips (nickname text) INHERITS (accounts_user)")),
    Way(_RAW, "a column renamed", "catalogue", after("ALTER TABLE accounts_user RENAME COLUMN name TO full_name")),
    Way(_RAW, "a column of bytes in an allowed column", "sweep", planted="in_a_column_of_bytes"),
    Way(_RAW, "a value in a column for something else", "sweep", planted="in_a_text_column"),
    Way(_JSON, "a key that nobody declares", "catalogue", json_key("detail", json.dumps({"email": EMAIL}))),
    Way(_JSON, "a list where an object is declared", "catalogue", json_key("detail", json.dumps([EMAIL]))),
    Way(_JSON, "a column whose keys nobody names", "E007", refused(lead_with("quote", NotPersonal("x")), "privacy.E007")),
    Way(_JSON, "a personal key without a word for people", "E006", refused(
        lead_with("quote", JSONKeys({"by": personal(label="")})), "privacy.E006")),
    Way(_JSON, "a key called not personal, without a reason", "E004", refused(
        lead_with("quote", JSONKeys({"by": NotPersonal("")})), "privacy.E004")),
    Way(_JSON, "a value under an allowed key", "sweep", planted="in_a_column_of_json"),
    Way(_LIB, "a library with a table of its own", "E001", with_a_table_of(Stranger)),
    Way(_LIB, "a table for a many-to-many field", "E001", with_a_table_of(Stranger)),
    Way(_LIB, "a column that a new version brings", "E002", refused(session_without("session_data"), "privacy.E002")),
    Way(_LIB, "a table that a library makes in SQL", "catalogue", after("CREATE TABLE celery_taskmeta (args text)")),
    Way(_LIB, "a library whose period nobody carries out", "E013", refused(
        replace(registry.declarations()["sessions.Session"], rule=Rule("session", anchor="expire_date", after="P0D", column="gone")), "privacy.E013")),
    Way(_JOB, "an address", "refused", job_with(EMAIL)),
    Way(_JOB, "a name", "refused", job_with(NAME)),
    Way(_JOB, "a phone number", "refused", job_with("0201234567")),
    Way(_JOB, "a long text", "refused", job_with("x" * 65)),
    Way(_JOB, "an object", "refused", job_with({"email": EMAIL})),
    Way(_JOB, "an argument of a task of the broker", "sweep", planted="in_a_queue"),
    Way(_ACT, "an address", "refused", act_with(to=EMAIL)),
    Way(_ACT, "a long text", "refused", act_with(text="x" * 201)),
    Way(_ACT, "an object", "refused", act_with(person={"email": EMAIL})),
    Way(_ACT, "the name of the act itself", "refused", act_with(f"mail.to.{EMAIL}")),
    Way(_LOG, "a key that is not listed", "dropped", line_with(event="mail_sent", recipient=NAME)),
    Way(_LOG, "a value that is no word", "withheld", line_with(event="mail_sent", reason=EMAIL)),
    Way(_LOG, "the event itself", "withheld", line_with(event=f"mail to {EMAIL}")),
    Way(_LOG, "a list of values", "withheld", line_with(event="mail_sent", reason=[EMAIL, NAME])),
    Way(_LOG, "printed past the house", "sweep", planted="in_a_log"),
    Way(_ERR, "an error that is logged", "class only", line_with(event="failed", exc_info=ValueError(EMAIL))),
    Way(_ERR, "an error for another error", "class only", line_with(
        event="failed", exc_info=RuntimeError(f"of {NAME}"))),
    Way(_ERR, "a refusal of a job", "not quoted", job_with(f"{NAME} {EMAIL}")),
    Way(_ERR, "a page that is not there", "not quoted", not_quoted(f"/c/{EMAIL}/")),
    Way(_KEY, "Django's cache, anywhere", "house rule", lambda: importers("django.core.cache") == set()),
    Way(_KEY, "Valkey, spoken to by another module", "house rule", lambda: importers("redis") <= {
        "delivery/doorbell.py"}),
    Way(_KEY, "the name of a key", "sweep", planted="in_the_cache"),
    Way(_KEY, "a result of a task", "settings", lambda: __import__(
        "config.celery", fromlist=["options"]).options("redis://x")["task_ignore_result"]),
    Way(_FILE, "a field for files", "house rule", lambda: fields_of_kind(models.FileField) == set()),
    Way(_FILE, "an upload that goes to disk", "413", upload_to_disk),
    Way(_FILE, "a storage of Django's", "house rule", lambda: importers("django.core.files") == set()),
    Way(_FILE, "a file in the temporary folder", "sweep", planted="in_a_file"),
    Way(_URL, "an address in a path", "house rule", no_address_in_a_path),
    Way(_URL, "a link in a mail", "house rule", no_address_in_a_link),
    Way(_URL, "a search by GET", "405", searched_by_get),
    Way(_URL, "a header that comes back", "not quoted", not_quoted("/sign-in/", headers={"referer": f"http://x/{EMAIL}"})),
]  # fmt: skip
