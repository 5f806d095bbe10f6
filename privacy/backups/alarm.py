"""Backups that work without anybody looking, and say so when they do not (promise H42)."""

from datetime import UTC, date, datetime, timedelta

import structlog
from django.conf import settings

from accounts.platform import privacy_officers
from delivery import schedule
from delivery.mail import send_account_mail
from privacy.backups import files, restoring, taking
from privacy.models import Backup

log = structlog.get_logger(__name__)

#: How often a backup is restored into a throw-away database, where a connection may make one.
REHEARSE_EVERY = timedelta(days=7)


def back_up() -> None:
    """Today's backup unless it is there, then the removal of old ones, and once a week a rehearsal."""
    schedule.run_due("backup", taking.back_up_today)
    taking.prune()
    if settings.RESTORE_REHEARSAL_URL and _rehearsal_is_due():
        restoring.rehearse(files.manifests()[-1])


def _rehearsal_is_due() -> bool:
    since = datetime.now(UTC) - REHEARSE_EVERY
    return bool(files.manifests()) and not Backup.objects.filter(rehearsed_at__gt=since).exists()


def watch() -> None:
    """Once a day while the newest good backup is too old: a line in the log, a mail to each officer."""
    if taking.is_late():
        log.error("backup_late")
        schedule.run_due("backup.late", _tell_officers)


def _tell_officers(due_day: date) -> None:
    if due_day != datetime.now(UTC).date():
        return
    for officer in privacy_officers():
        send_account_mail(
            user_id=officer.pk,
            to=officer.email,
            template="backup_late",
            context={"name": officer.name, "hours": int(taking.age().total_seconds() // 3600)},
            language=officer.language,
        )
