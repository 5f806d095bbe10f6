"""The builder: one page, its draft as JSON, and a live preview that is the visitor's own page."""

import json
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from configurators import previewing
from configurators.answers import InvalidAnswers, parse_json
from configurators.compiling import problems_in
from configurators.definition import Problem
from configurators.definition.migrating import is_newer, lifted
from configurators.drafts import DraftConflict, save_draft
from configurators.models import Configurator
from configurators.price_books.listing import known_books
from configurators.price_books.resolving import prices_for
from configurators.publishing import in_the_way
from configurators.views.access import find, publication_of
from configurators.views.builder_material import material
from organisations.http import TenantRequest
from organisations.permissions import Permission, requires

#: A draft may be this large; the checker's own limit is lower and names the place.
DRAFT_BYTES = 1024 * 1024
_UNSTORABLE = frozenset({"characters", "too_large"})
_LINKED = ("draft", "preview", "publish", "scenarios", "versions", "embed", "rename", "duplicate")


@require_GET
@never_cache
@requires(Permission.CONFIGURATORS_VIEW)
def page(request: TenantRequest, pk: UUID) -> HttpResponse:
    """The builder with everything it needs to start."""
    configurator = find(pk)
    context = {
        "configurator": configurator,
        "state": _state(request, configurator),
        "material": material(),
    }
    return render(request, "configurators/builder.html", context)


@require_http_methods(["GET", "PUT"])
@never_cache
@requires(Permission.CONFIGURATORS_EDIT)
def draft(request: TenantRequest, pk: UUID) -> JsonResponse:
    """Read the draft, or save it over the revision it was opened at; the answer tells what is wrong."""
    configurator = find(pk)
    if request.method == "GET":
        return JsonResponse(_state(request, configurator))
    try:
        definition, revision, problems = _posted(request)
    except InvalidAnswers as invalid:
        return _invalid(invalid)
    if is_newer(definition):
        return _newer()
    try:
        saved = save_draft(configurator, definition=definition, revision=revision)
    except DraftConflict as conflict:
        message = _(
            "Somebody else saved this configurator while you worked on it. Reload to see their version."
        )
        return JsonResponse(
            {"code": "conflict", "message": message, "revision": conflict.revision}, status=409
        )
    return JsonResponse({"revision": saved, "problems": [problem.to_json() for problem in problems]})


@require_GET
@never_cache
@requires(Permission.CONFIGURATORS_VIEW)
def preview(request: TenantRequest, pk: UUID) -> HttpResponse:
    """The visitor's page made from the draft as it was last saved."""
    asked = request.GET
    return previewing.page(
        find(pk),
        request.organisation,
        language=asked.get("lang"),
        filled=asked.get("filled", ""),
        part=asked.get("part", ""),
    )


@csrf_exempt
@require_POST
@never_cache
@requires(Permission.CONFIGURATORS_VIEW)
def preview_price(request: TenantRequest, pk: UUID) -> HttpResponse:
    """The live price of the draft, for the preview.

    It changes nothing, and the visitor's page that asks for it knows no CSRF token.
    """
    return previewing.price(request, find(pk))


def _state(request: TenantRequest, configurator: Configurator) -> dict[str, Any]:
    slug, pk = request.organisation.slug, configurator.pk

    def url(name: str) -> str:
        return reverse(f"configurators:{name}", kwargs={"organisation": slug, "pk": pk})

    return {
        "definition": configurator.lifted_draft,
        "revision": configurator.draft_revision,
        "savedAt": configurator.changed_at.isoformat(),
        "live": _live(configurator),
        "problems": _problems(configurator.lifted_draft),
        "books": known_books(),
        "name": configurator.name,
        "canEdit": request.membership.may(Permission.CONFIGURATORS_EDIT),
        "canPublish": request.membership.may(Permission.CONFIGURATORS_PUBLISH),
        "obstacles": [{"code": o.code, "message": o.message} for o in in_the_way(request.organisation)],
        "urls": {
            "list": reverse("configurators:list", kwargs={"organisation": slug}),
            "images": reverse("configurators:images", kwargs={"organisation": slug}),
            **{name: url(name) for name in _LINKED},
        },
    }


def _live(configurator: Configurator) -> dict[str, Any] | None:
    """The number of the version that visitors see, of the latest, and whether the draft has changed since."""
    publication = publication_of(configurator)
    if publication is None:
        return None
    version = configurator.versions.get(pk=publication.version_id)
    latest = configurator.versions.aggregate(latest=Max("number"))["latest"]
    same = version.lifted_definition == configurator.lifted_draft
    return {"number": version.number, "latest": latest, "same": same}


def _problems(definition: object) -> list[dict[str, Any]]:
    return [problem.to_json() for problem in problems_in(definition, prices_for(definition))]


def _posted(request: HttpRequest) -> tuple[dict[str, Any], int, list[Problem]]:
    if len(request.body) > DRAFT_BYTES:
        raise InvalidAnswers({})
    body = parse_json(request.body)
    definition = body.get("definition") if isinstance(body, dict) else None
    revision = body.get("revision") if isinstance(body, dict) else None
    if not isinstance(definition, dict) or not isinstance(revision, int) or isinstance(revision, bool):
        raise InvalidAnswers({})
    definition = lifted(definition)
    # What no text may hold, no draft may either: Postgres would refuse the document.
    problems = problems_in(definition, prices_for(definition))
    if any(problem.code in _UNSTORABLE for problem in problems):
        raise InvalidAnswers({"definition": []})
    # Decimals came in as exact numbers; a definition writes them as text, and JSON stores nothing else.
    return json.loads(json.dumps(definition, default=str)), revision, problems


def _newer() -> JsonResponse:
    message = _(
        "This draft was written by a newer version of this program. Nothing was saved; reload the page."
    )
    return JsonResponse({"code": "newer", "message": message, "fields": ["schema"]}, status=422)


def _invalid(invalid: InvalidAnswers) -> JsonResponse:
    message = _("The draft could not be read. Reload the page and try again.")
    return JsonResponse(
        {"code": "malformed", "message": message, "fields": sorted(invalid.errors)}, status=422
    )
