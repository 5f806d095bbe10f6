"""From a definition to its compiled form: checked, filled in with every default, formulas as trees.

The compiled JSON is what a published version keeps and what every price is computed from; a definition
that is no longer looked at by people could be thrown away and nothing would change.
"""

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, cast

from configurators.compiled import ENGINE_VERSION, Compiled, canonical_json
from configurators.decimals import canonical, decimal_in_definition
from configurators.definition import DEFAULT_TEXT_LENGTH, MINOR_UNITS, Problem, check
from configurators.definition.catalogue import Catalogue, catalogue_of, scope_of
from configurators.definition.checking import has_errors
from configurators.definition.limits import FILE_KINDS
from configurators.definition.rules import order_by_dependency
from configurators.definition.tables import look_up
from configurators.formula import (
    NO_PRICES,
    BookedPrice,
    Prices,
    Scope,
    TableType,
    compile_formula,
    groups_in,
    item_key,
    items_named,
)
from configurators.formula.checker import Wanted
from configurators.formula.tables import table_type
from configurators.naming import Naming
from configurators.parts import LOOKS_BACK
from configurators.room import too_large

__all__ = ["ENGINE_VERSION", "Compiled", "DefinitionError", "compile_definition", "problems_in"]

Json = dict[str, Any]


class DefinitionError(Exception):
    """The definition cannot be compiled; `problems` has warnings too."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(", ".join(problem.code for problem in problems if problem.severity == "error"))
        self.problems = problems


def compile_definition(definition: object, prices: Prices = NO_PRICES) -> Compiled:
    """With what price books hold on one day: what is compiled refers to no book."""
    problems = check(definition, prices)
    if has_errors(problems):
        raise DefinitionError(problems)
    compiling = _Compiling(cast(Json, definition), prices)
    document = compiling.document()
    if too_much := too_large(compiling.definition, document):
        raise DefinitionError([*too_much, *problems])
    return Compiled(document, booked=sorted(compiling.booked))


def problems_in(definition: object, prices: Prices = NO_PRICES) -> list[Problem]:
    """All that is wrong with a definition, also with what it becomes."""
    problems = check(definition, prices)
    if has_errors(problems):
        return problems
    compiling = _Compiling(cast(Json, definition), prices)
    return [*too_large(compiling.definition, compiling.document()), *problems]


class _Compiling:
    """Trusts the shape of a definition that `check` has passed."""

    def __init__(self, definition: Json, prices: Prices) -> None:
        self.definition = definition
        self.booked: set[BookedPrice] = set()
        self.catalogue: Catalogue = catalogue_of(definition["steps"])
        self.tables = {table["key"]: _table(table) for table in definition.get("tables") or ()}
        types = {key: _type_of(table) for key, table in self.tables.items()}
        currency = definition["currency"]
        self.scope: Scope = scope_of(self.catalogue, types, prices=prices, currency=currency)
        self.line_keys: dict[str, list[str]] = {}

    def document(self) -> Json:
        source = self.definition
        extra = source.get("lines") or ()
        # What looks back may look on the lines that stand before the groups' own.
        self.line_keys |= {
            line["key"]: [line["key"]] for line in extra if line["price"]["kind"] not in LOOKS_BACK
        }
        steps = [self._step(step) for step in source["steps"]]
        return {
            "engine": ENGINE_VERSION,
            "schema": source["schema"],
            "definition_sha256": hashlib.sha256(canonical_json(source)).hexdigest(),
            "languages": source["languages"],
            "language": source["language"],
            "title": self._texts(source.get("title")),
            "intro": self._texts(source.get("intro")),
            "currency": source["currency"],
            "minor_units": MINOR_UNITS[source["currency"]],
            "vat": {"rate": _number(source["vat"]["rate"]), "prices": source["vat"]["prices"]},
            "price_display": _price_display(source["price_display"]),
            "drawing": self._drawing(source.get("drawing")),
            "theme": self._theme(source.get("theme")),
            "tables": self.tables,
            "steps": steps,
            "order": _order(steps),
            "constraints": [each for rule in source.get("constraints") or () for each in self._rules(rule)],
            "lines": [self._line(item) for item in extra],
        }

    def _step(self, step: Json) -> Json:
        groups = [each for group in step.get("groups") or () for each in self._expanded(group)]
        return {"key": step["key"], "title": self._texts(step["title"]), "groups": groups}

    def _expanded(self, group: Json) -> list[Json]:
        """A group as it is; of a repeat how many items there are, and what each asks."""
        if group["kind"] != "repeat":
            return [self._group(group)]
        numbers = range(1, group["max"] + 1)
        self.line_keys[group["key"]] = []
        copies = [self._copy(each, group, number) for number in numbers for each in group["groups"]]
        return [self._repeat(group), *copies]

    def _repeat(self, group: Json) -> Json:
        """How many items there are: a question that always has an answer."""
        least, most = group.get("min") or 0, group["max"]
        default = group.get("default")
        number = {"min": str(least), "max": str(most), "default": str(least if default is None else default)}
        return self._group(group | {"kind": "quantity", "required": True} | number) | {"repeats": True}

    def _copy(self, group: Json, repeat: Json, number: int) -> Json:
        """What one item asks: under a key and a name of its own, and only if there are so many items."""
        outside, self.scope = self.scope, self.scope.within(repeat["key"], number)
        key = item_key(repeat["key"], number, group["key"])
        named = Naming(self.definition, repeat["item_label"], number)
        copy = self._group(group | {"key": key})
        self.scope = outside
        for bare, own in self._line_keys_of(copy, group["key"]):
            self.line_keys.setdefault(bare, []).extend(own)
        self.line_keys[repeat["key"]] += self.line_keys.get(key, [])
        there = ["ge", ["number", repeat["key"]], ["num", str(number)]]
        condition = ["and", there, copy["visible_if"]] if copy["visible_if"] else there
        item = {"of": repeat["key"], "number": number, "label": named.item}
        return named.within(copy) | {"visible_if": condition, "item": item}

    def _line_keys_of(self, copy: Json, bare: str) -> Iterator[tuple[str, list[str]]]:
        """The price lines of one copy, under the names that they have in the definition."""
        key = copy["key"]
        if key in self.line_keys:
            yield bare, self.line_keys[key]
        for option in copy.get("options", ()):
            if option["price"]:
                yield f"{bare}.{option['key']}", [f"{key}.{option['key']}"]

    def _group(self, group: Json) -> Json:
        return {
            "key": group["key"],
            "kind": group["kind"],
            "label": self._texts(group["label"]),
            "help": self._texts(group.get("help")),
            "required": group.get("required") or False,
            "required_if": self._formula(group.get("required_if"), "boolean"),
            "visible_if": self._formula(group.get("visible_if"), "boolean"),
            **getattr(self, f"_{group['kind']}")(group),
        }

    def _number(self, group: Json) -> Json:
        return {
            "unit": self._unit(group),
            **{name: _number(group.get(name)) for name in ("min", "max", "step", "default")},
            "price": self._price(group.get("price"), group["key"], own_group=group["key"]),
        }

    def _quantity(self, group: Json) -> Json:
        number = self._number(group)
        return {**number, "min": number["min"] or "0", "step": number["step"] or "1"}

    def _boolean(self, group: Json) -> Json:
        return {
            "default": group.get("default") or False,
            "price": self._price(group.get("price"), group["key"]),
        }

    def _calculated(self, group: Json) -> Json:
        decimals = group.get("decimals")
        return {
            "unit": self._unit(group),
            "formula": self._formula(group["formula"], "number"),
            "decimals": 2 if decimals is None else decimals,
        }

    def _unit(self, group: Json) -> Json:
        """One sign for all languages, or a word in each."""
        unit = group.get("unit")
        return (
            dict.fromkeys(self.definition["languages"], unit) if isinstance(unit, str) else self._texts(unit)
        )

    def _text(self, group: Json) -> Json:
        return {
            "max_length": group.get("max_length") or DEFAULT_TEXT_LENGTH,
            "personal": group.get("personal") or False,
            "multiline": group.get("multiline") or False,
        }

    def _date(self, group: Json) -> Json:
        days = {name: group.get(name) for name in ("earliest", "latest")}
        return {"personal": group.get("personal") or False} | days

    def _file(self, group: Json) -> Json:
        accepted = group.get("accept") or FILE_KINDS
        return {
            "accept": [kind for kind in FILE_KINDS if kind in accepted],
            "most": group.get("most") or 1,
            "personal": True,
        }

    def _contact(self, group: Json) -> Json:
        return {"phone": group.get("phone") or "optional"}

    def _single(self, group: Json) -> Json:
        return {"options": self._options(group), "default": group.get("default")}

    def _multi(self, group: Json) -> Json:
        return {
            "options": self._options(group),
            "default": sorted(group.get("default") or ()),
            "min_choices": group.get("min_choices"),
            "max_choices": group.get("max_choices"),
        }

    def _options(self, group: Json) -> list[Json]:
        options = [self._option(option, group["key"]) for option in group["options"]]
        priced = [f"{group['key']}.{option['key']}" for option in options if option["price"]]
        self.line_keys[group["key"]] = priced
        return options

    def _option(self, option: Json, group_key: str) -> Json:
        return {
            "key": option["key"],
            "label": self._texts(option["label"]),
            "help": self._texts(option.get("help")),
            "image": self._image(option.get("image")),
            "available_if": self._formula(option.get("available_if"), "boolean"),
            "reason": self._texts(option.get("reason")),
            "price": self._price(option.get("price"), f"{group_key}.{option['key']}"),
        }

    def _rules(self, rule: Json) -> list[Json]:
        """A rule about what items ask holds in each of them.

        Where it reads nothing else, it is passed over with the item like any rule about what is hidden.
        """
        repeat = self._repeat_of(rule)
        if not repeat:
            return [self._constraint(rule)]
        outside, found = self.scope, []
        for number in range(1, self.catalogue[repeat].most + 1):
            self.scope = outside.within(repeat, number)
            found.append(self._constraint(rule | {"key": f"{rule['key']}.{number}"}))
            if rule["kind"] == "assertion" and groups_in(found[-1]["that"]) - self._asked_in(repeat, number):
                missing = ["lt", ["number", repeat], ["num", str(number)]]
                found[-1]["that"] = ["or", missing, found[-1]["that"]]
        self.scope = outside
        return found

    def _asked_in(self, repeat: str, number: int) -> set[str]:
        return {
            item_key(repeat, number, facts.key) for facts in self.catalogue.values() if facts.repeat == repeat
        }

    def _repeat_of(self, rule: Json) -> str:
        if rule["kind"] == "assertion":
            return next(iter(items_named(rule["that"], self.scope)), "")
        sides = rule["of"] if rule["kind"] == "combinations" else (rule["if"], rule["then"])
        return next(filter(None, (self.catalogue[side.partition(".")[0]].repeat for side in sides)), "")

    def _constraint(self, item: Json) -> Json:
        every = {"key": item["key"], "kind": item["kind"], "reason": self._texts(item["reason"])}
        if item["kind"] == "assertion":
            return every | {"that": self._formula(item["that"], "boolean"), "severity": item["severity"]}
        if item["kind"] == "combinations":
            return every | {"of": list(map(self._own, item["of"])), "pairs": item["pairs"]}
        return every | {name: _reference(self._own(item[name])) for name in ("if", "then")}

    def _line(self, item: Json) -> Json:
        return {
            "key": item["key"],
            "label": self._texts(item["label"]),
            "if": self._formula(item.get("if"), "boolean"),
            "price": self._price(item["price"], item["key"]),
        }

    def _price(self, price: Json | None, line_key: str, *, own_group: str | None = None) -> Json | None:
        if price is None:
            return None
        compiled: Json = getattr(self, f"_price_{price['kind']}")(price, own_group)
        self.line_keys[line_key] = [line_key]
        return {"kind": price["kind"]} | compiled

    def _price_fixed(self, price: Json, own_group: str | None) -> Json:
        return {"amount": self._amount(price)}

    def _price_per_unit(self, price: Json, own_group: str | None) -> Json:
        return {"amount": self._amount(price), "of": self._own(price.get("of") or own_group or "")}

    def _amount(self, price: Json) -> str | None:
        place = price.get("from_book")
        if place is None:
            return _number(price["amount"])
        book, sku = place["book"], place["sku"]
        amount = self.scope.prices.look_up(book, sku, currency=self.scope.currency)
        assert isinstance(amount, Decimal), "the check has passed"
        self.booked.add(BookedPrice(book, sku, amount))
        return canonical(amount)

    def _price_percentage(self, price: Json, own_group: str | None) -> Json:
        return {"percent": _number(price["percent"]), "of": self._base(price["of"])}

    def _price_minimum(self, price: Json, own_group: str | None) -> Json:
        return {"amount": _number(price["amount"]), "of": self._base(price["of"])}

    _price_maximum = _price_minimum

    def _base(self, of: str | list[str]) -> str | list[str]:
        """The lines that some keys stand for."""
        if isinstance(of, str):
            return of
        return list(dict.fromkeys(line for key in of for line in self.line_keys[self._own(key)]))

    def _own(self, reference: str) -> str:
        """What a group or a line is called: within an item, a bare key is this item's."""
        key, dot, option = reference.partition(".")
        facts = self.catalogue.get(key)
        if facts is None or facts.repeat not in self.scope.item:
            return reference
        return item_key(facts.repeat, self.scope.item[facts.repeat], key) + dot + option

    def _price_table(self, price: Json, own_group: str | None) -> Json:
        """A formula like any other: the interpreters know no price by a table."""
        key, times = price["table"], price.get("times")
        source = look_up(key, self.scope.tables[key], price["of"])
        return {
            "kind": "formula",
            "formula": self._formula(f"{source} * {times}" if times else source, "number"),
        }

    def _price_formula(self, price: Json, own_group: str | None) -> Json:
        return {"formula": self._formula(price["formula"], "number")}

    def _formula(self, source: str | None, wanted: Wanted) -> list[object] | None:
        if not source:
            return None
        formula = compile_formula(source, self.scope, wanted)
        self.booked |= formula.booked
        return formula.tree

    def _image(self, image: str | Json | None) -> str | Json | None:
        """Our own drawing stays a name."""
        if not isinstance(image, dict):
            return image
        return {name: image[name] for name in ("file", "width", "height")} | {"alt": self._alt(image)}

    def _alt(self, image: Json) -> Json:
        return {} if image.get("decorative") else self._texts(image.get("alt"))

    def _drawing(self, drawing: str | Json | None) -> str | Json | None:
        if not isinstance(drawing, dict):
            return drawing
        layers = [
            {name: layer[name] for name in ("key", "file", "width", "height")}
            | {"if": self._formula(layer.get("if"), "boolean")}
            for layer in drawing.get("layers") or ()
        ]
        return {"layers": layers, "alt": self._alt(drawing)} if layers else None

    def _theme(self, theme: Json | None) -> Json | None:
        if not theme or not theme.get("logo"):
            return theme
        return theme | {"logo": self._image(theme["logo"])}

    def _texts(self, texts: Json | None) -> Json:
        declared = self.definition["languages"]
        return {
            language: text
            for language, text in (texts or {}).items()
            if language in declared and text.strip()
        }


def _table(table: Json) -> Json:
    if table["kind"] == "tiers":
        return {
            "mode": table["mode"],
            "starts": [_number(tier["from"]) for tier in table["tiers"]],
            "amounts": [_number(tier["amount"]) for tier in table["tiers"]],
        }
    return {"axes": [_axis(axis) for axis in table["axes"]], "cells": _cells(table["cells"])}


def _axis(axis: Json) -> Json:
    match, values = axis["match"], axis["values"]
    return {"match": match, "values": values if match == "option" else list(map(_number, values))}


def _cells(cells: Any) -> Any:
    return list(map(_cells, cells)) if isinstance(cells, list) else _number(cells)


def _type_of(table: Json) -> TableType:
    return table_type((axis["match"], axis["values"]) for axis in table.get("axes", ()))


def _price_display(display: Json) -> Json:
    return display | ({"step": _number(display["step"])} if "step" in display else {})


def _number(text: str | None) -> str | None:
    number = decimal_in_definition(text)
    return None if number is None else canonical(number)


def _reference(reference: str) -> list[str | None]:
    group, _dot, option = reference.partition(".")
    return [group, option or None]


def _order(steps: list[Json]) -> list[str]:
    """The groups with a condition, and those that are calculated, each after those it depends on."""
    depends_on = {
        group["key"]: groups_in(group["visible_if"]) | groups_in(group.get("formula"))
        for step in steps
        for group in step["groups"]
        if group["visible_if"] or group["kind"] == "calculated"
    }
    return order_by_dependency(depends_on)
