"""Our own numbers under everything that could make a gap."""

from __future__ import annotations

import random
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connections, transaction

from billing.models import Series
from billing.numbering import Kind, NoTransaction, Taken, take
from billing.seller import Entity

ENTITY = Entity("nl")
DAY = date(2026, 11, 30)
ISSUERS, EACH, ROLLED_BACK = 8, 60, 0.2


class Changed(Exception):
    """Somebody changed their mind after the number was taken."""


def position(taken: Taken) -> int:
    found = re.fullmatch(r"OM-2026-(\d{5})", taken.number)
    assert found
    return int(found[1])


@pytest.mark.django_db
def test_numbers_count_up_within_their_year_and_kind() -> None:
    taken = [
        take(ENTITY, Kind.INVOICE, DAY),
        take(ENTITY, Kind.INVOICE, DAY),
        take(ENTITY, Kind.CREDIT_NOTE, DAY),
        take(ENTITY, Kind.INVOICE, date(2027, 1, 1)),
        take(Entity("be", prefix="OB"), Kind.INVOICE, DAY),
    ]

    assert [each.number for each in taken] == [
        "OM-2026-00001",
        "OM-2026-00002",
        "OMC-2026-00001",
        "OM-2027-00001",
        "OB-2026-00001",
    ]


@pytest.mark.django_db
def test_a_clock_that_is_behind_dates_nothing_back() -> None:
    take(ENTITY, Kind.INVOICE, DAY)

    assert take(ENTITY, Kind.INVOICE, DAY - timedelta(days=1)).issued_on == DAY


def test_a_number_is_taken_in_the_transaction_of_its_invoice(transactional_db: None) -> None:
    with pytest.raises(NoTransaction):
        take(ENTITY, Kind.INVOICE, DAY)

    assert not Series.objects.exists()


def test_eight_issuers_of_whom_some_roll_back_leave_no_gap(transactional_db: None) -> None:
    def issue(number: int) -> list[Taken]:
        chance, kept = random.Random(number), []
        try:
            for n in range(EACH):
                try:
                    with transaction.atomic():
                        taken = take(ENTITY, Kind.INVOICE, DAY + timedelta(days=n % 5 + number % 2))
                        if chance.random() < ROLLED_BACK:
                            raise Changed
                    kept.append(taken)
                except Changed:
                    pass
            return kept
        finally:
            connections.close_all()

    with ThreadPoolExecutor(ISSUERS) as pool:
        kept = sorted((each for some in pool.map(issue, range(ISSUERS)) for each in some), key=position)

    assert [position(each) for each in kept] == list(range(1, len(kept) + 1))
    assert [each.issued_on for each in kept] == sorted(each.issued_on for each in kept)
    assert len(kept) < ISSUERS * EACH
