import hashlib
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import legal, publications
from accounts.models import PendingSignUp, TermsAcceptance, User
from audit.models import PlatformEvent
from tests.accounts.conftest import NEW_PASSWORD, link_in, sign_up_form

pytestmark = pytest.mark.django_db

SIGN_UP = "/sign-up/"


def test_signing_up_makes_no_account_yet(client, post):
    response = client.post(SIGN_UP, sign_up_form())

    assert response.headers["Location"] == "/sign-up/done/"
    assert not User.objects.exists()
    assert [message.to for message in post()] == [["nora@example.org"]]


def test_the_link_and_the_password_make_the_account(client, post):
    client.post(SIGN_UP, sign_up_form())
    link = link_in(post()[0], "accounts:verify")

    response = client.post(link, {"password": NEW_PASSWORD})

    user = User.objects.get()
    assert response.headers["Location"] == reverse("organisations:home")
    assert (user.email, user.name, user.language) == ("nora@example.org", "Nora", "en")
    assert user.email_verified_at is not None
    assert client.session["_auth_user_id"] == str(user.pk)


def test_following_the_link_changes_nothing(client, post):
    client.post(SIGN_UP, sign_up_form())
    link = link_in(post()[0], "accounts:verify")

    response = client.get(link)

    assert response.status_code == 200
    assert not User.objects.exists()
    assert PendingSignUp.objects.count() == 1


def test_the_link_without_the_password_opens_nothing(client, post):
    """A stranger signed up with this address and chose the password; its owner only clicks."""
    client.post(SIGN_UP, sign_up_form())
    link = link_in(post()[0], "accounts:verify")

    response = Client().post(link, {"password": "the owner's own guess"})

    assert response.status_code == 422
    assert not User.objects.exists()


def test_wrong_passwords_at_the_link_are_slowed_down(client, post):
    client.post(SIGN_UP, sign_up_form())
    link = link_in(post()[0], "accounts:verify")

    answers = [client.post(link, {"password": "wrong"}).status_code for _ in range(6)]

    assert answers == [422] * 5 + [429]


def test_the_link_works_once(client, post):
    client.post(SIGN_UP, sign_up_form())
    link = link_in(post()[0], "accounts:verify")
    client.post(link, {"password": NEW_PASSWORD})

    response = Client().post(link, {"password": NEW_PASSWORD})

    assert response.status_code == 404


def test_the_link_ends_after_a_day(client, post):
    client.post(SIGN_UP, sign_up_form())
    link = link_in(post()[0], "accounts:verify")

    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        assert client.get(link).status_code == 404


def test_accepted_terms_are_recorded_with_version_and_hash(client, post):
    client.post(SIGN_UP, sign_up_form(), headers={"Accept-Language": "nl"})
    client.post(link_in(post()[0], "accounts:verify"), {"password": NEW_PASSWORD})

    terms = publications.in_force(legal.TERMS).document("nl")
    accepted = TermsAcceptance.objects.values_list("user__email", "document", "version", "sha256", "language")
    assert list(accepted) == [("nora@example.org", "terms", terms.version, terms.sha256, "nl")]


def test_without_accepting_the_terms_there_is_no_sign_up(client):
    form = sign_up_form()
    del form["accept_terms"]

    response = client.post(SIGN_UP, form)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["accept_terms"]
    assert not PendingSignUp.objects.exists()


@pytest.mark.promise("C23")
def test_who_does_not_say_to_be_old_enough_gets_no_account(client):
    form = sign_up_form()
    del form["is_old_enough"]

    response = client.post(SIGN_UP, form)

    assert list(response.context["form"].errors) == ["is_old_enough"]
    assert "16" in response.content.decode()
    assert not PendingSignUp.objects.exists()


@pytest.mark.promise("C23")
def test_no_date_of_birth_is_stored_only_that_the_statement_was_made(client, post):
    client.post(SIGN_UP, sign_up_form(is_old_enough="on"))
    client.post(link_in(post()[0], "accounts:verify"), {"password": NEW_PASSWORD})

    columns = {field.column for model in (User, PendingSignUp) for field in model._meta.concrete_fields}
    assert [c for c in columns if "birth" in c or c == "age"] == []
    opened = PlatformEvent.objects.get(action="account.opened")
    assert opened.detail == {"minimum_age_stated": 16}


def test_the_owner_of_a_known_address_gets_another_mail(client, dana, post):
    client.post(SIGN_UP, sign_up_form(email="DANA@example.org"))

    (message,) = post()
    assert message.to == ["dana@example.org"]
    assert message.subject == "You have an account with Opmaat already"
    assert not PendingSignUp.objects.exists()


def test_the_answer_is_the_same_for_known_and_unknown(client, dana):
    known = client.post(SIGN_UP, sign_up_form(email=dana.email))
    unknown = client.post(SIGN_UP, sign_up_form())

    def seen(response):
        return response.status_code, response.headers["Location"], response.content

    assert seen(known) == seen(unknown)


def test_the_work_is_the_same_for_known_and_unknown(client, dana, hashings):
    def work(email):
        hashings.clear()
        with CaptureQueriesContext(connection) as queries:
            client.post(SIGN_UP, sign_up_form(email=email))
        return len(hashings), [query["sql"].split(" ")[0] for query in queries]

    work("warm@example.org")
    known, unknown = work(dana.email), work("nobody@example.org")

    assert known == unknown
    assert known[0] == 1


def test_a_mailbox_is_not_flooded(client, post):
    for _ in range(8):
        client.post(SIGN_UP, sign_up_form())

    assert len(post()) == 5


def test_many_sign_ups_from_one_address_must_wait(client):
    answers = [client.post(SIGN_UP, sign_up_form(email=f"n{i}@example.org")).status_code for i in range(31)]

    assert answers == [302] * 30 + [429]


def test_the_way_on_survives_the_mail(client, post):
    client.post(SIGN_UP, sign_up_form(next="/home/?from=invitation"))
    link = link_in(post()[0], "accounts:verify")

    page = client.get(link)
    response = client.post(link, {"password": NEW_PASSWORD, "next": page.context["next"]})

    assert response.headers["Location"] == "/home/?from=invitation"


def test_the_link_in_the_mail_ignores_the_host_of_the_request(client, post):
    with_forged_host = {"HTTP_X_FORWARDED_HOST": "evil.example.com"}

    client.post(SIGN_UP, sign_up_form(), **with_forged_host)

    assert settings.SITE_URL in post()[0].body


def test_the_token_is_stored_only_as_a_hash(client, post):
    client.post(SIGN_UP, sign_up_form())
    token = link_in(post()[0], "accounts:verify").split("/")[3]

    stored = PendingSignUp.objects.get().token_hash
    assert stored is not None
    assert len(token) == 32
    assert bytes(stored) == hashlib.sha256(f"PendingSignUp:{token}".encode()).digest()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nora"),
        ("email", "nora\x00@example.org"),
        ("email", "n" * 250 + "@example.org"),
        ("email", "e" * 5000),
        ("name", "x" * 101),
        ("name", "Nora\nBcc: all@example.com"),
        ("name", "No\x00ra"),
        ("password", "short"),
        ("password", "x" * 129),
        ("password", "nul\x00in the middle of it"),
    ],
)
def test_bad_input_is_answered_beside_its_field(client, field, value):
    response = client.post(SIGN_UP, sign_up_form(**{field: value}))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_bytes_that_are_no_text_are_no_error_of_ours(client):
    body = b"name=%ff%fe&email=%ed%a0%80@example.org&password=%00&accept_terms=on"

    response = client.post(SIGN_UP, body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 422
