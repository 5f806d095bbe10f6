"""Telling officers: of a new request, 14, 7 and 2 days before its target, and each day once it is late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.translation import override

from accounts.links import absolute
from accounts.models import User
from accounts.platform import privacy_officers
from audit.models import Event, PlatformEvent
from delivery.mail import send_account_mail
from organisations.models import Membership, Organisation
from organisations.permissions import Permission, Role, roles_with
from privacy.models.requests import AccountRequest, PrivacyRequest
from privacy.requests.evidence import KIND, note
from privacy.requests.sealed import AnyRequest
from tenancy.context import current_organisation_id

DAYS_BEFORE = (14, 7, 2)


def is_due(request: AnyRequest, today: date) -> bool:
    """Whether this is a day for a reminder: some days before the target, or any day after it."""
    left = (request.target_on - today).days
    return left < 0 or left in DAYS_BEFORE


def due(model: type[AnyRequest], today: date) -> list[AnyRequest]:
    """The requests of which officers are reminded today; nothing that stands still, nothing twice."""
    latest = today + timedelta(days=max(DAYS_BEFORE))
    waiting = model.objects.unanswered().filter(target_on__lte=latest, suspended_at=None)
    return [request for request in waiting if is_due(request, today) and not _reminded(request, today)]


def _reminded(request: AnyRequest, today: date) -> bool:
    detail = {"action": "request.reminded", "detail__day": str(today)}
    if isinstance(request, PrivacyRequest):
        return Event.objects.about(KIND, request.pk).filter(**detail).exists()
    return PlatformEvent.objects.filter(detail__reference=request.reference, **detail).exists()


def remind(requests: list[AnyRequest], today: date) -> None:
    """One mail to each officer about all of them. Names nobody: who asks is read at the desk."""
    if not requests:
        return
    organisation = _organisation_of(requests[0])
    for officer in officers(organisation):
        _mail(officer, "request_reminder", requests, today, organisation)
    for request in requests:
        note(request, "reminded", by=None, day=str(today))


def announce(request: AnyRequest) -> None:
    """Tell the officers of a request that now waits for them."""
    organisation = _organisation_of(request)
    for officer in officers(organisation):
        _mail(officer, "request_arrived", [request], None, organisation)


def officers(organisation: Organisation | None) -> list[User]:
    """Who decides: the privacy officers, or where there are none the owners."""
    if organisation is None:
        return privacy_officers()
    members = Membership.objects.filter(
        organisation=organisation, role__in=roles_with(Permission.PRIVACY_DECIDE), user__is_active=True
    ).select_related("user")
    chosen = [each for each in members if each.role == Role.PRIVACY_OFFICER] or [
        each for each in members if each.role == Role.OWNER
    ]
    return [each.user for each in chosen]


def _organisation_of(request: AnyRequest) -> Organisation | None:
    if isinstance(request, AccountRequest):
        return None
    return Organisation.objects.get(pk=current_organisation_id())


def _mail(
    officer: User,
    template: str,
    requests: Iterable[AnyRequest],
    today: date | None,
    organisation: Organisation | None,
) -> None:
    with override(officer.language):
        lines = [
            {
                "right": request.get_right_display(),
                "reference": request.reference,
                "target": request.target_on,
                "late": today is not None and request.target_on < today,
                "minor": request.about_minor,
            }
            for request in requests
        ]
    url = absolute("privacy:desk", organisation.slug) if organisation else absolute("platform:requests")
    context = {"name": officer.name, "lines": lines, "url": url, "organisation": organisation}
    send_account_mail(
        user_id=officer.pk, to=officer.email, template=template, context=context, language=officer.language
    )
