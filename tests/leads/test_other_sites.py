"""What the script of another site may read: a listed one our answers, any other none of them."""

import pytest

from tests.leads.conftest import Visitor

LISTED, OTHER = "https://www.acme.example", "https://www.globex.example"
ALLOWS = "Access-Control-Allow-Origin"


@pytest.mark.parametrize(("origin", "allowed"), [(LISTED, LISTED), (OTHER, None), ("null", None)])
def test_a_listed_site_alone_reads_the_page(window: Visitor, origin: str, allowed: str | None) -> None:
    response = window.client.get(f"{window.address}&embed=1", headers={"Origin": origin})

    assert (response.status_code, response.headers.get(ALLOWS)) == (200, allowed)


@pytest.mark.parametrize(("origin", "allowed"), [(LISTED, LISTED), (OTHER, None)])
def test_a_listed_site_alone_reads_a_price(window: Visitor, origin: str, allowed: str | None) -> None:
    response = window.price({"dak": "opaal"}, Origin=origin)

    assert (response.status_code, response.headers.get(ALLOWS)) == (200, allowed)


@pytest.mark.parametrize(("origin", "allowed"), [(LISTED, LISTED), (OTHER, None)])
def test_a_listed_site_alone_may_ask_whether_it_may_send(
    window: Visitor, origin: str, allowed: str | None
) -> None:
    response = window.client.options(
        window.address,
        headers={"Origin": origin, "Access-Control-Request-Method": "POST"},
    )

    assert (response.status_code, response.headers.get(ALLOWS)) == (204, allowed)


def test_a_refusal_can_be_read_too(window: Visitor) -> None:
    response = window.send({"nonsense": 1}, Origin=LISTED)

    assert (response.status_code, response.headers[ALLOWS]) == (422, LISTED)


def test_nobodys_credentials_are_asked_for(window: Visitor) -> None:
    response = window.client.options(window.address, headers={"Origin": LISTED})

    assert "Access-Control-Allow-Credentials" not in response.headers
    assert not response.cookies


def test_what_is_kept_is_kept_by_origin(window: Visitor) -> None:
    """A cache must not hand one site the answer that was allowed to another."""
    page = window.client.get(window.address).content.decode()
    address = page.partition('data-definition="')[2].partition('"')[0].replace("&amp;", "&")

    response = window.client.get(address, headers={"Origin": LISTED})

    assert response.headers[ALLOWS] == LISTED
    assert "Origin" in response.headers["Vary"]


def test_without_an_origin_nothing_is_said_of_it(window: Visitor) -> None:
    assert ALLOWS not in window.client.get(window.address).headers
