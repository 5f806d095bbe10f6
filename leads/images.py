"""An organisation's own images for visitors: those that the configurator shows, each under its own hash."""

from django.http import HttpResponse

from configurators.images.references import is_shown_by
from configurators.models import Image
from configurators.published import ALIAS, Published
from leads import replies
from leads.capture import IntakeUnavailable
from leads.lately import Lately
from leads.visitor_views import visitor_view
from leads.visits import Visit, asking
from tenancy.context import tenant

#: Pictures of some 100 kB; a page of few shows most of them again and again.
_recent = Lately(once=256, again=512)


@visitor_view("GET", "HEAD")
def image(visit: Visit, file: str, width: int) -> HttpResponse:
    """``/c/<key>/image/<sha256>/<width>/``: kept by browsers for ever. Nothing while it is off line."""
    if not visit.publication.intake_on:
        return replies.gone(visit)
    try:
        found = asking(lambda: _picture(visit.publication, file, width))
    except IntakeUnavailable:
        return replies.unavailable_at_all(visit.request, None)
    return replies.image(found) if found else replies.gone(visit)


def _picture(publication: Published, file: str, width: int) -> bytes | None:
    if not is_shown_by(publication, file):
        return None
    with tenant(publication.organisation_id, using=ALIAS):
        image = Image.objects.using(ALIAS).filter(sha256=file)
        key = (publication.organisation_id, file, width)
        found = _recent.get(key)
        if found is not None:
            # One that was removed is nowhere to be seen from that moment on.
            return found if image.exists() else None
        row = image.first()
    found = row.picture(width) if row else None
    if found:
        _recent.keep(key, found)
    return found


def forget_everything() -> None:
    """Start anew: for tests, whose databases come and go within one process."""
    _recent.clear()
