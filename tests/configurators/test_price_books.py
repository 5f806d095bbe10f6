"""Price books: prices with validity dates, and what they are on one day."""

from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Thread

import pytest
from django.db import IntegrityError, connections, transaction
from time_machine import travel

from audit.models import Event
from configurators.models import Configurator, PriceBook, PriceEntry
from configurators.price_books import books
from configurators.price_books.books import (
    BookInUse,
    Gone,
    Line,
    Overlap,
    SameKey,
    TooManyBooks,
    TooManyEntries,
    add_entries,
    add_entry,
    change_entry,
    create_book,
    remove_book,
    remove_entry,
    rename_book,
)
from configurators.price_books.resolving import names_in, places_in, prices_for
from tenancy.context import tenant
from tests.cast import Member
from tests.configurators.booked import booked, line, make_book, put
from tests.configurators.definitions import definition, group

NEW_YEAR, SPRING, SUMMER = date(2027, 1, 1), date(2027, 3, 21), date(2027, 6, 21)


@pytest.fixture
def book(alice: Member) -> PriceBook:
    with tenant(alice.organisation.pk):
        return make_book(alice)


def on(day: date, book: str = "tariffs") -> Decimal | None:
    """What glass costs that day."""
    return prices_for(booked(), day=day).amounts.get((book, "glass"))


def periods(book: PriceBook) -> list[tuple[str, date, date | None]]:
    rows = book.entries.order_by("sku", "valid_from")
    return [(str(row.amount.normalize()), row.valid_from, row.valid_until) for row in rows]


# --- What holds on a day ---------------------------------------------------------------------------


def test_a_price_holds_from_its_first_day_up_to_and_including_its_last(
    alice: Member, book: PriceBook
) -> None:
    with tenant(alice.organisation.pk):
        put(book, alice, "10", NEW_YEAR, date(2027, 3, 20))
        put(book, alice, "12", SPRING)

        found = [
            on(day) for day in (date(2026, 12, 31), NEW_YEAR, date(2027, 3, 20), SPRING, date(2040, 1, 1))
        ]

    assert found == [None, 10, 10, 12, 12]


def test_an_article_with_a_price_on_other_days_is_known(alice: Member, book: PriceBook) -> None:
    with tenant(alice.organisation.pk):
        put(book, alice, "10", SUMMER)

        found = prices_for(booked(), day=NEW_YEAR)

    assert found.amounts == {("tariffs", "glass"): None}


def test_today_is_that_of_amsterdam(alice: Member, book: PriceBook) -> None:
    with tenant(alice.organisation.pk):
        put(book, alice, "10", date(2026, 1, 1), date(2026, 12, 31))
        put(book, alice, "12", NEW_YEAR)

        with travel(datetime(2026, 12, 31, 22, 59, tzinfo=UTC), tick=False):
            before = prices_for(booked()).amounts
        with travel(datetime(2026, 12, 31, 23, 0, tzinfo=UTC), tick=False):
            after = prices_for(booked()).amounts

    assert ([*before.values()], [*after.values()]) == ([Decimal(10)], [Decimal(12)])


def test_a_book_of_another_organisation_is_not_there(alice: Member, charlie: Member, book: PriceBook) -> None:
    with tenant(alice.organisation.pk):
        put(book, alice, "10", NEW_YEAR)
    with tenant(charlie.organisation.pk):
        found = prices_for(booked(), day=NEW_YEAR)

    assert (found.books, found.amounts) == ({}, {})


def test_two_organisations_have_books_of_the_same_key(
    alice: Member, charlie: Member, book: PriceBook
) -> None:
    with tenant(alice.organisation.pk):
        put(book, alice, "10", NEW_YEAR)
    with tenant(charlie.organisation.pk):
        put(make_book(charlie), charlie, "99", NEW_YEAR)
        theirs = on(NEW_YEAR)
    with tenant(alice.organisation.pk):
        assert (on(NEW_YEAR), theirs) == (10, 99)


@pytest.mark.parametrize("document", [None, 3, [], {"from_book": 3}, {"from_book": {"book": [], "sku": {}}}])
def test_any_document_can_be_looked_at(alice: Member, document: object) -> None:
    with tenant(alice.organisation.pk):
        assert prices_for(document).amounts == {}


def test_only_what_can_be_a_name_is_asked_of_the_database() -> None:
    source = 'PRICE("tariffs"; "gl\x00ass") + price ( "tariffs" ; "HR++/44" )'

    assert names_in({"formula": source}) == {"tariffs", "HR++/44"}


def test_places_are_found_in_formulas_and_prices() -> None:
    document = [booked(), {"formula": 'MAX(PRICE("tariffs"; "rail"); 3)'}]

    assert places_in(document) == {("tariffs", "glass"), ("tariffs", "rail")}


# --- No overlap ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (NEW_YEAR, None),
        (SPRING, SPRING),
        (SUMMER, None),
        (date(2026, 1, 1), NEW_YEAR),
        (date(2026, 1, 1), None),
    ],
)
def test_two_prices_of_an_article_do_not_overlap(
    alice: Member, book: PriceBook, first: date, last: date | None
) -> None:
    with tenant(alice.organisation.pk):
        put(book, alice, "10", NEW_YEAR, SUMMER)

        with pytest.raises(Overlap) as refused:
            put(book, alice, "12", first, last)

        assert (refused.value.clashes, periods(book)) == ({0: NEW_YEAR}, [("1E+1", NEW_YEAR, SUMMER)])


def test_periods_that_touch_do_not_overlap(alice: Member, book: PriceBook) -> None:
    with tenant(alice.organisation.pk):
        put(book, alice, "11", SPRING, SPRING)
        put(book, alice, "9", NEW_YEAR, date(2027, 3, 20))
        put(book, alice, "12", date(2027, 3, 22))

        assert [amount for amount, _first, _last in periods(book)] == ["9", "11", "12"]


def test_another_article_has_a_period_of_its_own(alice: Member, book: PriceBook) -> None:
    with tenant(alice.organisation.pk):
        put(book, alice, "10", NEW_YEAR)
        add_entry(book, line("3", NEW_YEAR, sku="rail"), by=alice.user.pk)

        assert book.entries.count() == 2


def test_the_price_before_ends_where_that_is_asked(alice: Member, book: PriceBook) -> None:
    with tenant(alice.organisation.pk):
        put(book, alice, "11", NEW_YEAR)
        put(book, alice, "12", SPRING, ends_former=True)

        assert periods(book) == [("11", NEW_YEAR, date(2027, 3, 20)), ("12", SPRING, None)]


def test_a_price_that_has_an_end_is_never_shortened(alice: Member, book: PriceBook) -> None:
    with tenant(alice.organisation.pk):
        put(book, alice, "11", NEW_YEAR, SUMMER)

        with pytest.raises(Overlap):
            put(book, alice, "12", SPRING, ends_former=True)

        assert periods(book) == [("11", NEW_YEAR, SUMMER)]


def test_a_change_does_not_overlap_either(alice: Member, book: PriceBook) -> None:
    with tenant(alice.organisation.pk):
        put(book, alice, "11", NEW_YEAR, date(2027, 3, 20))
        later = put(book, alice, "12", SPRING)

        with pytest.raises(Overlap):
            change_entry(later, line("12", date(2027, 3, 20)), by=alice.user.pk)
        change_entry(later, line("13", SPRING, SUMMER), by=alice.user.pk)

        assert periods(book) == [("11", NEW_YEAR, date(2027, 3, 20)), ("13", SPRING, SUMMER)]


def test_the_database_holds_the_ends_together(alice: Member, book: PriceBook) -> None:
    with tenant(alice.organisation.pk), pytest.raises(IntegrityError), transaction.atomic():
        PriceEntry.objects.create(book=book, sku="a", amount=1, valid_from=SPRING, valid_until=NEW_YEAR)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_add_at_once_one_is_refused(alice: Member) -> None:
    with tenant(alice.organisation.pk):
        book = make_book(alice)
    outcomes: list[str] = []

    def add(amount: str) -> None:
        try:
            with tenant(alice.organisation.pk):
                put(book, alice, amount, NEW_YEAR if amount == "11" else SPRING)
            outcomes.append("added")
        except Overlap:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [Thread(target=add, args=[amount]) for amount in ("11", "12")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["added", "refused"]


# --- Many at once ----------------------------------------------------------------------------------


def test_all_lines_are_added_or_none(alice: Member, book: PriceBook) -> None:
    lines = [line("3", NEW_YEAR, sku="rail"), line("11", NEW_YEAR), line("12", SPRING)]

    with tenant(alice.organisation.pk):
        with pytest.raises(Overlap) as refused:
            add_entries(book, lines, by=alice.user.pk)

        assert (refused.value.clashes, book.entries.count()) == ({2: NEW_YEAR}, 0)


def test_lines_of_one_list_follow_each_other_where_that_is_asked(alice: Member, book: PriceBook) -> None:
    with tenant(alice.organisation.pk):
        put(book, alice, "11", NEW_YEAR)
        add_entries(book, [line("13", SUMMER), line("12", SPRING)], ends_former=True, by=alice.user.pk)

        assert periods(book) == [
            ("11", NEW_YEAR, date(2027, 3, 20)),
            ("12", SPRING, date(2027, 6, 20)),
            ("13", SUMMER, None),
        ]


def test_what_stands_there_already_is_left_as_it_is(alice: Member, book: PriceBook) -> None:
    lines = [line("11", NEW_YEAR, SPRING), line("3", NEW_YEAR, sku="rail")]

    with tenant(alice.organisation.pk):
        added = [add_entries(book, lines, by=alice.user.pk) for _ in range(2)]

        assert (added, book.entries.count()) == ([2, 0], 2)


def test_a_book_holds_no_more_than_there_is_room_for(
    alice: Member, book: PriceBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "MOST_ENTRIES", 1)

    with tenant(alice.organisation.pk), pytest.raises(TooManyEntries):
        add_entries(book, [line("1", NEW_YEAR), line("2", NEW_YEAR, sku="rail")], by=alice.user.pk)


# --- Books -----------------------------------------------------------------------------------------


def test_a_key_names_one_book(alice: Member, book: PriceBook) -> None:
    with tenant(alice.organisation.pk), pytest.raises(SameKey):
        make_book(alice)


def test_there_is_room_for_so_many_books(
    alice: Member, book: PriceBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "MOST_BOOKS", 1)

    with tenant(alice.organisation.pk), pytest.raises(TooManyBooks):
        create_book(key="more", name="More", currency="EUR", by=alice.user.pk)


def test_a_book_that_a_draft_refers_to_is_not_removed(alice: Member, book: PriceBook) -> None:
    with tenant(alice.organisation.pk):
        Configurator.objects.create(name="Veranda", draft=booked())

        with pytest.raises(BookInUse) as refused:
            remove_book(book, by=alice.user.pk)

    assert refused.value.names == ["Veranda"]


def test_a_book_that_nothing_refers_to_is_removed_with_its_prices(alice: Member, book: PriceBook) -> None:
    with tenant(alice.organisation.pk):
        Configurator.objects.create(name="Veranda", draft=definition(group("width", "number")))
        put(book, alice, "10", NEW_YEAR)
        remove_book(book, by=alice.user.pk)

        assert (PriceBook.objects.count(), PriceEntry.objects.count()) == (0, 0)


def test_what_somebody_removed_meanwhile_is_gone(alice: Member, book: PriceBook) -> None:
    with tenant(alice.organisation.pk):
        entry = put(book, alice, "10", NEW_YEAR)
        remove_entry(entry, by=alice.user.pk)

        with pytest.raises(Gone):
            change_entry(entry, line("11", NEW_YEAR), by=alice.user.pk)


def test_every_change_is_on_record(alice: Member, book: PriceBook) -> None:
    with tenant(alice.organisation.pk):
        rename_book(book, name="Tariffs of 2027", by=alice.user.pk)
        entry = put(book, alice, "10", NEW_YEAR)
        change_entry(entry, Line("glass", "Glass", Decimal(11), NEW_YEAR), by=alice.user.pk)
        remove_entry(entry, by=alice.user.pk)
        add_entries(book, [line("10", NEW_YEAR)], by=alice.user.pk)
        remove_book(book, by=alice.user.pk)
        found = Event.objects.filter(action__startswith="price").order_by("occurred_at", "id")

        assert [event.action for event in found] == [
            "price_book.created",
            "price_book.renamed",
            "price.added",
            "price.changed",
            "price.removed",
            "price_book.imported",
            "price_book.removed",
        ]
        assert {event.actor_id for event in found} == {alice.user.pk}
