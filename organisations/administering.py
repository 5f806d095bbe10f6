"""Decisions about an organisation itself."""

from typing import Any, TypeGuard

from django.db import transaction

from audit import events
from organisations.members import lock_members
from organisations.models import Membership, Organisation
from organisations.signals import lead_retention_changed, shorter_retention_asked
from tenancy.ledger.entries import note

#: What the ledger calls it (privacy.ledger).
SHORTEN_RETENTION = "shorten_retention"

#: What a stranger at an unlocked computer could do lasting harm with: whom visitors believe they write to,
#: where the form may be shown, and who gets in with a password alone.
GUARDED_SETTINGS = frozenset(
    {
        "controller_name",
        "controller_address",
        "controller_email",
        "privacy_policy_url",
        "embed_domains",
        "require_two_step",
    }
)

#: Where people reach somebody about their data or their request: to put that right never waits.
CONTACT_SETTINGS = frozenset(
    {
        "controller_name",
        "controller_address",
        "controller_email",
        "privacy_policy_url",
        "notification_email",
    }
)


def never_waits(organisation: Organisation, changes: dict[str, Any]) -> bool:
    """Whether changes are of the kind that no late payment and no suspension withholds.

    They are when each of them either corrects whom people reach, or takes something away: a shorter time that
    requests are kept, fewer sites, a second step for all. One that does neither makes all of them wait, so
    that a page is saved whole or not at all.
    """
    return all(
        name in CONTACT_SETTINGS or _takes_away(name, getattr(organisation, name), value)
        for name, value in changes.items()
        if value != getattr(organisation, name)
    )


def _takes_away(name: str, before: Any, after: Any) -> bool:
    if name == "lead_retention_days":
        return _is_shorter(after, before)
    if name == "embed_domains":
        return set(after) <= set(before)
    return name == "require_two_step" and bool(after)


def _is_shorter(days: int | None, before: int | None) -> TypeGuard[int]:
    """None is for as long as the organisation likes."""
    return days is not None and (before is None or days < before)


def count_deleted_by(*, organisation: Organisation, days: int) -> int:
    """How many requests would go at once if they were kept for so many days. Runs inside the tenant."""
    answers = shorter_retention_asked.send(sender=Organisation, organisation=organisation, days=days)
    return sum(int(answer or 0) for _receiver, answer in answers)


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
    if "lead_retention_days" in changed:
        _note_shorter_retention(current, changes["lead_retention_days"])
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


def _note_shorter_retention(organisation: Organisation, days: int | None) -> None:
    """What was promised to go sooner must also go sooner from a restored backup."""
    before = organisation.lead_retention_days
    if _is_shorter(days, before):
        note(SHORTEN_RETENTION, organisation_id=organisation.pk, more={"days": days})


def shorten_retention_again(*, organisation: Organisation, days: int) -> None:
    """Bring a restored organisation to the shorter period it had decided on. Runs inside its tenant."""
    current = lock_members(organisation.id)
    if _is_shorter(days, current.lead_retention_days):
        current.lead_retention_days = days
        current.save(update_fields=["lead_retention_days", "changed_at"])
        lead_retention_changed.send(sender=Organisation, organisation=current)
