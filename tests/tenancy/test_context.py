"""Entering a tenant."""

from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction

from configurators.models import Configurator
from tenancy.context import NoTenant, TenantSwitch, current_organisation_id, tenant

pytestmark = pytest.mark.django_db

ACME, GLOBEX = uuid4(), uuid4()


def make_configurator(organisation_id, name):
    with tenant(organisation_id):
        return Configurator.objects.create(name=name, draft={})


def names_seen():
    return list(Configurator.objects.values_list("name", flat=True))


def test_only_own_rows_are_seen():
    make_configurator(ACME, "ours")
    make_configurator(GLOBEX, "theirs")

    with tenant(ACME):
        seen = names_seen()

    assert seen == ["ours"]


def test_reading_without_a_tenant_raises_instead_of_finding_nothing():
    make_configurator(ACME, "ours")

    with pytest.raises(ProgrammingError, match="no organisation is set"), transaction.atomic():
        names_seen()


def test_the_tenant_is_gone_after_the_block():
    with tenant(ACME):
        pass

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.organisation_id', true)")
        assert cursor.fetchone()[0] == ""


def test_the_tenant_is_gone_after_an_exception():
    with pytest.raises(ZeroDivisionError), tenant(ACME):
        raise ZeroDivisionError

    with pytest.raises(NoTenant):
        current_organisation_id()


def test_entering_another_tenant_inside_is_refused():
    with tenant(ACME), pytest.raises(TenantSwitch), tenant(GLOBEX):
        pass


def test_entering_the_same_tenant_again_is_a_savepoint():
    with tenant(ACME):
        make_configurator(ACME, "inner")
        assert names_seen() == ["inner"]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_is_not_ours_is_refused():
    with transaction.atomic(), pytest.raises(TenantSwitch), tenant(ACME):
        pass


def test_a_row_of_another_organisation_is_refused_by_postgres():
    with tenant(ACME), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Configurator.objects.create(name="smuggled", draft={}, organisation_id=GLOBEX)
