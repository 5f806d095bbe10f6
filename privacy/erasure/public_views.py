"""What everyone may fetch: the key that certificates are signed with, and a certificate by its own link."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import override
from django.views.decorators.http import require_safe

from delivery.typesetting import NotSet
from privacy.erasure import collecting
from privacy.erasure.certificates import fingerprint, interim, public_key
from privacy.erasure.printing import as_pdf
from privacy.models import LeadErasure, OrganisationPurge
from tenancy.context import tenant

_LANGUAGES = ("nl", "en", "fr")


@login_not_required
@require_safe
def signing_key(request: HttpRequest) -> HttpResponse:
    """The public half of the platform's signing key, with the fingerprint by which people compare it."""
    public = public_key()
    key = {"algorithm": "Ed25519", "public": public, "fingerprint": fingerprint(public)}
    return JsonResponse({"keys": [key]})


@login_not_required
@transaction.non_atomic_requests
@require_safe
def certificate(request: HttpRequest, token: str) -> HttpResponse:
    """The certificate that a letter links to: as JSON, or as PDF with ?as=pdf in the language asked for."""
    proven = collecting.read(token)
    if proven is None or not proven.is_done:
        raise Http404
    return download(proven, as_=request.GET.get("as", ""), language=request.GET.get("lang", ""))


def download(proven: collecting.Proven, *, as_: str, language: str) -> HttpResponse:
    """The certificate as a file; an interim statement until every recipient has answered."""
    document = _document(proven)
    name = f"erasure-{document['statement']['case'][:8]}"
    if as_ == "pdf":
        with override(language if language in _LANGUAGES else None):
            try:
                response = HttpResponse(as_pdf(document), content_type="application/pdf")
            except NotSet:
                return HttpResponse(status=503, headers={"Retry-After": "60"})
        response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    else:
        response = JsonResponse(document, json_dumps_params={"indent": 1, "ensure_ascii": False})
        response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    patch_cache_control(response, private=True, no_store=True)
    return response


def _document(proven: collecting.Proven) -> dict[str, Any]:
    if proven.certificate is not None or isinstance(proven, OrganisationPurge):
        return proven.certificate or {}
    plane = tenant(proven.organisation_id) if isinstance(proven, LeadErasure) else nullcontext()
    with plane:
        return interim(proven)
