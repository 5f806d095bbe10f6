"""Companies with their contracts, authorities with their demands, and duties with their days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import PlatformRole
from audit.models import Disclosure
from billing import gateway
from config.postmark import PostmarkBackend
from delivery.mail import NotSent
from delivery.models import AccountMail
from privacy import companies, demands, duties
from privacy.models import AuthorityDemand, Company, Duty
from tenancy.context import tenant
from tests.factories import make_lead, make_user, sign_in, work_that_is_due

pytestmark = pytest.mark.django_db
HASH = "a" * 64
SIGNED = {"contract_signed_on": date(2026, 1, 1), "contract_sha256": HASH}
ASSESSED = {"transfer": "clauses", "assessed_on": date(2026, 1, 1), "assessment_sha256": HASH}


def company(**changes) -> Company:
    given = {"name": "Brief BV", "task": "mail", "country": "NL", "hosts": ["api.brief.example"]}
    return Company.objects.create(**{**given, **changes})


def engage(of: Company, *, days: int = 31) -> None:
    companies.engage(of, active_from=timezone.localdate() + timedelta(days=days), by=None)


def mails(template: str) -> list[AccountMail]:
    work_that_is_due()
    return list(AccountMail.objects.filter(template=template))


# --- Companies ----------------------------------------------------------------------------------------


@pytest.mark.promise("H18", "D14", "E15", "A16")
def test_without_a_contract_no_company_is_engaged() -> None:
    with pytest.raises(companies.NotEngageable):
        engage(company())

    engage(company(name="Signed BV", **SIGNED))


@pytest.mark.promise("H18", "D14", "E15", "A16")
def test_postgres_itself_wants_the_contract() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        company(active_from=date(2027, 1, 1))


@pytest.mark.promise("H19", "E17", "A10")
@pytest.mark.parametrize("given", [{}, {"transfer": "clauses"}, {"assessed_on": date(2026, 1, 1)}])
def test_abroad_it_needs_a_ground_and_an_assessment(given) -> None:
    with pytest.raises(companies.NotEngageable):
        engage(company(country="US", **SIGNED, **given))


@pytest.mark.promise("H19", "E17", "A10")
def test_with_both_it_is_engaged() -> None:
    engage(company(country="US", **SIGNED, **ASSESSED))

    assert Company.objects.announced().count() == 1


@pytest.mark.promise("D11", "D12")
@pytest.mark.parametrize(("only", "refused"), [(True, True), (False, False)])
def test_an_installation_may_keep_within_the_eea(only, refused) -> None:
    abroad = company(country="US", **SIGNED, **ASSESSED)
    with override_settings(EEA_ONLY=only):
        assert bool(companies.why_not(abroad, date(2099, 1, 1))) is refused


@pytest.mark.promise("H18", "D14", "E15", "A16")
def test_organisations_are_told_in_time_to_object(alice, bob) -> None:
    with pytest.raises(companies.NotEngageable):
        engage(company(**SIGNED), days=29)

    engage(company(name="Post NV", **SIGNED), days=30)

    assert {mail.user_id for mail in mails("company_announced")} == {alice.user.pk}


@pytest.mark.promise("H15", "C7", "C16", "D13")
def test_what_works_for_us_stands_in_the_public_policy(db) -> None:
    company(name="Never engaged", **SIGNED)
    engage(company(name="Post NV", **SIGNED))

    for language in ("nl", "en", "fr"):
        page = Client().get(f"/privacy-policy/{language}/").content.decode()
        assert "Post NV" in page
        assert "Never engaged" not in page


@pytest.mark.promise("H15", "C7", "C16", "D13")
@pytest.mark.parametrize(("host", "reached"), [("api.brief.example", True), ("ads.example", False)])
def test_only_hosts_in_the_register_are_reached(host, reached) -> None:
    of = company(**SIGNED)
    Company.objects.filter(pk=of.pk).update(active_from=timezone.localdate())

    if reached:
        companies.require_engaged(f"https://{host}/v1")
    else:
        with pytest.raises(companies.NotEngaged):
            companies.require_engaged(f"https://{host}/v1")


@pytest.mark.promise("H15", "C7", "C16", "D13")
def test_mail_leaves_only_by_a_company_that_works_for_us(settings) -> None:
    """The provider's address is set and its token is right: without a contract in the register nothing goes."""
    settings.POSTMARK_API_URL = "https://api.postmarkapp.com"
    settings.POSTMARK_SERVER_TOKEN = "token"

    with pytest.raises(NotSent):
        PostmarkBackend().send_messages([EmailMessage("Hello", "There", to=["dana@example.org"])])


@pytest.mark.promise("H15", "C7", "C16", "D13")
def test_nothing_is_asked_of_stripe_before_it_works_for_us(db, settings) -> None:
    settings.STRIPE_API_URL, settings.STRIPE_SECRET_KEY = "https://api.stripe.com", "sk_test"

    with pytest.raises(gateway.StripeRefused, match="not in the register"):
        gateway.make_product(code="p", name="Plan")


def test_every_address_in_the_settings_is_a_hosts_of_a_task() -> None:
    """Whatever the settings let the product speak to is guarded: a new one is a decision."""
    named = {name for name in dir(settings) if name.endswith("_API_URL")}

    assert named == {"POSTMARK_API_URL", "STRIPE_API_URL"}


# --- Authorities --------------------------------------------------------------------------------------


def demand(**changes) -> AuthorityDemand:
    given = {
        "authority": "Openbaar Ministerie", "country": "NL", "legal_basis": "Art. 126nd Sv",
        "reference": "OM-1", "scope": "Requests of May", "received_on": date(2026, 11, 1),
    }  # fmt: skip
    return AuthorityDemand.objects.create(**{**given, **changes})


@pytest.mark.promise("E16", "D23")
@pytest.mark.parametrize("decision", ["none", "open", "refused", "another organisation"])
def test_nothing_goes_to_an_authority_without_a_granted_demand(alice, charlie, decision) -> None:
    lead = make_lead(alice.organisation)
    about = charlie if decision == "another organisation" else alice
    asked = demand(organisation_id=about.organisation.pk)
    if decision in ("refused", "another organisation"):
        granted = decision == "another organisation"
        demands.decide(asked, granted=granted, reasons="Because.", by=alice.user.pk)

    with tenant(alice.organisation.pk), pytest.raises(demands.NotGranted):
        demands.hand_over(lead.pk if decision == "none" else asked.pk, objects=[lead.pk])

    with tenant(alice.organisation.pk):
        assert not Disclosure.objects.filter(recipient_kind="authority").exists()


@pytest.mark.promise("E16", "D23")
def test_what_goes_is_on_record_with_the_demand(alice) -> None:
    lead = make_lead(alice.organisation)
    asked = demand(organisation_id=alice.organisation.pk)
    demands.decide(asked, granted=True, reasons="A lawful order.", by=alice.user.pk)

    with tenant(alice.organisation.pk):
        assert demands.hand_over(asked.pk, objects=[lead.pk]) == 1
        [row] = Disclosure.objects.filter(recipient_kind="authority")

    assert (row.recipient_id, row.object_id) == (asked.pk, lead.pk)
    asked.refresh_from_db()
    assert (asked.handed_over, asked.handed_over_at is not None) == (1, True)


@pytest.mark.promise("E16", "D23")
def test_a_demand_is_decided_once_and_with_reasons(alice) -> None:
    asked = demand()
    with pytest.raises(IntegrityError), transaction.atomic():
        demands.decide(asked, granted=True, reasons="", by=alice.user.pk)
    demands.decide(asked, granted=False, reasons="No basis.", by=alice.user.pk)

    with pytest.raises(demands.NotGranted):
        demands.decide(asked, granted=True, reasons="On second thoughts.", by=alice.user.pk)


# --- Duties -------------------------------------------------------------------------------------------


@pytest.fixture
def olga():
    user = make_user(name="Olga")
    PlatformRole.objects.create(user=user, role=PlatformRole.Role.PRIVACY_OFFICER)
    return user


@pytest.mark.promise("H43", "E8", "A11")
@pytest.mark.parametrize(("days", "reminders"), [(-15, 0), (-14, 1), (-7, 2), (1, 4), (2, 5)])
def test_officers_are_reminded_ahead_each_week_and_each_day_once_it_is_late(olga, days, reminders) -> None:
    start = datetime(2027, 1, 1, 12, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        duties.plan(kind="audit", subject="ISO 27001", due_on=date(2027, 3, 1), every_months=12, by=None)
        for day in range(60 + days):
            clock.move_to(start + timedelta(days=day, hours=1))
            work_that_is_due()

    assert AccountMail.objects.filter(template="duty_due", user_id=olga.pk).count() == reminders


@pytest.mark.promise("H43", "E8", "A11", "E9", "E23", "C26")
def test_what_is_late_is_loud_on_the_officers_page(alice, client) -> None:
    PlatformRole.objects.create(user=alice.user, role=PlatformRole.Role.PRIVACY_OFFICER)
    duties.plan(
        kind="training", subject="What to do in a breach", due_on=date(2026, 1, 1), every_months=12, by=None
    )
    sign_in(client, alice)

    page = client.get(reverse("platform:registers"))

    assert page.context["overdue"] == 1
    assert "1 thing is overdue" in page.content.decode()


@pytest.mark.promise("E9", "E23", "C26", "H43", "E8", "A11")
def test_what_is_done_needs_evidence_and_comes_back(olga) -> None:
    duty = duties.plan(kind="training", subject="Privacy", due_on=date(2026, 8, 31), every_months=6, by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        duties.fulfil(duty, on=date(2026, 8, 31), evidence_sha256="", by=olga.pk)

    following = duties.fulfil(duty, on=date(2026, 8, 31), evidence_sha256=HASH, by=olga.pk)

    assert following is not None
    assert following.due_on == date(2027, 2, 28)
    assert list(Duty.objects.open()) == [following]
    with pytest.raises(duties.AlreadyDone):
        duties.fulfil(duty, on=date(2026, 9, 1), evidence_sha256=HASH, by=olga.pk)


# --- The forms ----------------------------------------------------------------------------------------


@pytest.fixture
def officer(alice, client):
    PlatformRole.objects.create(user=alice.user, role=PlatformRole.Role.PRIVACY_OFFICER)
    sign_in(client, alice)
    return client


COMPANY = {"name": "Brief BV", "task": "mail", "country": "nl", "hosts": "api.brief.example"}
DEMAND = {
    "authority": "OM", "country": "NL", "legal_basis": "126nd", "reference": "1", "scope": "May",
    "received_on": "2026-11-01",
}  # fmt: skip
DUTY = {"kind": "scan", "subject": "Yearly scan", "due_on": "2027-01-01"}


@pytest.mark.parametrize(
    ("name", "form", "field", "value"),
    [
        ("company-new", COMPANY, "country", "Netherlands"),
        ("company-new", COMPANY, "hosts", "https://x/"),
        ("company-new", COMPANY, "contract_sha256", "abc"),
        ("company-new", COMPANY, "task", "spying"),
        ("demand-new", DEMAND, "organisation", "nowhere"),
        ("demand-new", DEMAND, "received_on", "yesterday"),
        ("duty-new", DUTY, "kind", "holiday"),
        ("duty-new", DUTY, "every_months", "-1"),
    ],
)
def test_a_mistake_is_named_at_its_field(officer, name, form, field, value) -> None:
    response = officer.post(reverse(f"platform:{name}"), form | {field: value})

    assert response.status_code == 422
    assert field in response.context["form"].errors


@pytest.mark.parametrize(
    ("name", "form", "model"),
    [("company-new", COMPANY, Company), ("demand-new", DEMAND, AuthorityDemand), ("duty-new", DUTY, Duty)],
)
def test_what_is_right_is_kept(officer, name, form, model) -> None:
    response = officer.post(reverse(f"platform:{name}"), form)

    assert response.status_code == 302
    assert model.objects.count() == 1


def test_a_company_without_a_contract_is_refused_on_the_page(officer) -> None:
    response = officer.post(
        reverse("platform:company-engage", args=[company().pk]), {"active_from": "2099-01-01"}
    )

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["active_from"])


def test_a_demand_is_decided_and_a_duty_done_on_the_page(officer) -> None:
    asked = demand()
    duty = duties.plan(kind="scan", subject="Scan", due_on=date(2027, 1, 1), every_months=None, by=None)

    officer.post(
        reverse("platform:demand-decide", args=[asked.pk]), {"decision": "refused", "reasons": "No."}
    )
    officer.post(reverse("platform:duty-done", args=[duty.pk]), {"on": "2026-11-01", "evidence_sha256": HASH})

    asked.refresh_from_db()
    duty.refresh_from_db()
    assert (asked.decision, duty.done_on) == ("refused", date(2026, 11, 1))
