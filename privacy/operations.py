"""A migration operation for the parts of a case."""

from typing import Any

from django.db.migrations.operations.base import Operation


class GoesWith(Operation):
    """Tie ``table.column`` to its whole, and let Postgres delete the part with it."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str, column: str, whole: str) -> None:
        self.table = table
        self.column = column
        self.whole = whole

    @property
    def constraint(self) -> str:
        return f"{self.table}_goes_with_its_whole"

    def state_forwards(self, app_label: str, state: Any) -> None:
        return None

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(
            f'ALTER TABLE "{self.table}" ADD CONSTRAINT "{self.constraint}" FOREIGN KEY ("{self.column}")'
            f' REFERENCES "{self.whole}" (id) ON DELETE CASCADE',
            params=None,
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(f'ALTER TABLE "{self.table}" DROP CONSTRAINT "{self.constraint}"', params=None)

    def describe(self) -> str:
        return f"Delete {self.table} with its row of {self.whole}"
