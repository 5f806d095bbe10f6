"""Taking a backup, checking it, and removing those whose time is over (promises H42, A8)."""

import os
import subprocess
from datetime import UTC, date, datetime, timedelta

import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.utils import timezone

from privacy.backups import files, postgres, stream
from privacy.backups.files import Manifest
from privacy.models import Backup
from tenancy.ledger.store import ledger

log = structlog.get_logger(__name__)

#: A good backup older than this is an alarm.
FRESH = timedelta(hours=26)
_ALL_OF_IT = ("--format=custom", "--no-owner", "--no-privileges", "--exclude-extension=pg_stat_statements")


def source_url() -> str:
    """The address of the role that may read everything, in the very database that is served."""
    if not settings.BACKUP_DATABASE_URL:
        raise ImproperlyConfigured("Set BACKUP_DATABASE_URL to the role that reads everything.")
    return settings.BACKUP_DATABASE_URL


def take() -> Manifest:
    """Dump, encrypt and check. Raises BackupRunning; a run that died is cleared away by the next.

    The ledger's end is noted before the dump begins: what was erased later is certainly replayed.
    """
    with files.alone():
        files.clear_leftovers()
        record_missing()
        now, head = datetime.now(UTC), ledger().head()
        name = f"opmaat-{now:%Y%m%dT%H%M%S%f}Z"
        sealed = _dump(name)
        manifest = Manifest(
            name=name,
            taken_at=now.isoformat(),
            expires_at=(now + timedelta(days=settings.BACKUP_KEPT_DAYS)).isoformat(),
            sha256=sealed.sha256,
            size=sealed.size,
            plain_size=sealed.plain_size,
            ledger_seq=head.seq,
            ledger_hash=head.hash,
            schema=schema(),
        )
        files.write(manifest)
        record_missing()
    verify(manifest)
    log.info("backup_taken", bytes=manifest.size)
    return manifest


def _dump(name: str) -> stream.Sealed:
    part = files.folder() / f"{name}{files.PART}"
    process = postgres.start("pg_dump", *_ALL_OF_IT, url=source_url(), stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            sealed = stream.seal(process.stdout, target, secret=files.secret())
            target.flush()
            os.fsync(target.fileno())
        if process.wait() != 0:
            raise postgres.PostgresFailed("pg_dump ended with an error.")
    except BaseException:
        process.kill()
        process.wait()
        part.unlink(missing_ok=True)
        raise
    part.rename(part.with_suffix(files.DATA))
    files.sync_folder()
    return sealed


def schema() -> dict[str, str]:
    """The last migration of each app."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app")
        return dict(cursor.fetchall())


def record_missing() -> None:
    """Let the database know of every backup that is there: web processes do not see the folder."""
    known = set(Backup.objects.values_list("name", flat=True))
    for manifest in files.manifests():
        if manifest.name not in known:
            Backup.objects.create(
                name=manifest.name,
                taken_at=manifest.taken,
                expires_at=manifest.expires,
                size=manifest.size,
                ledger_seq=manifest.ledger_seq,
            )


def verify(manifest: Manifest) -> None:
    """Read all of it, as a restore would: checksum, every chunk, every row of the archive.

    Raises BackupUnreadable or PostgresFailed.
    """
    if files.checksum(manifest.data) != manifest.sha256:
        raise stream.BackupUnreadable("The backup differs from what its manifest says.")
    postgres.feed("pg_restore", f"--file={os.devnull}", chunks=files.plain(manifest.data))
    Backup.objects.filter(name=manifest.name).update(verified_at=timezone.now())


def prune() -> int:
    """Remove what has had its days, and every trace of runs that died; answers how many backups went."""
    with files.alone():
        files.clear_leftovers()
        record_missing()
        over = [manifest for manifest in files.manifests() if manifest.is_over]
        for manifest in over:
            files.remove(manifest)
            Backup.objects.filter(name=manifest.name).update(removed_at=timezone.now())
    return len(over)


def back_up_today(due_day: date) -> None:
    """The daily run: a day that was missed needs no backup any more, today does."""
    if due_day == datetime.now(UTC).date():
        take()


def age() -> timedelta:
    """How old the newest good backup is; before the first, how old the installation is."""
    newest = (
        Backup.objects.exclude(verified_at=None)
        .order_by("-taken_at")
        .values_list("taken_at", flat=True)
        .first()
    )
    if newest is None:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT min(applied) FROM django_migrations")
            newest = cursor.fetchone()[0]
    return timezone.now() - newest


def is_late() -> bool:
    return age() > FRESH


def last_possible_copy(erased_at: datetime) -> date:
    """The day after which no backup can hold what was erased then."""
    return (erased_at + timedelta(days=settings.BACKUP_KEPT_DAYS)).date()
