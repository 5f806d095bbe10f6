"""What the form of the company writes, and what it leaves alone."""

from datetime import UTC, datetime

from billing.forms import CompanyForm
from billing.models import BillingAccount
from tests.billing.papers import ADDRESSES, company
from tests.cast import Member

TYPED = {"company_name": "Acme B.V.", **ADDRESSES["NL"]}


def test_what_changed_while_the_form_was_open_stays(alice: Member) -> None:
    read_before = company(alice.organisation)
    overdue = datetime(2026, 1, 1, tzinfo=UTC)
    BillingAccount.objects.filter(pk=read_before.pk).update(overdue_since=overdue)
    form = CompanyForm({**TYPED, "city": "Zutphen"}, instance=read_before)

    form.save()

    account = BillingAccount.objects.get(pk=read_before.pk)
    assert (account.city, account.overdue_since) == ("Zutphen", overdue)
