"""Reminders: kind, seldom, once each, in the reader's language, and never for money that is on its way."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from billing import dunning, trials
from billing.access import Access
from billing.accounts import account_of
from billing.models import BillingAccount, BillingContact, BillingInvoice
from billing.standings import unpaid_since
from delivery.models import AccountMail
from organisations.models import Organisation
from tests.cast import Member

FAILED = datetime(2026, 3, 1, 9, tzinfo=UTC)


def make_invoice(organisation: Organisation, **given: object) -> BillingInvoice:
    """An invoice of € 22.99 that could not be collected on 1 March 2026."""
    fields: dict[str, object] = {
        "stripe_id": f"in_{BillingInvoice.objects.count()}",
        "status": "open",
        "number": "ACME-0001",
        "net_cents": 1900,
        "tax_cents": 399,
        "total_cents": 2299,
        "paid_cents": 0,
        "created": FAILED,
        "failed_at": FAILED,
        "fetched_at": FAILED,
    }
    return BillingInvoice.objects.create(organisation=organisation, **fields | given)


def mails() -> list[tuple[str, str]]:
    """Template and language of every mail about money, oldest first."""
    found = AccountMail.objects.filter(template__startswith="billing_").order_by("created_at", "id")
    return list(found.values_list("template", "language"))


def after(days: int) -> datetime:
    return FAILED + timedelta(days=days, hours=1)


def test_who_looks_after_the_plan_is_told_at_once(alice: Member) -> None:
    make_invoice(alice.organisation)

    dunning.remind_due(after(0))

    assert mails() == [("billing_overdue", "en")]


def test_a_step_is_sent_once(alice: Member) -> None:
    make_invoice(alice.organisation)

    dunning.remind_due(after(0))
    dunning.remind_due(after(1))

    assert len(mails()) == 1


def test_every_step_is_reminded_of(alice: Member) -> None:
    make_invoice(alice.organisation)

    for days in range(70):
        dunning.remind_due(after(days))

    assert len(mails()) == len(dunning.REMINDERS)


def test_after_days_without_a_clock_only_the_latest_step_is_sent(alice: Member) -> None:
    make_invoice(alice.organisation)

    dunning.remind_due(after(8))
    dunning.remind_due(after(9))

    assert len(mails()) == 1


def test_a_debit_on_its_way_is_not_reminded_of(alice: Member) -> None:
    make_invoice(alice.organisation, failed_at=None, processing=True)

    dunning.remind_due(after(20))

    assert mails() == []


def test_who_has_to_confirm_is_asked_to(alice: Member) -> None:
    make_invoice(alice.organisation, action_required=True)

    dunning.remind_due(after(0))

    assert mails() == [("billing_action_required", "en")]


def test_money_that_the_bank_took_back_is_reminded_of(alice: Member) -> None:
    make_invoice(alice.organisation, status="paid", failed_at=None, reversed_at=FAILED)

    dunning.remind_due(after(0))

    assert mails() == [("billing_reversed", "en")]


def test_once_it_was_settled_otherwise_nobody_is_reminded(alice: Member) -> None:
    make_invoice(alice.organisation, status="paid", failed_at=None, reversed_at=FAILED, settled_at=FAILED)

    dunning.remind_due(after(0))

    assert mails() == []


def test_who_transferred_an_open_invoice_is_not_reminded(alice: Member) -> None:
    make_invoice(alice.organisation, settled_at=FAILED)

    dunning.remind_due(after(3))

    assert mails() == []


def test_contacts_are_told_in_their_language(alice: Member) -> None:
    BillingContact.objects.create(organisation=alice.organisation, email="bills@acme.example", language="nl")
    make_invoice(alice.organisation)

    dunning.remind_due(after(0))

    assert sorted(mails()) == [("billing_overdue", "en"), ("billing_overdue", "nl")]


def test_a_sales_member_is_not_told(alice: Member, bob: Member) -> None:
    make_invoice(alice.organisation)

    dunning.remind_due(after(0))

    assert list(AccountMail.objects.filter(template="billing_overdue").values_list("user_id", flat=True)) == [
        alice.user.pk
    ]


def test_who_was_reminded_is_thanked_once(alice: Member) -> None:
    invoice = make_invoice(alice.organisation)
    dunning.remind_due(after(0))

    dunning.thank(invoice)
    dunning.thank(invoice)

    assert mails() == [("billing_overdue", "en"), ("billing_recovered", "en")]


def test_who_was_never_reminded_is_not_thanked(alice: Member) -> None:
    dunning.thank(make_invoice(alice.organisation))

    assert mails() == []


@pytest.mark.parametrize(
    ("days", "change"),
    [
        (0, (Access.LIMITED, 15)),
        (15, (Access.INTAKE_ONLY, 31)),
        (31, (Access.CLOSED, 61)),
    ],
)
def test_what_happens_next_is_what_the_table_of_access_says(days: int, change: tuple[Access, int]) -> None:
    then, on = change

    assert dunning.next_change(FAILED, FAILED + timedelta(days=days)) == (then, FAILED + timedelta(days=on))


def test_after_the_last_step_nothing_comes_next() -> None:
    assert dunning.next_change(FAILED, FAILED + timedelta(days=61)) is None


def end_of_trial(organisation: Organisation, moment: datetime) -> None:
    account = account_of(organisation)
    account.trial_ends_at = moment
    account.save()


def test_three_days_before_its_end_a_trial_is_reminded_of(alice: Member, charlie: Member) -> None:
    end_of_trial(alice.organisation, datetime(2026, 3, 4, 15, tzinfo=UTC))
    end_of_trial(charlie.organisation, datetime(2026, 3, 5, 15, tzinfo=UTC))

    trials.remind_of_the_end(date(2026, 3, 1))

    assert list(
        AccountMail.objects.filter(template="billing_trial_ends").values_list("user_id", flat=True)
    ) == [alice.user.pk]


def test_who_bought_is_not_reminded_of_a_trial(alice: Member) -> None:
    end_of_trial(alice.organisation, datetime(2026, 3, 4, 15, tzinfo=UTC))
    BillingAccount.objects.update(billing="active")

    assert trials.remind_of_the_end(date(2026, 3, 1)) == 0


def test_what_is_reminded_of_is_what_access_depends_on(alice: Member) -> None:
    """Whatever became of an invoice: failed, taken back, settled in another way, or a debit on its way."""
    for marks in product((None, FAILED), (None, FAILED), (None, FAILED), (False, True)):
        names = ("failed_at", "reversed_at", "settled_at", "processing")
        make_invoice(alice.organisation, **dict(zip(names, marks, strict=True)))

    reminded = {invoice.pk for invoice in dunning.overdue(after(0))}

    assert reminded == {one.pk for one in BillingInvoice.objects.all() if unpaid_since(one)}
