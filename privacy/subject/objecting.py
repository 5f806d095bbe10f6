"""Objection (Art. 21 GDPR), per purpose: marketing stops at once, everything else is weighed.

While the organisation weighs an objection the data is restricted (Art. 18(1)(d)); where it is honoured the
restriction stays, and where it is not the person is told before it ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from delivery.mail import suppress
from privacy.subject.restricting import note, restrict
from privacy.subject.withdrawing import MARKETING, withdraw_consent
from privacy.vocabulary import PURPOSES


class UnknownPurpose(ValueError):
    """Nothing is done for a purpose of that name."""


@transaction.atomic
def object_to(purpose: str, keys: Sequence[UUID], *, email: str, case_id: UUID, by: UUID | None) -> bool:
    """Carry out an objection; answers whether that ends the matter, or the organisation still weighs it."""
    if purpose not in PURPOSES:
        raise UnknownPurpose(purpose)
    for key in keys:
        note("objected", key, case_id=case_id, by=by, purpose=purpose)
    if purpose == MARKETING:
        withdraw_consent(keys, email=email, case_id=case_id, by=by)
        suppress(email, topic=MARKETING, reason="objection")
        return True
    restrict(keys, case_id=case_id, by=by)
    return False
