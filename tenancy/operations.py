"""Migration operations that build the wall, each reversible.

Order within a migration matters: wall the parent, then the child, then its composite key.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.migrations.operations.base import Operation

from tenancy.functions import FUNCTIONS
from tenancy.policies import CONTROL_POLICIES, EXPIRY_POLICIES, TENANT_POLICIES, create_policy

#: name → (role, command, USING, WITH CHECK), as in ``tenancy.policies``.
Policies = Mapping[str, tuple[str, str, str, str | None]]


class _StatementsOperation(Operation):
    """SQL on the way forward and on the way back, leaving Django's state alone."""

    reduces_to_sql = True
    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        return None

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in self.forwards():
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in self.backwards():
            schema_editor.execute(statement, params=None)

    def forwards(self) -> Iterable[str]:
        raise NotImplementedError

    def backwards(self) -> Iterable[str]:
        raise NotImplementedError


def _policies(table: str, *groups: Policies) -> Iterable[str]:
    for group in groups:
        for name, (role, command, using, check) in group.items():
            yield create_policy(table, name, role, command, using, check)


def _drop_policies(table: str, *groups: Policies) -> Iterable[str]:
    for group in groups:
        for name in group:
            yield f'DROP POLICY {name} ON "{table}"'


class WallTable(_StatementsOperation):
    """Make a tenant table: key ``(organisation_id, id)``, row security forced, canonical policies."""

    def __init__(self, table: str, purge_after: bool = False) -> None:
        self.table = table
        self.purge_after = purge_after

    def _groups(self) -> list[Policies]:
        return [TENANT_POLICIES, EXPIRY_POLICIES] if self.purge_after else [TENANT_POLICIES]

    def forwards(self) -> Iterable[str]:
        table = self.table
        yield f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_pkey"'
        yield f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_pkey" PRIMARY KEY (organisation_id, id)'
        yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
        yield f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY'
        yield from _policies(table, *self._groups())

    def backwards(self) -> Iterable[str]:
        table = self.table
        yield from _drop_policies(table, *self._groups())
        yield f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY'
        yield f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY'
        yield f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_pkey"'
        yield f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_pkey" PRIMARY KEY (id)'

    def describe(self) -> str:
        return f"Wall {self.table} by organisation"


class GuardExpiry(_StatementsOperation):
    """Show the janitor only expired rows of a control-plane table that carries ``purge_after``."""

    def __init__(self, table: str) -> None:
        self.table = table

    def forwards(self) -> Iterable[str]:
        yield f'ALTER TABLE "{self.table}" ENABLE ROW LEVEL SECURITY'
        yield f'ALTER TABLE "{self.table}" FORCE ROW LEVEL SECURITY'
        yield from _policies(self.table, CONTROL_POLICIES, EXPIRY_POLICIES)

    def backwards(self) -> Iterable[str]:
        yield from _drop_policies(self.table, CONTROL_POLICIES, EXPIRY_POLICIES)
        yield f'ALTER TABLE "{self.table}" NO FORCE ROW LEVEL SECURITY'
        yield f'ALTER TABLE "{self.table}" DISABLE ROW LEVEL SECURITY'

    def describe(self) -> str:
        return f"Guard {self.table} by expiry"


class CompositeForeignKey(_StatementsOperation):
    """``(organisation_id, column) → to_table (organisation_id, id)``.

    CASCADE for parts that die with their whole, NO ACTION elsewhere; SET NULL names its column, or
    it would null ``organisation_id`` as well.
    """

    def __init__(self, table: str, column: str, to_table: str, on_delete: str = "NO ACTION") -> None:
        self.table = table
        self.column = column
        self.to_table = to_table
        self.on_delete = on_delete

    @property
    def constraint(self) -> str:
        return f"{self.table}_{self.column}_within_organisation"

    def forwards(self) -> Iterable[str]:
        action = f"SET NULL ({self.column})" if self.on_delete == "SET NULL" else self.on_delete
        yield (
            f'ALTER TABLE "{self.table}" ADD CONSTRAINT "{self.constraint}" '
            f'FOREIGN KEY (organisation_id, "{self.column}") '
            f'REFERENCES "{self.to_table}" (organisation_id, id) ON DELETE {action}'
        )

    def backwards(self) -> Iterable[str]:
        yield f'ALTER TABLE "{self.table}" DROP CONSTRAINT "{self.constraint}"'

    def describe(self) -> str:
        return f"Tie {self.table}.{self.column} to {self.to_table} within the organisation"


class MakeFunction(_StatementsOperation):
    """Make one of the functions of ``tenancy.functions``."""

    def __init__(self, name: str) -> None:
        self.name = name

    def forwards(self) -> Iterable[str]:
        yield from FUNCTIONS[self.name].create()

    def backwards(self) -> Iterable[str]:
        yield FUNCTIONS[self.name].drop()

    def describe(self) -> str:
        return f"Make the function {self.name}"


class PartitionByDay(_StatementsOperation):
    """Rebuild a table that was just made, and is empty, as the parent of partitions of one day each.

    Comes before its wall and its indexes, which the days then inherit.
    """

    def __init__(self, table: str) -> None:
        self.table = table

    def forwards(self) -> Iterable[str]:
        yield from self._rebuild("PARTITION BY RANGE (id)")

    def backwards(self) -> Iterable[str]:
        yield from self._rebuild("")

    def _rebuild(self, partitioned: str) -> Iterable[str]:
        table, before = self.table, f"{self.table}_before"
        yield f'ALTER TABLE "{table}" RENAME TO "{before}"'
        yield (
            f'CREATE TABLE "{table}" (LIKE "{before}" INCLUDING DEFAULTS INCLUDING CONSTRAINTS'
            f" INCLUDING STORAGE) {partitioned}"
        )
        yield f'DROP TABLE "{before}"'
        yield f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_pkey" PRIMARY KEY (id)'

    def describe(self) -> str:
        return f"Keep {self.table} in days"
