"""The front door: what this is, and where to report a weakness."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from configurators.models import Publication

#: RFC 9116 asks that a contact is never older than a year.
_CONTACT_VALID = timedelta(days=180)


@require_safe
@never_cache
@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """What Opmaat is, with a live configurator to play with where the demo is installed."""
    return render(request, "site/home.html", {"demo_url": _demo_url() if settings.EMBEDDED else ""})


@require_safe
@login_not_required
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell about a weakness (RFC 9116)."""
    expires = (datetime.now(UTC) + _CONTACT_VALID).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        f"Contact: mailto:{settings.SECURITY_CONTACT}",
        f"Expires: {expires}",
        "Preferred-Languages: nl, en, fr",
        f"Canonical: {settings.SITE_URL}{reverse('site:security')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _demo_url() -> str:
    """The oldest configurator that takes requests: in the demo that is the veranda."""
    key = (
        Publication.objects.filter(intake_on=True, suspended_at=None)
        .order_by("id")
        .values_list("public_key", flat=True)
        .first()
    )
    return f"{settings.PUBLIC_URL}{reverse('public:page', args=[key])}" if key else ""
