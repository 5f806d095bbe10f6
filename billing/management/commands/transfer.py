"""What an officer of the platform does where a bank transfer takes the place of Stripe."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing import gateway
from billing.invoices import by_transfer
from billing.invoices.issuing import Unlawful
from billing.models import BillingInvoice
from billing.selling import on_sale
from organisations.models import Organisation


class Command(BaseCommand):
    help = "Invoice a year that is paid by transfer and give its plan, or note that an invoice at Stripe was."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        issue = acts.add_parser("issue", help="the invoice of a year of a plan")
        issue.add_argument("--organisation", required=True, help="the name in its address")
        issue.add_argument("--plan", required=True)
        issue.add_argument("--from", dest="starts_on", required=True, type=date.fromisoformat)
        settle = acts.add_parser("settle", help="an invoice at Stripe was paid by transfer")
        settle.add_argument("--number", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        (self._issue if options["act"] == "issue" else self._settle)(options)

    def _issue(self, options: dict[str, Any]) -> None:
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        version = on_sale().get(options["plan"])
        if organisation is None or version is None:
            raise CommandError("There is no such organisation, or no such plan on sale.")
        try:
            made = by_transfer.issue_by_transfer(
                organisation=organisation, version=version, starts_on=options["starts_on"]
            )
        except Unlawful as unlawful:
            raise CommandError(f"Not issued: {unlawful}.") from unlawful
        except by_transfer.AlreadyInvoiced:
            raise CommandError("Not issued: there is an invoice of this plan from that day.") from None
        except by_transfer.PaysAlready:
            raise CommandError("Not issued: a subscription goes on. Let them cancel it first.") from None
        self.stdout.write(made.number)

    def _settle(self, options: dict[str, Any]) -> None:
        number = options["number"].strip()
        invoice = BillingInvoice.objects.filter(number=number).first() if number else None
        if invoice is None:
            raise CommandError("There is no invoice with this number.")
        try:
            by_transfer.settle(invoice)
        except by_transfer.NotOwed:
            raise CommandError(
                "Nothing is to be transferred for it: it is paid, not issued, void, or a debit is on its way."
            ) from None
        except (gateway.StripeRefused, gateway.StripeDown) as error:
            raise CommandError(f"Not noted, for Stripe still collects it: {error}") from None
        self.stdout.write("Done.")
