"""Public pages follow their organisation: off line while it is deactivated, without a form while unpaid."""

from typing import Any
from uuid import UUID

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


def follow_the_payments(sender: Any, organisation_id: UUID, shown: bool, **kwargs: Any) -> None:
    """Hide the forms, or show them again; those that visitors have before them are still accepted."""
    others = Publication.objects.filter(organisation_id=organisation_id, form_hidden=shown)
    others.update(form_hidden=not shown, changed_at=Now())
