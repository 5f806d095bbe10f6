"""Which addresses of pages we print and link to: public ones, that say where they lead.

``https://your-bank.example@evil.example/`` leads to evil.example, and ``https://2130706433/`` to the
reader's own machine; whoever reads a link sees neither.
"""

import ipaddress
import unicodedata
from urllib.parse import SplitResult, urlsplit

import idna
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from delivery.public_addresses import is_public_ip

_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_LOCAL_NAMES = ("localhost", "local", "internal", "home.arpa")


def public_web_address(value: str) -> None:
    """Refuse an address with a user name, invisible characters, another scheme, or of a private network."""
    if "\\" in value or any(unicodedata.category(character) in _INVISIBLE for character in value):
        raise ValidationError(
            _("Remove the backslashes and invisible characters from this address."), code="characters"
        )
    parts = _parts(value)
    if parts.scheme.lower() not in ("http", "https"):
        raise ValidationError(_("Enter an address that begins with https://."), code="scheme")
    if "@" in parts.netloc:
        raise ValidationError(
            _("Leave out the user name before the “@”: enter the address of a page."), code="user_name"
        )
    if not _is_public(parts.hostname or ""):
        raise ValidationError(
            _("This address cannot be reached from the internet. Enter a public one."), code="private"
        )


def _parts(value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  reading it is what checks it
    except ValueError:
        raise ValidationError(_("Enter a valid web address."), code="invalid") from None
    return parts


def _is_public(host: str) -> bool:
    name = _as_a_browser_reads_it(host)
    address = _ip_address(name)
    if address is not None:
        return is_public_ip(address)
    if _ends_in_a_number(name):
        return False  # 127.1 and 0x7f000001 are addresses too, written so that nobody sees which
    return "." in name and not any(name == local or name.endswith(f".{local}") for local in _LOCAL_NAMES)


def _as_a_browser_reads_it(host: str) -> str:
    """Lower case, full-width characters made plain, no dot at the end."""
    try:
        plain = idna.uts46_remap(host, std3_rules=False, transitional=False)
    except (idna.IDNAError, UnicodeError):
        return ""
    return plain.replace("\u3002", ".").rstrip(".")


def _ip_address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _ends_in_a_number(name: str) -> bool:
    last = name.rpartition(".")[2]
    return last.isdigit() or last.startswith("0x")
