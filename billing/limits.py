"""How much an organisation may have of something, and the lock under which it is counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from billing import gateway
from billing.access import Access, Act, may
from billing.accounts import access_of, lock_account
from billing.entitlements import Entitlement, Feature, Grant, Kind, effective
from billing.models import BillingAccount, EntitlementOverride, PlanVersion
from billing.price_list import TRIAL, name_of
from organisations.allowances import NoRoom


class LimitReached(ValueError):
    """One more would be too many; ``entitlement`` says which row decided."""

    def __init__(self, entitlement: Entitlement) -> None:
        super().__init__(f"{entitlement.feature}: {entitlement.value}")
        self.entitlement = entitlement


class AddingWaits(ValueError):
    """Nothing is added for now: an invoice is overdue for long, or the organisation is suspended."""

    def __init__(self, step: Access) -> None:
        super().__init__(step.value)
        self.step = step


def grants_of(account: BillingAccount, version: PlanVersion | None = None) -> list[Grant]:
    """Every row that says something of this organisation, the trial included; with ``version`` as if it had
    that plan."""
    version = version or account.plan_version
    if version is not None:
        since = account.plan_since or account.created_at
        limits, row = version.limits, str(version)
    else:
        since, limits, row = account.created_at, TRIAL.stored_limits, "trial"
    plan = [
        Grant(Kind.PLAN, Feature(feature), value, row, since)
        for feature, value in limits.items()
        if feature in list(Feature)
    ]
    overrides = EntitlementOverride.objects.filter(organisation_id=account.organisation_id)
    return plan + [
        Grant(
            Kind.OVERRIDE,
            Feature(one.feature),
            one.value,
            f"override {one.pk}",
            one.since,
            one.until,
            one.reason,
        )
        for one in overrides
    ]


def entitlement(
    account: BillingAccount,
    feature: Feature,
    at: datetime | None = None,
    *,
    version: PlanVersion | None = None,
) -> Entitlement:
    """The limit now, with the rows that made it; with ``version`` as if it had that plan.

    Where nothing is sold there is none.
    """
    moment = at or timezone.now()
    if not gateway.is_set_up():
        return Entitlement(feature, None, ())
    return effective(feature, grants_of(account, version), moment)


def require_room(organisation_id: UUID, feature: Feature, *, count: Callable[[], int]) -> None:
    """Raise LimitReached or AddingWaits where one more would be too many.

    Counts under the account's lock, which the caller's transaction keeps: two who counted at once would both
    see the last place free.
    """
    account = lock_account(organisation_id)
    step = access_of(account)
    if not may(Act.ADD, step):
        raise AddingWaits(step)
    found = entitlement(account, feature)
    if not found.allows(count()):
        raise LimitReached(found)


def when_room_is_wanted(
    sender: Any, organisation_id: UUID, of: str, count: Callable[[], int], **kwargs: Any
) -> None:
    """The same for the app below, in its own words."""
    try:
        require_room(organisation_id, Feature(of), count=count)
    except (LimitReached, AddingWaits) as refusal:
        raise NoRoom(in_words(refusal), code="no_room") from refusal


# --- For people -----------------------------------------------------------------------------------

_HAS_ROOM: dict[Feature, Any] = {
    Feature.CONFIGURATORS: ngettext_lazy(
        "%(who)s has room for %(count)d configurator, and that one exists.",
        "%(who)s has room for %(count)d configurators, and there are as many.",
        "count",
    ),
    Feature.SEATS: ngettext_lazy(
        "%(who)s has room for a team of %(count)d person.",
        "%(who)s has room for a team of %(count)d people, and there are as many.",
        "count",
    ),
    Feature.API_KEYS: ngettext_lazy(
        "%(who)s has room for %(count)d API key, and that one exists.",
        "%(who)s has room for %(count)d API keys, and there are as many.",
        "count",
    ),
}
_HAS_NONE: dict[Feature, Promise] = {
    Feature.API_KEYS: gettext_lazy("%(who)s includes no API keys."),
    Feature.WEBHOOKS: gettext_lazy("%(who)s includes no webhook."),
}


def in_words(refusal: LimitReached | AddingWaits) -> str:
    """Which limit, what decided it, and the way to more."""
    if isinstance(refusal, AddingWaits) and refusal.step is Access.SUSPENDED:
        return _("Nothing can be added while the organisation is suspended.")
    if isinstance(refusal, AddingWaits):
        return _("Nothing can be added until there is a plan that is paid. See how it stands under “Plan”.")
    found = refusal.entitlement
    words = _HAS_NONE if not found.value and found.feature in _HAS_NONE else _HAS_ROOM
    sentence = words[found.feature] % {"who": decided_by(found), "count": found.value or 0}
    return f"{sentence} {_('A larger plan has more: see “Plan”.')}"


def decided_by(found: Entitlement) -> str:
    """The deciding row as people know it."""
    row = found.decided_by
    if row is None:
        return _("Your plan")
    if row.kind is Kind.OVERRIDE:
        return _("What we agreed with you")
    code = row.row.partition(",")[0]
    return _("The trial") if code == "trial" else name_of(code)
