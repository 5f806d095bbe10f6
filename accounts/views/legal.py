"""The texts that anyone may read, each language at an address of its own."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from accounts import legal
from accounts.views.doors import public_page, show


@public_page
def terms(request: HttpRequest, language: str = "") -> HttpResponse:
    return _show(request, legal.TERMS, "accounts:terms", language)


@public_page
def privacy_policy(request: HttpRequest, language: str = "") -> HttpResponse:
    return _show(request, legal.PRIVACY_POLICY, "accounts:privacy-policy", language)


def _show(request: HttpRequest, kind: str, url_name: str, language: str) -> HttpResponse:
    document = legal.document(kind, language or legal.in_a_language_we_write(get_language()))
    return show(request, "legal", document=document, languages=legal.LANGUAGES, url_name=url_name)
