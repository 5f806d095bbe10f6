"""The drain: does what is due, so that a killed worker loses and doubles nothing.

1. Lease a batch, in autocommit (``delivery.leases``); drains do not wait for each other.
2. Per organisation, some at a time in its transaction: strike off the jobs that are still ours, then do
   the effects of exactly those. A late worker strikes off nothing, hence does nothing.
3. External effects come first and are struck off afterwards.

A job that was tried before is taken alone: one that kills its process would otherwise use up the tries
of all that were leased with it.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from itertools import groupby
from typing import Any

from django.db import transaction

from delivery import doorbell, leases
from delivery.jobs import TryLater, find_handler
from delivery.leases import Failure, Leased, WorkerLost
from tenancy.context import tenant

#: Beat rings each second; a drain leaves before the next one comes.
LOOP_SECONDS = 0.9
BATCH = 200
#: Jobs of one organisation in one transaction: few enough to end well within what Postgres lets one last.
TOGETHER = 50
#: A batch that is still at it by now gives the rest back untried, well before its lease ends.
BATCH_SECONDS = 20.0

Step = Callable[[Sequence[Leased]], int]


def drain(*, seconds: float = LOOP_SECONDS) -> int:
    """Do what is due until nothing is left or the time is up; answers how many jobs were done."""
    until = time.monotonic() + seconds
    done = 0
    with doorbell.muted():
        while True:
            batch = [*leases.take_fresh(limit=BATCH), *leases.take_tried()]
            done += _work(batch)
            if not batch or time.monotonic() >= until:
                return done


def _work(batch: Sequence[Leased]) -> int:
    until = time.monotonic() + BATCH_SECONDS
    done = 0
    steps = list(_steps(batch))
    for position, (step, jobs) in enumerate(steps):
        if time.monotonic() >= until:
            leases.give_back([job for _, rest in steps[position:] for job in rest])
            break
        done += step(jobs)
    return done


def _steps(batch: Sequence[Leased]) -> Iterable[tuple[Step, Sequence[Leased]]]:
    """Internal jobs by organisation first, then external ones, one by one."""
    alive = [job for job in batch if not job.exhausted]
    internal = [job for job in alive if not job.external]
    internal.sort(key=lambda job: (str(job.organisation_id), job.id))
    for _, group in groupby(internal, key=lambda job: job.organisation_id):
        jobs = list(group)
        for first in range(0, len(jobs), TOGETHER):
            yield _do_together, jobs[first : first + TOGETHER]
    for job in batch:
        if job.exhausted:
            yield _bury, [job]
        elif job.external:
            yield _do_external, [job]


def _do_together(jobs: Sequence[Leased]) -> int:
    """Jobs of one organisation in one transaction."""
    try:
        with _plane_of(jobs[0]):
            return _do_within(jobs)
    except Exception as error:  # noqa: BLE001  COMMIT was refused, say: none of them happened
        for job in jobs:
            failure = Failure(job, error)
            failure.report()
            leases.put_off(failure)
        return 0


def _plane_of(job: Leased) -> AbstractContextManager[Any]:
    return transaction.atomic() if job.organisation_id is None else tenant(job.organisation_id)


def _do_within(jobs: Sequence[Leased]) -> int:
    """Strike off and do, each within a savepoint: one that fails does not undo its neighbours."""
    ours = leases.strike_off(jobs)
    failures = [failure for failure in map(_try_one, ours) if failure]
    for failure in failures:
        failure.report()
        leases.write_back(failure)
    return len(ours) - len(failures)


def _try_one(job: Leased) -> Failure | None:
    try:
        with transaction.atomic():
            find_handler(job.task).run(job.call)
    except TryLater as later:
        return Failure(job, later, delay=later.delay)
    except Exception as error:  # noqa: BLE001  whatever a handler raises is its own job's failure
        return Failure(job, error)
    return None


def _do_external(jobs: Sequence[Leased]) -> int:
    (job,) = jobs
    try:
        find_handler(job.task).run(job.call)
    except TryLater as later:
        leases.put_off(Failure(job, later, delay=later.delay))
        return 0
    except Exception as error:  # noqa: BLE001  whatever a handler raises is its own job's failure
        failure = Failure(job, error)
        failure.report()
        leases.put_off(failure)
        return 0
    leases.strike_off([job])
    return 1


def _bury(jobs: Sequence[Leased]) -> int:
    for job in jobs:
        leases.bury(Failure(job, WorkerLost()))
    return 0
