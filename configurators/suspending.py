"""Configurators of a deactivated organisation are off line, and on line again when it comes back."""

from typing import Any

from django.db.models.functions import Now

from configurators.models import Publication
from organisations.models import Organisation


def follow_the_lifecycle(sender: Any, organisation: Organisation, **kwargs: Any) -> None:
    """Suspend or release every publication; what was withdrawn by hand stays withdrawn."""
    mine = Publication.objects.filter(organisation_id=organisation.pk)
    if organisation.lifecycle == Organisation.Lifecycle.ACTIVE:
        mine.exclude(suspended_at=None).update(suspended_at=None, changed_at=Now())
    else:
        mine.filter(suspended_at=None).update(suspended_at=Now(), changed_at=Now())
