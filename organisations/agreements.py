"""When somebody's last agreement ended, and so when their account goes (promise H20).

An agreement lasts as long as the person belongs to an organisation that has not been terminated, or works
for the platform. It ended at the latest of three moments: the account's opening, the person's last leaving,
the termination of the organisations they still belong to. The date is a pure function of what is stored, so
it may be computed at any time, and is: when somebody joins or leaves, when an organisation is terminated or
restored, and once a day for everybody.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import User
from organisations.models import Membership, Organisation

_REDATE = """
UPDATE accounts_user u SET agreement_ended_at = found.ended, purge_after = found.ended + %(kept)s::interval
FROM (
  SELECT p.id, CASE WHEN EXISTS (SELECT 1 FROM accounts_platformrole r WHERE r.user_id = p.id)
      OR EXISTS (
        SELECT 1 FROM organisations_membership m JOIN organisations_organisation o ON o.id = m.organisation_id
        WHERE m.user_id = p.id AND o.terminated_at IS NULL)
    THEN NULL
    ELSE greatest(p.created_at, p.last_left_at, (
      SELECT max(o.terminated_at) FROM organisations_membership m
      JOIN organisations_organisation o ON o.id = m.organisation_id WHERE m.user_id = p.id))
    END AS ended
  FROM accounts_user p WHERE %(everybody)s OR p.id = ANY(%(people)s)
) found
WHERE u.id = found.id
  AND (u.agreement_ended_at, u.purge_after) IS DISTINCT FROM (found.ended, found.ended + %(kept)s::interval)
"""


def redate_people(people: Iterable[UUID]) -> int:
    """Compute the dates of these people; answers how many changed."""
    return _redate(people=list(people), everybody=False)


def redate_everybody() -> int:
    """Compute the dates of all people: what no verb told, and a changed period, are caught within a day."""
    return _redate(people=[], everybody=True)


def note_leaving(user_id: UUID) -> None:
    """Remember that somebody left an organisation just now. Runs in the transaction that ends it."""
    User.objects.filter(pk=user_id).update(last_left_at=timezone.now())
    redate_people([user_id])


def follow_the_lifecycle(sender: Any, organisation: Organisation, **kwargs: Any) -> None:
    """Date or release everybody who belongs to an organisation that was terminated or restored."""
    redate_people(Membership.objects.filter(organisation=organisation).values_list("user_id", flat=True))


def _redate(**values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_REDATE, {**values, "kept": f"{settings.RETENTION_ACCOUNT_YEARS} years"})
        return cursor.rowcount
