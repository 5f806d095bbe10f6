"""The fixed contact fields."""

import pytest

from configurators.answers import Contact, InvalidAnswers, read_contact
from configurators.compiling import Compiled, compile_definition
from tests.configurators.definitions import definition, group


def asking(phone: str = "optional") -> Compiled:
    return compile_definition(definition(group("who", "contact", phone=phone)))


def sent(**fields: object) -> dict[str, object]:
    return {"name": ["Ann de Wit"], "email": ["ann@example.org"], **fields}


def errors(fields: dict[str, object], phone: str = "optional") -> dict[str, str]:
    with pytest.raises(InvalidAnswers) as caught:
        read_contact(asking(phone), fields)
    assert all(str(error.message) for found in caught.value.errors.values() for error in found)
    return {name: error.code for name, (error,) in caught.value.errors.items()}


def test_contact_is_read() -> None:
    contact = read_contact(asking(), sent(email=[" Ann@Example.ORG "], phone=["020 123 45 67"]))

    assert contact == Contact("Ann de Wit", "Ann@example.org", "+31201234567")


def test_json_is_read_the_same() -> None:
    assert read_contact(asking(), {"name": "Ann", "email": "ann@example.org", "phone": None}) == Contact(
        "Ann", "ann@example.org", ""
    )


def test_number_is_understood_by_country() -> None:
    contact = read_contact(asking(), sent(phone=["01 23 45 67 89"]), country="FR")

    assert contact.phone == "+33123456789"


def test_foreign_number_needs_no_country() -> None:
    assert read_contact(asking(), sent(phone=["+32 (2) 123.45.67"])).phone == "+3221234567"


def test_nothing_is_everything_missing() -> None:
    assert errors({}, "required") == {"name": "required", "email": "required", "phone": "required"}


@pytest.mark.parametrize(
    ("name", "code"),
    [("x" * 201, "too_long"), ("A\nBcc: x", "characters"), ("A\x00", "characters"), ("\ud800", "characters")],
)
def test_name_is_checked(name: str, code: str) -> None:
    assert errors(sent(name=[name])) == {"name": code}


@pytest.mark.parametrize(
    "email",
    [
        "ann", "@example.org", "ann@", "ann@example", "ann@@example.org", "ann@exa mple.org",
        "an n@example.org",
        "ann@example.org\r\nBcc: x@example.org", "ann@example.org\x00", ".ann@example.org",
        "a..b@example.org",
        "ann@-example.org", "ann@example..org", "ann@127.0.0.1", "x" * 65 + "@example.org", "a@b@example.org",
        '"ann"@example.org', "ann@example.org>", "\ud800@example.org", "ann@\ud800.org", "ännä@example.org",
        "ann@" + "a" * 64 + ".org",
    ],
)  # fmt: skip
def test_email_is_checked(email: str) -> None:
    assert errors(sent(email=[email])) == {"email": "not_an_email"}


def test_long_email_is_refused() -> None:
    assert errors(sent(email=["a@" + "b." * 150 + "org"])) == {"email": "too_long"}


@pytest.mark.parametrize("email", ["a+b@example.org", "o'hara@example.co.uk", "x_y-z@sub.example.org"])
def test_usual_addresses_are_fine(email: str) -> None:
    assert read_contact(asking(), sent(email=[email])).email == email


def test_domain_in_another_script_is_kept_as_mail_writes_it() -> None:
    assert read_contact(asking(), sent(email=["ann@bücher.example"])).email == "ann@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "phone", ["12", "call me", "+999 12345678", "0" * 41, "٠٦١٢٣٤٥٦٧٨", "+31\x0020", "++31201234567x"]
)
def test_phone_is_checked(phone: str) -> None:
    assert errors(sent(phone=[phone])) == {"phone": "not_a_phone"}


def test_hidden_phone_is_unknown() -> None:
    assert errors(sent(phone=["020 123 45 67"]), "hidden") == {"phone": "unknown"}


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": ["a", "b"]}, {"name": "duplicate"}),
        ({"email": {"a": 1}}, {"email": "wrong_type"}),
        ({"phone": 31201234567}, {"phone": "wrong_type"}),
        ({"name": [3]}, {"name": "wrong_type"}),
    ],
)
def test_wrong_shapes_are_refused(fields: dict[str, object], problem: dict[str, str]) -> None:
    assert errors(sent(**fields)) == problem


def test_configurator_without_contact_takes_none() -> None:
    with pytest.raises(InvalidAnswers):
        read_contact(compile_definition(definition(group("a", "text"))), sent())


def test_contact_is_not_shown_in_logs() -> None:
    assert repr(Contact("Ann", "ann@example.org", "")) == "Contact(…)"
