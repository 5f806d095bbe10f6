"""A connection that may make any mistake on purpose, in a transaction that is always rolled back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connections


def connect() -> psycopg.Connection[Any]:
    """The test cluster's superuser, on the database that the tests run in."""
    database = connections["owner"].settings_dict["NAME"]
    return psycopg.connect(os.environ["TEST_SUPERUSER_DATABASE_URL"], dbname=database)


@contextmanager
def scratch() -> Iterator[psycopg.Connection[Any]]:
    """Everything done in the block is undone at its end; DDL and roles are transactional in Postgres."""
    with connect() as connection:
        try:
            connection.execute("SET LOCAL lock_timeout = '10s'")
            yield connection
        finally:
            connection.rollback()
