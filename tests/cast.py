"""The cast. Alice owns Acme, Bob sells there, Charlie owns Globex and must see nothing of Acme."""

from dataclasses import dataclass

import pytest

from accounts.models import User
from organisations.founding import found_organisation
from organisations.models import Membership, Organisation
from organisations.permissions import Role
from tests.factories import make_user


@dataclass(frozen=True)
class Member:
    """A person as the tests know one: who they are and where they belong."""

    user: User
    organisation: Organisation
    membership: Membership


def _owner(name: str, organisation: str) -> Member:
    user = make_user(name=name)
    founded = found_organisation(name=organisation, country="NL", language="en", by=user)
    return Member(user, founded, Membership.objects.get(user=user, organisation=founded))


@pytest.fixture
def alice(db: None) -> Member:
    return _owner("Alice", "Acme")


@pytest.fixture
def charlie(db: None) -> Member:
    return _owner("Charlie", "Globex")


@pytest.fixture
def bob(alice: Member) -> Member:
    user = make_user(name="Bob")
    membership = Membership.objects.create(user=user, organisation=alice.organisation, role=Role.SALES)
    return Member(user, alice.organisation, membership)


@pytest.fixture
def acme(alice: Member) -> Organisation:
    return alice.organisation


@pytest.fixture
def globex(charlie: Member) -> Organisation:
    return charlie.organisation
