"""A load generator that costs little: raw keep-alive sockets in one process, requests made beforehand."""

import contextlib
import gc
import select
import socket
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_HEAD_ENDS = b"\r\n\r\n"
_LAST_CHUNK = b"0\r\n\r\n"
_LENGTH = b"content-length: "
_READ = 1 << 18
_PATIENCE = 20.0


class BadAnswer(RuntimeError):
    """The server refused or broke off: then its speed says nothing."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of one variant did."""

    requests: int
    seconds: float
    latencies: list[float] = field(repr=False)

    @property
    def rate(self) -> float:
        return self.requests / self.seconds

    def percentile(self, percent: int) -> float:
        return statistics.quantiles(self.latencies, n=100)[percent - 1]


class _Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.head = b""
        self.missing: int | None = None
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        self.head, self.missing = b"", None
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def finished(self) -> bool:
        """Read what is there; True when the answer is whole. Its body is counted, not kept."""
        data = self.socket.recv(_READ)
        if not data:
            raise BadAnswer("The server closed the connection.")
        if self.missing is not None:
            self.missing -= len(data)
            return self.missing <= 0
        self.head += data
        end = self.head.find(_HEAD_ENDS)
        if end < 0:
            return False
        place = self.head.find(_LENGTH, 0, end)
        if place < 0:
            return self.head.endswith(_LAST_CHUNK)
        length = int(self.head[place + len(_LENGTH) : self.head.index(b"\r", place)])
        self.missing = length - (len(self.head) - end - len(_HEAD_ENDS))
        return self.missing <= 0


def drive(
    port: int, requests: Sequence[bytes], *, seconds: float, connections: int = 16, repeat: bool = False
) -> Load:
    """Keep every connection busy for so many seconds, or until the requests are used up."""
    opened = [_Connection(port) for _ in range(connections)]
    try:
        return _drive(opened, requests, seconds=seconds, repeat=repeat)
    finally:
        for connection in opened:
            with contextlib.suppress(OSError):
                connection.socket.close()


def _drive(opened: Sequence[_Connection], requests: Sequence[bytes], *, seconds: float, repeat: bool) -> Load:
    poll = select.epoll()
    by_number = {connection.socket.fileno(): connection for connection in opened}
    for number in by_number:
        poll.register(number, select.EPOLLIN)
    latencies: list[float] = []
    supply = _endless(requests) if repeat else iter(requests)
    busy = 0
    gc.disable()
    began = time.perf_counter()
    until = began + seconds
    try:
        for connection in opened:
            connection.send(next(supply))
            busy += 1
        while busy:
            events = poll.poll(_PATIENCE)
            if not events:
                raise BadAnswer("The server did not answer.")
            for number, _event in events:
                connection = by_number[number]
                if not connection.finished():
                    continue
                now = time.perf_counter()
                latencies.append(now - connection.sent_at)
                if connection.head[9:10] != b"2":
                    raise BadAnswer(connection.head[:2000].decode(errors="replace"))
                request = next(supply, None) if now < until else None
                if request is None:
                    busy -= 1
                else:
                    connection.send(request)
    finally:
        gc.enable()
        poll.close()
    return Load(len(latencies), time.perf_counter() - began, latencies)


def _endless(requests: Sequence[bytes]) -> Iterator[bytes]:
    while True:
        yield from requests


def get(path: str) -> bytes:
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.7\r\n"
    return f"{head}Accept-Encoding: gzip, deflate, br\r\n\r\n".encode()


def post(path: str, body: bytes, *, address: str) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"X-Forwarded-For: {address}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
