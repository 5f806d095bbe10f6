"""Images that nothing refers to: noticed by the clock, and removed when that has been so for a while."""

from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from configurators.images.references import files_referred_to
from configurators.models import Image
from organisations.models import Organisation
from tenancy.context import tenant


def clear_everywhere() -> None:
    """In each organisation by itself; happy to run twice."""
    for organisation_id in Organisation.objects.values_list("pk", flat=True):
        with tenant(organisation_id):
            clear()


def clear() -> int:
    """Note what is used and what is not in the organisation in force; remove what has long been unused."""
    if not Image.objects.exists():
        return 0
    used, now = files_referred_to(), timezone.now()
    Image.objects.filter(sha256__in=used).exclude(unused_since=None).update(unused_since=None)
    unused = Image.objects.exclude(sha256__in=used)
    unused.filter(unused_since=None).update(unused_since=now)
    return _removed(unused.filter(unused_since__lte=now - timedelta(days=settings.UNUSED_IMAGE_DAYS)))


def _removed(images: QuerySet[Image]) -> int:
    count, _by_table = images.delete()
    return count
