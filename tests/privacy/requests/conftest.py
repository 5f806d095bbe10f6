"""Requests as they come in, and what is read of them afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone
from time_machine import travel

from accounts.models import PlatformRole, User
from audit.models import Event
from delivery.drain import drain
from delivery.letters import Letter
from delivery.mail import open_letter
from delivery.models import AccountMail, SentMail
from organisations.models import Organisation
from privacy.models import AccountRequest, Channel, PrivacyRequest, Right
from privacy.requests import carrying_out, cases
from privacy.requests.carrying_out import Carried
from privacy.requests.evidence import KIND
from tenancy.context import tenant
from tenancy.keys import PLATFORM
from tests.cast import Member
from tests.factories import IDENTITY, make_user

Receive = Callable[..., PrivacyRequest]

#: A Monday in March, so that every vector of the deadlines lies ahead.
RECEIVED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def on_monday() -> Iterator[Any]:
    """The day is the second of March, and stays so until the test moves it."""
    with travel(RECEIVED, tick=False) as traveller:
        yield traveller


@pytest.fixture
def controller(acme: Organisation) -> Organisation:
    """Acme, which says who it is."""
    Organisation.objects.filter(pk=acme.pk).update(**IDENTITY)
    acme.refresh_from_db()
    return acme


@pytest.fixture
def receive(controller: Organisation) -> Receive:
    """A request to Acme, received now, by somebody who has shown who they are unless told otherwise."""

    def receive(**given: Any) -> PrivacyRequest:
        wanted = {
            "right": Right.ERASURE,
            "channel": Channel.DOOR,
            "language": "nl",
            "name": "Sanne de Vries",
            "email": "sanne@example.org",
            "proven": "link",
        } | given
        with tenant(controller.pk):
            return cases.receive(**wanted)

    return receive


@pytest.fixture
def officer(alice: Member, controller: Organisation) -> Any:
    """Alice, who decides at Acme."""
    return alice.membership


@pytest.fixture
def platform_officer(db: None) -> User:
    user = make_user(name="Pia")
    PlatformRole.objects.create(user=user, role=PlatformRole.Role.PRIVACY_OFFICER)
    return user


@pytest.fixture
def carried(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every right is carried out by writing it down here; the answer comes from the list's first entry."""
    done: list[Any] = []

    def carry_out(request: Any) -> Carried:
        done.append(request.pk)
        return Carried()

    for of in (carrying_out.LEADS, carrying_out.ACCOUNTS):
        for right in Right:
            monkeypatch.setitem(carrying_out._known, (of, str(right)), carry_out)
    return done


@pytest.fixture
def nobody_carries_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying_out, "_known", {})


def letters_of(organisation: Organisation, template: str = "request_") -> list[Letter]:
    """The letters that an organisation wrote, oldest first."""
    with tenant(organisation.pk):
        mails = SentMail.objects.filter(template__startswith=template).order_by("id")
        return [open_letter(mail, organisation.pk) for mail in mails]


def platform_letters(template: str = "request_") -> list[Letter]:
    mails = AccountMail.objects.filter(template__startswith=template).order_by("id")
    return [open_letter(mail, PLATFORM) for mail in mails]


def events_of(organisation: Organisation, request: PrivacyRequest) -> list[str]:
    """What happened to a request, oldest first."""
    with tenant(organisation.pk):
        found = Event.objects.about(KIND, request.pk).order_by("id")
        return [event.action.removeprefix("request.") for event in found]


def again(request: Any) -> Any:
    """The row as it is now."""
    if isinstance(request, AccountRequest):
        return AccountRequest.objects.get(pk=request.pk)
    with tenant(request.organisation_id):
        return PrivacyRequest.objects.get(pk=request.pk)


def work() -> None:
    """Do the jobs that wait."""
    while drain(seconds=0.01):
        pass


def today() -> Any:
    return timezone.localdate()
