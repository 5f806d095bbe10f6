import hashlib
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client, override_settings

from accounts import legal, publications


def _in_force(kind, language):
    return publications.in_force(kind).document(language)


@pytest.mark.promise("H50", "H3", "D30")
@pytest.mark.parametrize("kind", legal.KINDS)
@pytest.mark.parametrize("language", legal.LANGUAGES)
def test_each_text_has_an_address_in_each_language(db, kind, language):
    response = Client().get(f"/{kind}/{language}/")

    document = _in_force(kind, language)
    assert response.status_code == 200
    assert response.context["document"] == document
    assert (document.language, bool(document.blocks)) == (language, True)
    assert document.sha256 in response.content.decode()


@pytest.mark.parametrize("kind", legal.KINDS)
def test_without_a_language_the_readers_own_is_shown(db, kind):
    response = Client().get(f"/{kind}/", headers={"Accept-Language": "fr-BE"})

    assert response.context["document"].language == "fr"


@pytest.mark.promise("H50")
@pytest.mark.parametrize("kind", legal.KINDS)
def test_each_version_has_an_address_for_ever(db, kind):
    version = publications.FIRST[kind][0][0]

    response = Client().get(f"/{kind}/nl/{version}/")

    assert response.context["document"] == legal.document(kind, "nl", version)


@pytest.mark.parametrize(
    "path",
    [
        "/terms/de/",
        "/terms/..%2f/",
        "/privacy-policy/nl/2020/",
        "/terms/nl/2019-01/",
        "/terms/nl/2026-99-99/",
    ],
)
def test_what_was_not_published_is_not_found(db, path):
    assert Client().get(path).status_code == 404


@pytest.mark.promise("E1")
def test_when_it_was_last_updated_is_the_day_from_which_it_counts(db):
    response = Client().get("/terms/en/")

    assert response.context["edition"].effective_at == publications.in_force("terms").effective_at
    assert "last updated on 1 November 2026" in " ".join(response.content.decode().split())


def test_the_hash_is_that_of_the_file(db):
    file = Path(legal.__file__).parent / "legal_texts" / "terms" / "2026-11.nl.txt"

    assert legal.document("terms", "nl", "2026-11").sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.promise("D30")
@pytest.mark.parametrize("kind", legal.KINDS)
def test_the_languages_say_the_same_in_the_same_order(kind):
    shapes = [
        {
            tuple((block.kind, len(block.lines)) for block in legal.document(kind, language, version).blocks)
            for language in legal.LANGUAGES
        }
        for version, _day in publications.FIRST[kind]
    ]

    assert [len(shape) for shape in shapes] == [1] * len(shapes)


@pytest.mark.promise("E21", "H1", "A23")
@pytest.mark.parametrize("kind", ["processing-agreement", "cookies"])
def test_the_privacy_contact_stands_in_the_texts(db, kind):
    with override_settings(PRIVACY_CONTACT="olga@opmaat.example"):
        assert "olga@opmaat.example" in Client().get(f"/{kind}/fr/").content.decode()


@pytest.mark.promise("E21", "H1", "A23")
@pytest.mark.parametrize(("contact", "refused"), [("", True), ("olga@opmaat.example", False)])
def test_without_a_privacy_contact_there_is_no_deployment(contact, refused):
    from accounts.checks import there_is_a_privacy_contact

    with override_settings(PRIVACY_CONTACT=contact):
        assert [e.id for e in there_is_a_privacy_contact(None)] == ["accounts.E004"] * refused


def test_a_text_that_is_missing_in_a_language_fails_the_check(monkeypatch):
    from datetime import date

    from accounts.checks import every_text_is_whole

    monkeypatch.setitem(publications.FIRST, "terms", (("2031-01", date(2031, 1, 1)),))

    assert [error.id for error in every_text_is_whole(None)] == ["accounts.E002"] * 3


def test_every_version_is_listed(db, capsys):
    call_command("documents", "list")

    assert "terms 2026-11 from 2026-11-01 (in force)" in capsys.readouterr().out
