"""More configurators than the plan has room for: some stay on line, the others are frozen, and none is lost.

An order decides: first as the owner chose, then what was published last. So as many as there is room for are
always on line, and a larger plan thaws by itself. A frozen one can be read, exported and swapped for another;
its page says how to reach the business, and a form that was shown before is still accepted.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now

from accounts.links import absolute
from audit.events import record
from billing.accounts import lock_account
from billing.entitlements import Feature
from billing.limits import entitlement, require_room
from billing.models import BillingAccount
from billing.staying import Candidate, Picker, picks
from configurators.models import Configurator, ConfiguratorVersion, Publication
from delivery.mail import send_account_mail
from organisations.models import Organisation
from tenancy.context import current_organisation_id

_NEVER = datetime.min.replace(tzinfo=UTC)


class NotOnLine(ValueError):
    """What was to make room has none to give: it is frozen itself, or gone."""


def in_order() -> list[Configurator]:
    """All of them, in the order in which they stay on line."""
    published = dict(
        ConfiguratorVersion.objects.values_list("configurator_id").annotate(last=Max("published_at"))
    )
    newest_first = sorted(
        Configurator.objects.filter(archived_at=None).defer("draft"),
        key=lambda one: (published.get(one.pk, _NEVER), one.created_at, one.pk),
        reverse=True,
    )
    return sorted(newest_first, key=lambda one: (one.place is None, one.place))


def on_line() -> list[Configurator]:
    """Those that there is room for."""
    return [one for one in in_order() if one.frozen_at is None]


@transaction.atomic
def choose(chosen: list[UUID], *, by: UUID) -> None:
    """Let these stay first, in their order; the others follow as they did. Ids of nobody say nothing."""
    account = lock_account(current_organisation_id())
    places = {pk: place for place, pk in enumerate(chosen)}
    _write(sorted(in_order(), key=lambda one: places.get(one.pk, len(places))))
    record("configurator.order_chosen", actor_id=by, detail={"first": len(chosen)}, evidence=True)
    settle(account, by=by)


@transaction.atomic
def thaw(configurator: Configurator, *, by: UUID, instead_of: Configurator | None = None) -> None:
    """Put a frozen one on line again, in the place of another one where there is no room beside it.

    Raises NotOnLine, or what ``billing.limits.require_room`` raises: counted under its lock, so that two who
    thaw at once do not both take the last place.
    """
    account, order = lock_account(current_organisation_id()), in_order()
    stay = [one for one in order if one.frozen_at is None]
    if configurator in stay:
        return
    if instead_of is None:
        require_room(account.organisation_id, Feature.CONFIGURATORS, count=lambda: len(stay))
        first = [*stay, configurator]
    else:
        first = [configurator if one == instead_of else one for one in stay]
    if configurator not in first:
        raise NotOnLine
    _write(first + [one for one in order if one not in first])
    settle(account, by=by)


def when_limits_are_decided(sender: Any, account: BillingAccount, **kwargs: Any) -> None:
    settle(account, by=None)


def settle(account: BillingAccount, *, by: UUID | None) -> None:
    """Freeze what there is no room for and thaw what there is, under the account's lock. Twice is once.

    Where nobody did it by hand, the owners are told.
    """
    room, order = entitlement(account, Feature.CONFIGURATORS).value, in_order()
    stays = len(order) if room is None else room
    _mark([one for one in order[:stays] if one.frozen_at], frozen=False, by=by)
    frozen = [one for one in order[stays:] if not one.frozen_at]
    _mark(frozen, frozen=True, by=by)
    if frozen and by is None:
        _tell(frozen)


def _write(order: list[Configurator]) -> None:
    for place, one in enumerate(order):
        if one.place != place:
            Configurator.objects.filter(pk=one.pk).update(place=place)


def _mark(configurators: list[Configurator], *, frozen: bool, by: UUID | None) -> None:
    """The row before the publication, as publishing does: who publishes meanwhile waits and is refused."""
    keys = [one.pk for one in configurators]
    Configurator.objects.filter(pk__in=keys).update(frozen_at=Now() if frozen else None)
    Publication.objects.filter(organisation_id=current_organisation_id(), configurator_id__in=keys).update(
        frozen=frozen, changed_at=Now()
    )
    action = "configurator.frozen" if frozen else "configurator.thawed"
    for key in keys:
        record(action, actor_id=by, kind="configurator", object_id=key, evidence=True)


def _tell(frozen: list[Configurator]) -> None:
    organisation = Organisation.objects.get(pk=current_organisation_id())
    for owner in organisation.memberships.owners():
        send_account_mail(
            user_id=owner.user_id,
            to=owner.user.email,
            template="configurators_frozen",
            context={
                "name": owner.user.name,
                "organisation": organisation.name,
                "configurators": [one.name for one in frozen],
                "url": absolute("configurators:list", organisation.slug),
            },
            language=owner.user.language,
        )


def _candidates() -> list[Candidate]:
    mine = Publication.objects.filter(organisation_id=current_organisation_id(), intake_on=True, frozen=False)
    live = set(mine.values_list("configurator_id", flat=True))
    return [Candidate(one.pk, one.name, one.pk in live) for one in in_order()]


picks(Feature.CONFIGURATORS, Picker(_candidates, choose))
