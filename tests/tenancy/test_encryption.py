"""Sealing values for one place under one owner's key."""

from uuid import uuid4

import pytest

from tenancy.encryption import Unsealable, blind_index, seal, unseal
from tenancy.keys import NoKey, key_store

PLACE = "leads_leadcontact.email:1"


@pytest.fixture
def owner():
    owner = uuid4()
    key_store().create(owner)
    return owner


def test_a_sealed_value_opens_in_its_place(owner):
    assert unseal(owner, seal(owner, "sanne@example.org", place=PLACE), place=PLACE) == "sanne@example.org"


def test_the_same_value_is_sealed_differently_each_time(owner):
    assert seal(owner, "x", place=PLACE) != seal(owner, "x", place=PLACE)


def test_a_ciphertext_does_not_open_in_another_place(owner):
    sealed = seal(owner, "x", place=PLACE)

    with pytest.raises(Unsealable):
        unseal(owner, sealed, place="leads_leadcontact.email:2")


def test_a_ciphertext_does_not_open_under_another_owners_key(owner):
    other = uuid4()
    key_store().create(other)

    with pytest.raises(Unsealable):
        unseal(other, seal(owner, "x", place=PLACE), place=PLACE)


def test_an_altered_ciphertext_does_not_open(owner):
    sealed = bytearray(seal(owner, "x", place=PLACE))
    sealed[-1] ^= 1

    with pytest.raises(Unsealable):
        unseal(owner, bytes(sealed), place=PLACE)


def test_the_index_of_one_address_differs_between_organisations(owner):
    other = uuid4()
    key_store().create(other)

    assert blind_index(owner, "email", "a@example.org") != blind_index(other, "email", "a@example.org")


def test_a_destroyed_key_opens_nothing(owner):
    sealed = seal(owner, "x", place=PLACE)
    key_store().destroy(owner)

    with pytest.raises(NoKey):
        unseal(owner, sealed, place=PLACE)


def test_creating_twice_keeps_the_first_key(owner):
    assert key_store().create(owner) == key_store().open(owner)
