"""The price differences beside the options."""

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from configurators.answers import Answers, initial_answers
from configurators.compiling import compile_definition
from configurators.differences import _MOST_WORK
from configurators.evaluation import evaluate, price_differences
from configurators.presentation import changes_of
from tests.configurators.definitions import Json, definition, group, option, veranda

ROOFS = [option("flat", "100"), option("pitched", "350.50"), option("none")]


def differences(document: Json, **answers: Any) -> dict[str, dict[str, str]]:
    compiled = compile_definition(document)
    found = price_differences(compiled, Answers.from_json(compiled, answers))
    return {
        key: {choice: str(amount) for choice, amount in choices.items()} for key, choices in found.items()
    }


def test_single_choice_is_compared_with_the_present_one() -> None:
    document = definition(group("roof", "single", options=ROOFS))

    assert differences(document, roof="flat") == {
        "roof": {"flat": "0", "pitched": "250.50", "none": "-100.00"}
    }
    assert differences(document) == {"roof": {"flat": "100.00", "pitched": "350.50", "none": "0.00"}}


def test_several_choices_are_compared_with_not_having_them() -> None:
    document = definition(group("extras", "multi", options=ROOFS))

    assert differences(document, extras=["flat"]) == {
        "extras": {"flat": "100.00", "pitched": "350.50", "none": "0.00"}
    }


def test_yes_or_no_is_compared_with_no() -> None:
    document = definition(group("lit", "boolean", price={"kind": "fixed", "amount": "80"}))

    assert differences(document) == differences(document, lit=True) == {"lit": {"true": "80.00"}}


def test_difference_is_gross_where_prices_exclude_vat() -> None:
    document = definition(group("roof", "single", options=ROOFS), vat={"rate": "21", "prices": "excluding"})

    assert differences(document, roof="flat")["roof"]["pitched"] == "303.11"


def test_choice_that_shows_another_group_counts_it_too() -> None:
    document = definition(
        group("roof", "single", options=[option("open"), option("glass", "500")]),
        group("tint", "boolean", visible_if='roof = "glass"', price={"kind": "fixed", "amount": "50"}),
    )

    assert differences(document, roof="glass", tint=True) == {
        "roof": {"open": "-550.00", "glass": "0"},
        "tint": {"true": "50.00"},
    }


def test_choice_with_an_impossible_price_has_no_difference() -> None:
    options = [option("x", "1"), option("y", price={"kind": "formula", "formula": "1/0"})]

    assert differences(definition(group("a", "single", options=options)), a="x") == {"a": {"x": "0"}}
    assert differences(definition(group("a", "single", options=options)), a="y") == {}


def test_hidden_groups_and_numbers_have_none() -> None:
    document = definition(
        group("n", "number", price={"kind": "per_unit", "amount": "1"}),
        group("a", "boolean", visible_if="n > 5", price={"kind": "fixed", "amount": "1"}),
    )

    assert differences(document) == {}


def test_configurator_without_prices_has_none() -> None:
    assert differences(definition(group("a", "boolean"))) == {}


@st.composite
def configurations(draw: st.DrawFn) -> tuple[Json, Json]:
    document = veranda()
    document["vat"] = draw(st.sampled_from([{"rate": "21", "prices": p} for p in ("including", "excluding")]))
    if draw(st.booleans()):  # without percentages most groups take the short way
        document["lines"] = []
        document["steps"][2]["groups"][1]["price"] = {"kind": "fixed", "amount": "99.99"}
    answers = {
        "width": str(draw(st.integers(40, 140)) * 5),
        "depth": str(draw(st.integers(30, 100)) * 5),
        "roof": draw(st.sampled_from(["poly", "glass"])),
        "tint": draw(st.sampled_from(["clear", "opal", None])),
        "lights": str(draw(st.integers(0, 12))),
        "extras": draw(
            st.lists(st.sampled_from(["heater", "screen", "gutter", "doors"]), unique=True, max_size=2)
        ),
        "assembly": draw(st.booleans()),
    }
    return document, answers


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(configurations())
def test_difference_is_what_choosing_it_would_cost(configuration: tuple[Json, Json]) -> None:
    document, answers = configuration
    compiled = compile_definition(document)

    def gross(**changed: object) -> Decimal:
        found = evaluate(compiled, Answers.from_json(compiled, {**answers, **changed})).gross
        assert found is not None
        return found

    given_answers = Answers.from_json(compiled, answers)
    answers = dict(given_answers.to_json())  # without what a hidden group held

    found = price_differences(compiled, given_answers)

    for key, choices in found.items():
        for choice, amount in choices.items():
            if key == "extras":
                others = [other for other in list(answers["extras"]) if other != choice]
                assert amount == gross(extras=[*others, choice]) - gross(extras=others)
            elif key == "assembly":
                assert amount == gross(assembly=True) - gross(assembly=False)
            else:
                assert amount == gross(**{key: choice}) - gross()


def test_one_page_causes_bounded_work() -> None:
    """A hundred groups of twenty options, each moving long formulas, once took 46 seconds."""
    formula = {"kind": "formula", "formula": "+".join(["n * n"] * 40)}
    document = definition(
        group("n", "number", default="5", price=formula),
        *(group(f"g{at}", "boolean", price=formula) for at in range(100)),
    )
    compiled = compile_definition(document)
    answers = {"n": "5", **{f"g{at}": True for at in range(100)}}

    found = price_differences(compiled, Answers.from_json(compiled, answers))

    anew = [choice for choices in found.values() for choice in choices.values()]
    assert compiled.work == 1 + 101 + 101 * 159
    assert len(anew) == _MOST_WORK // compiled.work
    assert set(map(str, anew)) == {"1000.00"}


@given(st.lists(st.tuples(st.sampled_from(["200", "350", "500"]), st.booleans(), st.booleans()), max_size=12))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_was_reckoned_before_is_what_is_reckoned_now(visits: list[tuple[str, bool, bool]]) -> None:
    """The awning moves with the width, which others show and hide: nothing of another visit may be left."""
    document = definition(
        group("width", "number", min="100", max="900"),
        group("motor", "boolean", price={"kind": "fixed", "amount": "90"}, visible_if="width >= 300"),
        group("remote", "boolean", price={"kind": "formula", "formula": "width / 10"}, visible_if="motor"),
        group("roof", "single", options=ROOFS),
    )
    kept = compile_definition(document)

    for width, motor, remote in visits:
        answers = {"width": width, "motor": motor, "remote": remote, "roof": "flat"}
        found, fresh = (
            price_differences(compiled, Answers.from_json(compiled, answers))
            for compiled in (kept, compile_definition(document))
        )
        assert found == fresh


def test_a_difference_of_many_digits_is_shown_exactly() -> None:
    """More than a thread's own context of decimals keeps."""
    dear = option("b") | {"price": {"kind": "formula", "formula": "10^28 + 0.01"}}
    compiled = compile_definition(definition(group("s", "single", options=[option("a"), dear])))

    shown = changes_of(compiled, initial_answers(compiled), {}, language="en")

    assert shown["options"]["s.b"]["price"] == "+\u00a0€10,000,000,000,000,000,000,000,000,000.01"
