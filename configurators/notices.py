"""The words a visitor is shown about their data, made from the organisation's own settings.

The Art. 13 GDPR notice stands before the button; its exact text is kept under its hash, so that a
lead can show years later what the person was told. Consent to commercial mail has a wording of its own.
"""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from configurators.models import Notice
from organisations.models import Organisation


@dataclass(frozen=True)
class Wording:
    """A text as shown, in one language."""

    kind: str
    language: str
    text: str

    @cached_property
    def sha256(self) -> str:
        """The hash a lead keeps, over kind, language and text."""
        return sha256(f"{self.kind}\n{self.language}\n{self.text}".encode()).hexdigest()

    @property
    def paragraphs(self) -> list[str]:
        return [part for part in self.text.split("\n\n") if part]


def notice_wording(organisation: Organisation, language: str, *, files: bool = False) -> Wording:
    """The Art. 13 notice of one organisation: who, why, how long, who else, which rights.

    A form that asks for files says what becomes of those.
    """
    return _wording("notice", organisation, language, files=files)


def marketing_wording(organisation: Organisation, language: str) -> Wording:
    """The sentence beside the box for news and offers (consent, Art. 6(1)(a))."""
    return _wording("marketing", organisation, language)


def confirmation_wording(organisation: Organisation, language: str) -> Wording:
    """The sentence above the button by which that consent is confirmed."""
    return _wording("confirmation", organisation, language)


def _wording(kind: str, organisation: Organisation, language: str, **more: bool) -> Wording:
    with translation.override(language):
        context = {"organisation": organisation, "origin_days": settings.RETENTION_LEAD_ORIGIN_DAYS} | more
        text = render_to_string(f"configurators/wording/{kind}.txt", context)
    return Wording(kind, language, text.strip())


def remember(wordings: list[Wording], *, using: str = "default") -> None:
    """Keep each text under its hash, once, in the current organisation."""
    Notice.objects.using(using).bulk_create(
        [Notice(sha256=w.sha256, kind=w.kind, language=w.language, text=w.text) for w in wordings],
        ignore_conflicts=True,
    )
