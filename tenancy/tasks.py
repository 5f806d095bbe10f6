"""The Celery task bases. ``TenantTask`` is the second of the two places where a tenant is entered."""

from typing import Any
from uuid import UUID

from celery import Task
from django.db import connections

from tenancy.context import tenant
from tenancy.ledger.gate import ReplayNeeded


class ServingTask(Task):
    """Every task: it does nothing while the database waits for a replay (tenancy.ledger.gate)."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            connections["default"].ensure_connection()
        except ReplayNeeded:
            return None
        return super().__call__(*args, **kwargs)


class TenantTask(ServingTask):
    """A task whose first argument is the organisation's id; the body runs inside that tenant."""

    abstract = True

    def __call__(self, organisation_id: str, *args: Any, **kwargs: Any) -> Any:
        with tenant(UUID(organisation_id)):
            return super().__call__(organisation_id, *args, **kwargs)
