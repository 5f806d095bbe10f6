"""manage.py price_list: bring the price list to Stripe and to the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing import gateway
from billing.selling import PlanChanged, bring_list


class Command(BaseCommand):
    help = "Bring the plans of billing/price_list.py to Stripe and to the database. May be run again."

    def handle(self, *args: Any, **options: Any) -> None:
        if not gateway.is_set_up():
            raise CommandError("Nothing is sold here: set STRIPE_SECRET_KEY first.")
        try:
            made = bring_list()
        except PlanChanged as refusal:
            raise CommandError(str(refusal)) from None
        except (gateway.StripeRefused, gateway.StripeDown) as error:
            raise CommandError(f"Stripe did not do it: {error}") from None
        for version in made:
            self.stdout.write(f"On sale: {version}.")
        if not made:
            self.stdout.write("Everything was there.")
