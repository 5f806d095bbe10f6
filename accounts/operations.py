"""A migration operation for what belongs to a person."""

from typing import Any

from django.db.migrations.operations.base import Operation


class PartOfPerson(Operation):
    """Tie ``table.user_id`` to the account, and let Postgres delete the part with it.

    ``on_delete="SET NULL"`` is for what stays when the person goes: it only forgets who it was. A row that is
    part of two people gives the second tie a ``name`` of its own.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(
        self, table: str, column: str = "user_id", on_delete: str = "CASCADE", name: str = "part"
    ) -> None:
        self.table = table
        self.name = name
        self.column = column
        self.on_delete = on_delete

    @property
    def constraint(self) -> str:
        return f"{self.table}_is_{self.name}_of_a_person"

    def state_forwards(self, app_label: str, state: Any) -> None:
        return None

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(
            f'ALTER TABLE "{self.table}" ADD CONSTRAINT "{self.constraint}" FOREIGN KEY ("{self.column}")'
            f' REFERENCES "accounts_user" (id) ON DELETE {self.on_delete} DEFERRABLE INITIALLY DEFERRED',
            params=None,
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(f'ALTER TABLE "{self.table}" DROP CONSTRAINT "{self.constraint}"', params=None)

    def describe(self) -> str:
        return f"Delete {self.table} with the person"
