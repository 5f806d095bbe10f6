"""What visitors of a shop send (tests/shop.py): each one different, valid, and not in a hurry."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from time import time
from typing import Any
from unittest.mock import patch
from uuid import UUID

from leads import form_token
from tests.house import Shop

#: How long ago each visitor's page was opened.
READ_FOR = 30


@dataclass(frozen=True, slots=True)
class Sending:
    """One visitor's submission."""

    number: int
    submission_key: str
    address: str
    body: bytes


def sendings(shop: Shop, *, seed: int) -> Iterator[Sending]:
    """Endlessly many submissions to the veranda configurator, the same ones for the same seed but for tokens."""
    chance = random.Random(seed)
    number = 0
    while True:
        number += 1
        token = issue(shop)
        document = {
            "answers": answers(chance),
            "contact": {
                "name": f"Visitor {number} of {seed}",
                "email": f"visitor-{seed}-{number}@example.org",
                "phone": f"+3120{chance.randrange(10**6, 10**7)}",
            },
            "website": "",
            "marketing": chance.random() < 0.3,
            "token": token,
        }
        key = form_token.read(shop.key, token).submission_key
        yield Sending(number, key, str(IPv4Address(chance.getrandbits(32))), json.dumps(document).encode())


def issue(shop: Shop) -> str:
    """A token of a page that was opened a while ago."""
    with patch.object(form_token, "time", lambda: time() - READ_FOR):
        return form_token.issue(shop.key, version_id=UUID(shop.version_id), notice_sha256=shop.notice_sha256)


def answers(chance: random.Random) -> dict[str, Any]:
    """A veranda that can be built, of any size and with any extras."""
    heating = chance.random() < 0.3
    return {
        "breedte": str(chance.randrange(250, 501, 10)),
        "diepte": str(chance.randrange(200, 451, 10)),
        "dak": chance.choice(["helder", "opaal", "getint", "geisoleerd"]),
        "voorkant": chance.choice(["open", "schuifwand", "screendoek", "hout"]),
        "spots": str(chance.randrange(13)),
        "verwarming": heating,
        "bediening": heating,
        "opmerking": chance.choice(["", "Graag een afspraak op een zaterdag."]),
    }


#: What most people choose from, before the rest.
_USUAL = {
    "breedte": range(300, 601, 50),
    "diepte": range(250, 401, 50),
    "dak": ["helder", "opaal", "getint", "polycarbonaat", "geisoleerd"],
    "voorkant": ["open", "schuifwand", "screendoek", "hout"],
    "spots": [2, 4, 6, 8, 12],
    "verwarming": [True],
    "bediening": [True],
}
_RARER = {"breedte": range(250, 701, 10), "diepte": range(200, 451, 10)}


def walks(chance: random.Random) -> Iterator[dict[str, Any]]:
    """Endless visits, as the answers at each price that a page asks for.

    A visitor begins with the defaults and goes down the page: half of the questions keep their default, the
    others are tried once or twice. Seven sizes in ten are round ones.
    """
    while True:
        now: dict[str, Any] = {
            "breedte": "400", "diepte": "300", "dak": "helder", "voorkant": "open", "spots": "0",
            "verwarming": False, "bediening": False,
        }  # fmt: skip
        yield dict(now)
        for question, usual in _USUAL.items():
            tries = chance.choice([0, 0, 0, 1, 1, 2])
            for _ in range(tries):
                options = usual if chance.random() < 0.7 else _RARER.get(question, usual)
                chosen = chance.choice(list(options))
                now[question] = chosen if isinstance(chosen, (bool, str)) else str(chosen)
                yield dict(now)
