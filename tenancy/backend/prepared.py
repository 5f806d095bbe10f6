"""A statement for libpq itself: what visitors wait for does not pass through a cursor.

A cursor looks up how to write each value and how to read each column, every time; half of a small
statement's time in this process went there. Here values go as text or as the bytes they are, and a
row comes back as bytes.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import OperationalError, errors
from psycopg.pq import ConnStatus, ExecStatus, Format
from psycopg.pq.abc import PGconn, PGresult

Value = str | bytes | int | Decimal | UUID | None
#: Each column as Postgres sends it in its binary form; a text is UTF-8.
Row = tuple[bytes | None, ...]

_NAME = re.compile(r"%\((\w+)\)s")
_GOOD = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


class PreparedStatement:
    """SQL with its values by name, ``%(name)s``; each with a cast, unless it is text."""

    def __init__(self, name: str, sql: str) -> None:
        names = list(dict.fromkeys(_NAME.findall(sql)))
        self.name = name.encode()
        self.sql = _NAME.sub(lambda found: f"${names.index(found[1]) + 1}", sql).encode()
        self._names = names

    def prepare(self, postgres: PGconn) -> None:
        """Tell this connection. Raises psycopg's errors, as ``first_row`` does."""
        _checked(postgres, postgres.prepare(self.name, self.sql))

    def first_row(self, postgres: PGconn, values: Mapping[str, Value]) -> Row | None:
        """Run it and wait."""
        sent = [_sent(values[name]) for name in self._names]
        formats = [Format.BINARY if isinstance(value, bytes) else Format.TEXT for value in sent]
        written: list[Any] = [value.encode() if isinstance(value, str) else value for value in sent]
        result = postgres.exec_prepared(self.name, written, formats, Format.BINARY)
        _checked(postgres, result)
        if not result.ntuples:
            return None
        return tuple([result.get_value(0, column) for column in range(result.nfields)])


def _sent(value: Value) -> str | bytes | None:
    if value is None or isinstance(value, (str, bytes)):
        return value
    return value.bytes if isinstance(value, UUID) else str(value)


def _checked(postgres: PGconn, result: PGresult) -> None:
    if result.status in _GOOD:
        return
    if postgres.status == ConnStatus.BAD:
        raise OperationalError("The connection is lost.")
    raise errors.error_from_result(result)
