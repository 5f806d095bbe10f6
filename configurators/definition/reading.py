"""Reading one object of the document: a property that does not fit its kind is reported."""

import re
from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from configurators.decimals import decimal_in_definition
from configurators.definition.limits import MAX_KEY, MAX_TEXT, RESERVED_KEYS
from configurators.definition.problems import Echo, Path, Report

KEY_PATTERN = r"[a-z][a-z0-9_]*"
SLUG_PATTERN = r"[a-z0-9][a-z0-9_/.-]*"
LONGEST_SLUG = 100
_KEY, _SLUG = re.compile(KEY_PATTERN, re.ASCII), re.compile(SLUG_PATTERN, re.ASCII)


class Part:
    """An object of the document with its path. Methods give None for what is absent or does not fit."""

    def __init__(
        self, report: Report, languages: tuple[str, ...], value: dict[str, object], path: Path
    ) -> None:
        self.report = report
        self.languages = languages  # the main one first
        self.value = value
        self.path = path

    def at(self, *names: str | int) -> Path:
        return (*self.path, *names)

    def child(self, value: dict[str, object], *names: str | int) -> "Part":
        return Part(self.report, self.languages, value, self.at(*names))

    def only(self, names: Iterable[str]) -> None:
        known = set(names)
        for name in self.value:
            if name not in known:
                self.report.error(
                    self.at(name[:60]), "unknown", _("“%(name)s” has no meaning here."), name=name[:60]
                )

    def wrong_type(self, name: str) -> None:
        self.report.error(self.at(name), "wrong_type", _("This is not of the right kind."))

    def missing(self, *names: str | int) -> None:
        self.report.error(self.at(*names), "missing", _("This is missing."))

    def key(self) -> str | None:
        key = self.value.get("key")
        if not isinstance(key, str) or not key:
            self.missing("key")
        elif not _KEY.fullmatch(key) or len(key) > MAX_KEY:
            self.report.error(
                self.at("key"),
                "bad_key",
                _(
                    "A key starts with a letter and has only small letters, digits and underscores, "
                    "at most %(limit)s."
                ),
                limit=MAX_KEY,
            )
        elif key in RESERVED_KEYS:
            self.report.error(
                self.at("key"), "reserved_key", _("“%(key)s” is taken; choose another key."), key=key
            )
        else:
            return key
        return None

    def slug(self, name: str) -> None:
        slug = self.value.get(name)
        if slug is not None and not (
            isinstance(slug, str) and len(slug) <= LONGEST_SLUG and _SLUG.fullmatch(slug)
        ):
            self.wrong_type(name)

    def one_of(self, name: str, allowed: Iterable[str], *, required: bool = True) -> str | None:
        value = self.value.get(name)
        choices = tuple(allowed)
        if value is None:
            if required:
                self.missing(name)
        elif isinstance(value, str) and value in choices:
            return value
        else:
            self.report.error(
                self.at(name),
                "not_allowed",
                _("This must be one of: %(choices)s."),
                choices=", ".join(choices),
            )
        return None

    def flag(self, name: str) -> bool:
        value = self.value.get(name)
        if value is not None and not isinstance(value, bool):
            self.wrong_type(name)
        return value is True

    def integer(self, name: str, least: int, most: int) -> int | None:
        value = self.value.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong_type(name)
        elif not least <= value <= most:
            self.report.error(
                self.at(name),
                "out_of_bounds",
                _("This must be from %(least)s to %(most)s."),
                least=least,
                most=most,
            )
        else:
            return value
        return None

    def decimal(self, name: str, *, required: bool = False) -> Decimal | None:
        value = self.value.get(name)
        if value is None:
            if required:
                self.missing(name)
            return None
        number = decimal_in_definition(value)
        if number is None:
            self.report.error(
                self.at(name), "not_a_number", _('Write a number as text with a point, like "12.50".')
            )
        return number

    def parts(self, name: str, most: int) -> list["Part"]:
        """The objects in a list; anything in it that is no object is reported and left out."""
        value = self.value.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong_type(name)
            return []
        if len(value) > most:
            self.report.error(self.at(name), "too_many", _("There may be at most %(most)s here."), most=most)
        found = []
        for index, item in enumerate(value[:most]):
            if isinstance(item, dict):
                found.append(self.child(item, name, index))
            else:
                self.report.error(self.at(name, index), "wrong_type", _("This is not of the right kind."))
        return found

    def part(self, name: str) -> "Part | None":
        value = self.value.get(name)
        if isinstance(value, dict):
            return self.child(value, name)
        if value is not None:
            self.wrong_type(name)
        return None

    def text(self, name: str, *, required: bool = False) -> None:
        """A text in every language: the main one must be there, another that lacks is a warning."""
        value = self.value.get(name)
        if value is None:
            value = {}
        if not isinstance(value, dict):
            self.wrong_type(name)
            return
        for language, text in value.items():
            self._check_text(name, language, text)
        if required or any(isinstance(text, str) and text.strip() for text in value.values()):
            self._check_translated(name, value, required=required)

    def _check_text(self, name: str, language: str, text: object) -> None:
        if not isinstance(text, str):
            self.report.error(self.at(name, language[:60]), "wrong_type", _("This is not of the right kind."))
        elif len(text) > MAX_TEXT:
            self.report.error(
                self.at(name, language[:60]),
                "too_long",
                _("A text has at most %(limit)s characters."),
                limit=MAX_TEXT,
            )
        elif language not in self.languages:
            self.report.warning(
                self.at(name, language[:60]),
                "undeclared_language",
                _("This configurator is not offered in “%(language)s”, so nobody sees this text."),
                language=language[:60],
            )

    def _check_translated(self, name: str, value: dict[str, object], *, required: bool) -> None:
        for language in self.languages:
            text = value.get(language)
            if text is not None and (not isinstance(text, str) or text.strip()):
                continue
            if required and language == self.languages[0]:
                self.report.error(self.at(name, language), "missing_text", _("This text is missing."))
            else:
                self.report.warning(
                    self.at(name, language),
                    "untranslated",
                    _("This text is missing in “%(language)s”."),
                    language=language,
                )


def echo(part: Part) -> Part:
    """The same part, of which everything was told once: each item of a repeat asks it."""
    return Part(Echo(part.report), part.languages, part.value, part.path)
