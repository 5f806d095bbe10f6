"""What happens to live versions when the price of a book changes: published anew by itself, once, or told."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from time_machine import travel

from audit.models import Event
from configurators.drafts import save_draft
from configurators.models import Configurator, ConfiguratorVersion, PriceBook, Publication, StalePrices
from configurators.planning import plan
from configurators.price_books import republishing
from configurators.price_books.books import BookInUse, change_entry, remove_book, remove_entry
from configurators.price_books.days import midnight
from configurators.price_books.republishing import republish
from configurators.publishing import CannotPublish, publish, restore
from configurators.scenarios import keep_scenario
from delivery.jobs import JobCall
from delivery.leases import MAX_ATTEMPTS
from delivery.models import AccountMail, Job
from organisations.models import Membership, Organisation
from organisations.permissions import Role
from tenancy.context import tenant
from tests.cast import Member
from tests.configurators.booked import booked, from_book, line, make_book, put
from tests.factories import IDENTITY, make_user, work_that_is_due

OLD, NOW, NEW_YEAR, SPRING = date(2026, 1, 1), date(2026, 12, 1), date(2027, 1, 1), date(2027, 3, 21)
NOON = datetime(2026, 12, 1, 11, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def december() -> Iterator[None]:
    """The first day of December 2026, at noon."""
    with travel(NOON, tick=False):
        yield


@pytest.fixture
def book(alice: Member) -> PriceBook:
    """Glass costs 10 until the new year, and 12 from then on."""
    Organisation.objects.filter(pk=alice.organisation.pk).update(**IDENTITY)
    with tenant(alice.organisation.pk):
        made = make_book(alice)
        put(made, alice, "10", OLD)
        put(made, alice, "12", NEW_YEAR, ends_former=True)
    return made


@pytest.fixture
def shop(alice: Member, book: PriceBook) -> Configurator:
    """Version 1 is live."""
    return opened(alice, "Veranda")


def opened(by: Member, name: str) -> Configurator:
    with tenant(by.organisation.pk):
        made = Configurator.objects.create(name=name, draft=booked())
        publish(made, by=by.user.pk)
    work_that_is_due()
    return made


def live(shop: Configurator) -> tuple[int, str]:
    """The number and the price that visitors see."""
    with tenant(shop.organisation_id):
        shown = Publication.objects.get(configurator_id=shop.pk)
        version = ConfiguratorVersion.objects.get(pk=shown.version_id)
    return version.number, version.compiled["steps"][0]["groups"][0]["options"][0]["price"]["amount"]


def work_on(day: date) -> None:
    """What the worker does just after midnight in Amsterdam."""
    with travel(midnight(day), tick=False):
        work_that_is_due()


def mails() -> list[tuple[Any, str]]:
    found = AccountMail.objects.filter(template="configurator_prices_stale").order_by("pk")
    return [(mail.user_id, mail.language) for mail in found]


def expects(shop: Configurator, amount: str) -> None:
    with tenant(shop.organisation_id):
        keep_scenario(shop, name="Known", inputs={"roof": "glass"}, expects="gross", amount=Decimal(amount))


# --- The price of the day --------------------------------------------------------------------------


def test_a_version_has_the_prices_of_the_day_and_says_which(shop: Configurator) -> None:
    with tenant(shop.organisation_id):
        version = shop.versions.get()

    assert (live(shop), version.prices) == ((1, "10"), [["tariffs", "glass", "10"]])


def test_a_price_that_begins_is_published_by_itself_at_midnight(shop: Configurator) -> None:
    with travel(datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC), tick=False):
        work_that_is_due()
    before = live(shop)

    with travel(datetime(2026, 12, 31, 23, 0, tzinfo=UTC), tick=False):
        work_that_is_due()

    assert (before, live(shop)) == ((1, "10"), (2, "12"))


def test_nobody_is_said_to_have_published_it(shop: Configurator) -> None:
    work_on(NEW_YEAR)

    with tenant(shop.organisation_id):
        version = shop.versions.get(number=2)
        [event] = Event.objects.filter(action="configurator.republished")
    assert (version.published_by, event.actor_id, event.object_id) == (None, None, shop.pk)
    assert mails() == []


def test_the_live_definition_is_published_and_not_the_draft(alice: Member, shop: Configurator) -> None:
    with tenant(shop.organisation_id):
        draft = booked({"kind": "fixed", "amount": "99"})
        save_draft(shop, definition=draft, revision=shop.draft_revision)

    work_on(NEW_YEAR)

    with tenant(shop.organisation_id):
        shop.refresh_from_db()
        version = shop.versions.get(number=2)
    assert (version.definition, shop.draft, live(shop)) == (booked(), draft, (2, "12"))


def test_a_worker_that_was_off_for_days_publishes_once(alice: Member, shop: Configurator) -> None:
    with tenant(shop.organisation_id):
        for day in (2, 3, 4):
            put(PriceBook.objects.get(), alice, f"{10 + day}", date(2027, 1, day), ends_former=True)
    work_that_is_due()

    work_on(SPRING)

    assert live(shop) == (2, "14")


def test_days_on_which_a_price_comes_back_are_left_alone(
    alice: Member, book: PriceBook, shop: Configurator
) -> None:
    with tenant(shop.organisation_id):
        put(book, alice, "10", SPRING, ends_former=True)

    work_on(SPRING)

    assert live(shop) == (1, "10")


def test_a_job_that_comes_twice_publishes_once(shop: Configurator) -> None:
    with travel(midnight(NEW_YEAR), tick=False), tenant(shop.organisation_id):
        for _ in range(2):
            republish(JobCall(shop.organisation_id, {"configurator": str(shop.pk)}))

    assert live(shop) == (2, "12")


def test_every_configurator_that_uses_the_book_follows(alice: Member, shop: Configurator) -> None:
    other = opened(alice, "Window")

    work_on(NEW_YEAR)

    assert (live(shop), live(other)) == ((2, "12"), (2, "12"))


def test_a_version_without_prices_of_books_is_left_alone(alice: Member, book: PriceBook) -> None:
    with tenant(alice.organisation.pk):
        made = Configurator.objects.create(name="Bare", draft=booked({"kind": "fixed", "amount": "10"}))
        publish(made, by=alice.user.pk)

    work_on(NEW_YEAR)

    assert live(made) == (1, "10")


def test_a_version_that_is_off_line_follows_too(alice: Member, shop: Configurator) -> None:
    Publication.objects.update(intake_on=False)

    work_on(NEW_YEAR)

    assert (live(shop), Publication.objects.get().intake_on) == ((2, "12"), False)


# --- A change that holds today ---------------------------------------------------------------------


def test_a_price_that_is_changed_today_is_published_at_once(
    alice: Member, book: PriceBook, shop: Configurator
) -> None:
    with tenant(shop.organisation_id):
        entry = book.entries.get(amount=10)
        change_entry(entry, line("11", OLD, date(2026, 12, 31)), by=alice.user.pk)
    work_that_is_due()

    assert live(shop) == (2, "11")


def test_a_price_of_another_day_changes_nothing_today(
    alice: Member, book: PriceBook, shop: Configurator
) -> None:
    with tenant(shop.organisation_id):
        change_entry(book.entries.get(amount=12), line("13", NEW_YEAR), by=alice.user.pk)
    work_that_is_due()
    before = live(shop)
    work_on(NEW_YEAR)

    assert (before, live(shop)) == ((1, "10"), (2, "13"))


def test_a_book_written_while_a_version_was_published_is_seen_after_all(
    alice: Member, shop: Configurator
) -> None:
    """The version was compiled before the price changed, and stored after the book was looked at."""
    with tenant(shop.organisation_id):
        remove = PriceBook.objects.get().entries.get(amount=10)
        publish(shop, by=alice.user.pk)
        change_entry(remove, line("11", OLD, date(2026, 12, 31)), by=alice.user.pk)
        Job.objects.filter(task="configurators.follow_prices").delete()
    work_that_is_due()

    assert live(shop) == (3, "11")


# --- What stands in the way ------------------------------------------------------------------------


def test_a_scenario_that_fails_stops_it_and_who_may_publish_is_told(
    alice: Member, bob: Member, shop: Configurator
) -> None:
    editor = make_user(name="Eva", language="nl")
    Membership.objects.create(user=editor, organisation=alice.organisation, role=Role.EDITOR)
    expects(shop, "10")

    work_on(NEW_YEAR)

    assert live(shop) == (1, "10")
    assert sorted(mails(), key=str) == sorted([(alice.user.pk, "en"), (editor.pk, "nl")], key=str)
    mail = AccountMail.objects.get(template="configurator_prices_stale", user_id=alice.user.pk)
    with tenant(shop.organisation_id):
        assert StalePrices.objects.get().configurator_id == shop.pk
    assert mail.purge_after


def test_what_stands_in_the_way_is_said_with_its_place(
    alice: Member, book: PriceBook, shop: Configurator
) -> None:
    with travel(midnight(NEW_YEAR), tick=False), tenant(shop.organisation_id):
        remove_entry(book.entries.get(amount=12), by=alice.user.pk)
        found = republishing.why_not(shop, shop.versions.get())

    assert found == [
        "“glass” has no price in the price book “tariffs” on 1 January 2027. (Stap › Roof › Glass)"
    ]


def test_the_same_is_told_once(alice: Member, shop: Configurator) -> None:
    expects(shop, "10")

    for day in range(1, 5):
        work_on(date(2027, 1, day))

    assert mails() == [(alice.user.pk, "en")]


def test_another_price_is_told_again(alice: Member, book: PriceBook, shop: Configurator) -> None:
    expects(shop, "10")
    work_on(NEW_YEAR)
    with travel(midnight(NEW_YEAR), tick=False), tenant(shop.organisation_id):
        put(book, alice, "13", date(2027, 1, 2), ends_former=True)

    work_on(date(2027, 1, 2))

    assert len(mails()) == 2


def test_it_is_tried_again_each_night(shop: Configurator) -> None:
    expects(shop, "10")
    work_on(NEW_YEAR)
    with tenant(shop.organisation_id):
        shop.scenarios.all().delete()

    work_on(date(2027, 1, 2))

    assert live(shop) == (2, "12")
    with tenant(shop.organisation_id):
        assert not StalePrices.objects.exists()


def test_a_publication_by_hand_ends_it(alice: Member, shop: Configurator) -> None:
    expects(shop, "10")
    work_on(NEW_YEAR)

    with travel(midnight(NEW_YEAR), tick=False), tenant(shop.organisation_id):
        shop.scenarios.all().delete()
        publish(shop, by=alice.user.pk)
    work_on(SPRING)

    assert live(shop) == (2, "12")
    with tenant(shop.organisation_id):
        assert not StalePrices.objects.exists()


def test_nothing_is_published_for_an_organisation_that_is_suspended(shop: Configurator) -> None:
    Organisation.objects.filter(pk=shop.organisation_id).update(suspended_at=NOON)
    work_on(NEW_YEAR)
    before = live(shop)
    Organisation.objects.filter(pk=shop.organisation_id).update(suspended_at=None)
    work_on(SPRING)

    assert (before, live(shop)) == ((1, "10"), (2, "12"))


def test_a_fault_of_ours_is_tried_again_before_it_is_told(
    shop: Configurator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(republishing, "why_not", fail)
    ids = {"configurator": str(shop.pk)}
    with travel(midnight(NEW_YEAR), tick=False), tenant(shop.organisation_id):
        with pytest.raises(RuntimeError):
            republish(JobCall(shop.organisation_id, ids))
        early = mails()
        republish(JobCall(shop.organisation_id, ids, attempt=MAX_ATTEMPTS))

    assert (early, len(mails()), live(shop)) == ([], 1, (1, "10"))


def test_a_removed_book_leaves_the_version_as_it_is(
    alice: Member, book: PriceBook, shop: Configurator
) -> None:
    with tenant(shop.organisation_id):
        PriceBook.objects.all().delete()

    work_on(NEW_YEAR)

    assert live(shop) == (1, "10")


def test_a_book_that_a_live_version_uses_is_not_removed(
    alice: Member, book: PriceBook, shop: Configurator
) -> None:
    with tenant(shop.organisation_id):
        save_draft(shop, definition={}, revision=shop.draft_revision)

        with pytest.raises(BookInUse):
            remove_book(book, by=alice.user.pk)


# --- Publishing, planning, putting back ------------------------------------------------------------


def test_a_draft_without_a_price_of_today_is_kept_and_not_published(alice: Member, book: PriceBook) -> None:
    with tenant(alice.organisation.pk):
        made = Configurator.objects.create(name="Zinc", draft=booked(from_book("zinc")))
        with pytest.raises(CannotPublish) as refused:
            publish(made, by=alice.user.pk)

    [problem] = refused.value.problems
    assert (problem.path[-2:], problem.code) == (("from_book", "sku"), "unknown_sku")


def test_what_is_planned_has_the_prices_of_the_day_on_which_it_goes_live(
    alice: Member, shop: Configurator
) -> None:
    with tenant(shop.organisation_id):
        plan(shop, at=midnight(SPRING), by=alice.user.pk)
        Job.objects.filter(task="configurators.follow_prices").delete()

    work_on(SPRING)

    assert live(shop) == (2, "12")


def test_what_has_no_price_on_its_day_is_not_planned(
    alice: Member, book: PriceBook, shop: Configurator
) -> None:
    with tenant(shop.organisation_id):
        entry = book.entries.get(amount=12)
        change_entry(entry, line("12", NEW_YEAR, date(2027, 3, 20)), by=alice.user.pk)
        plan(shop, at=midnight(date(2027, 3, 20)), by=alice.user.pk)

        with pytest.raises(CannotPublish):
            plan(shop, at=midnight(SPRING), by=alice.user.pk)


def test_a_version_that_is_put_back_has_the_prices_of_today(alice: Member, shop: Configurator) -> None:
    work_on(NEW_YEAR)

    with travel(midnight(NEW_YEAR), tick=False), tenant(shop.organisation_id):
        restore(shop, 1, by=alice.user.pk)

    assert live(shop) == (3, "12")


@pytest.mark.parametrize("column", ["prices", "compiled"])
def test_what_a_version_took_cannot_be_changed(shop: Configurator, column: str) -> None:
    with (
        tenant(shop.organisation_id),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE configurators_configuratorversion SET {column} = '[]'")
