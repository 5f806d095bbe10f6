"""What is on sale, as it stands in the house; ``manage.py price_list`` brings it to the database and Stripe.

To change a price or a limit, write the plan anew with the next number: who bought the old version keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.entitlements import Feature


@dataclass(frozen=True, slots=True)
class Plan:
    """One version of a plan: amounts in cents without VAT, ``limits`` with None for as much as they like."""

    code: str
    number: int
    name: str
    meant_for: Promise
    monthly_cents: int
    yearly_cents: int
    overage_cents: int
    limits: dict[Feature, int | None]

    @property
    def stored_limits(self) -> dict[str, int | None]:
        return {feature.value: value for feature, value in self.limits.items()}


def _limits(
    configurators: int | None, seats: int | None, leads: int, keys: int, webhooks: int
) -> dict[Feature, int | None]:
    return {
        Feature.CONFIGURATORS: configurators,
        Feature.SEATS: seats,
        Feature.LEADS_PER_MONTH: leads,
        Feature.API_KEYS: keys,
        Feature.WEBHOOKS: webhooks,
    }


#: From small to large; the order in which a change is an upgrade.
PLANS = (
    Plan("start", 1, "Start", _("For one product on one site."), 1900, 19000, 50, _limits(1, 2, 50, 0, 0)),
    Plan(
        "studio", 1, "Studio", _("For a team with several products."), 4900, 49000, 30,
        _limits(5, 10, 300, 3, 1),
    ),
    Plan(
        "works", 1, "Works", _("For many products, and your own software connected."), 12900, 129000, 15,
        _limits(None, None, 1500, 20, 1),
    ),
)  # fmt: skip
#: What may be tried.
TRIAL = PLANS[1]
#: Nobody is turned away before this many times what a plan includes: then the form is no longer shown.
CEILING = 10

BY_CODE = {plan.code: plan for plan in PLANS}


def name_of(code: str) -> str:
    """The plan's name, also of one that is no longer on sale."""
    return BY_CODE[code].name if code in BY_CODE else code.capitalize()


def rank(code: str) -> int:
    """The place of a plan from small to large; an unknown one stands below all."""
    return list(BY_CODE).index(code) if code in BY_CODE else -1
