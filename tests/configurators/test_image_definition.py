"""What a definition may say of the organisation's own images, and what a page makes of it."""

from typing import Any

import pytest

from configurators.answers import initial_answers, preview_json
from configurators.changes import changes
from configurators.compiled import Compiled
from configurators.compiling import compile_definition
from configurators.definition import check
from configurators.playable import playable
from configurators.presentation import Filled, changes_of, page_of
from tests.configurators.definitions import definition, group, option

Json = dict[str, Any]
FILE, OTHER = "a" * 64, "b" * 64
ALT = {"nl": "Opaal glas van dichtbij", "en": "Opal glass, close by", "fr": "Verre opale de près"}


def own(file: str = FILE, **more: Any) -> Json:
    return {"file": file, "width": 1200, "height": 750, "alt": ALT} | more


def layer(key: str, file: str = FILE, **more: Any) -> Json:
    return {"key": key, "file": file, "width": 1200, "height": 750} | more


def layers(*found: Json, **more: Any) -> Json:
    return {"kind": "layers", "layers": list(found), "alt": ALT} | more


def with_roof(image: Any, **more: Any) -> Json:
    """One choice of two roofs, the first of which has the image."""
    roof = group("roof", "single", options=[option("opal", image=image), option("clear")], default="opal")
    return definition(roof, **more)


def told(found: Json, severity: str = "error") -> list[tuple]:
    return [(p.path[-2:], p.code) for p in check(found) if p.severity == severity and p.code != "no_contact"]


def test_an_option_may_have_an_image_of_ones_own() -> None:
    compiled = compile_definition(with_roof(own()))

    photo = compiled.groups["roof"].options[0].photo
    assert photo is not None
    assert (photo.file, photo.width, photo.alt["nl"]) == (FILE, 1200, ALT["nl"])
    assert (compiled.groups["roof"].options[0].image, compiled.files) == (None, frozenset({FILE}))


def test_one_of_our_drawings_stays_a_name() -> None:
    option_ = compile_definition(with_roof("veranda/dak/opaal")).groups["roof"].options[0]

    assert (option_.image, option_.photo) == ("veranda/dak/opaal", None)


def test_what_an_image_shows_is_missed_in_each_language() -> None:
    found = with_roof(own(alt={}), languages=["nl", "en", "fr"])

    assert [path for path, code in told(found, "warning") if code == "no_alt"] == [
        ("alt", "nl"), ("alt", "en"), ("alt", "fr"),
    ]  # fmt: skip
    assert told(found) == []


def test_what_an_image_shows_is_missed_where_only_a_translation_is() -> None:
    found = with_roof(own(alt={"nl": ALT["nl"], "en": ALT["en"]}), languages=["nl", "en", "fr"])

    assert (("alt", "fr"), "untranslated") in told(found, "warning")


def test_decoration_says_nothing_and_nothing_is_missed() -> None:
    found = with_roof(own(decorative=True, alt={}), languages=["nl"])

    assert [code for _path, code in told(found, "warning") if code in ("no_alt", "untranslated")] == []
    assert compile_definition(with_roof(own(decorative=True))).groups["roof"].options[0].photo.alt == {}


@pytest.mark.parametrize(
    ("image", "place", "code"),
    [
        (own("../../etc/passwd"), "file", "not_an_image"),
        (own("A" * 64), "file", "not_an_image"),
        (own(None), "file", "not_an_image"),
        (own(width=0), "width", "out_of_bounds"),
        (own(width=5000), "width", "out_of_bounds"),
        (own(height="750"), "height", "wrong_type"),
        ({"file": FILE}, "width", "missing"),
        (own(src="https://elsewhere.example/"), "src", "unknown"),
        (own(decorative="yes"), "decorative", "wrong_type"),
        ("https://elsewhere.example/x.svg", "image", "wrong_type"),
    ],
)  # fmt: skip
def test_anything_else_is_no_image(image: Any, place: str, code: str) -> None:
    assert (place, code) in [(path[-1], found) for path, found in told(with_roof(image))]


def test_layers_follow_the_choices() -> None:
    compiled = compile_definition(
        with_roof(None, drawing=layers(layer("back"), layer("opal", OTHER, **{"if": 'roof = "opal"'})))
    )

    assert changes_of(compiled, initial_answers(compiled), {}, language="nl")["layers"] == ["back", "opal"]
    clear, errors = preview_json(compiled, {"roof": "clear"})
    assert changes_of(compiled, clear, errors, language="nl")["layers"] == ["back"]
    assert (compiled.drawing, compiled.files) == (None, frozenset({FILE, OTHER}))


def test_a_layer_whose_condition_fails_is_not_seen() -> None:
    width = group("width", "number", min="0", max="10", default="0")
    found = definition(width, drawing=layers(layer("back"), layer("wide", **{"if": "1 / width > 2"})))
    compiled = compile_definition(found)

    assert changes_of(compiled, initial_answers(compiled), {}, language="nl")["layers"] == ["back"]


def test_the_page_has_every_layer_with_its_size_and_hides_what_is_not_seen() -> None:
    compiled = compile_definition(
        with_roof(None, drawing=layers(layer("back"), layer("clear", OTHER, **{"if": 'roof = "clear"'})))
    )

    page = page_of(
        compiled, Filled(answers=initial_answers(compiled)), language="nl", images_url="/c/key/image/"
    )

    assert page.layers is not None
    assert [(one.key, one.hidden) for one in page.layers.layers] == [("back", False), ("clear", True)]
    assert (page.layers.width, page.layers.height, page.layers.alt) == (1200, 750, ALT["nl"])
    assert page.layers.layers[0].image.srcset == (
        f"/c/key/image/{FILE}/480/ 480w, /c/key/image/{FILE}/1200/ 1200w"
    )


@pytest.mark.parametrize(
    ("drawing", "place", "code"),
    [
        (layers(layer("back"), layer("back")), "key", "duplicate_key"),
        (layers(layer("back", **{"if": "roof +"})), "if", "syntax"),
        (layers(layer("back", **{"if": "nothing = 1"})), "if", "unknown_name"),
        (layers(layer("back", "x")), "file", "not_an_image"),
        (layers(kind="video"), "kind", "not_allowed"),
        ({"layers": []}, "kind", "missing"),
    ],
)  # fmt: skip
def test_layers_that_say_nothing_sensible_are_refused(drawing: Json, place: str, code: str) -> None:
    found = [path[-1] for path, _code in told(with_roof(None, drawing=drawing))]

    assert place in found, (code, told(with_roof(None, drawing=drawing)))


def test_layers_of_other_proportions_are_warned_about() -> None:
    found = with_roof(None, drawing=layers(layer("back"), layer("front", height=400)))

    assert [code for _path, code in told(found, "warning") if code == "proportions"] == ["proportions"]


def test_a_picture_without_layers_is_none() -> None:
    compiled = compile_definition(with_roof(None, drawing=layers()))

    assert (compiled.layers, compiled.drawing) == (None, None)


def test_a_logo_stands_in_the_theme() -> None:
    theme = {"accent": "#0f4d43", "text": "#1b211f", "background": "#f6f4ee", "logo": own()}
    compiled = compile_definition(with_roof(None, theme=theme))

    assert compiled.logo is not None
    assert (compiled.logo.file, compiled.logo.alt["nl"]) == (FILE, ALT["nl"])
    assert "logo" in [path[-1] for path, _code in told(with_roof(None, theme=theme | {"logo": "x.svg"}))]


def test_a_version_compiled_before_there_were_images_is_read() -> None:
    document = compile_definition(with_roof(None)).to_json()

    compiled = Compiled.from_json(document)

    assert (compiled.files, compiled.layers, compiled.logo) == (frozenset(), None, None)


def test_what_was_compiled_comes_back_the_same() -> None:
    compiled = compile_definition(with_roof(own(), drawing=layers(layer("back"))))

    assert Compiled.from_json(compiled.to_json()).sha256 == compiled.sha256


def test_the_browser_learns_when_a_layer_is_seen_and_no_more() -> None:
    found = with_roof(own(), drawing=layers(layer("back"), layer("opal", **{"if": 'roof = "opal"'})))

    document = playable(compile_definition(found), "nl")

    assert [sorted(one) for one in document["layers"]] == [["if", "key"], ["if", "key"]]
    assert FILE not in str(document)


def test_a_change_of_images_is_told_in_words() -> None:
    before = with_roof("veranda/dak/opaal", drawing="veranda")
    after = with_roof(own(), drawing=layers(layer("back"), layer("opal", **{"if": 'roof = "opal"'})))

    sentences = " ".join(change.text for change in changes(before, after))

    assert FILE not in sentences
    assert "an image of your own" in sentences


def test_a_change_within_layers_is_told_by_its_layer() -> None:
    before = with_roof(own(), drawing=layers(layer("back"), layer("opal")))
    changed = layer("opal", **{"if": 'roof = "opal"'})
    after = with_roof(own(OTHER), drawing=layers(layer("back", OTHER), changed))

    assert [change.text for change in changes(before, after)] == [
        "drawing › back: another image",
        'drawing › opal, seen if: – → roof = "opal"',
        "Roof › Opal, image: another image",
    ]
