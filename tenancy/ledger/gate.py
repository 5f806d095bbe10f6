"""A database that has gone back in time serves nothing until the ledger has been replayed.

The comparison is made whenever a connection for people or work is opened, so a restored instance, from a
dump or from a copied data folder, notices by itself; connections that live long ask again each minute.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any
from uuid import UUID

import structlog
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import errors

from tenancy.ledger.entries import unaccounted
from tenancy.ledger.store import CHECKPOINT, Head, LedgerBroken, Line, ledger
from tenancy.roles import WALLED_ALIASES

log = structlog.get_logger(__name__)

EVERY_SECONDS = 60.0

REMEDIES = {
    "replay_needed": "This database was restored: run manage.py replay before anything is served.",
    "ledger_lost": (
        "The ledger in LEDGER_DIR ends before this database does: put back the copy of LEDGER_DIR. "
        "Only if there is none, and this database was never restored: manage.py replay --begin-ledger."
    ),
    "ledger_differs": "LEDGER_DIR holds the ledger of another installation, or one that was altered.",
    "too_old": "This backup is older than the ledger reaches back (98 days): it must not be served.",
}

#: A database's comment begins so from before a restore puts the first row into it until it is replayed.
RESTORED = "restored from "

_STATE = """
SELECT coalesce(p.applied_seq, 0), coalesce(p.applied_hash, %s),
       coalesce(p.must_replay, false) OR EXISTS (
         SELECT 1 FROM pg_database d WHERE d.datname = current_database()
         AND starts_with(shobj_description(d.oid, 'pg_database'), %s)),
       (SELECT coalesce(array_agg(e.id), '{}') FROM tenancy_ledgerentry e WHERE e.id = ANY(%s)),
       (SELECT coalesce(array_agg(e.state), '{}') FROM tenancy_ledgerentry e WHERE e.id = ANY(%s))
FROM (SELECT 1) one LEFT JOIN tenancy_ledgerposition p ON true
"""


class ReplayNeeded(OperationalError):
    """The database may not be used; ``reason`` is a key of REMEDIES, which the message spells out."""

    def __init__(self, reason: str) -> None:
        super().__init__(REMEDIES[reason])
        self.reason = reason


class _Gate:
    """What this process found last, and whether it may pass all the same."""

    def __init__(self) -> None:
        self.reason = ""
        self.passing = False
        #: The ledger's file as it was when it last agreed with the database.
        self.mark = (-1, 0, 0)


_gate = _Gate()


def closed_because() -> str:
    """The reason that this process found when it last looked; empty when it may serve."""
    return _gate.reason


def forget() -> None:
    """Know as little as a process that has just begun: for tests, whose databases come and go."""
    _gate.__init__()  # type: ignore[misc]


@contextmanager
def passing() -> Iterator[None]:
    """Let this process through: for the replay alone."""
    _gate.passing = True
    try:
        yield
    finally:
        _gate.passing = False


def check_new_connection(sender: Any, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Raise ReplayNeeded where a connection for people or work leads to a restored database."""
    if connection.alias == "janitor":  # who may not read the position, and sweeps the same database
        connections["default"].ensure_connection()
    elif connection.alias in WALLED_ALIASES:
        check(connection)


def check(connection: BaseDatabaseWrapper) -> None:
    """Compare and remember; the connection is closed before ReplayNeeded is raised."""
    if _gate.passing:
        connection.compare_at = 0.0  # type: ignore[attr-defined]  # as soon as nobody passes any more
        return
    connection.compare_at = monotonic() + EVERY_SECONDS  # type: ignore[attr-defined]
    mark = ledger().mark()
    reason = difference(connection)
    if reason and not _gate.reason:
        log.critical("replay_needed", reason=reason)
    _gate.reason, _gate.mark = reason, mark
    if reason:
        connection.close()
        raise ReplayNeeded(reason)


def check_cheaply(connection: BaseDatabaseWrapper) -> None:
    """The same without asking Postgres where the ledger has not grown since: visitors wait for it."""
    if _gate.reason or ledger().mark() != _gate.mark:
        check(connection)
    else:
        connection.compare_at = monotonic() + EVERY_SECONDS  # type: ignore[attr-defined]


def difference(connection: BaseDatabaseWrapper) -> str:
    """Why this database and the ledger do not belong together; empty when they do.

    The file is read first: whatever it tells was committed before, so that a line written meanwhile is
    not taken for one that the database has lost.
    """
    for attempt in (1, 2):
        head = ledger().head()
        position, must_replay, _ = _state(connection, [])
        if must_replay:
            return "replay_needed"
        if position == head:
            return ""
        if position.seq < head.seq:
            return _difference_beyond(connection, position, head)
        if attempt == 2 or position.seq == head.seq:
            break
    return "ledger_lost" if position.seq > head.seq else "ledger_differs"


def _difference_beyond(connection: BaseDatabaseWrapper, position: Head, head: Head) -> str:
    """The same where the ledger reaches further than the position: are its last lines borne out?"""
    try:
        lines = [line for line in ledger().entries(after=max(0, position.seq - 1)) if line.seq <= head.seq]
    except LedgerBroken:
        return "ledger_differs"
    if lines and lines[0].kind == CHECKPOINT and lines[0].seq > position.seq:
        return "too_old"
    if position.seq and (not lines or lines[0].head != position):
        return "ledger_differs"
    now, must_replay, rows = _state(connection, lines)
    beyond = [line for line in lines if line.seq > now.seq]
    return "replay_needed" if must_replay or unaccounted(beyond, rows) else ""


def _state(connection: BaseDatabaseWrapper, lines: list[Line]) -> tuple[Head, bool, dict[UUID, str]]:
    """Where the database stands and what it knows of some lines, seen at one moment."""
    ids = [line.entry for line in lines if line.entry]
    with connection.connection.cursor() as cursor:
        try:
            row = cursor.execute(_STATE, [Head().hash, RESTORED, ids, ids]).fetchone()
        except errors.UndefinedTable:  # a schema from before the ledger, or none yet
            return Head(), False, {}
    return Head(row[0], row[1]), row[2], dict(zip(row[3], row[4], strict=True))
