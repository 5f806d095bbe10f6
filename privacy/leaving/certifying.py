"""What proves a purge: the same signed statement as of an erasure, about a whole organisation.

It names the organisation and nobody in it; the link to it stands in the mail to those who owned it.
"""

from __future__ import annotations

from typing import Any

from organisations.models import Organisation
from privacy.erasure.certificates import FINAL, frame, rows_by_table, signed, stamped
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
        **frame(done.pk, case=done.pk, status=FINAL, gone_at=done.finished_at),
        "scope": {
            "what": "organisation",
            "number": 1,
            "controller": organisation.name,
            "organisation": str(organisation.pk),
        },
        "erased": {
            "at": stamped(done.finished_at),
            "tables": rows_by_table(done.counts),
            "keys_destroyed_at": stamped(done.keys_destroyed_at),
            "unreadable_from": stamped(done.unreadable_from),
        },
        "kept": [each | {"ground": GROUND, "until": None} for each in rows_by_table(done.kept)],
        "recipients": [],
        "ledger": {"sequence": LedgerPosition.objects.get().applied_seq},
    }
