"""What VIES says of a VAT number, and what is made of it when it says nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from billing import house as seller
from billing.models import BillingAccount, VatEvidence
from billing.vat import evidence
from billing.vat.deciding import Category, IdStatus
from billing.vat.treating import depends_on_number, treatment_of
from tests.billing.papers import BELGIAN, SELLER_SETTING, company
from tests.cast import Member
from tests.delivery.receiver import Receiver, receiving

VALID = {
    "countryCode": "BE", "vatNumber": "0123456749", "requestDate": "2026-11-30T10:00:00.000Z", "valid": True,
    "requestIdentifier": "WAPIAAAAY3b9xYJ2", "name": "ACME B.V.", "address": "DORPSTRAAT 9\n1000 BRUSSEL",
}  # fmt: skip


@pytest.fixture
def vies(settings) -> Iterator[Receiver]:
    with receiving() as found:
        settings.EMBEDDED = True
        settings.WEBHOOK_LOOPBACK_PORTS = frozenset({found.port})
        settings.VIES_URL, settings.SELLER = found.url, SELLER_SETTING
        answer(found, VALID)
        yield found


def answer(vies: Receiver, body: Any, status: int = 200) -> None:
    vies.body, vies.status = body if isinstance(body, bytes) else json.dumps(body).encode(), status


def abroad(member: Member) -> BillingAccount:
    return company(member.organisation, country="BE", vat_id=BELGIAN)


def note(account: BillingAccount, status: IdStatus, *, days_ago: float = 0) -> VatEvidence:
    moment = timezone.now() - timedelta(days=days_ago)
    return VatEvidence.objects.create(
        organisation_id=account.organisation_id,
        vat_id=account.vat_id,
        status=status,
        checked_at=moment,
        books_closed_at=moment,
    )


def test_it_is_asked_under_our_own_number(vies: Receiver, alice: Member) -> None:
    evidence.check(abroad(alice))

    asked = {"countryCode": "BE", "vatNumber": "0123456749", "requesterMemberStateCode": "NL"}
    assert vies.said == [asked | {"requesterNumber": "000099998B57"}]


def test_the_proof_is_kept_and_no_name(vies: Receiver, alice: Member) -> None:
    found = evidence.check(abroad(alice))

    assert (found.status, found.consultation, found.name_matches) == ("valid", "WAPIAAAAY3b9xYJ2", True)
    assert len(found.answer_sha256) == 64
    assert "ACME" not in str(VatEvidence.objects.values().get())


def test_another_name_is_noted(vies: Receiver, alice: Member) -> None:
    answer(vies, VALID | {"name": "GLOBEX NV"})

    assert evidence.check(abroad(alice)).name_matches is False


@pytest.mark.parametrize("name", ["---", "", None])
def test_where_no_name_is_told_nothing_is_said_of_it(vies: Receiver, alice: Member, name: object) -> None:
    answer(vies, VALID | {"name": name})

    assert evidence.check(abroad(alice)).name_matches is None


def test_a_number_that_is_not_in_use_is_invalid(vies: Receiver) -> None:
    answer(vies, VALID | {"valid": False})

    assert evidence.ask(BELGIAN).status is IdStatus.INVALID


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"actionSucceed": False, "errorWrappers": [{"error": "MS_UNAVAILABLE"}]}, 200),
        ({"actionSucceed": False, "errorWrappers": [{"error": "MS_MAX_CONCURRENT_REQ"}]}, 500),
        ({"actionSucceed": False, "errorWrappers": [{"error": "INVALID_INPUT"}]}, 400),
        (VALID, 503),
        (VALID, 302),
        (b"", 200),
        (b"<html>", 200),
        (b"\xff\xfe", 200),
        (b"[" * 16000, 200),
        ([], 200),
        ("valid", 200),
        ({"valid": True}, 200),
        (VALID | {"valid": "true"}, 200),
        (VALID | {"valid": 1}, 200),
        (VALID | {"valid": None}, 200),
        (VALID | {"vatNumber": "0999999922"}, 200),
        (VALID | {"countryCode": "DE"}, 200),
    ],
)
def test_what_is_no_answer_leaves_it_unknown(vies: Receiver, body: object, status: int) -> None:
    answer(vies, body, status)

    assert evidence.ask(BELGIAN).status is IdStatus.UNKNOWN


def test_nobody_there_leaves_it_unknown(vies: Receiver, settings) -> None:
    settings.VIES_URL = "http://127.0.0.1:1/"
    settings.WEBHOOK_LOOPBACK_PORTS = frozenset({1})

    assert evidence.ask(BELGIAN).status is IdStatus.UNKNOWN


def test_silence_leaves_it_unknown(vies: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    vies.silent = 5
    monkeypatch.setattr("delivery.outbound.IN_ALL_SECONDS", 0.2)

    assert evidence.ask(BELGIAN).status is IdStatus.UNKNOWN


def test_without_an_address_nobody_is_asked(vies: Receiver, settings) -> None:
    settings.VIES_URL = ""

    assert (evidence.ask(BELGIAN).status, vies.got) == (IdStatus.UNKNOWN, [])


# --- What counts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ([], "unknown"),
        ([("valid", 29.9)], "valid"),
        ([("valid", 30.1)], "unknown"),
        ([("valid", 5), ("unknown", 1)], "valid"),
        ([("valid", 31), ("unknown", 1)], "unknown"),
        ([("valid", 5), ("invalid", 1)], "invalid"),
        ([("valid", 5), ("invalid", 2), ("unknown", 1)], "invalid"),
        ([("invalid", 5), ("valid", 1)], "valid"),
        ([("invalid", 31)], "unknown"),
    ],
)
def test_the_last_answer_counts_for_thirty_days(
    alice: Member, known: list[tuple[str, float]], expected: str
) -> None:
    account = abroad(alice)
    for status, days_ago in known:
        note(account, IdStatus(status), days_ago=days_ago)

    assert evidence.status_of(account) == expected


def test_the_proof_of_another_number_counts_for_nothing(alice: Member) -> None:
    account = abroad(alice)
    note(account, IdStatus.VALID)
    account.vat_id = "BE0999999922"

    assert evidence.status_of(account) is IdStatus.UNKNOWN


def test_the_proof_of_another_organisation_counts_for_nothing(alice: Member, charlie: Member) -> None:
    note(abroad(alice), IdStatus.VALID)

    assert evidence.status_of(abroad(charlie)) is IdStatus.UNKNOWN


def test_what_is_known_is_not_asked_again(vies: Receiver, alice: Member) -> None:
    account = abroad(alice)

    said = [evidence.make_sure(account), evidence.make_sure(account)]

    assert (said, len(vies.got)) == ([IdStatus.VALID, IdStatus.VALID], 1)


def test_a_number_that_nobody_could_check_is_asked_about_once_an_hour(alice: Member) -> None:
    account = abroad(alice)
    note(account, IdStatus.UNKNOWN, days_ago=2 / 24)

    said = [evidence.make_sure(account) for _ in range(3)]

    assert (said, VatEvidence.objects.count()) == ([IdStatus.UNKNOWN] * 3, 2)


def test_a_valid_number_makes_zero_and_an_unknown_one_is_provisional(alice: Member) -> None:
    account = abroad(alice)
    before = treatment_of(account)
    note(account, IdStatus.VALID)
    after = treatment_of(account)

    assert (before.category, before.rate, before.provisional) == (Category.STANDARD, 21, True)
    assert (after.category, after.rate, after.listed) == (Category.REVERSE_CHARGE, 0, True)


@pytest.mark.parametrize(
    ("country", "number", "expected"),
    [("BE", BELGIAN, True), ("BE", "", False), ("NL", "NL000099998B57", False), ("NL", BELGIAN, False)],
)
def test_a_number_is_asked_about_where_it_matters(
    alice: Member, country: str, number: str, *, expected: bool
) -> None:
    account = company(alice.organisation, country=country, vat_id=number)

    assert depends_on_number(account) is expected


@pytest.mark.parametrize(
    ("checked", "begins", "closed", "goes"),
    [
        (datetime(2026, 3, 1, tzinfo=UTC), 1, date(2027, 1, 1), date(2034, 1, 1)),
        (datetime(2026, 12, 20, tzinfo=UTC), 1, date(2028, 1, 1), date(2035, 1, 1)),
        (datetime(2026, 6, 20, tzinfo=UTC), 7, date(2027, 7, 1), date(2034, 7, 1)),
        (datetime(2026, 5, 20, tzinfo=UTC), 7, date(2026, 7, 1), date(2033, 7, 1)),
    ],
)
def test_it_is_kept_as_long_as_an_invoice_can_rest_on_it(
    settings, checked: datetime, begins: int, closed: date, goes: date
) -> None:
    settings.SELLER_YEAR_BEGINS = begins

    kept = evidence.kept(checked)

    assert {name: seller.day_of(moment) for name, moment in kept.items()} == {
        "books_closed_at": closed,
        "purge_after": goes,
    }
