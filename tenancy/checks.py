"""System checks that a model keeps the rules of its plane."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register
from django.db import models

from tenancy.models import TenantForeignKey, TenantOneToOne, TenantRow
from tenancy.planes import TABLES


@register("tenancy")
def every_model_keeps_its_plane(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Unclassed tables (tenancy.E001), wrong bases (E002) and references that cross (E003, E004)."""
    found: list[CheckMessage] = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            found.extend(_findings(model))
    return found


def _findings(model: type[models.Model]) -> Iterable[CheckMessage]:
    table = TABLES.get(model._meta.db_table)
    if table is None:
        yield Error(
            f"The table {model._meta.db_table} has no plane.",
            hint="Class it in tenancy/planes.py.",
            obj=model,
            id="tenancy.E001",
        )
        return
    is_tenant = issubclass(model, TenantRow)
    if is_tenant != (table.plane == "tenant"):
        yield Error("The model's base and its plane disagree.", obj=model, id="tenancy.E002")
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey):
            yield from _reference_findings(field, is_tenant)


def _reference_findings(field: models.ForeignKey, is_tenant: bool) -> Iterable[CheckMessage]:
    to_tenant = isinstance(field.related_model, type) and issubclass(field.related_model, TenantRow)
    if to_tenant and not is_tenant:
        yield Error("A control-plane row may not refer to a tenant's.", obj=field, id="tenancy.E003")
    if to_tenant and is_tenant and not isinstance(field, TenantForeignKey | TenantOneToOne):
        yield Error(
            "A reference between tenant rows must be composite.",
            hint="Use TenantForeignKey, and CompositeForeignKey in the migration.",
            obj=field,
            id="tenancy.E004",
        )
