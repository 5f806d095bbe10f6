"""Personal values of the record: sealed apart, committed to, and gone without a trace in the chain."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from audit import chain, committing
from audit.events import NotForTheRecord, record
from audit.models import AccessEvent, Event, PersonalValue
from audit.verifier import commitment
from organisations.models import Organisation
from tenancy.context import tenant
from tenancy.ids import uuid7

pytestmark = pytest.mark.django_db

REASON = "Mevrouw Peeters belde"


def test_the_event_holds_a_commitment_and_nothing_else(acme: Organisation) -> None:
    with tenant(acme.pk):
        event = record("tests.told", actor_id=None, personal={"reason": REASON}, evidence=True)
        [kept] = PersonalValue.objects.filter(event_id=event.pk)

    assert event.detail == {"personal.reason": commitment(bytes(kept.salt), "reason", REASON)}
    assert REASON.encode() not in bytes(kept.value)
    with tenant(acme.pk):
        assert committing.read(kept) == REASON


def test_equal_values_do_not_look_equal(acme: Organisation) -> None:
    with tenant(acme.pk):
        one, other = (
            record("tests.told", actor_id=None, personal={"reason": REASON}, evidence=True) for _ in range(2)
        )

    assert one.detail != other.detail


def test_a_value_goes_with_its_event(acme: Organisation) -> None:
    with tenant(acme.pk):
        seen = record("tests.seen", actor_id=None, personal={"reason": REASON})
        [kept] = PersonalValue.objects.all()

    assert isinstance(seen, AccessEvent)
    assert kept.purge_after == seen.purge_after


def test_a_commitment_cannot_be_given_as_a_detail(acme: Organisation) -> None:
    with tenant(acme.pk), pytest.raises(NotForTheRecord):
        record("tests.told", actor_id=None, detail={"personal.reason": "x"})


@pytest.mark.promise("H28")
def test_the_chain_holds_after_every_personal_value_was_erased(
    acme: Organisation, superuser: psycopg.Connection[Any]
) -> None:
    people = [uuid7() for _ in range(3)]
    with tenant(acme.pk):
        for person in people:
            record("tests.told", actor_id=None, object_id=person, personal={"reason": REASON}, evidence=True)
    chain.seal(acme.pk)
    chain.sign_head(acme.pk)

    with tenant(acme.pk):
        gone, _by_model = PersonalValue.objects.filter(object_id__in=people).delete()
        assert gone == 3

    assert chain.verify(acme.pk)[0] is None
    assert superuser.execute("SELECT count(*) FROM audit_personalvalue").fetchone() == (0,)
    with tenant(acme.pk):
        assert Event.objects.filter(action="tests.told").count() == 3
