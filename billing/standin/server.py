"""The server: Stripe's API under ``/v1``, the pages customers see, and the control API under ``/_standin``.

In a test::

    with StandIn(at=1_767_225_600) as standin:
        client = stripe.StripeClient(standin.key, base_addresses={"api": standin.url})

``at`` stops the clock of everyone there, and only the control API moves it; without it time runs by itself.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Event, Thread
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from billing.standin import (
    control,
    deliveries,
    everything,
    forms,
    idempotency,
    parameters,
    routes,
    test_clocks,
)
from billing.standin.answers import shown
from billing.standin.errors import StripeError, invalid, unauthorised, unknown_url
from billing.standin.pages import PAGES, Page, Visit, sorry
from billing.standin.world import API_VERSION, Obj, World

log = logging.getLogger(__name__)

KEY = "sk_test_standin"
LARGEST_BODY = 1_000_000
#: How often the clock of everyone is looked at while nobody asks anything.
_TICK_SECONDS = 0.25
#: How many deliveries are taken along at a time.
_BAG = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    method: str
    path: str
    query: bytes
    body: bytes
    headers: Any
    from_here: bool


@dataclass(slots=True)
class Told:
    """Its answer."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class StandIn:
    def __init__(
        self,
        *,
        keys: tuple[str, ...] = (KEY,),
        host: str = "127.0.0.1",
        port: int = 0,
        at: int | None = None,
        seed: str = "0",
        path: Path | None = None,
        public_url: str | None = None,
    ) -> None:
        everything.declare()
        self.keys = keys
        self.key = keys[0]
        self._made_of: Obj = {"seed": seed, "at": at, "path": path}
        self._turn = Condition()
        self._busy = idempotency.Busy()
        self._stopping = Event()
        self._server = _Server((host, port), _handler(self))
        self.url = f"http://{host}:{self._server.server_port}"
        self._public_url = public_url or self.url
        self.world = self._new_world()
        self._threads = [
            Thread(
                target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="standin", daemon=True
            ),
            Thread(target=self._run, name="standin-clock", daemon=True),
            Thread(target=self._send, name="standin-post", daemon=True),
        ]

    def _new_world(self) -> World:
        world = World(**self._made_of)
        world.url = self._public_url
        return world

    def reset(self) -> None:
        with self._turn:
            if self.world.path:
                self.world.path.unlink(missing_ok=True)
            self.world = self._new_world()

    # --- Starting and stopping --------------------------------------------------------------------

    def start(self) -> StandIn:
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> None:
        self._stopping.set()
        with self._turn:
            self._turn.notify_all()
        self._server.shutdown()
        self._server.server_close()
        for thread in self._threads:
            thread.join(timeout=5)

    def __enter__(self) -> StandIn:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def leave(self) -> None:
        """Let ``wait`` return; safe in a signal handler."""
        self._stopping.set()

    def wait(self) -> None:
        self._stopping.wait()

    # --- One at a time ----------------------------------------------------------------------------

    @contextmanager
    def working(self, *, reading: bool = False) -> Iterator[World]:
        """The world to oneself, everything done that was due.

        Afterwards it is written down; after ``reading`` only if something became of it all the same.
        """
        with self._turn:
            self.world.request, before = None, self.world.count
            self.world.catch_up()
            try:
                yield self.world
            finally:
                self.world.request = None
                if not reading or self.world.count != before:
                    self.world.save()
                self._turn.notify_all()

    def _run(self) -> None:
        """Test clocks that were told to move, and what falls due while nobody asks."""
        while not self._stopping.is_set():
            with self._turn:
                try:
                    before = self.world.count
                    self.world.catch_up()
                    worked = test_clocks.work(self.world)
                    if worked or self.world.count != before:
                        self.world.save()
                        self._turn.notify_all()
                except Exception:
                    log.exception("What was due could not be done.")
                self._turn.wait(_TICK_SECONDS)

    def _send(self) -> None:
        """Deliver, one after the other, in the order in which they go."""
        while not self._stopping.is_set():
            with self._turn:
                bag = self._packed()
                if not bag:
                    self._turn.wait(_TICK_SECONDS)
            for delivery, post in bag:
                status = deliveries.send(post)
                with self._turn:
                    delivery["state"] = "waiting"
                    deliveries.record(self.world, delivery, status)
                    self._turn.notify_all()

    def _packed(self) -> list[tuple[Obj, deliveries.Letter]]:
        """The next few, ready to go."""
        bag = []
        for delivery in deliveries.due(self.world, limit=_BAG):
            post = deliveries.letter(self.world, delivery)
            if post is not None:
                delivery["state"] = "sending"
                bag.append((delivery, post))
        return bag

    # --- Answering --------------------------------------------------------------------------------

    def answer(self, asked: Asked) -> Told:
        try:
            if asked.path.startswith("/v1/"):
                return self._answer_api(asked)
            if asked.path == "/_standin" or asked.path.startswith("/_standin/"):
                return self._answer_control(asked)
            return self._answer_page(asked)
        except StripeError as error:
            return _json(error.status, {"error": error.error})
        except Exception:
            log.exception("%s %s", asked.method, asked.path)
            return _json(
                500, {"error": {"type": "api_error", "message": "The stand-in itself went wrong here."}}
            )

    def _answer_api(self, asked: Asked) -> Told:
        request_id = f"req_{time.monotonic_ns():x}"
        key = asked.headers.get("Idempotency-Key") if asked.method == "POST" else None
        try:
            self._check_key(asked.headers.get("Authorization", ""))
            with self._busy.holding(key):
                told = self._answer_once(asked, key, request_id)
        except StripeError as error:
            told = _json(error.status, {"error": {"request_log_url": None, **error.error}})
        told.headers |= {
            "Request-Id": request_id,
            "Stripe-Version": asked.headers.get("Stripe-Version", API_VERSION),
        }
        if key:
            told.headers["Idempotency-Key"] = key
        return told

    def _check_key(self, given: str) -> None:
        way, _space, key = given.partition(" ")
        if way == "Basic":
            key = _user_of(key)
        if not key:
            raise unauthorised("You did not provide an API key.")
        if key not in self.keys:
            raise unauthorised(f"Invalid API Key provided: {key[:11]}***")

    def _answer_once(self, asked: Asked, key: str | None, request_id: str) -> Told:
        print_ = idempotency.fingerprint(asked.method, asked.path, asked.body)
        if key:
            self._be_slow()
        with self.working(reading=asked.method == "GET") as world:
            kept = idempotency.replayed(world, key, print_) if key else None
            if kept:
                return _json(kept["status"], kept["answer"], {"Idempotent-Replayed": "true"})
            if asked.method != "GET":
                world.request = {"id": request_id, "idempotency_key": key}
            status, answer = _carried_out(world, asked)
            if key:
                idempotency.keep(world, key, print_, status, answer)
            return _json(status, answer)

    def _be_slow(self) -> None:
        with self.working() as world:
            seconds, world.settings["slow"] = world.settings["slow"], 0
        time.sleep(seconds)

    def _answer_control(self, asked: Asked) -> Told:
        if not asked.from_here or asked.headers.get("Origin"):  # no web page has a say in this
            raise unknown_url(asked.method, asked.path)
        given: Any = forms.decode(asked.query) if asked.method == "GET" else _read_json(asked.body)
        return _json(200, control.answer(self, asked.method, asked.path, given))

    def _answer_page(self, asked: Asked) -> Told:
        found = PAGES.find(asked.method, asked.path)
        if found is None:
            raise unknown_url(asked.method, asked.path)
        show, about = found
        language = asked.headers.get("Accept-Language", "en")
        try:
            form = forms.decode(asked.body)
            with self.working(reading=asked.method == "GET") as world:
                made: Page = show(Visit(world, form, forms.decode(asked.query), language), *about)
        except (StripeError, forms.Malformed) as error:
            made = sorry(error, language)
        return Told(made.status, made.body, made.headers())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    #: Of callers at the same moment; one that finds no room tries again a second later.
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hangs up is no news."""
        log.debug("A connection broke off.", exc_info=True)


def _user_of(basic: str) -> str:
    """The user's name in Basic authentication, which is the key; nothing for what is no base64."""
    try:
        return base64.b64decode(basic + "==").decode().partition(":")[0]
    except ValueError:
        return ""


def _carried_out(world: World, asked: Asked) -> tuple[int, Obj]:
    found = routes.ROUTES.find(asked.method, asked.path)
    if found is None:
        raise unknown_url(asked.method, asked.path)
    route, about = found
    try:
        given = forms.decode(asked.body if asked.method == "POST" else asked.query + asked.body)
    except forms.Malformed as error:
        raise invalid(str(error)) from None
    try:
        expand = parameters.texts(given.pop("expand", ""), "expand")
        meant = parameters.read(given, route.shape, needed=route.needed)
        return 200, shown(world, route.handler(world, meant, *about), expand)
    except StripeError as error:
        if error.status != 402:
            raise
        return 402, {"error": error.error}


def _read_json(body: bytes) -> Obj:
    try:
        given = json.loads(body or b"{}")
    except ValueError:
        raise invalid("This is no JSON.") from None
    if not isinstance(given, dict):
        raise invalid("Say it as a JSON object.")
    return given


def _json(status: int, answer: Any, headers: dict[str, str] | None = None) -> Told:
    body = json.dumps(answer, indent=2, ensure_ascii=False).encode() + b"\n"
    return Told(status, body, {"Content-Type": "application/json", **(headers or {})})


def _handler(house: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        timeout = 120

        def _do(self) -> None:
            length = self.headers.get("Content-Length", "0")
            if not length.isdecimal() or int(length) > LARGEST_BODY:
                self.close_connection = True
                self._tell(
                    _json(400, {"error": {"type": "invalid_request_error", "message": "Invalid length."}})
                )
                return
            parts = urlsplit(self.path)
            self._tell(
                house.answer(
                    Asked(
                        method=self.command,
                        path=parts.path.rstrip("/") or "/",
                        query=parts.query.encode("ascii", "replace"),
                        body=self.rfile.read(int(length)),
                        headers=self.headers,
                        from_here=ipaddress.ip_address(self.client_address[0]).is_loopback,
                    )
                )
            )

        do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = _do  # noqa: N815  the library's names

        def _tell(self, told: Told) -> None:
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            self.wfile.write(told.body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the library's name
            log.debug(format, *args)

    return Handler
