"""Finding a configurator of the organisation in force."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from configurators.models import Configurator, Publication


def find(pk: UUID, *, to_change: bool = False) -> Configurator:
    """The configurator, or 404: another organisation's does not exist here.

    ``to_change`` keeps its draft as it is until this request is done.
    """
    configurators = Configurator.objects.select_for_update() if to_change else Configurator.objects
    return get_object_or_404(configurators, pk=pk, archived_at=None)


def publication_of(configurator: Configurator) -> Publication | None:
    """What the world sees of it, if it was ever published."""
    return Publication.objects.filter(
        configurator_id=configurator.pk, organisation_id=configurator.organisation_id
    ).first()
