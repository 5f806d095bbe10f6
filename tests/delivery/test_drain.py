from collections import Counter
from datetime import timedelta

import pytest
from django.db import DataError, connection, transaction
from django.utils import timezone

from delivery import drain as draining
from delivery import leases
from delivery.drain import drain
from delivery.jobs import TryLater, enqueue
from delivery.models import DeadLetter, Job
from tenancy.context import current_organisation_id
from tenancy.ids import uuid7
from tests.delivery.conftest import leave_mark, marks

pytestmark = pytest.mark.django_db(transaction=True)


def make_jobs(task: str, organisation_id, count: int = 1) -> list:
    things = [uuid7() for _ in range(count)]
    for thing in things:
        enqueue(task, organisation_id=organisation_id, ids={"thing": str(thing)})
    return things


def make_everything_due() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE delivery_job SET due_at = now()")


def test_jobs_are_done_within_their_own_organisation(acme, globex, handle):
    handle("tests.mark")(leave_mark)
    ours, theirs = make_jobs("tests.mark", acme.pk, 3), make_jobs("tests.mark", globex.pk, 2)

    assert drain() == 5

    assert (sorted(marks(acme.pk)), sorted(marks(globex.pk))) == (sorted(ours), sorted(theirs))
    assert not Job.objects.exists()


def test_a_job_of_the_platform_runs_outside_every_organisation(handle):
    seen = []
    handle("tests.platform")(lambda call: seen.append((call.organisation_id, call.ids, call.attempt)))
    enqueue("tests.platform", organisation_id=None, ids={"thing": "1"})

    assert drain() == 1
    assert seen == [(None, {"thing": "1"}, 1)]


def test_a_failing_job_does_not_undo_its_neighbours(acme, handle):
    handle("tests.mark")(leave_mark)

    @handle("tests.broken")
    def broken(call):
        leave_mark(call)
        raise RuntimeError("canary-alice@example.org")

    good = make_jobs("tests.mark", acme.pk, 2)
    make_jobs("tests.broken", acme.pk)

    assert drain() == 2

    assert sorted(marks(acme.pk)) == sorted(good)
    job = Job.objects.get()
    assert (job.task, job.attempts) == ("tests.broken", 1)
    assert job.due_at > timezone.now()


def test_a_job_that_breaks_the_transaction_fails_alone(acme, handle):
    handle("tests.mark")(leave_mark)

    @handle("tests.broken")
    def broken(call):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1/0")
        except DataError:
            return

    good = make_jobs("tests.mark", acme.pk, 2)
    make_jobs("tests.broken", acme.pk)

    drain()

    assert sorted(marks(acme.pk)) == sorted(good)
    assert Job.objects.get().task == "tests.broken"


@pytest.mark.parametrize("external", [False, True])
def test_after_five_tries_a_job_is_a_dead_letter_without_the_errors_text(acme, handle, external, capsys):
    @handle("tests.broken", external=external)
    def broken(call):
        raise LookupError("canary-alice@example.org")

    (thing,) = make_jobs("tests.broken", acme.pk)

    for _ in range(leases.MAX_ATTEMPTS + 1):
        make_everything_due()
        drain()

    letter = DeadLetter.objects.get()
    assert (letter.task, letter.ids, letter.error, letter.attempts) == (
        "tests.broken",
        {"thing": str(thing)},
        "LookupError",
        leases.MAX_ATTEMPTS,
    )
    assert letter.organisation_id == acme.pk
    assert not Job.objects.exists()
    said = capsys.readouterr().out
    assert ("canary" in said, "job_dead" in said) == (False, True)


def test_a_job_whose_process_died_at_its_last_try_is_a_dead_letter(acme, handle):
    handle("tests.mark")(leave_mark)
    make_jobs("tests.mark", acme.pk)
    Job.objects.update(attempts=leases.MAX_ATTEMPTS)

    drain()

    assert DeadLetter.objects.get().error == "WorkerLost"
    assert marks(acme.pk) == []


def test_an_unknown_task_waits_for_a_worker_that_knows_it(acme):
    make_jobs("tests.not_there", acme.pk)

    assert drain() == 0

    assert Job.objects.get().attempts == 1


def test_a_late_worker_does_nothing(acme, handle):
    handle("tests.mark")(leave_mark)
    things = make_jobs("tests.mark", acme.pk, 3)
    late = leases.take_fresh(limit=10)
    make_everything_due()

    assert drain() == 3
    assert draining._work(late) == 0

    assert Counter(marks(acme.pk)) == Counter(things)


def test_a_leased_job_is_left_alone(acme, handle):
    handle("tests.mark")(leave_mark)
    make_jobs("tests.mark", acme.pk)
    leases.take_fresh(limit=10)

    assert drain() == 0


def test_a_job_tried_before_is_taken_alone(acme, handle):
    handle("tests.mark")(leave_mark)
    make_jobs("tests.mark", acme.pk, 4)
    leases.take_fresh(limit=10)
    make_everything_due()

    assert leases.take_fresh(limit=10) == []
    assert [len(leases.take_tried()) for _ in range(5)] == [1, 1, 1, 1, 0]


def test_a_job_that_asks_for_time_loses_no_try(acme, handle):
    @handle("tests.later", external=True)
    def later(call):
        raise TryLater(timedelta(minutes=5))

    make_jobs("tests.later", acme.pk)
    for _ in range(leases.MAX_ATTEMPTS * 2):
        make_everything_due()
        drain()

    assert Job.objects.get().attempts == 1
    assert Job.objects.get().due_at > timezone.now() + timedelta(minutes=4)


def test_an_external_job_runs_outside_any_transaction(acme, handle):
    seen = []

    @handle("tests.call", external=True)
    def call_out(call):
        seen.append((connection.in_atomic_block, Job.objects.count()))

    make_jobs("tests.call", acme.pk)

    assert drain() == 1
    assert (seen, Job.objects.count()) == ([(False, 1)], 0)


def test_a_job_enqueued_by_a_job_is_done_in_the_same_drain(acme, handle):
    handle("tests.mark")(leave_mark)

    @handle("tests.first")
    def first(call):
        enqueue("tests.mark", organisation_id=current_organisation_id(), ids=call.ids)

    things = make_jobs("tests.first", acme.pk)

    assert drain() == 2
    assert marks(acme.pk) == things


def test_what_does_not_fit_into_the_time_goes_back_untried(acme, globex, handle, monkeypatch):
    monkeypatch.setattr(draining, "BATCH_SECONDS", 0.0)
    handle("tests.mark")(leave_mark)
    make_jobs("tests.mark", acme.pk)
    make_jobs("tests.mark", globex.pk)

    assert drain(seconds=0) == 0

    assert list(Job.objects.values_list("attempts", flat=True)) == [0, 0]
    assert not Job.objects.filter(due_at__gt=timezone.now()).exists()


def test_many_jobs_of_one_organisation_are_done_in_transactions_of_a_few(acme, handle, monkeypatch):
    """One transaction for all would outlast what Postgres allows, and all would be undone together."""
    monkeypatch.setattr(draining, "TOGETHER", 2)
    transactions = []

    @handle("tests.where")
    def where(call):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()::text")
            transactions.append(cursor.fetchone()[0])

    make_jobs("tests.where", acme.pk, 5)

    assert drain() == 5
    assert sorted(Counter(transactions).values()) == [1, 2, 2]


def test_a_rolled_back_transaction_leaves_no_job(acme):
    with transaction.atomic():
        enqueue("tests.mark", organisation_id=acme.pk)
        transaction.set_rollback(True)

    assert not Job.objects.exists()
