"""The worker and its clock. Nothing depends on the broker but how soon work starts (delivery.jobs)."""

import logging
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, setup_logging, worker_ready
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

#: A task that runs longer is stuck; its message comes back after the visibility timeout.
SOFT_LIMIT = 15 * 60
HARD_LIMIT = SOFT_LIMIT + 60
VISIBILITY_TIMEOUT = HARD_LIMIT + 60

#: Beat only rings. What was done is in the database, so a second beat, a late one or none does no harm.
BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "drain": {"task": "delivery.drain", "schedule": 1.0, "options": {"expires": 1}},
    "seal": {"task": "audit.seal", "schedule": crontab(minute="*/5"), "options": {"expires": 300}},
    "verify_record": {
        "task": "audit.verify",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "logs": {
        "task": "audit.look_after_logs",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "requests": {
        "task": "privacy.requests",
        "schedule": crontab(minute="5-59/10"),
        "options": {"expires": 600},
    },
    "back_up": {
        "task": "privacy.back_up",
        "schedule": crontab(minute="17"),
        "options": {"expires": 3600},
    },
    "watch_backups": {
        "task": "privacy.watch_backups",
        "schedule": crontab(minute="47"),
        "options": {"expires": 3600},
    },
    "leave": {"task": "privacy.leave", "schedule": crontab(minute="*/10"), "options": {"expires": 600}},
    "settle_ledger": {"task": "privacy.settle_ledger", "schedule": 60.0, "options": {"expires": 60}},
    "sweep": {
        "task": "privacy.sweep",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "billing": {
        "task": "billing.daily",
        "schedule": crontab(minute="2-59/10"),
        "options": {"expires": 600},
    },
    "look_again": {
        "task": "billing.look_again",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "reconcile": {
        "task": "billing.reconcile",
        "schedule": crontab(minute="3-59/10"),
        "options": {"expires": 600},
    },
    "clear_images": {
        "task": "configurators.clear_images",
        "schedule": crontab(minute="27"),
        "options": {"expires": 3600},
    },
    "remove_exports": {
        "task": "leads.remove_exports",
        "schedule": crontab(minute="7"),
        "options": {"expires": 600},
    },
}


def broker_url(redis_url: str) -> str:
    """Celery's spelling of a Redis URL: it writes ``redis+socket`` where redis-py writes ``unix``."""
    parts = urlsplit(redis_url)
    if parts.scheme not in {"unix", "redis+socket"}:
        return redis_url
    database = parse_qs(parts.query).get("db", parse_qs(parts.query).get("virtual_host", ["0"]))[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"


def options(redis_url: str) -> dict[str, Any]:
    """Celery's configuration."""
    return {
        "broker_url": broker_url(redis_url),
        "broker_connection_retry_on_startup": True,
        "broker_transport_options": {
            "visibility_timeout": VISIBILITY_TIMEOUT,
            # With the defaults (10 s, every tenth time) a killed worker's tasks stuck for 102 s.
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "socket_connect_timeout": 1,
            "socket_timeout": 5,
        },
        "accept_content": ["json"],
        "task_serializer": "json",
        "result_serializer": "json",
        "event_serializer": "json",
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_track_started": False,
        "task_soft_time_limit": SOFT_LIMIT,
        "task_time_limit": HARD_LIMIT,
        "worker_prefetch_multiplier": 1,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_send_task_events": False,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        "enable_utc": True,
        "timezone": "UTC",
        # In memory: a file would only remember what the ledger of delivery.schedule knows better.
        "beat_scheduler": "celery.beat:Scheduler",
        "beat_max_loop_interval": 1,
        "beat_schedule": BEAT_SCHEDULE,
    }


def _options() -> dict[str, Any]:
    """Read when Celery first needs them: the settings import this package."""
    return options(settings.REDIS_URL)


app = Celery("opmaat", task_cls="tenancy.tasks:ServingTask")
app.add_defaults(_options)
app.autodiscover_tasks()


@setup_logging.connect(weak=False)
def _keep_our_logging(**kwargs: Any) -> None:
    """A receiver is all Celery needs to leave the logging of config.logging alone."""
    # A drain each second would fill the log with three lines that say nothing.
    logging.getLogger("celery").setLevel(logging.WARNING)


@worker_ready.connect(weak=False)
@beat_init.connect(weak=False)
def _say_ready(**kwargs: Any) -> None:
    """Touch the file by which the supervisor sees that this process works."""
    if mark := os.environ.get("READY_FILE"):
        Path(mark).touch()
