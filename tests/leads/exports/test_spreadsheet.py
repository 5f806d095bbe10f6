"""Nothing that a visitor wrote runs in a colleague's spreadsheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.exports.spreadsheet import Writing, _line, harmless


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1+1",
        "\ufeff=1",
        "＝1+1",
        "+31 20 123",
    ],
)
def test_what_could_be_a_formula_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-12.50", "+7", "0612345678", "Zoë", "", "a=b", "1-2"])
def test_plain_text_and_numbers_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


@given(st.lists(st.text(), min_size=1, max_size=5), st.sampled_from([",", ";"]))
def test_every_cell_comes_back_and_none_is_a_formula(cells: list[str], separator: str) -> None:
    written = _line([harmless(cell.replace("\x00", "")) for cell in cells], Writing(separator, ".", True))

    [read] = list(csv.reader(io.StringIO(written, newline=""), delimiter=separator))

    assert [cell.removeprefix("'") if cell[:1] == "'" else cell for cell in read] == [
        cell.replace("\x00", "").removeprefix("'") for cell in cells
    ]
    assert not any(cell[:1] in ("=", "@", "\t", "\r") for cell in read)


def test_dutch_and_french_get_semicolons_and_decimal_commas() -> None:
    assert (
        Writing.of("nl", for_programs=False)
        == Writing.of("fr", for_programs=False)
        == Writing(";", ",", False)
    )
    assert Writing.of("nl", for_programs=True) == Writing(",", ".", True)
