"""What each database role may do with each table, from ``planes.py``, applied after every migration."""

from typing import Any

from django.db import connections

from tenancy.planes import TABLES, Table


def apply_after_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    """Once per ``migrate``: Django sends the signal for each app, the grants follow the bottom one."""
    if sender.name == "tenancy" and using == "owner":
        apply(using)


def apply(using: str = "owner") -> None:
    """Bring the grants of every existing table to what ``planes.py`` says, revoking the rest."""
    with connections[using].cursor() as cursor:
        existing = set(connections[using].introspection.table_names(cursor))
        for name, table in TABLES.items():
            if name in existing:
                for statement in statements(name, table):
                    cursor.execute(statement)


def statements(name: str, table: Table) -> list[str]:
    """The statements that set one table's grants."""
    result = [f'REVOKE ALL ON "{name}" FROM PUBLIC, app, janitor']
    if table.append_only:
        result.append(f'REVOKE UPDATE, DELETE, TRUNCATE ON "{name}" FROM CURRENT_USER')
    if table.daily:
        # For the function end_access_log, which brings the end of rows forward.
        result.append(f'GRANT UPDATE (purge_after) ON "{name}" TO CURRENT_USER')
    if table.app:
        result.append(f'GRANT {", ".join(table.app)} ON "{name}" TO app')
    if table.swept:
        columns = ", ".join(table.janitor_columns)
        result.append(f'GRANT SELECT ({columns}), DELETE ON "{name}" TO janitor')
    return result
