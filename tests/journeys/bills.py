"""What pages about plans show: an organisation that pays, and one that has not for weeks.

Both are bought at the stand-in, which tells the house as it tells it of everybody else: what were only rows
would be found and put right at the first comparison.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.billing.standin.house import GOOD_CARD, GOOD_IBAN, LATER_FAILING_CARD
from tests.journeys.making import fill_in

if TYPE_CHECKING:
    from accounts.models import User
    from organisations.models import Organisation

PATIENCE = 60


def paying(acme: Organisation, owners: dict[str, User]) -> str:
    """Acme pays, one debit is on its way; answers another organisation of the owners, which does not."""
    from organisations.founding import found_organisation
    from organisations.models import Membership
    from organisations.permissions import Role

    late = found_organisation(name="Laat Licht", country="NL", language="nl", by=owners["nl"])
    fill_in(late)
    for user in owners.values():
        Membership.objects.get_or_create(organisation=late, user=user, defaults={"role": Role.OWNER})
    _company(acme)
    _has_room(acme)
    _buys(acme, "studio", method={"type": "sepa_debit", "sepa_debit": {"iban": GOOD_IBAN}})
    _company(late)
    _two_configurators(late, owners["nl"])
    _falls_behind(late)
    _until(lambda: _debits_on_their_way(acme) == 1 and _overdue_since(late) is not None)
    _freeze(late)
    return late.slug


def _two_configurators(organisation: Organisation, by: User) -> None:
    from configurators.drafts import create_configurator
    from configurators.publishing import publish
    from tenancy.context import tenant

    with tenant(organisation.pk):
        for name, starter in (("Serre", "veranda"), ("Kozijn", "window")):
            made = create_configurator(name=name, starting_from=starter, language="nl", by=by.pk)
            publish(made, by=by.pk)


def _freeze(organisation: Organisation) -> None:
    """What happens when a plan begins that has room for one."""
    from billing.accounts import lock_account
    from configurators.freezing import settle
    from tenancy.context import tenant

    with tenant(organisation.pk):
        settle(lock_account(organisation.pk), by=None)


def _company(organisation: Organisation) -> None:
    from billing.models import BillingAccount, BillingContact

    BillingAccount.objects.filter(organisation=organisation).update(
        company_name=f"{organisation.name} BV", street="Glaslaan 12", postcode="5616 LW", city="Eindhoven"
    )
    BillingContact.objects.create(
        organisation=organisation, email=f"facturen@{organisation.slug}.example", language="nl"
    )


def _has_room(organisation: Organisation) -> None:
    """For as many configurators as the journeys make, and a key each time that a page with a new one is seen."""
    from django.utils import timezone

    from billing.entitlements import Feature
    from billing.models import EntitlementOverride

    for feature, room in ((Feature.CONFIGURATORS, 100), (Feature.API_KEYS, 20)):
        EntitlementOverride.objects.create(
            organisation=organisation, feature=feature, value=room, reason="Journeys",
            since=timezone.now() - timedelta(days=1),
        )  # fmt: skip


def _falls_behind(organisation: Organisation) -> None:
    """The first month was paid, sixty-six days ago; the card refuses the second, thirty-five days ago."""
    began = int(time.time()) - 66 * 86_400
    clock = _stripe().test_helpers.test_clocks.create({"frozen_time": began})
    card = {"type": "card", "card": {"number": GOOD_CARD}}
    customer = _buys(organisation, "start", method=card, test_clock=clock.id)
    _pays_by(customer, {"type": "card", "card": {"number": LATER_FAILING_CARD}})
    _stripe().test_helpers.test_clocks.advance(clock.id, {"frozen_time": began + 32 * 86_400})
    _until(lambda: _stripe().test_helpers.test_clocks.retrieve(clock.id).status == "ready")


def _buys(organisation: Organisation, code: str, *, method: dict[str, Any], **given: Any) -> str:
    """A plan, by the month; answers the customer's name at Stripe."""
    from billing.models import BillingAccount, PlanVersion
    from billing.vat.treating import tax_rate_for

    mark = {"organisation": str(organisation.pk)}
    customer = _stripe().customers.create({"name": organisation.name, "metadata": mark, **given})
    BillingAccount.objects.filter(organisation=organisation).update(stripe_customer=customer.id)
    _pays_by(customer.id, method)
    account = BillingAccount.objects.get(organisation=organisation)
    _stripe().subscriptions.create(
        {
            "customer": customer.id,
            "items": [{"price": PlanVersion.objects.get(code=code).stripe_monthly}],
            "default_tax_rates": [tax_rate_for(account)],
            "metadata": mark,
        }
    )
    return str(customer.id)


def _pays_by(customer: str, method: dict[str, Any]) -> None:
    named = {"billing_details": {"name": "Ada"}} if method["type"] == "sepa_debit" else {}
    made = _stripe().payment_methods.create({**method, **named})
    _stripe().payment_methods.attach(made.id, {"customer": customer})
    settings = {"invoice_settings": {"default_payment_method": made.id}}
    _stripe().customers.update(customer, settings)


def _stripe() -> Any:
    import stripe
    from django.conf import settings

    client = stripe.StripeClient(settings.STRIPE_SECRET_KEY, base_addresses={"api": settings.STRIPE_API_URL})
    return client.v1


def _debits_on_their_way(organisation: Organisation) -> int:
    from billing.models import BillingInvoice

    return BillingInvoice.objects.filter(organisation=organisation, processing=True).count()


def _overdue_since(organisation: Organisation) -> Any:
    from billing.models import BillingAccount

    return BillingAccount.objects.get(organisation=organisation).overdue_since


def _until(holds: Callable[[], bool]) -> None:
    """What the stand-in tells arrives by the house's own webhook and worker."""
    until = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError("The house did not hear of the plans.")
        time.sleep(0.1)
