"""A list of prices from a spreadsheet: every cell is read, or named."""

from datetime import date
from decimal import Decimal

import pytest

from configurators.price_books.books import Line
from configurators.price_books.numbers import amount_as_typed, amount_in, day_as_typed, decimal_sign
from configurators.price_books.pasting import MOST_LINES, read

FIRST = date(2027, 1, 1)


def lines(text: str) -> list[Line]:
    pasted = read(text, starting=FIRST)
    assert [(cell.row, cell.column, cell.text) for cell in pasted.wrong] == []
    return pasted.lines


def wrong(text: str) -> list[tuple[int, int, str]]:
    pasted = read(text, starting=FIRST)
    return [(cell.row, cell.column, cell.text) for cell in pasted.wrong]


@pytest.mark.parametrize(
    "text",
    [
        "glass\tGlass, clear\t1250,50\t1-2-2027\t31-12-2027",
        "glass;Glass, clear;1.250,50;01/02/2027;2027-12-31",
        'glass,"Glass, clear","1,250.50",2027-02-01,31.12.2027',
        "\ufeffArticle;Description;Amount;From;Until\r\n\r\nglass;Glass, clear;€ 1250,5;1.2.2027;31-12-2027\r\n",
    ],
)
def test_a_line_is_read_as_spreadsheets_write_it(text: str) -> None:
    assert lines(text) == [
        Line("glass", "Glass, clear", Decimal("1250.5"), date(2027, 2, 1), date(2027, 12, 31))
    ]


def test_days_may_be_left_out() -> None:
    assert lines("glass\t\t3\nrail\tRail\t4\t\t31-1-2027") == [
        Line("glass", "", Decimal(3), FIRST, None),
        Line("rail", "Rail", Decimal(4), FIRST, date(2027, 1, 31)),
    ]


def test_the_column_says_how_decimals_are_written() -> None:
    found = lines("a\t\t1.250\nb\t\t12,50")

    assert [line.amount for line in found] == [Decimal(1250), Decimal("12.5")]


def test_each_cell_that_cannot_be_read_is_named() -> None:
    text = "Article\tName\tAmount\nglass plate\t\t12,5\t30-2-2027\nrail\t\ttwelve\t\tsoon\n\nrod\t\t3,1\t2-1-2027\t1-1-2027"

    assert wrong(text) == [
        (2, 1, "glass plate"),
        (2, 4, "30-2-2027"),
        (3, 3, "twelve"),
        (3, 5, "soon"),
        (5, 5, "1-1-2027"),
    ]


def test_amounts_that_can_be_read_in_two_ways_are_refused() -> None:
    assert wrong("a\t\t1.250\nb\t\t3") == [(1, 3, "1.250"), (2, 3, "3")]


@pytest.mark.parametrize("text", ["", " \n\t\n", "Article\tName\tAmount"])
def test_a_list_without_prices_is_refused(text: str) -> None:
    assert wrong(text) == [(1, 1, "")]


def test_a_sixth_column_is_refused() -> None:
    assert wrong("a\t\t3\t\t\textra") == [(1, 6, "extra")]


def test_no_more_rows_are_read_than_there_is_room_for() -> None:
    assert wrong("a\t\t3\n" * (MOST_LINES + 1)) == [(MOST_LINES + 1, 1, "")]


@pytest.mark.parametrize(
    "text", ["a\x00b\t\t3", "a\tb\x00\t3", "a\t" + "x" * 201 + "\t3", '"' + "x" * 140_000]
)
def test_whatever_is_pasted_is_answered(text: str) -> None:
    assert wrong(text) != []


@pytest.mark.parametrize(
    ("texts", "sign"),
    [
        (["12,50"], ","),
        (["12.50"], "."),
        (["1.250,00"], ","),
        (["1,250,000"], "."),
        (["1.250"], None),
        (["1.250", "3,5"], ","),
        (["12", "3"], ""),
        ([], ""),
    ],
)
def test_how_decimals_are_written_follows_from_the_texts(texts: list[str], sign: str | None) -> None:
    assert decimal_sign(texts) == sign


@pytest.mark.parametrize(
    ("text", "sign", "amount"),
    [
        ("€ 1.250,50", ",", "1250.50"),
        ("1250,-", ",", "1250"),
        ("−5", "", "-5"),
        (",5", ",", "0.5"),
        ("007", "", "7"),
        ("1'250.5", ".", "1250.5"),
        ("12.5.0", ".", None),
        ("1.25,5", ",", None),
        ("1e5", "", None),
        ("-", "", None),
        ("1" * 13, "", None),
        ("0,1234567", ",", None),
    ],
)
def test_an_amount_is_exact_or_none(text: str, sign: str, amount: str | None) -> None:
    assert amount_in(text, sign) == (None if amount is None else Decimal(amount))


def test_an_amount_alone_that_can_be_read_in_two_ways_is_none() -> None:
    assert (amount_as_typed("1.250"), amount_as_typed("1250,5")) == (None, Decimal("1250.5"))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-2-3", date(2027, 2, 3)),
        ("3-2-2027", date(2027, 2, 3)),
        ("03/02/2027", date(2027, 2, 3)),
        ("3.2.27", None),
        ("31-4-2027", None),
        ("1-1-1999", None),
        ("1-1-9999", None),
        ("٣-2-2027", None),
        ("tomorrow", None),
    ],
)
def test_a_day_has_the_day_first_or_the_year(text: str, day: date | None) -> None:
    assert day_as_typed(text) == day
