"""VIES as one meets it: it answers, or it does not, and only an answer says anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from delivery import outbound

if TYPE_CHECKING:
    from tests.billing.years.world import World

#: How often nobody answers, or the member state does not.
AWAY, UNAVAILABLE = 0.3, 0.2


def asked(world: World) -> Callable[..., outbound.Answer]:
    def answer(url: str, *, body: bytes, headers: Any) -> outbound.Answer:
        given = json.loads(body)
        number = given["countryCode"] + given["vatNumber"]
        luck = world.luck.random()
        if luck < AWAY:
            raise outbound.Unreachable("timeout")
        if luck < AWAY + UNAVAILABLE:
            return outbound.Answer(
                200, b'{"actionSucceed": false, "errorWrappers": [{"error": "MS_UNAVAILABLE"}]}'
            )
        buyers = [one for one in world.book.buyers if one.vat_id == number]
        valid = any(one.is_business for one in buyers)
        for one in buyers:
            if valid:
                one.proofs.append(world.now)
        said = {"countryCode": number[:2], "vatNumber": number[2:], "valid": valid, "name": "---"}
        return outbound.Answer(200, json.dumps(said).encode())

    return answer
