"""The Celery task base: the second of the two places where a tenant is entered."""

from typing import Any
from uuid import UUID

from celery import Task

from tenancy.context import tenant


class TenantTask(Task):
    """A task whose first argument is the organisation's id; the body runs inside that tenant."""

    abstract = True

    def __call__(self, organisation_id: str, *args: Any, **kwargs: Any) -> Any:
        with tenant(UUID(organisation_id)):
            return super().__call__(organisation_id, *args, **kwargs)
