"""The confirmation for whoever has no JavaScript."""

from tests.leads.conftest import Visitor


def test_thanks_shows_the_reference_and_nothing_else(window: Visitor) -> None:
    response = window.client.get(f"/c/{window.key}/thanks/?lang=fr&reference=8vJ2mQx7Rt")

    assert response.status_code == 200
    assert "8vJ2mQx7Rt" in response.content.decode()


def test_thanks_repeats_no_text_of_others(window: Visitor) -> None:
    response = window.client.get(f"/c/{window.key}/thanks/?reference=<b>call+0900</b>")

    assert "0900" not in response.content.decode()
