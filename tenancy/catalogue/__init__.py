"""The wall as Postgres has it, compared with the wall as written.

Reads the system catalogue and nothing else. Everything that could let one organisation see, change or even
suspect another's rows is either exactly as `planes.py` and `policies.py` say, or a finding. What is allowed
is listed; whatever is not listed is found, so a mistake that nobody has thought of is found too.
"""

from __future__ import annotations

from tenancy.catalogue import code, keys, rights, tables
from tenancy.catalogue.reading import INSPECTIONS, Catalogue, Connection, Finding

__all__ = ["Catalogue", "Finding", "code", "findings", "keys", "rights", "tables"]


def findings(connection: Connection) -> list[Finding]:
    """Everything that differs from the wall as written. Empty is good.

    Asks with a search path on which nothing can stand before ours: names in policies are printed as the
    path finds them.
    """
    catalogue = Catalogue(connection)
    before = catalogue.ask("SELECT current_setting('search_path')")[0][0]
    _search(connection, "public")
    try:
        return sorted({finding for inspect in INSPECTIONS for finding in inspect(catalogue)})
    finally:
        _search(connection, before)


def _search(connection: Connection, path: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', %s, false)", [path])
