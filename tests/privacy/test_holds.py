"""What is held stays, whatever its date; released, it goes in the next sweep (promise C8)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from audit.models import Event
from delivery.models import SentMail
from leads.models import Lead, LeadOrigin
from leads.work import add_note
from privacy import dating, holds, retention, verification
from privacy.models import LegalHold, RetentionRun
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import make_lead
from tests.privacy.makers import DAY, age

Scope = LegalHold.Scope


def place(member: Member, scope: Scope, label: str = "", object_id: UUID | None = None) -> LegalHold:
    with tenant(member.organisation.pk):
        return holds.place(
            scope=scope,
            label=label,
            object_id=object_id,
            ground="claim",
            reason="Dispute about the roof",
            review_on=timezone.localdate() + timedelta(days=30),
            by=member.user.pk,
        )


def release(member: Member, hold: LegalHold) -> None:
    with tenant(member.organisation.pk):
        holds.release(hold, by=member.user.pk)


def old_lead(member: Member, **who: str) -> Lead:
    """A lead whose period is over."""
    lead = make_lead(member.organisation, **who)
    with tenant(member.organisation.pk):
        age("leads_lead", "submitted_at", lead.pk, days=400)
        age("leads_lead", "purge_after", lead.pk, days=35)
        return Lead.objects.get(pk=lead.pk)


def make_mail(member: Member, lead: Lead) -> SentMail:
    with tenant(member.organisation.pk):
        return SentMail.objects.create(
            template="lead_confirmation",
            language="nl",
            recipient=b"",
            recipient_index=b"",
            content=b"",
            purpose="lead",
            lead_id=lead.pk,
            created_at=timezone.now(),
            purge_after=timezone.now() + timedelta(days=730),
        )


def left(member: Member) -> list[UUID]:
    with tenant(member.organisation.pk):
        return list(Lead.objects.order_by("id").values_list("id", flat=True))


def dateless(model: type) -> set[UUID]:
    return set(model.objects.filter(purge_after=None).values_list("pk", flat=True))


@pytest.mark.promise("C8")
def test_what_is_held_stays_and_goes_once_released(transactional_db: None, alice: Member) -> None:
    lead = old_lead(alice)
    hold = place(alice, Scope.PERSON, "leads.Lead", lead.pk)

    retention.sweep_all(due_day=DAY)
    kept = left(alice)
    release(alice, hold)
    retention.sweep_all(due_day=DAY)

    assert kept == [lead.pk]
    assert left(alice) == []


def test_a_released_hold_gives_the_dates_back(alice: Member) -> None:
    lead = make_lead(alice.organisation)
    hold = place(alice, Scope.ORGANISATION)

    release(alice, hold)

    with tenant(alice.organisation.pk):
        assert Lead.objects.get().purge_after == lead.purge_after


def test_a_hold_on_a_person_is_narrow(alice: Member, charlie: Member) -> None:
    lead, other, foreign = (make_lead(each.organisation) for each in (alice, alice, charlie))
    for each in (lead, other):
        make_mail(alice, each)

    place(alice, Scope.PERSON, "leads.Lead", lead.pk)

    with tenant(alice.organisation.pk):
        assert dateless(Lead) == {lead.pk}
        assert set(SentMail.objects.filter(purge_after=None).values_list("lead_id")) == {(lead.pk,)}
    with tenant(charlie.organisation.pk):
        assert dateless(Lead) == set()
        assert foreign


def test_a_hold_on_one_kind_of_data_holds_what_would_take_it_along(alice: Member) -> None:
    noted, plain = make_lead(alice.organisation), make_lead(alice.organisation)
    with tenant(alice.organisation.pk):
        add_note(noted, text="Belt morgen", by=alice.user.pk)

    place(alice, Scope.CATEGORY, "leads.LeadNote")

    with tenant(alice.organisation.pk):
        assert dateless(Lead) == {noted.pk}
        assert plain


def test_a_hold_on_one_row(alice: Member) -> None:
    lead = make_lead(alice.organisation)
    make_lead(alice.organisation)

    place(alice, Scope.ROW, "leads.Lead", lead.pk)

    with tenant(alice.organisation.pk):
        assert dateless(Lead) == {lead.pk}


def test_a_hold_on_everything_leaves_the_platform_s_own_alone(alice: Member) -> None:
    make_lead(alice.organisation)

    place(alice, Scope.ORGANISATION)

    with tenant(alice.organisation.pk):
        assert Lead.objects.filter(purge_after=None).count() == 1
        assert LeadOrigin.objects.filter(purge_after=None).count() == 0


def test_what_comes_in_during_a_hold_is_held_before_any_sweep(transactional_db: None, alice: Member) -> None:
    place(alice, Scope.ORGANISATION)
    lead = old_lead(alice)

    retention.sweep_all(due_day=DAY)

    assert left(alice) == [lead.pk]


def test_without_the_dates_nothing_is_swept(
    transactional_db: None, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = old_lead(alice)

    def broken() -> None:
        raise OSError

    monkeypatch.setattr(dating, "catch_up", broken)

    with pytest.raises(OSError):
        retention.sweep_all(due_day=DAY)

    assert left(alice) == [lead.pk]


def test_the_run_says_how_much_was_held(transactional_db: None, alice: Member) -> None:
    old_lead(alice)
    make_lead(alice.organisation)
    place(alice, Scope.ORGANISATION)

    retention.sweep_all(due_day=DAY)

    assert RetentionRun.objects.get(table="leads_lead").rows_held == 1


@pytest.mark.parametrize(
    ("scope", "label"), [(Scope.PERSON, "leads.Lead"), (Scope.ROW, "leads.Lead"), (Scope.ORGANISATION, "")]
)
def test_an_erasure_is_told_of_the_holds(alice: Member, scope: Scope, label: str) -> None:
    lead, other = make_lead(alice.organisation), make_lead(alice.organisation)
    hold = place(alice, scope, label, lead.pk if label else None)

    with tenant(alice.organisation.pk):
        assert holds.held("leads.Lead", lead.pk) == [hold]
        assert holds.held("leads.Lead", other.pk) == ([] if label else [hold])
        assert holds.held("accounts.User", alice.user.pk) == []


def test_a_released_hold_forbids_nothing(alice: Member) -> None:
    lead = make_lead(alice.organisation)
    release(alice, place(alice, Scope.ORGANISATION))

    with tenant(alice.organisation.pk):
        assert holds.held("leads.Lead", lead.pk) == []


def test_a_person_is_found_by_address(alice: Member, charlie: Member) -> None:
    lead = make_lead(alice.organisation, email="sanne@example.org")
    make_lead(alice.organisation, email="piet@example.org")
    make_lead(charlie.organisation, email="sanne@example.org")

    with tenant(alice.organisation.pk):
        assert holds.roots_with("Sanne@Example.org", root_label="leads.Lead") == [lead.pk]


def test_the_record_says_who_held_what(alice: Member) -> None:
    lead = make_lead(alice.organisation)

    release(alice, place(alice, Scope.PERSON, "leads.Lead", lead.pk))

    with tenant(alice.organisation.pk):
        found = Event.objects.filter(kind="legal_hold").order_by("id")
        assert [(each.action, each.detail["object"], each.evidence) for each in found] == [
            ("hold.placed", str(lead.pk), True),
            ("hold.released", str(lead.pk), True),
        ]


def test_the_reason_is_sealed(alice: Member) -> None:
    hold = place(alice, Scope.ORGANISATION)

    with tenant(alice.organisation.pk), connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(h)::text, encode(reason, 'escape') FROM privacy_legalhold h")
        assert "roof" not in str(cursor.fetchall())
        assert LegalHold.objects.get().why == "Dispute about the roof"
        assert hold.is_active


def test_a_hold_goes_when_its_evidence_does(transactional_db: None, alice: Member, settings) -> None:
    hold = place(alice, Scope.ORGANISATION)
    release(alice, hold)

    with tenant(alice.organisation.pk):
        found = LegalHold.objects.get()
        assert found.released_at is not None
        assert found.purge_after == found.released_at + timedelta(days=settings.RETENTION_EVIDENCE_DAYS)


def test_a_hold_without_a_thing_is_refused(alice: Member) -> None:
    with pytest.raises(IntegrityError):
        place(alice, Scope.PERSON, "", uuid4())


def test_what_is_held_is_not_kept_too_long(alice: Member) -> None:
    old_lead(alice)
    place(alice, Scope.ORGANISATION)

    assert not any(report.wrong for report in verification.verify() if report.rule == "lead:leads_lead")
