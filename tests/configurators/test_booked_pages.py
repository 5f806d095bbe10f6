"""What the pages about publishing say where prices come from price books, and differ by day."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import travel

from configurators.models import Configurator, PriceBook
from configurators.price_books.days import midnight
from configurators.publishing import publish
from organisations.models import Organisation
from tenancy.context import tenant
from tests.cast import Member
from tests.configurators.booked import booked, make_book, put
from tests.configurators.test_republishing import NEW_YEAR, NOON, OLD
from tests.factories import IDENTITY, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def december() -> Iterator[None]:
    with travel(NOON, tick=False):
        yield


@pytest.fixture
def shop(alice: Member) -> Configurator:
    """A draft that takes what glass costs."""
    Organisation.objects.filter(pk=alice.organisation.pk).update(**IDENTITY)
    with tenant(alice.organisation.pk):
        make_book(alice)
        return Configurator.objects.create(name="Veranda", draft=booked())


def page(name: str, member: Member, shop: Configurator, **more: int) -> str:
    slug = member.organisation.slug
    return reverse(f"configurators:{name}", kwargs={"organisation": slug, "pk": shop.pk, **more})


@pytest.fixture
def client_of_alice(client: Client, alice: Member) -> Client:
    sign_in(client, alice)
    return client


def test_what_has_its_first_price_later_can_be_planned_and_not_published(
    client_of_alice: Client, alice: Member, shop: Configurator
) -> None:
    with tenant(shop.organisation_id):
        put(PriceBook.objects.get(), alice, "12", NEW_YEAR)

    shown = client_of_alice.get(page("publish", alice, shop)).context
    planned = client_of_alice.post(page("publish", alice, shop), {"at": "2027-01-02T09:00"})

    assert (shown["only_today"], shown["blocked"]) == (True, False)
    assert (planned.status_code, plans(shop)) == (302, 1)


def test_what_has_no_price_on_the_day_of_its_plan_is_told_why(
    client_of_alice: Client, alice: Member, shop: Configurator
) -> None:
    with tenant(shop.organisation_id):
        put(PriceBook.objects.get(), alice, "12", OLD, date(2026, 12, 31))

    refused = client_of_alice.post(page("publish", alice, shop), {"at": "2027-01-02T09:00"})

    assert (refused.status_code, [error["code"] for error in refused.context["errors"]]) == (
        422,
        ["no_price_that_day"],
    )


def test_an_error_of_the_draft_itself_blocks_whatever_the_day(
    client_of_alice: Client, alice: Member, shop: Configurator
) -> None:
    shop.draft["steps"][0]["title"] = {}
    with tenant(shop.organisation_id):
        shop.save()

    shown = client_of_alice.get(page("publish", alice, shop)).context

    assert (shown["only_today"], shown["blocked"]) == (False, True)


def test_a_version_to_be_put_back_is_looked_at_with_the_prices_of_today(
    client_of_alice: Client, alice: Member, shop: Configurator
) -> None:
    with tenant(shop.organisation_id):
        put(PriceBook.objects.get(), alice, "10", OLD)
        put(PriceBook.objects.get(), alice, "12", NEW_YEAR, ends_former=True)
        publish(shop, by=alice.user.pk)
        shop.scenarios.create(name="Glass", inputs={"roof": "glass"}, amount="12.00")

    with travel(midnight(NEW_YEAR), tick=False):
        sign_in(client_of_alice, alice)
        shown = client_of_alice.get(page("restore", alice, shop, number=1)).context

    assert shown["failing"] == []


def plans(shop: Configurator) -> int:
    with tenant(shop.organisation_id):
        return shop.plans.count()
