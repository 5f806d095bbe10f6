"""Which network address a request came from, believing only the proxies that are ours."""

import re
from ipaddress import ip_address
from typing import Any

from django.conf import settings

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
#: By far the most, and already in the one spelling there is.
_PLAIN_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}", re.ASCII)


def client_address(meta: dict[str, Any]) -> str:
    """The visitor's address, or '' where it is not known (a Unix socket without a proxy).

    With ``TRUSTED_PROXIES = n`` it is the n-th address from the right of X-Forwarded-For: each of our
    proxies appended one, and whatever stands further left was written by the client.
    """
    claimed = str(meta.get("REMOTE_ADDR") or "")
    if settings.TRUSTED_PROXIES:
        hops = str(meta.get("HTTP_X_FORWARDED_FOR") or "").split(",")
        if len(hops) >= settings.TRUSTED_PROXIES:
            claimed = hops[-settings.TRUSTED_PROXIES]
    return _normal(claimed.strip()[:64])


def _normal(claimed: str) -> str:
    """One spelling for each address; an IPv4 address in IPv6 clothes is IPv4; nonsense is ''."""
    if _PLAIN_IPV4.fullmatch(claimed):
        return claimed
    try:
        address = ip_address(claimed.strip("[]"))
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).compressed


def network(address: str) -> str:
    """What counts as one visitor for rates: an IPv4 address, or an IPv6 /64."""
    if ":" not in address:
        return address
    return ":".join(ip_address(address).exploded.split(":")[:4])
