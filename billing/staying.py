"""What a smaller plan has no room for, and which of it stays in use. Nothing is ever deleted for that.

The app that has the things says which there are and does what an owner chose; it registers here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from billing.accounts import account_of
from billing.counting import used
from billing.entitlements import Feature
from billing.limits import entitlement
from billing.models import PlanVersion
from organisations.models import Organisation

#: What goes on for those who are there, whatever the plan. Requests are a prompt, never a refusal.
_COUNTED = tuple(feature for feature in Feature if feature is not Feature.LEADS_PER_MONTH)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the things of which some stay; ``is_live`` when visitors or programs meet it now."""

    id: UUID
    name: str
    is_live: bool


@dataclass(frozen=True, slots=True)
class Picker:
    """``candidates`` in the order in which they stay if nobody chooses; ``choose`` takes ids and ``by``.

    Both run in the organisation's transaction.
    """

    candidates: Callable[[], list[Candidate]]
    choose: Callable[..., None]


@dataclass(frozen=True, slots=True)
class Excess:
    """More of something than a plan would allow."""

    feature: Feature
    used: int
    limit: int
    candidates: tuple[Candidate, ...] = ()

    @property
    def too_many(self) -> int:
        return self.used - self.limit


_PICKERS: dict[Feature, Picker] = {}


def picks(feature: Feature, picker: Picker) -> None:
    """Register who knows the things of a feature one by one, and can let some of them rest."""
    _PICKERS[feature] = picker


def excess_under(organisation: Organisation, version: PlanVersion) -> list[Excess]:
    """What there would be too much of under another plan. Runs in the organisation's transaction."""
    account, found = account_of(organisation), []
    for feature in _COUNTED:
        count, limit = used(organisation, feature), entitlement(account, feature, version=version).value
        if count is None or limit is None or count <= limit:
            continue
        picker = _PICKERS.get(feature)
        found.append(Excess(feature, count, limit, tuple(picker.candidates()) if picker else ()))
    return found


def choose(feature: Feature, chosen: list[UUID], *, by: UUID) -> None:
    """Say which stay first. It holds from the moment at which there is not room for all."""
    _PICKERS[feature].choose(chosen, by=by)
