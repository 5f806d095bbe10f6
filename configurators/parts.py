"""What a compiled configurator is made of: steps, groups, options, prices, rules; from stored JSON."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, cast

from configurators.formula import Answer, Environment, Tables, groups_in, runner
from configurators.formula.arithmetic import rounded
from configurators.images.parts import OwnImage, own_image

Texts = Mapping[str, str]
Condition = Callable[[Environment], bool]
Json = dict[str, Any]

#: Kinds of price that depend on what other lines come to.
LOOKS_BACK = frozenset({"percentage", "minimum", "maximum"})
#: Kinds whose answer is a text: sealed with the contact details, and looked at by people alone.
WRITTEN = frozenset({"text", "date"})
#: Results of one formula in memory.
_RESULTS_KEPT = 256


@dataclass(frozen=True, slots=True, eq=False)
class Price:
    """`amount` is money or a percentage; `of` is the group of a unit, or lines (None for the subtotal)."""

    kind: str
    amount: Decimal
    of: str | tuple[str, ...] | None
    formula: Callable[[Environment], Decimal] | None
    reads: frozenset[str]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a repeat, such as the second window."""

    of: str
    number: int
    label: Texts


@dataclass(frozen=True, slots=True, eq=False)
class Option:
    """`label` stands by itself, `own_label` beside the name of its group."""

    key: str
    line_key: str
    label: Texts
    own_label: Texts
    help: Texts
    #: One of our drawings, or else a photo of the organisation's own.
    image: str | None
    photo: OwnImage | None
    price: Price | None
    available_if: Condition | None
    reason: Texts


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Properties that a kind does not have are None, empty or False."""

    key: str
    kind: str
    step: str
    position: int
    #: `label` says of which item it is, where it is asked in one; `own_label` does not.
    label: Texts
    own_label: Texts
    item: Item | None
    #: Whether it asks how many items there are.
    repeats: bool
    help: Texts
    required: bool
    required_if: Condition | None
    visible_if: Condition | None
    options: tuple[Option, ...]
    by_option: Mapping[Answer, Option]
    price: Price | None
    default: Answer
    unit: Texts
    least: Decimal | None
    most: Decimal | None
    interval: Decimal | None
    min_choices: int | None
    max_choices: int | None
    max_length: int
    personal: bool
    multiline: bool
    #: In days after today; None where every day may be chosen.
    earliest: int | None
    latest: int | None
    phone: str
    #: Which kinds of files may be handed in, and how many.
    accept: tuple[str, ...]
    most_files: int
    #: What a calculated group comes to, rounded to so many decimals; None for what is asked.
    formula: Callable[[Environment], Decimal] | None
    decimals: int
    numeric: bool
    computable: bool
    #: The groups that its price lines depend on, itself among them.
    reads: frozenset[str]

    @property
    def is_written(self) -> bool:
        """Whether its answer is one in words, which no formula and no quote has."""
        return self.kind in WRITTEN

    @property
    def is_asked(self) -> bool:
        """Whether a visitor answers it with something that computes."""
        return self.computable and self.formula is None


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    key: str
    title: Texts
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A group with an answer, or one of its options chosen."""

    group: str
    option: str | None

    def holds(self, answers: Environment) -> bool:
        answer = answers[self.group]
        if self.option is None:
            return bool(answer)
        return self.option in answer if isinstance(answer, frozenset) else answer == self.option


@dataclass(frozen=True, slots=True, eq=False)
class Implication:
    """One choice requires or excludes another."""

    key: str
    kind: str
    condition: Reference
    consequence: Reference
    reason: Texts


@dataclass(frozen=True, slots=True, eq=False)
class Combinations:
    """Of two single choices only these pairs of options go together."""

    key: str
    groups: tuple[str, str]
    pairs: frozenset[tuple[Answer, Answer]]
    reason: Texts


@dataclass(frozen=True, slots=True, eq=False)
class Assertion:
    """A condition that must hold, or is warned about; shown at the last visible group that it reads."""

    key: str
    condition: Condition
    blocks: bool
    reads: frozenset[str]
    reason: Texts


Constraint = Implication | Combinations | Assertion


@dataclass(frozen=True, slots=True, eq=False)
class ExtraLine:
    key: str
    label: Texts
    condition: Condition | None
    price: Price
    reads: frozenset[str]


class Reading:
    """Reads parts of one version: amounts in its coin, formulas over its tables."""

    def __init__(self, minor_units: int, tables: Tables) -> None:
        self.minor_units = minor_units
        self.tables = tables

    def steps(self, items: list[Json]) -> tuple[Step, ...]:
        steps, position = [], 0
        for item in items:
            groups = []
            for group in item["groups"]:
                groups.append(self._group(group, item["key"], position))
                position += 1
            steps.append(Step(item["key"], item["title"], tuple(groups)))
        return tuple(steps)

    def _group(self, item: Json, step: str, position: int) -> Group:
        options = tuple(self._option(option, item["key"]) for option in item.get("options", ()))
        price, prices = self._price(item.get("price")), [option.price for option in options]
        return Group(
            key=item["key"],
            kind=item["kind"],
            step=step,
            position=position,
            label=item["label"],
            own_label=item["own_label"] if "own_label" in item else item["label"],
            item=Item(**item["item"]) if "item" in item else None,
            repeats=item.get("repeats", False),
            help=item["help"],
            required=item["required"],
            required_if=self.condition(item.get("required_if")),
            visible_if=self.condition(item["visible_if"]),
            options=options,
            by_option=MappingProxyType({option.key: option for option in options}),
            price=price,
            default=_default(item),
            unit=item.get("unit", {}),
            least=_decimal(item.get("min")),
            most=_decimal(item.get("max")),
            interval=_decimal(item.get("step")),
            min_choices=item.get("min_choices"),
            max_choices=item.get("max_choices"),
            max_length=item.get("max_length", 0),
            personal=item.get("personal", False),
            multiline=item.get("multiline", False),
            earliest=item.get("earliest"),
            latest=item.get("latest"),
            phone=item.get("phone", ""),
            accept=tuple(item.get("accept", ())),
            most_files=item.get("most", 0),
            formula=self._formula(item.get("formula")),
            decimals=item.get("decimals", 0),
            numeric=item["kind"] in ("number", "quantity"),
            computable=item["kind"] not in (*WRITTEN, "file", "contact"),
            reads=frozenset({item["key"]}).union(*(each.reads for each in (price, *prices) if each)),
        )

    def _option(self, item: Json, group_key: str) -> Option:
        return Option(
            key=item["key"],
            line_key=f"{group_key}.{item['key']}",
            label=item["label"],
            own_label=item["own_label"] if "own_label" in item else item["label"],
            help=item["help"],
            image=item["image"] if isinstance(item["image"], str) else None,
            photo=own_image(item["image"]),
            price=self._price(item["price"]),
            available_if=self.condition(item["available_if"]),
            reason=item["reason"],
        )

    def _price(self, item: Json | None) -> Price | None:
        if item is None:
            return None
        kind: str = item["kind"]
        of: Any = item.get("of")
        amount = Decimal(item.get("amount") or item.get("percent") or 0)
        if kind in LOOKS_BACK:
            figure = amount if kind == "percentage" else rounded(amount, self.minor_units)
            return Price(kind, figure, None if of == "subtotal" else tuple(of), None, frozenset())
        if kind == "per_unit":
            return Price(kind, amount, of, None, frozenset({of}))
        if kind == "formula":
            formula = cast(Callable[[Environment], Decimal], self._formula(item["formula"]))
            reads = groups_in(item["formula"])
            return Price(kind, amount, None, _remembering(formula, reads), reads)
        return Price(kind, rounded(amount, self.minor_units), None, None, frozenset())

    def _formula(self, tree: object) -> Callable[[Environment], Decimal] | None:
        return None if tree is None else cast(Callable[[Environment], Decimal], runner(tree, self.tables))

    def extra_line(self, item: Json) -> ExtraLine:
        price = self._price(item["price"])
        assert price is not None
        reads = groups_in(item["if"]) | price.reads
        return ExtraLine(item["key"], item["label"], self.condition(item["if"]), price, reads)

    def constraint(self, item: Json) -> Constraint:
        key, kind, reason = item["key"], item["kind"], item["reason"]
        if kind == "assertion":
            condition = cast(Condition, runner(item["that"], self.tables))
            return Assertion(key, condition, item["severity"] == "error", groups_in(item["that"]), reason)
        if kind == "combinations":
            first, second = item["of"]
            return Combinations(key, (first, second), frozenset(map(tuple, item["pairs"])), reason)
        return Implication(key, kind, Reference(*item["if"]), Reference(*item["then"]), reason)

    def condition(self, tree: object) -> Condition | None:
        return None if tree is None else cast(Condition, runner(tree, self.tables))


def _remembering(
    formula: Callable[[Environment], Decimal], reads: frozenset[str]
) -> Callable[[Environment], Decimal]:
    """The same formula, which keeps results by what it reads: one page asks for each many times."""
    names = tuple(reads)
    results: dict[tuple[Answer, ...], Decimal] = {}

    def remembered(answers: Environment) -> Decimal:
        key = tuple([answers[name] for name in names])
        found = results.get(key)
        if found is None:
            found = formula(answers)
            if len(results) >= _RESULTS_KEPT:
                results.clear()
            results[key] = found
        return found

    return remembered


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _default(item: Json) -> Answer:
    default = item.get("default")
    if item["kind"] in ("number", "quantity"):
        return _decimal(default)
    if item["kind"] == "multi":
        return frozenset(default or ())
    return cast(Answer, default)
