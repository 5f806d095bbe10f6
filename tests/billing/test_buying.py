"""From choosing a plan to having it, through the pages, the real library and the stand-in."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.step_up import CONFIRMED_AT
from billing import buying, gateway, leaving, news
from billing.models import BillingAccount, Purchase, StripeObject, Subscription, VatEvidence
from billing.selling import bring_list
from billing.standin.server import StandIn
from delivery.jobs import JobCall, TryLater
from delivery.models import Job
from organisations.leaving import deactivate, restore
from tests.billing.standin.house import (
    ALWAYS_ASKING_CARD,
    DECLINED_CARD,
    GOOD_CARD,
    LATER_FAILING_CARD,
    House,
)
from tests.factories import sign_in

COMPANY = {"company_name": "Acme BV", "street": "Dorpsstraat 1", "postcode": "1234 AB", "city": "Ons Dorp"}
STUDIO, START, WORKS = ({"plan": code, "interval": "month"} for code in ("studio", "start", "works"))


@pytest.fixture
def house(settings: Any, db: None) -> Iterator[House]:
    """A stand-in whose clock begins now, and the price list there."""
    with StandIn(at=int(time.time())) as standin:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_API_URL = standin.key, standin.url
        bring_list()
        yield House(standin)


@pytest.fixture
def buyer(house: House, alice: Any, client: Client) -> Client:
    """Alice, whose company is known and whose trial is over."""
    past = timezone.now() - timedelta(days=1)
    accounts = BillingAccount.objects.filter(organisation=alice.organisation)
    accounts.update(**COMPANY, country="NL", trial_ends_at=past)
    sign_in(client, alice)
    return client


def page(name: str) -> str:
    return reverse(f"billing:{name}", kwargs={"organisation": "acme"})


def catch_up() -> None:
    """Do what the worker would."""
    while row := StripeObject.objects.filter(applied__lt=F("heard")).first():
        news.refetch(JobCall(None, {"object": str(row.pk)}))


def sessions(house: House) -> list[Any]:
    return list(house.v1.checkout.sessions.list({"limit": 100}))


def pay(house: House, card: str = GOOD_CARD) -> None:
    (session,) = [one for one in sessions(house) if one.status == "open"]
    house.complete(session, method="card", number=card, name="Acme")


def buy(client: Client, house: House, choice: dict[str, str]) -> Subscription:
    """The whole way to a plan."""
    client.post(page("buy"), choice)
    pay(house)
    client.get(page("bought"))
    catch_up()
    return Subscription.objects.get(ended_at=None)


def plan_of(member: Any) -> str:
    version = BillingAccount.objects.get(organisation=member.organisation).plan_version
    return version.code if version else ""


def test_the_choice_shows_this_buyers_vat(buyer: Client) -> None:
    offers = buyer.get(page("choose")).context["offers"]

    assert [(one.code, one.monthly_gross) for one in offers] == [
        ("start", 2299),
        ("studio", 5929),
        ("works", 15609),
    ]


# --- Buying ---------------------------------------------------------------------------------------


def test_without_a_company_nothing_is_bought(house: House, alice: Any, client: Client) -> None:
    sign_in(client, alice)

    answer = client.post(page("buy"), STUDIO)

    assert (answer.status_code, answer["Location"]) == (302, page("company"))
    assert Purchase.objects.count() == 0


def test_what_was_paid_for_is_there_when_stripe_says_so(buyer: Client, house: House, alice: Any) -> None:
    answer = buyer.post(page("buy"), STUDIO)
    pay(house)
    before = plan_of(alice)

    buyer.get(page("bought"))
    catch_up()

    assert answer["Location"].startswith(house.standin.url)
    assert (before, plan_of(alice)) == ("", "studio")
    assert Purchase.objects.get().state == Purchase.State.DONE
    assert b"Studio is yours" in buyer.get(page("bought")).content


def test_coming_back_alone_buys_nothing(buyer: Client, house: House, alice: Any) -> None:
    buyer.post(page("buy"), STUDIO)

    answer = buyer.get(page("bought"))
    catch_up()

    assert plan_of(alice) == ""
    assert b"waiting for word" in answer.content


def test_the_rest_of_a_trial_is_kept(buyer: Client, house: House, alice: Any) -> None:
    ends = (timezone.now() + timedelta(days=10)).replace(microsecond=0)
    BillingAccount.objects.filter(organisation=alice.organisation).update(trial_ends_at=ends)

    bought = buy(buyer, house, STUDIO)

    assert (bought.status, bought.trial_end) == ("trialing", ends)


@pytest.mark.parametrize(("hours", "kept"), [(40, False), (60, True)])
def test_the_page_promises_no_rest_that_stripe_does_not_keep(
    buyer: Client, alice: Any, hours: int, kept: bool
) -> None:
    """A trial at Stripe ends no sooner than two days after the purchase."""
    ends = timezone.now() + timedelta(hours=hours)
    BillingAccount.objects.filter(organisation=alice.organisation).update(trial_ends_at=ends)

    assert (buyer.get(page("choose")).context["rest_of_trial"] is not None) == kept


def test_pressing_twice_leads_to_the_same_page(buyer: Client, house: House) -> None:
    first, second = (buyer.post(page("buy"), STUDIO)["Location"] for _ in range(2))

    assert first == second
    assert len(sessions(house)) == 1


@pytest.mark.django_db(transaction=True)
def test_pressing_at_the_same_moment_buys_once(transactional_db: None, buyer: Client, house: House) -> None:
    def press(_: int) -> str:
        try:
            own = Client()
            own.cookies = buyer.cookies
            return own.post(page("buy"), STUDIO)["Location"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        led_to = set(pool.map(press, range(8)))

    assert len(led_to) == 1
    assert (len(sessions(house)), len(list(house.v1.customers.list()))) == (1, 1)
    assert Purchase.objects.count() == 1


def test_who_asks_while_the_same_is_answered_waits_for_that_answer(house: House, settings: Any) -> None:
    """On a busy machine the library's own patience is not enough."""
    house.tell("/settings", slow=1.2)
    organisation = uuid4()

    with ThreadPoolExecutor(2) as pool:
        made = set(pool.map(lambda _: gateway.make_customer(organisation, given={"name": "Acme"}), range(2)))

    assert len(made) == 1
    assert len(list(house.v1.customers.list())) == 1


def test_buying_asks_about_no_number_that_makes_no_difference(buyer: Client, alice: Any) -> None:
    BillingAccount.objects.filter(organisation=alice.organisation).update(vat_id="NL000099998B57")

    buyer.post(page("buy"), STUDIO)

    assert VatEvidence.objects.count() == 0


def test_another_plan_closes_the_first_page(buyer: Client, house: House) -> None:
    buyer.post(page("buy"), STUDIO)
    buyer.post(page("buy"), WORKS)

    assert sorted(one.status for one in sessions(house)) == ["expired", "open"]


@pytest.mark.parametrize("other", [Purchase.State.LEFT, Purchase.State.DONE])
def test_a_page_that_nobody_wants_any_more_is_closed_before_it_is_shown(
    buyer: Client, house: House, monkeypatch: Any, other: str
) -> None:
    """Another window chose another plan, or the organisation left, while Stripe made the page."""
    start = gateway.start_checkout

    def slowly(**given: Any) -> Any:
        made = start(**given)
        Purchase.objects.update(state=other)
        return made

    monkeypatch.setattr(gateway, "start_checkout", slowly)

    answer = buyer.post(page("buy"), STUDIO)

    assert answer["Location"] == page("choose")
    assert [one.status for one in sessions(house)] == ["expired"]


def test_two_plans_pressed_at_once_leave_one_page_open(buyer: Client, house: House, monkeypatch: Any) -> None:
    start = gateway.start_checkout

    def overtaken(**given: Any) -> Any:
        monkeypatch.setattr(gateway, "start_checkout", start)
        buyer.post(page("buy"), WORKS)
        return start(**given)

    monkeypatch.setattr(gateway, "start_checkout", overtaken)

    buyer.post(page("buy"), STUDIO)

    assert sorted(one.status for one in sessions(house)) == ["expired", "open"]


def test_another_plan_is_not_sold_to_who_has_paid_on_the_first_page(buyer: Client, house: House) -> None:
    buyer.post(page("buy"), STUDIO)
    pay(house)

    answers = [buyer.post(page("buy"), plan)["Location"] for plan in (WORKS, STUDIO, WORKS)]

    assert answers == [page("bought")] * 3
    assert [one.status for one in sessions(house)] == ["complete"]


def lose_the_page(buyer: Client, monkeypatch: Any) -> None:
    """Stripe makes the page and we never hear so."""
    start = gateway.start_checkout

    def lost(**given: Any) -> None:
        start(**given)
        raise gateway.StripeDown("away")

    with monkeypatch.context() as patch:
        patch.setattr(gateway, "start_checkout", lost)
        buyer.post(page("buy"), STUDIO)


def test_a_page_that_we_never_heard_of_is_closed_for_another_plan(
    buyer: Client, house: House, monkeypatch: Any
) -> None:
    lose_the_page(buyer, monkeypatch)

    buyer.post(page("buy"), WORKS)

    assert [one.status for one in sessions(house)] == ["open", "expired"]


def test_what_was_paid_on_a_page_that_we_never_heard_of_is_not_bought_twice(
    buyer: Client, house: House, monkeypatch: Any
) -> None:
    lose_the_page(buyer, monkeypatch)
    pay(house)

    buyer.post(page("buy"), WORKS)

    assert [one.status for one in sessions(house)] == ["complete"]


def test_a_page_that_was_closed_is_opened_anew(buyer: Client, house: House) -> None:
    buyer.post(page("buy"), STUDIO)
    (session,) = sessions(house)
    house.v1.checkout.sessions.expire(session.id)

    answer = buyer.post(page("buy"), STUDIO)

    assert answer["Location"].startswith(house.standin.url)
    assert sorted(one.status for one in sessions(house)) == ["expired", "open"]


def test_who_has_a_plan_cannot_buy_a_second(buyer: Client, house: House) -> None:
    buy(buyer, house, STUDIO)

    answer = buyer.post(page("buy"), WORKS)

    assert answer["Location"] == page("bought")
    assert len(sessions(house)) == 1


def test_a_declined_card_buys_nothing_and_the_page_stays(buyer: Client, house: House, alice: Any) -> None:
    first = buyer.post(page("buy"), STUDIO)["Location"]
    with pytest.raises(Exception, match="402"):
        pay(house, DECLINED_CARD)

    assert buyer.post(page("buy"), STUDIO)["Location"] == first
    assert plan_of(alice) == ""


def test_who_may_only_look_cannot_buy(house: House, alice: Any, bob: Any, client: Client) -> None:
    sign_in(client, bob)

    assert client.post(page("buy"), STUDIO).status_code == 403


def test_strangers_find_no_page_to_buy_on(house: House, alice: Any, charlie: Any, client: Client) -> None:
    sign_in(client, charlie)

    assert client.post(page("buy"), STUDIO).status_code == 404


def test_a_stripe_that_does_not_answer_loses_nothing(buyer: Client, settings: Any) -> None:
    settings.STRIPE_API_URL = "http://127.0.0.1:9"

    answer = buyer.post(page("buy"), STUDIO)

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")


def test_a_plan_that_nobody_sells_is_no_purchase(buyer: Client) -> None:
    answer = buyer.post(page("buy"), {"plan": "palace", "interval": "month"})

    assert answer["Location"] == page("choose")


# --- Changing -------------------------------------------------------------------------------------


def test_what_is_charged_is_what_the_preview_said(buyer: Client, house: House, alice: Any) -> None:
    bought = buy(buyer, house, START)
    house.wait(days=10)
    shown = buyer.get(page("change"), WORKS).context["change"]

    moment = int(shown.at.timestamp())
    buyer.post(page("change"), {**WORKS, "at": moment})
    catch_up()

    charged = house.invoices(house.subscription(bought.stripe_id))[-1]
    assert (charged.status, charged.total) == ("paid", shown.preview.due_cents)
    assert plan_of(alice) == "works"


@pytest.mark.parametrize("interval", ["month", "year"])
def test_the_preview_is_in_the_readers_words(buyer: Client, house: House, alice: Any, interval: str) -> None:
    """Stripe writes its lines in English."""
    buy(buyer, house, START)
    house.wait(days=10)
    User.objects.filter(pk=alice.user.pk).update(language="fr")

    answer = buyer.get(page("change"), {**WORKS, "interval": interval})

    shown = answer.content.decode()
    texts = [line.text for line in answer.context["change"].preview.lines]
    said = ("Reste de votre formule actuelle, jusqu’au", "Works, jusqu’au")
    assert [text in shown for text in (*said, *texts)] == [True, True, False, False]


def test_a_change_right_after_a_renewal_is_reckoned_from_it(buyer: Client, house: House) -> None:
    """Our clock may still be before it: here it is a month behind."""
    buy(buyer, house, START)
    house.wait(days=32)

    shown = buyer.get(page("change"), WORKS).context["change"]

    assert shown.at == shown.subscription.period_start > timezone.now()


def test_during_a_trial_a_larger_plan_costs_nothing_before_its_end(
    buyer: Client, house: House, alice: Any
) -> None:
    ends = (timezone.now() + timedelta(days=10)).replace(microsecond=0)
    BillingAccount.objects.filter(organisation=alice.organisation).update(trial_ends_at=ends)
    bought = buy(buyer, house, START)
    shown = buyer.get(page("change"), WORKS).context["change"]

    buyer.post(page("change"), {**WORKS, "at": int(shown.at.timestamp())})
    catch_up()

    at_stripe = house.subscription(bought.stripe_id)
    charged_now = [one.total for one in house.invoices(at_stripe)]
    house.wait(days=11)
    assert (shown.is_free_for_now, set(charged_now), plan_of(alice)) == (True, {0}, "works")
    assert house.invoices(at_stripe)[-1].total == shown.preview.due_cents


def test_a_smaller_plan_begins_when_the_paid_time_is_over(buyer: Client, house: House, alice: Any) -> None:
    bought = buy(buyer, house, STUDIO)

    buyer.post(page("change"), START)
    catch_up()

    bought.refresh_from_db()
    assert (plan_of(alice), bought.next_version.code) == ("studio", "start")  # type: ignore[union-attr]


def test_a_change_to_come_can_be_taken_back(buyer: Client, house: House) -> None:
    bought = buy(buyer, house, STUDIO)
    buyer.post(page("change"), START)
    catch_up()

    buyer.post(page("stay"))
    catch_up()

    bought.refresh_from_db()
    assert bought.next_version is None


def test_cancelling_ends_with_the_paid_time_and_can_be_taken_back(buyer: Client, house: House) -> None:
    bought = buy(buyer, house, STUDIO)
    buyer.post(page("cancel"))
    catch_up()
    bought.refresh_from_db()
    leaves_at = bought.cancel_at

    buyer.post(page("stay"))
    catch_up()

    bought.refresh_from_db()
    assert (leaves_at, bought.cancel_at) == (bought.period_end, None)


def test_what_ends_is_not_changed_before_its_end_is_taken_back(buyer: Client, house: House) -> None:
    """What a change costs would be paid beyond the end that stays."""
    bought = buy(buyer, house, START)
    buyer.post(page("cancel"))
    catch_up()

    answer = buyer.post(page("change"), WORKS | {"interval": "year"}, follow=True)
    catch_up()

    bought.refresh_from_db()
    assert (bought.plan_version.code, bought.interval) == ("start", "month")
    assert "Let it go on first" in answer.content.decode()


def test_while_it_ends_no_change_is_offered(buyer: Client, house: House) -> None:
    buy(buyer, house, START)
    buyer.post(page("cancel"))
    catch_up()

    text = buyer.get(page("choose")).content.decode()

    assert ("first let it go on" in text, page("change") in text) == (True, False)


def failing_card(house: House, bought: Subscription, member: Any, card: str = LATER_FAILING_CARD) -> None:
    account = BillingAccount.objects.get(organisation=member.organisation)
    method = house.use(house.v1.customers.retrieve(account.stripe_customer), card=card)
    house.v1.subscriptions.update(bought.stripe_id, {"default_payment_method": method.id})


def test_a_card_that_fails_changes_nothing(buyer: Client, house: House, alice: Any) -> None:
    bought = buy(buyer, house, START)
    failing_card(house, bought, alice)

    buyer.post(page("change"), WORKS)
    catch_up()

    assert plan_of(alice) == "start"


@pytest.mark.parametrize("card", [LATER_FAILING_CARD, ALWAYS_ASKING_CARD])
def test_a_larger_plan_that_fails_or_waits_drops_no_smaller_one_to_come(
    buyer: Client, house: House, alice: Any, card: str
) -> None:
    bought = buy(buyer, house, STUDIO)
    buyer.post(page("change"), START)
    catch_up()
    failing_card(house, bought, alice, card)

    buyer.post(page("change"), WORKS)
    catch_up()

    bought.refresh_from_db()
    assert (plan_of(alice), bought.next_version.code) == ("studio", "start")  # type: ignore[union-attr]


def test_a_larger_plan_takes_the_place_of_a_smaller_one_to_come(
    buyer: Client, house: House, alice: Any
) -> None:
    bought = buy(buyer, house, STUDIO)
    buyer.post(page("change"), START)
    catch_up()

    buyer.post(page("change"), WORKS)
    catch_up()

    bought.refresh_from_db()
    assert (plan_of(alice), bought.next_version) == ("works", None)


def test_the_ways_of_paying_are_at_stripe(buyer: Client, house: House) -> None:
    buy(buyer, house, STUDIO)

    assert buyer.post(page("portal"))["Location"].startswith(house.standin.url)


@pytest.mark.parametrize("name", ["change", "cancel", "portal"])
def test_what_moves_money_asks_again_who_is_there(buyer: Client, house: House, alice: Any, name: str) -> None:
    bought = buy(buyer, house, STUDIO)
    session = buyer.session
    session[CONFIRMED_AT] = 0
    session.save()

    answer = buyer.post(page(name), WORKS)
    catch_up()

    bought.refresh_from_db()
    assert answer["Location"].startswith(reverse("accounts:step-up"))
    assert (plan_of(alice), bought.cancel_at) == ("studio", None)


def test_what_a_change_costs_is_shown_without_asking(buyer: Client, house: House) -> None:
    buy(buyer, house, STUDIO)
    session = buyer.session
    session[CONFIRMED_AT] = 0
    session.save()

    assert buyer.get(page("change"), WORKS).status_code == 200


# --- Leaving --------------------------------------------------------------------------------------


def end(member: Any) -> None:
    leaving.end(JobCall(None, {"organisation": str(member.organisation.pk)}))
    catch_up()


def test_an_organisation_that_leaves_pays_no_more(buyer: Client, house: House, alice: Any) -> None:
    bought = buy(buyer, house, STUDIO)
    deactivate(alice.organisation, by=alice.user.pk)

    end(alice)
    end(alice)

    bought.refresh_from_db()
    assert (bought.status, bought.ended_at is None) == ("canceled", False)


def test_who_leaves_while_stripe_is_away_is_ended_later(
    buyer: Client, house: House, alice: Any, settings: Any
) -> None:
    buy(buyer, house, STUDIO)
    deactivate(alice.organisation, by=alice.user.pk)
    settings.STRIPE_API_URL = "http://127.0.0.1:9"

    with pytest.raises(TryLater):
        end(alice)


def test_what_was_paid_while_leaving_and_is_not_known_yet_ends_too(
    buyer: Client, house: House, alice: Any
) -> None:
    buyer.post(page("buy"), STUDIO)
    pay(house)
    deactivate(alice.organisation, by=alice.user.pk)

    end(alice)

    (bought,) = house.v1.subscriptions.list({"status": "all"}).data
    assert bought.status == "canceled"


def test_a_subscription_of_who_has_left_is_ended_once_it_is_heard_of(
    buyer: Client, house: House, alice: Any
) -> None:
    buyer.post(page("buy"), STUDIO)
    deactivate(alice.organisation, by=alice.user.pk)
    Purchase.objects.update(state=Purchase.State.LEFT)
    Job.objects.filter(task="billing.end").delete()
    pay(house)
    (bought,) = house.v1.subscriptions.list({"status": "all"}).data

    buying.heard_of(bought.id)
    catch_up()

    assert Job.objects.filter(task="billing.end").count() == 1


def test_each_day_whoever_left_and_could_pay_is_ended_again(
    buyer: Client, house: House, alice: Any, charlie: Any
) -> None:
    buy(buyer, house, STUDIO)
    deactivate(alice.organisation, by=alice.user.pk)
    deactivate(charlie.organisation, by=charlie.user.pk)
    Job.objects.filter(task="billing.end").delete()

    leaving.look_after()

    jobs = Job.objects.filter(task="billing.end")
    assert [job.ids["organisation"] for job in jobs] == [str(alice.organisation.pk)]


def test_who_comes_back_can_buy_the_same_plan_again(buyer: Client, house: House, alice: Any) -> None:
    buy(buyer, house, STUDIO)
    deactivate(alice.organisation, by=alice.user.pk)
    end(alice)
    restore(alice.organisation, by=alice.user.pk)

    again = buy(buyer, house, STUDIO)

    assert again.status == "active"


def test_who_came_back_at_once_keeps_the_plan(buyer: Client, house: House, alice: Any) -> None:
    bought = buy(buyer, house, STUDIO)
    deactivate(alice.organisation, by=alice.user.pk)
    restore(alice.organisation, by=alice.user.pk)

    end(alice)

    bought.refresh_from_db()
    assert bought.status == "active"


def test_only_pages_that_sell_may_send_to_stripe(alice: Any, client: Client, settings: Any) -> None:
    sign_in(client, alice)

    sources = {}
    for name in ("billing:plan", "billing:choose", "billing:invoices", "organisations:settings"):
        answer = client.get(reverse(name, kwargs={"organisation": alice.organisation.slug}))
        policy = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
        sources[name] = policy["form-action"].split()

    ours = ["'self'"]
    sells = [*ours, *settings.STRIPE_PAGES]
    assert sources == {
        "billing:plan": sells,
        "billing:choose": sells,
        "billing:invoices": ours,
        "organisations:settings": ours,
    }
