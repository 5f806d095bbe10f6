"""The pages about what is kept: holds and forecasts for an organisation, plans for the platform's officer."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import PlatformRole
from audit.models import PlatformEvent
from delivery.drain import drain
from delivery.models import AccountMail, Job
from leads.models import Lead
from privacy import holds, retention
from privacy.keeping import forecast, forms, work
from privacy.models import LegalHold, RetentionRun
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import make_lead, sign_in
from tests.privacy.makers import DAY, age

SOON = (timezone.localdate() + timedelta(days=30)).isoformat()
Outcome = RetentionRun.Outcome


@pytest.fixture
def officer(alice: Member, client: Client) -> Client:
    """Alice, who is the platform's privacy officer too."""
    PlatformRole.objects.create(user=alice.user, role=PlatformRole.Role.PRIVACY_OFFICER)
    sign_in(client, alice)
    return client


def page(name: str, member: Member, **more: object) -> str:
    return reverse(f"privacy:{name}", kwargs={"organisation": member.organisation.slug, **more})


def hold_form(**changes: str) -> dict[str, str]:
    form = {"scope": "person", "email": "sanne@example.org", "kind": "", "ground": "claim"}
    return {**form, "reason": "File 2026-114", "review_on": SOON, **changes}


def holds_of(member: Member) -> list[LegalHold]:
    with tenant(member.organisation.pk):
        return list(LegalHold.objects.order_by("id"))


# --- Holds ----------------------------------------------------------------------------------------


def test_every_request_of_an_address_is_held(alice: Member, client: Client) -> None:
    leads = {make_lead(alice.organisation).pk, make_lead(alice.organisation).pk}
    make_lead(alice.organisation, email="piet@example.org")
    sign_in(client, alice)

    answer = client.post(page("hold-place", alice), hold_form())

    assert answer.status_code == 302
    assert {hold.object_id for hold in holds_of(alice)} == leads


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "nobody@example.org"}, "email"),
        ({"scope": "category"}, "kind"),
        ({"review_on": "2020-01-01"}, "review_on"),
        ({"reason": ""}, "reason"),
        ({"scope": "everything"}, "scope"),
    ],
)
def test_what_is_wrong_is_named(alice: Member, client: Client, changes: dict[str, str], field: str) -> None:
    make_lead(alice.organisation)
    sign_in(client, alice)

    answer = client.post(page("hold-place", alice), hold_form(**changes))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert holds_of(alice) == []


def test_a_hold_is_released_on_its_page(alice: Member, client: Client) -> None:
    make_lead(alice.organisation)
    sign_in(client, alice)
    client.post(page("hold-place", alice), hold_form(scope="organisation"))
    [hold] = holds_of(alice)

    client.post(page("hold-release", alice, pk=hold.pk))

    assert [each.is_active for each in holds_of(alice)] == [False]
    assert "File 2026-114" in client.get(page("holds", alice)).content.decode()


def test_another_organisation_sees_no_hold(alice: Member, charlie: Member, client: Client) -> None:
    sign_in(client, alice)
    client.post(page("hold-place", alice), hold_form(scope="organisation"))
    [hold] = holds_of(alice)
    sign_in(client, charlie)

    assert "File 2026-114" not in client.get(page("holds", charlie)).content.decode()
    assert client.post(page("hold-release", charlie, pk=hold.pk)).status_code == 404


def test_who_decides_is_asked_to_look_again_once(alice: Member, bob: Member) -> None:
    with tenant(alice.organisation.pk):
        today = timezone.localdate()
        holds.place(scope="organisation", ground="claim", reason="x", review_on=today, by=alice.user.pk)

    reminded = [work.remind_of_holds(today), work.remind_of_holds(today)]

    assert reminded == [1, 0]
    told = AccountMail.objects.filter(template="hold_review").values_list("user_id", flat=True)
    assert list(told) == [alice.user.pk]


# --- Forecasts ------------------------------------------------------------------------------------


def line(member: Member, name: str, *, days: int) -> forecast.Line:
    with tenant(member.organisation.pk):
        found = forecast.of_organisation(timezone.localdate() + timedelta(days=days))
    return next(each for each in found if each.table == name)


def test_the_forecast_says_what_goes_and_why_the_rest_stays(alice: Member) -> None:
    first = make_lead(alice.organisation)
    make_lead(alice.organisation)
    before, after = (line(alice, "leads_lead", days=days) for days in (363, 367))
    with tenant(alice.organisation.pk):
        holds.place(
            scope="person", label="leads.Lead", object_id=first.pk, ground="claim", reason="x",
            review_on=timezone.localdate(), by=alice.user.pk,
        )  # fmt: skip
    held = line(alice, "leads_lead", days=367)

    assert (before.now, before.goes, before.later) == (2, 0, 2)
    assert (after.now, after.goes, after.stays) == (2, 2, 0)
    assert (held.now, held.goes, held.held, held.later) == (2, 1, 1, 0)


def test_every_line_of_a_forecast_has_a_name_that_people_read(alice: Member) -> None:
    with tenant(alice.organisation.pk):
        lines = forecast.of_organisation(timezone.localdate()) + forecast.of_platform(timezone.localdate())

    assert [line.table for line in lines if not line.name or "." in line.name] == []


def test_only_what_can_lose_its_date_can_be_held() -> None:
    offered = {label for label, _name in forms.kinds()}

    assert {"leads.Lead", "leads.LeadNote", "delivery.SentMail"} <= offered
    assert offered & {"audit.Event", "audit.AccessEvent", "audit.Disclosure", "leads.LeadExport"} == set()


def test_parts_go_with_their_whole(alice: Member) -> None:
    make_lead(alice.organisation)

    assert line(alice, "leads_leadcontact", days=367).goes == 1


def test_the_forecast_is_what_the_sweep_does(transactional_db: None, alice: Member) -> None:
    for days in (400, 10):
        lead = make_lead(alice.organisation)
        with tenant(alice.organisation.pk):
            age("leads_lead", "submitted_at", lead.pk, days=days)
            age("leads_lead", "purge_after", lead.pk, days=days - 365)
    expected = line(alice, "leads_lead", days=0).stays

    retention.sweep_all(due_day=DAY)

    with tenant(alice.organisation.pk):
        assert Lead.objects.count() == expected == 1


def test_a_day_that_is_none_is_refused(alice: Member, client: Client) -> None:
    sign_in(client, alice)

    statuses = [
        client.get(page("forecast", alice), {"on": on}).status_code for on in ("x", "1999-01-01", SOON)
    ]

    assert statuses == [400, 400, 200]


# --- Plans ----------------------------------------------------------------------------------------


@pytest.fixture
def held_run(transactional_db: None, alice: Member, monkeypatch: pytest.MonkeyPatch) -> RetentionRun:
    """Three leads are overdue where none would be usual."""
    monkeypatch.setattr(retention, "ALWAYS_ALLOWED", 0)
    for _number in range(3):
        lead = make_lead(alice.organisation)
        with tenant(alice.organisation.pk):
            past = timezone.now() - timedelta(days=1)
            Lead.objects.filter(pk=lead.pk).update(purge_after=past)
    swept = next(each for each in retention.registry.swept() if each.label == "leads.Lead")
    run = retention.sweep(swept, due_day=DAY)
    assert run is not None
    return run


def count(member: Member) -> int:
    with tenant(member.organisation.pk):
        return Lead.objects.count()


def test_an_officer_approves_the_plan_that_the_page_shows(
    held_run: RetentionRun, alice: Member, officer: Client
) -> None:
    address = reverse("platform:retention-approve", kwargs={"pk": held_run.pk})
    plan = officer.get(address).context["plan"]

    answer = officer.post(address, {"plan": plan})
    while drain():
        pass

    assert answer.status_code == 302
    assert count(alice) == 0
    approved = PlatformEvent.objects.get(action="retention.approved")
    assert (approved.user_id, approved.detail["rows"], approved.evidence) == (alice.user.pk, 3, True)


def test_another_plan_than_the_page_showed_deletes_nothing(
    held_run: RetentionRun, alice: Member, officer: Client
) -> None:
    address = reverse("platform:retention-approve", kwargs={"pk": held_run.pk})

    answer = officer.post(address, {"plan": "0" * 16})

    assert answer.status_code == 409
    assert not Job.objects.filter(task="privacy.carry_out_plan").exists()
    assert count(alice) == 3


def test_a_plan_that_changed_meanwhile_is_refused_on_the_record(
    held_run: RetentionRun, alice: Member, officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = reverse("platform:retention-approve", kwargs={"pk": held_run.pk})
    officer.post(address, {"plan": retention.plan_hash(held_run)})
    monkeypatch.setattr(retention.registry, "digest", lambda: "0" * 64)

    while drain():
        pass

    assert count(alice) == 3
    assert PlatformEvent.objects.filter(action="retention.plan_refused").count() == 1


def test_nobody_else_finds_the_pages(held_run: RetentionRun, alice: Member, client: Client) -> None:
    sign_in(client, alice)

    for name, kwargs in {"retention": {}, "retention-approve": {"pk": held_run.pk}, "forecast": {}}.items():
        assert client.get(reverse(f"platform:{name}", kwargs=kwargs)).status_code == 404


def test_a_plan_that_does_not_wait_has_no_page(officer: Client) -> None:
    assert officer.get(reverse("platform:retention-approve", kwargs={"pk": uuid4()})).status_code == 404


def test_what_waits_and_what_was_left_is_told_to_the_officers(
    held_run: RetentionRun, alice: Member, officer: Client
) -> None:
    RetentionRun.objects.filter(pk=held_run.pk).update(overdue_seconds=retention.OVERSTAY_SECONDS + 1)

    work.watch(DAY)

    assert list(AccountMail.objects.filter(template="retention_waits").values_list("user_id")) == [
        (alice.user.pk,)
    ]


def test_while_nothing_waits_nobody_is_told(officer: Client) -> None:
    work.watch(DAY)

    assert not AccountMail.objects.filter(template="retention_waits").exists()
