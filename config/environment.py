"""Typed readers of the environment that refuse nonsense and name the remedy."""

import os
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None, *, at_least: int = 0) -> str:
    """A string; ``at_least`` characters where a secret is wanted. ``NAME_FILE`` names a file instead."""
    value = os.environ.get(name)
    if value is None and (file := os.environ.get(f"{name}_FILE")):
        value = _read(name, file)
    if value is None:
        value = default
    if value is None:
        raise ImproperlyConfigured(f"Set {name} (or {name}_FILE); docs/operations.md lists the settings.")
    if len(value) < at_least:
        raise ImproperlyConfigured(f"{name} is too short: give at least {at_least} characters.")
    return value


def flag(name: str, default: bool) -> bool:
    """A yes or no: 1/0, true/false, yes/no, on/off."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be one of 1, 0, true, false, yes, no, on, off.")


def number(name: str, default: int, *, low: int, high: int) -> int:
    """A whole number within bounds."""
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        result = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number from {low} to {high}.") from None
    if not low <= result <= high:
        raise ImproperlyConfigured(f"{name} must be from {low} to {high}.")
    return result


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def folder(name: str, default: Path) -> Path:
    """An absolute folder; it need not exist yet."""
    path = Path(os.environ.get(name, str(default)))
    if not path.is_absolute():
        raise ImproperlyConfigured(f"{name} must be an absolute path.")
    return path


def origin(name: str, default: str) -> str:
    """A web origin such as https://app.example.org, without a path."""
    value = os.environ.get(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise ImproperlyConfigured(
            f"{name} must be an origin such as https://app.example.org, without a path."
        )
    return value


def mailbox_is_open(*, embedded: bool) -> bool:
    """Whether mail is read on a page without signing in: on this machine alone, unless told otherwise."""
    host = os.environ.get("HOST", "127.0.0.1")
    return embedded and (is_loopback(host) or flag("MAILBOX_FOR_EVERYONE", False))


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens there."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _read(name: str, file: str) -> str:
    try:
        return Path(file).read_text().strip()
    except OSError:
        raise ImproperlyConfigured(f"{name}_FILE names a file that cannot be read.") from None
