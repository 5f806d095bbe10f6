"""Drawings follow the choices, survive any input, and carry nothing but shapes."""

from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configurators import drawings

WORDS = st.sampled_from(
    ["", "opaal", "houten_wand_links", "deux", "a4", '"><script>', "1e999", "-5", "NaN", "é"]
)
ANSWERS = st.dictionaries(
    st.sampled_from(
        [
            "breedte",
            "diepte",
            "dak",
            "voorkant",
            "ledspots",
            "largeur",
            "hauteur",
            "vantaux",
            "formaat",
            "oplage",
        ]
    ),
    st.one_of(
        WORDS,
        st.booleans(),
        st.none(),
        st.decimals(),
        st.integers(),
        st.lists(WORDS, max_size=2).map(tuple),
    ),
)
OPTIONS = [
    *(f"veranda/dak/{name}" for name in ("helder", "opaal", "getint", "polycarbonaat", "geisoleerd")),
    *(
        f"veranda/voorkant/{name}"
        for name in ("open", "glazen_schuifwand", "screendoek", "houten_wand_links")
    ),
    *(f"window/vitrage/{name}" for name in ("double", "triple", "phonique", "depoli", "securite")),
    *(f"window/vantaux/{name}" for name in ("un", "deux", "trois")),
    *(f"printing/formaat/{name}" for name in ("a6", "a5", "a4", "dl")),
    *(f"printing/afwerking/{name}" for name in ("geen", "ronde_hoeken", "spot_uv", "folie")),
]


@pytest.mark.parametrize("slug", drawings.SLUGS)
@given(values=ANSWERS)
def test_every_answer_gives_a_well_formed_drawing(slug: str, values: dict[str, object]) -> None:
    drawing = drawings.render(slug, values)

    assert drawing is not None
    assert ElementTree.fromstring(drawing).tag == "{http://www.w3.org/2000/svg}svg"
    assert "style=" not in drawing


def test_measures_are_written_beside_the_veranda() -> None:
    drawing = drawings.render("veranda", {"breedte": Decimal("520"), "diepte": 350})

    assert drawing is not None
    assert "520 cm" in drawing
    assert "350 cm" in drawing


def test_lights_are_as_many_as_asked() -> None:
    drawing = drawings.render("veranda", {"ledspots": 8})

    assert drawing is not None
    assert drawing.count("<circle") == 8 * 4


def test_title_is_escaped_and_makes_it_an_image() -> None:
    drawing = drawings.render("veranda", {}, title='A "veranda" <b>')

    assert drawing is not None
    assert 'role="img" aria-label="A &quot;veranda&quot; &lt;b&gt;"' in drawing


def test_unknown_drawing_is_none() -> None:
    assert drawings.render("spaceship", {}) is None
    assert drawings.option_image("spaceship", "spaceship/roof/flat") is None
    assert drawings.option_image("veranda", "veranda/dak/stro") is None
    assert drawings.option_image("veranda", "") is None


@pytest.mark.parametrize("image", OPTIONS)
def test_options_have_pictures_that_differ(image: str) -> None:
    family = image.rsplit("/", 1)[0]
    others = {other: drawings.option_image("", other) for other in OPTIONS if other.startswith(family)}

    assert others[image] is not None
    assert list(others.values()).count(others[image]) == 1
