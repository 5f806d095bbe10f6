"""Reading what visitors send."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from configurators.answers import (
    Answers,
    InvalidAnswers,
    TextAnswer,
    initial_answers,
    parse_json,
    preview_form,
    preview_json,
    read_form,
    read_json,
)
from configurators.compiling import Compiled, compile_definition
from tests.configurators.definitions import definition, group, option, veranda

VERANDA = compile_definition(veranda())
PLAIN = {"width": ["400"], "depth": ["300"], "roof": ["poly"]}


def form(**fields: str | list[str]) -> dict[str, list[str]]:
    return {**PLAIN, **{key: value if isinstance(value, list) else [value] for key, value in fields.items()}}


def codes(errors: dict[str, Any]) -> dict[str, str]:
    assert all(str(error.message) for found in errors.values() for error in found)
    return {name: error.code for name, (error,) in errors.items()}


def form_errors(data: dict[str, Any], compiled: Compiled = VERANDA) -> dict[str, str]:
    with pytest.raises(InvalidAnswers) as caught:
        read_form(compiled, data)
    return codes(caught.value.errors)


def json_errors(data: object) -> dict[str, str]:
    with pytest.raises(InvalidAnswers) as caught:
        read_json(VERANDA, data)
    return codes(caught.value.errors)


def test_form_is_read() -> None:
    answers = read_form(
        VERANDA,
        form(
            width="520,0", roof="glass", tint="opal", lights="4", extras=["gutter", "heater"], assembly="on",
            remarks=" Graag\r\nsnel ", street="Straat 1", name="Ann",
        ),
    )  # fmt: skip

    assert answers == Answers(
        {
            "width": Decimal("520"),
            "depth": Decimal("300"),
            "roof": "glass",
            "tint": "opal",
            "lights": Decimal("4"),
            "extras": frozenset({"gutter", "heater"}),
            "assembly": True,
        },
        {"remarks": TextAnswer("Graag\nsnel", False), "street": TextAnswer("Straat 1", True)},
    )


def test_json_is_read_the_same() -> None:
    sent = {
        "width": 520, "depth": Decimal("300.0"), "roof": "glass", "tint": None, "lights": "4",
        "extras": ["heater"], "assembly": False, "remarks": "Hallo",
    }  # fmt: skip

    assert read_json(VERANDA, sent) == read_form(
        VERANDA, form(width="520", roof="glass", lights="4", extras=["heater"], remarks="Hallo")
    )


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"width": ""}, {"width": "required"}),
        ({"roof": []}, {"roof": "required"}),
        ({"width": "wide"}, {"width": "not_a_number"}),
        ({"width": "1e400"}, {"width": "not_a_number"}),
        ({"width": "NaN"}, {"width": "not_a_number"}),
        ({"width": "Infinity"}, {"width": "not_a_number"}),
        ({"width": "9" * 5000}, {"width": "not_a_number"}),
        ({"width": "\x00"}, {"width": "not_a_number"}),
        ({"width": "\ud800"}, {"width": "not_a_number"}),
        ({"width": "195"}, {"width": "out_of_bounds"}),
        ({"width": "705"}, {"width": "out_of_bounds"}),
        ({"width": "401"}, {"width": "off_step"}),
        ({"width": ["400", "500"]}, {"width": "duplicate"}),
        ({"lights": "1.5"}, {"lights": "not_whole"}),
        ({"lights": "-1"}, {"lights": "out_of_bounds"}),
        ({"roof": "straw"}, {"roof": "not_an_option"}),
        ({"roof": ["poly", "poly"]}, {"roof": "duplicate"}),
        ({"extras": ["heater", "heater"]}, {"extras": "duplicate"}),
        ({"extras": ["heater", "sauna"]}, {"extras": "not_an_option"}),
        ({"extras": ["heater", "screen", "gutter", "doors"]}, {"extras": "too_many"}),
        ({"assembly": "maybe"}, {"assembly": "not_a_choice"}),
        ({"remarks": "x" * 301}, {"remarks": "too_long"}),
        ({"remarks": "a\x00b"}, {"remarks": "characters"}),
        ({"remarks": "\udfff"}, {"remarks": "characters"}),
        ({"price": "1"}, {"price": "unknown"}),
        ({"contact": "x"}, {"contact": "unknown"}),
        ({"na\x00me\ud800": "1"}, {"na?me?": "unknown"}),
    ],
)  # fmt: skip
def test_form_is_refused_at_its_field(fields: Any, errors: dict[str, str]) -> None:
    assert form_errors(form(**fields)) == errors


@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        ([], {"": "wrong_type"}),
        (None, {"": "wrong_type"}),
        ({"width": 400.0}, {"width": "wrong_type"}),
        ({"width": True}, {"width": "wrong_type"}),
        ({"width": {}}, {"width": "wrong_type"}),
        ({"width": ["400"]}, {"width": "wrong_type"}),
        ({"width": 10**5000}, {"width": "not_a_number"}),
        ({"width": Decimal("1e400")}, {"width": "not_a_number"}),
        ({"width": Decimal("1e-400")}, {"width": "not_a_number"}),
        ({"width": Decimal("NaN")}, {"width": "not_a_number"}),
        ({"width": Decimal("0e99999")}, {"width": "out_of_bounds"}),
        ({"roof": 1}, {"roof": "wrong_type"}),
        ({"roof": ["poly"]}, {"roof": "wrong_type"}),
        ({"roof": None}, {"roof": "required"}),
        ({"extras": "heater"}, {"extras": "wrong_type"}),
        ({"extras": [["heater"]]}, {"extras": "not_an_option"}),
        ({"assembly": "true"}, {"assembly": "wrong_type"}),
        ({"assembly": 1}, {"assembly": "wrong_type"}),
        ({"remarks": 5}, {"remarks": "wrong_type"}),
        ({"gross": "1.00"}, {"gross": "unknown"}),
    ],
)
def test_json_is_refused_at_its_field(sent: object, errors: dict[str, str]) -> None:
    whole = {"width": "400", "depth": "300", "roof": "poly", **sent} if isinstance(sent, dict) else sent

    assert json_errors(whole) == errors


def test_every_field_has_its_error_at_once() -> None:
    assert form_errors({"width": ["x"], "roof": ["y"], "zz": []}) == {
        "zz": "unknown",
        "width": "not_a_number",
        "depth": "required",
        "roof": "not_an_option",
    }


def test_unknown_fields_are_named_up_to_a_point() -> None:
    assert len(form_errors({f"x{number}": ["1"] for number in range(10_000)})) <= 30


def test_caller_names_fields_that_are_no_answers() -> None:
    assert read_form(VERANDA, form(token="abc"), ignore={"token"}) == read_form(VERANDA, form())


def test_contact_fields_are_unknown_where_no_contact_is_asked() -> None:
    compiled = compile_definition(definition(group("a", "number")))

    assert form_errors({"email": ["x"]}, compiled) == {"email": "unknown"}


def test_what_a_hidden_group_holds_is_no_answer_and_no_error() -> None:
    answers = read_form(VERANDA, form(roof="poly", tint="nonsense", street="Straat 1"))

    assert answers.values == {
        "width": Decimal(400),
        "depth": Decimal(300),
        "roof": "poly",
        "extras": frozenset(),
        "assembly": False,
    }
    assert answers.texts == {}


def test_required_text_is_asked_for_only_where_it_shows() -> None:
    compiled = compile_definition(
        definition(group("gift", "boolean"), group("card", "text", required=True, visible_if="gift"))
    )

    assert read_form(compiled, {}).values == {"gift": False}
    assert form_errors({"gift": ["on"]}, compiled) == {"card": "required"}


def test_required_box_must_be_ticked() -> None:
    compiled = compile_definition(definition(group("agree", "boolean", required=True)))

    assert form_errors({}, compiled) == {"agree": "required"}
    assert read_form(compiled, {"agree": ["on"]}).values == {"agree": True}


def test_enough_options_must_be_chosen() -> None:
    options = [option(key) for key in "abc"]
    compiled = compile_definition(
        definition(group("pick", "multi", required=True, min_choices=2, options=options))
    )

    assert form_errors({}, compiled) == {"pick": "required"}
    assert form_errors({"pick": ["a"]}, compiled) == {"pick": "too_few"}


def test_one_line_of_text_has_no_second() -> None:
    compiled = compile_definition(definition(group("name_plate", "text")))

    assert form_errors({"name_plate": ["a\nb"]}, compiled) == {"name_plate": "characters"}


def test_error_tells_the_bounds_as_the_reader_writes_numbers() -> None:
    compiled = compile_definition(definition(group("size", "number", min="0.5", max="2.5")))
    with pytest.raises(InvalidAnswers) as caught:
        read_form(compiled, {"size": ["3"]})
    error = caught.value.errors["size"][0]

    with override("en"):
        assert str(error.message) == "Choose a number from 0.5 to 2.5."


# Previews


def test_preview_counts_what_cannot_be_used_as_the_default() -> None:
    answers, errors = preview_form(VERANDA, form(width="5", depth="", roof="straw", lights="x"))

    assert answers.values == {
        "width": Decimal(400),
        "depth": Decimal(300),
        "roof": "poly",
        "extras": frozenset(),
        "assembly": False,
    }
    assert codes(errors) == {
        "width": "out_of_bounds",
        "depth": "required",
        "roof": "not_an_option",
        "lights": "not_a_number",
    }


def test_preview_of_a_form_leaves_an_unticked_box_unticked() -> None:
    compiled = compile_definition(
        definition(
            group("box", "boolean", default=True), group("set", "multi", options=[option("x")], default=["x"])
        )
    )

    assert preview_form(compiled, {})[0].values == {"box": False, "set": frozenset()}
    assert preview_json(compiled, {})[0].values == {"box": True, "set": frozenset({"x"})}
    assert preview_json(compiled, {"box": False, "set": []})[0].values == {"box": False, "set": frozenset()}


def test_preview_of_nonsense_is_the_beginning() -> None:
    answers, errors = preview_json(VERANDA, "nonsense")

    assert answers == initial_answers(VERANDA)
    assert codes(errors) == {"": "wrong_type"}


def test_page_begins_with_the_defaults() -> None:
    assert initial_answers(VERANDA).values == {
        "width": Decimal(400),
        "depth": Decimal(300),
        "roof": "poly",
        "extras": frozenset(),
        "assembly": False,
    }


# The quote's inputs


def test_quote_keeps_enumerated_and_numeric_answers() -> None:
    answers = read_form(
        VERANDA, form(width="520.0", extras=["screen", "gutter"], remarks="Bel mij", assembly="on")
    )

    assert answers.to_json() == {
        "assembly": True,
        "depth": "300",
        "extras": ["gutter", "screen"],
        "roof": "poly",
        "width": "520",
    }


def test_quote_is_read_again() -> None:
    answers = read_form(VERANDA, form(roof="glass", extras=["heater"], remarks="Bel mij"))

    again = Answers.from_json(VERANDA, answers.to_json())

    assert again == Answers(answers.values)


def test_quote_that_does_not_fit_is_refused() -> None:
    with pytest.raises(InvalidAnswers):
        Answers.from_json(VERANDA, {"width": "401"})


# JSON bodies


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        (b"", {"": "malformed"}),
        (b"{", {"": "malformed"}),
        (b"\xff\xfe", {"": "malformed"}),
        (b'{"a": NaN}', {"": "malformed"}),
        (b'{"a": Infinity}', {"": "malformed"}),
        (b'{"a": 1e99999999999999999999}', {"": "malformed"}),
        (b"[" * 100_000, {"": "malformed"}),
        (b"1" * 10_000, {"": "malformed"}),
        (b'{"a": 1, "a": 2}', {"a": "duplicate"}),
    ],
)
def test_body_is_refused(body: bytes, errors: dict[str, str]) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        parse_json(body)

    assert codes(caught.value.errors) == errors


def test_decimals_in_a_body_stay_exact() -> None:
    assert parse_json(b'{"a": 0.1}') == {"a": Decimal("0.1")}


@pytest.mark.parametrize("number", ["1e400", "1E+999999", "1e-999999", "-1e400"])
def test_huge_number_in_a_body_is_refused_quickly(number: str) -> None:
    body = parse_json(b'{"depth": "300", "roof": "poly", "width": %s}' % number.encode())

    assert json_errors(body) == {"width": "not_a_number"}
