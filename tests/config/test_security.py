"""The headers of answers that no view has thought of."""

import pytest
from django.test import Client

from tests.cast import Member
from tests.factories import sign_in

NEVER_KEPT = "no-store"


def headers(response: object) -> tuple[bool, bool]:
    """Whether an answer forbids frames of others, and forbids to be kept."""
    found = response.headers  # type: ignore[attr-defined]
    return (
        "frame-ancestors 'none'" in found.get("Content-Security-Policy", ""),
        NEVER_KEPT in found.get("Cache-Control", ""),
    )


@pytest.mark.parametrize(
    "path", ["/nothing/", "/c/", "/c/../account/", "/livez", "/livezx", "/account", "/account/"]
)
def test_every_answer_has_a_policy_and_is_kept_nowhere(db: None, client: Client, path: str) -> None:
    assert headers(client.get(path)) == (True, True)


def test_a_wrong_host_gets_them_too(client: Client) -> None:
    assert headers(client.get("/", headers={"host": "evil.example"})) == (True, True)


def test_a_form_without_its_token_gets_them_too(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/sign-in/", {"email": "dana@example.org"})

    assert (response.status_code, headers(response)) == (403, (True, True))


@pytest.mark.parametrize("page", ["", "settings/", "members/", "leads/", "configurators/", "nothing/"])
def test_no_page_of_an_organisation_is_kept(alice: Member, client: Client, page: str) -> None:
    sign_in(client, alice)

    assert headers(client.get(f"/o/{alice.organisation.slug}/{page}")) == (True, True)


def test_what_may_be_kept_says_so_itself(client: Client) -> None:
    assert "max-age=3600" in client.get("/e/v1.js").headers["Cache-Control"]


# --- Over TLS only ---------------------------------------------------------------------------------


@pytest.mark.promise("H38")
def test_plain_http_serves_no_content(client: Client, settings) -> None:
    settings.OVER_TLS = True

    answers = [client.get("/sign-in/?next=/home/"), client.post("/sign-in/", {"email": "dana@example.org"})]

    assert [(each.status_code, each.headers.get("Location")) for each in answers] == [
        (301, "https://testserver/sign-in/?next=/home/"),
        (403, None),
    ]
    assert b"dana" not in answers[1].content


def test_a_wrong_host_is_not_sent_anywhere(client: Client, settings) -> None:
    settings.OVER_TLS = True

    assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 400


def test_over_tls_everything_is_served(db: None, client: Client, settings) -> None:
    settings.OVER_TLS = True

    assert client.get("/sign-in/", secure=True).status_code == 200


def test_signs_of_life_are_asked_in_plain(client: Client, settings) -> None:
    settings.OVER_TLS = True

    assert client.get("/livez").status_code == 200
