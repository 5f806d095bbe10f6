"""Django's Postgres backend, knowing that a walled table's key is ``(organisation_id, id)``.

Postgres lets a query group by a primary key alone; grouping by ``id`` is not that any more.
"""

from collections.abc import Mapping
from time import monotonic

from django.db import models
from django.db.backends.postgresql import base, features
from django.db.transaction import TransactionManagementError
from psycopg.pq import TransactionStatus
from psycopg.pq.abc import PGconn

from tenancy.backend.prepared import PreparedStatement, Row, Value


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

    def ensure_connection(self) -> None:
        super().ensure_connection()
        # Not between a COMMIT and the return to autocommit: a statement there would begin a transaction.
        if monotonic() >= self.compare_at and self.autocommit and not self.in_atomic_block:
            from tenancy.ledger import gate  # it needs the models, which need this engine

            gate.check(self)

    def fetch_prepared(self, statement: PreparedStatement, values: Mapping[str, Value]) -> Row | None:
        """The first row that a statement gives, in one round trip once this connection knows it.

        Errors are Django's; the log of queries and ``execute_wrapper`` do not see the statement. It cannot
        be the first of a transaction: psycopg begins one with the first that it runs itself.
        """
        with self.wrap_database_errors:
            if self.connection is None:
                self.ensure_connection()
            postgres = self.connection.pgconn
            if self.in_atomic_block and postgres.transaction_status == TransactionStatus.IDLE:
                raise TransactionManagementError("The transaction has not begun.")
            if postgres is not self._prepared_on:
                self._prepared_on, self._prepared = postgres, frozenset()
            if statement not in self._prepared:
                statement.prepare(postgres)
                self._prepared |= {statement}
            return statement.first_row(postgres, values)
