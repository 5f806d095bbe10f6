"""The draft as a visitor would meet it, shown inside the builder and to nobody else."""

import json
from collections import OrderedDict
from threading import Lock
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from configurators import public_page
from configurators.answers import InvalidAnswers, parse_json, preview_json
from configurators.compiling import Compiled, DefinitionError, compile_definition
from configurators.formula import Prices
from configurators.look import look_of, style_sheet
from configurators.models import Configurator
from configurators.notices import marketing_wording, notice_wording
from configurators.presentation import Filled, changes_of, drawing_of
from configurators.price_books.resolving import prices_for
from configurators.published import Published, Version
from organisations.models import Organisation

_UNPUBLISHED = UUID(int=0)
_BODY_LIMIT = 256 * 1024
_FILLED_LIMIT = 16 * 1024
#: A large draft takes most of a second to compile, and the preview asks at each touch.
_KEPT = 8
_Revision = tuple[UUID, UUID, int]
_compiled: OrderedDict[_Revision, tuple[Prices, Compiled | None]] = OrderedDict()
_one_at_a_time = Lock()


def page(
    configurator: Configurator,
    organisation: Organisation,
    *,
    language: str | None,
    filled: str = "",
    part: str = "",
) -> HttpResponse:
    """The visitor's page of the draft, or its theme; a draft that does not compile says that it waits.

    ``filled`` are answers as a quote keeps them, as JSON; what does not fit is as if it were not there.
    """
    compiled = compiled_draft(configurator)
    if compiled is None:
        return _framed(_waiting())
    draft = _as_published(configurator, organisation, compiled)
    if part == "theme":
        return _theme(draft)
    spoken = draft.language(language)
    price_url = reverse(
        "configurators:preview-price", kwargs={"organisation": organisation.slug, "pk": configurator.pk}
    )
    response = public_page.render_page(
        draft,
        language=spoken,
        embedded=False,
        token="",
        preview_price_url=f"{price_url}?lang={spoken}",
        filled=_filled(compiled, filled),
    )
    return _framed(response)


def price(request: HttpRequest, configurator: Configurator) -> HttpResponse:
    """What the preview must change for these answers."""
    compiled = compiled_draft(configurator)
    if compiled is None:
        return _malformed()
    try:
        body = parse_json(request.body[:_BODY_LIMIT])
        given = body.get("answers") if isinstance(body, dict) else None
        answers, errors = preview_json(compiled, given)
    except InvalidAnswers:
        return _malformed()
    asked = request.GET.get("lang")
    language = asked if asked in compiled.languages else compiled.language
    with translation.override(language):
        if request.GET.get("part") == "drawing":
            changes = drawing_of(compiled, answers)
        else:
            changes = changes_of(compiled, answers, errors, language=language)
    return HttpResponse(json.dumps(changes, ensure_ascii=False), content_type="application/json")


def compiled_draft(configurator: Configurator) -> Compiled | None:
    """The draft of this revision with the prices of today, compiled once in a process; None if it does not.

    Its size needs no limit here: the checker refuses what is too large before it looks any further.
    """
    key = (configurator.organisation_id, configurator.pk, configurator.draft_revision)
    prices = prices_for(configurator.lifted_draft)
    with _one_at_a_time:
        if key not in _compiled or _compiled[key][0] != prices:
            _compiled[key] = (prices, _compile(configurator.lifted_draft, prices))
            if len(_compiled) > _KEPT:
                _compiled.popitem(last=False)
        _compiled.move_to_end(key)
        return _compiled[key][1]


def _filled(compiled: Compiled, given: str) -> Filled | None:
    if not given:
        return None
    try:
        return Filled(answers=preview_json(compiled, parse_json(given[:_FILLED_LIMIT]))[0])
    except InvalidAnswers:
        return None


def _compile(draft: object, prices: Prices) -> Compiled | None:
    try:
        return compile_definition(draft, prices)
    except DefinitionError:
        return None


def _theme(draft: Published) -> HttpResponse:
    """The style sheet that the preview links to; the house's own needs none."""
    look = look_of(draft)
    return HttpResponse(
        style_sheet(look.declarations) if look else "", content_type="text/css; charset=utf-8"
    )


def _malformed() -> JsonResponse:
    return JsonResponse({"code": "malformed", "message": _("The preview could not be reckoned.")}, status=422)


def _as_published(configurator: Configurator, organisation: Organisation, compiled: Compiled) -> Published:
    return Published(
        public_key=configurator.public_key,
        configurator_id=configurator.pk,
        organisation=organisation,
        version=Version(_UNPUBLISHED, 0, compiled.sha256, compiled),
        intake_on=True,
        form_hidden=False,
        notices={
            code: notice_wording(organisation, code, files=bool(compiled.file_groups))
            for code in compiled.languages
        },
        consents={code: marketing_wording(organisation, code) for code in compiled.languages},
        theme_url=f"{_preview_url(configurator, organisation)}?part=theme",
        images_url=reverse("configurators:images", kwargs={"organisation": organisation.slug}),
    )


def _preview_url(configurator: Configurator, organisation: Organisation) -> str:
    return reverse("configurators:preview", kwargs={"organisation": organisation.slug, "pk": configurator.pk})


def _waiting() -> HttpResponse:
    return public_page.render_message(
        status=200,
        language=translation.get_language() or "en",
        heading=_("The preview waits"),
        text=_("It returns as soon as the errors in the draft are mended; the list names each place."),
    )


def _framed(response: HttpResponse) -> HttpResponse:
    """Only our own builder may show it in a frame."""
    response.headers["Content-Security-Policy"] = public_page.content_security_policy(["'self'"])
    return response
