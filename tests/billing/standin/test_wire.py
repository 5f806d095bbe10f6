"""How the stand-in speaks: keys, refusals, lists, expansion, metadata and idempotency."""

import json
import threading
import urllib.error
import urllib.request

import pytest
import stripe

from tests.billing.standin.house import GOOD_CARD, House


def raw(house: House, method: str, path: str, body: bytes = b"", **headers: str):
    """A request that the library would not make."""
    headers = {"Authorization": f"Bearer {house.standin.key}", **headers}
    request = urllib.request.Request(house.standin.url + path, body or None, headers, method=method)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.load(response), response.headers
    except urllib.error.HTTPError as error:
        return error.code, json.load(error), error.headers


def test_another_key_is_refused(house):
    with pytest.raises(stripe.AuthenticationError):
        house.new_client("sk_test_other").v1.customers.list()


def test_a_key_that_cannot_be_read_is_refused(house):
    status, answer, _headers = raw(
        house, "GET", "/v1/customers", Authorization="Basic é".encode().decode("latin-1")
    )

    assert (status, answer["error"]["type"]) == (401, "invalid_request_error")


def test_a_missing_key_is_refused(house):
    status, answer, _headers = raw(house, "GET", "/v1/customers", Authorization="")

    assert (status, answer["error"]["type"]) == (401, "invalid_request_error")


def test_an_unknown_address_is_answered_as_stripe_does(house):
    status, answer, _headers = raw(house, "GET", "/v1/wishes")

    assert status == 404
    assert answer["error"]["message"] == "Unrecognized request URL (GET: /v1/wishes)."


def test_what_is_not_done_here_is_refused_rather_than_passed_over(house):
    customer, price = house.customer(card=GOOD_CARD), house.price()

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        house.subscribe(customer, price, automatic_tax={"enabled": True})

    assert refusal.value.param == "automatic_tax[enabled]"


def test_the_control_api_does_not_listen_to_web_pages(house):
    status, _answer, _headers = raw(house, "POST", "/_standin/reset", b"{}", Origin="https://elsewhere.test")

    assert status == 404


def test_an_unknown_setting_is_refused(house):
    status, answer, _headers = raw(house, "POST", "/_standin/settings", b'{"speed": 3}')

    assert (status, answer["error"]["param"]) == (400, "speed")


@pytest.mark.parametrize("body", [b"a[b=1", b"=1", b"a=1&a[b]=2", b"name=%ff%fe", b"\xff\xfe=1"])
def test_a_malformed_body_is_a_bad_request(house, body):
    status, answer, _headers = raw(house, "POST", "/v1/customers", body)

    assert (status, answer["error"]["type"]) == (400, "invalid_request_error")


def test_an_absurd_length_is_a_bad_request(house):
    status, _answer, _headers = raw(
        house, "POST", "/v1/customers", b"name=a", **{"Content-Length": "99999999"}
    )

    assert status == 400


def test_answers_carry_a_request_id(house):
    answer = house.v1.customers.create({"name": "Ada"})

    assert answer.last_response.request_id.startswith("req_")


def test_an_unknown_parameter_is_refused(house):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        house.v1.customers.create({"nmae": "Ada"})

    assert (refusal.value.code, refusal.value.param) == ("parameter_unknown", "nmae")


def test_an_unknown_parameter_deep_down_is_refused(house):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        house.v1.customers.create({"address": {"country": "NL", "planet": "Earth"}})

    assert refusal.value.param == "address[planet]"


def test_a_missing_parameter_is_named(house):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        house.v1.products.create({"description": "no name"})

    assert (refusal.value.code, refusal.value.param) == ("parameter_missing", "name")


def test_a_missing_object_is_404_in_the_path(house):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        house.v1.customers.retrieve("cus_nobody")

    assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")
    assert refusal.value.user_message == "No such customer: 'cus_nobody'"


def test_a_missing_object_is_400_in_a_parameter(house):
    price = house.price()

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        house.v1.subscriptions.create({"customer": "cus_nobody", "items": [{"price": price.id}]})

    assert (refusal.value.http_status, refusal.value.param) == (400, "customer")


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"next_invoice_sequence": "many"}, "next_invoice_sequence"),
        ({"tax_exempt": "maybe"}, "tax_exempt"),
        ({"preferred_locales": "nl"}, "preferred_locales"),
        ({"address": "Kerkstraat"}, "address"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(house, given, param):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        house.v1.customers.create(given)

    assert refusal.value.param == param


# --- Lists ---------------------------------------------------------------------------------------


def test_lists_are_newest_first(house):
    made = [house.v1.customers.create({"name": str(n)}).id for n in range(3)]

    assert [one.id for one in house.v1.customers.list()] == made[::-1]


def test_a_list_has_ten_unless_asked(house):
    for n in range(12):
        house.v1.customers.create({"name": str(n)})

    page = house.v1.customers.list()

    assert (len(page.data), page.has_more) == (10, True)


def test_the_library_pages_through_everything(house):
    made = [house.v1.customers.create({"name": str(n)}).id for n in range(7)]

    found = [one.id for one in house.v1.customers.list({"limit": 3}).auto_paging_iter()]

    assert found == made[::-1]


def test_a_list_goes_back_before_an_object(house):
    made = [house.v1.customers.create({"name": str(n)}).id for n in range(5)]

    page = house.v1.customers.list({"ending_before": made[1], "limit": 2})

    assert [one.id for one in page] == [made[3], made[2]]
    assert page.has_more


def test_a_list_is_filtered_by_time(house):
    house.v1.customers.create({"name": "before"})
    house.wait(days=1)
    now = house.ask("")["now"]
    house.v1.customers.create({"name": "after"})

    assert [one.name for one in house.v1.customers.list({"created": {"gte": now}})] == ["after"]
    assert [one.name for one in house.v1.customers.list({"created": {"lt": now}})] == ["before"]


def test_a_limit_above_a_hundred_is_refused(house):
    with pytest.raises(stripe.InvalidRequestError):
        house.v1.customers.list({"limit": 101})


def test_events_are_filtered_by_type(house):
    house.customer()
    house.price()

    assert {one.type for one in house.v1.events.list({"types": ["price.*"]})} == {"price.created"}
    assert {one.type for one in house.v1.events.list({"type": "customer.created"})} == {"customer.created"}


# --- Expansion -----------------------------------------------------------------------------------


def test_an_id_expands_into_its_object(house):
    subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price(), expand=["customer"])

    assert subscription.customer.email == "ada@example.org"


def test_expansion_goes_through_lists_and_objects(house):
    customer = house.customer(card=GOOD_CARD)
    house.subscribe(customer, house.price())

    found = house.v1.subscriptions.list({"customer": customer.id, "expand": ["data.latest_invoice.payments"]})

    assert found.data[0].latest_invoice.payments.data[0].status == "paid"


def test_what_is_only_included_when_asked_is_absent_otherwise(house):
    customer = house.customer()

    assert "subscriptions" not in house.v1.customers.retrieve(customer.id).to_dict()
    assert (
        "subscriptions" in house.v1.customers.retrieve(customer.id, {"expand": ["subscriptions"]}).to_dict()
    )


def test_what_cannot_be_expanded_is_refused(house):
    customer = house.customer()

    with pytest.raises(stripe.InvalidRequestError):
        house.v1.customers.retrieve(customer.id, {"expand": ["email"]})


# --- Metadata ------------------------------------------------------------------------------------


def test_metadata_is_merged_and_an_empty_text_takes_a_key_away(house):
    customer = house.v1.customers.create({"metadata": {"a": "1", "b": "2"}})

    changed = house.v1.customers.update(customer.id, {"metadata": {"b": "", "c": "3"}})

    assert changed.metadata.to_dict() == {"a": "1", "c": "3"}


def test_empty_metadata_takes_all_away(house):
    customer = house.v1.customers.create({"metadata": {"a": "1"}})

    assert house.v1.customers.update(customer.id, {"metadata": ""}).metadata.to_dict() == {}


# --- Idempotency ---------------------------------------------------------------------------------


def test_the_same_key_answers_the_same_and_does_nothing_twice(house):
    first = house.v1.customers.create({"name": "Ada"}, {"idempotency_key": "k"})
    second = house.v1.customers.create({"name": "Ada"}, {"idempotency_key": "k"})

    assert second.id == first.id
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(house.v1.customers.list().data) == 1


def test_the_same_key_with_other_parameters_is_refused(house):
    house.v1.customers.create({"name": "Ada"}, {"idempotency_key": "k"})

    with pytest.raises(stripe.IdempotencyError):
        house.v1.customers.create({"name": "Bob"}, {"idempotency_key": "k"})


def test_a_refused_parameter_leaves_the_key_free(house):
    with pytest.raises(stripe.InvalidRequestError):
        house.v1.customers.create({"nmae": "Ada"}, {"idempotency_key": "k"})

    assert house.v1.customers.create({"name": "Ada"}, {"idempotency_key": "k"}).name == "Ada"


def test_a_key_is_forgotten_after_a_day(house):
    first = house.v1.customers.create({"name": "Ada"}, {"idempotency_key": "k"})
    house.wait(hours=24)

    assert house.v1.customers.create({"name": "Ada"}, {"idempotency_key": "k"}).id != first.id


def test_a_declined_payment_is_replayed_too(house):
    subscription = house.subscribe(house.customer(card="4000000000000341"), house.price())
    pay = house.v1.invoices.pay

    for _ in range(2):
        with pytest.raises(stripe.CardError):
            pay(subscription.latest_invoice, {}, {"idempotency_key": "k"})

    assert house.v1.invoices.retrieve(subscription.latest_invoice).attempt_count == 2


def test_one_key_at_the_same_time_is_a_conflict(house):
    house.tell("/settings", slow=0.5)
    answers = []

    def create(client: stripe.StripeClient) -> None:
        try:
            answers.append(client.v1.customers.create({"name": "Ada"}, {"idempotency_key": "k"}).id)
        except stripe.StripeError as error:
            answers.append((error.http_status, error.error.code))

    threads = [threading.Thread(target=create, args=(house.new_client(),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (409, "idempotency_key_in_use") in answers
    assert len(house.v1.customers.list().data) == 1


def test_the_library_gets_over_such_a_conflict_by_itself(house):
    house.tell("/settings", slow=0.3)
    made = []

    def create(client: stripe.StripeClient) -> None:
        made.append(client.v1.customers.create({"name": "Ada"}, {"idempotency_key": "k"}).id)

    threads = [
        threading.Thread(target=create, args=(house.new_client(max_network_retries=3),)) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 2
    assert len(set(made)) == 1
