from datetime import timedelta

import pytest
from django.utils import timezone

from delivery.jobs import enqueue
from delivery.models import Job

pytestmark = pytest.mark.django_db


def test_a_job_is_due_at_once():
    enqueue("tests.note", organisation_id=None, ids={"thing": "1"})

    job = Job.objects.get()
    assert (job.task, job.organisation_id, job.ids, job.attempts) == ("tests.note", None, {"thing": "1"}, 0)
    assert job.due_at <= timezone.now()


def test_a_second_job_with_the_same_key_is_dropped_while_the_first_waits():
    for _ in range(2):
        enqueue("tests.note", organisation_id=None, dedupe_key="thing:1")

    assert Job.objects.count() == 1


def test_the_key_belongs_to_task_and_organisation(acme):
    enqueue("tests.note", organisation_id=None, dedupe_key="thing:1")
    enqueue("tests.other", organisation_id=None, dedupe_key="thing:1")
    enqueue("tests.note", organisation_id=acme.pk, dedupe_key="thing:1")

    assert Job.objects.exclude(dedupe_key=None).count() == 3


@pytest.mark.parametrize("value", ["alice@example.org", "Alice Smith", "x" * 65])
def test_what_is_no_identifier_is_refused_without_quoting_it(value):
    with pytest.raises(ValueError) as refusal:
        enqueue("tests.note", organisation_id=None, ids={"who": value})

    assert value not in str(refusal.value)


def test_a_job_may_wait_for_its_moment():
    moment = timezone.now() + timedelta(days=1)

    enqueue("tests.note", organisation_id=None, due_at=moment)

    assert Job.objects.get().due_at == moment
