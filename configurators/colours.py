"""Colours as ``#rrggbb``, how well one can be read on another, and the nearest that can.

Contrast as WCAG 2.2 defines it (relative luminance, 1.4.3 and 1.4.11).
"""

import colorsys
import re
from collections.abc import Iterable, Iterator, Sequence

WHITE, BLACK = "#ffffff", "#000000"
COLOUR_PATTERN = r"#[0-9a-f]{6}"
_COLOUR = re.compile(COLOUR_PATTERN, re.ASCII)
_SHADES = 256

Channels = tuple[float, float, float]


def is_colour(text: object) -> bool:
    """Six hexadecimal digits in small letters; nothing else is ever written into a style sheet."""
    return isinstance(text, str) and _COLOUR.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def least_contrast(colour: str, grounds: Iterable[str]) -> float:
    """On the one of these where it can be read worst."""
    return min(contrast(colour, ground) for ground in grounds)


def luminance(colour: str) -> float:
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mixed(one: str, other: str, share: float) -> str:
    """``one`` with this share of the other in it."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return _colour(tuple(a + (b - a) * share for a, b in pairs))


def readable_on(ground: str) -> str:
    """White or black, whichever reads better; one of them always has a contrast of 4.5 and more."""
    return max((WHITE, BLACK), key=lambda colour: contrast(colour, ground))


def shades(colour: str) -> Iterator[str]:
    """The colours of the same hue, those of the nearest lightness first."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    levels = sorted((step / _SHADES for step in range(_SHADES + 1)), key=lambda level: abs(level - lightness))
    return (_colour(colorsys.hls_to_rgb(hue, level, saturation)) for level in levels)


def _channels(colour: str) -> Channels:
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def _colour(channels: Sequence[float]) -> str:
    return "#" + "".join(f"{round(min(1, max(0, channel)) * 255):02x}" for channel in channels)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
