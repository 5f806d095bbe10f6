"""The tokens in mailed links: random, kept only as a hash, and bound to their kind."""

import hashlib
from datetime import datetime, timedelta
from typing import TypeVar

from django.utils import timezone

from accounts.models import EmailChange, LostFactor, PasswordReset, PendingSignUp, Ticket
from tenancy.ids import random_key

LIFETIMES: dict[type[Ticket], timedelta] = {
    PendingSignUp: timedelta(hours=24),
    EmailChange: timedelta(hours=24),
    PasswordReset: timedelta(hours=1),
    LostFactor: timedelta(hours=24),
}
TOKEN_LENGTH = 32

AnyTicket = TypeVar("AnyTicket", bound=Ticket)


def period(kind: type[Ticket]) -> dict[str, datetime]:
    """When a ticket made now ends, and when its row goes: at once after that."""
    ends = timezone.now() + LIFETIMES[kind]
    return {"expires_at": ends, "purge_after": ends}


def issue(ticket: Ticket) -> str:
    """Give the ticket its token and answer it; only its hash is stored."""
    token = random_key(TOKEN_LENGTH)
    ticket.token_hash = hash_of(type(ticket), token)
    ticket.save(update_fields=["token_hash"])
    return token


def find(kind: type[AnyTicket], token: str, *, lock: bool = False) -> AnyTicket | None:
    """The ticket of this kind that the token opens, unless it has ended."""
    tickets = kind.objects.usable()  # type: ignore[attr-defined]
    if lock:
        tickets = tickets.select_for_update()
    return tickets.filter(token_hash=hash_of(kind, token)).first()


def hash_of(kind: type[Ticket], token: str, *, purpose: str = "") -> bytes:
    """What is stored of a token; another purpose of the same ticket has a token of its own."""
    return hashlib.sha256(f"{kind.__name__}{purpose}:{token}".encode(errors="replace")).digest()
