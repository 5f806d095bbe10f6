"""The price while someone is still choosing."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.utils import timezone
from time_machine import travel

from leads import live_price, visits
from tests.leads.conftest import Visitor

NOT_SHOWN = [{"form_hidden": True}, {"intake_on": False}]


def errors_of(response: HttpResponse) -> dict[str, str]:
    return json.loads(response.content)["errors"]


def no_longer_show(window: Visitor, monkeypatch: pytest.MonkeyPatch, **switch: bool) -> None:
    publication = visits.published(window.key)
    assert publication is not None
    changed = replace(publication, **switch)
    monkeypatch.setattr(visits, "published", lambda key, fresh=True: changed)


def said(answer: HttpResponse) -> tuple[int, str]:
    return answer.status_code, json.loads(answer.content).get("code", "")


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


# --- Of a form that nobody is shown


@pytest.mark.parametrize("part", ["price", "drawing"])
@pytest.mark.parametrize("switch", NOT_SHOWN)
def test_of_a_form_that_is_not_shown_nothing_is_reckoned(
    window: Visitor, monkeypatch: pytest.MonkeyPatch, switch: dict[str, bool], part: str
) -> None:
    no_longer_show(window, monkeypatch, **switch)

    assert said(getattr(window, part)({"breedte": "520"})) == (404, "gone")


@pytest.mark.parametrize("token", ["x", "A" * 155])
def test_a_token_that_we_never_gave_brings_no_price(
    window: Visitor, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    no_longer_show(window, monkeypatch, form_hidden=True)

    assert said(window.price({"breedte": "520"}, **{"X-Form-Token": token})) == (404, "gone")


def test_a_token_of_more_than_a_day_ago_brings_no_price(
    window: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = window.token()
    no_longer_show(window, monkeypatch, form_hidden=True)

    with travel(timezone.now() + timedelta(days=1), tick=False):
        answer = window.price({"breedte": "520"}, **{"X-Form-Token": token})

    assert said(answer) == (404, "gone")


@pytest.mark.parametrize("part", ["price", "drawing"])
@pytest.mark.parametrize("switch", NOT_SHOWN)
def test_who_had_the_form_before_goes_on(
    window: Visitor, monkeypatch: pytest.MonkeyPatch, switch: dict[str, bool], part: str
) -> None:
    token, ask = window.token(), getattr(window, part)
    before = ask({"breedte": "520"}).json()
    no_longer_show(window, monkeypatch, **switch)

    assert ask({"breedte": "520"}, **{"X-Form-Token": token}).json() == before
