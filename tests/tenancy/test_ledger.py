"""The ledger: chained, torn, crowded, compacted, and compared with the database."""

import json
import multiprocessing
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connections, transaction

from tenancy.ledger import entries, gate
from tenancy.ledger.store import KEPT, FileLedger, Head, LedgerBroken, ledger
from tenancy.models import LedgerEntry, LedgerPosition


@pytest.fixture
def book(tmp_path: Path) -> FileLedger:
    return FileLedger(tmp_path / "book")


def _write(book: FileLedger, count: int) -> None:
    for _ in range(count):
        book.append(kind="intent", entry=uuid4(), facts={"refs": [["leads_lead", str(uuid4())]]})


# --- The file ---------------------------------------------------------------------------------------


def test_an_empty_ledger_ends_before_its_first_line(book):
    assert (book.head(), book.entries()) == (Head(), [])


def test_lines_are_numbered_and_chained(book):
    _write(book, 3)

    lines = book.entries()

    assert [line.seq for line in lines] == [1, 2, 3]
    assert [line.prev for line in lines] == [Head().hash, lines[0].hash, lines[1].hash]
    assert book.head() == lines[2].head


def test_only_its_owner_may_read_it(book):
    _write(book, 1)

    assert oct(book.folder.stat().st_mode)[-3:] == "700"
    assert oct(book.path.stat().st_mode)[-3:] == "600"


def test_entries_after_a_line_are_those_that_follow(book):
    _write(book, 5)

    assert [line.seq for line in book.entries(after=3)] == [4, 5]


def test_the_end_is_found_in_a_file_of_many_blocks(book):
    for _ in range(4):
        book.append(kind="intent", entry=uuid4(), facts={"refs": [["t", str(uuid4())]] * 2000})
    _write(book, 2)

    assert (book.head().seq, [line.seq for line in book.entries(after=2)]) == (6, [3, 4, 5, 6])


@pytest.mark.parametrize("cut", [1, 20, 100])
def test_a_torn_last_line_is_cut_off_by_the_next_one(book, cut):
    _write(book, 3)
    text = book.path.read_bytes()
    book.path.write_bytes(text[:-cut])

    assert book.head().seq == 2
    _write(book, 1)

    assert [line.seq for line in book.entries()] == [1, 2, 3]


@pytest.mark.parametrize("harm", ["edit", "remove", "swap", "insert"])
def test_harm_to_any_line_is_found(book, harm):
    _write(book, 4)
    lines = book.path.read_text().splitlines()
    for at in range(3):
        harmed = list(lines)
        if harm == "edit":
            harmed[at] = json.dumps({**json.loads(lines[at]), "kind": "void"})
        elif harm == "remove":
            del harmed[at]
        elif harm == "swap":
            harmed[at : at + 2] = reversed(harmed[at : at + 2])
        else:
            harmed.insert(at, lines[at])
        book.path.write_text("\n".join(harmed) + "\n")

        with pytest.raises(LedgerBroken):
            book.entries()


def _append_many(folder: Path, count: int) -> None:
    _write(FileLedger(folder), count)


def test_appenders_in_several_processes_make_one_chain(book):
    fork = multiprocessing.get_context("fork")
    writers = [fork.Process(target=_append_many, args=(book.folder, 25)) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert [line.seq for line in book.entries()] == list(range(1, 201))


def test_lines_go_after_98_days_and_the_chain_still_holds(book, time_machine):
    now = datetime.now(UTC)
    time_machine.move_to(now - KEPT - timedelta(minutes=1), tick=False)
    _write(book, 3)
    time_machine.move_to(now - KEPT + timedelta(minutes=1), tick=False)
    _write(book, 2)
    time_machine.move_to(now, tick=False)

    assert book.compact() == 3
    assert [line.seq for line in book.entries()] == [3, 4, 5]
    _write(book, 1)
    assert book.head().seq == 6
    assert book.compact() == 0


# --- The protocol -----------------------------------------------------------------------------------


@pytest.fixture
def organisation() -> Iterator:
    return uuid4()


def _kinds() -> list[str]:
    return [line.kind for line in ledger().entries()]


def _difference() -> str:
    connections["default"].ensure_connection()
    return gate.difference(connections["default"])


def _go_back_to_the_start() -> None:
    LedgerPosition.objects.update(applied_seq=0, applied_hash=Head().hash)


def _erase(organisation) -> entries.Entry:
    entry = entries.intend("erase_lead", organisation_id=organisation, refs=[("leads_lead", uuid4())])
    with transaction.atomic():
        entries.mark_done(entry)
    return entry


def test_an_erasure_is_announced_done_and_closed(db, organisation):
    entry = _erase(organisation)
    assert _kinds() == ["intent"]

    entries.close(entry)

    assert _kinds() == ["intent", "done"]
    assert LedgerPosition.objects.get().head == ledger().head()
    assert not LedgerEntry.objects.exists()


def test_the_intent_is_refused_within_a_transaction(db, organisation):
    with transaction.atomic(), pytest.raises(entries.IntentWithinTransaction):
        entries.intend("erase_lead", organisation_id=organisation)


def test_a_second_worker_cannot_destroy_in_the_same_name(db, organisation):
    entry = _erase(organisation)

    with pytest.raises(entries.EntryGone):
        entries.mark_done(entry)


def test_what_was_given_up_needs_no_row(db, organisation):
    entry = entries.intend("erase_lead", organisation_id=organisation)
    entries.abandon(entry)

    assert (_kinds(), _difference()) == (["intent", "void"], "")


def test_a_restriction_reaches_the_ledger_with_its_transaction(transactional_db, organisation):
    with transaction.atomic():
        entries.note("suppress", organisation_id=organisation, tag=b"x" * 32, more={"topic": "news"})
        assert _kinds() == []

    assert _kinds() == ["note"]
    assert ledger().entries()[0].facts["more"] == {"topic": "news"}


def test_a_restriction_that_is_rolled_back_leaves_no_line(db, organisation):
    def change_mind() -> None:
        with transaction.atomic():
            entries.note("suppress", organisation_id=organisation)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_mind()

    assert (_kinds(), LedgerEntry.objects.count()) == ([], 0)


def test_an_entry_names_nobody(db, organisation):
    with pytest.raises(ValueError, match="reason"):
        entries.note("suppress", organisation_id=organisation, more={"reason": "erin@example.org"})


def test_settling_tells_what_a_killed_process_could_not(db, organisation):
    _erase(organisation)
    _erase(organisation)

    assert (entries.settle(), entries.settle()) == (2, 0)
    assert _kinds() == ["intent", "intent", "done", "done"]


# --- The gate ---------------------------------------------------------------------------------------


def test_a_new_database_and_a_new_ledger_belong_together(db):
    assert _difference() == ""


def test_a_living_database_is_borne_out_at_every_step(db, organisation):
    entry = entries.intend("erase_lead", organisation_id=organisation)
    assert _difference() == ""
    with transaction.atomic():
        entries.mark_done(entry)
    assert _difference() == ""
    entries.close(entry)
    assert _difference() == ""


def test_a_database_from_before_the_intent_is_closed(db, organisation):
    entries.intend("erase_lead", organisation_id=organisation)
    LedgerEntry.objects.all().delete()

    assert _difference() == "replay_needed"


def test_a_database_from_between_intent_and_deed_is_closed(db, organisation):
    entry = _erase(organisation)
    before = LedgerEntry.objects.get()
    before.state = "intended"
    entries.close(entry)
    _go_back_to_the_start()
    before.save(force_insert=True)

    assert _difference() == "replay_needed"


def test_a_ledger_that_was_lost_closes_the_database(db, organisation, settings, tmp_path):
    entries.close(_erase(organisation))
    settings.LEDGER_DIR = tmp_path / "another"

    assert _difference() == "ledger_lost"


def test_the_ledger_of_another_installation_closes_the_database(db, organisation, settings, tmp_path):
    entries.close(_erase(organisation))
    settings.LEDGER_DIR = tmp_path / "another"
    _write(ledger(), 3)

    assert _difference() == "ledger_differs"


def test_a_backup_older_than_the_ledger_reaches_is_refused(db, organisation, time_machine):
    time_machine.move_to(datetime.now(UTC) - KEPT - timedelta(days=1), tick=False)
    entries.close(_erase(organisation))
    time_machine.move_to(datetime.now(UTC) + KEPT + timedelta(days=1), tick=False)
    entries.close(_erase(organisation))
    ledger().compact()
    _go_back_to_the_start()

    assert _difference() == "too_old"


def test_opening_a_connection_to_a_restored_database_is_refused(transactional_db, organisation):
    entries.intend("erase_lead", organisation_id=organisation)
    LedgerEntry.objects.all().delete()
    connection = connections["default"]
    connection.close()

    with pytest.raises(gate.ReplayNeeded) as refusal:
        connection.ensure_connection()

    assert (refusal.value.reason, gate.closed_because()) == ("replay_needed", "replay_needed")
    with gate.passing():
        connection.ensure_connection()
        LedgerPosition.objects.create(applied_seq=1, applied_hash=ledger().head().hash)
    connection.close()
    connection.ensure_connection()
    assert gate.closed_because() == ""


def test_a_connection_that_lives_long_asks_again(transactional_db, organisation):
    entries.intend("erase_lead", organisation_id=organisation)
    LedgerEntry.objects.all().delete()
    connection = connections["default"]
    LedgerEntry.objects.count()

    connection.compare_at = 0

    with pytest.raises(gate.ReplayNeeded):
        LedgerEntry.objects.count()
    ledger().path.unlink()
    connection.ensure_connection()


def test_it_does_not_ask_while_a_transaction_ends(transactional_db):
    connection = connections["default"]

    with transaction.atomic():
        LedgerEntry.objects.count()
        connection.compare_at = 0

    assert connection.get_autocommit()
    assert LedgerEntry.objects.count() == 0
    assert connection.compare_at > 0


def test_a_connection_that_is_opened_again_after_a_minute_works(transactional_db: None) -> None:
    """The old connection was due for a comparison: the new one is not compared half-way through opening."""
    connection = connections["default"]
    connection.ensure_connection()
    connection.close()
    connection.compare_at = 0.0  # type: ignore[attr-defined]

    connection.ensure_connection()

    assert connection.get_autocommit()
