"""The language of the pages: the person's own once we know them, before that their cookie or browser."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from accounts.models import User

_COOKIE_LASTS = 365 * 24 * 60 * 60


class PersonsLanguageMiddleware:
    """Use the language of whoever is signed in. Comes after authentication and LocaleMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session:
            language = getattr(request.user, "language", None)
            if language:
                translation.activate(language)
                request.LANGUAGE_CODE = language
        return self.get_response(request)


def choose_language(*, user: User | None, language: str) -> None:
    """Remember the language of someone whom we know."""
    if user is not None:
        user.language = language
        user.save(update_fields=["language"])


def remember_language(response: HttpResponse, language: str) -> None:
    """Remember it in the browser: the two letters and nothing that tells one visitor from another."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=_COOKIE_LASTS,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
