"""Bringing a restored database to where the ledger says it was: erasures, restrictions, then retention.

Every step bears being done again, and the database stays closed until the last one: whatever kills a
replay, running it once more finishes it.
"""

# ruff: noqa: S608 - names come from the declarations and are quoted; values are parameters

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError, connections, transaction
from django.utils import timezone
from psycopg import sql

from audit.events import record_platform
from delivery.models import Suppression
from organisations.administering import shorten_retention_again
from organisations.leaving import deactivate_again, end_purge, reactivate_again
from organisations.models import Organisation
from privacy import holds, registry, retention
from privacy.declarations import Subject
from privacy.erasure.execute import execute
from privacy.erasure.plan import plan_erasure
from privacy.leaving.order import tables_that_go
from privacy.ledger import Action
from tenancy.context import tenant
from tenancy.keys import PLATFORM, key_store
from tenancy.ledger import gate
from tenancy.ledger.entries import ENDS, INTENT, NOTE, State, settle
from tenancy.ledger.store import CHECKPOINT, Head, Line, ledger
from tenancy.models import LedgerEntry, LedgerPosition
from tenancy.planes import TABLES

log = structlog.get_logger(__name__)

#: What signs somebody in, and may have been ended since.
_WAYS_IN = ("django_session", "accounts_passwordreset", "accounts_emailchange", "accounts_lostfactor")


class NotReplayable(RuntimeError):
    """The ledger and this database cannot be brought together; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Story:
    """What the ledger tells of one entry."""

    entry: UUID
    told: Line
    ended: Line | None

    @property
    def action(self) -> str:
        return str(self.told.facts["action"])

    @property
    def organisation_id(self) -> UUID | None:
        given = self.told.facts["organisation"]
        return UUID(given) if given else None

    @property
    def refs(self) -> list[tuple[str, str]]:
        return [(table, key) for table, key in self.told.facts["refs"]]

    @property
    def tag(self) -> bytes:
        return bytes.fromhex(self.told.facts["tag"])

    @property
    def more(self) -> Mapping[str, Any]:
        return self.told.facts["more"]

    @property
    def happened_at(self) -> datetime:
        return (self.ended or self.told).written_at

    def is_news(self, position: Head) -> bool:
        """Whether a database that stands there may lack it; what was announced and never ended counts."""
        if self.ended is None:
            return True
        return self.ended.kind != ENDS[State.VOID] and self.ended.seq > position.seq


@dataclass(slots=True)
class Report:
    """What a replay did, in counts."""

    done_again: Counter[str] = field(default_factory=Counter)
    swept: int = 0
    epoch: int = 0


Redo = Callable[[Story], None]
_REDO: dict[str, Redo] = {}


def redone_by(action: Action) -> Callable[[Redo], Redo]:
    """Register how an action is done again; it must bear a database in which it was done already."""

    def register(redo: Redo) -> Redo:
        _REDO[action] = redo
        return redo

    return register


def replay() -> Report:
    """Do again what the ledger tells, sweep, and open the database. Raises NotReplayable."""
    with gate.passing():
        report = Report()
        stories = _stories(_lines(_close()))
        for story in stories:
            _redo(story)
            report.done_again[story.action] += 1
        _stand_at_the_end(stories)
        settle()
        runs = retention.sweep_all(due_day=timezone.localdate(), guarded=False)
        report.swept = sum(run.rows_deleted for run in runs)
        _end_ways_in()
        report.epoch = _open(report)
    log.warning("replayed", count=sum(report.done_again.values()), deleted=report.swept)
    return report


def begin_ledger() -> None:
    """Continue with an empty ledger where the old one is lost for good; for a database never restored."""
    with gate.passing():
        position = LedgerPosition.objects.first() or LedgerPosition.first()
        ledger().begin_after(position.head)
        with transaction.atomic():
            record_platform("ledger.begun_anew", detail={"line": position.applied_seq}, evidence=True)


# --- What there is to do ----------------------------------------------------------------------------


def _close() -> Head:
    """Say in the database itself that it is not ready; answers where it stands."""
    LedgerPosition.objects.bulk_create([LedgerPosition.first()], ignore_conflicts=True)
    LedgerPosition.objects.update(must_replay=True)
    return LedgerPosition.objects.get().head


def _lines(position: Head) -> tuple[Head, list[Line]]:
    """The whole ledger, once it is certain that this database stands somewhere in it."""
    lines = ledger().entries()
    last = lines[-1].head if lines else Head()
    if position.seq > last.seq:
        raise NotReplayable(gate.REMEDIES["ledger_lost"])
    if lines and lines[0].kind == CHECKPOINT and lines[0].seq > position.seq:
        raise NotReplayable(gate.REMEDIES["too_old"])
    if position != Head() and position not in {line.head for line in lines}:
        raise NotReplayable(gate.REMEDIES["ledger_differs"])
    return position, [line for line in lines if line.kind != CHECKPOINT]


def _stories(found: tuple[Head, list[Line]]) -> list[Story]:
    """What this database may lack, in the order in which it was told."""
    position, lines = found
    ended = {line.entry: line for line in lines if line.kind != INTENT}
    told = [line for line in lines if line.kind in {INTENT, NOTE} and line.entry]
    stories = [Story(line.entry, line, ended.get(line.entry)) for line in told if line.entry]
    return [story for story in stories if story.is_news(position)]


def _redo(story: Story) -> None:
    redo = _REDO.get(story.action)
    if redo is None:
        raise NotReplayable(f"This version does not know the action {story.action}: use the newest one.")
    redo(story)


def _stand_at_the_end(stories: Sequence[Story]) -> None:
    """Finish what was never ended, and remember that this database now bears out the whole ledger."""
    for story in stories:
        if story.ended is None:
            ledger().append(kind=ENDS[State.DONE], entry=story.entry)
    told = {line.entry for line in ledger().entries() if line.entry}
    head = ledger().head()
    with transaction.atomic():
        LedgerEntry.objects.filter(pk__in=told).delete()
        LedgerEntry.objects.filter(state=State.INTENDED).delete()
        LedgerPosition.objects.update(applied_seq=head.seq, applied_hash=head.hash)


def _end_ways_in() -> None:
    """Who had signed out, or had a link that was used, must not be in again."""
    with connections["owner"].cursor() as cursor:
        for table in _WAYS_IN:
            cursor.execute(f'DELETE FROM "{table}"')


def _open(report: Report) -> int:
    """Take the mark off the database, then say that it is ready: the last thing that a replay does."""
    with connections["owner"].cursor() as cursor:
        name = sql.Identifier(connections["owner"].settings_dict["NAME"])
        cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS NULL").format(name))
    with transaction.atomic():
        position = LedgerPosition.objects.select_for_update().get()
        position.restore_epoch += 1
        position.must_replay, position.replayed_at = False, timezone.now()
        position.save(update_fields=["restore_epoch", "must_replay", "replayed_at"])
        detail: dict[str, str | int | bool] = {**report.done_again}
        detail |= {"swept": report.swept, "epoch": position.restore_epoch}
        record_platform("database.replayed", detail=detail, evidence=True)
    return position.restore_epoch


# --- Each action again ------------------------------------------------------------------------------


@redone_by(Action.ERASE_LEAD)
def _erase_leads(story: Story) -> None:
    _erase(Subject.LEAD, story)


@redone_by(Action.ERASE_ACCOUNT)
def _erase_account(story: Story) -> None:
    _erase(Subject.ACCOUNT, story)


def _erase(subject: Subject, story: Story) -> None:
    """What the declarations reach from the root as it came back; then what was named row by row."""
    root = registry.table_of(registry.root_of(subject))
    keys = [UUID(key) for table, key in story.refs if table == root]
    keys += [UUID(key) for name, key in story.more.items() if name.startswith("root_")]
    kept = {
        name.removeprefix("keep_"): (ground, "") for name, ground in story.more.items() if "keep_" in name
    }
    with _plane(story.organisation_id):
        if keys:
            execute(plan_erasure(subject, keys, keeping=kept))
    delete_rows(story.refs, organisation_id=story.organisation_id)


def _plane(organisation_id: UUID | None) -> AbstractContextManager[Any]:
    return transaction.atomic() if organisation_id is None else tenant(organisation_id)


@redone_by(Action.PURGE_ORGANISATION)
def _purge(story: Story) -> None:
    """Its key, and every row of it that does not stay (``privacy.leaving.order``)."""
    owner = story.organisation_id
    assert owner is not None
    key_store().destroy(owner)
    _until_nothing_is_left(
        [(f'DELETE FROM "{table}" WHERE organisation_id = %s', [owner]) for table in tables_that_go()]
    )
    delete_rows(story.refs, organisation_id=owner)
    if Organisation.objects.filter(pk=owner).exists():
        end_purge(owner)


@redone_by(Action.SUPPRESS)
def _suppress(story: Story) -> None:
    with _known_organisation(story) as organisation:
        if organisation:
            Suppression.objects.get_or_create(
                recipient_index=story.tag,
                topic=story.more["topic"],
                defaults={"reason": story.more["reason"]},
            )


@redone_by(Action.SHORTEN_RETENTION)
def _shorten(story: Story) -> None:
    with _known_organisation(story) as organisation:
        if organisation:
            shorten_retention_again(organisation=organisation, days=int(story.more["days"]))


@redone_by(Action.DEACTIVATE_ORGANISATION)
def _deactivate(story: Story) -> None:
    with _known_organisation(story) as organisation:
        if organisation:
            at, until = (datetime.fromisoformat(story.more[name]) for name in ("at", "until"))
            deactivate_again(organisation, at=at, until=until)


@redone_by(Action.REACTIVATE_ORGANISATION)
def _reactivate(story: Story) -> None:
    with _known_organisation(story) as organisation:
        if organisation:
            reactivate_again(organisation)


@redone_by(Action.WITHDRAW_CONSENT)
def _withdraw(story: Story) -> None:
    with _plane(story.organisation_id), connections["default"].cursor() as cursor:
        for table, key in story.refs:
            cursor.execute(
                f"UPDATE {_known(table)} SET withdrawn_at = coalesce(withdrawn_at, %s) WHERE id = %s",
                [story.happened_at, key],
            )


@redone_by(Action.PLACE_HOLD)
def _hold(story: Story) -> None:
    with _known_organisation(story) as organisation:
        if organisation:
            holds.place_again(UUID(story.refs[0][1]), story.more, at=story.happened_at)


@redone_by(Action.RELEASE_HOLD)
def _let_go(story: Story) -> None:
    with _known_organisation(story) as organisation:
        if organisation:
            holds.release_again(UUID(story.refs[0][1]), by=UUID(story.more["by"]), at=story.happened_at)


@redone_by(Action.RETENTION)
def _expire(story: Story) -> None:
    """Everything that has expired goes at the end, whatever the ledger tells."""


@contextmanager
def _known_organisation(story: Story) -> Iterator[Organisation | None]:
    """Enter the organisation of a story; yields None where it began after the backup."""
    found = Organisation.objects.filter(pk__in=[story.organisation_id or PLATFORM]).first()
    with _plane(found.pk if found else None):
        yield found


def delete_rows(refs: Iterable[tuple[str, str]], *, organisation_id: UUID | None) -> None:
    """Delete rows by table and key, as the owner: the record of what is gone is not to be argued with."""
    _until_nothing_is_left([_deletion(table, key, organisation_id) for table, key in refs])


def _deletion(table: str, key: str, organisation_id: UUID | None) -> tuple[str, list[Any]]:
    statement, values = f"DELETE FROM {_known(table)} WHERE {_key_of(table)}::text = %s", [key]
    if TABLES[table].plane == "tenant":
        return f"{statement} AND organisation_id = %s", [*values, organisation_id]
    return statement, values


def _until_nothing_is_left(deletions: Sequence[tuple[str, list[Any]]]) -> None:
    """Parts before their wholes, whatever the order given: what is still referred to is tried again."""
    left = list(deletions)
    while left:
        refused = list(_tried(left))
        if len(refused) == len(left):
            raise NotReplayable("Rows that must go are still referred to by others.")
        left = refused


def _tried(deletions: Iterable[tuple[str, list[Any]]]) -> Iterator[tuple[str, list[Any]]]:
    for statement, values in deletions:
        try:
            with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
                cursor.execute(statement, values)
        except IntegrityError:
            yield statement, values


def _known(table: str) -> str:
    if table not in TABLES:
        raise NotReplayable(f"This version does not know the table {table}: use the newest one.")
    return connections["owner"].ops.quote_name(table)


def _key_of(table: str) -> str:
    found = {model._meta.db_table: model for model in registry.models()}[table]
    return connections["owner"].ops.quote_name(registry.column_of(found._meta.pk))
