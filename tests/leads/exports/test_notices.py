"""Whoever took a copy along is told what became of the people in it, and says what they did about it."""

from pathlib import Path
from uuid import UUID

import pytest
from django.core import mail
from django.test import Client

from audit.models import NoticeState, RecipientNotice
from audit.recipients import tell_recipients
from delivery.drain import drain
from leads.exports import asking
from leads.models import ExportState, LeadExport
from tenancy.context import tenant
from tenancy.ids import uuid7
from tests.cast import Member
from tests.factories import make_lead, sign_in
from tests.leads.exports.conftest import again, ask, make, url


def taken_along(member: Member, lead_id: UUID) -> LeadExport:
    export = make(ask(member))
    with tenant(member.organisation.pk):
        asking.note_download(export, by=member.user.pk)
    return export


def tell(member: Member, lead_id: UUID, event: str = "lead.erased") -> RecipientNotice:
    with tenant(member.organisation.pk):
        [notice] = tell_recipients(event, case_id=uuid7(), objects=[lead_id])
    drain()
    return reread(notice)


def reread(notice: RecipientNotice) -> RecipientNotice:
    with tenant(notice.organisation_id):
        return RecipientNotice.objects.get(pk=notice.pk)


@pytest.mark.promise("H28")
def test_the_file_goes_and_the_colleague_gets_a_mail(alice: Member, bob: Member, folder: Path) -> None:
    lead = make_lead(alice.organisation)
    export = taken_along(bob, lead.pk)

    notice = tell(bob, lead.pk)

    assert notice.state == NoticeState.SENT
    assert (again(export).state, list(folder.iterdir())) == (ExportState.WITHDRAWN, [])
    drain()
    assert [m.subject for m in mail.outbox if m.to == ["bob@example.org"]] == [
        "Delete somebody from your copy of the requests of Acme"
    ]


def test_a_file_that_never_left_needs_nobodys_word(alice: Member, folder: Path) -> None:
    lead = make_lead(alice.organisation)
    make(ask(alice))

    notice = tell(alice, lead.pk)

    assert (notice.state, notice.receipt) == (NoticeState.CONFIRMED, "never_downloaded")
    assert list(folder.iterdir()) == []


def test_a_colleague_who_left_is_somebody_elses_task(alice: Member, bob: Member) -> None:
    lead = make_lead(alice.organisation)
    taken_along(bob, lead.pk)
    bob.membership.delete()

    assert tell(bob, lead.pk).state == NoticeState.MANUAL


def test_saying_that_it_is_done_settles_it(alice: Member, bob: Member, client: Client) -> None:
    lead = make_lead(alice.organisation)
    taken_along(bob, lead.pk)
    notice = tell(bob, lead.pk)
    sign_in(client, bob)

    page = client.get(url(bob, "export-notices")).content.decode()
    client.post(url(bob, "export-confirm", pk=notice.pk))

    assert str(lead.pk) in page
    assert (reread(notice).state, reread(notice).receipt) == (
        NoticeState.CONFIRMED,
        f"colleague:{bob.user.pk}",
    )


def test_an_officer_may_say_it_for_another_and_a_seller_may_not(
    alice: Member, bob: Member, client: Client
) -> None:
    lead = make_lead(alice.organisation)
    taken_along(alice, lead.pk)
    notice = tell(alice, lead.pk)

    sign_in(client, bob)
    refused = client.post(url(bob, "export-confirm", pk=notice.pk)).status_code
    sign_in(client, alice)
    client.post(url(alice, "export-confirm", pk=notice.pk))

    assert (refused, reread(notice).state) == (404, NoticeState.CONFIRMED)


@pytest.mark.parametrize("event", ["lead.rectified", "lead.restricted"])
def test_each_event_has_its_mail(alice: Member, event: str) -> None:
    lead = make_lead(alice.organisation)
    taken_along(alice, lead.pk)

    assert tell(alice, lead.pk, event).state == NoticeState.SENT
