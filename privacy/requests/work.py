"""The jobs of requests: what is carried out once it may be, and what is looked after each day."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from delivery.jobs import JobCall, handler
from privacy.models.requests import AccountRequest, PrivacyRequest, Stage
from privacy.requests import carrying_out, cases
from privacy.requests.sealed import AnyRequest


@handler("privacy.fulfil")
def fulfil(call: JobCall) -> None:
    """Grant what is granted without an officer, if that still holds."""
    _with(PrivacyRequest, call, cases.decide_as_instructed)


@handler("privacy.fulfil_for_account")
def fulfil_for_account(call: JobCall) -> None:
    _with(AccountRequest, call, cases.decide_as_instructed)


@handler("privacy.carry_out")
def carry_out(call: JobCall) -> None:
    """Do what was decided about a request to an organisation, and answer."""
    _with(PrivacyRequest, call, lambda request: _carry_out(request, carrying_out.LEADS))


@handler("privacy.carry_out_for_account")
def carry_out_for_account(call: JobCall) -> None:
    """Do what was decided about a request to the platform, and answer."""
    _with(AccountRequest, call, lambda request: _carry_out(request, carrying_out.ACCOUNTS))


def _carry_out(request: AnyRequest, of: str) -> None:
    if request.stage != Stage.IN_PROGRESS or request.answered_at:
        return
    carried = carrying_out.find(request.right, of=of)(request)
    if carried is not None:
        cases.carried_out(request, carried)


def _with(model: type[AnyRequest], call: JobCall, do: Any) -> None:
    """Find the row and do it; a request that is gone needs nothing."""
    request = model.objects.filter(pk=UUID(call.ids["request"])).first()
    if request is not None:
        do(request)
