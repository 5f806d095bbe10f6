"""The theme of a published configurator as pages carry it, and the one that a site asks for instead."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any

from django.urls import reverse

from configurators.definition.problems import Problem, Report
from configurators.definition.reading import Part
from configurators.definition.theme import check_theme
from configurators.published import Published
from configurators.theme import DEFAULT_FONT, HOUSE, Theme, declarations
from organisations.accents import COLOURS

#: Longer is no colour, no font and no number of pixels.
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Look:
    """``name`` changes with the declarations, so that browsers may keep the style sheet for ever."""

    declarations: str
    name: str
    url: str
    own_font: bool


class ThemeRefused(ValueError):
    """What a site asked for is no theme, or one that cannot be read."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("theme refused")
        self.problems = problems


def look_of(publication: Published) -> Look | None:
    """How the published version looks; None for the look of the house."""
    theme = publication.version.compiled.theme
    if theme is None:
        return None
    found = declarations(theme)
    name = sha256(found.encode()).hexdigest()[:20]
    path = publication.theme_url or reverse("public:theme", kwargs={"key": publication.public_key})
    mark = "&" if "?" in path else "?"
    return Look(found, name, f"{path}{mark}v={name}", own_font=theme.font != DEFAULT_FONT)


def asked_for(publication: Published, asked: Mapping[str, str]) -> str:
    """The declarations of the theme with these parts instead of its own. Raises ThemeRefused."""
    document: dict[str, Any] = asdict(publication.version.compiled.theme or _of_the_house(publication))
    document |= {name: value.lower()[:_LONGEST] for name, value in asked.items()}
    if str(document["radius"]).isdecimal():
        document["radius"] = int(document["radius"])
    report = Report()
    check_theme(Part(report, (), {"theme": document}, ()))
    if report.problems:
        raise ThemeRefused(report.problems)
    return declarations(Theme.from_json(document))


def style_sheet(found: str) -> str:
    """Declarations as the style sheet of a whole page."""
    return f":root{{{found}}}\n"


def _of_the_house(publication: Published) -> Theme:
    return replace(HOUSE, accent=COLOURS[publication.organisation.accent])
