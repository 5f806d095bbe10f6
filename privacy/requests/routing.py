"""Passing a request on: who writes to the platform about leads is led to each organisation that holds one.

The platform is a processor of leads and does not answer for them (Art. 28; the data processing agreement
instructs it to pass requests on within two working days). Only once the address is verified does anybody
look, and only then does the person learn which organisations hold something. Each organisation gets a
request of its own, with a clock from its own receipt.
"""

# ruff: noqa: S608 - names come from the declarations and are quoted

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import cast
from uuid import UUID

from django.db import connections, transaction

from accounts.models import User
from delivery.jobs import JobCall, handler
from organisations.models import Organisation
from privacy import registry
from privacy.declarations import Subject
from privacy.models.requests import AccountRequest, Channel, Concerns, IdentityMethod, PrivacyRequest, Stage
from privacy.requests import cases, letters
from privacy.requests.daily import organisations
from privacy.requests.sealed import open_part, person_of
from privacy.subject.finding import KNOWN_BY, indexes_of
from tenancy.backend.base import DatabaseWrapper
from tenancy.backend.prepared import PreparedStatement
from tenancy.context import tenant
from tenancy.encryption import blind_index
from tenancy.keys import NoKey

#: As Postgres sends it.
_TRUE = b"\x01"


@handler("privacy.route", external=True)
def route(call: JobCall) -> None:
    """Pass one verified request on. External: it enters one organisation after another."""
    request = AccountRequest.objects.filter(pk=UUID(call.ids["request"])).first()
    if request is not None and request.concerns == Concerns.LEADS and request.stage == Stage.OPEN:
        pass_on(request)


def pass_on(request: AccountRequest) -> list[UUID]:
    """Leave a request at every organisation that holds something; answers which. Twice is once."""
    person = person_of(request)
    holding = organisations_with(person.email)
    for organisation_id in holding:
        with tenant(organisation_id):
            _leave_at_organisation(request)
    with transaction.atomic():
        _handle_account(request)
        done = cases.forwarded(request, organisations=len(holding))
        letters.send_forwarded(done, _named(holding))
    return holding


def organisations_with(email: str) -> list[UUID]:
    """Every organisation that holds a lead of this address: one transaction and one look-up in each."""
    statement, kinds = _look_up()
    found = []
    for organisation_id in organisations():
        try:
            sought = {
                place: blind_index(organisation_id, kind, normalised(email))
                for place, (kind, normalised) in kinds.items()
            }
        except NoKey:
            continue
        row = _database().fetch_prepared(statement, {"organisation": organisation_id, **sought})
        if row == (_TRUE,):
            found.append(organisation_id)
    return found


def _database() -> DatabaseWrapper:
    return cast(DatabaseWrapper, connections["default"])


@cache
def _look_up() -> tuple[PreparedStatement, dict[str, tuple[str, Callable[[str], str]]]]:
    """One statement that enters an organisation and asks whether any index knows the address.

    It is a transaction by itself: the organisation is set for it alone, and every look-up depends on that
    having happened (docs/architecture.md, the life of a submission, has the same shape). Where there are
    thousands of organisations the time goes into saying it, so Postgres is told the statement once.
    """
    q = connections["default"].ops.quote_name
    indexes = {
        f"index_{number}": each
        for number, each in enumerate(indexes_of(registry.root_of(Subject.LEAD)))
        if each.category == "contact.email"
    }
    asked = " OR ".join(
        f"EXISTS (SELECT 1 FROM {q(each.held.table)} t"
        f" WHERE t.organisation_id = entered.id AND t.{q(each.column)} = %({place})s::bytea OFFSET 0)"
        for place, each in indexes.items()
    )
    statement = (
        "WITH entered AS MATERIALIZED"
        " (SELECT set_config('app.organisation_id', %(organisation)s::uuid::text, true)::uuid AS id)"
        f" SELECT {asked} FROM entered"
    )
    kinds: dict[str, tuple[str, Callable[[str], str]]] = {
        place: KNOWN_BY[each.category] for place, each in indexes.items()
    }
    return PreparedStatement("organisation_with_address", statement), kinds


def _leave_at_organisation(request: AccountRequest) -> None:
    if PrivacyRequest.objects.filter(routed_from=request.pk, right=request.right).exists():
        return
    person = person_of(request)
    cases.receive(
        right=request.right,
        about_minor=request.about_minor,
        channel=Channel.ROUTED,
        language=request.language,
        name=person.name,
        email=person.email,
        contact=person.contact,
        wish=open_part(request, "wish"),
        regime=request.regime,
        routed_from=request.pk,
        proven=IdentityMethod(request.identity_method),
    )


def _handle_account(request: AccountRequest) -> None:
    """The person may have an account too; of that the platform is the controller, and answers itself."""
    person = person_of(request)
    user = User.objects.with_email(person.email)
    if (
        user is None
        or AccountRequest.objects.filter(user_id=user.pk, received_at=request.received_at).exists()
    ):
        return
    cases.receive_for_account(
        right=request.right,
        channel=Channel(request.channel),
        language=request.language,
        country=request.country,
        name=person.name,
        email=person.email,
        wish=open_part(request, "wish"),
        regime=request.regime,
        received_at=request.received_at,
        user=user,
        proven=IdentityMethod(request.identity_method),
    )


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation as the letter names it."""

    name: str
    email: str


def _named(holding: list[UUID]) -> list[Named]:
    rows = Organisation.objects.filter(pk__in=holding).order_by("name")
    return [Named(each.controller_name or each.name, each.controller_email) for each in rows]
