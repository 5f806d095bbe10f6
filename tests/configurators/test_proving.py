"""What is proved of a draft: the same as trying everything, where everything can be tried."""

import os
import secrets
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from configurators.compiled import Compiled
from configurators.compiling import compile_definition
from configurators.proving import Clash, Proof, prove
from configurators.proving.proof import clashes_of
from configurators.proving.wording import Wording
from tests.configurators.definitions import definition, group, option, texts, veranda
from tests.configurators.every_configuration import everything, small_version
from tests.report import report

SEED = int(os.environ.get("PROOF_SEED", "0")) or secrets.randbelow(10**9)
COUNT = int(os.environ.get("PROOF_COUNT", "4"))
Json = dict[str, Any]


def proof_of(document: Json, *, seconds: float = 60.0) -> Proof:
    return prove(compile_definition(document), seconds=seconds)


def prices(proof: Proof) -> tuple[Decimal | None, Decimal | None]:
    return (proof.lowest and proof.lowest.gross, proof.highest and proof.highest.gross)  # type: ignore[return-value]


def rule(key: str, kind: str, one: str, other: str) -> Json:
    return {"key": key, "kind": kind, "if": one, "then": other, "reason": texts("Past niet.")}


def roof(**more: Any) -> Json:
    return group(
        "roof", "single", required=True, options=[option("poly", "100"), option("glass", "250")], **more
    )


def extras(**more: Any) -> Json:
    return group("extras", "multi", options=[option("heater", "640"), option("screen", "1150")], **more)


def unmet(compiled: Compiled, met: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """What no configuration has; of a question that is never asked not each option too."""
    asked = [each for each in compiled.groups.values() if each.is_asked]
    found = {(each.key, "") for each in asked if each.visible_if and (each.key, "") not in met}
    for each in asked:
        keys = ["true"] if each.kind == "boolean" else [one.key for one in each.options]
        if (each.key, "") not in found:
            found |= {(each.key, key) for key in keys if (each.key, key) not in met}
    return found


def test_a_proof_says_what_trying_every_configuration_says() -> None:
    tried = possible = 0
    different: list[Any] = []
    for seed in range(SEED, SEED + COUNT):
        compiled = Compiled(small_version(Random(seed)))
        every, proof = everything(compiled), prove(compiled, seconds=900)
        tried, possible = tried + every.tried, possible + every.possible
        shown: tuple[Any, ...] = (bool(every.possible), every.lowest, every.highest)
        proved: tuple[Any, ...] = (not [each for each in proof.clashes if not each.group], *prices(proof))
        if every.possible:
            shown, proved = (*shown, unmet(compiled, every.met)), (*proved, set(proof.unreachable))
        if shown != proved or not proof.complete:
            different.append((seed, shown, proved))

    report(versions=COUNT, configurations=tried, possible=possible, differences=len(different), seed=SEED)
    assert different == []


def test_the_extremes_of_a_veranda_are_proved_with_a_configuration_each() -> None:
    proof = proof_of(veranda())

    assert proof.lowest is not None
    assert proof.highest is not None
    assert prices(proof) == (Decimal("267.00"), Decimal("8769.26"))
    assert (proof.lowest.proved, proof.highest.proved, proof.complete) == (True, True, True)
    assert proof.lowest.inputs == {
        "assembly": False, "depth": "150", "extras": [], "roof": "poly", "width": "200",
    }  # fmt: skip


def test_a_discount_over_everything_applies_to_the_sum_of_parts_that_do_not_touch() -> None:
    discount = {
        "key": "less",
        "label": texts("Min"),
        "price": {"kind": "percentage", "percent": "-10", "of": "subtotal"},
    }

    proof = proof_of(definition(roof(), extras(), lines=[discount]))

    assert prices(proof) == (Decimal("90.00"), Decimal("1836.00"))


def test_a_discount_with_a_condition_is_looked_at_both_ways() -> None:
    less = {"kind": "percentage", "percent": "-50", "of": "subtotal"}
    discount = {"key": "less", "label": texts("Min"), "if": 'roof = "glass"', "price": less}

    proof = proof_of(definition(roof(), lines=[discount]))

    assert prices(proof) == (Decimal("100.00"), Decimal("125.00"))


def test_the_highest_price_keeps_to_what_goes_together() -> None:
    document = definition(
        roof(), extras(), constraints=[rule("r", "excludes", "extras.screen", "roof.glass")]
    )

    assert prices(proof_of(document)) == (Decimal("100.00"), Decimal("1890.00"))


def test_a_question_without_a_limit_is_named() -> None:
    lights = group("lights", "quantity", price={"kind": "fixed", "amount": "1"}, min="1")
    per_light = {
        "key": "each",
        "label": texts("Elk"),
        "price": {"kind": "per_unit", "amount": "2", "of": "lights"},
    }

    proof = proof_of(definition(lights, lines=[per_light]))

    assert proof.highest is not None
    assert (proof.highest.endless, proof.highest.gross) == (("lights",), Decimal("1999999999999.00"))


def test_rules_that_leave_nothing_are_found_and_no_more_of_them_than_it_takes() -> None:
    document = definition(
        roof(),
        group("frame", "single", required=True, options=[option("wood"), option("steel")]),
        extras(),
        constraints=[
            rule("r1", "excludes", "roof", "frame.wood"),
            rule("r2", "excludes", "frame.steel", "roof"),
            rule("r3", "excludes", "extras.heater", "extras.screen"),
        ],
    )

    proof = proof_of(document)

    [clash] = proof.clashes
    assert (set(clash.rules), prices(proof)) == (
        {("rule", "r1"), ("rule", "r2"), ("required", "roof"), ("required", "frame")},
        (None, None),
    )


def test_a_question_that_must_be_answered_and_cannot_be_is_found() -> None:
    tint = group(
        "tint", "single", required=True, visible_if='roof = "glass"',
        options=[{**option("clear"), "available_if": 'roof = "poly"', "reason": texts("Nee.")}],
    )  # fmt: skip

    assert clashes_of(compile_definition(definition(roof(), tint)), seconds=60) == (
        Clash((("available", "tint"), ("required", "tint")), "tint"),
    )


def test_a_question_that_must_be_answered_under_a_condition_and_cannot_be_is_found() -> None:
    tint = group(
        "tint", "single", required_if='roof = "glass"',
        options=[{**option("clear"), "available_if": 'roof = "poly"', "reason": texts("Nee.")}],
    )  # fmt: skip

    assert clashes_of(compile_definition(definition(roof(), tint)), seconds=60) == (
        Clash((("available", "tint"), ("required", "tint")), "tint"),
    )


@pytest.mark.parametrize(("condition", "lowest"), [('roof = "poly"', "200"), ('roof = "glass"', "100")])
def test_what_must_be_answered_under_a_condition_bounds_the_lowest_price(condition: str, lowest: str) -> None:
    frame = group("frame", "single", required_if=condition, options=[option("oak", "100")])

    assert prices(proof_of(definition(roof(), frame))) == (Decimal(lowest), Decimal(350))


def test_formulas_that_are_always_an_error_leave_no_price() -> None:
    broken = {"key": "line", "label": texts("Regel"), "price": {"kind": "formula", "formula": "1/0"}}

    proof = proof_of(definition(roof(), lines=[broken]))

    assert (proof.clashes, prices(proof)) == ((Clash(()),), (None, None))


def test_what_nobody_can_have_is_told_by_name() -> None:
    document = definition(
        roof(),
        extras(visible_if='roof = "glass"'),
        group("doors", "boolean", visible_if='AND(HAS(extras; "heater"); roof = "poly")'),
        constraints=[rule("r", "excludes", "roof.glass", "extras.screen")],
    )
    compiled = compile_definition(document)

    assert set(Wording(compiled, "nl").unreachable(prove(compiled, seconds=60))) == {
        "“Doors” is never asked.",
        "“Extras › Screen” can never be chosen.",
    }


def test_what_there_was_no_time_for_is_not_said_to_be_proved() -> None:
    proof = proof_of(veranda(), seconds=0)

    assert (proof.complete, proof.unreachable, proof.clashes) == (False, (), ())
    assert [end.proved for end in (proof.lowest, proof.highest) if end] == []


def test_a_proof_is_read_back_as_it_was_kept() -> None:
    proof = proof_of(veranda())

    assert Proof.from_json(proof.to_json()) == proof


@pytest.mark.parametrize(
    ("formula", "lowest", "highest"),
    [
        ("number - 2*number", "-10", "0"),
        ("ABS(number - 4)", "0", "6"),
        ("number * (10 - number)", "0", "25"),
        ("ROUND(number / 3; 0)", "0", "3"),
        ("IF(number > 3; 100; number)", "0", "100"),
        ("MAX(number; 5) ^ 2", "25", "100"),
        ("SWITCH(number; 2; 50; 3; 60; 1)", "1", "60"),
        ("10 / (number + 1)", "0.91", "10"),
    ],
)
def test_formulas_are_followed_to_their_extremes(formula: str, lowest: str, highest: str) -> None:
    number = group("number", "number", min="0", max="10", step="1", required=True)
    line = {"key": "line", "label": texts("Regel"), "price": {"kind": "formula", "formula": formula}}

    assert prices(proof_of(definition(number, lines=[line]))) == (Decimal(lowest), Decimal(highest))


def test_an_option_whose_price_is_an_error_does_not_hide_what_the_others_cost() -> None:
    too_small = {"kind": "formula", "formula": "(1790/94060481361)^6"}
    picks = group(
        "picks", "multi", max_choices=1, options=[option("a", price=too_small), option("b", "0.01")]
    )

    assert prices(proof_of(definition(picks))) == (Decimal("0.00"), Decimal("0.01"))


def test_what_must_hold_bounds_the_highest_price() -> None:
    number = group(
        "number",
        "number",
        min="0",
        max="10",
        step="1",
        required=True,
        price={"kind": "per_unit", "amount": "7"},
    )
    held = {
        "key": "r",
        "kind": "assertion",
        "that": "number * number < 40",
        "severity": "error",
        "reason": texts("Te veel"),
    }

    proof = proof_of(definition(number, constraints=[held]))

    assert prices(proof) == (Decimal("0"), Decimal("42.00"))


def test_what_is_only_warned_about_bounds_nothing() -> None:
    warned = {
        "key": "r",
        "kind": "assertion",
        "that": 'roof = "poly"',
        "severity": "warning",
        "reason": texts("Zeker?"),
    }

    assert prices(proof_of(definition(roof(), constraints=[warned]))) == (
        Decimal("100.00"),
        Decimal("250.00"),
    )


def test_only_combinations_that_go_together_are_priced() -> None:
    frame = group("frame", "single", required=True, options=[option("wood", "5"), option("steel", "9")])
    pairs = {
        "key": "r",
        "kind": "combinations",
        "of": ["roof", "frame"],
        "pairs": [["poly", "steel"], ["glass", "wood"]],
        "reason": texts("Nee"),
    }

    assert prices(proof_of(definition(roof(), frame, constraints=[pairs]))) == (
        Decimal("109.00"),
        Decimal("255.00"),
    )


def test_a_minimum_fills_up_what_is_bought_and_nothing_where_nothing_is() -> None:
    least = {
        "key": "least",
        "label": texts("Minimum"),
        "price": {"kind": "minimum", "amount": "1000", "of": "subtotal"},
    }

    assert prices(proof_of(definition(extras(), lines=[least]))) == (Decimal("0.00"), Decimal("1790.00"))
    assert prices(proof_of(definition(roof(), lines=[least]))) == (Decimal("1000.00"), Decimal("1000.00"))


def test_a_maximum_caps_the_price() -> None:
    most = {
        "key": "most",
        "label": texts("Maximum"),
        "price": {"kind": "maximum", "amount": "1500", "of": "subtotal"},
    }

    assert prices(proof_of(definition(extras(), lines=[most]))) == (Decimal("0.00"), Decimal("1500.00"))
