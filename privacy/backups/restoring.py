"""Putting a backup into an empty database, which stays closed until the ledger has been replayed.

The database is marked before the first row arrives and the rows arrive in one transaction, so a restore
that died leaves either an empty database or a closed one; running it again finishes it.
"""

from pathlib import Path
from typing import Any

import psycopg
import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from psycopg import sql
from psycopg.conninfo import make_conninfo

from privacy.backups import files, postgres, stream
from privacy.backups.files import Manifest
from privacy.models import Backup
from tenancy.ids import random_key
from tenancy.ledger.gate import RESTORED
from tenancy.ledger.store import Head

log = structlog.get_logger(__name__)

Connection = psycopg.Connection[Any]

_MUST_REPLAY = """
INSERT INTO tenancy_ledgerposition (id, applied_seq, applied_hash, restore_epoch, must_replay)
VALUES (1, 0, %s, 0, true) ON CONFLICT (id) DO UPDATE SET must_replay = true
"""


class NotEmpty(ValueError):
    """The database holds tables: a backup is never put over them."""


class BackupOver(ValueError):
    """The backup has had its days, and should have been removed."""


def restore(path: Path, *, into: str) -> Manifest:
    """Fill an empty database through its owner's address. Raises NotEmpty, BackupOver, BackupUnreadable."""
    manifest = files.read(path)
    if manifest.is_over:
        raise BackupOver("This backup is older than backups may become: remove it.")
    data = path.with_suffix(files.DATA)
    if files.checksum(data) != manifest.sha256:
        raise stream.BackupUnreadable("The backup differs from what its manifest says.")
    with psycopg.connect(into, autocommit=True) as connection:
        begun = _mark(connection, manifest)
        if not (begun and _tables(connection)):
            load(data, into=into)
        connection.execute(_MUST_REPLAY, [Head().hash])
    log.warning("backup_restored")
    return manifest


def load(data: Path, *, into: str) -> None:
    """All of it or nothing."""
    postgres.feed(
        "pg_restore",
        "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges",
        f"--dbname={postgres.database_of(into)}",
        url=into, chunks=files.plain(data),
    )  # fmt: skip


def _mark(connection: Connection, manifest: Manifest) -> bool:
    """Close the database; answers whether this very restore had begun before. Raises NotEmpty."""
    mark = RESTORED + manifest.name
    begun = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
    ).fetchone() == (mark,)
    if not begun and _tables(connection):
        raise NotEmpty("The database is not empty: make a new one for a restore.")
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(database, sql.Literal(mark)))
    return begun


def _tables(connection: Connection) -> int:
    row = connection.execute(
        "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
    ).fetchone()
    return int(row[0]) if row else 0


def rehearse(manifest: Manifest) -> int:
    """Restore into a throw-away database and count the rows that came back; then drop it.

    Needs RESTORE_REHEARSAL_URL, a connection that may make databases. Raises whatever goes wrong.
    """
    if not settings.RESTORE_REHEARSAL_URL:
        raise ImproperlyConfigured("Set RESTORE_REHEARSAL_URL to a connection that may make databases.")
    name = f"rehearsal_{random_key(10).lower()}"
    with psycopg.connect(settings.RESTORE_REHEARSAL_URL, autocommit=True) as connection:
        identifier = sql.Identifier(name)
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(identifier))
        try:
            return _rehearse(manifest, make_conninfo(settings.RESTORE_REHEARSAL_URL, dbname=name))
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


def _rehearse(manifest: Manifest, url: str) -> int:
    load(manifest.data, into=url)
    with psycopg.connect(url) as connection:
        applied = connection.execute(
            "SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app"
        ).fetchall()
        connection.execute("ANALYZE")
        rows = connection.execute("SELECT sum(reltuples) FROM pg_class WHERE relkind = 'r'").fetchone()
    if dict(applied) != manifest.schema:
        raise stream.BackupUnreadable("What was restored is not what the manifest says.")
    Backup.objects.filter(name=manifest.name).update(rehearsed_at=timezone.now())
    log.info("backup_rehearsed", rows=int(rows[0]) if rows else 0)
    return int(rows[0]) if rows else 0
