"""What an organisation may add and do, as the app that sells plans answers. Nobody asked: everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.functional import Promise

from organisations.models import Organisation
from organisations.permissions import Permission
from organisations.signals import notices_wanted, room_wanted


class NoRoom(ValidationError):
    """One more cannot be added now. The message says why, and what helps."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the top of a page. ``link`` is the text that leads to ``url``, where there is one."""

    tone: str
    title: str | Promise
    text: str | Promise
    url: str = ""
    link: str | Promise = ""


def require_room(organisation_id: UUID, of: str, *, count: Callable[[], int]) -> None:
    """Raise NoRoom where one more would be too many.

    ``count`` is called once nobody else can add any until the transaction ends.
    """
    room_wanted.send(sender=Organisation, organisation_id=organisation_id, of=of, count=count)


def no_room(organisation_id: UUID, of: str, *, count: Callable[[], int]) -> str:
    """Why one more could not be added now; empty where it could."""
    try:
        require_room(organisation_id, of, count=count)
    except NoRoom as refusal:
        return str(refusal.messages[0])
    return ""


def notices(organisation: Organisation, permissions: frozenset[Permission]) -> list[Notice]:
    """What is said on each page of the organisation to a reader with these rights."""
    answers = notices_wanted.send(sender=Organisation, organisation=organisation, permissions=permissions)
    found: list[Notice] = []
    for _receiver, notices_of_one in answers:
        found += notices_of_one  # type: ignore[arg-type]
    return found
