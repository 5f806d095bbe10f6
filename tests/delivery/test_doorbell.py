import time

import pytest

from delivery import doorbell
from delivery.jobs import enqueue
from delivery.models import Job
from tenancy.context import tenant


@pytest.fixture
def rung(monkeypatch):
    """Counts the rings instead of ringing."""
    rings = []
    monkeypatch.setattr(doorbell, "ring", lambda: rings.append(True))
    return rings


def refuse(*args, **kwargs):
    raise ConnectionRefusedError("redis://:canary@127.0.0.1")


@pytest.mark.django_db(transaction=True)
def test_many_jobs_of_one_transaction_ring_once(acme, rung):
    with tenant(acme.pk):
        for _ in range(3):
            enqueue("tests.note", organisation_id=acme.pk)

    assert rung == [True]


@pytest.mark.django_db(transaction=True)
def test_a_drain_wakes_nobody(rung):
    with doorbell.muted():
        enqueue("tests.note", organisation_id=None)

    assert (rung, Job.objects.count()) == ([], 1)


def test_a_broker_that_refuses_is_told_of_and_no_error(monkeypatch, capsys):
    monkeypatch.setattr("celery.app.base.Celery.send_task", refuse)

    assert doorbell.ask_for_a_drain() is False

    said = capsys.readouterr().out
    assert ("doorbell_unheard" in said, "canary" in said) == (True, False)


def test_ringing_does_not_wait_for_the_broker(monkeypatch):
    asked = []

    def hang(*args, **kwargs):
        asked.append(True)
        time.sleep(0.5)

    monkeypatch.setattr("celery.app.base.Celery.send_task", hang)
    ringer = doorbell._Ringer()

    began = time.monotonic()
    for _ in range(100):
        ringer.ring()
    took = time.monotonic() - began
    time.sleep(0.1)

    assert (asked, took < 0.4) == ([True], True)
