"""Who reads bills and reminders: the addresses that the organisation named, and who looks after its plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.links import absolute
from billing.models import BillingContact
from delivery.mail import send_account_mail
from organisations.models import Membership, Organisation
from organisations.permissions import Permission, roles_with


@dataclass(frozen=True, slots=True)
class Reader:
    email: str
    language: str
    user_id: UUID | None


def readers_of_bills(organisation: Organisation) -> list[Reader]:
    """Each address once; a member's own language goes before that of the address."""
    members = (
        Membership.objects.filter(
            organisation=organisation, role__in=roles_with(Permission.BILLING_MANAGE), user__is_active=True
        )
        .select_related("user")
        .order_by("created_at", "id")
    )
    contacts = BillingContact.objects.filter(organisation=organisation).order_by("created_at", "id")
    found = [Reader(one.user.email, one.user.language, one.user_id) for one in members]
    found += [Reader(one.email, one.language, None) for one in contacts]
    return list({reader.email.lower(): reader for reader in reversed(found)}.values())[::-1]


def write_to_readers(
    organisation: Organisation,
    template: str,
    *,
    page: str = "billing:plan",
    said: Callable[[Reader], dict[str, Any]] = lambda reader: {},
    **context: Any,
) -> None:
    """A mail to each in their language that leads to ``page``; ``said`` is what depends on who reads."""
    for reader in readers_of_bills(organisation):
        send_account_mail(
            user_id=reader.user_id,
            to=reader.email,
            template=template,
            context={
                "organisation": organisation.name,
                "url": absolute(page, organisation.slug),
                **context,
                **said(reader),
            },
            language=reader.language,
        )


def when_asked(sender: Any, organisation: Organisation, **kwargs: Any) -> list[str]:
    """The addresses alone, for the app below."""
    return [reader.email for reader in readers_of_bills(organisation)]
