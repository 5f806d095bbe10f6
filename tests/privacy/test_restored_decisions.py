"""Decisions taken after a backup are there again once it was restored: withdrawals, and legal holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from delivery.models import Suppression
from leads.consents import Consent, standing_of
from leads.models import ConsentRecord, Lead
from privacy import holds, replay
from privacy.backups import taking
from privacy.models import LegalHold
from privacy.subject.withdrawing import withdraw_consent
from tenancy.context import tenant
from tenancy.ids import uuid7
from tests.cast import Member
from tests.consents import EMAIL, Ticked, ticked
from tests.factories import make_lead
from tests.privacy.drill import House


@pytest.fixture
def sanne(ours: House, shop: Member) -> Ticked:
    """Sanne, who ticked the box at Acme and confirmed it."""
    found = ticked(shop.organisation)
    found.confirm()
    return found


def consent(lead: Lead) -> Consent:
    with tenant(lead.organisation_id):
        return standing_of(lead).consent


@pytest.mark.promise("H32", "E12")
def test_a_withdrawal_after_the_backup_stays_withdrawn(ours: House, sanne: Ticked) -> None:
    manifest = taking.take()
    with tenant(sanne.organisation.pk):
        withdraw_consent([sanne.lead.pk], email=EMAIL, case_id=uuid7(), by=None)
        withdrawn_at = ConsentRecord.objects.latest("pk").withdrawn_at

    ours.restore(manifest)
    replay.replay()

    assert consent(sanne.lead) == Consent.WITHDRAWN
    with tenant(sanne.organisation.pk):
        assert Suppression.objects.values_list("topic", "reason").get() == ("marketing", "consent_withdrawn")
        for each in ConsentRecord.objects.all():
            assert each.withdrawn_at is not None
            assert abs(each.withdrawn_at - withdrawn_at) < timedelta(seconds=5)


@pytest.mark.promise("D6")
def test_one_click_after_the_backup_is_not_undone_by_it(ours: House, sanne: Ticked) -> None:
    manifest = taking.take()
    sanne.unsubscribe()

    ours.restore(manifest)
    replay.replay()

    assert consent(sanne.lead) == Consent.WITHDRAWN


def test_a_withdrawal_before_the_backup_is_not_done_twice(ours: House, sanne: Ticked) -> None:
    sanne.unsubscribe()
    manifest = taking.take()

    ours.restore(manifest)
    replay.replay()

    with tenant(sanne.organisation.pk):
        assert Suppression.objects.count() == 1


def place(member: Member, lead: Lead) -> LegalHold:
    with tenant(member.organisation.pk):
        return holds.place(
            scope="person", label="leads.Lead", object_id=lead.pk, ground="dispute", reason="Een geschil.",
            review_on=timezone.localdate() + timedelta(days=30), by=member.user.pk,
        )  # fmt: skip


def release(member: Member, hold: LegalHold) -> None:
    with tenant(member.organisation.pk):
        holds.release(hold, by=member.user.pk)


def there(lead: Lead) -> bool:
    with tenant(lead.organisation_id):
        return Lead.objects.filter(pk=lead.pk).exists()


@pytest.mark.promise("C8")
def test_a_hold_placed_after_the_backup_holds_again(ours: House, shop: Member) -> None:
    """The control is that a lead beside it, which nothing holds, is swept by the replay."""
    kept, goes = make_lead(shop.organisation), make_lead(shop.organisation)
    manifest = taking.take()
    hold = place(shop, kept)

    ours.restore(manifest)
    for lead in (kept, goes):
        ours.let_expire(lead.pk)
    replay.replay()

    with tenant(shop.organisation.pk):
        [again] = LegalHold.objects.active()
        assert (again.pk, again.scope, again.object_id, again.ground) == (
            hold.pk,
            "person",
            kept.pk,
            "dispute",
        )
        assert (again.author_id, again.review_on) == (shop.user.pk, hold.review_on)
        assert "Een geschil" not in again.why
    assert (there(kept), there(goes)) == (True, False)


def test_a_hold_released_after_the_backup_lets_go_again(ours: House, shop: Member) -> None:
    lead = make_lead(shop.organisation)
    hold = place(shop, lead)
    manifest = taking.take()
    release(shop, hold)

    ours.restore(manifest)
    ours.let_expire(lead.pk)
    replay.replay()

    with tenant(shop.organisation.pk):
        found = LegalHold.objects.get()
        assert (found.is_active, found.released_by) == (False, shop.user.pk)
        assert found.why == "Een geschil."
        assert found.purge_after is not None
    assert not there(lead)


def test_a_hold_placed_and_released_after_the_backup_holds_nothing(ours: House, shop: Member) -> None:
    lead = make_lead(shop.organisation)
    manifest = taking.take()
    release(shop, place(shop, lead))

    ours.restore(manifest)
    ours.let_expire(lead.pk)
    replay.replay()

    with tenant(shop.organisation.pk):
        assert not LegalHold.objects.active().exists()
    assert not there(lead)
