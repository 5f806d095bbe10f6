"""The texts that a person agrees to or is told, by kind, version and language.

A text is a file under ``legal_texts/<kind>/<version>.<language>.txt``; its hash is over the file's
bytes, so an acceptance names exactly what was on the page. A published file is never edited: a new
wording is a new version, named in CURRENT.

The notation: the first line is the title; ``## `` opens a section; lines with ``- `` make a list;
everything else is a paragraph. Blank lines separate.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TERMS = "terms"
PRIVACY_POLICY = "privacy-policy"
CURRENT = {TERMS: "2026-11", PRIVACY_POLICY: "2026-11"}
LANGUAGES = ("nl", "en", "fr")

_TEXTS = Path(__file__).parent / "legal_texts"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or a list, as the page shows it."""

    kind: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.lines)


@dataclass(frozen=True, slots=True)
class Document:
    kind: str
    version: str
    language: str
    title: str
    blocks: tuple[Block, ...]
    sha256: str


@cache
def document(kind: str, language: str, version: str | None = None) -> Document:
    """The text in force, or of a given version, in one of our languages. Raises FileNotFoundError."""
    version = version or CURRENT[kind]
    raw = (_TEXTS / kind / f"{version}.{language}.txt").read_bytes()
    title, _, body = raw.decode().partition("\n")
    return Document(kind, version, language, title, _blocks(body), hashlib.sha256(raw).hexdigest())


def in_a_language_we_write(language: str | None) -> str:
    """The reader's language if there is a text in it, else English."""
    short = (language or "").split("-")[0].lower()
    return short if short in LANGUAGES else "en"


def _blocks(body: str) -> tuple[Block, ...]:
    parts = (part.strip().splitlines() for part in body.split("\n\n"))
    return tuple(_block(lines) for lines in parts if lines)


def _block(lines: list[str]) -> Block:
    if lines[0].startswith("## "):
        return Block("heading", (lines[0].removeprefix("## "),))
    if lines[0].startswith("- "):
        return Block("list", tuple(line.removeprefix("- ") for line in lines))
    return Block("paragraph", tuple(lines))
