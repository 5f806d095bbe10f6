"""Publishing, the history of versions, and putting a configurator on a site."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from configurators import embedding
from configurators.compiled import Compiled
from configurators.compiling import DefinitionError, compile_definition, problems_in
from configurators.definition import Problem
from configurators.drafts import DraftConflict
from configurators.forms import IntakeForm, PublishForm
from configurators.formula.prices import NO_PRICE_THAT_DAY
from configurators.models import Configurator, ConfiguratorVersion
from configurators.places import place_in_words
from configurators.planning import SameMoment, TooManyPlans, call_off, plan, plans_of
from configurators.previewing import compiled_draft
from configurators.price_books.republishing import live_version, why_not
from configurators.price_books.resolving import places_in, prices_for
from configurators.publishing import (
    CannotPublish,
    no_place,
    no_room,
    obstacles,
    publish,
    reopen,
    restore,
    unaccepted,
    withdraw,
    without_image,
)
from configurators.scenarios import failing
from configurators.views.access import find, publication_of
from configurators.views.looking import compared, looked_at
from organisations.http import TenantRequest
from organisations.permissions import Permission, requires

#: Texts of a language that is switched off are kept on purpose.
_NOT_UNFINISHED = {"undeclared_language"}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.CONFIGURATORS_PUBLISH)
def publish_page(request: TenantRequest, pk: UUID) -> HttpResponse:
    """What stands in the way, what is unfinished, and the button."""
    form = PublishForm(request.POST or None)
    configurator = find(pk, to_change=request.method == "POST")
    if request.method == "POST" and form.is_valid():
        try:
            _require_what_was_shown(configurator, form)
            return _planned(request, configurator, form) or _published(request, configurator, form)
        except DraftConflict:
            text = _("The draft was changed since this page was opened. Look at it as it is now.")
            form.add_error(None, text)
        except CannotPublish as refused:
            return _publish_page(request, configurator, form, status=422, refused=refused)
        except SameMoment:
            form.add_error("at", _("Another version goes live at that very time."))
        except TooManyPlans:
            form.add_error("at", _("As many versions are planned as may be. Call one off first."))
    return _publish_page(request, configurator, form, status=422 if form.errors else 200)


def _require_what_was_shown(configurator: Configurator, form: PublishForm) -> None:
    """Raises DraftConflict where somebody saved since: nothing goes live that nobody looked at."""
    shown = form.cleaned_data["revision"]
    if shown is not None and shown != configurator.draft_revision:
        raise DraftConflict(configurator.draft_revision)


def _planned(request: TenantRequest, configurator: Configurator, form: PublishForm) -> HttpResponse | None:
    at, notes = form.cleaned_data["at"], form.cleaned_data["notes"]
    if at is None:
        return None
    plan(configurator, at=at, by=request.user.pk, notes=notes)
    messages.success(request, _("The draft is frozen as it is now, and goes live by itself at that time."))
    return redirect("configurators:publish", organisation=request.organisation.slug, pk=configurator.pk)


def _published(request: TenantRequest, configurator: Configurator, form: PublishForm) -> HttpResponse:
    version = publish(configurator, by=request.user.pk, notes=form.cleaned_data["notes"])
    messages.success(request, _("Version %(number)s is live.") % {"number": version.number})
    return redirect("configurators:embed", organisation=request.organisation.slug, pk=configurator.pk)


@require_POST
@requires(Permission.CONFIGURATORS_PUBLISH)
def call_off_page(request: TenantRequest, pk: UUID, plan: UUID) -> HttpResponse:
    """What was planned does not go live."""
    found = find(pk).plans.filter(pk=plan).first()
    if found and call_off(found, by=request.user.pk):
        messages.success(request, _("It was called off. What is live stays."))
    else:
        messages.error(request, _("It went live a moment ago. An older version can be put back."))
    return redirect("configurators:publish", organisation=request.organisation.slug, pk=pk)


@require_safe
@never_cache
@requires(Permission.CONFIGURATORS_VIEW)
def versions(request: TenantRequest, pk: UUID) -> HttpResponse:
    """Every version that was ever live."""
    configurator = find(pk)
    rows = list(configurator.versions.defer("definition", "compiled").order_by("-number"))
    names = dict(User.objects.filter(pk__in={row.published_by for row in rows}).values_list("pk", "name"))
    context = {
        "configurator": configurator,
        "publication": publication_of(configurator),
        "versions": [{"version": row, "by": _name_of(row.published_by, names)} for row in rows],
    }
    return render(request, "configurators/versions.html", context)


def _name_of(by: UUID | None, names: dict[UUID, str]) -> str:
    return names.get(by, "") if by else _("by itself: a price of a price book changed")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.CONFIGURATORS_PUBLISH)
def restore_page(request: TenantRequest, pk: UUID, number: int) -> HttpResponse:
    """Say exactly what will happen, then put an older version back."""
    configurator = find(pk)
    if request.method != "POST":
        return _restore_page(request, configurator, number)
    if any(_in_the_way(request, configurator).values()):
        return _restore_page(request, configurator, number, status=422)
    try:
        version = restore(configurator, number, by=request.user.pk)
    except ConfiguratorVersion.DoesNotExist:
        raise Http404 from None
    except CannotPublish as refused:
        return _restore_page(request, configurator, number, broken=refused.problems, status=422)
    text = _("Version %(number)s is live; it repeats version %(old)s.")
    messages.success(request, text % {"number": version.number, "old": number})
    return redirect("configurators:versions", organisation=request.organisation.slug, pk=pk)


def _restore_page(
    request: TenantRequest,
    configurator: Configurator,
    number: int,
    *,
    broken: Sequence[Problem] = (),
    status: int = 200,
) -> HttpResponse:
    version = _version(configurator, number)
    compiled = _as_it_would_be(version)
    context = {
        "configurator": configurator,
        "version": version,
        "failing": failing(configurator, compiled),
        "missing": without_image(compiled),
        "broken": broken,
        **_in_the_way(request, configurator),
    }
    return render(request, "configurators/restore.html", context, status=status)


def _as_it_would_be(version: ConfiguratorVersion) -> Compiled:
    """With the prices of today; as it was where it does not fit any more, which is told then."""
    definition = version.lifted_definition
    try:
        return compile_definition(definition, prices_for(definition))
    except DefinitionError:
        return Compiled.from_json(version.compiled)


@require_POST
@requires(Permission.CONFIGURATORS_PUBLISH, even_unpaid=True)
def intake(request: TenantRequest, pk: UUID) -> HttpResponse:
    """Take a configurator off line, or put it back."""
    configurator, form = find(pk), IntakeForm(request.POST)
    if not form.is_valid() or publication_of(configurator) is None:
        messages.error(request, _("Nothing was changed: publish the configurator first."))
    elif form.cleaned_data["on"] == "yes":
        reopen(configurator, by=request.user.pk)
        messages.success(request, _("The configurator is on line and takes requests."))
    else:
        withdraw(configurator, by=request.user.pk)
        messages.success(request, _("The configurator is off line: visitors read that it is closed."))
    return redirect("configurators:embed", organisation=request.organisation.slug, pk=pk)


@require_safe
@never_cache
@requires(Permission.CONFIGURATORS_VIEW)
def embed(request: TenantRequest, pk: UUID) -> HttpResponse:
    """Its address, what to paste into a site, what that site must let through, and which sites may use it."""
    configurator = find(pk)
    publication = publication_of(configurator)
    language = str(configurator.lifted_draft.get("language", request.organisation.language))
    images = publication is not None and embedding.shows_images(publication)
    context = {
        "configurator": configurator,
        "publication": publication,
        "snippets": embedding.snippets(publication, language) if publication else None,
        "element_policy": embedding.policy(embedding.element_needs(images=images)),
        "frame_policy": embedding.policy(embedding.FRAME_NEEDS),
        "room": embedding.ROOM,
    }
    return render(request, "configurators/embed.html", context)


def _in_the_way(request: TenantRequest, configurator: Configurator) -> dict[str, Any]:
    return {
        "obstacles": obstacles(request.organisation),
        "unaccepted": unaccepted(request.organisation),
        "full": no_room(configurator),
        "frozen": no_place(configurator),
    }


def _publish_page(
    request: TenantRequest,
    configurator: Configurator,
    form: PublishForm,
    *,
    status: int,
    refused: CannotPublish | None = None,
) -> HttpResponse:
    draft = configurator.lifted_draft
    found_now = problems_in(draft, prices_for(draft))
    later = [one for one in refused.problems if one not in found_now] if refused else []
    problems = [_shown(problem, configurator) for problem in [*found_now, *later]]
    publication, compiled = publication_of(configurator), compiled_draft(configurator)
    context: dict[str, Any] = {
        "configurator": configurator,
        "publication": publication,
        "form": form,
        "plans": plans_of(configurator),
        "errors": [p for p in problems if p["severity"] == "error"],
        "warnings": [p for p in problems if p["severity"] == "warning" and p["code"] not in _NOT_UNFINISHED],
        **_in_the_way(request, configurator),
    }
    if configurator.stale_prices.exists() and (shown := live_version(configurator)):
        found = why_not(configurator, shown)
        context |= {"stale": True, "stale_because": found if isinstance(found, list) else []}
    if compiled is not None:
        context["errors"] += [{"message": missing.message} for missing in without_image(compiled)]
        context |= looked_at(request, configurator, compiled)
        live = configurator.versions.get(pk=publication.version_id) if publication else None
        context |= compared(configurator, compiled, live) if live else {}
    if refused:
        known = {each.message for name in ("obstacles", "unaccepted") for each in context.get(name) or ()}
        context["refused"] = [one.message for one in refused.obstacles if one.message not in known]
    only_today = _stands_in_the_way_today_only(draft, context)
    blocking = ["obstacles", "unaccepted", "full", "frozen", "clashes"]
    blocking += [] if only_today else ["errors", "failing"]
    context |= {"only_today": only_today, "blocked": any(context.get(name) for name in blocking)}
    return render(request, "configurators/publish.html", context, status=status)


def _stands_in_the_way_today_only(draft: dict[str, Any], context: dict[str, Any]) -> bool:
    """Whether a day with other prices of books may do: what is planned is looked at by its own day."""
    if not places_in(draft) or context.get("clashes"):
        return False
    errors = context["errors"]
    of_prices = all(error.get("code") == NO_PRICE_THAT_DAY for error in errors)
    return of_prices and bool(errors or context.get("failing"))


def _shown(problem: Problem, configurator: Configurator) -> dict[str, Any]:
    return problem.to_json() | {"where": place_in_words(configurator.lifted_draft, problem.path)}


def _version(configurator: Configurator, number: int) -> ConfiguratorVersion:
    version = configurator.versions.filter(number=number).first()
    if version is None:
        raise Http404
    return version
