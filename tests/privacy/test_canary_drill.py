"""Invented people flow through every form that takes personal data; once erased they stand nowhere.

Looked for as bytes in every spelling, in a dump, the broker, files, logs and what was printed; and, since
most of it is sealed, also in everything that the keys of the house still open.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from configurators.models import Configurator
from delivery import doorbell
from delivery.drain import drain
from leads.models import Lead
from leads.work import add_note
from organisations.invitations import invite
from organisations.permissions import Role
from privacy import blanking, registry
from privacy.declarations import Personal, Subject
from privacy.erasure.carrying_out import erase, order_account_erasure
from privacy.erasure.plan import plan_erasure
from privacy.models import PrivacyRequest, Right, Stage
from privacy.requests import cases
from tenancy.context import tenant
from tenancy.encryption import Unsealable, unseal
from tenancy.ids import uuid7
from tenancy.keys import PLATFORM, NoKey
from tenancy.planes import TABLES
from tests.architecture import plaintext, superuser
from tests.architecture.canaries import fresh_word
from tests.architecture.test_plaintext import Person, Places, ask_for_an_offer, opened, places  # noqa: F401
from tests.cast import Member
from tests.factories import PASSWORD, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def work_is_done() -> None:
    with override_settings(EMAIL_BACKEND="delivery.mailbox.MailboxBackend"):
        doorbell.ring()
        while drain():
            pass


def sealed_places(values: list[str]) -> set[str]:
    """Columns in which one of the values still stands under a key that the house has."""
    found = set()
    wanted = [value.lower() for value in values]
    with superuser.connect() as connection:
        for table, column, key, owner, sealed in _sealed(connection):
            try:
                text = unseal(owner, bytes(sealed), place=f"{table}.{column}:{key}").lower()
            except (Unsealable, NoKey):
                continue
            if any(value in text or value in text.encode().decode("unicode_escape") for value in wanted):
                found.add(f"{table}.{column}")
    return found


def _sealed(connection) -> Iterator[tuple[str, str, UUID, UUID, bytes]]:
    for declaration in registry.declarations().values():
        table, model = registry.table_of(declaration), registry.find_model(declaration.label)
        if table is None or model is None:
            continue
        key = registry.column_of(model._meta.pk)
        owner = "organisation_id" if TABLES[table].plane == "tenant" else f"'{PLATFORM}'::uuid"
        for column, value in registry.by_column(declaration).items():
            if isinstance(value, Personal) and value.sealed:
                rows = connection.execute(
                    f'SELECT "{key}", {owner}, "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL'
                )
                yield from ((table, column, row[0], row[1], row[2]) for row in rows.fetchall())


# --- Who asks for an offer --------------------------------------------------------------------------


@pytest.fixture
def asked(opened: Configurator, alice: Member) -> Person:  # noqa: F811
    """Somebody who asked in every way, was written about, and asks to be erased."""
    person = Person()
    ask_for_an_offer(opened, person)
    with tenant(opened.organisation_id):
        for lead in Lead.objects.all():
            add_note(lead, text=f"{person.name} belt nog op {person.phone}", by=alice.user.pk)
    return person


def ask_to_be_erased(person: Person, alice: Member) -> PrivacyRequest:
    with tenant(alice.organisation.pk):
        request = cases.receive(
            right=Right.ERASURE, channel="door", language="nl", name=person.name, email=person.email,
            wish=person.remark, proven="link",
        )  # fmt: skip
        cases.decide(request, decisions=[{"group": "*", "outcome": "erased"}], by=alice.membership)
    work_is_done()
    with tenant(alice.organisation.pk):
        return PrivacyRequest.objects.get(pk=request.pk)


#: What a request needs until 84 days after its end: who asked, and the letters to them.
CORRESPONDENCE = {
    "privacy_privacyrequest.person", "privacy_privacyrequest.wish",
    "delivery_sentmail.recipient", "delivery_sentmail.content",
    "delivery_mailboxmessage.recipient", "delivery_mailboxmessage.content",
}  # fmt: skip


def test_who_asked_for_an_offer_stands_nowhere_once_erased(
    asked: Person,
    alice: Member,
    places: Places,  # noqa: F811
) -> None:
    before = sealed_places(asked.values)

    ended = ask_to_be_erased(asked, alice)

    assert {"leads_leadcontact.email", "leads_leadnote.text", "delivery_sentmail.content"} <= before
    assert ended.stage == Stage.FULFILLED
    assert plaintext.find(asked.values, places.look()) == set()
    assert sealed_places(asked.values) <= CORRESPONDENCE


def test_with_the_identifiers_of_the_request_the_last_trace_goes(asked: Person, alice: Member) -> None:
    ended = ask_to_be_erased(asked, alice)

    with superuser.connect() as connection:
        connection.autocommit = True
        connection.execute("UPDATE privacy_privacyrequest SET identifiers_until = now() - interval '1 day'")
        connection.execute("DELETE FROM delivery_sentmail WHERE template LIKE 'request_%'")
        connection.execute("DELETE FROM delivery_mailboxmessage")
    swept = next(each for each in registry.blanked() if each.label == "privacy.PrivacyRequest")
    blanking.blank_slice(swept, ended.organisation_id, timezone.now(), 10)

    assert sealed_places(asked.values) == set()


# --- Who has an account -----------------------------------------------------------------------------


@pytest.fixture
def member(alice: Member) -> tuple[User, list[str]]:
    """Signed up, invited, changed the address, signed in: an account with every row that it can have."""
    name, word, later = f"Zoë {fresh_word().title()}", fresh_word(), fresh_word()
    email, next_email = f"{word}@members.example", f"{later}@members.example"
    Client().post(
        reverse("accounts:sign-up"),
        {"name": name, "email": email, "password": "juweel trap zeven mist", "terms": "on", "language": "nl"},
    )
    with tenant(alice.organisation.pk):
        invite(organisation=alice.organisation, email=email, role=Role.SALES, by=alice.membership)
    work_is_done()
    user = User(name=name, email=email, language="nl")
    user.set_password(PASSWORD)
    user.save()
    sign_in(Client(), Member(user, alice.organisation, alice.membership))
    client = Client()
    sign_in(client, Member(user, alice.organisation, alice.membership))
    client.post(reverse("accounts:change-email"), {"email": next_email, "password": PASSWORD})
    work_is_done()
    return user, [name, email, word, next_email, later]


def test_who_had_an_account_stands_nowhere_once_erased(
    member: tuple[User, list[str]],
    places: Places,  # noqa: F811
) -> None:
    user, values = member
    before = plaintext.find(values, plaintext.dumped_database())
    plan = plan_erasure(Subject.ACCOUNT, [user.pk])
    erasure = order_account_erasure(case_id=uuid7(), user_id=user.pk, approved=plan.digest, by=user.pk)

    erase(erasure.pk, organisation_id=None)

    assert "pg_dump: plain of " + values[1] in before
    assert {"accounts_user", "organisations_invitation"} <= set(plan.counts)
    assert plaintext.find(values, places.look()) == set()
    assert sealed_places(values) == set()


# --- The drill can see ------------------------------------------------------------------------------


@pytest.mark.parametrize("left", ["leads.LeadNote", "delivery.SentMail", "delivery.MailboxMessage"])
def test_a_table_that_an_erasure_forgets_is_found(
    asked: Person, alice: Member, left: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows are put back after the erasure, as if no declaration had named it."""
    table = registry.table_of(registry.declarations()[left])
    with superuser.connect() as connection:
        connection.autocommit = True
        connection.execute(f"CREATE TABLE kept_aside AS SELECT * FROM {table}")
        ask_to_be_erased(asked, alice)
        connection.execute("SET session_replication_role = replica")
        connection.execute(f"DELETE FROM {table}")
        connection.execute(f"INSERT INTO {table} SELECT * FROM kept_aside")
        connection.execute("DROP TABLE kept_aside")

    found = {place.partition(".")[0] for place in sealed_places(asked.values)}

    assert table in found
