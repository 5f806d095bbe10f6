"""What follows a breach by itself: measuring what was touched, telling organisations, waking the officer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.notices import notify
from accounts.platform import privacy_officers
from audit.models import AccessEvent, Disclosure, Event
from delivery.jobs import JobCall, handler
from delivery.mail import send_account_mail
from organisations.models import Membership, Organisation
from organisations.permissions import Permission, roles_with
from privacy import breaches, registry
from privacy.models import Breach, BreachOrganisation

#: The tables of the record in which an actor's doings stand.
RECORDS: tuple[Any, ...] = (AccessEvent, Event)


@handler("privacy.measure_breach", external=False)
def measure_breach(call: JobCall) -> None:
    """Look into one organisation's record for the doings of the breach's actor; runs within it."""
    assert call.organisation_id is not None
    breach = Breach.objects.filter(pk=call.ids["breach"]).first()
    if breach is None or breach.closed_at is not None:
        return
    touched = set(touched_by(breach))
    known = breach.concerned.filter(organisation_id=call.organisation_id).exists()
    if not touched and not known:
        return
    line = breaches.concern(breach, call.organisation_id)
    line.rows = len(touched)
    line.people = len({key for kind, key in touched if kind == "lead"})
    line.categories = _categories({kind for kind, _key in touched})
    line.measured_at = timezone.now()
    line.save(update_fields=["rows", "people", "categories", "measured_at"])


def touched_by(breach: Breach) -> Iterator[tuple[str, UUID]]:
    """The things of the current organisation that the actor looked at, changed or took: kind and key."""
    if breach.actor_id is None:
        return
    for model in RECORDS:
        acts = _within(model.objects.filter(actor_id=breach.actor_id), breach, "occurred_at")
        yield from acts.exclude(object_id=None).values_list("kind", "object_id")
    given = _within(Disclosure.objects.filter(recipient_id=breach.actor_id), breach, "disclosed_at")
    for kind, key in given.values_list("object_kind", "object_id"):
        yield kind.rpartition(".")[2].lower(), key


def _within(rows: QuerySet[Any], breach: Breach, column: str) -> QuerySet[Any]:
    if breach.since is not None:
        rows = rows.filter(**{f"{column}__gte": breach.since})
    if breach.until is not None:
        rows = rows.filter(**{f"{column}__lte": breach.until})
    return rows


def _categories(kinds: set[str]) -> list[str]:
    """The kinds of data in the tables behind these things, and in their parts."""
    found: set[str] = set()
    for declaration in registry.declarations().values():
        name = declaration.label.rpartition(".")[2].lower()
        if any(name == kind or (kind and name.startswith(kind)) for kind in kinds):
            found |= registry.categories_of(declaration)
    return sorted(found)


@handler("privacy.tell_organisation", external=False)
def tell_organisation(call: JobCall) -> None:
    """Write to who answers for the organisation's data: owners, administrators, privacy officers."""
    line = BreachOrganisation.objects.select_for_update().filter(pk=call.ids["line"]).first()
    if line is None or line.told_at is not None:
        return
    organisation = Organisation.objects.get(pk=line.organisation_id)
    members = Membership.objects.filter(
        organisation=organisation, role__in=roles_with(Permission.PRIVACY_VIEW), user__is_active=True
    )
    page = reverse("privacy:incidents", kwargs={"organisation": organisation.slug})
    for membership in members.select_related("user"):
        notify(
            membership.user,
            "breach_organisation",
            organisation=organisation.name,
            reference=line.breach.reference,
            suspected_at=line.breach.suspected_at,
            contact=settings.PRIVACY_CONTACT,
            link=f"{settings.SITE_URL}{page}",
        )
        line.mails += 1
    line.told_at = timezone.now()
    line.save(update_fields=["told_at", "mails"])


@handler("privacy.organisation_untold", external=False)
def organisation_untold(call: JobCall) -> None:
    """At the end of the 24 hours: wake the officer where an organisation does not know yet."""
    line = BreachOrganisation.objects.filter(pk=call.ids["line"], told_at=None).first()
    if line is not None:
        _wake(line.breach, "breach_untold")


@handler("privacy.breach_alarm", external=False)
def breach_alarm(call: JobCall) -> None:
    """Wake the officer while nothing is decided about the authority; silent once it is."""
    breach = Breach.objects.filter(pk=call.ids["breach"]).first()
    if breach is None or breach.closed_at is not None or breaches.clock(breach).decided is not None:
        return
    _wake(breach, "breach_alarm", hours=int(call.ids["hours"]))


def _wake(breach: Breach, template: str, **context: Any) -> None:
    link = f"{settings.SITE_URL}{reverse('platform:breach', args=[breach.pk])}"
    known: dict[str, Any] = {
        "reference": breach.reference,
        "link": link,
        "due_at": breaches.clock(breach).due_at,
        **context,
    }
    for officer in privacy_officers():
        notify(officer, template, **known)
    if settings.PRIVACY_CONTACT:
        send_account_mail(
            user_id=None,
            to=settings.PRIVACY_CONTACT,
            template=template,
            context={"name": settings.PRIVACY_CONTACT, **known},
            language="nl",
        )
