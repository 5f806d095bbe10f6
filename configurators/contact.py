"""The fixed fields of a visitor who asks for an offer: name, e-mail address, telephone number."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import phonenumbers
from django.utils.translation import gettext_lazy as _

from configurators.compiled import Compiled
from configurators.definition.sanity import has_forbidden_characters
from configurators.errors import Error, Errors, InvalidAnswers, error

MAX_NAME = 200
MAX_EMAIL = 254
_MAX_LOCAL_PART = 64
_MAX_PHONE = 40

_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_DOMAIN_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_PHONE = re.compile(r"[0-9+()./ \-\u00a0]+")


@dataclass(frozen=True, slots=True)
class Contact:
    """`phone` is in the international form (E.164), or empty."""

    name: str
    email: str
    phone: str

    def __repr__(self) -> str:
        return "Contact(…)"  # never in a log or a traceback


def read_contact(compiled: Compiled, data: Mapping[str, object], *, country: str = "NL") -> Contact:
    """From a posted form's lists or a JSON object; `country` tells what a number without +.. belongs to."""
    group = compiled.contact
    if group is None:
        raise InvalidAnswers({"email": [error("unknown", _("This form does not ask for contact details."))]})
    errors: Errors = {}
    name = _field(data, "name", errors)
    email = _field(data, "email", errors)
    phone = _field(data, "phone", errors)
    _keep_error(errors, "name", _name_error(name))
    email, email_error = _read_email(email)
    _keep_error(errors, "email", email_error)
    phone, phone_error = _read_phone(phone, group.phone, country)
    _keep_error(errors, "phone", phone_error)
    if errors:
        raise InvalidAnswers(errors)
    return Contact(name, email, phone)


def _field(data: Mapping[str, object], field: str, errors: Errors) -> str:
    sent = data.get(field)
    if isinstance(sent, (list, tuple)):
        if len(sent) > 1:
            errors[field] = [error("duplicate", _("This was answered twice."))]
            return ""
        sent = sent[0] if sent else None
    if sent is not None and not isinstance(sent, str):
        errors[field] = [error("wrong_type", _("This answer is not of the right kind."))]
        return ""
    return (sent or "").strip()


def _keep_error(errors: Errors, field: str, found: Error | None) -> None:
    if found is not None:
        errors.setdefault(field, [found])


def _name_error(name: str) -> Error | None:
    if not name:
        return error("required", _("Fill in your name."))
    if len(name) > MAX_NAME:
        return error("too_long", _("Write at most %(most)s characters."), most=MAX_NAME)
    if has_forbidden_characters(name, ""):
        return error("characters", _("This holds characters that cannot be used here."))
    return None


def _read_email(text: str) -> tuple[str, Error | None]:
    if not text:
        return "", error("required", _("Fill in your e-mail address."))
    if len(text) > MAX_EMAIL:
        return "", error("too_long", _("Write at most %(most)s characters."), most=MAX_EMAIL)
    local, _at, domain = text.rpartition("@")
    ascii_domain = _ascii_domain(domain)
    if len(local) > _MAX_LOCAL_PART or not _LOCAL_PART.fullmatch(local) or not ascii_domain:
        return "", error("not_an_email", _("Write a whole e-mail address, like name@example.org."))
    return f"{local}@{ascii_domain}", None


def _ascii_domain(domain: str) -> str:
    """The domain as mail systems write it, or nothing when it is none."""
    try:
        encoded = (domain if domain.isascii() else domain.encode("idna").decode("ascii")).lower()
    except UnicodeError:
        return ""
    labels = encoded.split(".")
    whole = (
        len(labels) > 1 and len(encoded) <= 253 and all(_DOMAIN_LABEL.fullmatch(label) for label in labels)
    )
    return encoded if whole and not labels[-1].isdigit() else ""


def _read_phone(text: str, asked: str, country: str) -> tuple[str, Error | None]:
    if asked == "hidden":
        return "", error("unknown", _("This form does not ask for a telephone number.")) if text else None
    if not text:
        return "", error("required", _("Fill in your telephone number.")) if asked == "required" else None
    number = _international(text, country)
    if number is None:
        return "", error("not_a_phone", _("Write a whole telephone number, like +31 20 123 45 67."))
    return number, None


def _international(text: str, country: str) -> str | None:
    if len(text) > _MAX_PHONE or not _PHONE.fullmatch(text):
        return None
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
