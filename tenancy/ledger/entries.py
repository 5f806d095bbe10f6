"""Writing the ledger around what it records, so that neither a crash nor a restore can lose it.

What destroys: ``intend`` before it, ``mark_done`` within the transaction that does it, ``close`` after the
commit. What only restricts (a suppression, a shorter period): ``note`` within its transaction. Where a
process dies in between, ``settle`` tells the file what the database knows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connections, transaction
from django.utils import timezone

from tenancy.context import in_foreign_transaction
from tenancy.ledger.store import Head, Line, ledger
from tenancy.models import LedgerEntry, LedgerPosition

#: A row that goes, as table and key.
Ref = tuple[str, str | UUID]
State = LedgerEntry.State

INTENT, NOTE = "intent", "note"
#: What the file says once the row says it.
ENDS = {State.DONE: "done", State.VOID: "void"}


class IntentWithinTransaction(RuntimeError):
    """The intent must be stored before what it announces: take it outside any transaction."""


class EntryGone(RuntimeError):
    """The entry was given up or done by somebody else: the caller must not destroy in its name."""


class LedgerOutOfStep(RuntimeError):
    """The database and the ledger do not belong together; only a replay brings them back."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that must stay done."""

    id: UUID
    action: str
    #: The line that announced it.
    seq: int


def intend(
    action: str,
    *,
    organisation_id: UUID | None,
    refs: Sequence[Ref] = (),
    tag: bytes = b"",
    more: Mapping[str, str | int] | None = None,
) -> Entry:
    """Announce that rows will be destroyed. Stored in the database and on the ledger's disk on return.

    ``tag`` is a keyed hash by which the person may be known again; ``more`` holds identifiers and numbers.
    """
    if in_foreign_transaction(connections["default"]):
        raise IntentWithinTransaction("Announce before the transaction that destroys.")
    row = _row(State.INTENDED, action, organisation_id, refs, tag, more)
    row.save(force_insert=True)
    line = ledger().append(kind=INTENT, entry=row.pk, facts=row.facts())
    return Entry(row.pk, action, line.seq)


def mark_done(entry: Entry) -> None:
    """Say, in the transaction that destroys, that it does. Raises EntryGone."""
    if not LedgerEntry.objects.filter(pk=entry.id, state=State.INTENDED).update(state=State.DONE):
        raise EntryGone("This entry does not wait to be done.")


def close(entry: Entry) -> None:
    """Tell the ledger, after the commit. A second time changes nothing."""
    settle()


def abandon(entry: Entry) -> None:
    """Give up what was announced: nothing was destroyed and nobody will try again. Raises EntryGone."""
    if not LedgerEntry.objects.filter(pk=entry.id, state=State.INTENDED).update(state=State.VOID):
        raise EntryGone("This entry was done or given up before.")
    settle()


def note(
    action: str,
    *,
    organisation_id: UUID | None,
    refs: Sequence[Ref] = (),
    tag: bytes = b"",
    more: Mapping[str, str | int] | None = None,
) -> None:
    """Record a restriction in the caller's transaction; the ledger hears of it once that has committed."""
    _row(State.DONE, action, organisation_id, refs, tag, more, noted=True).save(force_insert=True)
    transaction.on_commit(settle_if_possible, robust=True)


def settle_if_possible() -> None:
    """After a commit nothing may fail any more: what is left over is settled within a minute."""
    if not in_foreign_transaction(connections["default"]):
        settle()


def settle() -> int:
    """Bring file and database to the same point, one process at a time; answers how many lines were added.

    Whoever appends holds the position's row, so that no line is added twice; a death in between leaves
    rows that the next one finds.
    """
    with transaction.atomic(durable=True):
        position = _hold_position()
        written = lines_after(position)
        untold = _untold(written)
        added = [_tell(row) for row in untold]
        _advance(position, written + added)
    return len(added)


def lines_after(position: LedgerPosition) -> list[Line]:
    """What the ledger says beyond a position. Raises LedgerOutOfStep when it is another ledger's."""
    known = position.head
    lines = ledger().entries(after=max(0, known.seq - 1))
    anchor = lines[0].head if lines and known.seq else Head()
    if anchor != known:
        raise LedgerOutOfStep("The ledger does not continue from where this database stands.")
    return lines[1:] if known.seq else lines


def _hold_position() -> LedgerPosition:
    LedgerPosition.objects.bulk_create([LedgerPosition.first()], ignore_conflicts=True)
    return LedgerPosition.objects.select_for_update().get()


def _untold(written: Iterable[Line]) -> list[LedgerEntry]:
    ended = _ended(written)
    rows = LedgerEntry.objects.filter(state__in=ENDS).exclude(pk__in=ended)
    return list(rows.order_by("pk"))


def _tell(row: LedgerEntry) -> Line:
    if row.noted:
        return ledger().append(kind=NOTE, entry=row.pk, facts=row.facts())
    return ledger().append(kind=ENDS[State(row.state)], entry=row.pk)


def _advance(position: LedgerPosition, lines: Sequence[Line]) -> None:
    """Remember how far this database accounts for the ledger; rows that the position covers may go."""
    if not lines:
        return
    rows = dict(LedgerEntry.objects.values_list("pk", "state"))
    if unaccounted(lines, rows):
        raise LedgerOutOfStep("The ledger tells of something that this database does not know.")
    position.applied_seq, position.applied_hash = lines[-1].seq, lines[-1].hash
    position.save(update_fields=["applied_seq", "applied_hash"])
    LedgerEntry.objects.filter(pk__in=_ended(lines), state__in=ENDS).delete()


def _ended(lines: Iterable[Line]) -> set[UUID]:
    return {line.entry for line in lines if line.entry and line.kind != INTENT}


def unaccounted(lines: Sequence[Line], rows: Mapping[UUID, str]) -> list[Line]:
    """The lines that a database with these rows does not bear out.

    An intent needs its row, a deed needs its row to say so; what was given up destroyed nothing.
    """
    void = {line.entry for line in lines if line.kind == ENDS[State.VOID]}
    return [line for line in lines if line.entry not in void and not _borne_out(line, rows)]


def _borne_out(line: Line, rows: Mapping[UUID, str]) -> bool:
    state = rows.get(line.entry) if line.entry else None
    return state is not None if line.kind == INTENT else state == State.DONE


def _row(
    state: str,
    action: str,
    organisation_id: UUID | None,
    refs: Sequence[Ref],
    tag: bytes,
    more: Mapping[str, str | int] | None,
    *,
    noted: bool = False,
) -> LedgerEntry:
    return LedgerEntry(
        action=action,
        organisation_id=organisation_id,
        refs=[[str(part) for part in ref] for ref in refs],
        tag=tag,
        more=_only_plain(more or {}),
        state=state,
        noted=noted,
        recorded_at=timezone.now(),
    )


def _only_plain(more: Mapping[str, str | int]) -> dict[str, str | int]:
    """Refuse what is plainly no identifier: the ledger must name nobody."""
    for key, value in more.items():
        if isinstance(value, str) and (len(value) > 64 or "@" in value or " " in value):
            raise ValueError(f"The entry's {key} is not an identifier.")
    return dict(more)
