"""Visitors who do not give up: each sends until it is told that its request was stored."""

import http.client
import json
import threading
import time
from collections.abc import Iterator

from tests.house import Shop
from tests.visitors import Sending, sendings

#: How long a visitor waits for an answer, and before trying again: after a broken line, after a 503.
PATIENCE = 6.0
PAUSE = 0.05
RETRY_AFTER = 0.5


class Submitters:
    """Several visitors at once; ``acknowledged`` is what the server promised to have."""

    def __init__(self, shop: Shop, port: int, *, many: int, per_second: float, seed: int) -> None:
        self.shop, self.port = shop, port
        self.pause = many / per_second
        #: Reference by submission key, and whatever key was ever sent.
        self.acknowledged: dict[str, str] = {}
        self.sent: set[str] = set()
        self.retries = 0
        self.refused: list[str] = []
        self._over = threading.Event()
        self._gave_up = threading.Event()
        supplies = [sendings(shop, seed=seed * 1000 + number) for number in range(many)]
        self.threads = [threading.Thread(target=self._submit, args=[each]) for each in supplies]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self, *, patience: float = 60) -> None:
        """No new requests; those that were begun are seen through."""
        self._over.set()
        deadline = time.monotonic() + patience
        for thread in self.threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def abandon(self) -> None:
        """Whoever has no answer yet goes home without one."""
        self._over.set()
        self._gave_up.set()
        for thread in self.threads:
            thread.join()

    def _submit(self, supply: Iterator[Sending]) -> None:
        for sending in supply:
            if self._over.is_set():
                return
            self.sent.add(sending.submission_key)
            self._send_until_stored(sending)
            self._over.wait(self.pause)

    def _send_until_stored(self, sending: Sending) -> None:
        while not self._gave_up.is_set():
            status, body = self._send(sending)
            if status == 201:
                self.acknowledged[sending.submission_key] = json.loads(body)["reference"]
                return
            if 0 < status < 500:
                self.refused.append(f"{status} {body[:200]!r}")
                return
            self.retries += 1
            time.sleep(RETRY_AFTER if status else PAUSE)

    def _send(self, sending: Sending) -> tuple[int, bytes]:
        """The answer, or 0 where the connection broke before there was one."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {
            "Host": "localhost", "Content-Type": "application/json", "X-Forwarded-For": sending.address,
        }  # fmt: skip
        try:
            connection.request("POST", f"/c/{self.shop.key}/?lang=nl", sending.body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()
