"""Submissions that no browser would send, made by a grammar from a seed, and a raw way to send them.

Everything starts from a whole, valid request and is spoiled in one way, named by its class; so most of
them carry a valid token, pass the parser, and meet the code that decides about meaning.
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_from_bytes

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
BIG = 10 * 1024 * 1024

#: Of each hundred submissions.
SHARES = {
    "valid": 23, "replayed": 3, "wrong type": 11, "number": 11, "NUL": 8, "surrogate": 7, "deep": 6, "big": 6,
    "duplicate": 7, "unknown": 6, "malformed": 6, "encoding": 6,
}  # fmt: skip
LEAST_SHARE = 0.05

Json = dict[str, Any]


# --- What is sent ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shop:
    """What the fuzzer knows: a configurator's key, and how its page makes tokens."""

    key: str
    token: Callable[[], str]
    bad_token: Callable[[random.Random], str]


@dataclass
class Sent:
    """One request as it goes over the wire; ``size`` claims a body that is only made when it is read."""

    kind: str
    path: str
    body: bytes
    content_type: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "POST"
    size: int | None = None
    length: str | None = None

    @property
    def is_json(self) -> bool:
        return self.content_type.partition(";")[0].strip().lower() == JSON

    def environ(self) -> dict[str, Any]:
        claimed = self.length if self.length is not None else str(self.size or len(self.body))
        return {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": self.path,
            "QUERY_STRING": self.query,
            "CONTENT_TYPE": self.content_type,
            "CONTENT_LENGTH": claimed,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "testserver",
            "REMOTE_ADDR": "192.0.2.7",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": Endless(self.body, self.size) if self.size else io.BytesIO(self.body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            **self.headers,
        }


class Endless(io.RawIOBase):
    """A body of many megabytes that never stands in memory."""

    def __init__(self, start: bytes, size: int) -> None:
        self.start, self.left, self.taken = start, size, 0

    def read(self, size: int = -1) -> bytes:
        size = self.left if size < 0 else min(size, self.left)
        self.left -= size
        self.taken += size
        head, self.start = self.start[:size], self.start[size:]
        return head + b"x" * (size - len(head))


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    taken: int

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


def send(application: Callable[..., Iterable[bytes]], sent: Sent) -> Answer:
    """Hand a request to the WSGI application as a server does."""
    found: list[Any] = []
    environ = sent.environ()
    chunks = application(environ, lambda status, headers, exc_info=None: found.extend([status, headers]))
    try:
        body = b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close:
            close()
    taken = getattr(environ["wsgi.input"], "taken", 0)
    return Answer(int(found[0].split()[0]), found[1], body, taken)


# --- Writing what json.dumps would not ---------------------------------------------------------------


@dataclass(frozen=True)
class Raw:
    """JSON text as it stands."""

    text: str


@dataclass(frozen=True)
class Pairs:
    """An object whose names may occur twice."""

    pairs: list[tuple[str, Any]]


def write(value: Any) -> str:
    """JSON, with whatever the grammar put in."""
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, Pairs):
        return "{" + ",".join(f"{json.dumps(name)}:{write(v)}" for name, v in value.pairs) + "}"
    if isinstance(value, dict):
        return write(Pairs(list(value.items())))
    if isinstance(value, list):
        return "[" + ",".join(map(write, value)) + "]"
    return json.dumps(value)


def write_form(pairs: list[tuple[str, Any]]) -> bytes:
    """Percent-encoded, byte for byte what the texts hold, lone surrogates too."""

    def quoted(text: Any) -> str:
        value = text if isinstance(text, bytes) else _as_text(text).encode("utf-8", "surrogatepass")
        return quote_from_bytes(value, safe="")

    return "&".join(f"{quoted(name)}={quoted(value)}" for name, value in pairs).encode()


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else write(value)


# --- The grammar -----------------------------------------------------------------------------------

_NUMBERS = [
    "1e400", "-1e400", "1e-400", "1E+99999999", "1e99999999999", "NaN", "Infinity", "-Infinity", "0e999999",
    "1" * 400, "0." + "3" * 400, "-0", "00520", "+520", "5_20", "0x208", "５２０", "٥٢٠", "520.0", "520,0",
    "1.2.3", "1,234,567.8", "--1", "1e", ".", "-", "", " 520 ", "520\u00a0", "٫", "9" * 5000, "1e-30",
    "300.00000000000000000001", "255", "9223372036854775808", "-1",
]  # fmt: skip
_TEXTS = [
    "gratis",
    "<xss a=b>'\"",
    "😀" * 40,
    "a\u0301",
    "\u202eabc",
    "x" * 5000,
    "Ünïcödé",
    "\t",
    "\r\n",
    "\x1b[0m",
]
_ODD: list[Any] = [
    None, True, False, 0, -1, 520, 5.5, [], {}, [[]], {"a": 1}, ["opaal"], ["opaal", "opaal"], [None], "",
    "opaal", {"$gt": ""}, [{"key": "opaal"}], "null", "[]", 10**40,
]  # fmt: skip
_UNKNOWN = [
    "price", "gross", "version", "version_id", "organisation", "organisation_id", "id", "status", "quote",
    "__proto__", "constructor", "breedte ", "Breedte", "dak.opaal", "breedte[]", "", ".", "contact", "person",
    "name", "email", "form", "a" * 3000, "<xss>", "\u2028", "submission_key", "purge_after", "currency",
]  # fmt: skip
_TYPES = [
    "", "text/plain", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "a" * 300,
    "application/json; charset=latin-1", "application/x-www-form-urlencoded; charset=utf-7",
    "APPLICATION/JSON", "application/json;;;", "application/json; charset=\xff", "application/xml",
    "application/json, text/html",
    "application/x-www-form-urlencoded; charset=?", "application/json\t", "application/ld+json",
]  # fmt: skip


class Fuzzer:
    """The submissions of one seed, in order."""

    def __init__(self, seed: int, shop: Shop) -> None:
        self.seed, self.shop = seed, shop
        self._slots = [kind for kind, share in SHARES.items() for _ in range(share)]
        assert len(self._slots) == 100
        random.Random(seed).shuffle(self._slots)
        self._earlier: list[Sent] = []

    def submissions(self, count: int) -> Iterator[Sent]:
        for number in range(count):
            yield self.make(number)

    def make(self, number: int) -> Sent:
        """The submission with this number; its randomness hangs on nothing but seed and number."""
        self.random = random.Random(f"{self.seed}:{number}")
        kind = self._slots[number % 100]
        if kind == "replayed" and self._earlier:
            return self._replay()
        self.to_price = self.random.random() < 0.1 and kind != "valid"
        self.as_json = self.to_price or self.random.random() < 0.85
        sent = getattr(self, "_" + kind.replace(" ", "_").lower(), self._valid)()
        sent.kind = kind
        self._around(sent)
        if kind == "valid":
            self._earlier = [*self._earlier[-50:], sent]
        return sent

    # A whole request

    def _answers(self) -> Json:
        pick = self.random
        width = pick.randrange(250, 701, 10)
        roofs = ["helder", "opaal", "getint"] + (["geisoleerd"] if width <= 500 else [])
        answers: Json = {
            "breedte": str(width),
            "diepte": str(pick.randrange(200, 451, 10)),
            "dak": pick.choice(roofs),
            "wand": pick.choice(["open", "glazen_schuifwand", "screendoek", "houten_wand"]),
            "ledspots": str(pick.randrange(2, 25, 2)),
        }
        if pick.random() < 0.5:
            answers["more"] = pick.sample(["heater", "awning", "socket"], pick.randrange(0, 3))
        if pick.random() < 0.4:
            answers["remark"] = pick.choice(_TEXTS[:5]) + str(pick.random())
        if pick.random() < 0.4:
            answers["dimmer"] = True
        return answers

    def _contact(self) -> Json:
        number = self.random.randrange(10**7)
        contact = {"name": f"Nora {number}", "email": f"nora{number}@visitors.example"}
        return contact | ({"phone": f"020{number:07d}"} if self.random.random() < 0.5 else {})

    def _document(self) -> Json:
        if self.to_price:
            return {"answers": self._answers()}
        document: Json = {"answers": self._answers(), "contact": self._contact(), "token": self._token()}
        if self.random.random() < 0.3:
            document["marketing"] = self.random.random() < 0.5
        if self.random.random() < 0.05:
            document["website"] = "https://spam.example"
        return document

    def _token(self) -> str:
        return self.shop.bad_token(self.random) if self.random.random() < 0.05 else self.shop.token()

    def _sent(self, document: Any, *, body: bytes | None = None) -> Sent:
        path = f"/c/{self.shop.key}/" + (self.random.choice(["price/", "drawing/"]) if self.to_price else "")
        if self.as_json:
            written = write(document).encode("utf-8", "surrogatepass") if body is None else body
            return Sent("", path, written, JSON)
        return Sent("", path, write_form(self._pairs(document)) if body is None else body, FORM)

    def _pairs(self, document: Any) -> list[tuple[str, Any]]:
        """The same as a form: one pair for each value, and the form's own names."""
        pairs: list[tuple[str, Any]] = []
        for name, value in document.pairs if isinstance(document, Pairs) else document.items():
            inner = (
                value.pairs
                if isinstance(value, Pairs)
                else list(value.items())
                if isinstance(value, dict)
                else None
            )
            if name in ("answers", "contact") and inner is not None:
                prefix = "contact." if name == "contact" else ""
                for key, one in inner:
                    many = one if isinstance(one, list) else [one]
                    pairs += [(prefix + key, "on" if each is True else each) for each in many]
            elif name == "marketing":
                pairs += [("form.marketing", "yes")] if value is True else []
            else:
                pairs.append((f"form.{name}", value))
        return pairs

    def _somewhere(self, document: Json) -> tuple[Json, str]:
        """A place in a document to spoil: mostly an answer or a contact field."""
        places = [(document["answers"], key) for key in [*document["answers"], "remark", "ledspots", "more"]]
        if not self.to_price:
            places += [(document["contact"], key) for key in ("name", "email", "phone")]
            places += [(document, key) for key in ("marketing", "website")]
            if self.random.random() < 0.15:
                places = [(document, key) for key in ("answers", "contact", "token")]
        return self.random.choice(places)

    def _spoiled(self, value: Any) -> Sent:
        document = self._document()
        place, key = self._somewhere(document)
        place[key] = value
        return self._sent(document)

    # The classes

    def _valid(self) -> Sent:
        return self._sent(self._document())

    def _wrong_type(self) -> Sent:
        if self.random.random() < 0.05:
            self.as_json = True
            return self._sent(self.random.choice([[], "text", None, 5, True]))
        return self._spoiled(self.random.choice(_ODD + _TEXTS))

    def _number(self) -> Sent:
        text = self.random.choice(_NUMBERS)
        bare = self.as_json and self.random.random() < 0.5
        document = self._document()
        place = document["answers"]
        key = self.random.choice(["breedte", "diepte", "ledspots", "dak", "more", "dimmer"])
        place[key] = Raw(text or "0") if bare else text
        return self._sent(document)

    def _nul(self) -> Sent:
        document = self._document()
        place, key = self._somewhere(document)
        text = self.random.choice(["\x00", "a\x00b", "\x00opaal", "520\x00", "nora\x00@visitors.example"])
        if self.random.random() < 0.2:
            place[text + key] = place.pop(key, "1")
        else:
            place[key] = text
        sent = self._sent(document)
        if self.random.random() < 0.1:
            sent.body = sent.body.replace(b"\\u0000", b"\x00")
        return sent

    def _surrogate(self) -> Sent:
        text = self.random.choice(
            ["\ud800", "a\udfff", "\udc00\ud800", "nora\ud83d@visitors.example", "\ud83d\ude00"]
        )
        return self._spoiled(text)

    def _deep(self) -> Sent:
        depth = self.random.choice([20, 500, 5_000, 60_000])
        opened, closed = self.random.choice([("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")])
        depth = min(depth, 250_000 // len(opened + closed))
        inside = Raw(opened * depth + self.random.choice(["1", "", '"x"']) + closed * depth)
        if self.random.random() < 0.3:
            self.as_json = True
            return self._sent(inside)
        return self._spoiled(inside)

    def _big(self) -> Sent:
        sent = self._sent(self._document())
        start = sent.body[:-1] + (b',"website":"' if self.as_json else b"&remark=")
        sent.body, sent.size = start, self.random.choice([BIG, BIG, BIG, 300_000, 256 * 1024 + 1])
        return sent

    def _duplicate(self) -> Sent:
        document = self._document()
        answers = list(document["answers"].items())
        again = self.random.choice(answers)
        twice = again if self.random.random() < 0.5 else (again[0], "other")
        if self.to_price or self.random.random() < 0.5:
            document["answers"] = Pairs([*answers, twice])
            return self._sent(document)
        if self.random.random() < 0.5:
            contact = list(document["contact"].items())
            document["contact"] = Pairs([*contact, ("email", "other@visitors.example")])
            return self._sent(document)
        return self._sent(Pairs([*document.items(), self.random.choice(list(document.items()))]))

    def _unknown(self) -> Sent:
        document = self._document()
        places = [document["answers"]] * 3 + ([] if self.to_price else [document, document["contact"]])
        place = self.random.choice(places)
        for _ in range(self.random.choice([1, 1, 1, 3, 400])):
            name = self.random.choice(_UNKNOWN)
            place[name if self.random.random() < 0.7 else f"x{self.random.random()}"] = self.random.choice(
                _ODD
            )
        return self._sent(document)

    def _malformed(self) -> Sent:
        sent, pick = self._sent(self._document()), self.random
        cut = pick.randrange(len(sent.body))
        how = pick.randrange(6)
        if how == 0:
            sent.body = sent.body[:cut]
        elif how == 1:
            sent.body = sent.body[:cut] + pick.randbytes(pick.randrange(1, 30)) + sent.body[cut:]
        elif how == 2:
            sent.body = pick.randbytes(pick.randrange(0, 500))
        elif how == 3:
            sent.length = pick.choice(
                ["", "-1", "abc", "1e3", "١٢", "9" * 40, " 12", "0", "7", str(len(sent.body) + 99)]
            )
        elif how == 4:
            sent.body = sent.body[:cut] + pick.choice(
                [b"%", b"%0", b"%GG", b"%00%ff", b"&&&==", b";", b"{", b"\\"]
            )
        else:
            sent.body = sent.body.replace(b'"', b"'").replace(b"=", b"%3D")
        return sent

    def _encoding(self) -> Sent:
        sent, pick = self._sent(self._document()), self.random
        text = sent.body.decode("utf-8", "surrogatepass").replace("Nora", "Zoë")
        how = pick.randrange(4)
        if how == 0:
            sent.body = text.encode(
                pick.choice(["utf-16", "utf-16-le", "utf-32", "latin-1", "utf-7", "cp037"]), "replace"
            )
        elif how == 1:
            sent.body = b"\xef\xbb\xbf" + sent.body
        elif how == 2:
            sent.body = sent.body.replace(
                b"visitors", pick.choice([b"\xc3\x28", b"\xc0\xaf", b"\xf5", b"%ff", b"%c0%80"])
            )
        else:
            sent.content_type = pick.choice(_TYPES)
        if pick.random() < 0.2:
            sent.headers["HTTP_CONTENT_ENCODING"] = pick.choice(["gzip", "br", "\xff"])
        return sent

    def _replay(self) -> Sent:
        """The same again, as after a lost answer."""
        earlier = self.random.choice(self._earlier)
        return Sent(
            "replayed", earlier.path, earlier.body, earlier.content_type, earlier.query, earlier.headers
        )

    # What stands around the body

    def _around(self, sent: Sent) -> None:
        pick = self.random
        sent.query = pick.choice(["", "lang=nl", "lang=fr&embed=1", "lang=en", "lang=xx", "embed=1"])
        if pick.random() < 0.08:
            sent.query = pick.choice(
                ["lang=%00", "%", "&" * 500, "lang=\xff\xfe", "lang=nl&lang=fr", "reference=%ud800"]
            )
        if pick.random() < 0.3:
            sent.headers["REMOTE_ADDR"] = pick.choice(
                ["", "2001:db8::1", "::ffff:192.0.2.9", "unix:", "\x00", "1" * 200]
            )
        if pick.random() < 0.15:
            sent.headers["HTTP_ORIGIN"] = pick.choice(
                [
                    "http://testserver",
                    "https://www.acme.example",
                    "null",
                    "https://evil.example",
                    "",
                    "\xff",
                    "x" * 3000,
                ]
            )
        if pick.random() < 0.1:
            sent.headers["HTTP_ACCEPT_LANGUAGE"] = pick.choice(["nl", "*", "\x00", "xx;q=9", "," * 2000])
        if self.to_price and pick.random() < 0.5:
            sent.headers["HTTP_X_FORM_TOKEN"] = pick.choice([self._token(), "", "\xff", "A" * 3000, "a.b"])
