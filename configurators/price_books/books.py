"""Writing price books. Every write locks its book, so that no two prices of an article overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from operator import attrgetter
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.events import record
from configurators.models import Configurator, PlannedPublication, PriceBook, PriceEntry
from configurators.price_books.republishing import follow
from configurators.price_books.resolving import names_in
from configurators.price_books.using import uses_of

MOST_BOOKS, MOST_ENTRIES = 50, 20_000


class SameKey(ValueError):
    """Another book of the organisation has this key."""


class TooManyBooks(RuntimeError):
    """The organisation has as many as are kept."""


class TooManyEntries(RuntimeError):
    """The book has as many as are kept."""


class BookInUse(RuntimeError):
    """Configurators refer to it, by these names."""

    def __init__(self, names: list[str]) -> None:
        super().__init__("in use")
        self.names = names


class Gone(LookupError):
    """Somebody removed the entry or its book meanwhile."""


class Overlap(ValueError):
    """Lines of articles that have another price then: by their index, the first day of that one."""

    def __init__(self, clashes: dict[int, date]) -> None:
        super().__init__("overlap")
        self.clashes = clashes


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it was typed or pasted."""

    sku: str
    label: str
    amount: Decimal
    valid_from: date
    valid_until: date | None = None


@transaction.atomic
def create_book(*, key: str, name: str, currency: str, by: UUID) -> PriceBook:
    """An empty book. Raises SameKey or TooManyBooks."""
    if PriceBook.objects.count() >= MOST_BOOKS:
        raise TooManyBooks
    try:
        with transaction.atomic():
            book = PriceBook.objects.create(key=key, name=name, currency=currency)
    except IntegrityError:
        raise SameKey from None
    _note("price_book.created", book, by)
    return book


@transaction.atomic
def rename_book(book: PriceBook, *, name: str, by: UUID) -> None:
    """For the organisation's own lists; what definitions call it stays."""
    PriceBook.objects.filter(pk=book.pk).update(name=name)
    _note("price_book.renamed", book, by)


@transaction.atomic
def remove_book(book: PriceBook, *, by: UUID) -> None:
    """With its prices.

    Raises BookInUse where a version that is live, a draft or a plan refers to it, or Gone.
    """
    _lock(book)
    if names := _users_of(book):
        raise BookInUse(names)
    _note("price_book.removed", book, by)
    book.delete()


@transaction.atomic
def add_entry(book: PriceBook, line: Line, *, ends_former: bool = False, by: UUID) -> PriceEntry:
    """Another price. ``ends_former``: one of the article without an end ends on the day before.

    Raises Overlap, TooManyEntries or Gone, and stores nothing.
    """
    (entry,) = _add(book, [line], ends_former=ends_former)
    _note("price.added", book, by, entry=entry)
    return entry


@transaction.atomic
def add_entries(book: PriceBook, lines: Sequence[Line], *, ends_former: bool = False, by: UUID) -> int:
    """All of them or none, and how many there were to add: what stands there already is left as it is.

    Raises as adding one does.
    """
    added = _add(book, lines, ends_former=ends_former)
    if added:
        record(
            "price_book.imported",
            actor_id=by,
            kind="price_book",
            object_id=book.pk,
            detail={"rows": len(added)},
            evidence=True,
        )
    return len(added)


@transaction.atomic
def change_entry(entry: PriceEntry, line: Line, *, by: UUID) -> None:
    """Raises Overlap or Gone."""
    book, before = _locked(entry)
    others = PriceEntry.objects.filter(book=book, sku=line.sku).exclude(pk=before.pk)
    if clash := others.touching(line.valid_from, line.valid_until).order_by("valid_from").first():
        raise Overlap({0: clash.valid_from})
    PriceEntry.objects.filter(pk=entry.pk).update(**_columns(line))
    _note("price.changed", book, by, entry=entry)
    follow(book, _days([line]))


@transaction.atomic
def remove_entry(entry: PriceEntry, *, by: UUID) -> None:
    """As if it had never been; versions that used it keep the figure. Raises Gone."""
    book, found = _locked(entry)
    _note("price.removed", book, by, entry=entry)
    found.delete()
    follow(book, set())


def _add(book: PriceBook, lines: Sequence[Line], *, ends_former: bool) -> list[PriceEntry]:
    book = _lock(book)
    known: dict[str, list[PriceEntry]] = {}
    for entry in book.entries.filter(sku__in={line.sku for line in lines}):
        known.setdefault(entry.sku, []).append(entry)
    fresh = {
        index: PriceEntry(book=book, **_columns(line))
        for index, line in enumerate(lines)
        if not any(_same(line, entry) for entry in known.get(line.sku, ()))
    }
    if book.entries.count() + len(fresh) > MOST_ENTRIES:
        raise TooManyEntries
    by_article = {sku: list(entries) for sku, entries in known.items()}
    for entry in fresh.values():
        by_article.setdefault(entry.sku, []).append(entry)
    ended = _end_the_former(by_article, known) if ends_former else []
    _require_apart(by_article, fresh)
    PriceEntry.objects.bulk_update(ended, ["valid_until"])
    added = PriceEntry.objects.bulk_create(fresh.values())
    if added:
        follow(book, _days(added) | _days(ended))
    return added


def _end_the_former(
    by_article: dict[str, list[PriceEntry]], known: dict[str, list[PriceEntry]]
) -> list[PriceEntry]:
    """Which entries of before have an end from now on."""
    ended = []
    for sku, entries in by_article.items():
        for former, later in pairwise(sorted(entries, key=attrgetter("valid_from"))):
            if former.valid_until is None and former.valid_from < later.valid_from:
                former.valid_until = later.valid_from - timedelta(days=1)
                if former in known.get(sku, ()):
                    ended.append(former)
    return ended


def _require_apart(by_article: dict[str, list[PriceEntry]], fresh: dict[int, PriceEntry]) -> None:
    index_of = {id(entry): index for index, entry in fresh.items()}
    clashes: dict[int, date] = {}
    for entries in by_article.values():
        latest: PriceEntry | None = None  # of those so far, the one that holds longest
        for entry in sorted(entries, key=attrgetter("valid_from")):
            if latest is not None and (latest.valid_until is None or latest.valid_until >= entry.valid_from):
                one, other = (entry, latest) if id(entry) in index_of else (latest, entry)
                clashes[index_of[id(one)]] = other.valid_from
            if latest is None or _lasts_longer(entry, latest):
                latest = entry
    if clashes:
        raise Overlap(clashes)


def _lasts_longer(one: PriceEntry, other: PriceEntry) -> bool:
    if other.valid_until is None:
        return False
    return one.valid_until is None or one.valid_until > other.valid_until


def _lock(book: PriceBook) -> PriceBook:
    """Two who write at once take turns; rows that refer to the book wait for neither."""
    found = PriceBook.objects.select_for_update(no_key=True).filter(pk=book.pk).first()
    if found is None:
        raise Gone
    return found


def _locked(entry: PriceEntry) -> tuple[PriceBook, PriceEntry]:
    book = _lock(entry.book)
    found = book.entries.filter(pk=entry.pk).first()
    if found is None:
        raise Gone
    return book, found


def _columns(line: Line) -> dict[str, object]:
    return {
        "sku": line.sku,
        "label": line.label,
        "amount": line.amount,
        "valid_from": line.valid_from,
        "valid_until": line.valid_until,
    }


def _same(line: Line, entry: PriceEntry) -> bool:
    return all(getattr(entry, name) == value for name, value in _columns(line).items())


def _days(entries: Iterable[Line | PriceEntry]) -> set[date]:
    """On which days something begins or ends."""
    begun = {entry.valid_from for entry in entries}
    return begun | {entry.valid_until + timedelta(days=1) for entry in entries if entry.valid_until}


def _users_of(book: PriceBook) -> list[str]:
    live = {use.name for use in uses_of(book)}
    drafts = {
        one.name
        for one in Configurator.objects.only("name", "draft")
        if book.key in names_in(one.lifted_draft)
    }
    plans = {
        plan.configurator.name
        for plan in PlannedPublication.objects.select_related("configurator")
        if book.key in names_in(plan.lifted_definition)
    }
    return sorted(live | drafts | plans)


def _note(action: str, book: PriceBook, by: UUID, *, entry: PriceEntry | None = None) -> None:
    kind, about = ("price", entry.pk) if entry else ("price_book", book.pk)
    record(action, actor_id=by, kind=kind, object_id=about, evidence=True)
