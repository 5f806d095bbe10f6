"""The part of a page on which somebody chooses how to pay."""

from __future__ import annotations

from html import escape

from billing.standin.pages import Words, choice, field_for
from billing.standin.world import Obj


def fields(words: Words, kinds: list[str], *, form: Obj) -> str:
    """One choice for each kind; of a single kind the fields alone would puzzle, so it is a choice too."""
    chosen = form.get("method") or kinds[0]
    choices = "".join(
        choice(words(kind), "method", kind, chosen=kind == chosen, inside=_INSIDE[kind](words, form))
        for kind in kinds
    )
    return f"<fieldset><legend>{escape(words('method'))}</legend>{choices}</fieldset>"


def _card(words: Words, form: Obj) -> str:
    number = field_for(
        words("number"),
        "number",
        value=form.get("number", ""),
        hint=words("number_hint"),
        complete="cc-number",
        numeric=True,
    )
    return number + field_for(words("expiry"), "expiry", value=form.get("expiry", ""), complete="cc-exp")


def _account(words: Words, form: Obj) -> str:
    iban = field_for(words("iban"), "iban", value=form.get("iban", ""), hint=words("iban_hint"))
    return f'{iban}<span class="soft">{escape(words("mandate"))}</span>'


def _bank(words: Words, form: Obj) -> str:
    return f'<span class="soft">{escape(words("bank_note"))}</span>'


_INSIDE = {"card": _card, "sepa_debit": _account, "ideal": _bank, "bancontact": _bank}


def name_of(words: Words, method: Obj) -> str:
    """Card •••• 4242."""
    details = method[method["type"]]
    last4 = details.get("last4")
    return f"{words(method['type'])} •••• {last4}" if last4 else words(method["type"])
