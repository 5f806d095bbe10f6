"""Backups: encrypted, checked, pruned in time; restored closed, and open only after a replay."""

from __future__ import annotations

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django.utils import timezone
from psycopg.conninfo import make_conninfo
from time_machine import travel

from delivery import mail
from delivery.jobs import enqueue
from delivery.models import Suppression
from leads.models import Lead
from organisations import leaving
from organisations.models import Organisation
from privacy import ledger, replay, retention
from privacy.backups import files, restoring, stream, taking
from privacy.backups.postgres import PostgresFailed
from privacy.models import Backup
from tenancy.context import tenant
from tenancy.ids import uuid7
from tenancy.keys import key_store
from tenancy.ledger import gate
from tests.factories import make_lead
from tests.leads.conftest import Visitor, open_for_visitors
from tests.privacy.drill import erase, hang_up, leads_of

SECRET = "s" * 32


@pytest.fixture
def backing_up(db: None, tmp_path: Path, settings) -> Path:
    """Backups of the tests' database as it is without the test's own rows."""
    settings.BACKUP_DIR, settings.KEY_STORE_DIR = tmp_path / "backup_dir", tmp_path / "key_store_dir"
    settings.LEDGER_DIR = tmp_path / "ledger_dir"
    name = connections["owner"].settings_dict["NAME"]
    settings.BACKUP_DATABASE_URL = make_conninfo(os.environ["BACKUP_DATABASE_URL"], dbname=name)
    return tmp_path


# --- The stream -------------------------------------------------------------------------------------


def _sealed(text: bytes) -> bytes:
    target = io.BytesIO()
    stream.seal(io.BytesIO(text), target, secret=SECRET)
    return target.getvalue()


@pytest.mark.parametrize("size", [0, 1, stream.CHUNK - 1, stream.CHUNK, stream.CHUNK + 1, 3 * stream.CHUNK])
def test_what_was_sealed_opens(size):
    text = os.urandom(size)

    assert b"".join(stream.opened(io.BytesIO(_sealed(text)), secret=SECRET)) == text


@pytest.mark.parametrize("harm", ["cut at a chunk", "cut within", "bit", "swapped", "header", "longer"])
def test_a_harmed_stream_does_not_open(harm):
    sealed = bytearray(_sealed(os.urandom(3 * stream.CHUNK)))
    whole, header = stream.CHUNK + 16, 31
    if harm == "cut at a chunk":
        del sealed[header + 2 * whole :]
    elif harm == "cut within":
        del sealed[-5:]
    elif harm == "bit":
        sealed[header + whole + 9] ^= 1
    elif harm == "swapped":
        first, second = sealed[header : header + whole], sealed[header + whole : header + 2 * whole]
        sealed[header : header + 2 * whole] = second + first
    elif harm == "header":
        sealed[10] ^= 1
    else:
        sealed += b"x"

    with pytest.raises(stream.BackupUnreadable):
        list(stream.opened(io.BytesIO(bytes(sealed)), secret=SECRET))


def test_another_secret_opens_nothing():
    with pytest.raises(stream.BackupUnreadable):
        list(stream.opened(io.BytesIO(_sealed(b"x")), secret="t" * 32))


# --- Taking -----------------------------------------------------------------------------------------


@pytest.mark.promise("H42", "A7")
def test_a_backup_is_taken_checked_and_known(backing_up):
    manifest = taking.take()

    row = Backup.objects.get()
    assert (row.name, row.size) == (manifest.name, manifest.data.stat().st_size)
    assert row.verified_at is not None
    assert manifest.schema == taking.schema()


def test_nothing_of_the_database_stands_in_it_readably(backing_up):
    manifest = taking.take()

    text = manifest.data.read_bytes()
    assert [word for word in (b"leads_lead", b"CREATE TABLE", b"PGDMP") if word in text] == []
    plain = b"".join(files.plain(manifest.data))
    assert plain.startswith(b"PGDMP")


@pytest.mark.promise("A8")
def test_no_backup_outlives_84_days(backing_up):
    manifest = taking.take()
    assert manifest.expires - manifest.taken == timedelta(days=84)

    with travel(manifest.taken + timedelta(days=84) - timedelta(seconds=1), tick=False):
        assert taking.prune() == 0
    with travel(manifest.taken + timedelta(days=84), tick=False):
        assert taking.prune() == 1

    assert files.manifests() == []
    assert not manifest.data.exists()
    assert Backup.objects.get().removed_at is not None


def test_a_backup_that_is_over_is_not_restored(backing_up):
    manifest = taking.take()

    with travel(manifest.expires, tick=False), pytest.raises(restoring.BackupOver):
        restoring.restore(manifest.data, into="dbname=nowhere")


@pytest.mark.parametrize("folder", ["ledger_dir", "key_store_dir/backups", "."])
def test_backups_lie_apart_from_keys_and_ledger(backing_up, settings, folder):
    settings.BACKUP_DIR = backing_up / folder

    with pytest.raises(ImproperlyConfigured, match="apart"):
        taking.take()


def test_a_changed_manifest_is_refused(backing_up):
    manifest = taking.take()
    manifest.path.write_text(manifest.path.read_text().replace('"ledger_seq": 0', '"ledger_seq": 9'))

    with pytest.raises(stream.BackupUnreadable):
        files.manifests()


def test_a_changed_backup_fails_its_check(backing_up):
    manifest = taking.take()
    text = bytearray(manifest.data.read_bytes())
    text[-40] ^= 1
    manifest.data.write_bytes(bytes(text))

    with pytest.raises(CommandError, match="manifest"):
        call_command("backup", "--verify")


def test_a_dump_that_fails_leaves_nothing(backing_up, settings):
    settings.BACKUP_DATABASE_URL = settings.BACKUP_DATABASE_URL.replace("dbname=", "dbname=nowhere_")

    with pytest.raises(PostgresFailed):
        taking.take()

    assert sorted(path.name for path in files.folder().iterdir()) == ["lock"]


def test_a_second_run_meanwhile_is_refused(backing_up):
    with files.alone(), pytest.raises(files.BackupRunning):
        taking.take()


@pytest.mark.promise("H42", "A7")
def test_an_old_backup_degrades_the_health_check(backing_up):
    assert Client().get("/readyz").json()["backup"] == "ok"
    taking.take()
    with travel(timezone.now() + timedelta(hours=26, minutes=1), tick=False):
        found = Client().get("/readyz").json()

        assert (found["status"], found["backup"]) == ("degraded", "late")
        with pytest.raises(CommandError, match="26 hours"):
            call_command("backup", "--check")


def test_a_backup_that_was_never_checked_does_not_count(backing_up):
    taking.take()
    Backup.objects.update(verified_at=None)

    with travel(timezone.now() + timedelta(days=365), tick=False):
        assert taking.is_late()


# --- Restoring --------------------------------------------------------------------------------------


def test_a_database_with_tables_is_never_restored_over(ours):
    manifest = taking.take()

    with pytest.raises(restoring.NotEmpty):
        restoring.restore(manifest.data, into=ours.url("OWNER"))


def test_a_restored_instance_serves_nothing_before_replay(ours, shop):
    lead = make_lead(shop.organisation)
    manifest = taking.take()

    ours.restore(manifest)

    client = Client()
    assert client.get("/sign-in/").status_code == 503
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "restored, replay needed")
    replay.replay()
    assert client.get("/readyz").status_code == 200
    assert leads_of(shop) == {lead.pk}


def test_a_visitor_of_a_restored_instance_keeps_the_answers(ours, shop):
    visitor = Visitor(open_for_visitors(shop).public_key)
    document = visitor.document()
    ours.copy_of_data()
    with tenant(shop.organisation.pk):
        mail.suppress("erin@example.org", topic="news", reason="unsubscribed")
    ours.put_copy_back()

    page, sent = visitor.client.get(visitor.address), visitor.send(document)

    assert (page.status_code, sent.status_code) == (503, 503)
    assert {"Retry-After"} <= page.headers.keys() & sent.headers.keys()
    assert sent.json()["code"] == "unavailable"


def test_worker_and_clock_do_nothing_before_replay(ours, shop):
    from config.celery import app

    app.loader.import_default_modules()
    with tenant(shop.organisation.pk):
        enqueue("leads.announce", organisation_id=shop.organisation.pk, ids={"lead": str(uuid7())})
    ours.copy_of_data()
    entry = ledger.intend(ledger.Action.ERASE_LEAD, organisation_id=shop.organisation.pk)
    ledger.abandon(entry)
    erase(make_lead(shop.organisation))
    ours.put_copy_back()

    for name in ("delivery.drain", "privacy.sweep", "privacy.settle_ledger", "privacy.back_up"):
        assert app.tasks[name]() is None

    with ours.everything() as all_rows:
        assert all_rows.execute("SELECT attempts FROM delivery_job").fetchall() == [(0,)]
        assert all_rows.execute("SELECT count(*) FROM privacy_backup").fetchone() == (0,)
        assert all_rows.execute("SELECT count(*) FROM privacy_retentionrun").fetchone() == (0,)


def test_who_was_erased_after_the_backup_does_not_come_back(ours, shop):
    erin, frank = make_lead(shop.organisation), make_lead(shop.organisation, email="frank@example.org")
    manifest = taking.take()
    erase(erin)

    ours.restore(manifest)
    with ours.everything() as all_rows:
        assert all_rows.execute("SELECT count(*) FROM leads_lead").fetchone() == (2,)
    report = replay.replay()

    assert (report.done_again["erase_lead"], leads_of(shop)) == (1, {frank.pk})


def test_a_replay_done_twice_changes_nothing(ours, shop):
    erin = make_lead(shop.organisation)
    manifest = taking.take()
    erase(erin)
    ours.restore(manifest)

    first, second = replay.replay(), replay.replay()

    assert (first.done_again.total(), second.done_again.total()) == (1, 0)
    assert (first.epoch, second.epoch) == (1, 2)


def test_a_copied_data_folder_is_noticed(ours, shop):
    erin = make_lead(shop.organisation)
    ours.copy_of_data()
    erase(erin)

    ours.put_copy_back()

    with pytest.raises(gate.ReplayNeeded):
        leads_of(shop)
    replay.replay()
    assert leads_of(shop) == set()


def test_a_copy_from_which_nothing_was_erased_serves_at_once(ours, shop):
    lead = make_lead(shop.organisation)
    ours.copy_of_data()

    ours.put_copy_back()

    assert leads_of(shop) == {lead.pk}


def test_who_asked_for_no_more_mail_gets_none_after_a_restore(ours, shop):
    manifest = taking.take()
    with tenant(shop.organisation.pk):
        mail.suppress("erin@example.org", topic="news", reason="unsubscribed")

    ours.restore(manifest)
    replay.replay()

    with tenant(shop.organisation.pk):
        assert Suppression.objects.values_list("topic", "reason").get() == ("news", "unsubscribed")


def test_an_organisation_that_had_left_is_not_in_use_again_after_a_restore(ours, shop):
    manifest = taking.take()
    left = leaving.deactivate(shop.organisation, by=shop.user.pk)

    ours.restore(manifest)
    replay.replay()

    found = Organisation.objects.get(pk=left.pk)
    assert (found.lifecycle, found.restorable_until) == ("deactivated", left.restorable_until)


def test_an_organisation_that_came_back_is_in_use_after_a_restore(ours, shop):
    leaving.deactivate(shop.organisation, by=shop.user.pk)
    manifest = taking.take()
    leaving.restore(shop.organisation, by=shop.user.pk)

    ours.restore(manifest)
    replay.replay()

    assert Organisation.objects.get(pk=shop.organisation.pk).lifecycle == "active"


def test_a_shorter_period_holds_after_a_restore(ours, shop):
    from organisations.administering import change_settings

    lead = make_lead(shop.organisation)
    manifest = taking.take()
    with tenant(shop.organisation.pk):
        change_settings(
            organisation=shop.organisation, changes={"lead_retention_days": 30}, by=shop.membership
        )

    ours.restore(manifest)
    replay.replay()

    with tenant(shop.organisation.pk):
        found = Lead.objects.get(pk=lead.pk)
        assert found.purge_after - found.submitted_at == timedelta(days=30)


def test_what_expired_since_the_backup_is_gone_before_anything_is_served(ours, shop):
    lead = make_lead(shop.organisation)
    manifest = taking.take()

    ours.restore(manifest)
    ours.let_expire(lead.pk)
    report = replay.replay()

    assert report.swept >= 1
    assert leads_of(shop) == set()


def test_a_sweep_alone_closes_what_comes_back(ours, shop):
    lead = make_lead(shop.organisation)
    ours.copy_of_data()
    ours.let_expire(lead.pk)
    retention.sweep_all(due_day=timezone.localdate())

    ours.put_copy_back()

    with pytest.raises(gate.ReplayNeeded):
        leads_of(shop)


def test_an_old_backup_of_a_purged_organisation_cannot_be_read_with_todays_keys(ours, shop):
    lead = make_lead(shop.organisation)
    manifest = taking.take()
    key_store().destroy(shop.organisation.pk)

    ours.restore(manifest)
    with ours.everything() as all_rows:
        found = all_rows.execute("SELECT name FROM leads_leadcontact").fetchone()
    from tenancy.encryption import unseal
    from tenancy.keys import NoKey

    assert found
    with pytest.raises(NoKey):
        unseal(shop.organisation.pk, found[0], place=f"leads_leadcontact.name:{lead.pk}")


def test_sessions_do_not_come_back(ours, shop):
    client = Client()
    client.force_login(shop.user)
    manifest = taking.take()

    ours.restore(manifest)
    replay.replay()

    assert client.get("/home/").status_code == 302


def test_a_lost_ledger_is_said_and_can_be_begun_anew(ours, shop, settings):
    erase(make_lead(shop.organisation))
    settings.LEDGER_DIR = ours.folder / "another"
    hang_up()

    with pytest.raises(gate.ReplayNeeded, match="LEDGER_DIR"):
        leads_of(shop)
    with pytest.raises(CommandError, match="copy of LEDGER_DIR"):
        call_command("replay")
    hang_up()
    call_command("replay", "--begin-ledger")
    call_command("replay")

    assert leads_of(shop) == set()
