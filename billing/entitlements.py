"""How much an organisation may have of something, and which row says so. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Feature(StrEnum):
    """What a plan limits. Each counts things that exist; LEADS_PER_MONTH is a prompt, never a refusal."""

    CONFIGURATORS = "configurators"
    SEATS = "seats"
    LEADS_PER_MONTH = "leads_per_month"
    API_KEYS = "api_keys"
    WEBHOOKS = "webhooks"


class Kind(StrEnum):
    """In the order in which they are applied: an add-on adds to the plan, an override replaces the sum."""

    PLAN = "plan"
    ADD_ON = "add_on"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True)
class Grant:
    """One row that says something of one feature. ``value`` None: as much as they like.

    ``row`` names it for people ("studio, version 3"); it holds from ``since`` until before ``until``.
    """

    kind: Kind
    feature: Feature
    value: int | None
    row: str
    since: datetime
    until: datetime | None = None
    reason: str = ""

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The limit and the rows that made it, the deciding one last. Without any row there is none: zero."""

    feature: Feature
    value: int | None
    because: tuple[Grant, ...]

    def allows(self, used: int, more: int = 1) -> bool:
        return self.value is None or used + more <= self.value

    @property
    def decided_by(self) -> Grant | None:
        return self.because[-1] if self.because else None

    def over(self, used: int) -> int:
        """How much there is too many, after a downgrade for instance. Nothing is ever deleted for that."""
        return 0 if self.value is None else max(0, used - self.value)


def effective(feature: Feature, grants: Iterable[Grant], at: datetime) -> Entitlement:
    """The plan plus add-ons, unless overridden. Of several plans or overrides the last to begin decides."""
    held = sorted(
        (grant for grant in grants if grant.feature is feature and grant.holds(at)),
        key=lambda grant: (grant.since, grant.row),
    )
    if overrides := [grant for grant in held if grant.kind is Kind.OVERRIDE]:
        return Entitlement(feature, overrides[-1].value, (overrides[-1],))
    plans = [grant for grant in held if grant.kind is Kind.PLAN][-1:]
    parts = plans + [grant for grant in held if grant.kind is Kind.ADD_ON]
    values = [grant.value for grant in parts]
    total = None if None in values else sum(value for value in values if value is not None)
    return Entitlement(feature, total, tuple(parts))
