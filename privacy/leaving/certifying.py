"""What proves a purge: the same signed statement as of an erasure, about a whole organisation.

It names the organisation and nobody in it; the link to it stands in the mail to those who owned it.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from organisations.models import Organisation
from privacy import registry
from privacy.erasure.certificates import (
    FINAL,
    FORMAT,
    VERSION,
    last_backup_on,
    public_key,
    signed,
    stamped,
)
from privacy.models import OrganisationPurge
from tenancy.models import LedgerPosition

#: Kept of an organisation that left: who did what, what was agreed and billed (Art. 5(2), 17(3)(b) and (e)).
GROUND = "17(3)(b)"


def certify(done: OrganisationPurge) -> None:
    """Sign what was deleted; once. Within the transaction that ends the purge."""
    if done.certificate is None:
        done.certificate = signed(statement(done))
        done.save(update_fields=["certificate"])


def statement(done: OrganisationPurge) -> dict[str, Any]:
    assert done.finished_at
    assert done.keys_destroyed_at
    assert done.unreadable_from
    organisation = Organisation.objects.get(pk=done.organisation_id)
    return {
        "format": FORMAT,
        "version": VERSION,
        "status": FINAL,
        "certificate": str(done.pk),
        "case": str(done.pk),
        "issuer": settings.SITE_URL,
        "issued_at": stamped(timezone.now()),
        "scope": {
            "what": "organisation",
            "number": 1,
            "controller": organisation.name,
            "organisation": str(organisation.pk),
        },
        "erased": {
            "at": stamped(done.finished_at),
            "tables": [{"table": table, "rows": rows} for table, rows in sorted(done.counts.items())],
            "keys_destroyed_at": stamped(done.keys_destroyed_at),
            "unreadable_from": stamped(done.unreadable_from),
        },
        "kept": [
            {"table": table, "rows": rows, "ground": GROUND, "until": None}
            for table, rows in sorted(done.kept.items())
        ],
        "recipients": [],
        "ledger": {"sequence": LedgerPosition.objects.get().applied_seq},
        "declarations": registry.digest(),
        "last_backup_gone_on": last_backup_on(done.finished_at),
        "key": {"algorithm": "Ed25519", "public": public_key()},
    }
