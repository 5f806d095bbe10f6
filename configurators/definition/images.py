"""Images of the organisation's own: for an option, as a logo, and as layers that follow the choices."""

import re

from django.utils.translation import gettext_lazy as _

from configurators.definition.formulas import FormulaChecks
from configurators.definition.limits import MAX_LAYERS
from configurators.definition.reading import Part
from configurators.images.sizes import WIDE

FILE_PATTERN = r"[0-9a-f]{64}"
_FILE = re.compile(FILE_PATTERN, re.ASCII)
_OF_FILE = ("file", "width", "height")
_IN_WORDS = ("alt", "decorative")
#: Layers that differ by no more than a pixel or so lie on each other.
_SAME_SHAPE = 0.01


def check_option_image(option: Part) -> None:
    """One of our drawings by its name, or an image of the organisation's own."""
    if isinstance(option.value.get("image"), dict):
        check_image(option, "image")
    else:
        option.slug("image")


def check_image(owner: Part, name: str) -> None:
    image = owner.part(name)
    if image is None:
        return
    image.only((*_OF_FILE, *_IN_WORDS))
    _check_file(image)
    _check_words(image)


def check_drawing(root: Part, formulas: FormulaChecks) -> None:
    """One of our parametric drawings by its name, or layers of the organisation's own."""
    if not isinstance(root.value.get("drawing"), dict):
        root.slug("drawing")
        return
    drawing = root.part("drawing")
    assert drawing is not None
    drawing.only(("kind", "layers", *_IN_WORDS))
    drawing.one_of("kind", ("layers",))
    layers = drawing.parts("layers", MAX_LAYERS)
    if not layers:
        text = _("This picture has no layer yet, so visitors see none.")
        drawing.report.warning(drawing.at("layers"), "no_layers", text)
        return
    keys: set[str] = set()
    for layer in layers:
        _check_layer(layer, keys, formulas)
    _check_shapes(layers)
    _check_words(drawing)


def _check_layer(layer: Part, keys: set[str], formulas: FormulaChecks) -> None:
    layer.only(("key", "if", *_OF_FILE))
    key = layer.key()
    if key in keys:
        text = _("The key “%(key)s” is used twice.")
        layer.report.error(layer.at("key"), "duplicate_key", text, key=key)
    if key is not None:
        keys.add(key)
    _check_file(layer)
    formulas.check(layer, "if", "boolean")


def _check_file(part: Part) -> None:
    file = part.value.get("file")
    if not isinstance(file, str) or not _FILE.fullmatch(file):
        part.report.error(part.at("file"), "not_an_image", _("Choose an image here."))
    for name, most in zip(("width", "height"), WIDE, strict=True):
        if part.integer(name, 1, most) is None and part.value.get(name) is None:
            part.missing(name)


def _check_words(part: Part) -> None:
    """What the image shows, in every language, unless it only decorates."""
    decorates = part.flag("decorative")
    part.text("alt")
    if decorates or _says_something(part.value.get("alt")):
        return
    for language in part.languages:
        part.report.warning(
            part.at("alt", language),
            "no_alt",
            _("What this image shows is not said in “%(language)s”, for who cannot see it."),
            language=language,
        )


def _says_something(texts: object) -> bool:
    return isinstance(texts, dict) and any(isinstance(text, str) and text.strip() for text in texts.values())


def _check_shapes(layers: list[Part]) -> None:
    shapes = [_shape(layer) for layer in layers]
    for layer, shape in zip(layers, shapes, strict=True):
        if shape and shapes[0] and abs(shape - shapes[0]) > _SAME_SHAPE * shapes[0]:
            layer.report.warning(
                layer.at("file"),
                "proportions",
                _("This layer has other proportions than the first, so it does not lie exactly on it."),
            )


def _shape(layer: Part) -> float:
    width, height = layer.value.get("width"), layer.value.get("height")
    if not isinstance(width, int) or not isinstance(height, int) or width < 1 or height < 1:
        return 0.0
    return width / height
