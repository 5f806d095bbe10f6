"""Legal holds: what they cover, placing and releasing them, and who is asked to look at them again.

A hold takes the date off every row that it covers, so no sweep can see them; released, the rows are dated
anew from their anchors and the next sweep takes what is overdue. It covers what the organisation is
controller of: a network address, which the platform keeps against abuse, still goes after its own period.
"""

# ruff: noqa: S608 - names come from the declarations and are quoted; values are parameters

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import events
from privacy import ledger, registry
from privacy.declarations import Declaration, Personal
from privacy.models import LegalHold
from privacy.registry import Held, Swept
from tenancy.context import current_organisation_id
from tenancy.encryption import blind_index, normalise_email
from tenancy.planes import TABLES

Scope = LegalHold.Scope
_TABLE = LegalHold._meta.db_table


class HeldBack(Exception):
    """A legal hold forbids what was asked; ``holds`` says which."""

    def __init__(self, holds: list[LegalHold]) -> None:
        super().__init__("A legal hold covers this.")
        self.holds = holds


@dataclass(slots=True)
class Condition:
    """Which rows of ``t`` are held: a part of a WHERE, empty where none is."""

    sql: str = ""
    values: list[Any] = field(default_factory=list)

    def add(self, sql: str, *values: Any) -> None:
        self.sql = f"{self.sql} OR {sql}" if self.sql else sql
        self.values += values


def active() -> list[LegalHold]:
    """The holds in force in the current organisation."""
    return list(LegalHold.objects.active())


def held(root_label: str, root_id: UUID) -> list[LegalHold]:
    """The holds that forbid erasing the person behind one row of a root, with everything that hangs on it."""
    root = registry.declarations()[root_label]
    table = registry.table_of(root)
    if table is None or root.role != "processor":
        return []
    swept = Swept("erasure", root_label, table, root.rule) if root.rule else None
    return [hold for hold in active() if swept and _covers(hold, swept, root_id)]


def _covers(hold: LegalHold, root: Swept, root_id: UUID) -> bool:
    if hold.scope == Scope.ORGANISATION:
        return True
    found = condition([hold], root)
    if not found.sql:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT 1 FROM {_q(root.table)} t"
            f" WHERE t.{_q(_key(root.label))} = %s AND ({found.sql}))",
            [root_id, *found.values],
        )
        return bool(cursor.fetchone()[0])


def condition(holds: Iterable[LegalHold], swept: Swept) -> Condition:
    """Which rows of a table these holds cover."""
    found, declaration = Condition(), registry.declarations()[swept.label]
    if declaration.role != "processor" or TABLES[swept.table].plane != "tenant" or not swept.rule.hold:
        return found
    for hold in holds:
        if hold.scope == Scope.ORGANISATION:
            found.add("TRUE")
        elif hold.scope == Scope.PERSON:
            _add_person(found, hold, swept)
        else:
            _add_kind(found, hold, swept, declaration)
    return found


def _add_person(found: Condition, hold: LegalHold, swept: Swept) -> None:
    root = registry.declarations().get(hold.label)
    for each in registry.held_about(root) if root else ():
        if each.declaration.label != swept.label:
            continue
        if each.by == "key":
            found.add(f"t.{_q(each.column)} = %s", hold.object_id)
        elif root and (addresses := addresses_of(root, hold.object_id)):
            found.add(f"t.{_q(each.column)} = ANY(%s)", addresses)


def _add_kind(found: Condition, hold: LegalHold, swept: Swept, declaration: Declaration) -> None:
    """The rows themselves, and the row that would take them along when it goes."""
    of = "" if hold.object_id is None else f" AND k.{_q(_key(hold.label))} = %s"
    values = [] if hold.object_id is None else [hold.object_id]
    if hold.label == swept.label:
        found.add(f"t.{_q(_key(swept.label))} = %s" if values else "TRUE", *values)
        return
    for each in registry.held_about(declaration) if declaration.root else ():
        if each.declaration.label == hold.label and each.by == "key":
            found.add(
                f"EXISTS (SELECT 1 FROM {_q(each.table)} k WHERE k.organisation_id = t.organisation_id"
                f" AND k.{_q(each.column)} = t.{_q(_key(swept.label))}{of})",
                *values,
            )


# --- Whose --------------------------------------------------------------------------------------


def _address_columns(root: Declaration) -> Iterator[tuple[Held, str]]:
    """Where the keyed hash of a root's own address stands: beside the root's key, never by itself."""
    for each in registry.held_about(root):
        if each.by != "key":
            continue
        for name, value in registry.by_column(each.declaration).items():
            if isinstance(value, Personal) and value.hashed and value.category == "contact.email":
                yield each, name


def addresses_of(root: Declaration, root_id: UUID | None) -> list[bytes]:
    """The keyed hashes of the person's address, as the rows of one root know it."""
    found: set[bytes] = set()
    with connection.cursor() as cursor:
        for each, name in _address_columns(root):
            cursor.execute(
                f"SELECT {_q(name)} FROM {_q(each.table)}"
                f" WHERE {_q(each.column)} = %s AND {_q(name)} IS NOT NULL",
                [root_id],
            )
            found |= {bytes(row[0]) for row in cursor.fetchall()}
    return sorted(found)


def roots_with(email: str, *, root_label: str) -> list[UUID]:
    """The rows of a root in the current organisation that belong to an address."""
    index = blind_index(current_organisation_id(), "email", normalise_email(email))
    root, found = registry.declarations()[root_label], set()
    with connection.cursor() as cursor:
        for each, name in _address_columns(root):
            cursor.execute(
                f"SELECT {_q(each.column)} FROM {_q(each.table)}"
                f" WHERE {_q(name)} = %s AND {_q(each.column)} IS NOT NULL",
                [index],
            )
            found |= {row[0] for row in cursor.fetchall()}
    return sorted(found)


# --- Decisions ----------------------------------------------------------------------------------


@transaction.atomic
def place(
    *,
    scope: str,
    ground: str,
    reason: str,
    review_on: date,
    by: UUID,
    label: str = "",
    object_id: UUID | None = None,
) -> LegalHold:
    """Keep something back from now on. Runs inside the organisation's transaction."""
    hold = LegalHold(
        organisation_id=current_organisation_id(),
        scope=scope,
        label=label,
        object_id=object_id,
        ground=ground,
        author_id=by,
        placed_at=timezone.now(),
        review_on=review_on,
    )
    hold.why = reason
    hold.save(force_insert=True)
    ledger.note(
        ledger.Action.PLACE_HOLD,
        organisation_id=hold.organisation_id,
        refs=[(_TABLE, hold.pk)],
        more=_in_brief(hold),
    )
    _redate()
    _record("hold.placed", hold, by, reason=reason)
    return hold


def _in_brief(hold: LegalHold) -> dict[str, str | int]:
    """What the ledger keeps of a hold: enough to hold again what it held, without its reason in words."""
    told = {
        "scope": hold.scope,
        "label": hold.label,
        "object": str(hold.object_id or ""),
        "ground": hold.ground,
        "author": str(hold.author_id),
        "review_on": hold.review_on.isoformat(),
    }
    return {name: value for name, value in told.items() if value}


@transaction.atomic
def release(hold: LegalHold, *, by: UUID) -> LegalHold:
    """Let go of it: what is overdue goes in the next sweep. Twice is once."""
    found = LegalHold.objects.select_for_update().get(pk=hold.pk)
    if not found.is_active:
        return found
    _let_go(found, by=by, at=timezone.now())
    ledger.note(
        ledger.Action.RELEASE_HOLD,
        organisation_id=found.organisation_id,
        refs=[(_TABLE, found.pk)],
        more={"by": str(by)},
    )
    _record("hold.released", found, by)
    return found


def _let_go(hold: LegalHold, *, by: UUID, at: datetime) -> None:
    hold.released_at, hold.released_by = at, by
    hold.purge_after = at + timedelta(days=settings.RETENTION_EVIDENCE_DAYS)
    hold.save(update_fields=["released_at", "released_by", "purge_after"])
    _redate()


def place_again(hold_id: UUID, more: Mapping[str, Any], *, at: datetime) -> None:
    """Hold again what a hold of the ledger held, in a database from before it. Twice is once."""
    if LegalHold.objects.filter(pk=hold_id).exists():
        return
    hold = LegalHold(
        id=hold_id,
        organisation_id=current_organisation_id(),
        scope=more["scope"],
        label=more.get("label", ""),
        object_id=UUID(more["object"]) if "object" in more else None,
        ground=more["ground"],
        author_id=UUID(more["author"]),
        placed_at=at,
        review_on=date.fromisoformat(more["review_on"]),
    )
    hold.why = _("Placed anew from the ledger after a backup came back. The reason was not in the backup.")
    hold.save(force_insert=True)
    _redate()


def release_again(hold_id: UUID, *, by: UUID, at: datetime) -> None:
    """Let go again of what was let go of after the backup. Twice is once."""
    hold = LegalHold.objects.active().filter(pk=hold_id).first()
    if hold is not None:
        _let_go(hold, by=by, at=at)


@transaction.atomic
def review(hold: LegalHold, *, until: date, by: UUID) -> LegalHold:
    """Say that it is still needed, and when to look again."""
    LegalHold.objects.active().filter(pk=hold.pk).update(review_on=until, reminded_on=None)
    _record("hold.reviewed", hold, by)
    hold.refresh_from_db()
    return hold


def _redate() -> None:
    from privacy import dating  # the dates depend on the holds, and the holds only here on the dates

    dating.redate_organisation(current_organisation_id())


def _record(action: str, hold: LegalHold, by: UUID, *, reason: str = "") -> None:
    """The reason may say something of a person; it stays in the record until that person is erased."""
    detail: events.Detail = {"scope": hold.scope, "ground": hold.ground, "table": hold.label or "all"}
    if hold.object_id:
        detail["object"] = str(hold.object_id)
    events.record(
        action,
        actor_id=by,
        kind="legal_hold",
        object_id=hold.pk,
        detail=detail,
        personal={"reason": reason} if reason else None,
        about=hold.object_id,
        evidence=True,
    )


def _key(label: str) -> str:
    model = registry.find_model(label)
    assert model is not None
    return registry.column_of(model._meta.pk)


def _q(name: str) -> str:
    return connection.ops.quote_name(name)
