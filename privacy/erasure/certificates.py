"""What proves an erasure: a signed statement with counts and grounds, and nothing of the person.

Issued only when every recipient has answered; until then there is an interim statement that says who has
not. Signed with Ed25519 over the canonical JSON, so that the stand-alone program `docs/verify_certificate.py`
checks it without us. Once issued it never changes.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from audit import signing
from audit.events import record, record_platform
from audit.processors import name_of
from organisations.models import Organisation
from privacy import registry
from privacy.erasure.propagation import KIND, forget_addresses, notices_of, outstanding
from privacy.models import AccountErasure, ErasureState, LeadErasure

Order = LeadErasure | AccountErasure
Statement = dict[str, Any]

FORMAT, VERSION = "opmaat-erasure-certificate", 1
FINAL, INTERIM = "final", "interim"


def issue(erasure: Order) -> Statement | None:
    """Issue the certificate once every recipient is done; None before. A second time answers the first.

    Call it within the transaction of the erasure's plane.
    """
    forget_addresses(erasure)
    if erasure.certificate is not None:
        return erasure.certificate
    if erasure.state != ErasureState.DONE or erasure.ledger_seq is None or outstanding(erasure):
        return None
    erasure.certificate = signed(statement(erasure, status=FINAL))
    erasure.certified_at, erasure.state = timezone.now(), ErasureState.CERTIFIED
    erasure.save(update_fields=["certificate", "certified_at", "state"])
    _leave_evidence(erasure)
    return erasure.certificate


def interim(erasure: Order) -> Statement:
    """What can be said already: what was erased, and who has not answered yet."""
    return signed(statement(erasure, status=INTERIM))


def _leave_evidence(erasure: Order) -> None:
    detail: dict[str, str | int | bool] = {"case": str(erasure.case_id)}
    if isinstance(erasure, LeadErasure):
        record(
            "erasure.certified",
            actor_id=None,
            kind="erasure",
            object_id=erasure.pk,
            detail=detail,
            evidence=True,
        )
    else:
        record_platform("erasure.certified", detail=detail, evidence=True)


def statement(erasure: Order, *, status: str) -> Statement:
    """What an erasure came to."""
    assert erasure.erased_at is not None
    return {
        **frame(erasure.pk, case=erasure.case_id, status=status, gone_at=erasure.erased_at),
        "scope": _scope(erasure),
        "erased": {
            "at": stamped(erasure.erased_at),
            "tables": rows_by_table(erasure.counts),
            "keys": {"algorithm": "sha256", "salt": erasure.salt, "digest": erasure.digest},
        },
        "kept": erasure.kept,
        "recipients": [_recipient(notice) for notice in notices_of(erasure)],
        "ledger": {"sequence": erasure.ledger_seq},
    }


def frame(certificate: UUID, *, case: UUID, status: str, gone_at: datetime) -> Statement:
    """What every statement says: who issues it, when, under which key and which declarations.

    Texts, whole numbers, lists and nulls alone, so that every JSON library writes the same bytes.
    """
    return {
        "format": FORMAT,
        "version": VERSION,
        "status": status,
        "certificate": str(certificate),
        "case": str(case),
        "issuer": settings.SITE_URL,
        "issued_at": stamped(timezone.now()),
        "declarations": registry.digest(),
        "last_backup_gone_on": last_backup_on(gone_at),
        "key": {"algorithm": "Ed25519", "public": public_key()},
    }


def rows_by_table(counts: Mapping[str, int]) -> list[Statement]:
    return [{"table": table, "rows": rows} for table, rows in sorted(counts.items())]


def _scope(erasure: Order) -> Statement:
    if isinstance(erasure, AccountErasure):
        return {"what": "account", "number": len(erasure.root_ids), "controller": "platform"}
    organisation = Organisation.objects.get(pk=erasure.organisation_id)
    return {
        "what": "leads",
        "number": len(erasure.root_ids),
        "controller": organisation.name,
        "organisation": str(organisation.pk),
    }


def _recipient(notice: Any) -> Statement:
    """One that a machine told, or that an officer did; named by kind, for a name could be a person's."""
    kind = getattr(notice, "recipient_kind", KIND)
    return {
        "kind": name_of(notice.recipient_id) or KIND if kind == KIND else kind,
        "recipient": str(notice.recipient_id),
        "state": str(notice.state),
        "receipt": notice.receipt,
        "settled_at": stamped(notice.settled_at) if notice.settled_at else None,
    }


def last_backup_on(erased_at: datetime) -> str:
    """The first day on which no backup can hold the rows any more."""
    gone = timezone.localdate(erased_at) + timedelta(days=settings.BACKUP_KEPT_DAYS + 1)
    return gone.isoformat()


def stamped(moment: datetime) -> str:
    """A moment as a statement writes it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


# --- The signature ----------------------------------------------------------------------------------


def signed(content: Statement) -> Statement:
    """The statement with its signature beside it."""
    signature = signing.sign(canonical(content))
    return {"statement": content, "signature": base64.b64encode(signature).decode()}


def canonical(content: Statement) -> bytes:
    """The bytes that are signed: keys in order, no spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def public_key() -> str:
    """The public half of the platform's signing key, 32 bytes in base64."""
    return base64.b64encode(signing.public_key()).decode()


def fingerprint(public: str) -> str:
    """By which people compare a key: the first half of its SHA-256, in groups of four."""
    digest = hashlib.sha256(base64.b64decode(public)).hexdigest()[:32]
    return " ".join(digest[at : at + 4] for at in range(0, 32, 4))
