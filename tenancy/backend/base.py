"""Django's Postgres backend, knowing that a walled table's key is ``(organisation_id, id)``.

Postgres lets a query group by a primary key alone; grouping by ``id`` is not that any more.
"""

from collections.abc import Mapping
from time import monotonic
from types import ModuleType

from django.db import models
from django.db.backends.postgresql import base, features
from django.db.transaction import TransactionManagementError
from psycopg.pq import TransactionStatus
from psycopg.pq.abc import PGconn

from tenancy.backend.prepared import PreparedStatement, Row, Value


def _gate() -> ModuleType:
    """It needs the models, which need this engine."""
    from tenancy.ledger import gate

    return gate


class DatabaseFeatures(features.DatabaseFeatures):
    def allows_group_by_selected_pks_on_model(self, model: type[models.Model]) -> bool:
        walled = any(field.attname == "organisation_id" for field in model._meta.concrete_fields)
        return not walled and super().allows_group_by_selected_pks_on_model(model)


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
    _prepared_on: PGconn | None = None
    _prepared: frozenset[PreparedStatement] = frozenset()
    #: When a connection that lives long compares its database with the ledger again (tenancy.ledger.gate).
    compare_at: float = float("inf")

    def connect(self) -> None:
        """A new connection is compared once it is made, never while it is being made."""
        self.compare_at = float("inf")
        super().connect()

    def ensure_connection(self) -> None:
        super().ensure_connection()
        if monotonic() >= self.compare_at and self._is_idle():
            _gate().check(self)

    def _is_idle(self) -> bool:
        """Not within a transaction, nor about to leave one: a question would begin another."""
        idle = self.connection.pgconn.transaction_status == TransactionStatus.IDLE
        return idle and self.connection.autocommit and not self.in_atomic_block

    def fetch_prepared(self, statement: PreparedStatement, values: Mapping[str, Value]) -> Row | None:
        """The first row that a statement gives, in one round trip once this connection knows it.

        Errors are Django's; the log of queries and ``execute_wrapper`` do not see the statement. It cannot
        be the first of a transaction: psycopg begins one with the first that it runs itself.
        """
        with self.wrap_database_errors:
            if self.connection is None:
                self.ensure_connection()
            elif monotonic() >= self.compare_at and self._is_idle():
                _gate().check_cheaply(self)
            postgres = self.connection.pgconn
            if self.in_atomic_block and postgres.transaction_status == TransactionStatus.IDLE:
                raise TransactionManagementError("The transaction has not begun.")
            if postgres is not self._prepared_on:
                self._prepared_on, self._prepared = postgres, frozenset()
            if statement not in self._prepared:
                statement.prepare(postgres)
                self._prepared |= {statement}
            return statement.first_row(postgres, values)
