"""What the script of another site may ask of us: only a listed one, and never with anybody's credentials.

Browsers let a page read an answer of another origin only where that origin says so (CORS).
"""

from django.http import HttpResponse

from configurators.published import Published
from leads.visits import Visit
from organisations.domains import origins

_ASKED_BEFORE = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Content-Type, X-Form-Token",
    "Access-Control-Max-Age": "7200",
}


def is_listed(origin: str, publication: Published) -> bool:
    """Whether the organisation lists the site with this origin."""
    return origin in origins(publication.organisation.embed_domains)


def readable(visit: Visit, response: HttpResponse) -> HttpResponse:
    """The same answer, which a page of a listed site may read."""
    origin = visit.request.META.get("HTTP_ORIGIN")
    if origin and is_listed(origin, visit.publication):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "Retry-After"
    return response


def preflight() -> HttpResponse:
    """What may be asked at all; ``readable`` says by whom."""
    return HttpResponse(status=204, headers=_ASKED_BEFORE)
