"""Composing a mail from ``templates/mail/<name>.txt``, and its optional ``.html``, in one language."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import css_inline
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.template import Context, Engine, TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.translation import override

SUBJECT = "Subject:"


class BadAddress(ValueError):
    """The text is no e-mail address; it is not quoted here."""


class BadTemplate(ValueError):
    """A mail template does not begin with a line ``Subject: …``."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, ready to be sealed."""

    subject: str
    text: str
    html: str = ""
    reply_to: str = ""
    sender_name: str = ""
    #: Where the reader refuses further mail of this kind; empty where there is nothing to refuse.
    choices_url: str = ""

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Letter":
        return cls(**json.loads(text))


def compose(
    *,
    template: str,
    context: Mapping[str, Any],
    language: str,
    reply_to: str = "",
    sender_name: str = "",
    choices_url: str = "",
) -> Letter:
    """Render a template; only its first line becomes a header, so no value can add another one.

    With a ``choices_url`` every form of the mail ends with it, whatever its template says.
    """
    context = {**context, "choices_url": choices_url}
    with override(language):
        subject, text = _split(_render_text(f"mail/{template}.txt", context))
        return Letter(
            subject=one_line(subject),
            text=text + (_render_text("mail/_choices.txt", context) if choices_url else ""),
            html=_render_html(f"mail/{template}.html", context),
            reply_to=address(reply_to) if reply_to else "",
            sender_name=one_line(sender_name),
            choices_url=choices_url,
        )


def address(text: str) -> str:
    """A single address that may stand in a header. Raises BadAddress."""
    trimmed = text.strip()
    try:
        validate_email(trimmed)
    except ValidationError:
        raise BadAddress("This is not an e-mail address.") from None
    return trimmed


def one_line(text: str) -> str:
    """Text that may stand in a header: one line, without control or formatting characters."""
    kept = (" " if character.isspace() else character for character in text)
    return " ".join("".join(c for c in kept if unicodedata.category(c)[0] != "C").split())


def _render_text(name: str, context: Mapping[str, Any]) -> str:
    """Plain text is not HTML: nothing is escaped."""
    template = Engine.get_default().get_template(name)
    return template.render(Context(dict(context), autoescape=False))


def _split(rendered: str) -> tuple[str, str]:
    first, _, rest = rendered.strip().partition("\n")
    if not first.startswith(SUBJECT):
        raise BadTemplate("A mail template begins with the line 'Subject: …'.")
    return first.removeprefix(SUBJECT), rest.strip() + "\n"


def _render_html(name: str, context: Mapping[str, Any]) -> str:
    """The HTML with its styles moved into the elements, as mail programs want it; empty without one."""
    try:
        rendered = render_to_string(name, dict(context))
    except TemplateDoesNotExist as missing:
        if str(missing) != name:
            raise
        return ""
    return _inliner().inline(rendered)


@lru_cache(maxsize=1)
def _inliner() -> css_inline.CSSInliner:
    styles = Engine.get_default().get_template("mail/mail.css").render(Context())
    return css_inline.CSSInliner(load_remote_stylesheets=False, extra_css=styles)
