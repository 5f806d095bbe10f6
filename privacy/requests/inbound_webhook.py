"""Where the mail provider posts what came in for privacy@ (promise H34)."""

from __future__ import annotations

import base64
import hmac
import json

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from privacy.requests import inbound

#: The provider sends at most 35 MB of attachments, in base64. They are read past and never kept.
LARGEST = 50 * 1024 * 1024

log = structlog.get_logger(__name__)


@login_not_required
@never_cache
@require_POST
@transaction.non_atomic_requests
def receive_mail(request: HttpRequest) -> HttpResponse:
    """Open a request for a mail. Answers 4xx to who is not the provider and to what is no mail."""
    if not settings.INBOUND_MAIL_SECRET:
        raise Http404
    if not _is_provider(request):
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="inbound mail"'})
    try:
        mail = inbound.read(_json(request))
    except inbound.NotAMail as refusal:
        return JsonResponse({"error": "not a mail", "field": refusal.field}, status=422)
    opened = inbound.take_in(mail)
    log.info("inbound_mail", outcome="opened" if opened else "kept")
    return JsonResponse({"opened": opened is not None})


def _is_provider(request: HttpRequest) -> bool:
    """Basic authentication with the secret as password, compared in constant time."""
    expected = base64.b64encode(f"postmark:{settings.INBOUND_MAIL_SECRET}".encode())
    given = request.headers.get("Authorization", "")
    return hmac.compare_digest(given.encode("utf-8", "replace"), b"Basic " + expected)


def _json(request: HttpRequest) -> object:
    """The body, read past Django's limit for forms: a mail may carry attachments."""
    raw = request.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise inbound.NotAMail("body")
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise inbound.NotAMail("body") from None
