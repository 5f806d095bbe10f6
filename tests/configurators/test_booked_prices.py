"""Prices of price books in a definition and in its formulas: looked up while it is compiled."""

from typing import Any

import pytest
from django.utils.translation import override

from configurators.answers import preview_json
from configurators.changes import changes
from configurators.compiling import compile_definition
from configurators.definition import check
from configurators.formula import BookedPrice, evaluate
from configurators.playable import playable
from configurators.presentation import changes_of
from tests.configurators import in_node
from tests.configurators.booked import booked, from_book, prices
from tests.configurators.definitions import definition, group, texts
from tests.configurators.test_json_schema import problems_of

Json = dict[str, Any]
PRICES = prices(glass="149.50", delivery="-5")


def with_line(price: Json) -> Json:
    line = {"key": "extra", "label": texts("Extra"), "price": price}
    return definition(group("width", "number"), group("who", "contact"), lines=[line])


def formula(source: str) -> Json:
    return with_line({"kind": "formula", "formula": source})


def problems(document: Json) -> list[tuple[str, str]]:
    found = [problem for problem in check(document, PRICES) if problem.severity == "error"]
    return [(".".join(map(str, problem.path)), problem.code) for problem in found]


def sentence(document: Json) -> str:
    [problem] = [problem for problem in check(document, PRICES) if problem.severity == "error"]
    return str(problem.message)


def test_a_compiled_definition_has_the_figure_and_knows_no_book() -> None:
    compiled = compile_definition(booked(), PRICES)

    [option] = compiled.to_json()["steps"][0]["groups"][0]["options"]
    assert option["price"] == {"kind": "fixed", "amount": "149.5"}
    assert "tariffs" not in str(compiled.to_json())


def test_a_price_per_unit_is_looked_up_too() -> None:
    price = {"kind": "per_unit", "from_book": {"book": "tariffs", "sku": "glass"}, "of": "width"}

    compiled = compile_definition(with_line(price), PRICES)

    assert compiled.to_json()["lines"][0]["price"] == {"kind": "per_unit", "amount": "149.5", "of": "width"}


def test_a_formula_gets_a_literal() -> None:
    compiled = compile_definition(formula('width * price("tariffs"; "glass")'), PRICES)

    tree = compiled.to_json()["lines"][0]["price"]["formula"]
    assert tree == ["mul", ["number", "width"], ["num", "149.5"]]


def test_a_price_below_zero_is_a_literal_that_can_be_reckoned_with() -> None:
    compiled = compile_definition(formula('PRICE("tariffs"; "delivery")'), PRICES)

    assert str(evaluate(compiled.to_json()["lines"][0]["price"]["formula"], {})) == "-5"


def test_what_was_looked_up_is_known() -> None:
    document = booked() | {"lines": with_line(from_book("delivery"))["lines"]}

    found = compile_definition(document, PRICES).booked

    assert [(price.book, price.sku, str(price.amount)) for price in found] == [
        ("tariffs", "delivery", "-5"),
        ("tariffs", "glass", "149.50"),
    ]
    assert all(isinstance(price, BookedPrice) for price in found)


def test_another_price_is_another_version() -> None:
    dearer = prices(glass="150")

    assert compile_definition(booked(), PRICES).sha256 != compile_definition(booked(), dearer).sha256


def test_what_has_a_figure_of_its_own_stays_as_it_was() -> None:
    price = {"kind": "fixed", "amount": "10"}

    assert compile_definition(booked(price), PRICES).booked == ()


@pytest.mark.parametrize(
    ("price", "place", "code"),
    [
        (from_book(book="tarifs"), "from_book.book", "unknown_book"),
        (from_book(book="dollars"), "from_book.book", "other_currency"),
        (from_book("zinc"), "from_book.sku", "unknown_sku"),
        (from_book("over"), "from_book.sku", "no_price_that_day"),
        (from_book(""), "from_book.sku", "missing"),
        ({"kind": "fixed", "from_book": {"book": 3, "sku": "glass"}}, "from_book.book", "wrong_type"),
        ({"kind": "fixed", "from_book": "tariffs"}, "from_book", "wrong_type"),
        (
            {"kind": "fixed", "from_book": {"book": "tariffs", "sku": "glass", "day": 1}},
            "from_book.day",
            "unknown",
        ),
        (from_book(amount="3"), "amount", "second_amount"),
        ({"kind": "fixed"}, "amount", "missing"),
        ({"kind": "fixed", "from_book": None}, "amount", "missing"),
    ],
)
def test_each_mistake_has_its_place(price: Json, place: str, code: str) -> None:
    assert problems(with_line(price)) == [(f"lines.0.price.{place}", code)]


@pytest.mark.parametrize(
    ("source", "code", "column"),
    [
        ('PRICE("tarifs"; "glass")', "unknown_book", 7),
        ('PRICE("tariffs"; "zinc")', "unknown_sku", 18),
        ('PRICE("tariffs"; "over")', "no_price_that_day", 18),
        ('PRICE("dollars"; "glass")', "other_currency", 7),
        ('PRICE("tariffs"; width)', "article_wanted", 1),
        ('PRICE("tariffs")', "wrong_count", 1),
        ('PRIJS("tariffs"; "glass")', "translated_name", 1),
    ],
)
def test_each_mistake_in_a_formula_has_its_place(source: str, code: str, column: int) -> None:
    [problem] = [problem for problem in check(formula(source), PRICES) if problem.severity == "error"]

    assert (problem.path, problem.code, problem.column) == (("lines", 0, "price", "formula"), code, column)


@pytest.mark.parametrize("currency", [None, "XXX", ["EUR"]])
def test_a_currency_that_is_wrong_itself_is_told_of_once(currency: object) -> None:
    found = problems(with_line(from_book()) | {"currency": currency})

    assert found == [("currency", "missing" if currency is None else "not_allowed")]


def test_without_books_every_price_of_one_is_unknown() -> None:
    [problem] = [problem for problem in check(booked()) if problem.severity == "error"]

    assert problem.code == "unknown_book"


def test_what_was_meant_is_proposed() -> None:
    found = sentence(with_line(from_book(book="tarifs")))

    assert found == "There is no price book “tarifs”. Did you mean “tariffs”?"


def test_the_day_without_a_price_is_named_as_the_reader_writes_it() -> None:
    with override("nl"):
        assert "1 januari 2027" in sentence(with_line(from_book("over")))


@pytest.mark.parametrize(
    "document", [booked(), with_line(from_book(amount=None)), formula('PRICE("a"; "b")')]
)
def test_the_published_form_knows_prices_of_books(document: Json) -> None:
    assert problems_of(document) == []


@pytest.mark.parametrize("price", [from_book(amount="3"), {"kind": "fixed", "from_book": {"book": "x"}}])
def test_the_published_form_refuses_what_is_no_price_of_a_book(price: Json) -> None:
    assert problems_of(with_line(price)) != []


def test_a_difference_is_told_with_the_name_of_the_book() -> None:
    before = with_line({"kind": "fixed", "amount": "10"})

    [change] = changes(before, with_line(from_book()))

    assert change.text == "Extra: €10.00 → glass of the price book tariffs"


# --- Where prices are not shown exactly ------------------------------------------------------------

_ROUGH: list[Json] = [
    {"kind": "range", "step": "100"},
    {"kind": "from", "step": "100"},
    {"kind": "after"},
    {"kind": "none"},
]
_DELIVERY = 'PRICE("tariffs"; "delivery")'


def _told(document: Json) -> list[tuple[str, str, str]]:
    found = check(document, PRICES)
    return [
        (".".join(map(str, each.path[-2:])), each.code, each.severity)
        for each in found
        if each.code in ("price_told", "calculated_told")
    ]


@pytest.mark.parametrize("display", _ROUGH)
def test_a_booked_price_stands_in_prices_only_where_it_is_not_shown(display: Json) -> None:
    sum_of = group("sum", "calculated", formula=f"width + {_DELIVERY}")
    wide = group("wide", "boolean", visible_if=f"width > {_DELIVERY}")
    document = definition(group("width", "number"), sum_of, wide, price_display=display)

    assert _told(document) == [("1.formula", "price_told", "error"), ("2.visible_if", "price_told", "error")]
    assert _told(document | {"price_display": {"kind": "exact"}}) == []
    assert _told(formula(_DELIVERY) | {"price_display": display}) == []


def test_what_visitors_see_calculated_and_a_price_reads_is_warned_of() -> None:
    price = {"kind": "formula", "formula": "seen + unseen"}
    document = definition(
        group("width", "number", price=price),
        group("seen", "calculated", formula="width * 37.13"),
        group("unseen", "calculated", formula="width * 41.19", visible_if="FALSE"),
        price_display={"kind": "none"},
    )

    assert _told(document) == [("1.formula", "calculated_told", "warning")]
    assert _told(document | {"price_display": {"kind": "exact"}}) == []


@pytest.mark.parametrize("display", _ROUGH)
@pytest.mark.parametrize("never", ["FALSE", "1 = 2", "AND(width > 1000; FALSE)"])
def test_how_what_nobody_sees_is_calculated_does_not_leave(display: Json, never: str) -> None:
    document = definition(
        group("width", "number", price={"kind": "formula", "formula": "IF(HAS(unseen); 1; 2)"}),
        group("seen", "calculated", formula="width * 2"),
        group("unseen", "calculated", formula="width * 41.19", visible_if=never),
        group("more", "boolean", visible_if="seen > 10"),
        price_display=display,
    )
    compiled = compile_definition(document)
    played = playable(compiled, "en")
    answers, errors = preview_json(compiled, {"width": "8"})
    told = changes_of(compiled, answers, errors, language="en")

    assert "41.19" not in str(played)
    assert told["values"] == {"seen": "16"}
    assert "more" not in told["hidden"]
    [[in_browser]] = in_node.changes([(played, [{"width": "8"}])])
    assert (in_browser["values"], in_browser["hidden"]) == (told["values"], told["hidden"])


def test_a_condition_that_only_a_table_decides_can_be_read() -> None:
    """Whether it never holds is worked out with the tables that it looks up in."""
    tiers = [{"from": "0", "amount": "5"}, {"from": "10", "amount": "7"}]
    table = {"key": "steps", "kind": "tiers", "mode": "slab", "tiers": tiers}
    hidden = group("unseen", "calculated", formula="width * 2", visible_if='TIER("steps"; 3) > 600')
    document = definition(group("width", "number"), hidden, tables=[table])

    assert compile_definition(document).never_seen == {"unseen"}
