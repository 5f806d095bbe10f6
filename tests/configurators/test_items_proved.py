"""What is proved of items is what trying every configuration of them says."""

from decimal import Decimal
from typing import Any

from configurators.compiling import compile_definition
from configurators.proving import prove
from tests.configurators.definitions import definition, group, option, texts
from tests.configurators.every_configuration import everything
from tests.configurators.repeats import windows

Json = dict[str, Any]


def few(**more: Any) -> Json:
    """Two windows with so few answers that all can be tried."""
    area = {"kind": "formula", "formula": "width * 10"}
    asked = [
        group("width", "number", min="1", max="3", step="1", required=True, price=area),
        group("glass", "single", required=True, options=[option("double"), option("triple", "25")]),
        group("grid", "boolean", visible_if='glass = "triple"', price={"kind": "fixed", "amount": "7"}),
    ]
    rule = {
        "key": "narrow", "kind": "assertion", "that": 'OR(width > 1; glass = "double")', "severity": "error",
        "reason": texts("Te smal.", "Too narrow."),
    }  # fmt: skip
    line = {
        "key": "visit",
        "label": texts("Voorrijden"),
        "price": {"kind": "formula", "formula": "SUM(windows; width)"},
    }
    return definition(windows(groups=asked, max=2), constraints=[rule], lines=[line], **more)


def test_a_proof_of_items_says_what_trying_everything_says() -> None:
    compiled = compile_definition(few())

    every, proof = everything(compiled), prove(compiled, seconds=60)

    assert proof.complete
    assert proof.lowest is not None
    assert proof.highest is not None
    assert (proof.lowest.gross, proof.highest.gross) == (every.lowest, every.highest)
    assert (every.lowest, every.highest) == (Decimal("11.00"), Decimal("130.00"))


def test_an_option_that_no_item_can_have_is_named_with_its_item() -> None:
    document = few()
    document["constraints"][0]["that"] = 'glass = "double"'

    proof = prove(compile_definition(document), seconds=60)

    assert ("windows_1_glass", "triple") in proof.unreachable
