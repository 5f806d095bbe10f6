"""A theme can be read in every part of a page, or it is refused with the nearest that can."""

import random
from dataclasses import replace

import pytest

from configurators.colours import contrast, is_colour, least_contrast
from configurators.compiling import compile_definition
from configurators.definition import check
from configurators.theme import HOUSE, READ, SEEN, Theme, declarations, palette, unreadable
from organisations.accents import COLOURS
from tests.leads.definitions import veranda

DARK = Theme(accent="#7fd8c4", text="#eeeeee", background="#14181a")
GROUNDS = ("--color-paper", "--color-card", "--color-mist", "--field")

#: Which colour stands on which, and what WCAG 2.2 AA asks of it.
PAIRS = [
    ("--color-ink", (*GROUNDS, "--color-ember-tint", "--color-sun-tint"), READ),
    ("--color-soft", GROUNDS, READ),
    ("--accent", (*GROUNDS, "--color-pine-tint"), READ),
    ("--on-accent", ("--accent",), READ),
    ("--on-action", ("--action", "--action-strong"), READ),
    ("--color-ember-text", ("--color-paper", "--color-card", "--field", "--color-ember-tint"), READ),
    ("--color-edge", ("--color-paper", "--color-card", "--field"), SEEN),
]


def themed(**theme: object) -> dict:
    return veranda() | {"theme": {"accent": "#0f4d43", "text": "#1b211f", "background": "#f6f4ee"} | theme}


def problems_of(definition: dict) -> list[tuple]:
    return [(p.path, p.code) for p in check(definition) if p.severity == "error"]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#767676", "#ffffff", 4.54)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize("theme", [HOUSE, DARK, replace(DARK, accent="#ffffff")])
def test_every_pair_of_a_palette_can_be_read(theme: Theme) -> None:
    assert too_faint(theme) == []


def test_every_palette_that_is_not_refused_can_be_read() -> None:
    chance = random.Random(20261130)
    seen = 0
    while seen < 60:
        theme = any_theme(chance)
        if unreadable(theme) is None:
            seen += 1
            assert too_faint(theme) == [], theme


def too_faint(theme: Theme) -> list[str]:
    colours = palette(theme)
    return [
        name
        for name, grounds, least in PAIRS
        if least_contrast(colours[name], [colours[ground] for ground in grounds]) < least
    ]


def any_theme(chance: random.Random) -> Theme:
    return Theme(*(f"#{chance.randrange(1 << 24):06x}" for _ in range(3)))


def test_what_is_offered_instead_is_not_refused() -> None:
    chance = random.Random(7)
    for _ in range(20):
        theme = any_theme(chance)
        for _step in range(3):
            found = unreadable(theme)
            if found is None:
                break
            theme = replace(theme, **{found.name: found.offer})
        assert unreadable(theme) is None


@pytest.mark.parametrize("accent", sorted(COLOURS.values()))
def test_the_colours_of_organisations_can_be_read_in_the_house_style(accent: str) -> None:
    assert unreadable(replace(HOUSE, accent=accent)) is None


def test_a_colour_that_cannot_be_read_is_refused_with_the_nearest_that_can() -> None:
    [problem] = [p for p in check(themed(accent="#9fd8c0")) if p.severity == "error"]

    shown = problem.to_json()
    assert (problem.path, problem.code) == (("theme", "accent"), "contrast")
    assert "1.4" in str(problem.message)
    assert "4.5" in str(problem.message)
    assert is_colour(shown["offer"])
    assert problems_of(themed(accent=shown["offer"])) == []


@pytest.mark.parametrize(
    "text",
    ["red", "#FFF", "#12345", "#0f4d43;", "url(https://x.example)", "expression(1)", "#0f4d43 !important", 7],
)
def test_nothing_but_a_colour_is_a_colour(text: object) -> None:
    assert problems_of(themed(accent=text)) == [(("theme", "accent"), "not_a_colour")]


@pytest.mark.parametrize(
    ("part", "value", "code"),
    [("font", "Comic Sans", "not_allowed"), ("radius", 25, "out_of_bounds"), ("css", "@import", "unknown")],
)
def test_nothing_else_of_a_theme_is_free_text(part: str, value: object, code: str) -> None:
    assert problems_of(themed(**{part: value})) == [(("theme", part), code)]


def test_a_version_keeps_its_theme() -> None:
    compiled = compile_definition(themed(radius=0, font="serif"))

    assert compiled.theme == Theme("#0f4d43", "#1b211f", "#f6f4ee", 0, "serif")
    assert type(compiled).from_json(compiled.to_json()).theme == compiled.theme


def test_a_version_of_before_themes_has_the_look_of_the_house() -> None:
    document = compile_definition(veranda()).to_json()
    del document["theme"]

    assert type(compile_definition(veranda())).from_json(document).theme is None


def test_declarations_are_one_line_that_ends_nothing() -> None:
    found = declarations(replace(DARK, radius=4, font="classic"))

    assert "--accent:#7fd8c4" in found
    assert "--radius-public:4px" in found
    assert [sign for sign in "{}<>\n" if sign in found] == []
