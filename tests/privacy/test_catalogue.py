from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import connections

from privacy import catalogue
from privacy.catalogue import Difference
from tests.architecture.superuser import scratch

pytestmark = pytest.mark.django_db


class Scratch:
    """A psycopg connection with the one thing of Django's that the catalogue uses."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.cursor = connection.cursor
        self.ops = connections["owner"].ops


def test_the_database_is_as_declared() -> None:
    assert catalogue.differences(connections["owner"]) == []


def test_every_part_goes_with_its_whole() -> None:
    assert catalogue.without_cascade(connections["owner"]) == []


def test_a_column_made_by_hand_is_found() -> None:
    with scratch() as connection:
        connection.execute("ALTER TABLE leads_lead ADD COLUMN shoe_size int")

        found = catalogue.differences(Scratch(connection))  # type: ignore[arg-type]

    assert found == [Difference("leads_lead", "shoe_size", "not declared")]


def test_a_table_made_by_hand_is_found() -> None:
    with scratch() as connection:
        connection.execute("CREATE TABLE guests (name text)")

        found = catalogue.differences(Scratch(connection))  # type: ignore[arg-type]

    assert found == [Difference("guests", "", "no declaration names this table")]


def test_a_declared_column_that_is_gone_is_found() -> None:
    with scratch() as connection:
        connection.execute("ALTER TABLE leads_leadnote DROP COLUMN text")

        found = catalogue.differences(Scratch(connection))  # type: ignore[arg-type]

    assert found == [Difference("leads_leadnote", "text", "declared, but there is no such column")]


def test_a_part_that_would_stay_behind_is_found() -> None:
    with scratch() as connection:
        connection.execute(
            "ALTER TABLE leads_leadnote DROP CONSTRAINT leads_leadnote_lead_id_within_organisation"
        )

        found = catalogue.without_cascade(Scratch(connection))  # type: ignore[arg-type]

    assert [(each.table, each.column) for each in found] == [("leads_leadnote", "")]


def test_a_key_in_json_that_nobody_declared_is_found() -> None:
    with scratch() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(
            "INSERT INTO leads_leadevent (organisation_id, id, lead_id, kind, detail)"
            " VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'x', '{\"shoe_size\": 43}')"
        )

        found = catalogue.undeclared_keys(Scratch(connection))  # type: ignore[arg-type]

    assert found == [Difference("leads_leadevent", "detail", "undeclared key shoe_size")]
