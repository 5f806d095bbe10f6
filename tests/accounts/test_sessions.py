from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.session_store import SessionStore
from tests.accounts.conftest import code_of, sign_in_form, with_authenticator
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def status_after(client, **later):
    with time_machine.travel(timezone.now() + timedelta(**later), tick=False):
        return client.get("/account/").status_code


def test_a_session_ends_after_half_an_idle_hour(client, dana):
    client.post("/sign-in/", sign_in_form(dana))

    assert status_after(client, minutes=29) == 200
    assert status_after(client, minutes=29 + 31) == 302


def test_a_session_in_use_ends_after_twelve_hours(client, dana):
    client.post("/sign-in/", sign_in_form(dana))

    answers = [status_after(client, minutes=29 * i) for i in range(1, 26)]

    assert answers == [200] * 24 + [302]


def test_reading_pages_rarely_writes_the_session(client, dana):
    client.post("/sign-in/", sign_in_form(dana))
    before = Session.objects.get().session_data

    client.get("/account/")

    assert Session.objects.get().session_data == before


@pytest.mark.parametrize("key", ["short", "x" * 41, "a" * 16 + "\x00", "à" * 16, "A" * 32, "'" * 32])
def test_a_cookie_that_is_no_key_of_ours_is_not_asked_for(key):
    assert SessionStore(key).session_key is None


def test_the_step_up_page_takes_the_password(dana, signed_in):
    client = signed_in(dana, confirmed=False)
    before = client.session.session_key

    response = client.post("/account/step-up/", {"password": PASSWORD, "next": "/account/email/"})

    assert response.headers["Location"] == "/account/email/"
    assert client.get("/account/email/").status_code == 200
    assert client.session.session_key != before


def test_the_step_up_page_takes_a_code(dana, signed_in):
    device = with_authenticator(dana)
    client = signed_in(dana, device=device, confirmed=False)

    response = client.post("/account/step-up/", {"password": "", "code": code_of(device)})

    assert response.status_code == 302
    assert client.get("/account/email/").status_code == 200


@pytest.mark.parametrize("form", [{"password": "x"}, {"password": ""}, {}])
def test_the_step_up_page_refuses_what_proves_nothing(dana, signed_in, form):
    client = signed_in(dana, confirmed=False)

    assert client.post("/account/step-up/", form).status_code == 422
    assert client.get("/account/email/").status_code == 302


def test_a_proof_lasts_ten_minutes(dana, signed_in):
    client = signed_in(dana)

    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=2)):
        assert client.get("/account/email/").status_code == 302


def test_after_a_late_form_the_person_is_back_where_it_was_sent_from(dana, signed_in):
    client = signed_in(dana, confirmed=False)

    response = client.post(
        "/account/email/", {}, headers={"Referer": "http://testserver/account/email/?tab=1"}
    )

    assert response.headers["Location"] == "/account/step-up/?next=%2Faccount%2Femail%2F%3Ftab%3D1"


def test_signing_in_counts_as_a_proof(client, dana):
    client.post("/sign-in/", sign_in_form(dana))

    assert client.get("/account/email/").status_code == 200


def test_pages_about_oneself_need_a_sign_in(db):
    pages = [
        "/account/",
        "/account/step-up/",
        "/account/password/",
        "/account/email/",
        "/account/two-step/",
        "/account/two-step/off/",
        "/account/recovery-codes/",
    ]

    assert {Client().get(page).headers["Location"].split("?")[0] for page in pages} == {"/sign-in/"}


def test_no_page_of_a_person_is_kept_by_a_cache(client, dana):
    client.force_login(dana)

    assert "no-store" in client.get("/account/").headers["Cache-Control"]
