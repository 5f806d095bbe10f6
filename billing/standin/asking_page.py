"""The page on which a bank asks its customer."""

from __future__ import annotations

from billing.standin import asking
from billing.standin.errors import StripeError
from billing.standin.pages import Page, Visit, button, form, go, html, link, on, paragraph, refused, words_for

_PATH = "/ask/{about}"


@on("GET", _PATH)
def show(visit: Visit, about: str) -> Page:
    words = words_for(_locale(visit, about), visit.accept_language)
    asked = asking.question(visit.world, about)
    title = words("ask_card" if asked.method["type"] == "card" else "ask_bank")
    amount = (
        words("ask_amount", price=words.money(asked.amount, asked.currency))
        if asked.amount
        else words("ask_none")
    )
    return html(
        words,
        title,
        paragraph(amount),
        form(
            f"/ask/{about}",
            button(words("accept"), name="answer", value="accept"),
            button(words("refuse"), name="answer", value="refuse", kind="second"),
        ),
    )


@on("POST", _PATH)
def answer(visit: Visit, about: str) -> Page:
    """A refusal at Checkout leads back to its page, to choose anew."""
    try:
        return go(asking.answer(visit.world, about, accepted=visit.form.get("answer") == "accept"))
    except StripeError as refusal:
        words = words_for(_locale(visit, about), visit.accept_language)
        back = f"/pay/{about}" if visit.world.find("checkout.session", about) else None
        return html(words, words("sorry"), refused(words, refusal), link(words("back"), back), status=402)


def _locale(visit: Visit, about: str) -> str | None:
    session = visit.world.find("checkout.session", about)
    return session["locale"] if session else None
