"""kill -9 at every boundary of an erasure: whoever comes after finds where it was, and ends it exactly once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connections

from audit.models import Event, RecipientNotice
from leads.models import Lead
from privacy.declarations import Subject
from privacy.erasure.plan import plan_erasure
from privacy.models import ErasureState
from tenancy.context import tenant
from tenancy.ledger import gate
from tenancy.ledger.store import ledger
from tenancy.models import LedgerEntry
from tests.cast import Member
from tests.privacy.erasure.conftest import as_it_is, carried_out, counted, order
from tests.privacy.erasure.dying import COMMITTED, MOMENTS, die_at

pytestmark = pytest.mark.django_db(transaction=True)


def lines() -> list[Any]:
    return ledger().entries(after=0)


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_erasure_that_was_killed_is_resumed_exactly(lead: Lead, alice: Member, moment: str) -> None:
    """Nothing is left, nobody is told twice, and the ledger tells one deed, announced with all its rows."""
    with tenant(lead.organisation_id):
        plan = plan_erasure(Subject.LEAD, [lead.pk])
    erasure = order(lead, alice)

    die_at(moment, erasure.pk, erasure.organisation_id)
    left = counted("leads_lead")["leads_lead"]
    done = carried_out(erasure)

    assert left == (0 if moment in COMMITTED else 1)
    assert (done.state, done.counts) == (ErasureState.DONE, plan.counts)
    assert counted(*plan.counts) == dict.fromkeys(plan.counts, 0)
    with tenant(lead.organisation_id):
        assert Event.objects.filter(action="lead.erased").count() == 1
        assert RecipientNotice.objects.filter(case_id=done.case_id).count() == 1
    assert_the_ledger_tells_it_once(sorted(plan.refs))


def assert_the_ledger_tells_it_once(refs: list[tuple[str, str]]) -> None:
    told = lines()
    deeds = [line.entry for line in told if line.kind == "done"]
    announced = {line.entry: sorted(map(tuple, line.facts["refs"])) for line in told if line.kind == "intent"}
    assert len(deeds) == 1
    assert announced[deeds[0]] == refs
    assert list(LedgerEntry.objects.all()) == []
    assert gate.difference(connections["default"]) == ""


def test_a_third_process_finds_nothing_to_do(lead: Lead, alice: Member) -> None:
    erasure = order(lead, alice)
    die_at("after the commit", erasure.pk, erasure.organisation_id)
    first = carried_out(erasure)

    again = carried_out(erasure)

    assert (again.erased_at, again.ledger_seq) == (first.erased_at, first.ledger_seq)
    assert len(lines()) == 2
    assert as_it_is(erasure).state == ErasureState.DONE
