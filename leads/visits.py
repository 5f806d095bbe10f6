"""One request of a visitor: which configurator, in which language, within another site or not."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple, TypeVar
from urllib.parse import parse_qsl

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from django.http import HttpRequest
from django.utils import translation

from configurators.published import ALIAS, Published, Version, published, version_of
from leads import form_token
from leads.capture import IntakeUnavailable
from leads.form_token import BadToken, FormToken

T = TypeVar("T")
_QUERY_LIMIT = 20
_SHORT_QUERY = 24
_REFERENCE = re.compile(r"[1-9A-HJ-NP-Za-km-z]{4,16}")


class UnknownKey(LookupError):
    """No configurator has this key."""


class Visit(NamedTuple):
    """Whose page this is about, and how it is to be shown."""

    request: HttpRequest
    publication: Published
    language: str
    embedded: bool
    reference: str | None

    @property
    def public_key(self) -> str:
        return self.publication.public_key

    @property
    def unpacks(self) -> bool:
        """Whether the browser takes a compressed page."""
        return "gzip" in self.request.META.get("HTTP_ACCEPT_ENCODING", "")

    def fresh_token(self) -> str:
        """A token for a page with the published version, its notice and its wording of the consent."""
        return form_token.issue(
            self.public_key,
            version_id=self.publication.version.id,
            notice_sha256=self.publication.notices[self.language].sha256,
            consent_sha256=self.publication.consents[self.language].sha256,
        )


def visit_of(request: HttpRequest, public_key: str, *, fresh: bool) -> Visit:
    """Find the configurator. Raises UnknownKey, or IntakeUnavailable where there is no database to ask.

    ``fresh`` asks whether anything was published since; where that cannot be asked, what is known is shown.
    """
    publication = _find(public_key, fresh=fresh)
    query = _query(request)
    reference = query.get("reference", "")
    return Visit(
        request=request,
        publication=publication,
        language=publication.language(query.get("lang")),
        embedded=query.get("embed") == "1",
        reference=reference if _REFERENCE.fullmatch(reference) else None,
    )


def publication_now(visit: Visit) -> Published:
    """The publication as it is at this moment, where that can be asked; else as the visit knows it."""
    try:
        return _find(visit.public_key, fresh=True)
    except (UnknownKey, IntakeUnavailable):
        return visit.publication


def version_begun(visit: Visit, token: FormToken) -> Version | None:
    """The version that this visitor's page showed; None where the configurator never had it."""
    return asking(lambda: version_of(visit.publication, token.version_id))


def version_shown(visit: Visit) -> Version | None:
    """The version on the visitor's screen; the token that says which stands in a header of its own.

    None where nobody is shown the form, but who had it before may go on.
    """
    token = visit.request.META.get("HTTP_X_FORM_TOKEN")
    if token:
        try:
            version = version_begun(visit, form_token.read(visit.public_key, token))
        except (BadToken, IntakeUnavailable):
            version = None
        if version is not None:
            return version
    return visit.publication.version if visit.publication.is_shown else None


def asked_language(request: HttpRequest) -> str:
    """For pages that belong to no configurator: as asked for, else as the browser prefers."""
    asked = _query(request).get("lang", "")
    if asked in dict(settings.LANGUAGES):
        return asked
    return translation.get_language_from_request(request)


def _find(public_key: str, *, fresh: bool) -> Published:
    try:
        found = asking(lambda: published(public_key, fresh=fresh))
    except IntakeUnavailable:
        if not fresh:
            raise
        found = asking(lambda: published(public_key, fresh=False))
    if found is None:
        raise UnknownKey(public_key)
    return found


def asking(question: Callable[[], T]) -> T:
    """Ask Postgres, and once more where the connection had died while it was idle."""
    for attempt in (1, 2):
        try:
            return question()
        except (OperationalError, InterfaceError) as error:
            connections[ALIAS].close()
            if attempt == 2:
                raise IntakeUnavailable from error
    raise AssertionError("unreachable")


def _query(request: HttpRequest) -> Mapping[str, str]:
    text = request.META.get("QUERY_STRING", "")
    return _usual_query(text) if len(text) < _SHORT_QUERY else _parsed_query(text)


def _parsed_query(text: str) -> Mapping[str, str]:
    try:
        return MappingProxyType(dict(parse_qsl(text, max_num_fields=_QUERY_LIMIT)))
    except ValueError:
        return MappingProxyType({})


#: Most visitors ask for one of few languages, in a frame or not.
_usual_query = lru_cache(maxsize=256)(_parsed_query)
