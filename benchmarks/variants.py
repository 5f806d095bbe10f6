"""What is measured: each variant's requests, and where they go."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from benchmarks import client
from tests.house import Shop
from tests.visitors import answers, sendings, walks

#: More than a round can use; a round that runs out ends early.
_MOST_PER_SECOND = 2500
_PRICES = 12_000
_SOME = 100


@dataclass(frozen=True, slots=True)
class Variant:
    """``requests`` makes those of one round; ``repeat`` where the same may be sent again."""

    name: str
    server: str
    requests: Callable[[float, int], list[bytes]]
    repeat: bool = True


def variants(shop: Shop) -> list[Variant]:
    page, price = f"/c/{shop.key}/?lang=nl", f"/c/{shop.key}/price/?lang=nl"

    def submissions(seconds: float, seed: int) -> list[bytes]:
        many = int(seconds * _MOST_PER_SECOND)
        return [
            client.post(page, each.body, address=each.address)
            for each in islice(sendings(shop, seed=seed), many)
        ]

    def unread(seconds: float, seed: int) -> list[bytes]:
        """The same requests for the yardstick, which does not look at them."""
        some = islice(sendings(shop, seed=seed), _SOME)
        return [client.post("/insert", each.body, address=each.address) for each in some]

    def prices(seconds: float, seed: int) -> list[bytes]:
        """What visitors look at, one change after the other."""
        return [_price(price, each) for each in islice(walks(random.Random(seed)), _PRICES)]

    def new_prices(seconds: float, seed: int) -> list[bytes]:
        """Configurations that hardly ever come twice, so that each is reckoned."""
        chance = random.Random(seed)
        return [_price(price, answers(chance)) for _ in range(_PRICES)]

    def same(path: str) -> Callable[[float, int], list[bytes]]:
        return lambda seconds, seed: [client.get(path)]

    return [
        Variant("bare insert", "bare", unread),
        Variant("submit", "product", submissions, repeat=False),
        Variant("no-op", "product", same(f"/c/{shop.key}/noop/?lang=nl")),
        Variant("price", "product", prices),
        Variant("price, all new", "product", new_prices),
        Variant("page, cached", "product", same(page)),
        Variant("page, rendered", "product", same(f"/c/{shop.key}/uncached/?lang=nl")),
    ]


def _price(path: str, wanted: dict[str, Any]) -> bytes:
    countable = {name: answer for name, answer in wanted.items() if name != "opmerking"}
    return client.post(path, json.dumps({"answers": countable}).encode(), address="203.0.113.7")
