"""Checking a quote that somebody holds, by the document alone.

Nothing that is stored about anybody is looked at, so the answer is the same whether a request with this quote
exists or not. Only what bears our signature is reckoned again: whoever made a document up, with the hash of
somebody's version in it, learns nothing of that version.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.utils import translation

from configurators.answers import InvalidAnswers, parse_json
from configurators.compiled import Compiled
from configurators.models import ConfiguratorVersion, Publication
from leads.quotes import Quote, compiled_version, reckoned
from leads.signatures import FORMAT, Statement, fingerprint, is_signed, statement
from organisations.models import Organisation
from tenancy.context import tenant
from tenancy.keys import KeyUnreadable, NoKey

_MARK = "\ufeff"
_LONGEST_SIGNATURE = 200


class NotAQuote(ValueError):
    """What was given is no file of a signed quote."""


@dataclass(frozen=True, slots=True)
class Given:
    """A document that reads as a signed quote; whether it is one is still to be seen."""

    content: Statement
    signature: str


@dataclass(frozen=True, slots=True)
class Origin:
    """The published version that a quote names: what its visitors could know of it."""

    business: str
    number: int
    published_at: datetime
    compiled: Compiled | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where the document says one thing and its version another; '–' where one says nothing."""

    place: str
    said: str
    found: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What can be said of a document. Without our signature: nothing but that."""

    content: Statement
    is_signed: bool = False
    origin: Origin | None = None
    #: As its version makes it today, in words; None where it could not be reckoned.
    quote: Quote | None = None
    differences: tuple[Difference, ...] = ()

    @property
    def stands(self) -> bool:
        return self.is_signed and self.quote is not None and not self.differences

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.content) if self.is_signed else ""


def read(body: bytes) -> Given:
    """Read what somebody uploaded or pasted. Raises NotAQuote, whatever the bytes are."""
    try:
        document = parse_json(body.decode().removeprefix(_MARK))
        if (
            _is_plain(document)
            and isinstance(document, dict)
            and document.keys() == {"statement", "signature"}
        ):
            content, signature = document["statement"], document["signature"]
            if (
                _is_of_our_kind(content)
                and isinstance(signature, str)
                and len(signature) < _LONGEST_SIGNATURE
            ):
                return Given(content, signature)
    except (InvalidAnswers, UnicodeDecodeError, RecursionError):
        pass
    raise NotAQuote


def _is_plain(value: object) -> bool:
    """Texts, whole numbers, truth values, nulls, lists and objects of those: all that a statement holds."""
    if isinstance(value, dict):
        return all(map(_is_plain, value.values()))
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, str | int)


def _is_of_our_kind(content: object) -> bool:
    return isinstance(content, dict) and content.get("format") == FORMAT


def check(given: Given) -> Checked:
    """Look at the signature, and where it stands reckon the quote again on the version that it names."""
    content = given.content
    if not _is_ours(given):
        return Checked(content)
    origin = _origin_of(content)
    if origin is None or origin.compiled is None:
        return Checked(content, is_signed=True, origin=origin)
    again = reckoned(origin.compiled, content["inputs"], language=translation.get_language() or "en")
    if again is None:
        return Checked(content, is_signed=True, origin=origin)
    now = statement(again, configurator=content["configurator"])
    return Checked(
        content,
        is_signed=True,
        origin=origin,
        quote=_in_words(again, origin.compiled),
        differences=tuple(_differences(content, now)),
    )


def _is_ours(given: Given) -> bool:
    try:
        return is_signed(given.content, given.signature)
    except (NoKey, KeyUnreadable, RecursionError):
        return False


def _origin_of(content: Statement) -> Origin | None:
    """The version, where its business is still here. A version that was put back later is its first self."""
    publication = Publication.objects.filter(public_key=content["configurator"]).first()
    if publication is None:
        return None
    organisation = Organisation.objects.active().filter(pk=publication.organisation_id).first()
    if organisation is None:
        return None
    with tenant(organisation.pk):
        version = (
            ConfiguratorVersion.objects.filter(
                configurator_id=publication.configurator_id, sha256=content["version"]
            )
            .defer("definition", "compiled")
            .order_by("number")
            .first()
        )
        if version is None:
            return None
        name = organisation.controller_name or organisation.name
        return Origin(name, version.number, version.published_at, _compiled(version))


def _compiled(version: ConfiguratorVersion) -> Compiled | None:
    try:
        return compiled_version(version.pk)
    except ValueError:  # of an engine that this program does not have
        return None


def _in_words(again: dict[str, Any], compiled: Compiled) -> Quote:
    return Quote(again, language=again["language"], compiled=lambda: compiled)


def _differences(said: Any, found: Any, place: str = "") -> Iterator[Difference]:
    """Place by place; a line goes by its key."""
    if isinstance(said, dict) and isinstance(found, dict):
        for name in sorted(said.keys() | found.keys()):
            yield from _differences(said.get(name), found.get(name), f"{place}.{name}".lstrip("."))
    elif isinstance(said, list) and isinstance(found, list):
        for number, (one, other) in enumerate(zip_longest(said, found)):
            yield from _differences(one, other, f"{place}.{_name_of(one, other, number)}")
    elif said != found:
        yield Difference(place, _shown(said), _shown(found))


def _name_of(one: Any, other: Any, number: int) -> str:
    for each in (one, other):
        if isinstance(each, dict) and "key" in each:
            return str(each["key"])
    return str(number + 1)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("amount", "…"))
    return "–" if value is None else str(value)
