"""From a stored JSON tree to a Python function, built once per version and called for every visitor.

A tree is code from the database: each node is checked for its name, its number of operands and their
shape before anything runs, and the limits on nodes and depth hold here too.
"""

from collections.abc import Callable
from decimal import Decimal
from types import MappingProxyType
from typing import cast

from configurators.decimals import canonical
from configurators.formula import arithmetic
from configurators.formula.limits import MAX_DEPTH, MAX_NODES
from configurators.formula.tables import Grid, Place, Tables, Tiers
from configurators.formula.values import Answer, Environment, ErrorValue, Failure, Value

Number = Callable[[Environment], Decimal]
Truth = Callable[[Environment], bool]
Run = Callable[[Environment], Decimal | bool]
Operands = list[object]

_ZERO = Decimal(0)
NO_TABLES: Tables = MappingProxyType({})


class NotATree(ValueError):
    """The stored JSON is no formula that this engine knows."""


def runner(tree: object, tables: Tables = NO_TABLES) -> Run:
    """A function that computes the tree, raising `Failure` where its value is an error."""
    return _Builder(tables).run(tree, MAX_DEPTH)


def evaluate(tree: object, environment: Environment, tables: Tables = NO_TABLES) -> Value:
    """The value of the tree; an error is a value too."""
    return outcome_of(runner(tree, tables), environment)


def outcome_of(run: Run, environment: Environment) -> Value:
    try:
        outcome = run(environment)
    except Failure as failure:
        return ErrorValue(failure.code)
    return Decimal(canonical(outcome)) if isinstance(outcome, Decimal) else outcome


def watched(tree: object, tables: Tables, seen: Callable[[object, Value], None]) -> Run:
    """The same, and ``seen`` hears of each part that is computed, innermost first, and what it came to."""
    return _Watched(tables, seen).run(tree, MAX_DEPTH)


class _Builder:
    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.nodes = 0

    def run(self, tree: object, depth: int) -> Run:
        self.nodes += 1
        if not isinstance(tree, list) or not tree or depth <= 0 or self.nodes > MAX_NODES:
            raise NotATree
        build = _BUILD.get(tree[0]) if isinstance(tree[0], str) else None
        if build is None:
            raise NotATree
        return build(self, tree[1:], depth - 1)

    def numbers(self, operands: Operands, depth: int, least: int, most: int | None = None) -> list[Number]:
        _expect(least <= len(operands) <= (most or len(operands)))
        return [cast(Number, self.run(operand, depth)) for operand in operands]

    def truths(self, operands: Operands, depth: int, least: int, most: int | None = None) -> list[Truth]:
        return cast(list[Truth], self.numbers(operands, depth, least, most))


class _Watched(_Builder):
    def __init__(self, tables: Tables, seen: Callable[[object, Value], None]) -> None:
        super().__init__(tables)
        self.seen = seen

    def run(self, tree: object, depth: int) -> Run:
        compute = super().run(tree, depth)

        def told(answers: Environment) -> Decimal | bool:
            try:
                outcome = compute(answers)
            except Failure as failure:
                self.seen(tree, ErrorValue(failure.code))
                raise
            self.seen(tree, outcome)
            return outcome

        return told


Build = Callable[[_Builder, Operands, int], Run]


def _expect(fits: bool) -> None:
    if not fits:
        raise NotATree


def _keys(operands: Operands, count: int) -> list[str]:
    _expect(len(operands) == count and all(isinstance(operand, str) for operand in operands))
    return cast(list[str], operands)


# Literals and answers


def _num(builder: _Builder, operands: Operands, depth: int) -> Run:
    (text,) = _keys(operands, 1)
    try:
        number = Decimal(text)
    except ArithmeticError:
        raise NotATree from None
    _expect(number.is_finite() and canonical(number) == text)
    return lambda _answers: number


def _constant(truth: bool) -> Build:
    def build(builder: _Builder, operands: Operands, depth: int) -> Run:
        _keys(operands, 0)
        return lambda _answers: truth

    return build


def _number(builder: _Builder, operands: Operands, depth: int) -> Run:
    (group,) = _keys(operands, 1)
    return lambda answers: cast(Decimal, answers[group] or _ZERO)


def _yes(builder: _Builder, operands: Operands, depth: int) -> Run:
    (group,) = _keys(operands, 1)
    return lambda answers: answers[group] is True


def _is(builder: _Builder, operands: Operands, depth: int) -> Run:
    group, option = _keys(operands, 2)
    return lambda answers: answers[group] == option


def _alike(builder: _Builder, operands: Operands, depth: int) -> Run:
    group, other = _keys(operands, 2)
    return lambda answers: answers[group] is not None and answers[group] == answers[other]


def _has(builder: _Builder, operands: Operands, depth: int) -> Run:
    group, option = _keys(operands, 2)
    return lambda answers: option in _chosen(answers[group])


def _answered(builder: _Builder, operands: Operands, depth: int) -> Run:
    (group,) = _keys(operands, 1)
    return lambda answers: answers[group] is not None and answers[group] != frozenset()


def _count(builder: _Builder, operands: Operands, depth: int) -> Run:
    _expect(bool(operands))
    groups = _keys(operands, len(operands))
    return lambda answers: Decimal(sum(len(_chosen(answers[group])) for group in groups))


def _chosen(answer: Answer) -> frozenset[str] | tuple[str, ...]:
    if isinstance(answer, frozenset):
        return answer
    return (answer,) if isinstance(answer, str) else ()


# Tables


def _look_up(axes: int) -> Build:
    def build(builder: _Builder, operands: Operands, depth: int) -> Run:
        _expect(len(operands) == 1 + axes)
        (key,) = _keys(operands[:1], 1)
        table = builder.tables.get(key)
        _expect(isinstance(table, Grid) and len(table.axes) == axes)
        grid, axis = cast(Grid, table), cast(Grid, table).axes
        places = [
            _chosen_place(operand) if along.match == "option" else cast(Number, builder.run(operand, depth))
            for operand, along in zip(operands[1:], axis, strict=True)
        ]
        return lambda answers: grid.find([place(answers) for place in places])

    return build


def _chosen_place(operand: object) -> Callable[[Environment], Place]:
    _expect(isinstance(operand, list) and operand[:1] == ["choice"])
    (group,) = _keys(cast(list[object], operand)[1:], 1)
    return lambda answers: cast("str | None", answers[group])


def _tier(builder: _Builder, operands: Operands, depth: int) -> Run:
    _expect(len(operands) == 2)
    (key,) = _keys(operands[:1], 1)
    tiers = builder.tables.get(key)
    _expect(isinstance(tiers, Tiers))
    quantity = cast(Number, builder.run(operands[1], depth))
    return lambda answers: cast(Tiers, tiers).find(quantity(answers))


# Arithmetic


def _binary(operation: Callable[[Decimal, Decimal], Decimal]) -> Build:
    def build(builder: _Builder, operands: Operands, depth: int) -> Run:
        left, right = builder.numbers(operands, depth, 2, 2)
        return lambda answers: operation(left(answers), right(answers))

    return build


def _unary(operation: Callable[[Decimal], Decimal]) -> Build:
    def build(builder: _Builder, operands: Operands, depth: int) -> Run:
        (operand,) = builder.numbers(operands, depth, 1, 1)
        return lambda answers: operation(operand(answers))

    return build


def _extreme(choose: Callable[[list[Decimal]], Decimal]) -> Build:
    def build(builder: _Builder, operands: Operands, depth: int) -> Run:
        values = builder.numbers(operands, depth, 1)
        return lambda answers: choose([value(answers) for value in values])

    return build


def _sum(builder: _Builder, operands: Operands, depth: int) -> Run:
    values = builder.numbers(operands, depth, 1)

    def total(answers: Environment) -> Decimal:
        result = _ZERO
        for value in values:
            result = arithmetic.add(result, value(answers))
        return result

    return total


# Comparisons and logic


def _compare(operation: Callable[[object, object], bool]) -> Build:
    def build(builder: _Builder, operands: Operands, depth: int) -> Run:
        left, right = builder.numbers(operands, depth, 2, 2)
        return lambda answers: operation(left(answers), right(answers))

    return build


def _not(builder: _Builder, operands: Operands, depth: int) -> Run:
    (operand,) = builder.truths(operands, depth, 1, 1)
    return lambda answers: not operand(answers)


def _and(builder: _Builder, operands: Operands, depth: int) -> Run:
    conditions = builder.truths(operands, depth, 1)
    return lambda answers: all(condition(answers) for condition in conditions)


def _or(builder: _Builder, operands: Operands, depth: int) -> Run:
    conditions = builder.truths(operands, depth, 1)
    return lambda answers: any(condition(answers) for condition in conditions)


def _if(builder: _Builder, operands: Operands, depth: int) -> Run:
    condition, yes, no = builder.numbers(operands, depth, 3, 3)
    return lambda answers: yes(answers) if condition(answers) else no(answers)


def _switch(builder: _Builder, operands: Operands, depth: int) -> Run:
    _expect(len(operands) >= 4 and len(operands) % 2 == 0)
    subject, *rest = builder.numbers(operands, depth, 4)
    cases, otherwise = list(zip(rest[:-1:2], rest[1::2], strict=True)), rest[-1]

    def switch(answers: Environment) -> Decimal:
        wanted = subject(answers)
        for key, value in cases:
            if key(answers) == wanted:
                return value(answers)
        return otherwise(answers)

    return switch


def _pick(builder: _Builder, operands: Operands, depth: int) -> Run:
    _expect(len(operands) >= 4 and len(operands) % 2 == 0)
    keys = _keys([operands[0], *operands[1:-1:2]], len(operands) // 2)
    values = builder.numbers([*operands[2:-1:2], operands[-1]], depth, 2)
    group, otherwise = keys[0], values[-1]
    by_option: dict[Answer, Number] = {}
    for key, value in zip(keys[1:], values[:-1], strict=True):
        by_option.setdefault(key, value)
    return lambda answers: by_option.get(answers[group], otherwise)(answers)


_BUILD: dict[str, Build] = {
    "num": _num,
    "true": _constant(True),
    "false": _constant(False),
    "number": _number,
    "yes": _yes,
    "is": _is,
    "alike": _alike,
    "has": _has,
    "answered": _answered,
    "count": _count,
    "lookup": _look_up(1),
    "lookup2": _look_up(2),
    "tier": _tier,
    "add": _binary(arithmetic.add),
    "sub": _binary(arithmetic.subtract),
    "mul": _binary(arithmetic.multiply),
    "div": _binary(arithmetic.divide),
    "pow": _binary(arithmetic.power),
    "neg": _unary(arithmetic.negate),
    "abs": _unary(arithmetic.absolute),
    "round": _binary(arithmetic.round_half),
    "roundup": _binary(arithmetic.round_up),
    "rounddown": _binary(arithmetic.round_down),
    "mround": _binary(arithmetic.multiple_nearest),
    "ceil": _binary(arithmetic.multiple_above),
    "floor": _binary(arithmetic.multiple_below),
    "min": _extreme(min),
    "max": _extreme(max),
    "sum": _sum,
    "eq": _compare(lambda left, right: left == right),
    "same": _compare(lambda left, right: left is right),
    "lt": _compare(lambda left, right: cast(Decimal, left) < cast(Decimal, right)),
    "le": _compare(lambda left, right: cast(Decimal, left) <= cast(Decimal, right)),
    "gt": _compare(lambda left, right: cast(Decimal, left) > cast(Decimal, right)),
    "ge": _compare(lambda left, right: cast(Decimal, left) >= cast(Decimal, right)),
    "not": _not,
    "and": _and,
    "or": _or,
    "if": _if,
    "switch": _switch,
    "pick": _pick,
}
