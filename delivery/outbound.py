"""The one door through which requests leave for addresses that customers name.

https and known ports alone; the name is looked up once, and the connection goes to the very address that was
looked at; no private network, no redirect, no proxy and no password from the environment; an answer is read
up to a limit, within a time.
"""

import ipaddress
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

import requests
from django.conf import settings
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter_adapter import IPFilterAdapter

from delivery.public_addresses import is_public_ip

PORTS = frozenset({443, 8443})
CONNECT_SECONDS = 5.0
READ_SECONDS = 8.0
#: However slowly the other side drips, nobody waits longer.
IN_ALL_SECONDS = 12.0
LARGEST_ANSWER = 16 * 1024
LARGEST_PAGE = 1024 * 1024
USER_AGENT = "Opmaat-Webhooks/1"
LOOKS_AS = "Opmaat-Check/1"

T = TypeVar("T")

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


class NotAllowed(Exception):
    """The address is one that this door does not open to."""


class Unreachable(Exception):
    """No answer: ``reason`` is the name of what went wrong, without an address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said; the body is cut off at LARGEST_ANSWER."""

    status: int
    body: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Page:
    """Somebody's web page; names of headers in small letters, the body cut off at LARGEST_PAGE."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def check(url: str) -> None:
    """Raise NotAllowed for an address that is refused whatever its name turns out to lead to."""
    parts = _parts(url)
    if _is_allowed_loopback(parts):
        return
    if parts.scheme != "https":
        raise NotAllowed("scheme")
    if (parts.port or 443) not in PORTS:
        raise NotAllowed("port")


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send one request. Raises NotAllowed or Unreachable; a redirect is an answer like any other."""
    check(url)
    return _within(IN_ALL_SECONDS, lambda: _post(url, body, headers))


def get(url: str, *, seconds: float | None = None) -> Page:
    """Look at one page within so many seconds, or IN_ALL_SECONDS.

    Raises NotAllowed or Unreachable; a redirect is an answer like any other.
    """
    check(url)
    allowed = IN_ALL_SECONDS if seconds is None else seconds
    return _within(allowed, lambda: _get(url, until=monotonic() + allowed))


def _get(url: str, *, until: float) -> Page:
    try:
        with (
            _session(allow_loopback=_is_allowed_loopback(_parts(url)), user_agent=LOOKS_AS) as session,
            session.get(url, headers={"Accept": "text/html"}, stream=True) as response,
        ):
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Page(response.status_code, headers, _read(response, until, LARGEST_PAGE))
    except (requests.RequestException, ValueError, OSError) as error:
        raise Unreachable(type(error).__name__) from None


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    until = monotonic() + IN_ALL_SECONDS
    try:
        with (
            _session(allow_loopback=_is_allowed_loopback(_parts(url))) as session,
            session.post(url, data=body, headers=dict(headers), stream=True) as response,
        ):
            return Answer(response.status_code, _read(response, until))
    except (requests.RequestException, ValueError, OSError) as error:
        raise Unreachable(type(error).__name__) from None


def _read(response: requests.Response, until: float, largest: int = LARGEST_ANSWER) -> bytes:
    read = b""
    for piece in response.iter_content(1024):
        read += piece
        if len(read) >= largest or monotonic() > until:
            break
    return read[:largest]


def _session(*, allow_loopback: bool, user_agent: str = USER_AGENT) -> HTTPSession:
    session = HTTPSession(
        Config(
            ip_filter_enable=True,
            ip_filter_allow_loopback_ips=allow_loopback,
            never_redirect=True,
            default_timeout=(CONNECT_SECONDS, READ_SECONDS),
            user_agent_override=user_agent,
        )
    )
    session.trust_env = False
    session.mount("https://", PublicAdapter(is_https_proto=True, allow_loopback=allow_loopback))
    session.mount("http://", PublicAdapter(is_https_proto=False, allow_loopback=allow_loopback))
    return session


class PublicAdapter(IPFilterAdapter):
    """requests-hardened's, which pins the address it looked up, with our own idea of what is public."""

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        host_params, pool_kwargs = super().build_connection_pool_key_attributes(*args, **kwargs)
        address = ipaddress.ip_address(host_params["host"].strip("[]"))
        if not is_public_ip(address) and not (self._allow_loopback and address.is_loopback):
            raise requests.exceptions.InvalidURL("This address is not public.")
        return host_params, pool_kwargs


def _within(seconds: float, call: Callable[[], T]) -> T:
    """The answer, or Unreachable after so long; a thread that is still at it is left to its own time-outs."""
    found: list[T] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            found.append(call())
        except Exception as error:  # noqa: BLE001  handed over to the thread that waits
            failed.append(error)

    thread = threading.Thread(target=run, name="outbound", daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not found:
        raise Unreachable("TookTooLong")
    return found[0]


def is_on_this_machine(url: str) -> bool:
    """Whether an address is a program on this machine that the operator named."""
    return _is_allowed_loopback(_parts(url))


def host_of(url: str) -> str:
    """The name of the other side."""
    return (_parts(url).hostname or "").rstrip(".")


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  reading it is what checks it
    except ValueError:
        raise NotAllowed("invalid") from None
    if not parts.hostname or "@" in parts.netloc:
        raise NotAllowed("invalid")
    return parts


def _is_allowed_loopback(parts: SplitResult) -> bool:
    """A program on this very machine: in a demonstration, on ports that the operator named."""
    named = settings.EMBEDDED and parts.port in settings.WEBHOOK_LOOPBACK_PORTS
    return named and parts.hostname in _LOOPBACK_NAMES and parts.scheme in ("http", "https")
