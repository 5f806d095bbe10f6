"""The API's own description (OpenAPI 3), made once from its views."""

import json
from functools import lru_cache

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator


@transaction.non_atomic_requests
@login_not_required
@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """For anybody: it says what can be asked, and nothing about anyone."""
    return HttpResponse(_text(), content_type="application/vnd.oai.openapi+json")


@lru_cache(maxsize=1)
def _text() -> bytes:
    described = SchemaGenerator(urlconf="leads.api.urls").get_schema(request=None, public=True)
    return json.dumps(described, ensure_ascii=False).encode()
