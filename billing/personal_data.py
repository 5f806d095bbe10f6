"""What billing holds: companies' details, which may be a person's, their invoices, and nobody's cards."""

from django.utils.translation import gettext_lazy as _

from privacy.declarations import (
    Case,
    Erasure,
    Field,
    JSONKeys,
    NotPersonal,
    Personal,
    Rule,
    Subject,
    Whose,
    declare,
)

_ROW = NotPersonal("random identifier of the row")
_WHICH = NotPersonal("which business")
_SOLD = NotPersonal("what is sold, the same for everybody")
_STATE = NotPersonal("how a business stands with us")
_AMOUNT = NotPersonal("an amount that a business owes or paid")
_TIME = NotPersonal("a moment in the life of a subscription or invoice")
_AT_STRIPE = NotPersonal("the name of an object at Stripe")
_GOES = NotPersonal("when the row goes")
_BOOKS = Erasure(
    "keep",
    ground="17(3)(b)",
    why=_("The law has a seller keep invoices and what they rest on; they go when its years are over."),
)


def _company(category: str, label: object, *, keeping: bool = False) -> Personal:
    basis = "6(1)(c)" if keeping else "6(1)(b)"
    return Personal(category, purpose="billing", basis=basis, label=label)  # type: ignore[arg-type]


declare(
    "billing.UsageRecord",
    role="controller",
    fields={
        "id": NotPersonal("random, and the lead's own: as opaque as lead_ref once the lead is gone"),
        "organisation_id": NotPersonal("the organisation that received the lead"),
        "lead_ref": NotPersonal(
            "opaque: once the lead is gone it leads nowhere, so counts survive an erasure"
        ),
        "occurred_at": NotPersonal("when a lead was received, for counting per period"),
    },
)

declare(
    "billing.UsageCredit",
    role="controller",
    fields={
        "id": _ROW,
        "organisation_id": NotPersonal("the organisation that received the lead"),
        "lead_ref": NotPersonal("opaque: once the lead is gone it leads nowhere"),
        "credited_at": NotPersonal("when a count was set off, for counting per period"),
    },
)

declare(
    "billing.UsagePeriod",
    role="controller",
    fields={
        "id": _ROW,
        "organisation": _WHICH,
        "starts_at": _TIME,
        "ends_at": _TIME,
        "counted": NotPersonal("how many leads of a business were counted in a month"),
        "set_off": NotPersonal("how many of them it set off as spam"),
        "included": _SOLD,
        "billable": NotPersonal("how many leads it pays for apart"),
        "unit_cents": _SOLD,
        "invoice_item": _AT_STRIPE,
        "closed_at": _TIME,
    },
)

declare(
    "billing.PlanVersion",
    role="controller",
    fields={
        "id": _SOLD,
        "code": _SOLD,
        "number": _SOLD,
        "monthly_cents": _SOLD,
        "yearly_cents": _SOLD,
        "overage_cents": _SOLD,
        "limits": JSONKeys({"*": _SOLD}),
        "stripe_monthly": _AT_STRIPE,
        "stripe_yearly": _AT_STRIPE,
        "created_at": _SOLD,
    },
)

declare("billing.TaxRate", role="controller", fields={"id": _ROW, "key": _SOLD, "stripe_id": _AT_STRIPE})

declare(
    "billing.BillingAccount",
    role="controller",
    subject=Subject.ACCOUNT,
    apart="It is the business's own, found by the organisation; nobody who signs in is named in it.",
    erasure=Erasure(
        "keep",
        ground="17(3)(b)",
        why=_("The business goes on without the person, and its invoices need its name and address."),
    ),
    rule=Rule(
        "billing_account",
        anchor="organisation.terminated_at",
        after="settings.RETENTION_ACCOUNT_YEARS",
        action="anonymise",
        column="blank_after",
    ),
    fields={
        "id": _ROW,
        "organisation": _WHICH,
        "company_name": _company("identity.name", _("Legal name on invoices, which may be a person's")),
        "street": _company("contact.address", _("Street on invoices")),
        "postcode": _company("contact.address", _("Postcode on invoices")),
        "city": _company("contact.address", _("Town on invoices")),
        "country": NotPersonal("where the business is"),
        "registration": _company("contract.number", _("Number in the trade register")),
        "vat_id": _company("contract.number", _("VAT number, which may be a person's")),
        "reference": _company("contract.number", _("The business's own reference on invoices")),
        "stripe_customer": _AT_STRIPE,
        "zone": _STATE,
        "anchor": _STATE,
        "plan_version": _SOLD,
        "plan_since": _TIME,
        "overage_agreed_at": _TIME,
        "overage_until": _TIME,
        "billing": _STATE,
        "trial_ends_at": _TIME,
        "overdue_since": _TIME,
        "ended_at": _TIME,
        "least": _STATE,
        "least_until": _TIME,
        "least_reason": NotPersonal(
            "why the platform lets a business go on; the form says to name no person"
        ),
        "told_access": _STATE,
        "blank_after": NotPersonal("when what may be a person's is blanked"),
        "created_at": _TIME,
        "changed_at": _TIME,
    },
)

declare(
    "billing.BillingContact",
    called=_("Contacts for invoices"),
    role="controller",
    subject=Subject.ACCOUNT,
    whose=Whose("accounts.User", "email", by="address"),
    rule=Rule(
        "billing_contact",
        anchor="organisation.terminated_at",
        after="P2Y",
        how="Goes when the organisation takes it away.",
    ),
    fields={
        "id": _ROW,
        "organisation": _WHICH,
        "name": _company("identity.name", _("Who looks after the invoices")),
        "email": _company("contact.email", _("Where invoices and reminders go")),
        "language": NotPersonal("the language of the mails"),
        "purge_after": _GOES,
        "created_at": _TIME,
    },
)

declare(
    "billing.EntitlementOverride",
    role="controller",
    fields={
        "id": _ROW,
        "organisation": _WHICH,
        "feature": _SOLD,
        "value": _SOLD,
        "reason": NotPersonal("why a limit was moved; the form says to name no person"),
        "since": _TIME,
        "until": _TIME,
    },
)

declare(
    "billing.PlanChange",
    role="controller",
    fields={"id": _ROW, "organisation": _WHICH, "plan_version": _SOLD, "since": _TIME},
)

declare(
    "billing.Purchase",
    role="controller",
    fields={
        "id": _ROW,
        "organisation": _WHICH,
        "kind": _STATE,
        "state": _STATE,
        "plan_version": _SOLD,
        "interval": _SOLD,
        "stripe_session": _AT_STRIPE,
        "created_at": _TIME,
    },
)

declare(
    "billing.VatEvidence",
    called=_("Checks of VAT numbers"),
    role="controller",
    subject=Subject.ACCOUNT,
    apart="It belongs to the business's invoices, found by the organisation.",
    erasure=_BOOKS,
    rule=Rule(
        "vat_evidence",
        anchor="books_closed_at",
        after="settings.RETENTION_BOOKS_YEARS",
        how="Counts from the end of the last financial year in which an invoice can rest on it.",
    ),
    fields={
        "id": _ROW,
        "organisation": _WHICH,
        "vat_id": _company("contract.number", _("VAT number that was checked"), keeping=True),
        "status": NotPersonal("whether the number is in use"),
        "consultation": NotPersonal("the number under which VIES remembers the question"),
        "name_matches": NotPersonal("whether the name given was the one on file"),
        "answer_sha256": NotPersonal("hash of the whole answer"),
        "checked_at": _TIME,
        "books_closed_at": _TIME,
        "purge_after": _GOES,
    },
)

declare(
    "billing.Subscription",
    role="controller",
    fields={
        "id": _ROW,
        "organisation": _WHICH,
        "stripe_id": _AT_STRIPE,
        "status": _STATE,
        "plan_version": _SOLD,
        "interval": _SOLD,
        "period_start": _TIME,
        "period_end": _TIME,
        "trial_end": _TIME,
        "cancel_at": _TIME,
        "ended_at": _TIME,
        "next_version": _SOLD,
        "next_interval": _SOLD,
        "schedule": _AT_STRIPE,
        "method": NotPersonal("card, direct debit or transfer, without a number"),
        "tax_rate": _AT_STRIPE,
        "created": _TIME,
        "fetched_at": _TIME,
    },
)

declare(
    "billing.BillingInvoice",
    role="controller",
    fields={
        "id": _ROW,
        "organisation": _WHICH,
        "stripe_id": _AT_STRIPE,
        "subscription": _AT_STRIPE,
        "number": NotPersonal("number of an invoice"),
        "status": _STATE,
        "reason": _STATE,
        "net_cents": _AMOUNT,
        "tax_cents": _AMOUNT,
        "total_cents": _AMOUNT,
        "paid_cents": _AMOUNT,
        "credited_cents": _AMOUNT,
        "starts_at": _TIME,
        "ends_at": _TIME,
        "created": _TIME,
        "finalized_at": _TIME,
        "paid_at": _TIME,
        "processing": _STATE,
        "action_required": _STATE,
        "failed_at": _TIME,
        "next_attempt_at": _TIME,
        "reversed_at": _TIME,
        "settled_at": _TIME,
        "method": NotPersonal("card, direct debit or transfer, without a number"),
        "fetched_at": _TIME,
    },
)

declare(
    "billing.StripeEvent",
    called=_("Messages from Stripe"),
    role="controller",
    subject=Subject.ACCOUNT,
    apart="Sealed, and searched by nobody: it is a copy of what Stripe holds, kept for a month.",
    rule=Rule(
        "stripe_event",
        anchor="received_at",
        after="settings.RETENTION_STRIPE_EVENT_DAYS",
        action="anonymise",
        column="blank_after",
        hold=False,
    ),
    fields={
        "id": _ROW,
        "event_id": _AT_STRIPE,
        "type": NotPersonal("what kind of thing happened"),
        "object_id": _AT_STRIPE,
        "known": NotPersonal("whether we act on this kind"),
        "payload": Personal(
            "contract.payment",
            purpose="billing",
            basis="6(1)(b)",
            label=_("What Stripe said of a payment, with the payer's name and address"),
            sealed=True,
            org_visible=False,
        ),
        "sha256": NotPersonal("hash of the message"),
        "created": _TIME,
        "received_at": _TIME,
        "blank_after": NotPersonal("when the message is emptied"),
    },
)

declare(
    "billing.StripeObject",
    role="controller",
    fields={
        "id": _ROW,
        "object_id": _AT_STRIPE,
        "kind": NotPersonal("what kind of object"),
        "heard": NotPersonal("a count of messages"),
        "applied": NotPersonal("a count of messages"),
        "heard_at": _TIME,
        "applied_at": _TIME,
    },
)

declare(
    "billing.DunningNotice",
    role="controller",
    fields={"id": _ROW, "invoice": _WHICH, "step": _STATE, "sent_at": _TIME},
)

declare(
    "billing.Series",
    role="controller",
    fields={
        "id": NotPersonal("random identifier of the series"),
        "entity": NotPersonal("which of our own entities issues"),
        "financial_year": NotPersonal("the year of the numbers"),
        "kind": NotPersonal("invoice or credit note"),
        "last": NotPersonal("the last number that was taken"),
        "last_issued_on": NotPersonal("the date of the last document"),
    },
)

_ON_PAPER: dict[str, Field] = {
    "*": _company("identity.name", _("The invoice: the business's name and address"), keeping=True)
}
declare(
    "billing.IssuedInvoice",
    called=_("Invoices"),
    role="controller",
    subject=Subject.ACCOUNT,
    apart="It names the business and no contact person, and is found by the organisation.",
    erasure=_BOOKS,
    rule=Rule(
        "invoice",
        anchor="books_closed_at",
        after="settings.RETENTION_BOOKS_YEARS",
        cases=(Case("oss", True, "P10Y"),),
        how="Counts from the end of the financial year of its issue.",
    ),
    fields={
        "id": _ROW,
        "organisation": _WHICH,
        "entity": NotPersonal("which of our own entities issued it"),
        "issuer": NotPersonal("whose numbers it carries"),
        "kind": NotPersonal("invoice or credit note"),
        "number": NotPersonal("number of an invoice"),
        "source": _AT_STRIPE,
        "issued_on": _TIME,
        "corrects_id": NotPersonal("which document it takes back"),
        "treatment": NotPersonal("which VAT"),
        "listed": NotPersonal("whether it goes into the sales list"),
        "oss": NotPersonal("whether it went through the One Stop Shop"),
        "net_cents": _AMOUNT,
        "tax_cents": _AMOUNT,
        "gross_cents": _AMOUNT,
        "content": JSONKeys(_ON_PAPER),  # type: ignore[arg-type]
        "content_sha256": NotPersonal("hash of the document"),
        "issued_at": _TIME,
        "books_closed_at": _TIME,
        "purge_after": _GOES,
    },
)
declare(
    "billing.InvoiceFile",
    called=_("Files of invoices"),
    role="controller",
    subject=Subject.ACCOUNT,
    apart="It is an invoice as a file, found by the invoice.",
    erasure=_BOOKS,
    rule=Rule(
        "invoice_file",
        anchor="invoice.books_closed_at",
        after="settings.RETENTION_BOOKS_YEARS",
        cases=(Case("invoice.oss", True, "P10Y"),),
    ),
    fields={
        "id": _ROW,
        "invoice": NotPersonal("which document"),
        "form": NotPersonal("PDF or UBL"),
        "content": _company("identity.name", _("The invoice as a file"), keeping=True),
        "sha256": NotPersonal("hash of the file"),
        "made_at": _TIME,
        "purge_after": _GOES,
    },
)
