"""Decisions about an organisation itself."""

from typing import Any

from django.db import transaction

from audit import events
from organisations.members import lock_members
from organisations.models import Membership, Organisation
from organisations.signals import lead_retention_changed


@transaction.atomic
def change_settings(*, organisation: Organisation, changes: dict[str, Any], by: Membership) -> list[str]:
    """Store what differs and answer the names of the fields that did.

    Only those are written, so that two people who change different things both succeed. Runs inside the
    organisation's tenant transaction.
    """
    current = lock_members(organisation.id)
    changed = [name for name, value in changes.items() if getattr(current, name) != value]
    if not changed:
        return []
    for name in changed:
        setattr(current, name, changes[name])
    current.save(update_fields=[*changed, "changed_at"])
    events.record(
        "organisation.settings_changed",
        actor_id=by.user_id,
        kind="organisation",
        object_id=current.id,
        detail={"fields": ", ".join(changed)},
        evidence=True,
    )
    if "lead_retention_days" in changed:
        lead_retention_changed.send(sender=Organisation, organisation=current)
    return changed
