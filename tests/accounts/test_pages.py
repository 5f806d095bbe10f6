"""What holds for the bytes of every page of this app."""

import re

import pytest

from accounts.two_step import start_setup
from tests.accounts.conftest import code_of, with_authenticator

pytestmark = pytest.mark.django_db

PUBLIC = [
    "/sign-up/",
    "/sign-up/done/",
    "/sign-up/verify/nothing/",
    "/sign-in/",
    "/password-reset/",
    "/password-reset/done/",
    "/password-reset/nothing/",
    "/account/email/confirm/nothing/",
    "/terms/",
    "/privacy-policy/nl/",
]
OWN = ["/account/", "/account/password/", "/account/email/", "/account/two-step/", "/account/step-up/"]


def check(response):
    page = response.content.decode()
    assert re.findall(r"</?c-|\sstyle=|<style|<script(?![^>]* src=)|\son\w+=", page) == []
    assert page.count("<h1") == 1
    return page


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_are_whole(client, path):
    check(client.get(path))


@pytest.mark.parametrize("path", OWN)
def test_own_pages_are_whole(dana, signed_in, path):
    check(signed_in(dana).get(path))


def test_the_pages_of_the_second_factor_are_whole(dana, signed_in):
    client = signed_in(dana)
    device = start_setup(user=dana)

    check(client.get("/account/two-step/"))
    check(client.post("/account/two-step/", {"code": code_of(device)}))
    check(client.get("/account/recovery-codes/"))
    check(client.get("/account/two-step/off/"))
    check(client.get("/account/"))


def test_a_form_with_errors_is_whole_and_names_them(client):
    page = check(client.post("/sign-up/", {"name": "", "email": "x", "password": "y"}))

    assert 'aria-invalid="true"' in page


def test_what_was_typed_is_kept_but_not_the_password(client):
    page = check(client.post("/sign-up/", {"name": "Nora <b>", "email": "x", "password": "do not repeat"}))

    assert 'value="Nora &lt;b&gt;"' in page
    assert "do not repeat" not in page


def test_the_second_step_page_is_whole(client, dana):
    with_authenticator(dana)
    client.post("/sign-in/", {"email": dana.email, "password": "correct horse battery staple"})

    check(client.get("/sign-in/two-step/"))
