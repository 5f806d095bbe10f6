from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from audit.events import NotForTheRecord, record, record_platform
from audit.models import AccessEvent, Event, PlatformAccessEvent, PlatformEvent
from tenancy.context import NoTenant, tenant
from tenancy.ids import uuid7

pytestmark = pytest.mark.django_db


def test_an_act_is_recorded_in_its_organisation_only(acme, globex):
    actor, thing = uuid7(), uuid7()
    with tenant(acme.pk):
        record("lead.opened", actor_id=actor, kind="lead", object_id=thing, detail={"count": 3})

    with tenant(acme.pk):
        event = AccessEvent.objects.about("lead", thing).get()
        assert (event.action, event.actor_id, event.detail) == ("lead.opened", actor, {"count": 3})
    with tenant(globex.pk):
        assert not AccessEvent.objects.about("lead", thing).exists()


def test_outside_an_organisation_nothing_is_recorded():
    with pytest.raises(NoTenant):
        record("lead.opened", actor_id=None)


@pytest.mark.parametrize(
    ("evidence", "setting"), [(False, "RETENTION_ACCESS_LOG_DAYS"), (True, "RETENTION_EVIDENCE_DAYS")]
)
def test_each_class_has_its_period(acme, settings, evidence, setting):
    with tenant(acme.pk):
        event = record("lead.exported", actor_id=None, evidence=evidence)
    platform = record_platform("account.opened", evidence=evidence)

    assert event.purge_after is not None
    assert platform.purge_after is not None
    period = timedelta(days=getattr(settings, setting))
    assert event.purge_after - event.occurred_at == period
    assert platform.purge_after - platform.occurred_at == period


@pytest.mark.parametrize("value", ["alice@example.org", "x" * 201, None, 1.5, ["a"], {"a": 1}])
def test_a_detail_that_may_name_somebody_is_refused_without_quoting_it(acme, value):
    with tenant(acme.pk), pytest.raises(NotForTheRecord) as refusal:
        record("lead.opened", actor_id=None, detail={"who": value})

    assert "alice" not in str(refusal.value)


@pytest.mark.parametrize("action", ["", "Lead opened", "lead.", "alice@example.org"])
def test_an_action_has_a_proper_name(action):
    with pytest.raises(NotForTheRecord):
        record_platform(action)


def test_the_classes_have_tables_of_their_own(acme):
    with tenant(acme.pk):
        seen = record("lead.opened", actor_id=None)
        kept = record("lead.exported", actor_id=None, evidence=True)
        assert list(AccessEvent.objects.all()) == [seen]
        assert kept in Event.objects.all()
    signed_in, opened = record_platform("account.signed_in"), record_platform("account.opened", evidence=True)

    assert signed_in in PlatformAccessEvent.objects.all()
    assert opened in PlatformEvent.objects.all()


@pytest.mark.parametrize(
    "table", ["audit_event", "audit_accessevent", "audit_platformevent", "audit_platformaccessevent"]
)
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET action = 'x'", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}"]
)
def test_nobody_who_serves_requests_can_change_the_record(acme, table, statement):
    with (
        tenant(acme.pk),
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


def test_newest_comes_first(acme):
    with tenant(acme.pk):
        made = [record("tests.step", actor_id=None, detail={"n": n}) for n in range(3)]
        assert list(AccessEvent.objects.filter(action="tests.step").newest()) == made[::-1]


def test_the_platforms_record_knows_no_organisations_wall():
    user_id = uuid7()
    record_platform("account.signed_in", user_id=user_id)

    assert [event.action for event in PlatformAccessEvent.objects.of_user(user_id).newest()] == [
        "account.signed_in"
    ]
