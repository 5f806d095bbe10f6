"""Requests leave for public addresses alone, whatever a name says it is."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from delivery import outbound
from delivery.outbound import Answer, NotAllowed, Unreachable
from tests.delivery.receiver import Receiver, receiving

APPS = (
    "config", "privacy", "leads", "configurators", "billing", "organisations", "accounts", "audit", "delivery",
    "tenancy",
)  # fmt: skip


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    with receiving() as found:
        settings.EMBEDDED = True
        settings.WEBHOOK_LOOPBACK_PORTS = frozenset({found.port})
        yield found


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let every name lead to these addresses, one after another; answers what was looked up."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, *args: object, **kwargs: object) -> list:
        if host[:1].isdigit():
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]
        asked.append(host)
        address = addresses[min(len(asked), len(addresses)) - 1]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://hooks.example.org/", "scheme"),
        ("ftp://hooks.example.org/", "scheme"),
        ("https://hooks.example.org:22/", "port"),
        ("https://hooks.example.org:8000/", "port"),
        ("https://user:secret@hooks.example.org/", "invalid"),
        ("https://", "invalid"),
        ("https://[::1", "invalid"),
        ("https://hooks.example.org:99999/", "invalid"),
        ("http://127.0.0.1:9/", "scheme"),
        ("file:///etc/passwd", "invalid"),
    ],
)
def test_addresses_that_are_refused_before_anything_is_sent(url: str, why: str) -> None:
    with pytest.raises(NotAllowed, match=why):
        outbound.post(url, body=b"", headers={})


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "192.0.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fec0::1",
        "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1", "::127.0.0.1",
    ],
)  # fmt: skip
@pytest.mark.promise("H15")
def test_a_name_that_leads_inside_is_not_followed(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    resolve_to(monkeypatch, address)
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("it connected"))

    with pytest.raises(Unreachable, match=r"InvalidIPAddress|InvalidURL"):
        outbound.post("https://hooks.example.org/", body=b"", headers={})


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "localhost", "[::1]"])
def test_numbers_in_disguise_lead_nowhere(host: str) -> None:
    with pytest.raises(Unreachable):
        outbound.post(f"https://{host}/", body=b"", headers={})


def test_a_name_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second look-up, which a rebinding name answers otherwise, is never made."""
    asked = resolve_to(monkeypatch, "93.184.216.34", "127.0.0.1")
    connected: list[tuple[str, int]] = []

    def connect(self: socket.socket, address: tuple[str, int]) -> None:
        connected.append(address[:2])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)

    with pytest.raises(Unreachable):
        outbound.post("https://hooks.example.org/", body=b"", headers={})

    assert {address for address, _ in connected} == {"93.184.216.34"}
    assert asked.count("hooks.example.org") == 1


def test_this_machine_only_where_the_operator_says_so(receiver: Receiver, settings) -> None:
    assert outbound.post(receiver.url, body=b"{}", headers={}) == Answer(200, b"")

    settings.EMBEDDED = False
    with pytest.raises(NotAllowed):
        outbound.post(receiver.url, body=b"{}", headers={})


def test_a_redirect_is_an_answer(receiver: Receiver) -> None:
    receiver.status, receiver.headers = 302, {"Location": "http://169.254.169.254/"}

    assert outbound.post(receiver.url, body=b"{}", headers={}).status == 302
    assert len(receiver.got) == 1


def test_an_answer_is_read_up_to_a_limit(receiver: Receiver) -> None:
    receiver.body = b"x" * (outbound.LARGEST_ANSWER * 4)

    assert len(outbound.post(receiver.url, body=b"{}", headers={}).body) == outbound.LARGEST_ANSWER


def test_silence_ends(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "IN_ALL_SECONDS", 0.2)
    receiver.silent = 5

    with pytest.raises(Unreachable, match="TookTooLong"):
        outbound.post(receiver.url, body=b"{}", headers={})


def test_silence_ends_as_soon_as_was_asked(receiver: Receiver) -> None:
    receiver.silent = 3

    with pytest.raises(Unreachable, match="TookTooLong"):
        outbound.get(receiver.url, seconds=0.2)


def test_silence_of_a_page_ends_where_nothing_was_asked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "IN_ALL_SECONDS", 0.2)
    receiver.silent = 3

    with pytest.raises(Unreachable, match="TookTooLong"):
        outbound.get(receiver.url)


def test_no_proxy_and_no_password_of_the_environment(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    outbound.post(receiver.url, body=b"{}", headers={})

    [(headers, _)] = receiver.got
    assert "authorization" not in headers


@pytest.mark.promise("H15")
def test_nothing_else_of_ours_speaks_to_the_network() -> None:
    """What may import a way out is written in pyproject.toml; here it is seen to work."""
    ways = (
        "requests",
        "urllib.request",
        "http.client",
        "urllib3",
        "httpx",
        "aiohttp",
        "socket",
        "smtplib",
        "ftplib",
    )
    named = re.compile(rf"^\s*(?:import|from) (?:{'|'.join(map(re.escape, ways))})\b", re.MULTILINE)
    root = Path(__file__).resolve().parents[2]
    ours = [path for app in APPS for path in (root / app).rglob("*.py")]

    found = {str(path.relative_to(root)) for path in ours if named.search(path.read_text())}

    assert found == {
        "billing/standin/deliveries.py",  # what Stripe would send, to our own webhook
        "config/children.py",  # sockets between our own processes
        "config/embedded.py",  # the sockets of the demonstration's own stores
        "config/postmark.py",
        "config/supervisor.py",  # whether a port is free, and whether our own server answers
        "delivery/outbound.py",
    }


def test_requests_is_what_the_door_uses() -> None:
    assert issubclass(outbound.HTTPSession, requests.Session)
