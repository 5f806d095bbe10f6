"""Who got data is known, and is told what became of it, once."""

from __future__ import annotations

from uuid import UUID

import pytest

from audit.models import Disclosure, NoticeState, RecipientNotice
from audit.recipients import mark, recipients_of, record_disclosure, tell_recipients
from delivery.models import Job
from tenancy.context import tenant
from tenancy.ids import uuid7
from tests.cast import Member

LEAD, OTHER, HOOK, EXPORT, CASE = (uuid7() for _ in range(5))


@pytest.mark.promise("H15")
def test_recipients_of_an_object(alice: Member) -> None:
    with tenant(alice.organisation.pk):
        record_disclosure("webhook", recipient_id=HOOK, objects=[LEAD, OTHER])
        record_disclosure("export", recipient_id=EXPORT, objects=[LEAD], batch_id=EXPORT)

        assert recipients_of([LEAD]) == [("export", EXPORT), ("webhook", HOOK)]
        assert recipients_of([OTHER]) == [("webhook", HOOK)]


def test_the_same_disclosure_twice_is_one(alice: Member) -> None:
    with tenant(alice.organisation.pk):
        record_disclosure("webhook", recipient_id=HOOK, objects=[LEAD])
        record_disclosure("webhook", recipient_id=HOOK, objects=[LEAD])

        assert Disclosure.objects.count() == 1


def test_each_recipient_is_told_once(alice: Member) -> None:
    with tenant(alice.organisation.pk):
        record_disclosure("webhook", recipient_id=HOOK, objects=[LEAD])
        first = tell_recipients("lead.erased", case_id=CASE, objects=[LEAD])
        again = tell_recipients("lead.erased", case_id=CASE, objects=[LEAD])

        assert [each.pk for each in first] == [each.pk for each in again]
    assert list(Job.objects.filter(task="recipients.tell.webhook").values_list("ids", flat=True)) == [
        {"notice": str(first[0].pk)}
    ]


def test_a_notice_is_settled_by_its_confirmation(alice: Member) -> None:
    with tenant(alice.organisation.pk):
        record_disclosure("webhook", recipient_id=HOOK, objects=[LEAD])
        [notice] = tell_recipients("lead.erased", case_id=CASE, objects=[LEAD])
        mark(notice.pk, NoticeState.SENT)
        mark(notice.pk, NoticeState.CONFIRMED, receipt="200")
        notice.refresh_from_db()

    assert (notice.state, notice.settled_at is not None, notice.receipt) == ("confirmed", True, "200")


def test_charlie_sees_no_recipient_of_acme(alice: Member, charlie: Member) -> None:
    with tenant(alice.organisation.pk):
        record_disclosure("webhook", recipient_id=HOOK, objects=[LEAD])
        tell_recipients("lead.erased", case_id=CASE, objects=[LEAD])

    with tenant(charlie.organisation.pk):
        assert recipients_of([LEAD]) == []
        assert RecipientNotice.objects.count() == 0
    assert isinstance(LEAD, UUID)
