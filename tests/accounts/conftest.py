"""Ways in and what comes by mail."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import totp

from accounts.models import Authenticator, User
from accounts.step_up import CONFIRMED_AT
from accounts.two_step import confirm_setup, start_setup
from delivery.drain import drain
from tests.factories import PASSWORD, make_user

NEW_PASSWORD = "juweel trap zeven mist"


#: How long an app shows one code.
STEP_SECONDS = 30


@pytest.fixture
def dana(db: None) -> User:
    """A person who belongs to no organisation."""
    return make_user(name="Dana")


@pytest.fixture
def post(mailoutbox: list[Any]) -> Callable[[], list[mail.EmailMessage]]:
    """``post()`` does the work that waits, and answers the mails that came of it."""

    def deliver() -> list[mail.EmailMessage]:
        seen = len(mailoutbox)
        drain()
        return mailoutbox[seen:]

    return deliver


@pytest.fixture
def signed_in(client: Client) -> Callable[..., Client]:
    """``signed_in(user)``: the test client, with a session of theirs that was confirmed just now."""

    def enter(user: User, *, device: Authenticator | None = None, confirmed: bool = True) -> Client:
        client.force_login(user)
        session = client.session
        if device is not None:
            session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        if confirmed:
            session[CONFIRMED_AT] = int(time.time())
        session.save()
        return client

    return enter


@pytest.fixture
def hashings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for every password that was hashed."""
    counted: list[str] = []
    encode = MD5PasswordHasher.encode

    def counting(self: MD5PasswordHasher, password: str, salt: str) -> str:
        counted.append(salt)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    return counted


def with_authenticator(user: User) -> Authenticator:
    """Turn two-step sign-in on for a person, with the code of the step before."""
    device = start_setup(user=user)
    if time.time() % STEP_SECONDS > STEP_SECONDS - 2:  # or it is one step older before it is looked at
        time.sleep(2)
    assert confirm_setup(device=device, code=code_of(device, steps=-1))
    device.refresh_from_db()
    user.refresh_from_db()
    return device


def code_of(device: Authenticator, *, steps: int = 0) -> str:
    """What the person's app shows, now or some half minutes away."""
    return f"{totp(device.key(), drift=steps):06}"


def link_in(message: mail.EmailMessage, name: str) -> str:
    """The path of the link to a page of this app."""
    start = re.escape(settings.SITE_URL + reverse(name, args=["TOKEN"])).replace("TOKEN/", r"\w+/")
    found = re.search(rf"{start}(\?\S+)?", str(message.body))
    assert found
    return found[0].removeprefix(settings.SITE_URL)


def sign_up_form(**changed: Any) -> dict[str, Any]:
    return {
        "name": "Nora",
        "email": "nora@example.org",
        "password": NEW_PASSWORD,
        "is_old_enough": "on",
        "accept_terms": "on",
        **changed,
    }


def sign_in_form(user: User, **changed: Any) -> dict[str, Any]:
    return {"email": user.email, "password": PASSWORD, **changed}
