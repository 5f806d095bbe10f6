"""Every cell of the matrix of buyers, against the decision table."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from billing.vat.deciding import Buyer, Category, IdStatus, Seller, Treatment, decide
from billing.vat.rates import UnknownRate
from billing.vat.wording import wording

MATRIX = Path(__file__).with_name("vat_matrix.csv")
SELLERS = {
    "nl": Seller(),
    "nl-oss": Seller(oss_since=date(2021, 7, 1)),
    "nl-oss-from-2026-07-01": Seller(oss_since=date(2026, 7, 1)),
}
DAY = date(2026, 12, 1)


def cells() -> list[dict[str, str]]:
    with MATRIX.open(newline="") as file:
        return list(csv.DictReader(file))


def decided(cell: dict[str, str]) -> Treatment:
    buyer = Buyer(cell["country"], cell["postcode"], cell["id_country"], IdStatus(cell["id_status"]))
    return decide(SELLERS[cell["seller"]], buyer, date.fromisoformat(cell["date"]))


def written(treatment: Treatment) -> dict[str, str]:
    return {
        "category": treatment.category.value,
        "rate": format(treatment.rate, "f"),
        "taxed_in": treatment.taxed_in,
        "id_on_invoice": "yes" if treatment.id_on_invoice else "no",
        "listed": "yes" if treatment.listed else "no",
        **{language: wording(treatment, language) for language in ("nl", "en", "fr")},
    }


def test_the_matrix_has_a_hundred_cells_and_none_twice() -> None:
    asked = [tuple(list(cell.values())[:6]) for cell in cells()]

    assert len(set(asked)) == len(asked) >= 100


@pytest.mark.parametrize(
    "cell", cells(), ids=lambda cell: "-".join(filter(None, list(cell.values())[:6])).replace(" ", "")
)
def test_a_buyer_is_treated_as_the_law_says(cell: dict[str, str]) -> None:
    assert written(decided(cell)) == {name: cell[name] for name in written(decided(cell))}


def test_the_matrix_notices_a_decision_that_forgets_the_number() -> None:
    """The control: whoever treats everybody as a consumer fails in each cell with a reverse charge, and in
    each in which the number contradicts the address."""
    wrong = [
        cell
        for cell in cells()
        if written(
            decide(
                SELLERS[cell["seller"]],
                Buyer(cell["country"], cell["postcode"]),
                date.fromisoformat(cell["date"]),
            )
        )
        != {name: cell[name] for name in written(decided(cell))}
    ]

    assert len(wrong) == sum(cell["category"] == "AE" or _contradicts_itself(cell) for cell in cells())


def _contradicts_itself(cell: dict[str, str]) -> bool:
    """It would be outside without the number, and is not."""
    return (
        decide(Seller(), Buyer(cell["country"], cell["postcode"]), date.fromisoformat(cell["date"])).category
        is Category.OUTSIDE
        and cell["category"] != "O"
    )


def test_a_number_that_nobody_could_check_makes_the_invoice_provisional() -> None:
    treatment = decide(Seller(), Buyer("BE", "1000", "BE", IdStatus.UNKNOWN), DAY)

    assert treatment == replace(decide(Seller(), Buyer("BE", "1000"), DAY), provisional=True)


def test_a_dutch_number_never_leads_to_the_one_stop_shop() -> None:
    treatment = decide(SELLERS["nl-oss"], Buyer("BE", "1000", "NL", IdStatus.VALID), DAY)

    assert (treatment.category, treatment.rate, treatment.taxed_in) == (Category.STANDARD, Decimal(21), "NL")


def test_a_day_without_a_known_rate_is_refused() -> None:
    with pytest.raises(UnknownRate):
        decide(Seller(oss_since=date(2021, 1, 1)), Buyer("BE", "1000"), date(2021, 6, 30))
