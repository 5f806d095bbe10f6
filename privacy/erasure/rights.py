"""The right to erasure, carried out as `privacy.requests` asks for it."""

from __future__ import annotations

from privacy.declarations import Subject
from privacy.erasure.answering import keeping_of, leads_of, remember_leads
from privacy.erasure.carrying_out import order_account_erasure, order_lead_erasure
from privacy.erasure.plan import plan_erasure
from privacy.models import AccountRequest, PrivacyRequest, Right
from privacy.requests.carrying_out import ACCOUNTS, Carried, carries_out
from privacy.requests.sealed import AnyRequest


@carries_out(Right.ERASURE)
def erase_leads(request: AnyRequest) -> Carried | None:
    """Order what was decided; the deed, a job of its own since the ledger comes first, answers."""
    assert isinstance(request, PrivacyRequest)
    keys, keeping = leads_of(request), keeping_of(request)
    if not keys:
        return Carried(nothing_held=True)
    remember_leads(request, keys)
    order_lead_erasure(
        case_id=request.pk,
        leads=keys,
        approved=plan_erasure(Subject.LEAD, keys, keeping=keeping).digest,
        by=request.decided_by,
        keeping=keeping,
    )
    return None


@carries_out(Right.ERASURE, of=ACCOUNTS)
def erase_account(request: AnyRequest) -> Carried | None:
    assert isinstance(request, AccountRequest)
    if request.user_id is None:
        return Carried(nothing_held=True)
    keeping = keeping_of(request)
    order_account_erasure(
        case_id=request.pk,
        user_id=request.user_id,
        approved=plan_erasure(Subject.ACCOUNT, [request.user_id], keeping=keeping).digest,
        by=request.decided_by,
        keeping=keeping,
    )
    return None
