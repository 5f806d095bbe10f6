"""The visitor's page: rendered once per version and language, then bytes with one slot for the token.

It sets no cookie, asks nobody else for anything, and may be framed only by the sites that the
organisation listed.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from configurators.answers import initial_answers
from configurators.dates import today
from configurators.evaluation import Evaluation
from configurators.look import look_of
from configurators.playable import played
from configurators.presentation import Filled, page_of
from configurators.published import Published, Version
from configurators.shown_images import ShownImage, shown_image
from configurators.spliced import Spliced
from organisations.domains import origins

#: How each language calls itself.
LANGUAGE_NAMES = {"nl": "Nederlands", "en": "English", "fr": "Français"}
_CONTENT_TYPE = "text/html; charset=utf-8"
#: Stands where the token will stand; no definition can contain it.
_SLOT = f"slot-{secrets.token_hex(16)}"


@dataclass(frozen=True, slots=True)
class _Bytes:
    """A page without its token, and its headers; ``packed`` for a browser that unpacks."""

    page: Spliced
    headers: dict[str, str]
    packed: dict[str, str]


@dataclass(frozen=True, slots=True)
class ShownError:
    """A line of the summary on top; ``target`` is the id of the field it is about, if there is one."""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class KeptLink:
    """Where choices are kept, and in a sentence until when."""

    url: str
    message: str


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """What is said above choices that were kept; ``lost`` names those that there is no place for any more."""

    message: str
    lost: list[str]


def cached_page(
    publication: Published, language: str, embedded: bool, token: str, *, packed: bool = False
) -> HttpResponse:
    """The page with its defaults, as fresh as its token; rendered only when it was not before.

    It repeats nothing that was asked, so that its compressed length tells nobody anything.
    """
    # The days that may be chosen are other ones tomorrow.
    day = today() if publication.version.compiled.asks_date else None
    page = publication.pages.get((language, embedded, day))
    if not isinstance(page, _Bytes):
        page = _render_bytes(publication, language, embedded)
        publication.pages[language, embedded, day] = page
    if packed:
        return HttpResponse(page.page.gzipped(token.encode()), headers=page.packed)
    return HttpResponse(page.page.plain(token.encode()), headers=page.headers)


def render_page(
    publication: Published,
    *,
    language: str,
    embedded: bool,
    token: str,
    version: Version | None = None,
    filled: Filled | None = None,
    evaluation: Evaluation | None = None,
    marketing: bool = False,
    preview_price_url: str = "",
    kept: KeptLink | None = None,
    brought_back: BroughtBack | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page with what a visitor filled in, and what is wrong with it; never from the cache.

    ``preview_price_url`` makes it a preview for the builder: it asks its prices there and sends nothing.
    """
    version = version or publication.version
    filled = filled or Filled(answers=initial_answers(version.compiled))
    with translation.override(language):
        notice = publication.notices[language]
        context = _frame(publication, language, embedded) | {
            "page": page_of(
                version.compiled,
                filled,
                language=language,
                evaluation=evaluation,
                images_url=images_url(publication),
            ),
            "token": token,
            "action": address(publication.public_key, "page", language, embedded),
            "price_url": preview_price_url or address(publication.public_key, "price", language, embedded),
            "definition_url": "" if preview_price_url else _definition_url(publication, version, language),
            "drawing_url": _drawing_url(publication, language, embedded, preview_price_url),
            "preview": bool(preview_price_url),
            "errors": _summary(filled.errors, version),
            "notice": notice,
            "notice_rest": notice.paragraphs[1:],
            "consent": publication.consents[language],
            "marketing": marketing,
            "file_url": address(publication.public_key, "file", language, embedded),
            "save_url": address(publication.public_key, "save", language, embedded),
            "kept": kept,
            "brought_back": brought_back,
        }
        body = render_to_string("configurators/public/page.html", context)
    return HttpResponse(body, status=status, headers=_headers(publication, embedded))


def render_thanks(
    publication: Published, *, language: str, embedded: bool, reference: str | None, price: str = ""
) -> HttpResponse:
    """The confirmation for a visitor without JavaScript; ``price`` where nobody told it before."""
    with translation.override(language):
        again = address(publication.public_key, "page", language, embedded)
        context = _frame(publication, language, embedded) | {
            "reference": reference,
            "page_url": again,
            "price": price,
        }
        body = render_to_string("configurators/public/thanks.html", context)
    return HttpResponse(body, headers=_headers(publication, embedded))


def render_message(
    *,
    status: int,
    language: str,
    heading: str,
    text: str,
    publication: Published | None = None,
    embedded: bool = False,
    again: list[tuple[str, str]] | None = None,
    again_url: str = "",
    anew_url: str = "",
    contact: bool = False,
) -> HttpResponse:
    """A page that only says something, such as that a configurator is closed.

    ``contact`` adds how to reach the business. ``again`` carries what was posted in hidden fields, where
    there is nothing else to keep it in; ``anew_url`` leads to a page to begin with.
    """
    with translation.override(language):
        frame = _frame(publication, language, embedded) if publication else {"language": language}
        context: dict[str, Any] = frame | {
            "heading": heading,
            "text": text,
            "again": again,
            "again_url": again_url,
            "anew_url": anew_url,
        }
        context["contact"] = contact
        body = render_to_string("configurators/public/message.html", context)
    return HttpResponse(body, status=status, headers=_headers(publication, embedded))


def address(public_key: str, name: str, language: str, embedded: bool) -> str:
    """Where a visitor's page, price or confirmation is, in one language."""
    query = {"lang": language} | ({"embed": "1"} if embedded else {})
    path = reverse(f"public:{name}", kwargs={"key": public_key})
    return f"{path}?{urlencode(query)}"


def images_url(publication: Published) -> str:
    """Where the organisation's own images are that this configurator shows."""
    return publication.images_url or f"{reverse('public:page', kwargs={'key': publication.public_key})}image/"


def _logo(publication: Published, language: str) -> ShownImage | None:
    """Not of a configurator that is off line: its images are nowhere then."""
    compiled = publication.version.compiled
    if compiled.logo is None or not publication.intake_on:
        return None
    return shown_image(compiled.logo, images_url(publication), compiled.text(compiled.logo.alt, language))


def _definition_url(publication: Published, version: Version, language: str) -> str:
    """By its name, so that it may be kept for ever: another version or wording has another address."""
    return (
        f"{address(publication.public_key, 'definition', language, False)}&v={played(version, language).name}"
    )


def _drawing_url(publication: Published, language: str, embedded: bool, preview_price_url: str) -> str:
    if preview_price_url:
        return f"{preview_price_url}&part=drawing"
    return address(publication.public_key, "drawing", language, embedded)


def _render_bytes(publication: Published, language: str, embedded: bool) -> _Bytes:
    response = render_page(publication, language=language, embedded=embedded, token=_SLOT)
    page = Spliced(*response.content.split(_SLOT.encode()))
    headers = _headers(publication, embedded)  # no Vary: nobody may store it
    return _Bytes(page, headers, headers | {"Content-Encoding": "gzip"})


def _frame(publication: Published, language: str, embedded: bool) -> dict[str, Any]:
    organisation = publication.organisation
    return {
        "language": language,
        "languages": [{"code": code, "name": LANGUAGE_NAMES[code]} for code in publication.languages],
        "organisation": organisation,
        "embedded": embedded,
        "parents": origins(organisation.embed_domains) if embedded else [],
        "look": look_of(publication),
        "logo": _logo(publication, language),
    }


def _headers(publication: Published | None, embedded: bool) -> dict[str, str]:
    parents = origins(publication.organisation.embed_domains) if publication and embedded else []
    return {
        "Content-Type": _CONTENT_TYPE,
        "Cache-Control": "no-store",
        # A form's Origin header is our own only under a policy that sends one to ourselves.
        "Referrer-Policy": "same-origin",
        "Content-Security-Policy": content_security_policy(parents),
    }


def content_security_policy(parents: list[str]) -> str:
    """Nothing but ourselves; framed by the listed sites alone."""
    directives = {
        "default-src": "'none'",
        "style-src": "'self'",
        "script-src": "'self'",
        "img-src": "'self'",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": " ".join(parents) or "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def _summary(errors: Mapping[str, str], version: Version) -> list[ShownError]:
    """The errors in the order of the page, each with the field that it is about."""
    places = [*version.compiled.groups, "contact.name", "contact.email", "contact.phone"]
    order = {name: place for place, name in enumerate(places)}
    names = sorted(errors, key=lambda name: order.get(name, -1))
    return [
        ShownError(errors[name], f"field-{name.replace('.', '-')}" if name in order else "") for name in names
    ]


def not_found(language: str) -> HttpResponse:
    """The answer to a key that we do not know."""
    with translation.override(language):
        heading = _("This configurator does not exist")
        text = _("The address may be incomplete. Ask the business whose site you came from.")
    return render_message(status=404, language=language, heading=heading, text=text)


def resting(publication: Published, language: str, embedded: bool) -> HttpResponse:
    """The page without its form: how to reach the business, and nothing of why."""
    organisation = publication.organisation
    with translation.override(language):
        heading = _("Please contact us directly")
        text = _("%(name)s does not take requests here at the moment.") % {"name": organisation.name}
    return render_message(
        status=200,
        language=language,
        heading=heading,
        text=text,
        publication=publication,
        embedded=embedded,
        contact=True,
    )


def closed(publication: Published, language: str, embedded: bool) -> HttpResponse:
    """The answer while an organisation takes no requests on this configurator."""
    with translation.override(language):
        heading = _("This configurator is closed for now")
        text = _("%(name)s does not take requests here at the moment. Please contact them directly.") % {
            "name": publication.organisation.name
        }
    return render_message(
        status=410, language=language, heading=heading, text=text, publication=publication, embedded=embedded
    )
