"""Whether whoever sends something may: not too often, and from a page of ours or of a listed site."""

from django.conf import settings
from django.http import HttpRequest

from configurators.published import Published
from leads import other_sites, rates, refusals
from leads.visits import Visit


def check(visit: Visit, address: str) -> None:
    """Raises Refused."""
    if rates.too_many(address, visit.public_key):
        raise refusals.too_many()
    if not _is_from_here(visit.request, visit.publication):
        raise refusals.not_from_here()


def _is_from_here(request: HttpRequest, publication: Published) -> bool:
    """Whether the page that sent this is ours, one of a listed site, or does not say."""
    origin = request.META.get("HTTP_ORIGIN")
    if not origin or origin in (settings.SITE_URL, settings.PUBLIC_URL):
        return True
    if origin.partition("://")[2] == request.META.get("HTTP_HOST"):
        return True
    return other_sites.is_listed(origin, publication)
