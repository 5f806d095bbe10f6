"""kill -9 at enumerated points of a purge, a backup, a restore and a replay: resumed, and exact.

Each point is reached in a forked process that then kills itself; the parent resumes.
"""

from __future__ import annotations

import importlib
import os
import signal
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from delivery.models import AccountMail
from organisations import leaving
from organisations.leaving import without_a_way_back
from privacy import replay
from privacy.backups import files, restoring, taking
from privacy.leaving.purge import purge
from privacy.models import Backup
from tenancy.keys import NoKey, key_store
from tenancy.ledger import gate
from tenancy.ledger.store import ledger
from tests.cast import _owner
from tests.factories import make_lead
from tests.privacy.drill import erase, hang_up, leads_of

BACKUP = [
    ("privacy.backups.postgres:start", "before"),
    ("privacy.backups.stream:seal", "before"),
    ("privacy.backups.stream:seal", "after"),
    ("privacy.backups.taking:schema", "before"),
    ("privacy.backups.files:write", "before"),
    ("privacy.backups.files:write", "after"),
    ("privacy.backups.taking:verify", "before"),
]
RESTORE = [
    ("privacy.backups.restoring:_mark", "before"),
    ("privacy.backups.restoring:_mark", "after"),
    ("privacy.backups.files:plain", "after"),
    ("privacy.backups.restoring:load", "after"),
]
REPLAY = [
    ("privacy.replay:_stories", "before"),
    ("privacy.replay:execute", "before"),
    ("privacy.replay:execute", "after"),
    ("privacy.replay:delete_rows", "after"),
    ("privacy.replay:_stand_at_the_end", "before"),
    ("privacy.replay:_stand_at_the_end", "after"),
    ("privacy.replay:settle", "after"),
    ("privacy.replay:_end_ways_in", "before"),
    ("privacy.replay:_open", "before"),
    ("privacy.replay:record_platform", "after"),
]

PURGE = [
    ("privacy.leaving.purge:_delete_slice", "after"),
    ("privacy.leaving.purge:_finish", "before"),
    ("privacy.leaving.purge:_finish", "after"),
    ("tenancy.keys:FileKeyStore.destroy", "after"),
    ("privacy.ledger:settle", "after"),
    ("privacy.leaving.purge:end_purge", "after"),
]


def killed_at(target: str, when: str, work: Callable[[], Any]) -> None:
    """Do the work in a process that dies at this point; the connections are not shared with it."""
    hang_up()
    child = os.fork()
    if child == 0:
        try:
            _set_trap(target, when)
            work()
        finally:
            os._exit(1)  # the point was not reached
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"{target} was not reached"
    assert os.WTERMSIG(status) == signal.SIGKILL


def _set_trap(target: str, when: str) -> None:
    module, _, path = target.partition(":")
    *holders, name = path.split(".")
    owner: Any = importlib.import_module(module)
    for holder in holders:
        owner = getattr(owner, holder)
    original = getattr(owner, name)

    def trap(*args: Any, **kwargs: Any) -> Any:
        if when == "after":
            found = original(*args, **kwargs)
            if isinstance(found, Iterator):
                next(found, None)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, trap)


def test_a_killed_backup_leaves_nothing_that_counts(ours, shop):
    for target, when in BACKUP:
        killed_at(target, when, taking.take)

        manifest = taking.take()

        taking.verify(manifest)
        left = {path.suffix for path in files.folder().iterdir()} - {files.DATA, files.MANIFEST, ""}
        assert left == set()
        names = {each.name for each in files.manifests()}
        assert {path.stem for path in files.folder().glob(f"*{files.DATA}")} == names
        assert set(Backup.objects.values_list("name", flat=True)) == names


@pytest.mark.prove
def test_a_killed_restore_and_a_killed_replay_are_made_good(ours, shop):
    erin, frank = make_lead(shop.organisation), make_lead(shop.organisation, email="frank@example.org")
    manifest = taking.take()
    erase(erin)

    for target, when in RESTORE:
        ours.lose_database()
        killed_at(target, when, lambda: restoring.restore(manifest.data, into=ours.url("OWNER")))
        hang_up()
        restoring.restore(manifest.data, into=ours.url("OWNER"))
        ours.grant()
        assert _is_closed()
    ours.copy_of_data()
    for target, when in REPLAY:
        killed_at(target, when, replay.replay)
        assert _is_closed(), f"open after a kill {when} {target}"
        replay.replay()
        assert leads_of(shop) == {frank.pk}
        ours.go_back_to_copy()


def test_a_killed_purge_comes_to_its_end(ours):
    for number, (target, when) in enumerate(PURGE):
        owner = _owner(f"Owner{number}", f"Shop {number}")
        make_lead(owner.organisation)
        leaving.deactivate(owner.organisation, by=owner.user.pk)
        leaving.give_up_the_rest_of_the_time(owner.organisation, by=owner.user.pk)

        killed_at(target, when, partial(purge, owner.organisation.pk))
        assert not _is_closed(), f"closed by a kill {when} {target}"
        assert owner.organisation.pk in without_a_way_back(timezone.now())
        purge(owner.organisation.pk)

        assert leads_of(owner) == set()
        with pytest.raises(NoKey):
            key_store().open(owner.organisation.pk)
        told = AccountMail.objects.filter(template="organisation_purged", user_id=owner.user.pk)
        assert told.count() == 1
        assert ledger().entries()[-1].kind == "done"


def _is_closed() -> bool:
    hang_up()
    try:
        connections["default"].ensure_connection()
    except gate.ReplayNeeded:
        return True
    return False
