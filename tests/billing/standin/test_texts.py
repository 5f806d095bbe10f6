"""The words on the pages are there in every language."""

from string import Formatter

from billing.standin.texts import MONTHS, TEXTS


def test_every_language_has_every_text():
    assert all(set(texts) == set(TEXTS["en"]) for texts in TEXTS.values())
    assert {len(months) for months in MONTHS.values()} == {12}


def test_the_same_values_go_into_a_text_in_every_language():
    for name, text in TEXTS["en"].items():
        wanted = {field for _, field, _, _ in Formatter().parse(text) if field}
        for texts in TEXTS.values():
            assert {field for _, field, _, _ in Formatter().parse(texts[name]) if field} == wanted, name
