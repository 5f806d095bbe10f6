import base64
import re
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django_otp.oath import totp

from accounts.models import Authenticator, RecoveryCode
from accounts.recovery_codes import replace_codes
from accounts.two_step import enrolment, start_setup
from tests.accounts.conftest import code_of, sign_in_form, with_authenticator
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

SETUP = "/account/two-step/"
TWO_STEP = "/sign-in/two-step/"


def test_opening_the_setup_page_makes_nothing(dana, signed_in):
    response = signed_in(dana).get(SETUP)

    assert response.status_code == 200
    assert not Authenticator.objects.exists()


def test_setting_up_needs_a_recent_proof(dana, signed_in):
    response = signed_in(dana, confirmed=False).get(SETUP)

    assert response.headers["Location"] == "/account/step-up/?next=%2Faccount%2Ftwo-step%2F"


def test_the_qr_code_and_the_key_say_the_same(dana, signed_in):
    client = signed_in(dana)
    client.post("/account/two-step/begin/")

    page = client.get(SETUP)

    device = Authenticator.objects.get()
    assert page.context["enrolment"] == enrolment(device)
    assert page.context["enrolment"].secret_in_groups in page.content.decode()
    assert "style=" not in page.content.decode()


def test_the_first_code_turns_it_on_and_shows_ten_codes_once(dana, signed_in):
    client = signed_in(dana)
    client.post("/account/two-step/begin/")
    device = Authenticator.objects.get()

    response = client.post(SETUP, {"code": code_of(device)})

    codes = re.findall(r"[A-Z2-9]{4}(?:-[A-Z2-9]{4}){5}", response.context["codes_as_text"])
    device.refresh_from_db()
    assert device.confirmed
    assert len(set(codes)) == 10
    assert unquote(response.context["download"]).split(",")[1].split() == codes
    assert all(code not in client.get("/account/recovery-codes/").content.decode() for code in codes)


def test_the_session_that_set_it_up_goes_on_with_both_factors(dana, signed_in):
    client = signed_in(dana)
    client.post("/account/two-step/begin/")
    client.post(SETUP, {"code": code_of(Authenticator.objects.get())})

    page = client.get("/account/")

    assert page.status_code == 200
    assert page.wsgi_request.user.is_verified()


def test_turning_it_on_ends_the_other_sessions(dana, signed_in):
    other = Client()
    other.force_login(dana)
    client = signed_in(dana)
    client.post("/account/two-step/begin/")

    client.post(SETUP, {"code": code_of(Authenticator.objects.get())})

    assert other.get("/account/").status_code == 302


def test_a_wrong_first_code_turns_nothing_on(dana, signed_in):
    client = signed_in(dana)
    client.post("/account/two-step/begin/")

    response = client.post(SETUP, {"code": "000000"})

    assert response.status_code == 422
    assert not Authenticator.objects.get().confirmed


def test_an_unfinished_setup_does_not_keep_anyone_out(client, dana):
    start_setup(user=dana)

    response = client.post("/sign-in/", sign_in_form(dana))

    assert response.headers["Location"] == "/home/"


def test_beginning_again_leaves_an_authenticator_in_use_alone(dana, signed_in):
    device = with_authenticator(dana)

    signed_in(dana, device=device).post("/account/two-step/begin/")

    assert Authenticator.objects.get() == device


def test_the_seed_is_sealed(dana):
    device = start_setup(user=dana)
    with connection.cursor() as cursor:
        cursor.execute("SELECT seed FROM accounts_authenticator")
        stored = bytes(cursor.fetchone()[0])

    assert device.key() not in stored
    assert device.key().hex().encode() not in stored


def test_turning_it_on_is_told_by_mail(dana, post):
    with_authenticator(dana)

    assert [message.subject for message in post()] == ["Two-step sign-in is on"]


# --- Recovery codes -----------------------------------------------------------------------------


def test_a_recovery_code_lets_in_once(client, dana):
    with_authenticator(dana)
    code = replace_codes(user=dana)[0]
    client.post("/sign-in/", sign_in_form(dana))
    first = client.post(TWO_STEP, {"code": code.lower().replace("-", " ")})

    again = Client()
    again.post("/sign-in/", sign_in_form(dana))
    second = again.post(TWO_STEP, {"code": code})

    assert (first.status_code, second.status_code) == (302, 422)
    assert RecoveryCode.objects.count() == 9


def test_using_a_recovery_code_is_told_by_mail(client, dana, post):
    with_authenticator(dana)
    code = replace_codes(user=dana)[0]
    post()
    client.post("/sign-in/", sign_in_form(dana))
    client.post(TWO_STEP, {"code": code})

    (message,) = post()
    assert message.subject == "A recovery code was used"
    assert "Codes left: 9." in message.body


def test_a_recovery_code_works_while_codes_of_the_app_must_wait(client, dana):
    with_authenticator(dana)
    code = replace_codes(user=dana)[0]
    client.post("/sign-in/", sign_in_form(dana))
    for _ in range(5):
        client.post(TWO_STEP, {"code": "000000"})

    assert client.post(TWO_STEP, {"code": code}).status_code == 302


def test_a_recovery_code_of_another_person_is_refused(client, dana, django_user_model):
    other = django_user_model.objects.create(email="eve@example.org", name="Eve")
    with_authenticator(dana)
    code = replace_codes(user=other)[0]
    client.post("/sign-in/", sign_in_form(dana))

    assert client.post(TWO_STEP, {"code": code}).status_code == 422


def test_recovery_codes_are_stored_only_as_keyed_hashes(dana):
    codes = replace_codes(user=dana)
    stored = b" ".join(bytes(row.code_hash) for row in RecoveryCode.objects.all())

    assert all(code.encode() not in stored and code.replace("-", "").encode() not in stored for code in codes)
    assert len(stored) == 10 * 33 - 1


def test_new_codes_end_the_old_ones(client, dana, signed_in):
    device = with_authenticator(dana)
    old = replace_codes(user=dana)[0]
    signed_in(dana, device=device).post("/account/recovery-codes/")

    fresh = Client()
    fresh.post("/sign-in/", sign_in_form(dana))

    assert fresh.post(TWO_STEP, {"code": old}).status_code == 422


# --- Turning it off -----------------------------------------------------------------------------


def test_turning_off_needs_the_password_and_a_code(dana, signed_in):
    device = with_authenticator(dana)
    client = signed_in(dana, device=device)

    without_code = client.post("/account/two-step/off/", {"password": PASSWORD, "code": "000000"})
    without_password = client.post("/account/two-step/off/", {"password": "x", "code": code_of(device)})

    assert (without_code.status_code, without_password.status_code) == (422, 422)
    assert Authenticator.objects.filter(confirmed=True).exists()


def test_turning_off_removes_the_app_and_the_codes_and_ends_other_sessions(dana, signed_in, post):
    device = with_authenticator(dana)
    other = Client()
    other.force_login(dana)
    client = signed_in(dana, device=device)
    post()

    response = client.post("/account/two-step/off/", {"password": PASSWORD, "code": code_of(device)})

    assert response.headers["Location"] == "/account/"
    assert not Authenticator.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
    assert [message.subject for message in post()] == ["Two-step sign-in is off"]


def test_the_app_computes_what_the_key_says(dana):
    """The text key that a person types leads to the code that we expect."""
    device = start_setup(user=dana)
    secret = enrolment(device).secret

    typed = base64.b32decode(secret + "=" * (-len(secret) % 8))

    assert totp(typed) == int(code_of(device))
