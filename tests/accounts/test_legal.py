import hashlib
from pathlib import Path

import pytest
from django.test import Client

from accounts import legal

KINDS = (legal.TERMS, legal.PRIVACY_POLICY)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", legal.LANGUAGES)
def test_each_text_has_an_address_in_each_language(db, kind, language):
    response = Client().get(f"/{kind}/{language}/")

    document = legal.document(kind, language)
    assert response.status_code == 200
    assert response.context["document"] == document
    assert document.sha256 in response.content.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_language_the_readers_own_is_shown(db, kind):
    response = Client().get(f"/{kind}/", headers={"Accept-Language": "fr-BE"})

    assert response.context["document"].language == "fr"


@pytest.mark.parametrize("path", ["/terms/de/", "/terms/..%2f/", "/privacy-policy/nl/2020/"])
def test_another_language_is_not_found(db, path):
    assert Client().get(path).status_code == 404


def test_the_hash_is_that_of_the_file():
    file = Path(legal.__file__).parent / "legal_texts" / "terms" / "2026-11.nl.txt"

    assert legal.document("terms", "nl").sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize("kind", KINDS)
def test_the_languages_say_the_same_in_the_same_order(kind):
    shapes = {
        tuple((block.kind, len(block.lines)) for block in legal.document(kind, language).blocks)
        for language in legal.LANGUAGES
    }

    assert len(shapes) == 1
