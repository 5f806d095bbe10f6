"""Images of an organisation's own as a page shows them: where they are, how large, and in which words."""

from collections.abc import Mapping
from dataclasses import dataclass

from configurators.compiled import Compiled
from configurators.images.parts import OwnImage
from configurators.images.sizes import sizes_of
from configurators.visibility import situation

Answers = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ShownImage:
    """``src`` is the smallest picture that there is; ``srcset`` has every one with its width."""

    src: str
    srcset: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class ShownLayer:
    key: str
    image: ShownImage
    hidden: bool


@dataclass(frozen=True, slots=True)
class ShownLayers:
    """From the back to the front; without ``alt`` they only decorate."""

    layers: list[ShownLayer]
    width: int
    height: int
    alt: str


def shown_image(image: OwnImage, images_url: str, alt: str) -> ShownImage:
    """``images_url`` is where the images of this page are."""
    widths = [width for width, _height in sizes_of(image.width, image.height)]
    places = [(f"{images_url}{image.file}/{width}/", width) for width in widths]
    srcset = ", ".join(f"{place} {width}w" for place, width in places)
    return ShownImage(places[0][0], srcset, image.width, image.height, alt)


def layers_seen(compiled: Compiled, answers: Answers) -> list[str]:
    """The keys of the layers that these answers show."""
    if compiled.layers is None:
        return []
    return compiled.layers.seen(situation(compiled, answers).answers)  # type: ignore[arg-type]


def shown_layers(compiled: Compiled, answers: Answers, images_url: str, language: str) -> ShownLayers | None:
    """The whole stack, with what is not seen now hidden in it."""
    picture = compiled.layers
    if picture is None:
        return None
    seen = layers_seen(compiled, answers)
    layers = [
        ShownLayer(layer.key, shown_image(layer.image, images_url, ""), layer.key not in seen)
        for layer in picture.layers
    ]
    return ShownLayers(layers, *picture.size, compiled.text(picture.alt, language))
