"""The product's addresses after two more, so that the no-op is found a little sooner than anything real."""

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import re_path

import config.urls
from configurators import public_page
from leads.visits import visit_of

_ANSWER = b'{"total": ""}'


@login_not_required
@transaction.non_atomic_requests
def noop(request: HttpRequest, key: str) -> HttpResponse:
    return HttpResponse(_ANSWER, content_type="application/json")


@login_not_required
@transaction.non_atomic_requests
def uncached(request: HttpRequest, key: str) -> HttpResponse:
    """The visitor's page, rendered anew for each request."""
    visit = visit_of(request, key, fresh=True)
    visit.publication.pages.clear()
    return public_page.cached_page(visit.publication, visit.language, visit.embedded, visit.fresh_token())


urlpatterns = [
    re_path(r"^c/(?P<key>[A-Za-z0-9]{4,32})/noop/$", noop),
    re_path(r"^c/(?P<key>[A-Za-z0-9]{4,32})/uncached/$", uncached),
    *config.urls.urlpatterns,
]
