"""Entering a tenant: the one door through the wall.

The organisation is set with ``SET LOCAL`` semantics in the outermost transaction, never at session
level, so that nothing survives the transaction on a persistent or pooled connection.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import connections, transaction

_current: ContextVar[UUID | None] = ContextVar("organisation_id", default=None)


class NoTenant(RuntimeError):
    """Code that needs an organisation ran outside ``tenant()``."""


class TenantSwitch(RuntimeError):
    """An organisation was asked for within a transaction that already belongs elsewhere.

    A released savepoint would leave the inner organisation active in the outer block.
    """


def current_organisation_id() -> UUID:
    """The organisation whose rows are visible now. Raises NoTenant outside ``tenant()``."""
    organisation_id = _current.get()
    if organisation_id is None:
        raise NoTenant("No organisation is set: enter it with tenant(organisation_id).")
    return organisation_id


def current_organisation_id_or_none() -> UUID | None:
    """The organisation in force, or None: for logs and for code that serves both planes."""
    return _current.get()


@contextmanager
def tenant(organisation_id: UUID, *, using: str = "default") -> Iterator[UUID]:
    """Run the block in one transaction in which only this organisation's rows exist.

    Entering the same organisation again nests as a savepoint. Another organisation, or an outer
    transaction that is not ours, raises TenantSwitch before anything is sent to Postgres.
    """
    inside = _current.get()
    if inside == organisation_id:
        with transaction.atomic(using=using):
            yield organisation_id
        return
    connection = connections[using]
    if inside is not None or in_foreign_transaction(connection):
        raise TenantSwitch("Leave the current transaction before entering another organisation.")
    with transaction.atomic(using=using, durable=True):
        _set_local(connection, str(organisation_id))
        token = _current.set(organisation_id)
        try:
            yield organisation_id
        finally:
            _current.reset(token)
            _forget_within_a_test(connection)


def in_foreign_transaction(connection) -> bool:
    """Whether a transaction is open that is not the one a test case wraps around each test."""
    return connection.in_atomic_block and not all(
        getattr(block, "_from_testcase", False) for block in connection.atomic_blocks
    )


def _set_local(connection, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.organisation_id', %s, true)", [value])


def _forget_within_a_test(connection) -> None:
    """A test's outer transaction outlives the block, and so would SET LOCAL; a real one ends here."""
    if len(connection.savepoint_ids) and connection.in_atomic_block and not connection.needs_rollback:
        _set_local(connection, "")
