"""Images in a compiled configurator: which file, how large, in words, and for layers when they are seen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from configurators.formula import Environment, Failure

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class OwnImage:
    """``alt`` is empty for what only decorates."""

    file: str
    width: int
    height: int
    alt: Mapping[str, str]

    @classmethod
    def from_json(cls, item: Json) -> "OwnImage":
        return cls(item["file"], item["width"], item["height"], item["alt"])


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One image of a stack; without a condition it is always seen."""

    key: str
    image: OwnImage
    condition: Callable[[Environment], bool] | None

    def is_seen(self, answers: Environment) -> bool:
        """A condition that comes to an error shows nothing."""
        try:
            return self.condition is None or self.condition(answers)
        except Failure:
            return False


@dataclass(frozen=True, slots=True, eq=False)
class LayeredPicture:
    """A picture that follows the choices: images on each other, of which the first is at the back."""

    layers: tuple[Layer, ...]
    alt: Mapping[str, str]

    @property
    def size(self) -> tuple[int, int]:
        back = self.layers[0].image
        return back.width, back.height

    def seen(self, answers: Environment) -> list[str]:
        """The keys of the layers that are seen with these answers."""
        return [layer.key for layer in self.layers if layer.is_seen(answers)]


def own_image(item: object) -> OwnImage | None:
    return OwnImage.from_json(item) if isinstance(item, dict) else None


def layered(
    item: object, condition: Callable[[object], Callable[[Environment], bool] | None]
) -> LayeredPicture | None:
    """The picture, where it is one of layers; ``condition`` reads a compiled tree."""
    if not isinstance(item, dict):
        return None
    layers = (
        Layer(one["key"], OwnImage.from_json(one | {"alt": {}}), condition(one["if"]))
        for one in item["layers"]
    )
    return LayeredPicture(tuple(layers), item["alt"])
