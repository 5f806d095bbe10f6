"""System checks: the texts are whole, and no cookie needs a consent that nobody asks for."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts import cookies, legal, publications


@register("accounts")
def every_cookie_is_necessary(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A cookie that is not strictly necessary needs consent first (A2, D27), and there is no such page."""
    return [
        Error(
            f"The cookie {cookie.name()} needs consent, and this product asks for none.",
            hint="Leave it out, or build the question first: refusing as easy as agreeing.",
            id="accounts.E001",
        )
        for cookie in cookies.COOKIES
        if not cookie.necessary
    ]


@register("accounts")
def every_text_is_whole(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Each text that counts is there in every language, and something makes each of its parts (D30)."""
    return list(_incomplete())


def _incomplete() -> Iterator[CheckMessage]:
    for kind, versions in publications.FIRST.items():
        for version, _day in versions:
            for language in legal.LANGUAGES:
                yield from _wrong_text(kind, version, language)


def _wrong_text(kind: str, version: str, language: str) -> Iterator[CheckMessage]:
    try:
        document = legal.document(kind, language, version)
    except FileNotFoundError:
        yield Error(f"The text {kind} {version} is missing in {language}.", id="accounts.E002")
        return
    for part in document.parts:
        if not legal.is_filled(part):
            yield Error(f"Nothing makes the part {part} of {kind} {version}.", id="accounts.E003")


@register("accounts", Tags.security, deploy=True)
def there_is_a_privacy_contact(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Somebody is named who answers for privacy (E21, A23, H1)."""
    try:
        validate_email(settings.PRIVACY_CONTACT)
    except ValidationError:
        return [
            Error(
                "PRIVACY_CONTACT names nobody.",
                hint="Set it to the e-mail address of your privacy officer.",
                id="accounts.E004",
            )
        ]
    return []
