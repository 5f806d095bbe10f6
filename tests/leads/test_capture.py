"""Storing a submission: one statement, inside the wall, once."""

from dataclasses import replace
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connections, transaction

from configurators.models import Configurator, Publication
from leads.capture import Captured, DifferentSubmission, IntakeClosed, Submission, capture_lead
from leads.models import Lead, LeadContact, LeadOrigin
from tenancy.context import tenant
from tenancy.ids import uuid7
from tests.cast import Member
from tests.leads.conftest import open_for_visitors
from tests.wire import executed


@pytest.fixture
def submission(shop: Configurator) -> Submission:
    publication = Publication.objects.get(configurator_id=shop.pk)
    return Submission(
        organisation_id=shop.organisation_id,
        public_key=shop.public_key,
        configurator_id=shop.pk,
        version_id=publication.version_id,
        submission_key=uuid7().hex,
        body=b"[]",
        language="nl",
        source="page",
        quote="{}",
        gross=Decimal("9685.00"),
        currency="EUR",
        notice_sha256="ab" * 32,
        marketing_sha256=None,
        quarantine_reason="",
        retention_days=365,
        origin_days=90,
        name="Sanne de Vries",
        email="sanne@devries.example",
        email_key="sanne@devries.example",
        phone="",
        answers=None,
        ip="203.0.113.9",
    )


def count(organisation_id, model) -> int:
    with tenant(organisation_id):
        return model.objects.count()


def test_capture_and_replay_are_one_statement_each(submission: Submission) -> None:
    with executed("intake") as statements:
        first, second = capture_lead(submission), capture_lead(submission)

    assert len(statements) == 2
    assert second == replace(first, replayed=True)


def test_tenant_does_not_outlive_the_statement(submission: Submission) -> None:
    capture_lead(submission)

    with connections["intake"].cursor() as cursor:
        cursor.execute("SELECT current_setting('app.organisation_id', true)")
        assert cursor.fetchone()[0] in (None, "")


def test_other_body_under_the_same_key_is_refused(submission: Submission) -> None:
    capture_lead(submission)

    with pytest.raises(DifferentSubmission):
        capture_lead(replace(submission, body=b"[1]"))
    assert count(submission.organisation_id, Lead) == 1


def test_intake_that_is_off_stores_nothing(submission: Submission) -> None:
    Publication.objects.update(intake_on=False)

    with pytest.raises(IntakeClosed):
        capture_lead(submission)
    assert count(submission.organisation_id, Lead) == 0


def test_replay_is_answered_after_the_intake_was_switched_off(submission: Submission) -> None:
    first = capture_lead(submission)
    Publication.objects.update(intake_on=False)

    assert capture_lead(submission).reference == first.reference


def test_key_of_one_organisation_takes_nothing_in_for_another(
    submission: Submission, charlie: Member
) -> None:
    with pytest.raises(IntakeClosed):
        capture_lead(replace(submission, organisation_id=charlie.organisation.pk))

    assert count(charlie.organisation.pk, Lead) == 0


def test_same_submission_key_in_another_organisation_is_no_replay(
    submission: Submission, charlie: Member
) -> None:
    theirs = open_for_visitors(charlie)
    publication = Publication.objects.get(configurator_id=theirs.pk)
    ours = capture_lead(submission)

    other = capture_lead(
        replace(
            submission,
            organisation_id=theirs.organisation_id,
            public_key=theirs.public_key,
            configurator_id=theirs.pk,
            version_id=publication.version_id,
        )
    )

    assert (other.replayed, other.lead_id != ours.lead_id) == (False, True)


def test_nothing_readable_is_stored(submission: Submission) -> None:
    capture_lead(submission)

    with tenant(submission.organisation_id):
        contact, origin = LeadContact.objects.get(), LeadOrigin.objects.get()
    stored = b"".join(bytes(v) for v in (contact.name, contact.email, contact.email_index, origin.ip))
    assert not any(plain in stored for plain in (b"Sanne", b"devries", b"203.0"))


def test_two_at_once_are_one_lead(submission: Submission) -> None:
    found: list[Captured] = []
    start = Barrier(6)

    def send() -> None:
        start.wait()
        found.append(capture_lead(submission))
        connections["intake"].close()

    threads = [Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 6
    assert {captured.reference for captured in found} == {found[0].reference}
    assert count(submission.organisation_id, Lead) == 1


def test_capture_commits_by_itself(submission: Submission) -> None:
    with transaction.atomic():
        capture_lead(submission)
        transaction.set_rollback(True)

    assert count(submission.organisation_id, Lead) == 1
