"""Who asked for an offer stands nowhere in the clear: not in a dump, the broker, a log or a file."""

from __future__ import annotations

import base64
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import redis
import structlog
from celery import current_app
from django.conf import settings
from django.test import Client, override_settings

from configurators.models import Configurator
from delivery import doorbell, mailbox
from delivery.drain import drain
from leads.models import Lead, LeadContact
from leads.sealed import open_contact
from organisations.models import Organisation
from tenancy.context import tenant
from tests.architecture import plaintext, superuser
from tests.architecture.canaries import fresh_word
from tests.cast import Member
from tests.leads.conftest import Visitor, open_for_visitors

Blobs = Iterator[tuple[str, bytes]]


@dataclass
class Person:
    """A visitor whose every value occurs once in the world."""

    name: str = field(default_factory=lambda: f"Zoë {fresh_word().title()}")
    email: str = field(default_factory=lambda: f"{fresh_word()}@visitors.example")
    phone: str = field(default_factory=lambda: f"020{secrets.randbelow(10**7):07d}")
    remark: str = field(default_factory=lambda: f"Graag vóór {fresh_word()}")

    @property
    def values(self) -> list[str]:
        """The phone as typed, and the digits that it has in every notation."""
        return [self.name, self.email, self.email.partition("@")[0], self.phone, self.phone[1:], self.remark]


@dataclass
class Places:
    """Everything that keeps bytes, looked at after something happened."""

    since: float
    printed: Callable[[], str]

    def look(self) -> Blobs:
        yield from plaintext.dumped_database()
        yield from plaintext.valkey()
        yield from plaintext.files_since(self.since)
        yield "printed", self.printed().encode()


@pytest.fixture
def places(capfd: pytest.CaptureFixture[str]) -> Places:
    def printed() -> str:
        captured = capfd.readouterr()
        return captured.out + captured.err

    return Places(since=time.time() - 1, printed=printed)


@pytest.fixture
def opened(alice: Member) -> Configurator:
    shop = open_for_visitors(alice)
    Organisation.objects.filter(pk=alice.organisation.pk).update(notification_email="offers@acme.example")
    return shop


def ask_for_an_offer(shop: Configurator, person: Person) -> None:
    """As a form and as JSON, once with a mistake and once as spam; then the mails go out."""
    visitor = Visitor(shop.public_key, client=Client(raise_request_exception=False))
    contact = {"name": person.name, "email": person.email, "phone": person.phone}
    as_form = {f"contact__{name}": value for name, value in contact.items()} | {"remark": person.remark}
    assert visitor.post(visitor.fields(**as_form, breedte="9")).status_code == 422
    assert visitor.post(visitor.fields(**as_form)).status_code == 303
    assert visitor.post(visitor.fields(**as_form, form__website="spam")).status_code == 303
    assert visitor.send(visitor.document(contact=contact)).status_code == 201
    assert visitor.send(visitor.document(contact=contact | {"price": person.name})).status_code == 422
    assert visitor.client.get(f"{visitor.address}&name={person.name}&email={person.email}").status_code == 200
    assert visitor.client.get(f"/c/{person.email}/").status_code == 404
    with override_settings(EMAIL_BACKEND="delivery.mailbox.MailboxBackend"):
        doorbell.ring()
        while drain():
            pass


@pytest.mark.django_db(transaction=True)
@pytest.mark.promise("E7")
def test_a_visitor_stands_nowhere_in_the_clear(opened: Configurator, places: Places) -> None:
    person = Person()

    ask_for_an_offer(opened, person)

    assert plaintext.find(person.values, places.look()) == set()
    with tenant(opened.organisation_id):  # and yet all of it is there
        stored = [open_contact(row) for row in LeadContact.objects.order_by("pk")]
        assert [(contact.name, contact.email) for contact in stored] == [(person.name, person.email)] * 3
        assert sorted(Lead.objects.values_list("status", flat=True)) == ["new", "new", "quarantined"]
    mailed = mailbox.newest(to=person.email)
    assert len(mailed) == 2
    assert person.name in mailed[0].text


# --- The sweep can see -----------------------------------------------------------------------------


def in_a_text_column(person: Person) -> None:
    with superuser.connect() as connection:
        connection.execute("UPDATE configurators_configurator SET name = %s", [person.email.upper()])


def in_a_column_of_bytes(person: Person) -> None:
    with superuser.connect() as connection:
        connection.execute("UPDATE leads_leadcontact SET name = %s", [b"\x01\x02" + person.name.encode()])


def in_a_column_of_json(person: Person) -> None:
    with superuser.connect() as connection:
        connection.execute(
            "UPDATE leads_lead SET quote = quote || jsonb_build_object('by', %s::text)", [person.name]
        )


def in_the_cache(person: Person) -> None:
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.set(f"planted:{person.phone}", "x", ex=60)
    client.close()


def in_a_queue(person: Person) -> None:
    """Celery packs the arguments of a task into base64."""
    current_app.send_task("planted", args=[{"to": person.email}], queue="planted", expires=60)


def in_a_log(person: Person) -> None:
    structlog.PrintLogger().msg(f"mail to {person.email}")


def in_a_file(person: Person) -> None:
    Path(tempfile.mkdtemp(prefix="planted-"), "mail").write_bytes(
        b"?" + base64.b64encode(b"?" + person.name.encode())
    )


PLANTED = {
    in_a_text_column: "pg_dump: plain",
    in_a_column_of_bytes: "pg_dump: hex",
    in_a_column_of_json: "pg_dump: plain",
    in_the_cache: "Valkey",
    in_a_queue: "Valkey",
    in_a_log: "printed: plain",
    in_a_file: "base64 +1",
}


@pytest.mark.django_db(transaction=True)
def test_whoever_is_planted_anywhere_is_found(opened: Configurator, places: Places) -> None:
    """One in each kind of place, and then one look at all of them."""
    ask_for_an_offer(opened, Person())
    planted = {plant: Person() for plant in PLANTED}
    for plant, person in planted.items():
        plant(person)

    blobs = list(places.look())

    for plant, person in planted.items():
        found = plaintext.find(person.values, blobs)
        assert [where for where in found if PLANTED[plant] in where] != [], plant.__name__


@pytest.mark.parametrize(
    "hide",
    [
        lambda value: value.encode(),
        lambda value: value.upper().encode(),
        lambda value: value.encode("utf-16"),
        lambda value: value.encode().hex().upper().encode(),
        lambda value: base64.b64encode(value.encode()),
        lambda value: base64.b64encode(b"?" + value.encode() + b"?"),
        lambda value: base64.urlsafe_b64encode(b"??" + value.encode() + b"?"),
        lambda value: structlog.processors.JSONRenderer()(None, "", {"name": value}).encode(),
    ],
)
def test_every_spelling_is_found(hide: Callable[[str], bytes]) -> None:
    value = "Zoë Quwwxyz"

    assert plaintext.find([value], [("here", b"before " + hide(value) + b" after")]) != set()
