"""Checks an exported record without the product: ``python verifier.py record.jsonl [--key HEX]``.

One file, the standard library alone. The product makes its chain with the same functions, so what they mean
is written down once, here.

Each event is hashed in a canonical form: JSON with sorted keys and no white space (RFC 8785 for the strings,
whole numbers and truth values that occur), times in UTC to the microsecond. Every part that goes into a hash
is preceded by its length in eight bytes, so no two lists of parts look alike. A link holds the hash of its
event, the hash of the link before it, its number, and until when the event is kept. Heads are signed
(Ed25519) while the chain grows; they hold where it stood, so that neither its end nor, before its time, its
beginning can be cut away unseen. A personal value stands in the event only as HMAC-SHA256 under a salt of its
own; erasing salt and value leaves the chain as it was.
"""

import argparse
import hashlib
import hmac
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

FORMAT = "opmaat-record-1"
#: A head is signed once a day, so a beginning that ends within a day's links may be gone a little before it.
CUT_TOLERANCE = timedelta(days=2)
CLOCKS_DIFFER = timedelta(hours=1)
LONG_AGO = "0001"


def moment(value: datetime) -> str:
    """A time as it is hashed."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def framed(*parts: bytes) -> bytes:
    """Parts, each preceded by its length."""
    return b"".join(len(part).to_bytes(8) + part for part in parts)


def event_hash(event: dict[str, Any]) -> bytes:
    return hashlib.sha256(framed(FORMAT.encode(), b"event", canonical(event))).digest()


def genesis(chain: str) -> bytes:
    """What the first link of a chain calls the link before it."""
    return hashlib.sha256(framed(FORMAT.encode(), b"genesis", chain.encode())).digest()


def link_hash(chain: str, seq: int, prev: bytes, event_id: str, hashed: bytes, kept_until: str) -> bytes:
    parts = (chain.encode(), str(seq).encode(), prev, event_id.encode(), hashed, kept_until.encode())
    return hashlib.sha256(framed(FORMAT.encode(), b"link", *parts)).digest()


def head_message(chain: str, seq: int, hashed: bytes, kept_until: str, signed_at: str) -> bytes:
    """What is signed."""
    parts = (chain.encode(), str(seq).encode(), hashed, kept_until.encode(), signed_at.encode())
    return framed(FORMAT.encode(), b"head", *parts)


def commitment(salt: bytes, name: str, value: str) -> str:
    """What stands in the event for a personal value."""
    return hmac.new(salt, framed(FORMAT.encode(), name.encode(), value.encode()), hashlib.sha256).hexdigest()


# --- The chain --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and at which link."""

    code: str
    seq: int = 0

    def __str__(self) -> str:
        return f"{self.code} at link {self.seq}" if self.seq else self.code


@dataclass(frozen=True, slots=True)
class Link:
    """One link with what is known of its event: None when it is not there any more."""

    seq: int
    event_id: str
    event_hash: bytes
    prev: bytes
    hash: bytes
    kept_until: str
    event: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain stood when this was signed."""

    seq: int
    hash: bytes
    kept_until: str
    signed_at: str
    signature: bytes


@dataclass(slots=True)
class Walk:
    """Goes along a chain from its first remaining link and remembers the first thing that is wrong."""

    chain: str
    now: datetime
    first: int = 0
    last: int = 0
    links: int = 0
    problem: Problem | None = None
    at: dict[int, bytes] = field(default_factory=dict)
    _hash: bytes = b""

    def step(self, link: Link) -> None:
        self.problem = self.problem or self._wrong_with(link)
        self.first = self.first or link.seq
        self.last, self._hash = link.seq, link.hash
        self.links += 1
        self.at[link.seq] = link.hash

    def _wrong_with(self, link: Link) -> Problem | None:
        if self.links and link.seq != self.last + 1:
            return Problem("link_missing", self.last + 1)
        before = self._hash if self.links else genesis(self.chain) if link.seq == 1 else link.prev
        if link.prev != before:
            return Problem("link_out_of_order", link.seq)
        made = link_hash(self.chain, link.seq, link.prev, link.event_id, link.event_hash, link.kept_until)
        if made != link.hash:
            return Problem("link_changed", link.seq)
        return self._wrong_with_event(link)

    def _wrong_with_event(self, link: Link) -> Problem | None:
        if link.event is None:
            gone = link.kept_until and link.kept_until <= moment(self.now)
            return None if gone else Problem("event_missing", link.seq)
        if link.event["id"] != link.event_id or event_hash(link.event) != link.event_hash:
            return Problem("event_changed", link.seq)
        return None

    def finish(self, heads: Iterable[Head], key: bytes) -> Problem | None:
        """Compare with the signed heads; answers the first problem of all."""
        signed = sorted(heads, key=lambda head: head.seq)
        self.problem = self.problem or self._wrong_with_heads(signed, key)
        return self.problem

    def _wrong_with_heads(self, heads: list[Head], key: bytes) -> Problem | None:
        for head in heads:
            message = head_message(self.chain, head.seq, head.hash, head.kept_until, head.signed_at)
            if not verify_signature(key, message, head.signature):
                return Problem("head_forged", head.seq)
            if self.at.get(head.seq, head.hash) != head.hash:
                return Problem("head_differs", head.seq)
            if head.seq > self.last and not self._may_be_gone(head):
                return Problem("end_missing", self.last + 1)
        if self.first > 1 and not self._was_cut_in_time(heads):
            return Problem("beginning_missing", self.first)
        return None

    def _was_cut_in_time(self, heads: list[Head]) -> bool:
        """The next head at or after the last link that is gone says until when that one was kept at most."""
        covering = next((head for head in heads if head.seq >= self.first - 1), None)
        return covering is not None and self._may_be_gone(covering)

    def _may_be_gone(self, head: Head) -> bool:
        return bool(head.kept_until) and head.kept_until <= moment(self.now + CUT_TOLERANCE)


# --- Ed25519 (RFC 8032), verification only ----------------------------------------------------

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
Point = tuple[int, int, int, int]


def _recover_x(y: int, sign: int) -> int | None:
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    if square == 0:
        return None if sign else 0
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P:
        return None
    return x if x & 1 == sign else _P - x


def _add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(scalar: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _point(packed: bytes) -> Point | None:
    y = int.from_bytes(packed, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x = _recover_x(y, sign) if y < _P else None
    return None if x is None else (x, y, 1, x * y % _P)


_BASE_Y = 4 * pow(5, -1, _P) % _P
_BASE_X = _recover_x(_BASE_Y, 0) or 0
_BASE: Point = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % _P)


def verify_signature(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this signature of the message was made with the secret half of the key."""
    if len(key) != 32 or len(signature) != 64:
        return False
    public, commit = _point(key), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if public is None or commit is None or scalar >= _L:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % _L
    left, right = _times(scalar, _BASE), _add(commit, _times(challenge, public))
    return (
        not (left[0] * right[2] - right[0] * left[2]) % _P
        and not (left[1] * right[2] - right[1] * left[2]) % _P
    )


# --- An exported file -------------------------------------------------------------------------


class NotARecord(ValueError):
    """The file is no export of the record."""


@dataclass(slots=True)
class Report:
    """What a file holds, and the first thing that is wrong with it."""

    chain: str = ""
    key: str = ""
    exported_at: str = ""
    links: int = 0
    heads: int = 0
    unlinked: int = 0
    access: int = 0
    #: Up to which link heads are signed, how many come after it, and the time of their oldest event.
    signed_to: int = 0
    unsigned: int = 0
    oldest_at: str = ""
    erased: int = 0
    values: int = 0
    problem: Problem | None = None


def verify_lines(lines: Iterable[str], *, key: str = "") -> Report:
    """Check an export line by line; ``key`` is the public key in hexadecimal that you know from elsewhere."""
    entries = (json.loads(line, object_pairs_hook=_once) for line in lines if line.strip())
    header: dict[str, Any] = next(entries, {})
    if header.get("format") != FORMAT:
        raise NotARecord("The first line does not say that this is a record.")
    report = Report(header["chain"], header["public_key"], header["exported_at"])
    exported_at = datetime.fromisoformat(report.exported_at)
    ahead = Problem("exported_in_the_future") if exported_at > datetime.now(UTC) + CLOCKS_DIFFER else None
    walk = Walk(report.chain, exported_at)
    heads: list[Head] = []
    ended = False
    for entry in entries:
        ended = ended or "end" in entry
        _take(entry, report, walk, heads)
    report.links, report.heads = walk.links, len(heads)
    wrong_key = Problem("other_key") if key and key.lower() != report.key else None
    cut_short = None if ended else Problem("file_cut_short")
    report.unsigned = sum(seq > report.signed_to for seq in walk.at)
    report.problem = (
        wrong_key
        or ahead
        or report.problem
        or walk.finish(heads, bytes.fromhex(report.key))
        or _wrong_with_the_end(report, exported_at)
        or cut_short
    )
    return report


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that stands twice in an object says one thing to one reader and another to the next."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotARecord("A name stands twice in one object.")
    return found


def _wrong_with_the_end(report: Report, exported_at: datetime) -> Problem | None:
    """Heads are signed daily: an event of days ago that none covers was put there, or they were taken out."""
    if report.oldest_at and report.oldest_at < moment(exported_at - CUT_TOLERANCE):
        return Problem("not_signed", report.signed_to + 1)
    return None


def _take(entry: dict[str, Any], report: Report, walk: Walk, heads: list[Head]) -> None:
    if "head" in entry:
        heads.append(_head(entry["head"]))
        report.signed_to = max(report.signed_to, heads[-1].seq)
    elif "link" in entry:
        link = _link(entry)
        walk.step(link)
        if link.seq > report.signed_to:
            at = str(link.event["at"]) if link.event else LONG_AGO
            report.oldest_at = min(report.oldest_at or at, at)
    elif "access" in entry:
        report.access += 1
    elif "event" in entry:
        report.unlinked += 1
    report.problem = report.problem or _wrong_with_values(entry, report, walk.last)


def _wrong_with_values(entry: dict[str, Any], report: Report, seq: int) -> Problem | None:
    """Whether the personal values that are still there are those that were committed to."""
    event = entry.get("event") or entry.get("access")
    if not event:
        return None
    committed = {
        name.removeprefix("personal."): value
        for name, value in event["detail"].items()
        if name.startswith("personal.")
    }
    told = entry.get("personal") or {}
    for name, value in told.items():
        report.values += 1
        if commitment(bytes.fromhex(value["salt"]), name, value["value"]) != committed.get(name):
            return Problem("value_changed", seq)
    report.erased += len(committed.keys() - told.keys())
    return None


def _head(told: dict[str, Any]) -> Head:
    return Head(
        told["seq"],
        bytes.fromhex(told["hash"]),
        told["kept_until"],
        told["signed_at"],
        bytes.fromhex(told["signature"]),
    )


def _link(entry: dict[str, Any]) -> Link:
    told = entry["link"]
    hashed, prev, made = (bytes.fromhex(told[name]) for name in ("event_hash", "prev", "hash"))
    return Link(told["seq"], told["event_id"], hashed, prev, made, told["kept_until"], entry.get("event"))


def _lines(path: str) -> Iterator[str]:
    with open(path, encoding="utf-8") as file:
        yield from file


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Check an exported record.")
    parser.add_argument("file")
    parser.add_argument("--key", default="", help="the public key that you expect, in hexadecimal")
    given = parser.parse_args(arguments)
    try:
        report = verify_lines(_lines(given.file), key=given.key)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        sys.stdout.write(f"This is no whole record: {type(error).__name__}\n")
        return 2
    sys.stdout.write(
        f"chain {report.chain}, exported {report.exported_at}, key {report.key}\n"
        f"{report.links} events linked, {report.heads} signed heads, {report.unlinked} not linked yet,"
        f" {report.access} of the access log (not chained)\n"
        f"{report.unsigned} events after the last signed head: nothing proves these yet\n"
        f"{report.values} personal values match, {report.erased} were erased\n"
        + (f"BROKEN: {report.problem}\n" if report.problem else "The chain is whole.\n")
    )
    return 1 if report.problem else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
