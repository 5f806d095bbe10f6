"""A database, key store, ledger and folder of backups of their own, to be lost and brought back at will."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from configurators.published import forget_everything
from leads.models import Lead
from organisations.models import Membership
from organisations.permissions import Role
from privacy.backups import restoring
from privacy.backups.files import Manifest
from privacy.declarations import Subject
from privacy.erasure import carrying_out
from privacy.erasure.carrying_out import order_lead_erasure
from privacy.erasure.plan import plan_erasure
from tenancy import grants
from tenancy.context import tenant
from tenancy.ledger import gate
from tests.cast import Member

ALIASES = ("default", "intake", "owner", "janitor")


class House:
    """Everything that one installation keeps, in a database cloned from the tests' own."""

    def __init__(self, folder: Path, settings: Any) -> None:
        self.folder = folder
        self.settings = settings
        self.before = connections["owner"].settings_dict["NAME"]
        self.name = f"{self.before}_drill"
        for setting in ("KEY_STORE_DIR", "LEDGER_DIR", "BACKUP_DIR"):
            setattr(settings, setting, folder / setting.lower())

    def open(self) -> None:
        hang_up()
        self._superuser("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)
        self._superuser("CREATE DATABASE {} OWNER owner TEMPLATE {}", self.name, self.before)
        self._point_at(self.name)

    def close(self) -> None:
        hang_up()
        self._point_at(self.before)
        for name in (self.name, f"{self.name}_copy"):
            self._superuser("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def lose_database(self) -> None:
        """An empty one in its place, as an operator makes it."""
        hang_up()
        self._superuser("DROP DATABASE {} WITH (FORCE)", self.name)
        self._superuser("CREATE DATABASE {} OWNER owner TEMPLATE template0", self.name)

    def restore(self, manifest: Manifest) -> None:
        """As far as an operator's ``manage.py restore`` and ``config.prepare`` go."""
        self.lose_database()
        restoring.restore(manifest.data, into=self.url("OWNER"))
        self.grant()

    def grant(self) -> None:
        grants.apply()
        hang_up()

    def copy_of_data(self) -> None:
        """What a copied data folder is: the database as it stands now, under another name."""
        hang_up()
        self._superuser("DROP DATABASE IF EXISTS {} WITH (FORCE)", f"{self.name}_copy")
        self._superuser("CREATE DATABASE {} OWNER owner TEMPLATE {}", f"{self.name}_copy", self.name)

    def go_back_to_copy(self) -> None:
        """The copy again, which stays for the next time."""
        hang_up()
        self._superuser("DROP DATABASE {} WITH (FORCE)", self.name)
        self._superuser("CREATE DATABASE {} OWNER owner TEMPLATE {}", self.name, f"{self.name}_copy")

    def put_copy_back(self) -> None:
        hang_up()
        self._superuser("DROP DATABASE {} WITH (FORCE)", self.name)
        self._superuser("ALTER DATABASE {} RENAME TO {}", f"{self.name}_copy", self.name)

    def let_expire(self, lead: UUID, *, seconds: float = -1.0) -> None:
        """As if it had been submitted a year ago, which is how long Acme keeps leads."""
        with self.everything() as all_rows:
            all_rows.execute(
                "UPDATE leads_lead SET purge_after = now() + make_interval(secs => %(left)s),"
                " submitted_at = now() - interval '365 days' + make_interval(secs => %(left)s)"
                " WHERE id = %(lead)s",
                {"left": seconds, "lead": lead},
            )

    def url(self, role: str) -> str:
        return make_conninfo(os.environ[f"{role}_DATABASE_URL"], dbname=self.name)

    def everything(self) -> psycopg.Connection[Any]:
        """A look past every wall and gate."""
        return psycopg.connect(os.environ["TEST_SUPERUSER_DATABASE_URL"], dbname=self.name, autocommit=True)

    def _superuser(self, statement: str, *names: str) -> None:
        with psycopg.connect(os.environ["TEST_SUPERUSER_DATABASE_URL"], autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # type: ignore[arg-type]

    def _point_at(self, name: str) -> None:
        for alias in ALIASES:
            connections[alias].settings_dict["NAME"] = name
        self.settings.BACKUP_DATABASE_URL = make_conninfo(os.environ["BACKUP_DATABASE_URL"], dbname=name)


def hang_up() -> None:
    """As when every process is started anew."""
    for alias in ALIASES:
        connections[alias].close()
    forget_everything()
    gate.forget()


@contextmanager
def house(folder: Path, settings: Any) -> Iterator[House]:
    found = House(folder, settings)
    found.open()
    try:
        yield found
    finally:
        found.close()


def leads_of(member: Member) -> set[UUID]:
    with tenant(member.organisation.pk):
        return set(Lead.objects.values_list("pk", flat=True))


def erase(lead: Lead) -> None:
    """As the product does it: an owner orders it, and the job of the order destroys."""
    owner = Membership.objects.get(organisation_id=lead.organisation_id, role=Role.OWNER)
    with tenant(lead.organisation_id):
        approved = plan_erasure(Subject.LEAD, [lead.pk]).digest
        order = order_lead_erasure(case_id=uuid4(), leads=[lead.pk], approved=approved, by=owner.user_id)
    carrying_out.erase(order.pk, organisation_id=lead.organisation_id)
