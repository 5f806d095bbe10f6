from __future__ import annotations

import pytest

from billing.vat.numbers import WrongNumber, normalised


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("NL 0000.99.998.B57", "NL000099998B57"),
        ("be 0403.019.261", "BE0403019261"),
        ("BE403019261", "BE0403019261"),
        ("FR 40 303 265 045", "FR40303265045"),
        ("DE-136695976", "DE136695976"),
        ("GR 094259216", "EL094259216"),
        ("el094259216", "EL094259216"),
    ],
)
def test_a_number_is_written_as_vies_wants_it(written: str, number: str) -> None:
    assert normalised(written) == number


@pytest.mark.parametrize(
    "written",
    [
        "",
        "NL",
        "NL000099998B58",
        "BE0403019262",
        "XI110305878",
        "GB980780684",
        "CH109322551",
        "\x00",
        "NL" * 400,
    ],
)
def test_what_is_no_number_of_a_member_state_is_refused(written: str) -> None:
    with pytest.raises(WrongNumber):
        normalised(written)
