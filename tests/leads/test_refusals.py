"""What no visitor's page sends is refused by name, in the reader's language, without asking Postgres."""

import json

import pytest
from django.http import HttpResponse
from django.utils import translation

from leads import form_token
from tenancy.ids import uuid7
from tests.leads.conftest import EMAIL, NAME, Visitor


def errors_of(response: HttpResponse) -> dict[str, str]:
    return json.loads(response.content)["errors"]


# --- What is refused, by name


@pytest.mark.promise("H8")
@pytest.mark.parametrize("name", ["form.price", "contact.iban", "x.y", "name", "", "<b>1", "\x00"])
def test_unknown_field_of_a_form_is_refused(window: Visitor, name: str) -> None:
    response = window.post(window.fields() | {name: "1"})

    assert response.status_code == 422
    assert "<b>1" not in response.content.decode()


def test_errors_of_answers_and_contact_come_together(window: Visitor) -> None:
    document = window.document(contact={"name": "", "email": "sanne@"})
    document["answers"] |= {"breedte": "800", "dak": "stro", "ledspots": "3"}

    assert list(errors_of(window.send(document))) == [
        "breedte", "dak", "ledspots", "contact.name", "contact.email",
    ]  # fmt: skip


def test_choices_that_do_not_go_together_are_refused_with_the_reason(window: Visitor) -> None:
    document = window.document()
    document["answers"] |= {"dak": "geisoleerd"}
    window.language = "fr"

    assert errors_of(window.send(document)) == {"dak": "Ces panneaux mesurent 500 cm au maximum."}


def test_form_with_errors_comes_back_with_its_answers(window: Visitor) -> None:
    response = window.post(window.fields(breedte="6oo", contact__email="", form__marketing="yes"))

    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="6oo"' in page
    assert f'value="{NAME}"' in page
    assert 'href="#field-contact-email"' in page
    assert 'value="yes" checked' in page


def test_update_the_price_without_javascript(window: Visitor) -> None:
    response = window.post(window.fields(form__action="price", breedte="600", contact__email=None))

    page = response.content.decode()
    assert response.status_code == 200
    assert "10.565,00" in page
    assert f'value="{NAME}"' in page


MALFORMED = {
    "not json": b"{",
    "twice": b'{"token": "a", "token": "b"}',
    "nan": b'{"answers": {"breedte": NaN}}',
    "not utf-8": b'{"token": "\xff"}',
    "deep": b"[" * 100_000,
    "endless": b'{"answers": {"breedte": ' + b"9" * 5000 + b"}}",
    "exponent": b'{"answers": {"breedte": 1e99999999999999999999}}',
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_malformed_json_is_refused(window: Visitor, body: bytes) -> None:
    response = window.client.generic("POST", window.address, body, "application/json")

    assert response.status_code == 400
    assert response.json()["code"] == "malformed"


@pytest.mark.parametrize("value", ["1e400", "-0", "\ud800", "\x00", "9" * 5000, " ", "５２０"])
def test_strange_number_is_refused_by_name(window: Visitor, value: str) -> None:
    document = window.document()
    document["answers"]["breedte"] = value

    response = window.client.generic("POST", window.address, json.dumps(document), "application/json")
    assert response.status_code == 422
    assert list(errors_of(response)) == ["breedte"]


@pytest.mark.parametrize(
    "document",
    [[], None, "x", {"answers": []}, {"contact": "x"}, {"marketing": "yes"}, {"token": 1}, {"website": None}],
)
def test_json_of_another_shape_is_refused(window: Visitor, document: object) -> None:
    response = window.client.generic("POST", window.address, json.dumps(document), "application/json")

    assert response.status_code == 422
    assert len(errors_of(response)) == 1


@pytest.mark.parametrize("body", [b"%ff=1", b"form.token=%ed%a0%80", b"a=1&" * 2000, b"\xff"])
def test_malformed_form_is_refused(window: Visitor, body: bytes) -> None:
    response = window.client.generic("POST", window.address, body, "application/x-www-form-urlencoded")

    assert response.status_code == 400


def test_field_that_stands_twice_is_refused(window: Visitor) -> None:
    fields = window.fields()
    doubled = [fields | {name: [fields[name], "x"]} for name in ("breedte", "contact.name", "form.token")]

    assert [window.post(form).status_code for form in doubled] == [422, 422, 422]


def test_too_large_is_refused(window: Visitor) -> None:
    response = window.client.generic("POST", window.address, b"x" * (256 * 1024 + 1), "application/json")

    assert response.status_code == 413


def test_other_content_types_are_refused(window: Visitor) -> None:
    for kind in ("multipart/form-data", "text/plain", ""):
        response = window.client.generic("POST", window.address, b"x", kind)
        assert response.status_code == 415


def test_other_methods_are_refused(window: Visitor) -> None:
    key = window.key
    answers = [
        window.client.put(f"/c/{key}/"),
        window.client.get(f"/c/{key}/price/"),
        window.client.post(f"/c/{key}/thanks/"),
        window.client.post("/e/v1.js"),
    ]

    assert [answer.status_code for answer in answers] == [405, 405, 405, 405]


def test_errors_are_in_the_readers_language(window: Visitor) -> None:
    for language in ("nl", "en", "fr"):
        window.language = language
        with translation.override(language):
            expected = translation.gettext("Fill in your name.")
        found = errors_of(window.send(window.document(contact={"email": EMAIL})))
        assert found == {"contact.name": expected}


# --- Tokens


@pytest.mark.parametrize("token", ["", "x", "é", "A" * 118, "\x00"])
def test_strange_token_is_refused_with_a_fresh_one(window: Visitor, token: str) -> None:
    response = window.send(window.document(token=token))

    assert response.status_code == 422
    assert list(errors_of(response)) == ["form.token"]
    assert response.json()["token"]


def test_token_of_another_configurator_is_refused(window: Visitor) -> None:
    strange = form_token.issue("another", version_id=uuid7(), notice_sha256="00" * 32)

    assert list(errors_of(window.send(window.document(token=strange)))) == ["form.token"]
