"""Every sentence that a person may read, out of the code and the templates, and its translations.

The sentences stand in ``locale/<language>/LC_MESSAGES/django.po``: sorted, with the files that say them but
no line numbers, so that a change of code changes them little. Babel reads and writes them; nothing here needs
gettext's programs.
"""

import ast
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract, extract_python
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from accounts.typography import typeset

#: The languages that we translate into, with their forms of a count; English is what the code says.
PLURAL_FORMS = {"nl": "nplurals=2; plural=(n != 1);", "fr": "nplurals=2; plural=(n > 1);"}

_SINGULAR = dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"))
_PLURAL = dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2))
_CONTEXT = dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2))
_CONTEXT_PLURAL = dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3))
_KEYWORDS: dict[str, Any] = {**_SINGULAR, **_PLURAL, **_CONTEXT, **_CONTEXT_PLURAL}
_LINE_LENGTH = 110

_PLACEHOLDER = re.compile(r"%\(\w+\)[#0 +-]*[\d.]*[a-z]|\{\w*\}|%[sdf]")
_WITHOUT_NAME = ("%s", "%d", "%f", "{}")


@dataclass(frozen=True, slots=True)
class Sources:
    """Where sentences are said. Paths in the catalogues are relative to the root."""

    root: Path
    packages: tuple[Path, ...]
    templates: tuple[Path, ...]

    def files(self) -> Iterator[Path]:
        for package in self.packages:
            yield from sorted(package.rglob("*.py"))
        for folder in self.templates:
            yield from sorted(path for path in folder.rglob("*") if path.suffix in (".html", ".txt"))


def path_of(locale: Path, language: str) -> Path:
    return locale / language / "LC_MESSAGES" / "django.po"


def said(sources: Sources) -> Catalog:
    """Everything that the code and the templates say, with an empty translation each."""
    catalogue = Catalog(fuzzy=False)
    for path in sources.files():
        name = path.relative_to(sources.root).as_posix()
        calls: Any = _calls_in_code if path.suffix == ".py" else _calls_in_template
        with path.open("rb") as file:
            for line, message, _comments, context in extract(calls, file, _KEYWORDS):
                catalogue.add(message, None, [(name, line)], context=context)
    return catalogue


def _calls_in_code(file: IO[bytes], keywords: Any, _tags: Any, options: Any) -> Iterator[Any]:
    """Read the tree, not the words: every Python sees the same calls in it, also inside an f-string."""
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
            if name in keywords:
                yield node.lineno, name, tuple(_literal(argument) for argument in node.args), []


def _literal(argument: ast.expr) -> str | None:
    value = argument.value if isinstance(argument, ast.Constant) else None
    return value if isinstance(value, str) else None


def _calls_in_template(file: IO[bytes], keywords: Any, tags: Any, options: Any) -> Iterable[Any]:
    """Django turns the template into calls between blanks; without indentation these read as Python."""
    calls = templatize(file.read().decode())
    flat = "\n".join(line.strip() for line in calls.splitlines())
    return extract_python(BytesIO(flat.encode()), keywords, tags, options)


def read(content: bytes, language: str) -> Catalog:
    return read_po(BytesIO(content), locale=language, abort_invalid=True)


def update(path: Path, language: str, said_now: Catalog) -> bool:
    """Bring one language up to date and say whether that changed its file.

    Translations that are there are kept, and those of sentences that nobody says any more go. Someone may be
    translating at this moment: the file is replaced as a whole, and only while it is what was read.
    """
    while True:
        before = path.read_bytes() if path.exists() else b""
        after = _written(_merged(read(before, language), said_now, language), language)
        if after == before:
            return False
        if _replace(path, before, after):
            return True


def _merged(translated: Catalog, said_now: Catalog, language: str) -> Catalog:
    """What is said now, with the translations there are. A similar sentence is not the same sentence."""
    merged = Catalog(fuzzy=False)
    for message in _messages(said_now):
        known = translated.get(message.id, message.context)
        if known is not None and known.pluralizable == message.pluralizable:
            message = _with_translation(message, known, language)
        merged[message.id] = message
    return merged


def _with_translation(message: Message, known: Message, language: str) -> Message:
    forms = tuple(typeset(form, language) for form in _forms(known.string))
    return Message(
        message.id,
        forms if message.pluralizable else forms[0],
        message.locations,
        flags={*message.flags, *(known.flags & {"fuzzy"})},
        user_comments=known.user_comments,
        context=message.context,
    )


def _written(catalogue: Catalog, language: str) -> bytes:
    """The file's bytes. Its heading holds no dates: a run that finds nothing new changes nothing."""
    heading = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n'
        f'"Plural-Forms: {PLURAL_FORMS[language]}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )
    body = BytesIO()
    write_po(body, catalogue, _LINE_LENGTH, omit_header=True, sort_output=True, include_lineno=False)
    return heading.encode() + body.getvalue()


def _replace(path: Path, before: bytes, after: bytes) -> bool:
    """Put the new file in place, unless someone else wrote the old one since it was read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".django.", suffix=".po")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(after)
        Path(beside).chmod(0o644)
        if (path.read_bytes() if path.exists() else b"") != before:
            return False
        Path(beside).replace(path)
        return True
    finally:
        with suppress(FileNotFoundError):
            Path(beside).unlink()


def faults(catalogue: Catalog, said_now: Catalog, language: str) -> list[str]:
    """What is wrong with one language, a line for each fault."""
    found = []
    for message in _messages(said_now):
        known = catalogue.get(message.id, message.context)
        if known is None or known.pluralizable != message.pluralizable:
            found.append(f"missing: {_shown(message)}")
        else:
            found += [f"{fault}: {_shown(known)}" for fault in _faults_of(known, language)]
    found += [
        f"no longer said: {_shown(message)}"
        for message in [*_messages(catalogue), *catalogue.obsolete.values()]
        if said_now.get(message.id, message.context) is None
    ]
    return found


def _faults_of(message: Message, language: str) -> Iterator[str]:
    if not all(_forms(message.string)):
        yield "untranslated"
    elif any(not allowed for allowed in _placeholders_kept(message)):
        yield "other placeholders"
    if any(typeset(form, language) != form for form in _forms(message.string)):
        yield "not set in type"
    if message.fuzzy:
        yield "fuzzy"


def _placeholders_kept(message: Message) -> Iterator[bool]:
    """For each form whether it has the placeholders of its source. "One request" need not say its number."""
    singular, *plural = (_placeholders(form) for form in _forms(message.id))
    first, *others = (_placeholders(form) for form in _forms(message.string))
    yield first == singular or first in plural
    yield from (other in plural for other in others)


def _placeholders(text: str) -> tuple[frozenset[str], Counter[str]]:
    """Those with a name, which a translation may repeat, and those without, which it may not."""
    found = _PLACEHOLDER.findall(text.replace("%%", ""))
    nameless = Counter(each for each in found if each in _WITHOUT_NAME)
    return frozenset(found) - nameless.keys(), nameless


def _messages(catalogue: Catalog) -> list[Message]:
    """All but the heading, which Babel keeps as the message without an id."""
    return [message for message in catalogue if message.id]


def _forms(text: Any) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _shown(message: Message) -> str:
    where = ", ".join(sorted({name for name, _line in message.locations}))
    return f"{_forms(message.id)[0]!r}" + (f" ({where})" if where else "")
