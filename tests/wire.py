"""What goes over the wire to Postgres, as libpq itself sees it: no layer above can hide a statement."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from psycopg.pq import Trace

#: Sender, length, kind; what the statement itself says may go on over several lines.
_MESSAGE = re.compile(r"^F\t\d+\t(Execute|Query)\b", re.MULTILINE)


@contextmanager
def executed(alias: str) -> Iterator[list[str]]:
    """Fills a list with one entry for each statement that a connection is told to run."""
    connection = connections[alias]
    connection.ensure_connection()
    postgres, statements = connection.connection.pgconn, list[str]()
    with tempfile.TemporaryFile("w+") as log:
        postgres.trace(log.fileno())
        postgres.set_trace_flags(Trace.SUPPRESS_TIMESTAMPS)
        try:
            yield statements
        finally:
            postgres.untrace()
        log.seek(0)
        statements += _MESSAGE.findall(log.read())
