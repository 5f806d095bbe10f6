"""The price while someone is still choosing."""

import json

from django.http import HttpResponse

from leads import live_price
from tests.leads.conftest import Visitor


def errors_of(response: HttpResponse) -> dict[str, str]:
    return json.loads(response.content)["errors"]


def test_live_price_follows_the_answers(window: Visitor) -> None:
    changes = window.price({"breedte": "500", "diepte": "350", "dak": "geisoleerd", "ledspots": "0"}).json()

    assert changes["total"] == "€\u00a09.545,00"
    assert changes["hidden"] == ["dimmer"]
    assert changes["options"]["dak.geisoleerd"] == {"price": "+\u00a0€\u00a01.240", "reason": ""}
    assert changes["lines"][0] == ["Veranda Modern", "", "€\u00a04.995,00"]


def test_drawing_follows_the_answers(window: Visitor) -> None:
    narrow, wide = (window.drawing({"breedte": width}).json()["drawing"] for width in ("300", "600"))

    assert (narrow[:4], narrow != wide) == ("<svg", True)


def test_live_price_says_why_not(window: Visitor) -> None:
    changes = window.price({"breedte": "520", "dak": "geisoleerd"}).json()

    assert changes["options"]["dak.geisoleerd"]["reason"] == "Deze panelen zijn op zijn langst 500 cm."
    assert changes["notices"] == {"dak": "Deze panelen zijn op zijn langst 500 cm."}


def test_live_price_refuses_what_is_no_answer(window: Visitor) -> None:
    assert list(errors_of(window.price({"price": "1"}))) == ["price"]
    assert window.price([]).status_code == 422


def test_live_price_keeps_no_written_answer(window: Visitor) -> None:
    live_price._recent.clear()
    window.price({"remark": "Bel mij op 06"})
    assert len(live_price._recent) == 0
