"""The purge: everything that an organisation kept here is deleted, and its keys are destroyed.

It begins when the time to come back is over, is announced in the ledger first, deletes in slices so that
nobody waits for it, and goes on where a killed one stopped. Keys go last.
"""

# ruff: noqa: S608 - names come from the models and are quoted; values are parameters

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

from audit.events import record_platform
from delivery.jobs import JobCall, enqueue, handler
from delivery.mail import send_account_mail
from organisations.leaving import begin_purge, end_purge, owners_of, without_a_way_back
from organisations.models import Organisation
from privacy import ledger, registry
from privacy.erasure.collecting import link_to
from privacy.leaving.certifying import certify
from privacy.leaving.order import models_of_an_organisation, stays, tables_that_go
from privacy.ledger import Action
from privacy.models import OrganisationPurge
from tenancy.context import tenant
from tenancy.keys import key_store
from tenancy.planes import TABLES

SLICE_ROWS = 2000
#: How long a copy of the key store may keep a key that was destroyed.
KEY_HISTORY_DAYS = 7

log = structlog.get_logger(__name__)


def start_due() -> int:
    """Leave a job for every organisation whose time to come back is over; answers how many."""
    due = without_a_way_back(timezone.now())
    for organisation_id in due:
        enqueue(
            "privacy.purge_organisation",
            organisation_id=organisation_id,
            ids={"organisation": str(organisation_id)},
            dedupe_key=str(organisation_id),
        )
    return len(due)


@handler("privacy.purge_organisation", external=True)
def carry_out(call: JobCall) -> None:
    """Purge one organisation; one that is purged already is left alone."""
    purge(UUID(call.ids["organisation"]))


def purge(organisation_id: UUID) -> OrganisationPurge:
    """Delete every row, file and key of an organisation. Raises NotLeaving while it can still come back."""
    begin_purge(organisation_id)
    done, _new = OrganisationPurge.objects.get_or_create(
        organisation_id=organisation_id, defaults={"began_at": timezone.now()}
    )
    if done.finished_at is None:
        entry = ledger.intend(Action.PURGE_ORGANISATION, organisation_id=organisation_id)
        for table in tables_that_go():
            _delete(done, table)
        _finish(done, entry)
    _end(done)
    return done


def _delete(done: OrganisationPurge, table: str) -> None:
    """Slice by slice, each counted in the transaction that deletes it."""
    while True:
        with tenant(done.organisation_id):
            rows = _delete_slice(done.organisation_id, table)
            if not rows:
                return
            done.counts[table] = done.counts.get(table, 0) + rows
            done.save(update_fields=["counts"])


def _delete_slice(organisation_id: UUID, table: str) -> int:
    """What the product may not delete goes with the row it belongs to; ``_finish`` sees that it did."""
    if "DELETE" not in TABLES[table].app:
        return 0
    name = connections["default"].ops.quote_name(table)
    key = registry.column_of(models_of_an_organisation()[table]._meta.pk)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {name} WHERE organisation_id = %s AND {key} IN"
            f" (SELECT {key} FROM {name} WHERE organisation_id = %s LIMIT %s)",
            [organisation_id, organisation_id, SLICE_ROWS],
        )
        return cursor.rowcount


def _finish(done: OrganisationPurge, entry: ledger.Entry) -> None:
    """Say what went and what stays, once nothing is left."""
    with tenant(done.organisation_id):
        left = dict(_left(done.organisation_id, tables_that_go()))
        if left:
            raise RuntimeError(f"Rows came in while the organisation was purged: {sorted(left)}.")
        done.kept = dict(_left(done.organisation_id, filter(stays, models_of_an_organisation())))
        _date(done)
        done.save()
        ledger.mark_done(entry)
        record_platform(
            "organisation.purged",
            organisation_id=done.organisation_id,
            detail={"rows": sum(done.counts.values())},
            evidence=True,
        )


def _end(done: OrganisationPurge) -> None:
    """What lies outside that transaction. The keys go last; a purge that was killed ends here as well."""
    if Organisation.objects.get(pk=done.organisation_id).lifecycle == Organisation.Lifecycle.PURGED:
        return
    key_store().destroy(done.organisation_id)
    ledger.settle()
    with transaction.atomic():
        certify(done)
        _tell_owners(end_purge(done.organisation_id), done)
    log.info("organisation_purged", organisation_id=done.organisation_id, rows=sum(done.counts.values()))


def _tell_owners(organisation: Organisation, done: OrganisationPurge) -> None:
    certificate = link_to(done)
    for owner in owners_of(organisation):
        send_account_mail(
            user_id=owner.user_id,
            to=owner.user.email,
            template="organisation_purged",
            context={
                "organisation": organisation.name,
                "name": owner.user.name,
                "purge": done,
                "signed_url": certificate,
                "printed_url": f"{certificate}?as=pdf&lang={owner.user.language}",
            },
            language=owner.user.language,
        )


def _date(done: OrganisationPurge) -> None:
    now = timezone.now()
    done.keys_destroyed_at = done.finished_at = now
    done.unreadable_from = now + timedelta(days=KEY_HISTORY_DAYS)
    done.backups_until = now + timedelta(days=settings.BACKUP_KEPT_DAYS)
    done.purge_after = now + timedelta(days=settings.RETENTION_EVIDENCE_DAYS)


def _left(organisation_id: UUID, tables: Iterable[str]) -> Iterable[tuple[str, int]]:
    models = models_of_an_organisation()
    for table in tables:
        rows = models[table]._default_manager.filter(organisation_id=organisation_id)
        if count := rows.count():
            yield table, count
