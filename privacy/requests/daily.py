"""What is looked after each day: who never showed who they are, what may be closed or reminded of."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from django.db import transaction

from organisations.models import Organisation
from privacy.models.requests import AccountRequest, PrivacyRequest, Stage
from privacy.requests import cases, reminding
from privacy.requests.sealed import AnyRequest
from tenancy.context import tenant

_ALIVE = (Organisation.Lifecycle.ACTIVE, Organisation.Lifecycle.DEACTIVATED)


def look_after(due_day: date) -> None:
    """Every organisation, each in its own transaction, and the platform. Twice a day is once.

    One that fails does not stop the others; failures are raised at the end, so the day is tried again.
    """
    failures: list[Exception] = []
    for organisation_id in organisations():
        try:
            with tenant(organisation_id):
                _look_after(PrivacyRequest, due_day)
        except Exception as failure:  # noqa: BLE001  raised below, with the others
            failures.append(failure)
    with transaction.atomic():
        _look_after(AccountRequest, due_day)
    if failures:
        raise ExceptionGroup("The requests of some organisations were not looked after.", failures)


def organisations() -> list[UUID]:
    """The organisations that still answer for what they hold."""
    return list(Organisation.objects.filter(lifecycle__in=_ALIVE).order_by("id").values_list("pk", flat=True))


def _look_after(model: type[AnyRequest], due_day: date) -> None:
    cases.expire_unverified(model=model)
    for request in model.objects.filter(stage=Stage.AWAITING_RECIPIENTS):
        if not cases.recipients_outstanding(request):
            cases.close(request)
    if due_day >= datetime.now(UTC).date():  # of a day that was missed nobody need be reminded today
        reminding.remind(reminding.due(model, due_day), due_day)
