"""The letters of a request, in each language."""

import pytest
from django.utils.translation import override

from organisations.countries import CURRENCIES
from privacy.models import PrivacyRequest, Right
from privacy.requests import letters
from privacy.requests.authorities import AUTHORITIES, authority_of
from privacy.requests.carrying_out import Carried
from privacy.requests.decisions import DENIED, GRANTED, GROUNDS, Decision
from tenancy.context import tenant
from tests.privacy.requests.conftest import letters_of

pytestmark = pytest.mark.django_db

LANGUAGES = ("nl", "en", "fr")
TEMPLATES = ("request_received", "request_identity_asked", "request_extended", "request_unverified")
COURT = {"nl": "rechter", "en": "court", "fr": "tribunal"}
NO_COPY = {
    "nl": "kopie van een identiteitsbewijs",
    "en": "copy of an identity document",
    "fr": "pièce d’identité",
}


def every_letter(organisation, request):
    """All letters of one request, the answer as it is when part is refused."""
    kept = [
        Decision("contact", str(GRANTED[request.right])),
        Decision("lead", str(DENIED[request.right]), "12(5)"),
    ]
    with tenant(organisation.pk):
        request = PrivacyRequest.objects.get(pk=request.pk)
        request.extended_until = request.statutory_on
        return [
            *(letters.compose(request, template) for template in TEMPLATES),
            letters.draft(request, kept),
        ]


@pytest.mark.promise("H37")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_names_the_authority_the_court_and_the_controller(receive, controller, language):
    request = receive(language=language)

    for letter in every_letter(controller, request):
        assert "Autoriteit Persoonsgegevens (AP)" in letter.text
        assert "https://www.autoriteitpersoonsgegevens.nl/" in letter.text
        assert COURT[language] in letter.text
        assert "Acme BV, privacy@acme.example" in letter.text
        assert "Dorpsstraat 1" in letter.text
        assert request.reference in letter.text


@pytest.mark.promise("H37")
@pytest.mark.parametrize(
    ("country", "language", "name"),
    [
        ("BE", "nl", "Gegevensbeschermingsautoriteit (GBA)"),
        ("BE", "fr", "Autorité de protection des données (APD)"),
        ("FR", "fr", "CNIL"),
        ("DE", "en", "BfDI"),
        ("GB", "en", "ICO"),
        ("JP", "nl", "Europees Comité"),
    ],
)
def test_the_authority_is_that_of_the_persons_country(receive, controller, country, language, name):
    receive(country=country, language=language)

    [letter] = letters_of(controller)
    assert name in letter.text


def test_every_country_that_one_can_choose_has_its_authority():
    assert set(CURRENCIES) <= set(AUTHORITIES)
    assert all(authority_of(country).url.startswith("https://") for country in AUTHORITIES)


@pytest.mark.promise("D19")
@pytest.mark.parametrize("language", LANGUAGES)
def test_who_must_show_who_they_are_reads_that_no_copy_of_a_document_is_wanted(receive, controller, language):
    request = receive(language=language, proven="")

    received, asked, *_others = every_letter(controller, request)

    assert NO_COPY[language] in received.text
    assert NO_COPY[language] in asked.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("right", [right for right in Right if DENIED[right]])
def test_an_answer_says_what_was_refused_and_why(receive, controller, nobody_carries_out, language, right):
    request = receive(right=right, language=language)
    ground = next(iter(GROUNDS[right]))

    with tenant(controller.pk):
        letter = letters.draft(request, [Decision("contact", str(DENIED[right]), ground, "2033-12-31")])
    with override(language):
        assert f"{GROUNDS[right][ground]}." in letter.text
    assert "2033" in letter.text


@pytest.mark.parametrize("right", list(Right))
def test_nothing_of_a_template_is_left_in_an_answer(receive, controller, nobody_carries_out, right):
    request = receive(right=right, language="en")

    with tenant(controller.pk):
        letter = letters.answer(request, Carried(nothing_held=True))

    assert "{" not in letter.text
    assert "hold nothing about you" in letter.text


def test_an_erasure_says_until_when_backups_hold_it(receive, controller):
    from datetime import date

    request = receive(language="nl")

    with tenant(controller.pk):
        request.decisions = [{"group": "*", "outcome": "erased", "ground": "", "until": ""}]
        letter = letters.answer(request, Carried(recipients=("Teamleader",), backups_until=date(2027, 2, 21)))

    assert "21 februari 2027" in letter.text
    assert "- Teamleader" in letter.text
