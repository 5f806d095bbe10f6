"""Taking what the record says about a person out of it; who did what to which identifier stays.

The chain verifies as before: it was made over commitments, and these stay.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from audit.models import PersonalValue


def erase_personal_values(*, object_ids: Iterable[UUID] = (), actor_id: UUID | None = None) -> int:
    """Erase the values of events about these objects, or by this actor, in the current organisation.

    Answers how many went. A second time there is nothing left, and that is a success.
    """
    about = Q(object_id__in=list(object_ids))
    if actor_id is not None:
        about |= Q(actor_id=actor_id)
    gone, _by_model = PersonalValue.objects.filter(about).delete()
    return gone
