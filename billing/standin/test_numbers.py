"""The card and account numbers that Stripe gives for testing, and what becomes of each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decline:
    code: str
    decline_code: str | None
    message: str


_DECLINED = "Your card was declined."
GENERIC = Decline("card_declined", "generic_decline", _DECLINED)
NO_MONEY = Decline("card_declined", "insufficient_funds", "Your card has insufficient funds.")
LOST = Decline("card_declined", "lost_card", _DECLINED)
EXPIRED = Decline("expired_card", "expired_card", "Your card has expired.")
WRONG_CVC = Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.")
UNPROCESSED = Decline(
    "processing_error",
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
)
NOT_A_TEST = Decline(
    "card_declined",
    "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test card.",
)
REFUSED_3DS = Decline(
    "payment_intent_authentication_failure",
    None,
    "We are unable to authenticate your payment method."
    " Please choose a different payment method and try again.",
)
ASKS_3DS = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)


@dataclass(frozen=True, slots=True)
class Card:
    """``asks`` for 3-D Secure never, once (when it is saved or first used), or always."""

    brand: str = "visa"
    on_saving: Decline | None = None
    on_charge: Decline | None = None
    asks: str = "never"
    disputed: bool = False


CARDS = {
    "4242424242424242": Card(),
    "4000056655665556": Card(),
    "5555555555554444": Card("mastercard"),
    "4000005280000002": Card(),
    "4000002500003155": Card(asks="once"),
    "4000002760003184": Card(asks="always"),
    "4000008260003178": Card(asks="always", on_charge=NO_MONEY),
    "4000000000000002": Card(on_saving=GENERIC, on_charge=GENERIC),
    "4000000000009995": Card(on_saving=NO_MONEY, on_charge=NO_MONEY),
    "4000000000009987": Card(on_saving=LOST, on_charge=LOST),
    "4000000000000069": Card(on_saving=EXPIRED, on_charge=EXPIRED),
    "4000000000000127": Card(on_saving=WRONG_CVC, on_charge=WRONG_CVC),
    "4000000000000119": Card(on_saving=UNPROCESSED, on_charge=UNPROCESSED),
    "4000000000000341": Card(on_charge=GENERIC),
    "4000000000000259": Card(disputed=True),
}
#: Payment methods that exist in every test account and are copied when they are attached.
READY_MADE = {
    "pm_card_visa": "4242424242424242",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_authenticationRequiredOnSetup": "4000002500003155",
    "pm_card_authenticationRequired": "4000002760003184",
    "pm_card_chargeDeclined": "4000000000000002",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "pm_card_createDispute": "4000000000000259",
    "pm_success_de": "DE89370400440532013000",
    "pm_failed_de": "DE62370400440532013001",
    "pm_disputed_de": "DE35370400440532013002",
}


@dataclass(frozen=True, slots=True)
class Account:
    """What a direct debit from an account comes to, after the bank's days."""

    fails: Decline | None = None
    disputed: bool = False


_BANK_REFUSED = Decline("payment_intent_payment_attempt_failed", None, "The payment failed.")
_NO_COVER = Decline(
    "insufficient_funds", None, "The customer's account has insufficient funds to cover this payment."
)
ACCOUNTS = {
    "DE62370400440532013001": Account(fails=_BANK_REFUSED),
    "DE78370400440532013004": Account(fails=_BANK_REFUSED),
    "DE65370400440002222227": Account(fails=_NO_COVER),
    "DE35370400440532013002": Account(disputed=True),
}
#: The account behind a bank's page, iDEAL's or Bancontact's.
BEHIND_BANK = {"ideal": "NL39RABO0300065264", "bancontact": "BE68539007547034"}


def card(number: str) -> Card | None:
    """None for a number that is no card's at all; one that is no test card is declined everywhere."""
    if number in CARDS:
        return CARDS[number]
    return Card(on_saving=NOT_A_TEST, on_charge=NOT_A_TEST) if _passes_luhn(number) else None


def _passes_luhn(number: str) -> bool:
    if not number.isdecimal() or not 12 <= len(number) <= 19:
        return False
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def account(iban: str) -> Account | None:
    """None for a number that is no account's; every other one pays."""
    return ACCOUNTS.get(iban, Account()) if _passes_mod_97(iban) else None


def _passes_mod_97(iban: str) -> bool:
    if not (15 <= len(iban) <= 34 and iban.isascii() and iban.isalnum() and iban[:2].isalpha()):
        return False
    return int("".join(str(int(letter, 36)) for letter in iban[4:] + iban[:4])) % 97 == 1
