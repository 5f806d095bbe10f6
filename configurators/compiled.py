"""A compiled configurator in memory: every formula a function, every look-up ready.

Built once per published version from its stored JSON; shared by all requests, and never changed.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import cast

from configurators.decimals import canonical
from configurators.formula import Answer, BookedPrice, Tables, groups_in, never_holds, read_tables
from configurators.images.parts import layered, own_image
from configurators.parts import LOOKS_BACK, Group, Json, Price, Reading, Texts
from configurators.price_display import PriceDisplay
from configurators.theme import Theme

ENGINE_VERSION = 1
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical_json(document: object) -> bytes:
    """The bytes that are hashed: sorted, without spaces, in UTF-8."""
    return _CANONICAL.encode(document).encode()


class Differences(dict[str, Decimal]):
    """What each choice of a group adds to the price; ``texts`` keeps how that reads, by language."""

    __slots__ = ("texts",)

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[str, Mapping[str, str]] = {}


class Compiled:
    """`to_json` gives what is stored; `from_json` reads it again, and both have the same `sha256`.

    `booked` is what was looked up in price books while it was compiled; the document has figures only.
    """

    def __init__(self, document: Json, *, booked: Iterable[BookedPrice] = ()) -> None:
        self._document = document
        self.booked = tuple(booked)
        self.engine = int(document["engine"])
        if self.engine != ENGINE_VERSION:
            raise ValueError(f"compiled for engine {self.engine}, this is engine {ENGINE_VERSION}")
        self.schema = int(document["schema"])
        self.languages: tuple[str, ...] = tuple(document["languages"])
        self.language = cast(str, document["language"])
        self.title: Texts = document["title"]
        self.intro: Texts = document["intro"]
        self.currency = cast(str, document["currency"])
        self.minor_units = int(document["minor_units"])
        self.vat_rate = Decimal(document["vat"]["rate"])
        self.prices_include_vat = document["vat"]["prices"] == "including"
        self.price_display = PriceDisplay.from_json(document["price_display"])
        tables = read_tables(document.get("tables", {}))
        reading = Reading(self.minor_units, tables)
        drawing, theme = document["drawing"], document.get("theme")
        #: One of our parametric drawings; or else images on each other, of the organisation's own.
        self.drawing: str | None = drawing if isinstance(drawing, str) else None
        self.layers = layered(drawing, reading.condition)
        self.theme = Theme.from_json(theme) if theme else None
        self.logo = own_image(theme.get("logo")) if theme else None
        self.steps = reading.steps(document["steps"])
        self.groups: Mapping[str, Group] = MappingProxyType(
            {group.key: group for step in self.steps for group in step.groups}
        )
        self.constraints = tuple(reading.constraint(item) for item in document["constraints"])
        self.lines = tuple(reading.extra_line(item) for item in document["lines"])
        self.opening_lines = tuple(line for line in self.lines if line.price.kind not in LOOKS_BACK)
        self.closing_lines = tuple(line for line in self.lines if line.price.kind in LOOKS_BACK)
        self._prepare(document, tables)

    def _prepare(self, document: Json, tables: Tables) -> None:
        answered = [group for group in self.groups.values() if group.computable]
        #: What a group that is hidden or not answered counts as.
        self.absent: Mapping[str, Answer] = MappingProxyType(
            {group.key: absent_answer(group) for group in answered}
        )
        #: The groups with a condition or a formula, each after those it depends on.
        self.conditional = tuple(self.groups[key] for key in document["order"])
        self.always_visible: Mapping[str, bool] = MappingProxyType(dict.fromkeys(self.groups, True))
        #: The keys of the groups that are reckoned and not asked.
        self.calculated = tuple(group.key for group in answered if group.formula is not None)
        #: Those of them that no visitor sees, whatever is answered.
        self.never_seen = frozenset(
            group["key"]
            for step in document["steps"]
            for group in step["groups"]
            if group.get("formula") and never_holds(group["visible_if"], tables)
        )
        self.priced_groups = tuple(group for group in answered if _is_priced(group))
        self.guarded_groups = tuple(
            group for group in answered if any(option.available_if for option in group.options)
        )
        self.asks_date = any(group.kind == "date" for group in self.groups.values())
        self.always_required = frozenset(group.key for group in self.groups.values() if group.required)
        #: The groups of which a condition says whether they must be answered.
        self.sometimes_required = tuple(
            group for group in self.groups.values() if group.required_if and not group.required
        )
        #: Whether what is asked, or can be chosen, changes with the answers.
        self.follows_answers = bool(
            self.conditional or self.sometimes_required or self.guarded_groups or self.constraints
        )
        self.contact = next((group for group in self.groups.values() if group.kind == "contact"), None)
        #: The questions that files are handed in to.
        self.file_groups = tuple(group for group in self.groups.values() if group.kind == "file")
        self.has_prices = bool(self.priced_groups or self.lines)
        self._conditions = {
            group["key"]: groups_in(group["visible_if"]) | groups_in(group.get("formula"))
            for step in document["steps"]
            for group in step["groups"]
        }
        #: Groups whose answer decides what others are shown or come to, or moves another line than their own.
        self.decides_others = frozenset[str]().union(*self._conditions.values())
        self.moves_prices = frozenset[str]().union(
            *(price.reads for price in self._prices()),
            *(line.reads for line in self.lines),
        )
        #: Whether what a line comes to may depend on any other.
        self.looks_back = any(price.kind in LOOKS_BACK for price in self._prices())
        #: By group: on whose answers it depends how a change of this one moves the price; None for all.
        self.concerns = {key: self._concerns(key) for key in self.groups}
        #: By group: differences of price that were reckoned lately, by those answers.
        self.differences_seen: dict[str, dict[tuple[Answer, ...], Differences]] = {
            key: {} for key in self.groups
        }
        #: What reckoning everything once costs, in operations and lines.
        self.work = 1 + len(self.priced_groups) + len(self.lines) + _operations(document)

    def _concerns(self, key: str) -> tuple[str, ...] | None:
        """A change shows and hides others, which moves the lines that read them, which read others again."""
        if self.looks_back or not self.prices_include_vat:
            return None
        moved = {key}
        for group in self.conditional:  # each after those it depends on
            if not moved.isdisjoint(self._conditions[group.key]):
                moved.add(group.key)
        lines = [line.reads for line in self.lines] + [group.reads for group in self.groups.values()]
        concerns = moved.union(*(reads for reads in lines if not moved.isdisjoint(reads)))
        for group in reversed(self.conditional):
            if group.key in concerns:
                concerns |= self._conditions[group.key]
        return tuple(sorted(concerns))

    def _prices(self) -> list[Price]:
        own = [group.price for group in self.groups.values()]
        options = [option.price for group in self.groups.values() for option in group.options]
        return [price for price in (*own, *options, *(line.price for line in self.lines)) if price]

    @cached_property
    def sha256(self) -> str:
        """Names this version: it covers the definition too, by that one's own hash inside."""
        return hashlib.sha256(canonical_json(self._document)).hexdigest()

    @cached_property
    def files(self) -> frozenset[str]:
        """The images of the organisation's own that are shown somewhere."""
        shown = [option.photo for group in self.groups.values() for option in group.options]
        shown += [layer.image for layer in self.layers.layers] if self.layers else []
        return frozenset(image.file for image in (*shown, self.logo) if image)

    def to_json(self) -> Json:
        return cast(Json, json.loads(canonical_json(self._document)))

    @classmethod
    def from_json(cls, document: Json) -> "Compiled":
        return cls(document)

    def text(self, texts: Texts, language: str) -> str:
        """In that language, or in the main one where a translation is missing."""
        return texts.get(language) or texts.get(self.language) or ""


def answer_json(answer: Answer) -> str | bool | list[str] | None:
    """The canonical JSON of an answer."""
    if isinstance(answer, Decimal):
        return _text_of(answer)
    return sorted(answer) if isinstance(answer, frozenset) else answer


def absent_answer(group: Group) -> Answer:
    if group.kind == "multi":
        return frozenset()
    return False if group.kind == "boolean" else None


def _text_of(number: Decimal | None) -> str | None:
    return None if number is None else canonical(number)


def _operations(document: Json) -> int:
    """The operations of the formulas that a price depends on."""
    groups = [group for step in document["steps"] for group in step["groups"]]
    options = [option for group in groups for option in group.get("options", ())]
    priced = [*groups, *document["lines"], *options]
    formulas = [price["formula"] for item in priced if (price := item.get("price")) and "formula" in price]
    formulas += [group["visible_if"] for group in groups] + [line["if"] for line in document["lines"]]
    formulas += [group.get("formula") for group in groups]
    return sum(_size(formula) for formula in formulas)


def _size(tree: object) -> int:
    return 1 + sum(map(_size, tree)) if isinstance(tree, list) else 0


def _is_priced(group: Group) -> bool:
    return group.price is not None or any(option.price for option in group.options)
