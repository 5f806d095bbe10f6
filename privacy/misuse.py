"""A person says that somebody else used their account: a case is opened at once (D17)."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from privacy import breaches

#: How far back to look: as long as the record of who looked at what reaches.
LOOK_BACK = timedelta(days=90)


def open_case(*, user: User, **kwargs: Any) -> None:
    """Suspect a breach by the doings of this account, and look for whom it concerns."""
    now = timezone.now()
    with override("en"):
        breaches.open_breach(
            title=_("Misuse of an account, reported by its holder"),
            suspected_at=now,
            what_happened=_("Somebody reported that another person used their account."),
            by=user.pk,
            actor_id=user.pk,
            since=now - LOOK_BACK,
        )
