"""The texts that a person agrees to or is told, by kind, version and language.

A text is a file under ``legal_texts/<kind>/<version>.<language>.txt``; its hash is over the file's
bytes, so an acceptance names exactly what was on the page. A published file is never edited: a new
wording is a new version, which ``accounts.publications`` puts in force.

The notation: the first line is the title; ``## `` opens a section; lines with ``- `` make a list;
``{{ name }}`` alone on a line is a part that is generated from what the product does (a table of
periods, of cookies, of companies), so that the page cannot say another thing than the software;
everything else is a paragraph. Blank lines separate. ``{{ privacy_contact }}`` within a line is the
address of the platform's privacy officer.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TERMS = "terms"
PROCESSING_AGREEMENT = "processing-agreement"
PRIVACY_POLICY = "privacy-policy"
COOKIES = "cookies"
NAMES: dict[str, Promise] = {
    TERMS: _("Terms of service"),
    PROCESSING_AGREEMENT: _("Data processing agreement"),
    PRIVACY_POLICY: _("Privacy policy"),
    COOKIES: _("Cookies"),
}
KINDS = tuple(NAMES)
#: What an organisation agrees to. The other two are told, and nobody is asked to agree to them.
CONTRACTS = (TERMS, PROCESSING_AGREEMENT)
LANGUAGES = ("nl", "en", "fr")

_TEXTS = Path(__file__).parent / "legal_texts"
_PART = re.compile(r"\{\{ ([a-z_]+) \}\}\Z")
_VERSION = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?\Z")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, a list or a generated part, as the page shows it."""

    kind: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.lines)


@dataclass(frozen=True, slots=True)
class Table:
    """A generated part: the heads of its columns, and its rows."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Document:
    kind: str
    version: str
    language: str
    title: str
    blocks: tuple[Block, ...]
    sha256: str

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the generated parts that the text asks for."""
        return tuple(block.text for block in self.blocks if block.kind == "part")

    def shown(self) -> Iterator[tuple[Block, Table | None]]:
        """Each block, with the table of those that are generated, in the language in force."""
        for block in self.blocks:
            if block.kind == "part":
                yield block, _parts[block.text]()
            else:
                yield Block(block.kind, tuple(_filled(line) for line in block.lines)), None


@cache
def document(kind: str, language: str, version: str) -> Document:
    """One version of a text in one of our languages. Raises FileNotFoundError."""
    if kind not in NAMES or language not in LANGUAGES or not _VERSION.match(version):
        raise FileNotFoundError("There is no such text.")
    raw = (_TEXTS / kind / f"{version}.{language}.txt").read_bytes()
    title, _rest, body = raw.decode().partition("\n")
    return Document(kind, version, language, title, _blocks(body), hashlib.sha256(raw).hexdigest())


def in_a_language_we_write(language: str | None) -> str:
    """The reader's language if there is a text in it, else English."""
    short = (language or "").split("-")[0].lower()
    return short if short in LANGUAGES else "en"


# --- Generated parts --------------------------------------------------------------------------------

_parts: dict[str, Callable[[], Table]] = {}


def fills(name: str) -> Callable[[Callable[[], Table]], Callable[[], Table]]:
    """Register who makes a generated part; an app above this one knows what stands in it."""

    def register(make: Callable[[], Table]) -> Callable[[], Table]:
        _parts[name] = make
        return make

    return register


def is_filled(name: str) -> bool:
    return name in _parts


def _filled(line: str) -> str:
    return line.replace("{{ privacy_contact }}", settings.PRIVACY_CONTACT)


# --- The notation -----------------------------------------------------------------------------------


def _blocks(body: str) -> tuple[Block, ...]:
    parts = (part.strip().splitlines() for part in body.split("\n\n"))
    return tuple(_block(lines) for lines in parts if lines)


def _block(lines: list[str]) -> Block:
    if lines[0].startswith("## "):
        return Block("heading", (lines[0].removeprefix("## "),))
    if lines[0].startswith("- "):
        return Block("list", tuple(line.removeprefix("- ") for line in lines))
    if len(lines) == 1 and (part := _PART.match(lines[0])):
        return Block("part", (part[1],))
    return Block("paragraph", tuple(lines))
