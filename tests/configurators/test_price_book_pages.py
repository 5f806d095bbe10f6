"""The pages of price books: who may see and change them, what is refused, and what a change touches."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from time_machine import travel

from configurators.models import Configurator, PriceBook, PriceEntry
from configurators.price_books import books
from configurators.price_books.books import add_entry
from configurators.price_books.days import midnight
from configurators.publishing import publish
from configurators.scenarios import keep_scenario
from configurators.views import price_entries
from organisations.models import Organisation
from tenancy.context import tenant
from tests.cast import Member
from tests.configurators.booked import booked, line, make_book, put
from tests.factories import IDENTITY, sign_in, work_that_is_due

OLD, NEW_YEAR = date(2026, 1, 1), date(2027, 1, 1)
NOON = datetime(2026, 12, 1, 11, 0, tzinfo=UTC)
ENTRY = {"sku": "glass", "label": "Glass", "amount": "12,50", "valid_from": "2027-01-01", "valid_until": ""}


@pytest.fixture(autouse=True)
def december() -> Iterator[None]:
    with travel(NOON, tick=False):
        yield


@pytest.fixture
def book(alice: Member) -> PriceBook:
    """Glass costs 10 until further notice."""
    with tenant(alice.organisation.pk):
        made = make_book(alice)
        put(made, alice, "10", OLD)
    return made


@pytest.fixture
def shop(alice: Member, book: PriceBook) -> Configurator:
    Organisation.objects.filter(pk=alice.organisation.pk).update(**IDENTITY)
    with tenant(alice.organisation.pk):
        made = Configurator.objects.create(name="Veranda", draft=booked())
        publish(made, by=alice.user.pk)
    work_that_is_due()
    return made


@pytest.fixture
def signed_in(client: Client, alice: Member) -> Client:
    sign_in(client, alice)
    return client


def url(member: Member, name: str, **place: Any) -> str:
    return reverse(f"configurators:{name}", kwargs={"organisation": member.organisation.slug, **place})


def entry_of(book: PriceBook) -> PriceEntry:
    with tenant(book.organisation_id):
        return book.entries.get()


def amounts(book: PriceBook) -> list[tuple[str, Decimal]]:
    with tenant(book.organisation_id):
        return list(book.entries.order_by("sku", "valid_from").values_list("sku", "amount"))


def said(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


# --- Who ------------------------------------------------------------------------------------------


def test_whoever_sees_configurators_sees_price_books(bob: Member, book: PriceBook, client: Client) -> None:
    sign_in(client, bob)

    found = [client.get(url(bob, "price-books")), client.get(url(bob, "price-book", book=book.pk))]

    assert [response.status_code for response in found] == [200, 200]
    assert "€10.00" in found[1].content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "price-book-new",
        "price-book-rename",
        "price-book-remove",
        "price-new",
        "price",
        "price-remove",
        "price-paste",
    ],
)
def test_only_who_builds_configurators_changes_them(
    bob: Member, book: PriceBook, client: Client, name: str
) -> None:
    sign_in(client, bob)
    place: dict[str, Any] = {} if name == "price-book-new" else {"book": book.pk}
    if name in ("price", "price-remove"):
        place["entry"] = entry_of(book).pk

    response = client.post(url(bob, name, **place), ENTRY)

    assert (response.status_code, amounts(book)) == (403, [("glass", Decimal(10))])


@pytest.mark.parametrize("name", ["price-book", "price-book-rename", "price-new", "price", "price-paste"])
def test_another_organisations_book_does_not_exist(
    charlie: Member, book: PriceBook, client: Client, name: str
) -> None:
    sign_in(client, charlie)
    place = {"book": book.pk} | ({"entry": entry_of(book).pk} if name == "price" else {})

    assert client.get(url(charlie, name, **place)).status_code == 404


def test_the_price_of_another_book_does_not_exist(alice: Member, book: PriceBook, signed_in: Client) -> None:
    with tenant(alice.organisation.pk):
        other = make_book(alice, "other")

    place = {"book": other.pk, "entry": entry_of(book).pk}

    assert signed_in.post(url(alice, "price-remove", **place)).status_code == 404


# --- Books ----------------------------------------------------------------------------------------


def test_a_book_is_made_with_a_key_of_its_name(alice: Member, signed_in: Client) -> None:
    response = signed_in.post(
        url(alice, "price-book-new"), {"name": "2027 Tarieven Noord", "key": "", "currency": "EUR"}
    )

    with tenant(alice.organisation.pk):
        made = PriceBook.objects.get()
    assert (made.key, response.headers["Location"]) == (
        "tarieven-noord",
        url(alice, "price-book", book=made.pk),
    )


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({"name": "", "currency": "EUR"}, {"name"}),
        ({"name": "Tariffs", "currency": "BTC"}, {"currency"}),
        ({"name": "Tariffs", "key": "No spaces", "currency": "EUR"}, {"key"}),
        ({"name": "Tariffs", "key": "tariffs", "currency": "EUR"}, {"key"}),
        ({"name": "価格", "currency": "EUR"}, {"key"}),
        ({"name": "x" * 121, "currency": "EUR"}, {"name"}),
        ({"name": "a\x00b", "currency": "EUR"}, {"name"}),
    ],
)
def test_a_book_that_cannot_be_is_refused_by_its_field(
    alice: Member, book: PriceBook, signed_in: Client, typed: dict[str, str], fields: set[str]
) -> None:
    response = signed_in.post(url(alice, "price-book-new"), typed)

    assert (response.status_code, set(response.context["form"].errors)) == (422, fields)


def test_no_more_books_are_made_than_there_is_room_for(
    alice: Member, book: PriceBook, signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "MOST_BOOKS", 1)

    response = signed_in.post(url(alice, "price-book-new"), {"name": "Second", "currency": "EUR"})

    assert (response.status_code, set(response.context["form"].errors)) == (422, {"__all__"})


def test_a_book_gets_another_name(alice: Member, book: PriceBook, signed_in: Client) -> None:
    signed_in.post(url(alice, "price-book-rename", book=book.pk), {"name": "Tariffs of the north"})

    assert "Tariffs of the north" in signed_in.get(url(alice, "price-books")).content.decode()


def test_a_book_without_users_is_removed(alice: Member, book: PriceBook, signed_in: Client) -> None:
    signed_in.post(url(alice, "price-book-remove", book=book.pk))

    with tenant(alice.organisation.pk):
        assert not PriceBook.objects.exists()


def test_who_uses_a_book_is_named_where_it_is_not_removed(
    alice: Member, book: PriceBook, shop: Configurator, signed_in: Client
) -> None:
    response = signed_in.post(url(alice, "price-book-remove", book=book.pk))

    assert said(response) == ["It was not removed, because it is used by: Veranda."]


# --- Prices ---------------------------------------------------------------------------------------


def test_a_price_is_added_with_a_comma_and_ends_the_one_before_it(
    alice: Member, book: PriceBook, signed_in: Client
) -> None:
    signed_in.post(url(alice, "price-new", book=book.pk), ENTRY | {"ends_former": "on"})

    with tenant(alice.organisation.pk):
        rows = list(book.entries.order_by("valid_from").values_list("amount", "valid_from", "valid_until"))
    assert rows == [(10, OLD, date(2026, 12, 31)), (Decimal("12.5"), NEW_YEAR, None)]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"sku": ""}, "sku"),
        ({"sku": "two words"}, "sku"),
        ({"sku": 'gl"ass'}, "sku"),
        ({"sku": "x" * 61}, "sku"),
        ({"label": "x" * 201}, "label"),
        ({"amount": "a lot"}, "amount"),
        ({"amount": "1.250"}, "amount"),
        ({"amount": "1" * 13}, "amount"),
        ({"amount": ""}, "amount"),
        ({"valid_from": "31-02-2027"}, "valid_from"),
        ({"valid_from": "1999-12-31"}, "valid_from"),
        ({"valid_until": "9999-12-31"}, "valid_until"),
        ({"valid_until": "2026-12-31"}, "valid_until"),
        ({}, "valid_from"),
    ],
)
def test_a_price_that_cannot_be_is_refused_by_its_field(
    alice: Member, book: PriceBook, signed_in: Client, typed: dict[str, str], field: str
) -> None:
    response = signed_in.post(url(alice, "price-new", book=book.pk), ENTRY | typed)

    assert (response.status_code, set(response.context["form"].errors)) == (422, {field})
    assert amounts(book) == [("glass", Decimal(10))]


def test_the_period_that_is_taken_is_named(alice: Member, book: PriceBook, signed_in: Client) -> None:
    response = signed_in.post(url(alice, "price-new", book=book.pk), ENTRY)

    assert response.context["form"].errors["valid_from"] == [
        "This article has a price then already, from 1 January 2026. Two never hold on one day."
    ]


def test_a_price_is_changed(alice: Member, book: PriceBook, signed_in: Client) -> None:
    address = url(alice, "price", book=book.pk, entry=entry_of(book).pk)
    shown = signed_in.get(address).context["form"].initial

    signed_in.post(address, {**shown, "valid_until": "2026-12-31", "amount": "11"})

    assert (shown["amount"], entry_of(book).valid_until, entry_of(book).amount) == (
        "10",
        date(2026, 12, 31),
        11,
    )


def test_a_price_is_removed(alice: Member, book: PriceBook, signed_in: Client) -> None:
    signed_in.post(url(alice, "price-remove", book=book.pk, entry=entry_of(book).pk))

    assert amounts(book) == []


def test_prices_that_are_over_are_left_out_unless_asked_for(
    alice: Member, book: PriceBook, signed_in: Client
) -> None:
    with tenant(alice.organisation.pk):
        book.entries.update(valid_until=date(2026, 11, 30))
    address = url(alice, "price-book", book=book.pk)

    found = [len(signed_in.get(address, asked).context["rows"]) for asked in ({}, {"past": "yes"})]

    assert found == [0, 1]


@pytest.mark.parametrize(("query", "count"), [("GLA", 1), ("rail", 0), ("\x00", 1), ("%", 0)])
def test_an_article_is_found(
    alice: Member, book: PriceBook, signed_in: Client, query: str, count: int
) -> None:
    response = signed_in.get(url(alice, "price-book", book=book.pk), {"q": query})

    assert len(response.context["rows"]) == count


def test_a_long_list_has_pages(
    alice: Member, book: PriceBook, signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(price_entries, "_ON_A_PAGE", 1)
    with tenant(alice.organisation.pk):
        put(book, alice, "12", NEW_YEAR, ends_former=True)
    address = url(alice, "price-book", book=book.pk)

    first, last, beyond = (signed_in.get(address, {"page": page}).context for page in ("1", "2", "x"))

    assert (first["previous"], first["next"]) == ("", "?page=2")
    assert (last["previous"], last["next"]) == ("?page=1", "")
    assert [str(row["entry"].amount) for row in beyond["rows"]] == ["10.000000"]


# --- A list ---------------------------------------------------------------------------------------


def paste(client: Client, member: Member, book: PriceBook, sheet: str, **more: str) -> HttpResponse:
    typed = {"sheet": sheet, "starting": "2027-01-01", **more}
    return client.post(url(member, "price-paste", book=book.pk), typed)


def test_a_list_is_stored(alice: Member, book: PriceBook, signed_in: Client) -> None:
    response = paste(signed_in, alice, book, "rail;Rail;3,50\nrod;Rod;4")

    assert said(response) == ["2 prices were added."]
    assert amounts(book) == [("glass", 10), ("rail", Decimal("3.5")), ("rod", 4)]


def test_nothing_of_a_list_is_stored_where_a_cell_is_wrong(
    alice: Member, book: PriceBook, signed_in: Client
) -> None:
    response = paste(signed_in, alice, book, "rail;Rail;3,50\nrod;Rod;much")

    assert (response.status_code, amounts(book)) == (422, [("glass", 10)])
    assert [(cell.row, cell.column, cell.text) for cell in response.context["wrong"]] == [(2, 3, "much")]


def test_a_row_that_overlaps_is_named(alice: Member, book: PriceBook, signed_in: Client) -> None:
    response = paste(signed_in, alice, book, "Article;Name;Amount\nrail;;3\nglass;;12")

    assert [(cell.row, cell.column, cell.text) for cell in response.context["wrong"]] == [(3, 4, "glass")]
    assert amounts(book) == [("glass", 10)]


def test_a_list_may_end_the_prices_before_it(alice: Member, book: PriceBook, signed_in: Client) -> None:
    paste(signed_in, alice, book, "glass;;12", ends_former="on")

    assert amounts(book) == [("glass", 10), ("glass", 12)]


def test_a_list_that_was_pasted_already_says_so(alice: Member, book: PriceBook, signed_in: Client) -> None:
    paste(signed_in, alice, book, "rail;;3")

    assert said(paste(signed_in, alice, book, "rail;;3"))[-1:] == [
        "0 prices were added. 1 stood there already."
    ]


# --- What it touches -------------------------------------------------------------------------------


def test_a_change_says_which_configurators_follow_and_when(
    alice: Member, book: PriceBook, shop: Configurator, signed_in: Client
) -> None:
    later = signed_in.post(url(alice, "price-new", book=book.pk), ENTRY | {"ends_former": "on"})
    entry = book_entry(book, "10")
    typed = {"sku": "glass", "amount": "11", "valid_from": "2026-01-01", "valid_until": "2026-12-31"}
    now = signed_in.post(url(alice, "price", book=book.pk, entry=entry.pk), typed)

    assert said(later)[1:] == ["On 1 January 2027 these are published anew: Veranda."]
    assert said(now)[-1] == "In a moment these are published anew, with the prices of today: Veranda."


def book_entry(book: PriceBook, amount: str) -> PriceEntry:
    with tenant(book.organisation_id):
        return book.entries.get(amount=Decimal(amount))


def test_a_price_that_nobody_uses_touches_nothing(
    alice: Member, book: PriceBook, shop: Configurator, signed_in: Client
) -> None:
    response = signed_in.post(url(alice, "price-new", book=book.pk), ENTRY | {"sku": "rail"})

    assert said(response) == ["The price was added."]


def test_a_book_says_where_it_is_used_and_until_when(
    alice: Member, book: PriceBook, shop: Configurator, signed_in: Client
) -> None:
    with tenant(alice.organisation.pk):
        put(book, alice, "12", NEW_YEAR, ends_former=True)

    [row] = signed_in.get(url(alice, "price-book", book=book.pk)).context["uses"]

    assert (row["use"].name, row["use"].number, row["day"], row["stale"]) == ("Veranda", 1, NEW_YEAR, False)


def test_a_book_says_which_drafts_name_it(
    alice: Member, book: PriceBook, shop: Configurator, signed_in: Client
) -> None:
    with tenant(alice.organisation.pk):
        Configurator.objects.create(name="Bare", draft=booked({"kind": "fixed", "amount": "1"}))
        draft = Configurator.objects.create(name="Draft", draft=booked())

    assert signed_in.get(url(alice, "price-book", book=book.pk)).context["drafts"] == [draft]


def test_a_price_says_who_shows_it(
    alice: Member, book: PriceBook, shop: Configurator, signed_in: Client
) -> None:
    response = signed_in.get(url(alice, "price", book=book.pk, entry=entry_of(book).pk))

    assert response.context["uses"] == ["Veranda"]


# --- What could not be published -------------------------------------------------------------------


@pytest.fixture
def stale(alice: Member, book: PriceBook, shop: Configurator) -> Iterator[Configurator]:
    """Since the new year glass costs 12, and a scenario says 10."""
    with tenant(alice.organisation.pk):
        put(book, alice, "12", NEW_YEAR, ends_former=True)
        keep_scenario(shop, name="Known", inputs={"roof": "glass"}, expects="gross", amount=Decimal(10))
    with travel(midnight(NEW_YEAR), tick=False):
        work_that_is_due()
        yield shop


def test_the_page_that_publishes_says_why_prices_are_older(
    alice: Member, stale: Configurator, client: Client
) -> None:
    sign_in(client, alice)

    page = unescape(client.get(url(alice, "publish", pk=stale.pk)).content.decode())

    assert page.count("Scenario “Known”: expected €10.00, now €12.00.") == 2


def test_what_is_live_can_be_published_by_hand_once_nothing_stands_in_the_way(
    alice: Member, stale: Configurator, client: Client
) -> None:
    sign_in(client, alice)
    address = url(alice, "reprice", pk=stale.pk)

    refused = said(client.post(address))
    with tenant(alice.organisation.pk):
        stale.scenarios.all().delete()
    done = said(client.post(address))
    again = said(client.post(address))

    assert refused == ["It was not published. Scenario “Known”: expected €10.00, now €12.00."]
    assert (done[-1], again[-1]) == ("It is live with the prices of today.", "Its prices are those of today.")
    with tenant(alice.organisation.pk):
        version = stale.versions.get(number=2)
    assert (version.published_by, version.prices) == (alice.user.pk, [["tariffs", "glass", "12"]])


def test_who_may_not_publish_does_not_publish_prices_either(
    alice: Member, bob: Member, stale: Configurator, client: Client
) -> None:
    sign_in(client, bob)

    assert client.post(url(bob, "reprice", pk=stale.pk)).status_code == 403


def test_the_history_says_that_a_version_came_by_itself(
    alice: Member, stale: Configurator, client: Client
) -> None:
    with tenant(alice.organisation.pk):
        stale.scenarios.all().delete()
    with travel(midnight(date(2027, 1, 2)), tick=False):
        work_that_is_due()
        sign_in(client, alice)
        response = client.get(url(alice, "versions", pk=stale.pk))

    assert [row["by"] for row in response.context["versions"]] == [
        "by itself: a price of a price book changed",
        "Alice",
    ]


# --- Drafts ----------------------------------------------------------------------------------------


def test_the_builder_checks_a_draft_with_the_prices_of_today(
    alice: Member, book: PriceBook, signed_in: Client
) -> None:
    with tenant(alice.organisation.pk):
        draft = Configurator.objects.create(name="Draft", draft=booked())
    address = url(alice, "draft", pk=draft.pk)
    broken = booked({"kind": "fixed", "from_book": {"book": "tariffs", "sku": "zinc"}})

    fine = signed_in.get(address).json()["problems"]
    body: Any = {"definition": broken, "revision": 1}
    saved = signed_in.put(address, body, content_type="application/json").json()

    assert [problem for problem in fine if problem["severity"] == "error"] == []
    [problem] = [problem for problem in saved["problems"] if problem["severity"] == "error"]
    assert (saved["revision"], problem["code"], problem["path"][-2:]) == (
        2,
        "unknown_sku",
        ["from_book", "sku"],
    )


def test_the_preview_follows_the_book(alice: Member, book: PriceBook, signed_in: Client) -> None:
    with tenant(alice.organisation.pk):
        draft = Configurator.objects.create(name="Draft", draft=booked())
    address = url(alice, "preview", pk=draft.pk)

    before = signed_in.get(address).content.decode()
    with tenant(alice.organisation.pk):
        book.entries.update(amount=Decimal(4321))
    after = signed_in.get(address).content.decode()

    assert ("4.321,00" in before, "4.321,00" in after) == (False, True)


@pytest.mark.parametrize("text", ['PRICE("a\x00b"; "c")', 'PRICE("\ud800"; "c")'])
def test_a_draft_that_no_database_holds_is_refused(
    alice: Member, book: PriceBook, signed_in: Client, text: str
) -> None:
    with tenant(alice.organisation.pk):
        draft = Configurator.objects.create(name="Draft", draft=booked())
    body: Any = {"definition": booked({"kind": "formula", "formula": text}), "revision": 1}

    response = signed_in.put(url(alice, "draft", pk=draft.pk), body, content_type="application/json")

    assert response.status_code == 422


def test_the_builder_knows_what_each_article_costs_today(
    alice: Member, book: PriceBook, signed_in: Client
) -> None:
    with tenant(alice.organisation.pk):
        draft = Configurator.objects.create(name="Draft", draft=booked())
        put(book, alice, "12", NEW_YEAR, ends_former=True)
        add_entry(book, line("3", NEW_YEAR, sku="rail", label="Rail"), by=alice.user.pk)
        add_entry(book, line("4", OLD, date(2026, 6, 1), sku="over"), by=alice.user.pk)

    [known] = signed_in.get(url(alice, "draft", pk=draft.pk)).json()["books"]

    assert known["entries"] == [["glass", "", "10"], ["rail", "Rail", None]]
