"""Base models of the two planes, and the database's side of the ledger."""

from typing import Any

from django.db import models

from tenancy.context import current_organisation_id
from tenancy.ids import uuid7
from tenancy.ledger.store import Head


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


class LedgerEntry(ControlModel):
    """What the ledger will be, or has just been, told about; gone once the position covers it."""

    class State(models.TextChoices):
        INTENDED = "intended"
        DONE = "done"
        VOID = "void"

    action = models.CharField(max_length=30)
    organisation_id = models.UUIDField(null=True)
    #: Rows that go, as [table, key].
    refs = models.JSONField(default=list)
    #: A keyed hash by which a person can be known again.
    tag = models.BinaryField(max_length=32, default=b"")
    #: Identifiers and numbers that the action needs when it is done again.
    more = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State)
    #: A restriction, told to the ledger in one line after its transaction.
    noted = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["state"], name="ledger_entry_by_state")]

    def __str__(self) -> str:
        return f"{self.action} {self.state}"

    def facts(self) -> dict[str, Any]:
        """What a line of the ledger says of it."""
        return {
            "action": self.action,
            "organisation": str(self.organisation_id) if self.organisation_id else None,
            "refs": self.refs,
            "tag": bytes(self.tag).hex(),
            "more": self.more,
        }


class LedgerPosition(models.Model):
    """How far this database accounts for the ledger. One row, or none before the first entry."""

    ONLY = 1

    id = models.SmallIntegerField(primary_key=True, default=ONLY, editable=False)
    applied_seq = models.BigIntegerField(default=0)
    applied_hash = models.CharField(max_length=64)
    #: Counts the replays; who remembers another number has seen the database before one.
    restore_epoch = models.IntegerField(default=0)
    #: Set by a restore, so that even one that lost nothing is looked at.
    must_replay = models.BooleanField(default=False)
    replayed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_ledger_position"),
        ]

    def __str__(self) -> str:
        return f"line {self.applied_seq}"

    @classmethod
    def first(cls) -> "LedgerPosition":
        """Where a database stands that has never heard of a ledger."""
        return cls(applied_seq=Head().seq, applied_hash=Head().hash)

    @property
    def head(self) -> Head:
        return Head(self.applied_seq, self.applied_hash)
