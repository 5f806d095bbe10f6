"""How the rights that this package knows are carried out once they were decided (`privacy.requests`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse

from organisations.models import Organisation
from privacy import registry
from privacy.declarations import Subject
from privacy.models import PrivacyRequest, Right
from privacy.requests import cases
from privacy.requests.carrying_out import ACCOUNTS, Carried, carries_out, when_turned_down
from privacy.requests.sealed import AnyRequest, open_part, person_of, wish_of
from privacy.subject import finding, objecting, rectifying, restricting, withdrawing
from privacy.subject.receivers import receivers_of


def roots_of(request: AnyRequest) -> list[UUID]:
    """The rows that a request is about: those it named among those of its person's address, else all."""
    located = open_part(request, "locators").get("roots")
    if located:
        return [UUID(key) for key in located]
    held = finding.with_address(person_of(request).email) if person_of(request).email else []
    named = wish_of(request).get("roots")
    return [key for key in held if str(key) in named] if named else held


@carries_out(Right.ACCESS, Right.PORTABILITY)
def give_copy(request: AnyRequest) -> Carried:
    """The person collects it at the door, which asks who they are; nothing is attached to a mail."""
    if not roots_of(request):
        return Carried(nothing_held=True)
    slug = Organisation.objects.values_list("slug", flat=True).get(pk=_of_organisation(request))
    return Carried(collect_at=f"{settings.PUBLIC_URL}{reverse('door:request')}?organisation={slug}")


@carries_out(Right.RECTIFICATION)
def rectify(request: AnyRequest) -> Carried:
    """Correct what was asked, as far as it can be read, and keep what the person states beside it."""
    keys, wish = roots_of(request), wish_of(request)
    country = Organisation.objects.values_list("country", flat=True).get(pk=_of_organisation(request))
    changes, seen = _readable(wish.get("values", {}), country), wish.get("instead_of", {})
    for key in keys:
        if not _is_as_seen(key, seen):
            continue
        rectifying.correct(key, changes=changes, case_id=request.pk, by=request.decided_by)
        if wish.get("text"):
            rectifying.add_statement(key, text=wish["text"], case_id=request.pk, by=request.decided_by)
    return _carried(request, keys)


def _is_as_seen(key: UUID, seen: dict[str, str]) -> bool:
    """Whether a row holds what the person saw to be wrong, under the name that they saw.

    Several people may write from one mailbox; what is known of another is not mistaken for not being mine.
    """
    there = rectifying.details_of(key)
    return all(there.get(category, "").casefold() == text.casefold() for category, text in seen.items())


def _readable(values: dict[str, str], country: str) -> dict[str, str]:
    """The details that can be kept; the rest stays in the request, which the desk shows."""
    changes = {}
    for category in rectifying.correctable():
        try:
            if category in values:
                changes[category] = rectifying.cleaned(category, values[category], country=country)
        except ValidationError:
            continue
    return changes


@carries_out(Right.RESTRICTION)
def restrict(request: AnyRequest) -> Carried:
    keys = roots_of(request)
    restricting.restrict(keys, case_id=request.pk, by=request.decided_by)
    return _carried(request, keys)


@carries_out(Right.OBJECTION)
def honour_objection(request: AnyRequest) -> Carried:
    """What the person objects to stops; without a purpose, everything that is done with their request."""
    keys, purpose = roots_of(request), wish_of(request).get("purpose", "lead_handling")
    objecting.object_to(
        purpose, keys, email=person_of(request).email, case_id=request.pk, by=request.decided_by
    )
    return _carried(request, keys)


@when_turned_down(Right.OBJECTION)
def weigh_again(request: AnyRequest) -> None:
    """The objection did not outweigh: what it restricted is used again, once the person was told."""
    keys = restricting.restricted_by(request.pk, roots_of(request))
    if keys and person_of(request).email:
        restricting.announce_lifting(
            keys,
            case_id=request.pk,
            to=person_of(request).email,
            language=request.language,
            by=request.decided_by,
        )


@carries_out(Right.WITHDRAWAL)
def withdraw(request: AnyRequest) -> Carried:
    keys = roots_of(request)
    withdrawing.withdraw_consent(
        keys, email=person_of(request).email, case_id=request.pk, by=request.decided_by
    )
    return _carried(request, keys)


@carries_out(Right.ACCESS, Right.PORTABILITY, of=ACCOUNTS)
def give_copy_of_account(request: AnyRequest) -> Carried:
    """Whoever has an account collects it signed in."""
    return Carried(collect_at=f"{settings.SITE_URL}{reverse('own-data:overview')}")


def _carried(request: AnyRequest, keys: Sequence[UUID]) -> Carried:
    """What the letter says: who else had the data, and whether we wait for their word."""
    names = receivers_of(keys, object_kind=registry.root_of(Subject.LEAD).label) if keys else []
    return Carried(
        recipients=tuple(names),
        pending=bool(cases.recipients_outstanding(request)),
        nothing_held=not keys,
    )


def _of_organisation(request: AnyRequest) -> UUID:
    return cast(PrivacyRequest, request).organisation_id
