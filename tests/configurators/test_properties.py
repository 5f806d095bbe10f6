"""Properties that hold for any input: nothing raises, and a second opinion agrees to the last digit."""

import copy
import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from configurators.answers import (
    Answers,
    Errors,
    InvalidAnswers,
    parse_json,
    preview_form,
    preview_json,
    read_form,
    read_json,
)
from configurators.compiling import DefinitionError, compile_definition
from configurators.contact import read_contact
from configurators.decimals import canonical, decimal_as_typed
from configurators.definition import check
from configurators.definition.checking import has_errors
from configurators.evaluation import evaluate, price_differences, quote_json
from configurators.formula import ErrorValue, FormulaInvalid, GroupType, Scope, compile_formula
from configurators.formula import evaluate as evaluate_formula
from tests.configurators import oracle
from tests.configurators.definitions import Json, definition, group, option, texts, veranda
from tests.configurators.oracle import Formula, Wrong

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
thorough = settings(quick, max_examples=100)

SCOPE = Scope(
    {
        "w": GroupType("number"),
        "h": GroupType("number"),
        "on": GroupType("boolean"),
        "glass": GroupType("choice", ("a", "b")),
        "set": GroupType("set", ("a", "b")),
        "memo": GroupType("unusable"),
    }
)
VERANDA = compile_definition(veranda())

any_text = st.text(st.characters(exclude_categories=()), max_size=40)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=20,
)

# Formulas

PIECES = """w h on glass set memo "a" "b" TRUE 1 2.5 0,5 1.500 + - * / ^ = <> < <= ( ) , ; IF( SWITCH( ROUND(
HAS( COUNT( AND( NOT( MIN( CEIL( LOOKUP( ALS( == % “ é"""
pieces = st.sampled_from([*PIECES.split(), "\n", "\x00", "\ud800"])


@thorough
@given(st.lists(pieces, max_size=25).map(" ".join) | any_text, st.sampled_from(["number", "boolean"]))
def test_any_text_is_a_formula_or_says_why_not(text: str, wanted: Any) -> None:
    try:
        formula = compile_formula(text, SCOPE, wanted)
    except FormulaInvalid as invalid:
        problems = invalid.problems
    else:
        environment = {"w": Decimal(3), "h": None, "on": True, "glass": None, "set": frozenset({"a"})}
        value = evaluate_formula(formula.tree, environment)
        assert isinstance(value, ErrorValue) or isinstance(value, bool) is (wanted == "boolean")
        return
    assert problems
    assert all(str(problem.message) and problem.line >= 1 and problem.column >= 1 for problem in problems)


literals = st.decimals(0, 10**6, places=3).map(canonical)
small_wholes = st.integers(-3, 6)


def binary(sign: str, operation: Any) -> Any:
    return lambda pair: Formula(
        f"({pair[0].text} {sign} {pair[1].text})",
        lambda answers: operation(pair[0].value(answers), pair[1].value(answers)),
    )


def power(pair: tuple[Formula, int]) -> Formula:
    base, exponent = pair

    def value(answers: Any) -> Fraction:
        number = base.value(answers)
        if number == 0 and exponent == 0:
            raise Wrong("#NUM!")
        raised = Fraction(1)
        for _ in range(abs(exponent)):
            raised = oracle.limited(raised * number)
        return oracle.divided(Fraction(1), raised) if exponent < 0 else raised

    return Formula(f"({base.text}^{exponent})", value)


def rounding(pair: tuple[Formula, int]) -> Formula:
    number, places = pair
    return Formula(
        f"ROUND({number.text}; {places})", lambda answers: oracle.half_away(number.value(answers), places)
    )


def extended(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        pairs.map(binary("+", lambda a, b: oracle.limited(a + b))),
        pairs.map(binary("-", lambda a, b: oracle.limited(a - b))),
        pairs.map(binary("*", lambda a, b: oracle.limited(a * b))),
        pairs.map(binary("/", oracle.divided)),
        st.tuples(inner, small_wholes).map(power),
        st.tuples(inner, st.integers(-2, 4)).map(rounding),
        inner.map(lambda a: Formula(f"ABS({a.text})", lambda answers: abs(a.value(answers)))),
        pairs.map(
            lambda p: Formula(f"MAX({p[0].text}; {p[1].text})", lambda v: max(p[0].value(v), p[1].value(v)))
        ),
        st.tuples(inner, inner, inner).map(
            lambda t: Formula(
                f"IF({t[0].text} > {t[1].text}; {t[2].text}; w)",
                lambda v: t[2].value(v) if t[0].value(v) > t[1].value(v) else v["w"],
            )
        ),
    )


formulas = st.recursive(
    literals.map(lambda text: Formula(text.replace(".", ","), lambda _answers: Fraction(text)))
    | st.sampled_from(["w", "h"]).map(lambda key: Formula(key, lambda answers: answers[key])),
    extended,
    max_leaves=12,
)


@settings(thorough, max_examples=150)
@given(formulas, literals, literals)
def test_formula_agrees_with_fractions(formula: Formula, width: str, height: str) -> None:
    tree = compile_formula(f"SUM(0; {formula.text})", SCOPE, "number").tree
    value = evaluate_formula(tree, {"w": Decimal(width), "h": Decimal(height)})

    expected = formula.outcome({"w": Fraction(width), "h": Fraction(height)})
    found = str(value) if isinstance(value, ErrorValue) else Fraction(Decimal(value))
    assert found == expected


@thorough
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_number_is_written_plainly_and_exactly(number: Decimal) -> None:
    text = canonical(number)

    assert "e" not in text.lower()
    assert text != "-0"
    assert not ("." in text and text.endswith(("0", ".")))
    assert Decimal(text) == number


@thorough
@given(any_text)
def test_any_text_is_a_number_or_not(text: str) -> None:
    number = decimal_as_typed(text)

    assert number is None or number.is_finite()


# Definitions


def places_in(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in items for place in places_in(item, (*path, key)))]


PLACES = places_in(veranda())[1:]


def replaced(document: Json, path: tuple[Any, ...], value: object) -> Json:
    changed: Any = copy.deepcopy(document)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return changed  # type: ignore[no-any-return]


@quick
@given(json_values)
def test_any_json_can_be_checked(document: object) -> None:
    for problem in check(document):
        assert str(problem.message)


strange_values = json_values | st.sampled_from(
    [
        "",
        "0",
        "-1",
        "a",
        "roof.glass",
        "width > 1",
        "1/0",
        "extras",
        [],
        {},
        ["extras"],
        "subtotal",
        "percentage",
    ]
)


@settings(thorough, max_examples=100)
@given(st.lists(st.tuples(st.sampled_from(PLACES), strange_values), min_size=1, max_size=3))
def test_any_changed_definition_is_refused_or_works(changes: list[tuple[tuple[Any, ...], object]]) -> None:
    document = veranda()
    for path, value in changes:
        try:
            document = replaced(document, path, value)
        except (KeyError, IndexError, TypeError):
            continue
    problems = check(document)
    assert all(str(problem.message) and json.dumps(problem.to_json()) for problem in problems)
    if has_errors(problems):
        return

    compiled = compile_definition(document)
    answers, _errors = preview_form(compiled, {})
    found = evaluate(compiled, answers)

    assert (found.gross is None) is (found.blocked is not None)
    assert json.dumps(quote_json(found, language="nl"))
    price_differences(compiled, answers)


def test_refusal_to_compile_follows_the_check() -> None:
    for path in PLACES[::7]:
        document = replaced(veranda(), path, None)
        try:
            compile_definition(document)
        except DefinitionError:
            assert has_errors(check(document))
        else:
            assert not has_errors(check(document))


# Answers


def refusal(read: Any, *sent: Any) -> Errors:
    """The errors of a strict reading; none where it succeeds."""
    try:
        read(*sent)
    except InvalidAnswers as invalid:
        return invalid.errors
    return {}


field_names = st.sampled_from([*VERANDA.groups, "name", "email", "phone"]) | any_text
field_values = any_text | st.sampled_from(
    ["400", "300", "glass", "opal", "heater", "on", "1e400", "12,5", "ann@x.nl"]
)


@thorough
@given(st.dictionaries(field_names, st.lists(field_values, max_size=3), max_size=12))
def test_any_form_is_read_or_refused(data: dict[str, list[str]]) -> None:
    answers, errors = preview_form(VERANDA, data)
    evaluate(VERANDA, answers)

    assert refusal(read_form, VERANDA, data) == errors
    assert all(str(item.message) for found in errors.values() for item in found)
    assert all(name.isprintable() for name in errors)
    assert refusal(read_contact, VERANDA, data).keys() <= {"name", "email", "phone"}


@thorough
@given(
    st.fixed_dictionaries(
        {"width": st.integers(40, 140), "depth": st.integers(30, 100)},
        optional={"tint": st.sampled_from(["clear", "opal"]), "lights": st.integers(0, 12)},
    )
)
def test_what_was_read_is_read_again(numbers: dict[str, Any]) -> None:
    steps = {"width": 5, "depth": 5}
    data = {
        key: [str(value * steps.get(key, 1)) if isinstance(value, int) else value]
        for key, value in numbers.items()
    }
    required = {"tint": ["clear"]} if int(data["width"][0]) > 600 else {}
    answers = read_form(VERANDA, {**required, **data, "roof": ["glass"]})

    assert Answers.from_json(VERANDA, json.loads(json.dumps(answers.to_json()))) == answers


@thorough
@given(json_values | st.dictionaries(field_names, json_values | field_values, max_size=12))
def test_any_json_is_read_or_refused(data: object) -> None:
    answers, errors = preview_json(VERANDA, data)
    evaluate(VERANDA, answers)

    assert refusal(read_json, VERANDA, data) == errors
    refusal(read_contact, VERANDA, data if isinstance(data, dict) else {})


@thorough
@given(st.binary(max_size=60) | json_values.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_json_or_not(body: bytes) -> None:
    refusal(parse_json, body)


# Prices

amounts = st.decimals(-500, 2000, places=4).map(canonical)
percents = st.decimals(-50, 50, places=2).map(canonical)


@st.composite
def price_lists(draw: st.DrawFn) -> tuple[Json, Json]:
    fixed = st.builds(lambda amount: {"kind": "fixed", "amount": amount}, amounts)
    per_unit = st.builds(lambda amount: {"kind": "per_unit", "amount": amount, "of": "n"}, amounts)
    of_all = st.builds(lambda percent: {"kind": "percentage", "percent": percent, "of": "subtotal"}, percents)
    of_some = st.builds(
        lambda percent: {"kind": "percentage", "percent": percent, "of": ["many", "n"]}, percents
    )
    any_price = st.one_of(fixed, per_unit, of_all)
    document = definition(
        group("n", "number", price={"kind": "per_unit", "amount": draw(amounts)}),
        group("one", "single", options=[option(key, price=draw(any_price)) for key in "abc"]),
        group("many", "multi", options=[option(key, price=draw(any_price)) for key in "xyz"]),
        group("yes", "boolean", price=draw(any_price)),
        lines=[
            {"key": f"l{index}", "label": texts("Regel"), "price": draw(st.one_of(any_price, of_some))}
            for index in range(draw(st.integers(0, 3)))
        ],
        vat={
            "rate": draw(st.sampled_from(["0", "5.5", "6", "9", "21"])),
            "prices": draw(st.sampled_from(["including", "excluding"])),
        },
    )
    answers = {
        "n": draw(st.decimals(0, 1000, places=3).map(canonical)),
        "one": draw(st.sampled_from("abc")),
        "many": draw(st.lists(st.sampled_from("xyz"), unique=True)),
        "yes": draw(st.booleans()),
    }
    return document, answers


@settings(quick, max_examples=60)
@given(price_lists())
def test_price_agrees_with_fractions(case: tuple[Json, Json]) -> None:
    document, answers = case
    compiled = compile_definition(document)

    found = evaluate(compiled, Answers.from_json(compiled, answers))

    lines, net, vat, gross = oracle.price(document, answers)
    assert {line.key: Fraction(line.amount) for line in found.lines} == lines
    assert [Fraction(amount or 0) for amount in (found.net, found.vat, found.gross)] == [net, vat, gross]
