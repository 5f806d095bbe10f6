"""/platform/documents/: the texts of the platform, how far each notice is, and whom it did not reach."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import legal, publications
from accounts.announcing import refused_notices
from accounts.models import LegalPublication, PlatformRole
from accounts.platform import platform_role_required

OFFICER = PlatformRole.Role.PRIVACY_OFFICER


@platform_role_required(OFFICER)
@never_cache
@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    known = publications.editions()
    rows = [
        {"edition": edition, "in_force": edition == publications.current(of_one_kind)}
        for of_one_kind in known.values()
        for edition in reversed(of_one_kind)
    ]
    return render(request, "privacy/platform/documents.html", {"rows": rows, "progress": _progress()})


def _progress() -> list[dict[str, Any]]:
    material = LegalPublication.objects.filter(material=True).order_by("-published_at")
    return [
        {
            "publication": publication,
            "name": legal.NAMES[publication.kind],
            "told": publication.notices.count(),
            "refused": refused_notices(publication),
        }
        for publication in material
    ]
