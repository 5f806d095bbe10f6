"""Account data goes two years after the end of somebody's last agreement (promise H20)."""

from __future__ import annotations

import datetime
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Authenticator, PlatformRole, User
from organisations import agreements
from organisations.founding import found_organisation
from organisations.invitations import accept_invitation, invite
from organisations.members import leave, remove_member
from organisations.models import Invitation, Membership, Organisation
from organisations.permissions import Role
from organisations.signals import lifecycle_changed
from privacy import registry, retention
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import make_user, sign_in

DAY = datetime.date(2026, 3, 1)


def terminate(organisation: Organisation, *, ago: str) -> None:
    """End the agreement so long ago, as Postgres counts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE organisations_organisation SET terminated_at = now() - %s::interval WHERE id = %s",
            [ago, organisation.pk],
        )
    with tenant(organisation.pk):
        organisation.refresh_from_db()
        lifecycle_changed.send(sender=Organisation, organisation=organisation)


def sweep_accounts() -> None:
    swept = next(each for each in registry.swept() if each.label == "accounts.User")
    retention.sweep(swept, due_day=DAY)


def dates(user: User) -> tuple[datetime.datetime | None, datetime.datetime | None]:
    user.refresh_from_db()
    return user.agreement_ended_at, user.purge_after


@pytest.mark.promise("H20")
@pytest.mark.parametrize(("ago", "is_there"), [("2 years -60 seconds", True), ("2 years", False)])
def test_an_account_goes_two_years_after_the_last_agreement(
    transactional_db: None, alice: Member, ago: str, is_there: bool
) -> None:
    User.objects.update(created_at=timezone.now() - timedelta(days=3000))
    terminate(alice.organisation, ago=ago)

    sweep_accounts()

    assert User.objects.filter(pk=alice.user.pk).exists() is is_there


@pytest.mark.promise("H20")
def test_an_account_goes_whole(transactional_db: None, alice: Member, bob: Member, client) -> None:
    sign_in(client, bob)
    User.objects.filter(pk=bob.user.pk).update(purge_after=timezone.now() - timedelta(days=1))

    sweep_accounts()

    assert not Authenticator.objects.filter(user_id=bob.user.pk).exists()
    assert list(Membership.objects.values_list("user_id", flat=True)) == [alice.user.pk]


def test_what_stays_forgets_who_it_was(transactional_db: None, alice: Member, bob: Member) -> None:
    User.objects.filter(pk=alice.user.pk).update(purge_after=timezone.now() - timedelta(days=1))
    with tenant(alice.organisation.pk):
        invite(organisation=alice.organisation, email="eve@example.org", role=Role.SALES, by=alice.membership)

    sweep_accounts()

    assert Organisation.objects.get(pk=alice.organisation.pk).created_by_id is None
    assert Invitation.objects.get().invited_by_id is None


def test_an_agreement_that_runs_has_no_date(alice: Member) -> None:
    agreements.redate_everybody()

    assert dates(alice.user) == (None, None)


def test_the_last_of_several_agreements_counts(alice: Member, charlie: Member) -> None:
    Membership.objects.create(organisation=charlie.organisation, user=alice.user, role=Role.SALES)

    terminate(alice.organisation, ago="10 days")
    still_runs = dates(alice.user)
    terminate(charlie.organisation, ago="-5 days")

    assert still_runs == (None, None)
    charlie.organisation.refresh_from_db()
    assert dates(alice.user)[0] == charlie.organisation.terminated_at


def test_restoring_an_organisation_takes_the_date_off(alice: Member) -> None:
    terminate(alice.organisation, ago="-30 days")
    Organisation.objects.filter(pk=alice.organisation.pk).update(terminated_at=None)

    with tenant(alice.organisation.pk):
        lifecycle_changed.send(sender=Organisation, organisation=alice.organisation)

    assert dates(alice.user) == (None, None)


def test_who_leaves_is_dated_from_then(alice: Member, bob: Member) -> None:
    before = timezone.now()

    with tenant(alice.organisation.pk):
        leave(membership=bob.membership)

    ended, goes = dates(bob.user)
    assert ended is not None
    assert before <= ended <= timezone.now()
    assert goes is not None
    assert goes.replace(year=goes.year - 2) == ended


def test_who_is_removed_is_dated_too(alice: Member, bob: Member) -> None:
    with tenant(alice.organisation.pk):
        remove_member(membership=bob.membership, by=alice.membership)

    assert dates(bob.user)[1] is not None


def test_who_joins_again_is_kept(alice: Member, bob: Member) -> None:
    with tenant(alice.organisation.pk):
        leave(membership=bob.membership)
        asked = invite(
            organisation=alice.organisation, email=bob.user.email, role=Role.SALES, by=alice.membership
        )

    accept_invitation(invitation=asked, user=bob.user)

    assert dates(bob.user) == (None, None)


def test_who_founds_an_organisation_is_kept(db: None) -> None:
    dana = make_user(name="Dana")
    agreements.redate_everybody()
    dated = dates(dana)

    found_organisation(name="Initech", country="NL", language="en", by=dana)

    assert dated[0] == dana.created_at
    assert dates(dana) == (None, None)


def test_who_works_for_the_platform_is_kept(db: None) -> None:
    dana = make_user(name="Dana")
    PlatformRole.objects.create(user=dana, role=PlatformRole.Role.PRIVACY_OFFICER)

    agreements.redate_everybody()

    assert dates(dana) == (None, None)


def test_another_period_moves_the_date(alice: Member, settings) -> None:
    terminate(alice.organisation, ago="10 days")
    settings.RETENTION_ACCOUNT_YEARS = 1

    agreements.redate_everybody()

    ended, goes = dates(alice.user)
    assert ended is not None
    assert goes is not None
    assert goes.replace(year=goes.year - 1) == ended
