"""The price list brought to Stripe and to the database, and what of it is on sale."""

from __future__ import annotations

from billing import gateway
from billing.models import PlanVersion
from billing.models.plans import Interval
from billing.price_list import PLANS, Plan


class PlanChanged(ValueError):
    """A plan was changed under a number that is sold already: whoever bought it would not know."""

    def __init__(self, plan: Plan, fields: list[str]) -> None:
        what = ", ".join(fields)
        super().__init__(
            f"{plan.code}, version {plan.number}, is on sale with another {what}. "
            f"Give the changed plan number {plan.number + 1}."
        )


def bring_list() -> list[PlanVersion]:
    """Make what is not there yet, at Stripe first; answers the versions that are new.

    Happy to be run again, also after it was stopped halfway. Raises PlanChanged before it makes anything.
    """
    missing = [plan for plan in PLANS if not _is_there(plan)]
    return [_bring(plan) for plan in missing]


def _is_there(plan: Plan) -> bool:
    row = PlanVersion.objects.filter(code=plan.code, number=plan.number).first()
    if row is None:
        return False
    listed = _columns(plan)
    if changed := [name for name, value in listed.items() if getattr(row, name) != value]:
        raise PlanChanged(plan, changed)
    return True


def _bring(plan: Plan) -> PlanVersion:
    product = gateway.make_product(code=plan.code, name=plan.name)
    return PlanVersion.objects.create(
        code=plan.code,
        number=plan.number,
        stripe_monthly=_price(plan, product, Interval.MONTH, plan.monthly_cents),
        stripe_yearly=_price(plan, product, Interval.YEAR, plan.yearly_cents),
        **_columns(plan),
    )


def _price(plan: Plan, product: str, interval: str, cents: int) -> str:
    key = f"{plan.code}_{plan.number}_{interval}"
    return gateway.make_price(key=key, product=product, cents=cents, interval=interval)


def _columns(plan: Plan) -> dict[str, object]:
    """What a buyer of this version was promised."""
    return {
        "monthly_cents": plan.monthly_cents,
        "yearly_cents": plan.yearly_cents,
        "overage_cents": plan.overage_cents,
        "limits": plan.stored_limits,
    }


def on_sale() -> dict[str, PlanVersion]:
    """The version of each plan that is sold now, from small to large; what was not brought is not sold."""
    rows = {(row.code, row.number): row for row in PlanVersion.objects.all()}
    listed = ((plan, rows.get((plan.code, plan.number))) for plan in PLANS)
    return {plan.code: row for plan, row in listed if row is not None}
