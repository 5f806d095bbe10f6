"""The end of an organisation's data: nothing of it is left, and its neighbours keep everything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from psycopg import sql

from delivery.drain import drain
from delivery.mail import open_letter
from delivery.models import AccountMail, Suppression
from leads.models import Lead
from organisations import suspensions
from organisations.leaving import NotLeaving, deactivate
from organisations.models import Organisation, Suspension
from privacy.erasure.certificates import public_key
from privacy.leaving import purge as purging
from privacy.leaving.order import STAYS, models_of_an_organisation, parents_first, stays, tables_that_go
from privacy.leaving.purge import purge, start_due
from privacy.models import OrganisationPurge
from tenancy.context import tenant
from tenancy.keys import PLATFORM, NoKey, key_store
from tenancy.ledger.store import ledger
from tests.cast import Member
from tests.factories import make_lead, make_user
from tests.privacy.erasure.conftest import whole_lead
from tests.privacy.erasure.test_certificates import verify_certificate

pytestmark = pytest.mark.django_db(transaction=True)


def out_of_time(member: Member) -> None:
    deactivate(member.organisation, by=member.user.pk)
    Organisation.objects.filter(pk=member.organisation.pk).update(
        restorable_until=timezone.now() - timedelta(seconds=1)
    )


def rows_of(member: Member, tables: list[str]) -> dict[str, int]:
    models = models_of_an_organisation()
    with tenant(member.organisation.pk):
        found = {
            table: models[table]._default_manager.filter(organisation_id=member.organisation.pk).count()
            for table in tables
        }
    return {table: count for table, count in found.items() if count}


@pytest.mark.promise("H22")
def test_nothing_is_left(transactional_db: None, alice: Member) -> None:
    whole_lead(alice)
    with tenant(alice.organisation.pk):
        Suppression.objects.create(recipient_index=b"x" * 32, topic="*", reason="objection")
    before = rows_of(alice, tables_that_go())
    out_of_time(alice)

    done = purge(alice.organisation.pk)

    assert rows_of(alice, tables_that_go()) == {}
    assert {"leads_lead", "configurators_configuratorversion", "delivery_suppression"} <= set(before)
    assert done.counts["leads_lead"] == before["leads_lead"] == 1


@pytest.mark.promise("D26")
def test_nothing_is_put_aside(
    transactional_db: None, alice: Member, superuser: psycopg.Connection[Any]
) -> None:
    """What stays anywhere is what a rule names with its reason; there is no archive beside it."""
    whole_lead(alice)
    out_of_time(alice)
    before = _tables_with(alice, superuser)

    purge(alice.organisation.pk)

    assert "leads_lead" in before
    assert [table for table in _tables_with(alice, superuser) if not stays(table)] == []


def _tables_with(member: Member, superuser: psycopg.Connection[Any]) -> set[str]:
    """The tables, declared or not, in which there is a row of the organisation."""
    tables = superuser.execute(
        "SELECT DISTINCT c.table_name FROM information_schema.columns c JOIN information_schema.tables t"
        " USING (table_schema, table_name) WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
        " AND c.column_name = 'organisation_id'"
    ).fetchall()
    found = set()
    for (table,) in tables:
        statement = sql.SQL("SELECT 1 FROM {} WHERE organisation_id = %s LIMIT 1").format(
            sql.Identifier(table)
        )
        if superuser.execute(statement, [member.organisation.pk]).fetchone():
            found.add(table)
    return found


@pytest.mark.promise("H22")
def test_the_keys_are_gone(transactional_db: None, alice: Member) -> None:
    whole_lead(alice)
    out_of_time(alice)

    done = purge(alice.organisation.pk)

    with pytest.raises(NoKey):
        key_store().open(alice.organisation.pk)
    assert done.finished_at is not None
    assert done.unreadable_from == done.finished_at + timedelta(days=7)
    assert done.backups_until == done.finished_at + timedelta(days=84)


def test_charlie_keeps_everything(transactional_db: None, alice: Member, charlie: Member) -> None:
    whole_lead(alice)
    whole_lead(charlie)
    tables = list(models_of_an_organisation())
    before = rows_of(charlie, tables)
    out_of_time(alice)

    purge(alice.organisation.pk)

    assert rows_of(charlie, tables) == before


def test_why_it_was_suspended_stays_for_its_two_years(transactional_db: None, alice: Member) -> None:
    suspensions.suspend(
        organisation=alice.organisation, reason="terms", explanation="Why.", by=make_user(name="Sam")
    )
    out_of_time(alice)

    purge(alice.organisation.pk)

    kept = Suspension.objects.get()
    assert kept.ended_at is not None
    assert (kept.explanation_text, kept.purge_after) == ("Why.", kept.ended_at + Suspension.KEPT)


def test_what_stays_is_named_with_its_reason(transactional_db: None, alice: Member) -> None:
    whole_lead(alice)
    out_of_time(alice)

    done = purge(alice.organisation.pk)

    assert done.kept["billing_usagerecord"] == 1
    assert all(any(table.startswith(each) for each in STAYS) for table in done.kept)


def test_who_can_still_come_back_is_not_purged(transactional_db: None, alice: Member) -> None:
    make_lead(alice.organisation)
    deactivate(alice.organisation, by=alice.user.pk)

    with pytest.raises(NotLeaving):
        purge(alice.organisation.pk)
    with tenant(alice.organisation.pk):
        assert Lead.objects.count() == 1


def test_the_clock_purges_who_is_out_of_time(transactional_db: None, alice: Member, charlie: Member) -> None:
    out_of_time(alice)

    start_due()
    while drain():
        pass

    lifecycles = dict(Organisation.objects.values_list("slug", "lifecycle"))
    assert lifecycles == {"acme": "purged", "globex": "active"}
    assert start_due() == 0


def test_a_killed_purge_goes_on(
    transactional_db: None, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole_lead(alice)
    out_of_time(alice)
    monkeypatch.setattr(purging, "_finish", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        purge(alice.organisation.pk)
    monkeypatch.undo()

    done = purge(alice.organisation.pk)

    assert done.counts["leads_lead"] == 1
    assert OrganisationPurge.objects.count() == 1
    assert rows_of(alice, tables_that_go()) == {}


def test_it_is_announced_before_anything_goes(
    transactional_db: None, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_lead(alice.organisation)
    out_of_time(alice)
    heads = []
    monkeypatch.setattr(purging, "_delete", lambda done, table: heads.append(ledger().head().seq))
    before = ledger().head().seq

    with pytest.raises(RuntimeError, match="leads_lead"):
        purge(alice.organisation.pk)

    assert min(heads) > before


def test_owners_are_told(transactional_db: None, alice: Member) -> None:
    out_of_time(alice)

    purge(alice.organisation.pk)

    told = AccountMail.objects.filter(template="organisation_purged")
    assert list(told.values_list("user_id", flat=True)) == [alice.user.pk]


def test_every_table_of_an_organisation_goes_or_says_why_it_stays() -> None:
    assert set(parents_first()) == set(models_of_an_organisation())
    assert {table for table in models_of_an_organisation() if stays(table)} | set(tables_that_go()) == set(
        models_of_an_organisation()
    )
    assert [each for each in STAYS if not str(STAYS[each])] == []


@pytest.mark.promise("H22")
def test_the_owner_gets_a_certificate_that_anybody_can_check(
    transactional_db: None, alice: Member, client: Client
) -> None:
    whole_lead(alice)
    out_of_time(alice)

    done = purge(alice.organisation.pk)

    letter = open_letter(AccountMail.objects.get(template="organisation_purged"), PLATFORM).text
    paper, signed = [text for text in letter.split() if "/privacy/certificate/" in text]
    document = client.get(signed.removeprefix(settings.SITE_URL)).json()
    statement = verify_certificate.verify(document, {public_key()})
    assert document == done.certificate
    assert {"table": "leads_lead", "rows": 1} in statement["erased"]["tables"]
    assert client.get(paper.removeprefix(settings.SITE_URL)).content.startswith(b"%PDF")


def test_a_certificate_is_signed_once(transactional_db: None, alice: Member) -> None:
    out_of_time(alice)
    first = purge(alice.organisation.pk).certificate

    assert purge(alice.organisation.pk).certificate == first
