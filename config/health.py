"""Whether the process lives, and whether it can serve."""

from functools import cache

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.backoff import NoBackoff
from redis.retry import Retry

from audit import chain, logs
from billing import reconciling
from privacy.backups import taking
from tenancy.ledger.gate import ReplayNeeded

BROKER_SECONDS = 0.5
#: What is said of a database that may not be served (tenancy.ledger.gate).
CLOSED = {
    "replay_needed": "restored, replay needed",
    "ledger_lost": "ledger lost",
    "ledger_differs": "ledger of another database",
    "too_old": "older than the ledger reaches",
}


@login_not_required
@never_cache
@require_safe
@transaction.non_atomic_requests
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers. Touches nothing else, so that a lost database restarts nobody."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
@transaction.non_atomic_requests
def readyz(request: HttpRequest) -> HttpResponse:
    """Requests can be served: the database answers and knows every migration of this code.

    The broker is reported and fails nothing: without it work only starts later. Nor does a backup that is
    late (promise H42): to serve nothing would help nobody. The same goes for the logs, whose days made ahead
    run out within a month when they are "short", for the record, which is "broken" when one of its chains
    was found tampered with, and for payments, where a night found that ours "differ" from Stripe's.
    """
    database = _database()
    ready = database == "ok"
    parts = {"database": database, "broker": _broker(), **(_parts() if ready else {"backup": "unknown"})}
    degraded = {"late", "short", "broken", "differ"} & set(parts.values())
    status = "unready" if not ready else "degraded" if degraded else "ok"
    parts = {"status": status, **parts}
    return JsonResponse(parts, status=200 if ready else 503)


def _database() -> str:
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            applied = {(app, name) for app, name in cursor.fetchall()}
    except ReplayNeeded as closed:
        return CLOSED[closed.reason]
    except DatabaseError:
        connections["default"].close()
        return "away"
    return "ok" if known_migrations() <= applied else "behind"


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """Every migration of this code, squashed ones by what they replace; read from disk once."""
    loader = MigrationLoader(None)
    replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    return frozenset(key for key in loader.disk_migrations if key not in replaced)


def _parts() -> dict[str, str]:
    """What somebody must look at, and what fails nothing."""
    return {
        "backup": "late" if taking.is_late() else "ok",
        "logs": "short" if logs.is_running_short() else "ok",
        "record": "broken" if chain.is_broken() else "ok",
        "payments": "differ" if reconciling.differs() else "ok",
    }


def _broker() -> str:
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=BROKER_SECONDS,
        socket_timeout=BROKER_SECONDS,
        retry=Retry(NoBackoff(), retries=0),
    )
    try:
        client.ping()
    except (redis.RedisError, OSError):
        return "away"
    finally:
        client.close()
    return "ok"
