"""What an organisation's software hears of its leads."""

from collections.abc import Iterator

import pytest

from audit.models import Disclosure
from audit.recipients import recipients_of, tell_recipients
from delivery import webhooks
from delivery.drain import drain
from delivery.jobs import JobCall
from delivery.models import WebhookDelivery
from leads import work
from leads.announcing import announce
from leads.models import Lead, Status
from tenancy.context import tenant
from tenancy.ids import uuid7
from tests.cast import Member
from tests.delivery.receiver import Receiver, receiving
from tests.factories import make_lead


@pytest.fixture
def receiver(alice: Member, settings) -> Iterator[Receiver]:
    """Alice's own server, connected."""
    with receiving() as found:
        settings.EMBEDDED = True
        settings.WEBHOOK_LOOPBACK_PORTS = frozenset({found.port})
        with tenant(alice.organisation.pk):
            webhooks.set_endpoint(url=found.url, erases_by_itself=False)
        yield found


def told(receiver: Receiver, event: str) -> list[dict]:
    drain()
    drain()
    return [said["data"] for said in receiver.said if said["type"] == event]


def test_a_new_lead_is_told_whole(alice: Member, receiver: Receiver) -> None:
    lead = make_lead(alice.organisation, email="sanne@example.org")

    [data] = told(receiver, "lead.created")

    assert data["lead"]["id"] == str(lead.pk)
    assert data["lead"]["contact"]["email"] == "sanne@example.org"
    assert data["lead"]["price"]["gross"] == f"{lead.gross:f}"


@pytest.mark.promise("H9")
def test_no_network_address_is_told(alice: Member, receiver: Receiver) -> None:
    make_lead(alice.organisation)
    told(receiver, "lead.created")

    assert not any(b"203.0.113.7" in body for _, body in receiver.got)


@pytest.mark.promise("H15")
def test_telling_is_recorded_as_handing_over(alice: Member, receiver: Receiver) -> None:
    lead = make_lead(alice.organisation)
    told(receiver, "lead.created")

    with tenant(alice.organisation.pk):
        endpoint = webhooks.endpoint_in_use()
        assert endpoint is not None
        assert recipients_of([lead.pk]) == [("webhook", endpoint.pk)]


def test_a_change_of_status_is_told(alice: Member, receiver: Receiver) -> None:
    lead = make_lead(alice.organisation)
    with tenant(alice.organisation.pk):
        work.change_status(lead, to=Status.WON, by=alice.user.pk)

    [data] = told(receiver, "lead.status_changed")

    assert data["lead"]["status"] == "won"


def test_a_lead_that_was_erased_meanwhile_is_never_told(alice: Member, receiver: Receiver) -> None:
    lead = make_lead(alice.organisation)
    with tenant(alice.organisation.pk):
        announce(JobCall(alice.organisation.pk, {"lead": str(lead.pk)}))
        Lead.objects.filter(pk=lead.pk).delete()

    assert told(receiver, "lead.created") == []
    with tenant(alice.organisation.pk):
        assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"dropped"}
        assert Disclosure.objects.count() == 0


def test_suspected_spam_is_not_told(alice: Member, receiver: Receiver) -> None:
    make_lead(alice.organisation, status=Status.QUARANTINED)

    assert told(receiver, "lead.created") == []


def test_who_was_told_hears_of_the_erasure_by_identifier_alone(alice: Member, receiver: Receiver) -> None:
    lead = make_lead(alice.organisation, name="Sanne de Vries")
    told(receiver, "lead.created")
    receiver.got.clear()
    with tenant(alice.organisation.pk):
        [notice] = tell_recipients("lead.erased", case_id=uuid7(), objects=[lead.pk])
        Lead.objects.filter(pk=lead.pk).delete()

    [data] = told(receiver, "lead.erased")

    assert data == {"notice": str(notice.pk), "leads": [str(lead.pk)]}


def test_a_correction_carries_the_new_details(alice: Member, receiver: Receiver) -> None:
    lead = make_lead(alice.organisation)
    told(receiver, "lead.created")
    with tenant(alice.organisation.pk):
        tell_recipients("lead.rectified", case_id=uuid7(), objects=[lead.pk])

    [data] = told(receiver, "lead.rectified")

    assert [each["id"] for each in data["corrected"]] == [str(lead.pk)]


def test_charlies_software_hears_nothing_of_acme(alice: Member, charlie: Member, receiver: Receiver) -> None:
    make_lead(charlie.organisation)

    assert told(receiver, "lead.created") == []
