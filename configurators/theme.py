"""How a configurator looks: three colours, a roundness and a font; everything else follows from those.

A colour that cannot be read where it stands is refused, never shown: WCAG 2.2 AA asks 4.5 to 1 of text and 3
to 1 of what only has to be seen, such as the edge of a field and the ring around what has the focus.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from configurators.colours import (
    BLACK,
    WHITE,
    least_contrast,
    luminance,
    mixed,
    readable_on,
    shades,
)

READ, SEEN = 4.5, 3.0
COLOURS = ("accent", "text", "background")
ROUNDEST = 24
DEFAULT_RADIUS, DEFAULT_FONT = 10, "opmaat"
#: Ours, and those that devices have already: no page waits for a font of somebody else.
FONTS: Mapping[str, str] = {
    "opmaat": '"Instrument Sans", "Segoe UI", system-ui, sans-serif',
    "system": 'system-ui, "Segoe UI", Roboto, sans-serif',
    "humanist": 'Seravek, "Gill Sans Nova", Ubuntu, Calibri, "DejaVu Sans", sans-serif',
    "grotesque": '"Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif',
    "serif": 'Charter, "Bitstream Charter", Cambria, "Noto Serif", serif',
    "classic": '"Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", serif',
}
_HEADINGS = {"opmaat": '"Bricolage Grotesque", "Instrument Sans", "Segoe UI", system-ui, sans-serif'}
#: For what went wrong, from the one of the house to ever lighter ones for dark grounds.
_WARNINGS = ("#9c3714", "#7a2408", "#ffb59d", "#ffdccf")
_SUN = "#c99a00"


@dataclass(frozen=True, slots=True)
class Theme:
    """As it stands in a definition, with every default filled in."""

    accent: str
    text: str
    background: str
    radius: int = DEFAULT_RADIUS
    font: str = DEFAULT_FONT

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Theme":
        given = {name: document[name] for name in cls.__slots__ if document.get(name) is not None}
        return cls(**given)


#: What somebody who wants colours of their own begins with.
HOUSE = Theme(accent="#0f4d43", text="#1b211f", background="#f6f4ee")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A colour that cannot be read on another, and the nearest that can, where there is one."""

    name: str
    ratio: float
    least: float
    offer: str


def unreadable(theme: Theme) -> Unreadable | None:
    """What of its colours would be refused first; what else there is depends on what that becomes."""
    names = ("text", "accent", "background")
    return next((_refusal(theme, name) for name in names if _ratio(theme, name) < READ), None)


def _refusal(theme: Theme, name: str) -> Unreadable:
    changed = (Theme.from_json(asdict(theme) | {name: shade}) for shade in shades(getattr(theme, name)))
    offer = next((getattr(one, name) for one in changed if _reads(one, name)), readable_on(theme.background))
    return Unreadable(name, _ratio(theme, name), READ, offer)


def _reads(theme: Theme, name: str) -> bool:
    """Whether this colour can be read, and another background keeps the text and the accent readable too."""
    names = ("text", "accent", name) if name == "background" else (name,)
    return all(_ratio(theme, one) >= READ for one in names)


def _ratio(theme: Theme, name: str) -> float:
    """How well this colour reads where it reads worst; of a background: what went wrong, on it."""
    grounds = _grounds(theme)
    if name == "background":
        return max(least_contrast(warning, grounds) for warning in _WARNINGS)
    return least_contrast(getattr(theme, name), grounds)


def palette(theme: Theme) -> dict[str, str]:
    """Every colour of the page, by the name that the style sheet has for it; of a theme that can be read."""
    paper, card, field = grounds = _grounds(theme)
    warning, mist = _warning(theme), _tint(paper, theme.text, theme.text, theme.accent, most=5)
    on_accent = readable_on(theme.accent)
    away = BLACK if on_accent == WHITE else WHITE
    return {
        "--accent": theme.accent,
        "--on-accent": on_accent,
        "--action": theme.accent,
        "--on-action": on_accent,
        "--action-strong": mixed(theme.accent, away, 0.15),
        "--field": field,
        "--color-paper": paper,
        "--color-card": card,
        "--color-mist": mist,
        "--color-ink": theme.text,
        "--color-soft": _between(paper, theme.text, 0.7, (*grounds, mist), READ),
        "--color-edge": _between(paper, theme.text, 0.45, grounds, SEEN),
        "--color-line": mixed(paper, theme.text, 0.15),
        "--color-pine-tint": _tint(card, theme.accent, theme.accent),
        "--color-ember": warning,
        "--color-ember-text": warning,
        "--color-ember-tint": _tint(card, warning, theme.text, warning),
        "--color-sun-tint": _tint(card, _SUN, theme.text),
    }


@lru_cache(maxsize=256)
def declarations(theme: Theme) -> str:
    """As custom properties of a style sheet."""
    radius, font = theme.radius, FONTS[theme.font]
    found = palette(theme) | {
        "--font-sans": font,
        "--font-heading": _HEADINGS.get(theme.font, font),
        "--radius-chip": f"{radius / 2:g}px",
        "--radius-control": f"{max(0, radius - 2)}px",
        "--radius-public": f"{radius}px",
        "--radius-panel": f"{radius and radius + 2}px",
        "--radius-card": f"{radius and radius + 4}px",
    }
    return ";".join(f"{name}:{value}" for name, value in found.items())


def _grounds(theme: Theme) -> tuple[str, str, str]:
    """What texts stand on: the page, its cards and its fields, each a little further from the text."""
    paper = theme.background
    away = WHITE if luminance(theme.text) < luminance(paper) else BLACK
    return (
        paper,
        mixed(paper, away, 0.6 if away == WHITE else 0.2),
        mixed(paper, away, 0.9 if away == WHITE else 0.4),
    )


def _warning(theme: Theme) -> str:
    """The colour of what went wrong: the first that can be read on this page."""
    grounds = _grounds(theme)
    return next(
        (one for one in _WARNINGS if least_contrast(one, grounds) >= READ), readable_on(theme.background)
    )


def _between(ground: str, text: str, share: float, grounds: Iterable[str], least: float) -> str:
    """As soft as it may be: no nearer to the text than reading it asks."""
    grounds = tuple(grounds)
    shares = [share + (1 - share) * step / 20 for step in range(21)]
    softer = (mixed(ground, text, one) for one in shares)
    return next((shade for shade in softer if least_contrast(shade, grounds) >= least), text)


def _tint(ground: str, colour: str, *texts: str, most: int = 16) -> str:
    """A touch of the colour, of at most so many hundredths, that leaves these texts readable."""
    touched = (mixed(ground, colour, share / 100) for share in range(most, 0, -1))
    return next((shade for shade in touched if least_contrast(shade, texts) >= READ), ground)
