from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import check_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Authenticator, EmailChange, PasswordReset, User
from tests.accounts.conftest import NEW_PASSWORD, link_in, sign_in_form, with_authenticator
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

RESET = "/password-reset/"


@pytest.fixture
def reset_link(client, dana, post):
    client.post(RESET, {"email": dana.email})
    return link_in(post()[0], "accounts:password-reset-confirm")


# --- A forgotten password -----------------------------------------------------------------------


def test_the_mailed_link_changes_the_password(client, dana, reset_link, post):
    response = client.post(reset_link, {"password": NEW_PASSWORD})

    dana.refresh_from_db()
    assert response.status_code == 200
    assert dana.check_password(NEW_PASSWORD)
    assert [message.subject for message in post()] == ["Your password was changed"]


def test_a_reset_signs_nobody_in(client, dana, reset_link):
    client.post(reset_link, {"password": NEW_PASSWORD})

    assert "_auth_user_id" not in client.session


def test_a_reset_leaves_the_second_factor(client, dana, reset_link):
    device = with_authenticator(dana)

    client.post(reset_link, {"password": NEW_PASSWORD})

    assert Authenticator.objects.get() == device
    assert dana.recovery_codes.count() == 10


def test_a_reset_ends_every_session(client, dana, reset_link):
    other = Client()
    other.force_login(dana)

    client.post(reset_link, {"password": NEW_PASSWORD})

    assert other.get("/account/").status_code == 302


def test_a_reset_link_works_once(client, reset_link):
    client.post(reset_link, {"password": NEW_PASSWORD})

    assert client.post(reset_link, {"password": "another juweel trap mist"}).status_code == 404


def test_a_reset_link_ends_after_an_hour(client, reset_link):
    with time_machine.travel(timezone.now() + timedelta(hours=1, seconds=1)):
        assert client.get(reset_link).status_code == 404


def test_a_changed_password_ends_the_links_of_before(client, dana, reset_link, signed_in):
    signed_in(dana).post("/account/password/", {"current_password": PASSWORD, "password": NEW_PASSWORD})

    assert client.get(reset_link).status_code == 404


def test_a_stranger_gets_no_mail(client, post, db):
    response = client.post(RESET, {"email": "nobody@example.org"})

    assert response.headers["Location"] == "/password-reset/done/"
    assert post() == []
    assert not PasswordReset.objects.exists()


def test_an_inactive_person_gets_no_link(client, dana, post):
    User.objects.update(is_active=False)

    client.post(RESET, {"email": dana.email})

    assert post() == []


def test_the_work_is_the_same_for_known_and_unknown(client, dana, hashings):
    def work(email):
        hashings.clear()
        with CaptureQueriesContext(connection) as queries:
            response = client.post(RESET, {"email": email})
        return response.content, len(hashings), [query["sql"].split(" ")[0] for query in queries]

    work("warm@example.org")

    assert work(dana.email) == work("nobody@example.org")


def test_two_addresses_in_one_request_are_refused(client, dana, post):
    response = client.post(RESET, {"email": [dana.email, "evil@example.com"]})

    assert response.status_code == 400
    assert post() == []


def test_the_address_is_blanked_once_the_mail_is_written(dana, reset_link):
    assert list(PasswordReset.objects.values_list("email", "user")) == [("", dana.pk)]


def test_a_token_of_another_kind_opens_nothing(client, dana, reset_link):
    token = reset_link.split("/")[2]

    pages = ("sign-up/verify", "account/email/confirm")
    answers = [client.get(f"/{page}/{token}/").status_code for page in pages]

    assert answers == [404, 404]


def test_a_reset_forgives_the_failures_of_strangers(client, dana, reset_link):
    for i in range(15):
        Client(REMOTE_ADDR=f"198.51.100.{i}").post("/sign-in/", sign_in_form(dana, password="no"))

    client.post(reset_link, {"password": NEW_PASSWORD})

    response = Client(REMOTE_ADDR="192.0.2.9").post("/sign-in/", sign_in_form(dana, password=NEW_PASSWORD))
    assert response.status_code == 302


# --- Another password ---------------------------------------------------------------------------


def test_a_person_changes_the_password_knowing_the_present_one(dana, signed_in, post):
    client = signed_in(dana)
    other = Client()
    other.force_login(dana)

    response = client.post("/account/password/", {"current_password": PASSWORD, "password": NEW_PASSWORD})

    dana.refresh_from_db()
    assert response.headers["Location"] == "/account/"
    assert check_password(NEW_PASSWORD, dana.password)
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
    assert [message.subject for message in post()] == ["Your password was changed"]


def test_without_the_present_password_nothing_changes(dana, signed_in):
    response = signed_in(dana).post("/account/password/", {"current_password": "x", "password": NEW_PASSWORD})

    dana.refresh_from_db()
    assert list(response.context["form"].errors) == ["current_password"]
    assert dana.check_password(PASSWORD)


def test_a_thief_of_a_session_cannot_guess_the_password_at_leisure(dana, signed_in):
    client = signed_in(dana)
    form = {"current_password": "x", "password": NEW_PASSWORD}

    answers = [client.post("/account/password/", form).status_code for _ in range(7)]

    assert answers == [422] * 5 + [429] * 2


def test_every_character_of_a_long_password_counts(client, dana, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.BCryptSHA256PasswordHasher"]
    long = ("juweel trap zeven mist " * 6)[:128]
    dana.set_password(long)

    assert dana.check_password(long)
    assert not dana.check_password(long[:-1] + "x")


# --- Another address ----------------------------------------------------------------------------


def ask(client, email="new@example.org", password=PASSWORD):
    return client.post("/account/email/", {"email": email, "password": password})


def test_the_new_address_is_asked_and_the_old_one_warned(dana, signed_in, post):
    ask(signed_in(dana))

    assert sorted((message.to[0], message.subject) for message in post()) == [
        ("dana@example.org", "Someone wants to change your e-mail address"),
        ("new@example.org", "Confirm your new e-mail address"),
    ]
    dana.refresh_from_db()
    assert dana.email == "dana@example.org"


def to_new(messages):
    return next(message for message in messages if message.to == ["new@example.org"])


def test_the_button_behind_the_link_changes_the_address(dana, signed_in, post):
    client = signed_in(dana)
    ask(client)
    link = link_in(to_new(post()), "accounts:confirm-email")

    client.get(link)
    dana.refresh_from_db()
    before = dana.email
    response = client.post(link)

    dana.refresh_from_db()
    assert (before, dana.email) == ("dana@example.org", "new@example.org")
    assert response.status_code == 200
    assert client.get("/account/").status_code == 200
    assert [(message.to, message.subject) for message in post()] == [
        (["dana@example.org"], "Your e-mail address was changed")
    ]
    assert not EmailChange.objects.exists()


def test_changing_the_address_ends_sessions_elsewhere(dana, signed_in, post):
    client = signed_in(dana)
    ask(client)

    Client().post(link_in(to_new(post()), "accounts:confirm-email"))

    assert client.get("/account/").status_code == 302


def test_a_new_password_ends_a_change_of_address_that_is_under_way(client, dana, signed_in, post):
    """Whoever is warned of a stranger's change and chooses a new password keeps the account."""
    ask(signed_in(dana))
    link = link_in(to_new(post()), "accounts:confirm-email")
    client.post(RESET, {"email": dana.email})
    client.post(link_in(post()[0], "accounts:password-reset-confirm"), {"password": NEW_PASSWORD})

    response = client.post(link)

    dana.refresh_from_db()
    assert (response.status_code, dana.email) == (404, "dana@example.org")


def test_changing_the_address_needs_a_recent_proof(dana, signed_in):
    client = signed_in(dana, confirmed=False)

    assert client.get("/account/email/").headers["Location"] == "/account/step-up/?next=%2Faccount%2Femail%2F"
    assert not EmailChange.objects.exists()


def test_changing_the_address_needs_the_password(dana, signed_in):
    assert ask(signed_in(dana), password="x").status_code == 422
    assert not EmailChange.objects.exists()


def test_an_address_in_use_is_not_told_to_who_asks(dana, signed_in, post):
    make_user(name="Eve", email="new@example.org")

    response = ask(signed_in(dana))

    assert response.status_code == 200
    assert to_new(post()).subject == "You have an account with Opmaat already"
    assert not EmailChange.objects.exists()


def test_an_address_taken_meanwhile_is_not_taken_twice(dana, signed_in, post):
    client = signed_in(dana)
    ask(client)
    link = link_in(to_new(post()), "accounts:confirm-email")
    make_user(name="Eve", email="new@example.org")

    assert client.post(link).status_code == 404
    dana.refresh_from_db()
    assert dana.email == "dana@example.org"
