"""The pages that customers see: plain HTML that works without JavaScript, in Dutch, English and French.

Each says at the top that it is a stand-in and takes no money.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from billing.standin.errors import StripeError
from billing.standin.routes import Paths
from billing.standin.texts import MONTHS, TEXTS
from billing.standin.world import Obj, World

LANGUAGES = ("nl", "en", "fr")
_CSP = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
_CSS = (Path(__file__).parent / "standin.css").read_bytes()


@dataclass(frozen=True, slots=True)
class Page:
    """An answer to a browser."""

    status: int
    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    to: str | None = None

    def headers(self) -> dict[str, str]:
        found = {
            "Content-Type": self.kind,
            "Cache-Control": "no-store",
            "Content-Security-Policy": _CSP,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        return {**found, "Location": self.to} if self.to else found


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of a browser."""

    world: World
    form: Obj
    query: Obj
    accept_language: str


Show = Callable[..., Page]
PAGES: Paths[Show] = Paths()


def on(method: str, path: str) -> Callable[[Show], Show]:
    """Declare a page: ``show(visit, *what the path names)``."""
    return lambda show: PAGES.add(method, path, show)


@on("GET", "/standin.css")
def stylesheet(visit: Visit) -> Page:
    return Page(200, _CSS, "text/css; charset=utf-8")


def go(url: str) -> Page:
    """After a form: the next page is asked for anew."""
    return Page(303, to=url)


# --- Words ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one language."""

    language: str
    texts: dict[str, str] = field(repr=False)

    def __call__(self, name: str, **values: Any) -> str:
        return self.texts[name].format(**values)

    def refusal(self, error: Exception) -> str:
        """What Stripe refuses, for the person who was refused."""
        said = error.error if isinstance(error, StripeError) else {}
        codes = [f"refused_{said.get(name)}" for name in ("decline_code", "code")]
        return next((self.texts[code] for code in codes if code in self.texts), self.texts["refused_other"])

    def money(self, amount: int, currency: str) -> str:
        whole, cents = divmod(abs(amount), 100)
        dot, comma = (
            (".", ",") if self.language == "nl" else ("\u202f", ",") if self.language == "fr" else (",", ".")
        )
        number = f"{whole:,}".replace(",", dot) + comma + f"{cents:02d}"
        sign = "−" if amount < 0 else ""
        name = "€" if currency == "eur" else currency.upper()
        return f"{sign}{number}\u00a0{name}" if self.language == "fr" else f"{sign}{name}\u00a0{number}"

    def date(self, at: int) -> str:
        then = datetime.fromtimestamp(at, UTC)
        return f"{then.day} {MONTHS[self.language][then.month - 1]} {then.year}"


def words_for(locale: str | None, accept_language: str) -> Words:
    """A session says its language; without one the browser does."""
    for wanted in [locale or "", *accept_language.split(",")]:
        language = wanted.strip()[:2].lower()
        if language in LANGUAGES:
            return Words(language, TEXTS[language])
    return Words("en", TEXTS["en"])


# --- HTML ----------------------------------------------------------------------------------------


def html(words: Words, title: str, *parts: str, status: int = 200) -> Page:
    """A whole page around its parts, which are HTML already."""
    text = f"""<!doctype html>
<html lang="{words.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{escape(title)}</title>
<link rel="stylesheet" href="/standin.css">
</head>
<body>
<header class="notice"><strong>{escape(words("notice"))}</strong> {escape(words("notice_more"))}</header>
<main>
<h1>{escape(title)}</h1>
{"".join(parts)}
</main>
</body>
</html>
"""
    return Page(status, text.encode())


def sorry(refusal: Exception, accept_language: str) -> Page:
    words = words_for(None, accept_language)
    return html(words, words("sorry"), refused(words, refusal), status=400)


def refused(words: Words, refusal: Exception | None) -> str:
    return f'<p class="error" role="alert">{escape(words.refusal(refusal))}</p>' if refusal else ""


def paragraph(text: str, kind: str = "") -> str:
    return f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def form(action: str, *parts: str) -> str:
    return f'<form method="post" action="{escape(action)}">{"".join(parts)}</form>'


def button(text: str, *, name: str = "", value: str = "", kind: str = "") -> str:
    named = f' name="{escape(name)}" value="{escape(value)}"' if name else ""
    return f'<button type="submit"{named} class="{kind}">{escape(text)}</button>'


def link(text: str, url: str | None) -> str:
    return f'<p><a href="{escape(url)}">{escape(text)}</a></p>' if url else ""


def field_for(
    label: str, name: str, *, value: str = "", hint: str = "", complete: str = "off", numeric: bool = False
) -> str:
    mode = ' inputmode="numeric"' if numeric else ""
    note = f'<span class="hint" id="{name}-hint">{escape(hint)}</span>' if hint else ""
    described = f' aria-describedby="{name}-hint"' if hint else ""
    return (
        f'<p class="field"><label for="{name}">{escape(label)}</label>{note}'
        f'<input id="{name}" name="{name}" value="{escape(value)}" autocomplete="{complete}"'
        f"{mode}{described}></p>"
    )


def choice(label: str, name: str, value: str, *, chosen: bool, inside: str = "") -> str:
    """One radio button, with the fields that belong to it."""
    checked = " checked" if chosen else ""
    return (
        f'<div class="choice"><label><input type="radio" name="{name}" value="{escape(value)}"{checked}>'
        f" {escape(label)}</label>{inside}</div>"
    )


def table(rows: list[tuple[str, str]], total: tuple[str, str] | None = None) -> str:
    body = "".join(
        f"<tr><th scope=row>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in rows
    )
    foot = (
        f"<tfoot><tr><th scope=row>{escape(total[0])}</th><td>{escape(total[1])}</td></tr></tfoot>"
        if total
        else ""
    )
    return f"<table><tbody>{body}</tbody>{foot}</table>"
