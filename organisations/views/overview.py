"""The first page of an organisation."""

from dataclasses import dataclass

from babel.dates import format_date
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.templatetags.looks import locale
from organisations.http import TenantRequest
from organisations.models import Organisation
from organisations.navigation import page_of
from organisations.permissions import Permission, requires


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do for a new organisation.

    ``done`` is None where this app cannot know; ``fragment`` is then a page of the app that does.
    """

    title: Promise
    text: Promise
    url: str
    done: bool | None
    fragment: str = ""


@requires(Permission.ORGANISATION_VIEW)
@require_safe
def overview(request: TenantRequest) -> HttpResponse:
    context = {
        "greeting": _greeting(request.user.name),
        "today": _today(),
        "steps": _first_steps(request),
        "leads_fragment": _page(request, "leads:overview", Permission.LEADS_VIEW),
        "privacy_fragment": _page(request, "privacy:overview", Permission.PRIVACY_VIEW),
        "configurators_fragment": _page(request, "configurators:overview", Permission.CONFIGURATORS_VIEW),
        "new_configurator": _page(request, "configurators:create", Permission.CONFIGURATORS_EDIT),
    }
    return render(request, "organisations/overview.html", context)


def _today() -> str:
    """Monday 23 November 2026, as the reader writes it."""
    written = format_date(timezone.localdate(), "EEEE d MMMM y", locale=locale())
    return written[:1].upper() + written[1:]


def _greeting(name: str) -> str:
    hour = timezone.localtime().hour
    if 5 <= hour < 12:
        return _("Good morning, %(name)s") % {"name": name}
    if 12 <= hour < 18:
        return _("Good afternoon, %(name)s") % {"name": name}
    return _("Good evening, %(name)s") % {"name": name}


def _first_steps(request: TenantRequest) -> list[Step]:
    """What a new organisation has yet to do; empty for who may not, and once it is done."""
    if not request.membership.may(Permission.ORGANISATION_MANAGE):
        return []
    steps = _steps(request.organisation)
    return [] if all(step.done is not False for step in steps) else steps


def _steps(organisation: Organisation) -> list[Step]:
    slug = organisation.slug
    settings = page_of("organisations:settings", slug)
    configurators = page_of("configurators:list", slug)
    steps = [
        Step(
            gettext_lazy("Say who you are"),
            gettext_lazy("Visitors read who asks for their data, and for how long you keep it."),
            f"{settings}#controller",
            done=not organisation.missing_before_publishing,
        ),
        Step(
            gettext_lazy("Name the sites with your configurators"),
            gettext_lazy("A configurator can be shown on your own site only."),
            f"{settings}#embedding",
            done=bool(organisation.embed_domains),
        ),
        Step(
            gettext_lazy("Invite your colleagues"),
            gettext_lazy("Each with a role of their own."),
            page_of("organisations:members", slug),
            done=organisation.memberships.count() > 1 or organisation.invitations.exists(),
        ),
    ]
    if configurators:
        steps.insert(1, _configurator_step(slug, configurators))
    return steps


def _configurator_step(slug: str, url: str) -> Step:
    """Its own app knows how far it is; it does not hold up the list."""
    return Step(
        gettext_lazy("Build a configurator"),
        gettext_lazy("Steps, options and prices, and a page to share."),
        url,
        done=None,
        fragment=page_of("configurators:first-step", slug),
    )


def _page(request: TenantRequest, name: str, permission: Permission) -> str:
    return page_of(name, request.organisation.slug) if request.membership.may(permission) else ""
