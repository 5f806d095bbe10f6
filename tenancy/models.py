"""Base models of the two planes."""

from typing import Any

from django.db import models

from tenancy.context import current_organisation_id
from tenancy.ids import uuid7


class ControlModel(models.Model):
    """A row of the control plane: known before the organisation is, never walled."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True


class TenantRow(models.Model):
    """A row that belongs to one organisation for ever."""

    organisation_id = models.UUIDField(default=current_organisation_id, editable=False)

    class Meta:
        abstract = True


class TenantModel(TenantRow):
    """A tenant's row with a key of its own.

    Django keeps ``id`` as its key; in the database the primary key is ``(organisation_id, id)``,
    made by ``tenancy.operations.WallTable`` in the migration that creates the table.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True


class _WithinOrganisation:
    """A reference within one organisation.

    Postgres holds it as ``(organisation_id, x_id) → (organisation_id, id)``, declared by
    ``tenancy.operations.CompositeForeignKey``: a plain foreign key bypasses row-level security.
    """

    def __init__(self, to: Any, on_delete: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        if not kwargs.get("primary_key"):
            kwargs["db_index"] = False
        super().__init__(to, on_delete, **kwargs)  # type: ignore[call-arg]

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        kwargs.pop("db_constraint", None)
        kwargs.pop("db_index", None)
        return name, path, args, kwargs


class TenantForeignKey(_WithinOrganisation, models.ForeignKey):
    """Many rows to one, within the organisation."""


class TenantOneToOne(_WithinOrganisation, models.OneToOneField):
    """A part of a whole, sharing its key: ``primary_key=True, db_column="id"``.

    One index serves the row, its whole and the cascade.
    """
