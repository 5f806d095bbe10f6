from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import ThrottleLane, User
from audit.models import PlatformAccessEvent
from tests.accounts.conftest import code_of, sign_in_form, with_authenticator

pytestmark = pytest.mark.django_db

SIGN_IN = "/sign-in/"
TWO_STEP = "/sign-in/two-step/"


def is_signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_a_person_signs_in_with_address_and_password(client, dana):
    response = client.post(SIGN_IN, sign_in_form(dana))

    assert response.headers["Location"] == "/home/"
    assert is_signed_in(client)


def test_the_spelling_of_the_address_does_not_matter(client, dana):
    client.post(SIGN_IN, sign_in_form(dana, email="  ＤANA@Example.ORG "))

    assert is_signed_in(client)


def test_a_wrong_password_is_refused(client, dana):
    response = client.post(SIGN_IN, sign_in_form(dana, password="wrong"))

    assert response.status_code == 422
    assert not is_signed_in(client)


def test_someone_who_may_no_longer_sign_in_is_refused(client, dana):
    User.objects.update(is_active=False)

    assert client.post(SIGN_IN, sign_in_form(dana)).status_code == 422


def test_the_answer_is_the_same_for_known_unknown_and_inactive(dana):
    def answer(email):
        response = Client().post(SIGN_IN, {"email": email, "password": "wrong"})
        page = response.content.decode().replace(email, "")
        return response.status_code, page.split("<h1>")[1].split("csrfmiddlewaretoken")[0]

    known = answer(dana.email)
    User.objects.update(is_active=False)

    assert known == answer(dana.email) == answer("nobody@example.org")


def test_the_work_is_the_same_for_known_and_unknown(dana, hashings):
    def work(email):
        hashings.clear()
        with CaptureQueriesContext(connection) as queries:
            Client().post(SIGN_IN, {"email": email, "password": "wrong"})
        return len(hashings), [query["sql"].split(" ")[0] for query in queries]

    known, unknown = work(dana.email), work("nobody@example.org")

    assert known == unknown
    assert known[0] == 1


def test_the_session_gets_another_key(client, dana):
    session = client.session
    session["before"] = True
    session.save()
    before = session.session_key

    client.post(SIGN_IN, sign_in_form(dana))

    assert client.session.session_key != before
    assert "before" not in client.session


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example.com/",
        "//evil.example.com/",
        "/\\evil.example.com/",
        "\\\\evil.example.com",
        "/\t/evil.example.com",
        "javascript:alert(1)",
        "http:evil.example.com",
        "https://localhost@evil.example.com/",
        "/home/\r\nSet-Cookie: a=b",
        "x" * 5000,
    ],
)
def test_a_sign_in_leads_only_to_pages_of_this_site(client, dana, elsewhere):
    response = client.post(SIGN_IN, sign_in_form(dana, next=elsewhere))

    assert response.headers["Location"] == "/home/"


def test_a_sign_in_leads_where_the_person_was_going(client, dana):
    response = client.post(SIGN_IN, sign_in_form(dana, next="/account/?tab=1"))

    assert response.headers["Location"] == "/account/?tab=1"


# --- The second step ----------------------------------------------------------------------------


def test_the_password_alone_is_no_session_for_who_has_an_app(client, dana):
    with_authenticator(dana)

    response = client.post(SIGN_IN, sign_in_form(dana))

    assert response.headers["Location"] == TWO_STEP
    assert "_auth_user_id" not in client.session
    assert not is_signed_in(client)


def test_the_code_completes_the_sign_in(client, dana):
    device = with_authenticator(dana)
    client.post(SIGN_IN, sign_in_form(dana, next="/account/"))
    half = client.session.session_key

    response = client.post(TWO_STEP, {"code": code_of(device)})

    assert response.headers["Location"] == "/account/"
    assert client.session.session_key != half
    assert is_signed_in(client)
    assert client.get("/account/").wsgi_request.user.is_verified()


def test_a_code_works_once(client, dana):
    device = with_authenticator(dana)
    code = code_of(device)
    client.post(SIGN_IN, sign_in_form(dana))
    client.post(TWO_STEP, {"code": code})

    again = Client()
    again.post(SIGN_IN, sign_in_form(dana))
    response = again.post(TWO_STEP, {"code": code})

    assert response.status_code == 422
    assert not is_signed_in(again)


def test_an_old_code_is_refused(client, dana):
    device = with_authenticator(dana)
    client.post(SIGN_IN, sign_in_form(dana))

    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        client.post(SIGN_IN, sign_in_form(dana))
        response = client.post(TWO_STEP, {"code": code_of(device, steps=-2)})

    assert response.status_code == 422


@pytest.mark.parametrize("code", ["", "12345", "１２３４５６", "-12345", "+12345", "1e5000", "\x00" * 6])
def test_what_is_no_code_is_refused(client, dana, code):
    with_authenticator(dana)
    client.post(SIGN_IN, sign_in_form(dana))

    assert client.post(TWO_STEP, {"code": code}).status_code == 422


def test_wrong_codes_make_the_next_one_wait(client, dana):
    device = with_authenticator(dana)
    client.post(SIGN_IN, sign_in_form(dana))
    for _ in range(3):
        client.post(TWO_STEP, {"code": "000000"})

    response = client.post(TWO_STEP, {"code": code_of(device)})

    assert response.status_code == 422
    assert "Too many wrong codes" in response.content.decode()


def test_the_wait_for_a_code_stays_bounded(dana):
    device = with_authenticator(dana)
    for _ in range(100):
        device.throttle_increment()

    _, reason = device.verify_is_allowed()

    assert reason["locked_until"] < timezone.now() + timedelta(minutes=5)


def test_the_second_step_must_follow_within_ten_minutes(client, dana):
    device = with_authenticator(dana)
    client.post(SIGN_IN, sign_in_form(dana))

    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=2)):
        response = client.post(TWO_STEP, {"code": code_of(device)})

    assert response.headers["Location"] == SIGN_IN


def test_a_password_changed_in_between_ends_the_half_sign_in(client, dana):
    device = with_authenticator(dana)
    client.post(SIGN_IN, sign_in_form(dana))
    dana.set_password("another password altogether")
    dana.save()

    assert client.post(TWO_STEP, {"code": code_of(device)}).headers["Location"] == SIGN_IN


def test_nobody_reaches_the_second_step_without_the_first(client, db):
    assert client.get(TWO_STEP).headers["Location"] == SIGN_IN


def test_a_session_with_one_factor_is_sent_to_the_second(client, dana):
    with_authenticator(dana)
    client.force_login(dana)

    pages = ["", "password/", "email/", "two-step/", "recovery-codes/"]
    answers = {client.get(f"/account/{page}").headers["Location"].split("?")[0] for page in pages}

    assert answers == {TWO_STEP}


# --- Sent twice ---------------------------------------------------------------------------------


def test_a_parameter_sent_twice_is_refused_by_name(client, dana):
    response = client.post(SIGN_IN, {**sign_in_form(dana), "email": [dana.email, "charlie@example.org"]})

    assert response.status_code == 400
    assert "<code>email</code>" in response.content.decode()


def test_another_encoding_is_refused(client, dana):
    body = b"--x\r\nContent-Disposition: form-data; name=email\r\n\r\n+2AA-@example.org\r\n--x--\r\n"

    response = client.post(SIGN_IN, body, content_type="multipart/form-data; boundary=x; charset=utf-7")

    assert response.status_code == 400


# --- Guessing -----------------------------------------------------------------------------------


def attack(email: str, *, times: int, address: str = "203.0.113.7") -> list[int]:
    stranger = Client(REMOTE_ADDR=address)
    return [stranger.post(SIGN_IN, {"email": email, "password": f"no {i}"}).status_code for i in range(times)]


def test_a_guesser_must_wait_longer_and_longer(dana):
    answers = attack(dana.email, times=8)

    assert answers[:5] == [422] * 5
    assert answers[5:] == [429] * 3


def test_a_wait_is_said_in_the_header(dana):
    attack(dana.email, times=7)

    response = Client(REMOTE_ADDR="203.0.113.7").post(SIGN_IN, sign_in_form(dana))

    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 900


def test_strangers_wait_also_for_accounts_that_do_not_exist(db):
    assert attack("nobody@example.org", times=8) == [422] * 5 + [429] * 3


def test_guessers_from_many_addresses_are_slowed_down(dana):
    answers = [attack(dana.email, times=1, address=f"198.51.100.{i}")[0] for i in range(20)]

    assert answers == [422] * 10 + [429] * 10


def test_an_attack_does_not_delay_the_owners_known_address(dana):
    home = "192.0.2.1"
    Client(REMOTE_ADDR=home).post(SIGN_IN, sign_in_form(dana))
    for i in range(40):
        attack(dana.email, times=1, address=f"198.51.100.{i}")

    response = Client(REMOTE_ADDR=home).post(SIGN_IN, sign_in_form(dana))

    assert response.status_code == 302


def test_an_attack_does_not_delay_the_owners_known_browser(client, dana):
    """Even from the same address: the browser carries its proof."""
    client.post(SIGN_IN, sign_in_form(dana))
    client.post("/sign-out/")
    attack(dana.email, times=40, address="127.0.0.1")

    assert client.post(SIGN_IN, sign_in_form(dana)).status_code == 302


def test_the_proof_of_one_account_says_nothing_for_another(client, dana):
    other = User.objects.create(email="eve@example.org", name="Eve")
    other.set_password("correct horse battery staple")
    other.save()
    client.post(SIGN_IN, sign_in_form(other))
    attack(dana.email, times=20, address="127.0.0.1")

    response = client.post(SIGN_IN, sign_in_form(dana, password="guess"))

    assert response.status_code == 429


def test_an_invented_proof_says_nothing(client, dana):
    client.cookies["device"] = "eyJkZXZpY2UiOiJ4In0:1abc:invented"
    attack(dana.email, times=20, address="127.0.0.1")

    assert client.post(SIGN_IN, sign_in_form(dana)).status_code == 429


def test_the_wait_ends(dana):
    attack(dana.email, times=30)

    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        response = Client(REMOTE_ADDR="203.0.113.7").post(SIGN_IN, sign_in_form(dana))

    assert response.status_code == 302


def test_a_right_password_gives_the_try_back(dana):
    for _ in range(12):
        answer = Client(REMOTE_ADDR="203.0.113.7").post(SIGN_IN, sign_in_form(dana))

    assert answer.status_code == 302


def test_nothing_of_a_try_is_stored_in_clear(dana):
    attack(dana.email, times=1, address="203.0.113.7")

    stored = b" ".join(bytes(lane.key) for lane in ThrottleLane.objects.all())
    assert b"dana" not in stored
    assert b"203.0.113" not in stored


# --- Leaving ------------------------------------------------------------------------------------


def test_signing_out_ends_the_session_on_the_server(client, dana):
    client.post(SIGN_IN, sign_in_form(dana))
    stolen = Client()
    stolen.cookies = client.cookies.copy()

    response = client.post("/sign-out/")

    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_signed_in(client)
    assert not is_signed_in(stolen)


def test_signing_out_by_a_link_is_refused(client, dana):
    client.force_login(dana)

    assert client.get("/sign-out/").status_code == 405
    assert is_signed_in(client)


def test_signing_out_everywhere_ends_the_other_sessions(client, dana):
    other = Client()
    other.force_login(dana)
    client.force_login(dana)

    client.post("/account/sign-out-everywhere/")

    assert not is_signed_in(client)
    assert not is_signed_in(other)


def test_someone_half_way_can_start_again_as_someone_else(client, dana):
    with_authenticator(dana)
    client.post(SIGN_IN, sign_in_form(dana))

    client.post("/sign-out/")

    assert client.get(TWO_STEP).headers["Location"] == SIGN_IN


# --- What is recorded ---------------------------------------------------------------------------


def test_sign_ins_and_failures_are_recorded_without_the_address(client, dana):
    client.post(SIGN_IN, sign_in_form(dana, password="wrong"))
    client.post(SIGN_IN, {"email": "nobody@example.org", "password": "wrong"})
    client.post(SIGN_IN, sign_in_form(dana))
    client.post("/sign-out/")

    events = PlatformAccessEvent.objects.order_by("id").values_list("action", "user_id", "detail")
    assert list(events) == [
        ("account.sign_in_failed", dana.pk, {}),
        ("account.sign_in_failed", None, {}),
        ("account.signed_in", dana.pk, {"two_step": False}),
        ("account.signed_out", dana.pk, {}),
    ]
