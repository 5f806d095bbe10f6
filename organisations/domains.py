"""The places on the web where an organisation's configurators may be embedded.

A place is a host name, with a port where it has one: ``www.example.org``, ``shop.example.org:8443``.
"""

import re

import idna
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_DOMAINS = 50
_HOST = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])\Z"
)
_LOOPBACK = frozenset({"localhost", "127.0.0.1"})


def parse_domain(text: str) -> str:
    """One host name in the form in which it is stored. Raises ValidationError with what to write instead."""
    written = text.strip().lower()
    _refuse_addresses(written)
    host, colon, port = written.partition(":")
    if colon and not (re.fullmatch(r"[0-9]{1,5}", port) and 1 <= int(port) <= 65535):
        raise ValidationError(_("The port must be a number from 1 to 65535."))
    return f"{_ascii_host(host)}:{int(port)}" if colon else _ascii_host(host)


def origins(domains: list[str]) -> list[str]:
    """The web origins that stored host names stand for, as Content-Security-Policy and CORS write them."""
    return [f"{'http' if _is_loopback(domain) else 'https'}://{domain}" for domain in domains]


def _refuse_addresses(written: str) -> None:
    if "://" in written:
        raise ValidationError(_("Leave out “https://”: write the host name alone, such as www.example.org."))
    if any(character in written for character in "/?#@\\"):
        raise ValidationError(_("Leave out everything after the host name, such as www.example.org."))
    if "*" in written:
        raise ValidationError(_("Name each host: an asterisk would let in hosts that are not yours."))


def _ascii_host(host: str) -> str:
    if settings.EMBEDDED and host in _LOOPBACK:
        return host
    try:
        ascii_host = idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        ascii_host = ""
    if not _HOST.match(ascii_host):
        raise ValidationError(_("This is not a host name such as www.example.org."))
    return ascii_host


def _is_loopback(domain: str) -> bool:
    return domain.partition(":")[0] in _LOOPBACK
