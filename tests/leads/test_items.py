"""A request about several windows: what is stored, shown, handed over and recomputed of each."""

from typing import Any

import pytest
from django.utils.translation import override

from configurators.models import Configurator
from delivery import typesetting
from leads.models import Lead
from leads.quote_paper import TEMPLATE, in_words
from leads.quotes import Quote, comes_out_again
from leads.representation import documents
from tenancy.context import tenant
from tests.cast import Member
from tests.configurators.definitions import group
from tests.configurators.repeats import answers, house, window
from tests.leads.conftest import Visitor, open_for_visitors
from tests.leads.test_quote_files import text_of

pytestmark = pytest.mark.django_db(transaction=True)
TWO = answers(2, window(), window("200", "150", "triple", grid=True))


@pytest.fixture
def shop(alice: Member) -> Configurator:
    return open_for_visitors(alice, house(group("person", "contact")))


@pytest.fixture
def visitor(shop: Configurator) -> Visitor:
    return Visitor(shop.public_key)


def sent(visitor: Visitor, given: dict[str, Any]) -> int:
    return visitor.send(visitor.document(answers=given)).status_code


def stored(shop: Configurator) -> Lead:
    return Lead.objects.select_related("configurator", "version").get(configurator_id=shop.pk)


def test_a_request_is_stored_and_comes_out_again(visitor: Visitor, shop: Configurator) -> None:
    assert sent(visitor, TWO) == 201

    with tenant(shop.organisation_id):
        lead = stored(shop)
        assert [line["label"] for line in lead.quote["lines"]] == ["Raam 2: Triple", "Raam 2: Grid"]
        assert comes_out_again(lead)


def test_each_answer_is_read_with_its_window(visitor: Visitor, shop: Configurator) -> None:
    sent(visitor, TWO)

    with tenant(shop.organisation_id), override("nl"):
        choices = [(choice.label, choice.value) for choice in Quote.of(stored(shop)).choices]
    assert choices == [
        ("Windows", "2"),
        ("Raam 1: Width", "100 cm"), ("Raam 1: Height", "100 cm"), ("Raam 1: Area", "1 m²"),
        ("Raam 1: Glass", "Double"),
        ("Raam 2: Width", "200 cm"), ("Raam 2: Height", "150 cm"), ("Raam 2: Area", "3 m²"),
        ("Raam 2: Glass", "Triple"), ("Raam 2: Grid", "ja"),
    ]  # fmt: skip


def test_programs_get_labels_and_keys_of_each_window(visitor: Visitor, shop: Configurator) -> None:
    sent(visitor, TWO)

    with tenant(shop.organisation_id):
        [document] = documents([stored(shop)])
    assert document["price"]["lines"][0] == {"label": "Raam 2: Triple", "amount": "180.00"}
    assert document["inputs"]["windows_2_glass"] == "triple"


def test_the_paper_says_which_window(visitor: Visitor, shop: Configurator) -> None:
    sent(visitor, TWO)

    with tenant(shop.organisation_id), override("nl"):
        words = in_words(stored(shop))
    assert "Raam 2: Triple" in text_of(typesetting.pdf(TEMPLATE, words, for_everybody=True))


def test_a_form_sends_windows_that_are_not_there_along(visitor: Visitor, shop: Configurator) -> None:
    given = answers(1, window(), window("100"), window("9", "9", "zinc"))
    fields = {"contact.name": "Sanne", "contact.email": "sanne@example.org", "form.action": "submit"}

    response = visitor.post(fields | {"form.website": "", "form.token": visitor.token()} | given)

    assert response.status_code == 303
    with tenant(shop.organisation_id):
        assert "windows_2_width" not in stored(shop).quote["inputs"]


def test_what_is_wrong_in_a_window_is_told_at_its_field(visitor: Visitor) -> None:
    response = visitor.send(visitor.document(answers=TWO | {"windows_2_width": "9"}))

    assert (response.status_code, list(response.json()["errors"])) == (422, ["windows_2_width"])


def test_no_more_windows_than_there_may_be(visitor: Visitor) -> None:
    response = visitor.send(visitor.document(answers=TWO | {"windows": "4"}))

    assert (response.status_code, list(response.json()["errors"])) == (422, ["windows"])


def test_choices_that_were_saved_bring_each_window_back(visitor: Visitor) -> None:
    link = visitor.client.post(
        f"/c/{visitor.key}/save/?lang=nl", {"answers": TWO}, "application/json",
        headers={"X-Form-Token": visitor.token()},
    ).json()["url"]  # fmt: skip

    page = visitor.client.get(link[link.index("/c/") :]).content.decode()

    field = page[page.index('id="field-windows_2_width"') :]
    assert 'value="200"' in field[: field.index(">")]
    assert '<fieldset class="item" data-item="windows-2" >' in page
    assert '<fieldset class="item" data-item="windows-3" hidden>' in page
