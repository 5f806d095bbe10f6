"""Asking VIES whether a VAT number is in use, and keeping what it said: the proof behind a rate of zero.

A wrong zero is the seller's own loss, so only an answer counts, and only a fresh one. That nobody answered
says nothing about the number.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from billing import house
from billing.models import BillingAccount, VatEvidence
from billing.vat.deciding import IdStatus
from delivery import outbound

#: How long a good answer counts.
COUNTS = timedelta(days=30)
#: How long nobody is asked again about a number, whatever came of it.
PAUSE = timedelta(hours=1)
_PATH = "/check-vat-number"


@dataclass(frozen=True, slots=True)
class Said:
    """What VIES answered; ``digest`` of the whole answer, empty when there was none."""

    status: IdStatus
    consultation: str = ""
    name: str = ""
    digest: str = ""


def status_of(account: BillingAccount, at: datetime | None = None) -> IdStatus:
    """What is known of the account's number, without asking anybody: the last answer, if it still counts.

    That nobody answered since takes nothing away from it.
    """
    if not account.vat_id:
        return IdStatus.NONE
    now = at or timezone.now()
    answers = VatEvidence.objects.filter(
        organisation_id=account.organisation_id,
        vat_id=account.vat_id,
        status__in=[IdStatus.VALID, IdStatus.INVALID],
        checked_at__gt=now - COUNTS,
        checked_at__lte=now,
    )
    latest = answers.order_by("-checked_at").values_list("status", flat=True).first()
    return IdStatus(latest) if latest else IdStatus.UNKNOWN


def make_sure(account: BillingAccount) -> IdStatus:
    """The same, having asked where nothing that counts is known, and nobody did within the hour.

    Call it outside any transaction.
    """
    known = status_of(account)
    if known is not IdStatus.UNKNOWN or _was_asked(account):
        return known
    return IdStatus(check(account).status)


def _was_asked(account: BillingAccount) -> bool:
    """Each question leaves a row that is kept for years: whoever presses ten times does not leave ten."""
    lately = timezone.now() - PAUSE
    asked = VatEvidence.objects.filter(organisation_id=account.organisation_id, vat_id=account.vat_id)
    return asked.filter(checked_at__gt=lately).exists()


def check(account: BillingAccount) -> VatEvidence:
    """Ask about the account's number and keep the answer. Call it outside any transaction."""
    said = ask(account.vat_id)
    now = timezone.now()
    return VatEvidence.objects.create(
        organisation_id=account.organisation_id,
        vat_id=account.vat_id,
        status=said.status,
        consultation=said.consultation,
        name_matches=_same(said.name, account.company_name) if said.name else None,
        answer_sha256=said.digest,
        checked_at=now,
        **kept(now),
    )


def kept(now: datetime) -> dict[str, datetime]:
    """An invoice may rest on it for a month, so the year of that invoice counts."""
    last = house.day_of(now + COUNTS)
    return {"books_closed_at": house.year_closes_at(last), "purge_after": house.erasable_at(last)}


def ask(vat_id: str) -> Said:
    """What VIES says of a number: valid, invalid, or unknown when it says neither, or nobody is asked."""
    if not settings.VIES_URL:
        return Said(IdStatus.UNKNOWN)
    asked = {"countryCode": vat_id[:2], "vatNumber": vat_id[2:], **_requester()}
    try:
        answer = outbound.post(
            f"{settings.VIES_URL}{_PATH}",
            body=json.dumps(asked).encode(),
            headers={"Content-Type": "application/json", "Accept": "application/json"},
        )
    except (outbound.Unreachable, outbound.NotAllowed):
        return Said(IdStatus.UNKNOWN)
    return _read(answer, asked) if answer.is_success else Said(IdStatus.UNKNOWN)


def _requester() -> dict[str, str]:
    """Who asks: only then VIES gives a number by which it remembers the question."""
    ours = settings.SELLER["vat_id"]
    return {"requesterMemberStateCode": ours[:2], "requesterNumber": ours[2:]} if ours else {}


def _read(answer: outbound.Answer, asked: dict[str, str]) -> Said:
    """Only a plain yes or no about the very number that was asked is an answer."""
    try:
        found: Any = json.loads(answer.body)
        valid, about = found["valid"], (found["countryCode"], found["vatNumber"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return Said(IdStatus.UNKNOWN)
    if not isinstance(valid, bool) or about != (asked["countryCode"], asked["vatNumber"]):
        return Said(IdStatus.UNKNOWN)
    return Said(
        status=IdStatus.VALID if valid else IdStatus.INVALID,
        consultation=_text(found.get("requestIdentifier"))[:40],
        name=_text(found.get("name")),
        digest=hashlib.sha256(answer.body).hexdigest(),
    )


def _text(found: Any) -> str:
    """VIES writes dashes where a member state tells nothing."""
    return found.strip() if isinstance(found, str) and found.strip("- ") else ""


def _same(theirs: str, ours: str) -> bool:
    return "".join(filter(str.isalnum, theirs)).casefold() == "".join(filter(str.isalnum, ours)).casefold()
