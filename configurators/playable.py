"""What a visitor's browser needs to reckon by itself: one version in one language.

It is the compiled version without other languages and without what a visitor may not know. Where prices
are not shown to the cent, there is none in it: the server answers what little depends on them.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from configurators.compiled import Compiled, canonical_json
from configurators.indications import shows_prices
from configurators.published import Version

Json = dict[str, Any]

_LOOK_UPS = ("lookup", "lookup2", "tier")
_OF_GROUP = (
    "key",
    "kind",
    "required",
    "required_if",
    "visible_if",
    "default",
    "min",
    "max",
    "step",
    "min_choices",
    "max_choices",
    "formula",
    "decimals",
    "repeats",
)


@dataclass(frozen=True, slots=True)
class Played:
    """Ready bytes, and the name that they have in an address: another version or wording has another."""

    name: str
    body: bytes
    packed: bytes


def played(version: Version, language: str) -> Played:
    """Made once per version and language."""
    found = version.played.get(language)
    if not isinstance(found, Played):
        body = canonical_json(playable(version.compiled, language))
        found = Played(sha256(body).hexdigest()[:20], body, gzip.compress(body, 9, mtime=0))
        version.played[language] = found
    return found


def playable(compiled: Compiled, language: str) -> Json:
    """As JSON; the same bytes for the same version, language and wording."""
    with override(language):
        return _Playable(compiled, language).document()


class _Playable:
    def __init__(self, compiled: Compiled, language: str) -> None:
        self.compiled = compiled
        self.stored = compiled.to_json()
        self.language = language
        self.priced = shows_prices(compiled)

    def document(self) -> Json:
        stored = self.stored
        steps = [self._step(step) for step in stored["steps"]]
        lines = [self._line(line) for line in stored["lines"]] if self.priced else []
        layers = self._layers()
        read = _tables_in([steps, stored["constraints"], lines, layers])
        return {
            "engine": stored["engine"],
            "version": self.compiled.sha256,
            "language": self.language,
            "currency": stored["currency"],
            "minor_units": stored["minor_units"],
            "vat": stored["vat"],
            "priced": self.priced,
            # One that only prices read is no business of a visitor who is shown none.
            "tables": {key: table for key, table in stored.get("tables", {}).items() if key in read},
            "steps": steps,
            "order": stored["order"],
            "constraints": [item | {"reason": self._text(item["reason"])} for item in stored["constraints"]],
            "lines": lines,
            "words": _words(),
        } | ({"layers": layers} if layers else {})

    def _layers(self) -> list[Json]:
        """When each is seen; the page itself has the images."""
        drawing = self.stored["drawing"]
        layers = drawing["layers"] if isinstance(drawing, dict) else ()
        return [{"key": layer["key"], "if": layer["if"]} for layer in layers]

    def _step(self, step: Json) -> Json:
        return {"key": step["key"], "groups": [self._group(group) for group in step["groups"]]}

    def _group(self, group: Json) -> Json:
        kept = {name: group[name] for name in _OF_GROUP if group.get(name) not in (None, False)}
        if not self.priced and group["key"] in self.compiled.never_seen:
            # It counts as nothing, and how it would be calculated is no business of a visitor.
            kept.pop("formula")
        kept |= {"label": self._text(group["label"]), "unit": self._text(group.get("unit") or {})}
        kept["price"] = group.get("price") if self.priced else None
        kept["options"] = [self._option(option) for option in group.get("options", ())]
        return kept

    def _option(self, option: Json) -> Json:
        return {
            "key": option["key"],
            "label": self._text(option["label"]),
            "available_if": option["available_if"],
            "reason": self._text(option["reason"]),
            "price": option["price"] if self.priced else None,
        }

    def _line(self, line: Json) -> Json:
        return line | {"label": self._text(line["label"])}

    def _text(self, texts: Mapping[str, str]) -> str:
        return self.compiled.text(texts, self.language)


def _tables_in(document: object) -> set[str]:
    """The keys of the tables that any formula in it reads."""
    if isinstance(document, dict):
        return _tables_in(list(document.values()))
    if not isinstance(document, list) or not document:
        return set()
    own = {str(document[1])} if document[0] in _LOOK_UPS else set()
    return own.union(*map(_tables_in, document))


def _words() -> Json:
    """What is said beside prices and fields, as ``presentation`` and ``answers`` say it with values in it."""
    return {
        "included": _("included"),
        "vat": _("VAT %(rate)s%%"),
        "of_which_vat": _("of which %(rate)s%% VAT %(amount)s"),
        "percent_of": _("%(percent)s%% of %(base)s"),
        "minimum": _("at least %(limit)s"),
        "maximum": _("at most %(limit)s"),
        "no_price": _("There is no price for these choices."),
        "spoken": _("Total including VAT: %(total)s"),
        "not_together": _("This does not go together with your other choices."),
        "remedy": _("Choose this with %(changes)s"),
        "without": _("without %(name)s"),
        "errors": {
            "not_a_number": _("Write a number, like %(example)s."),
            "not_an_option": _("Choose one of the options."),
            "duplicate": _("An option stands here twice."),
            "too_few": _("Choose at least %(least)s options."),
            "too_many": _("Choose at most %(most)s options."),
            "not_whole": _("Write a whole number."),
            "off_step": _("Choose a number in steps of %(step)s, starting from %(least)s."),
            "out_of_bounds": _("Choose a number from %(least)s to %(most)s."),
            "too_low": _("Choose a number of at least %(least)s."),
            "too_high": _("Choose a number of at most %(most)s."),
        },
    }
