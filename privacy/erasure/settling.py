"""What follows once recipients have answered: the certificate, and the end of the request."""

from __future__ import annotations

from uuid import UUID

from delivery.jobs import JobCall, handler
from privacy.erasure.answering import end
from privacy.erasure.certificates import issue
from privacy.erasure.propagation import outstanding
from privacy.models import AccountErasure, LeadErasure


@handler("recipients.settled")
def settle(call: JobCall) -> None:
    """One more recipient of a case is done; if it was the last, certify. Happy to be rung for nothing."""
    orders = AccountErasure.objects if call.organisation_id is None else LeadErasure.objects
    erasure = orders.select_for_update().filter(case_id=UUID(call.ids["case"])).first()
    if erasure is not None and not outstanding(erasure):
        issue(erasure)
        end(erasure)
