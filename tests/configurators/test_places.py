"""Where a problem is, in the maker's own words."""

from configurators.places import place_in_words

DEFINITION = {
    "language": "nl",
    "steps": [
        {
            "key": "maat",
            "title": {"nl": "Maat", "en": "Size"},
            "groups": [{"key": "breedte", "label": {"nl": "Breedte"}, "visible_if": "("}],
        }
    ],
    "lines": [{"key": "basis", "label": {"nl": " "}, "price": {"kind": "formula", "formula": "("}}],
}


def test_names_lead_to_the_place() -> None:
    assert place_in_words(DEFINITION, ("steps", 0, "groups", 0, "visible_if")) == "Maat › Breedte"


def test_part_without_a_text_goes_by_its_key() -> None:
    assert place_in_words(DEFINITION, ("lines", 0, "price", "formula")) == "basis"


def test_whole_has_no_place() -> None:
    assert place_in_words(DEFINITION, ("title", "nl")) == ""


def test_place_that_does_not_exist_ends_where_it_can() -> None:
    assert place_in_words(DEFINITION, ("steps", 0, "groups", 7, "label")) == "Maat"


def test_definition_that_is_no_object_has_no_places() -> None:
    assert place_in_words(["x"], (0, "y")) == ""
