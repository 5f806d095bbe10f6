"""Ways in: a session that has shown its second factor, and one that has not."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY

from accounts.models import Authenticator, User
from accounts.step_up import CONFIRMED_AT
from organisations.models import Membership, Organisation
from organisations.permissions import Role
from tests.factories import make_user

SignIn = Callable[..., Client]


def authenticator_of(user: User) -> Authenticator:
    device = Authenticator.objects.filter(user=user).first()
    if device is None:
        device = Authenticator(user=user, name="Authenticator", confirmed=True)
        device.set_seed("00" * 20)
        device.save()
    return device


@pytest.fixture
def sign_in() -> SignIn:
    """``sign_in(user)`` with password and second factor; ``second_factor=False`` stops after the first."""

    def enter(user: User, *, second_factor: bool = True, stepped_up: bool = True) -> Client:
        client = Client()
        client.force_login(user)
        session = client.session
        if second_factor:
            session[DEVICE_ID_SESSION_KEY] = authenticator_of(user).persistent_id
        if stepped_up:
            session[CONFIRMED_AT] = int(time.time())
        session.save()
        return client

    return enter


@pytest.fixture
def join() -> Callable[..., Membership]:
    """``join(organisation, Role.EDITOR, name="Erin")`` makes a person and their membership."""

    def make(organisation: Organisation, role: Role, *, name: str) -> Membership:
        return Membership.objects.create(organisation=organisation, user=make_user(name=name), role=role)

    return make


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What would be mailed, as the verbs hand it over."""
    sent: list[dict[str, Any]] = []
    senders = ("handing_over", "invitations", "members", "suspensions")
    for module in (f"organisations.{name}" for name in senders):
        monkeypatch.setattr(f"{module}.send_account_mail", lambda **letter: sent.append(letter))
    return sent
