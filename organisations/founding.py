"""How an organisation comes to be."""

import secrets
from collections.abc import Iterator

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from accounts.models import User
from audit import events
from organisations.agreements import redate_people
from organisations.contracts import agree_at_founding
from organisations.countries import currency_of
from organisations.models import Membership, Organisation
from organisations.permissions import Role
from organisations.signals import founded
from tenancy.context import tenant
from tenancy.ids import uuid7
from tenancy.keys import key_store

_SLUG_LENGTH = 50


def found_organisation(
    *, name: str, country: str, language: str, by: User, read_in: str = ""
) -> Organisation:
    """Make an organisation with its keys and its founder as owner, in a transaction of its own.

    Founding is agreeing to the contracts in force, which the founder read in the language ``read_in``.

    The keys are made first: an organisation without them could store nothing, while keys that no
    organisation came to use harm nobody. Call it outside a transaction.
    """
    organisation_id = uuid7()
    key_store().create(organisation_id)
    with tenant(organisation_id):
        organisation = _create(
            Organisation(
                id=organisation_id,
                name=name,
                country=country,
                language=language,
                currency=currency_of(country),
                created_by=by,
            )
        )
        owner = Membership.objects.create(organisation=organisation, user=by, role=Role.OWNER)
        redate_people([by.id])
        events.record(
            "organisation.founded",
            actor_id=by.id,
            kind="membership",
            object_id=owner.id,
            detail={"country": country},
            evidence=True,
        )
        agree_at_founding(organisation=organisation, language=read_in or language, by=by.id)
        founded.send(sender=Organisation, organisation=organisation)
    return organisation


def _create(organisation: Organisation) -> Organisation:
    """Store it under the first address that is free, also when two founders choose the same name at once."""
    for slug in _slugs(organisation.name):
        if Organisation.objects.filter(slug=slug).exists():
            continue
        organisation.slug = slug
        try:
            with transaction.atomic():
                organisation.save(force_insert=True)
        except IntegrityError:
            continue
        return organisation
    raise RuntimeError("No free address was found for a new organisation.")


def _slugs(name: str) -> Iterator[str]:
    base = slugify(name)[:_SLUG_LENGTH].strip("-_") or "organisation"
    yield base
    for number in range(2, 6):
        yield f"{base}-{number}"
    for _attempt in range(5):
        yield f"{base}-{secrets.token_hex(4)}"
