"""Companies that work for us: engaged with a contract, announced ahead, and nobody else is reached."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from babel import Locale
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import legal
from accounts.notices import notify
from audit.events import record_platform
from delivery.jobs import JobCall, enqueue, handler
from organisations.models import Membership, Organisation
from organisations.permissions import Permission, roles_with
from privacy.models import Company

#: How long ahead organisations are told, so that they can object (DPA, Art. 28(2) GDPR).
OBJECTION_DAYS = 30
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class NotEngageable(ValueError):
    """The company may not be engaged as it is; the message says what is missing."""


class NotEngaged(PermissionError):
    """Data was to go to a host of no company that works for us."""


@transaction.atomic
def engage(company: Company, *, active_from: date, by: UUID | None) -> None:
    """Announce that a company will work for us, to every organisation, so long ahead that they can object.

    Raises NotEngageable without a contract (H18), abroad without ground and assessment (H19), outside the
    EEA where the installation keeps within it (D11), or sooner than organisations were promised.
    """
    if refusal := why_not(company, active_from):
        raise NotEngageable(refusal)
    company.announced_at, company.active_from = timezone.now(), active_from
    company.save(update_fields=["announced_at", "active_from"])
    record_platform(
        "company.announced",
        user_id=by,
        detail={"company_id": str(company.pk), "active_from": active_from.isoformat()},
        evidence=True,
    )
    for organisation_id in Organisation.objects.active().values_list("pk", flat=True):
        enqueue(
            "privacy.announce_company",
            organisation_id=None,
            ids={"company": str(company.pk), "organisation": str(organisation_id)},
        )


def why_not(company: Company, active_from: date) -> str:
    """What stands in the way of engaging a company; empty where nothing does."""
    if not company.contract_signed_on or not company.contract_sha256:
        return _("There is no signed contract (Art. 28 GDPR).")
    if company.is_abroad and settings.EEA_ONLY:
        return _("This installation keeps all data within the European Economic Area.")
    if company.is_abroad and not (company.transfer and company.assessed_on):
        return _("Outside the European Economic Area it needs a ground for the transfer and an assessment.")
    soonest = timezone.localdate() + timedelta(days=OBJECTION_DAYS)
    if Organisation.objects.exists() and active_from < soonest:
        return _("Organisations are told {days} days ahead.").format(days=OBJECTION_DAYS)
    return ""


@transaction.atomic
def dismiss(company: Company, *, on: date, by: UUID | None) -> None:
    """Say from when a company no longer works for us."""
    company.ended_on = on
    company.save(update_fields=["ended_on"])
    record_platform("company.dismissed", user_id=by, detail={"company_id": str(company.pk)}, evidence=True)


def require_engaged(url: str) -> None:
    """Let nothing leave for a host that is not in the register (H15). Raises NotEngaged.

    This machine is no company. An organisation's own webhook is its own affair, and guarded elsewhere.
    """
    host = urlsplit(url).hostname or ""
    if host in LOOPBACK:
        return
    if not any(host in company.hosts for company in Company.objects.engaged()):
        raise NotEngaged("No company that works for us is at this host.")


@legal.fills("companies")
def company_table() -> legal.Table:
    """The public list, those that were announced included."""
    names = Locale.parse(get_language() or "en", sep="-").territories
    return legal.Table(
        head=(_("Company"), _("Task"), _("Country"), _("Ground outside the EEA"), _("From")),
        rows=tuple(
            (
                company.name,
                company.get_task_display(),
                names.get(company.country, company.country),
                company.get_transfer_display() if company.is_abroad else "–",
                company.active_from.isoformat() if company.active_from else "",
            )
            for company in Company.objects.announced()
        ),
    )


@handler("privacy.announce_company", external=False)
def announce_company(call: JobCall) -> None:
    """Write to who answers for an organisation's data; it may object."""
    company = Company.objects.filter(pk=call.ids["company"]).first()
    organisation = Organisation.objects.filter(pk=call.ids["organisation"]).first()
    if company is None or organisation is None:
        return
    members = Membership.objects.filter(
        organisation=organisation, role__in=roles_with(Permission.PRIVACY_VIEW), user__is_active=True
    )
    for membership in members.select_related("user"):
        notify(
            membership.user,
            "company_announced",
            company=company.name,
            task=company.task,
            country=company.country,
            active_from=company.active_from,
            contact=settings.PRIVACY_CONTACT,
        )
