"""The link by which a person shows who they are: mailed to the address, opened once, over within the hour.

The answer at the door, its text and its work are the same whether anything is held under an address or not:
an errand mails the link to every address alike, and looks everywhere alike (promise H36).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.throttle import may_mail
from delivery.jobs import JobCall, enqueue, handler
from delivery.mail import send_account_mail
from delivery.models import AccountMail
from organisations.models import Organisation
from privacy.models import DoorLink, PrivacyRequest
from privacy.subject import finding
from tenancy.context import tenant
from tenancy.encryption import blind_index, normalise_email, seal, unseal
from tenancy.ids import random_key, uuid7
from tenancy.keys import PLATFORM, NoKey

#: How long a link waits to be opened, and how long a visit lasts after that.
LASTS = timedelta(minutes=30)
#: After this the row goes, opened or not.
KEPT = timedelta(hours=2)
#: The mail with the link is kept no longer than it is of any use.
MAIL_KEPT = timedelta(days=1)
TOKEN_LENGTH = 32
#: An organisation in one of these states holds nothing any more, not even a key.
_GONE = (Organisation.Lifecycle.PURGED, Organisation.Lifecycle.CLOSED)


@transaction.atomic
def ask_for_link(*, email: str, language: str, right: str = "", organisation: Organisation | None) -> None:
    """Note who asks, and leave the errand that writes the mail; too many to one address get none."""
    now, key = timezone.now(), uuid7()
    link = DoorLink.objects.create(
        id=key,
        address=seal(PLATFORM, email, place=_place("address", key)),
        address_index=blind_index(PLATFORM, "email", normalise_email(email)),
        language=language,
        right=right,
        organisation_id=organisation.pk if organisation else None,
        created_at=now,
        expires_at=now + KEPT,
        purge_after=now + KEPT,
    )
    if may_mail(normalise_email(email)):
        enqueue("privacy.mail_door_link", organisation_id=None, ids={"link": str(link.pk)})


def find(token: str) -> DoorLink | None:
    """The link or visit that a token opens, unless it has ended."""
    return DoorLink.objects.filter(token_hash=hash_of(token), expires_at__gt=timezone.now()).first()


def is_open(link: DoorLink) -> bool:
    """Whether the person has opened it; before that, holding it shows nothing."""
    return link.opened_at is not None


def open_visit(link: DoorLink) -> str | None:
    """Use up a mailed link; answers the token of the visit, or None where somebody was faster."""
    token, now = random_key(TOKEN_LENGTH), timezone.now()
    opened = DoorLink.objects.filter(pk=link.pk, opened_at=None).update(
        token_hash=hash_of(token), opened_at=now, expires_at=min(now + LASTS, link.purge_after)
    )
    return token if opened else None


def address_of(link: DoorLink) -> str:
    """The address that the person has shown to be theirs."""
    return unseal(PLATFORM, bytes(link.address), place=_place("address", link.pk))


def organisations_of(link: DoorLink) -> list[Organisation]:
    """The organisations that held something under the address when the link was written, by name."""
    if not link.found:
        return []
    keys = json.loads(unseal(PLATFORM, bytes(link.found), place=_place("found", link.pk)))
    return list(Organisation.objects.filter(pk__in=keys).exclude(lifecycle__in=_GONE).order_by("name", "id"))


# --- The errand --------------------------------------------------------------------------------------


@handler("privacy.mail_door_link", external=True)
def mail_link(call: JobCall) -> None:
    """Look in every organisation, then mail the link, whatever was found. Outside any tenant."""
    link = DoorLink.objects.filter(pk=call.ids["link"], token_hash=None).first()
    if link is None:
        return
    found = [str(key) for key in _holders(link)]
    with transaction.atomic():
        _write(link, found)


def _holders(link: DoorLink) -> Iterator[UUID]:
    """The organisations with rows or requests under the address: one look into each that was asked."""
    email = address_of(link)
    asked = Organisation.objects.exclude(lifecycle__in=_GONE)
    if link.organisation_id:
        asked = asked.filter(pk=link.organisation_id)
    for organisation_id in list(asked.values_list("pk", flat=True)):
        if _holds(organisation_id, email):
            yield organisation_id


def _holds(organisation_id: UUID, email: str) -> bool:
    try:
        with tenant(organisation_id):
            return bool(finding.with_address(email)) or requests_of(organisation_id, email).exists()
    except NoKey:
        return False


def requests_of(organisation_id: UUID, email: str) -> QuerySet[PrivacyRequest]:
    """The privacy requests of an address at the current organisation, newest first."""
    index = blind_index(organisation_id, "email", normalise_email(email))
    return PrivacyRequest.objects.filter(person_index=index).order_by("-received_at", "-id")


def _write(link: DoorLink, found: list[str]) -> None:
    token, now = random_key(TOKEN_LENGTH), timezone.now()
    written = DoorLink.objects.filter(pk=link.pk, token_hash=None).update(
        token_hash=hash_of(token),
        found=seal(PLATFORM, json.dumps(found), place=_place("found", link.pk)),
        expires_at=min(now + LASTS, link.purge_after),
    )
    if not written:
        return
    mail = send_account_mail(
        user_id=None,
        to=address_of(link),
        template="door_link",
        context={"link": settings.PUBLIC_URL + reverse("door:my", args=[token])},
        language=link.language,
    )
    AccountMail.objects.filter(pk=mail.pk).update(purge_after=now + MAIL_KEPT)


def hash_of(token: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(f"door:{token}".encode(errors="replace")).digest()


def _place(column: str, key: UUID) -> str:
    return f"privacy_doorlink.{column}:{key}"
