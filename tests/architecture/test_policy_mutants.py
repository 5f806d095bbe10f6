"""Each mistake in the wall, made on purpose, is found: by the lint always, by an attacker where visible."""

from __future__ import annotations

import pytest

from tenancy.catalogue import findings
from tests.architecture.mutants import MUTANTS, Mutant
from tests.architecture.probe import Connection, Probe
from tests.architecture.superuser import connect, scratch

pytestmark = pytest.mark.django_db

VISIBLE = [mutant for mutant in MUTANTS if mutant.visible]
HIDDEN = [mutant for mutant in MUTANTS if not mutant.visible]


def test_the_wall_as_built_has_no_finding() -> None:
    with connect() as connection:
        assert findings(connection) == []


def test_the_probe_finds_no_way_through_the_wall_as_built() -> None:
    with scratch() as connection:
        assert list(Probe(connection).leaks()) == []


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_lint_finds_a_mistake(mutant: Mutant) -> None:
    with scratch() as connection:
        make(mutant, connection)

        assert findings(connection) != []


@pytest.mark.parametrize("mutant", VISIBLE, ids=lambda mutant: mutant.name)
def test_the_probe_notices_a_visible_mistake(mutant: Mutant) -> None:
    with scratch() as connection:
        probe = Probe(connection)
        make(mutant, connection)

        assert next(probe.leaks(), "nothing") != "nothing"


@pytest.mark.prove
@pytest.mark.parametrize("mutant", HIDDEN, ids=lambda mutant: mutant.name)
def test_only_the_lint_finds_a_hidden_mistake(mutant: Mutant) -> None:
    with scratch() as connection:
        probe = Probe(connection)
        make(mutant, connection)

        assert list(probe.leaks()) == []


def make(mutant: Mutant, connection: Connection) -> None:
    for statement in mutant.statements:
        connection.execute(statement)
