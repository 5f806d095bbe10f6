"""The texts that anyone may read: each language has an address of its own, and so has each version."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, override

from accounts import legal, publications
from accounts.publications import Edition
from accounts.views.doors import public_page, show


@public_page
def terms(request: HttpRequest, language: str = "", version: str = "") -> HttpResponse:
    return _show(request, legal.TERMS, language, version)


@public_page
def processing_agreement(request: HttpRequest, language: str = "", version: str = "") -> HttpResponse:
    return _show(request, legal.PROCESSING_AGREEMENT, language, version)


@public_page
def privacy_policy(request: HttpRequest, language: str = "", version: str = "") -> HttpResponse:
    return _show(request, legal.PRIVACY_POLICY, language, version)


@public_page
def cookies(request: HttpRequest, language: str = "", version: str = "") -> HttpResponse:
    return _show(request, legal.COOKIES, language, version)


def _show(request: HttpRequest, kind: str, language: str, version: str) -> HttpResponse:
    known = publications.editions()[kind]
    counts = publications.current(known)
    edition = _named(known, version) if version else counts
    document = edition.document(language or legal.in_a_language_we_write(get_language()))
    with override(document.language):
        blocks = list(document.shown())
    return show(
        request,
        "legal",
        document=document,
        blocks=blocks,
        edition=edition,
        counts=counts,
        history=[each for each in reversed(known) if each != edition],
        languages=legal.LANGUAGES,
        url_name=f"accounts:{kind}",
        version=version,
    )


def _named(known: list[Edition], version: str) -> Edition:
    """A version that was published; a text that lies ready and was not announced is nobody's to read."""
    for edition in known:
        if edition.version == version:
            return edition
    raise Http404
