"""A window in its wall, seen from the front: leaves, colour and glass, with width and height."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from configurators.drawings.canvas import Canvas, Point, Quad, smooth
from configurators.drawings.reading import choice, count, length

COLOURS = {
    "blanc": ("#fbfaf5", "#d9d5c8"),
    "anthracite": ("#353d3b", "#1f2624"),
    "chene": ("#b98a55", "#8f6436"),
    "chene_dore": ("#b98a55", "#8f6436"),
    "vert": ("#3f6a58", "#2a4d3f"),
    "bleu": ("#40617f", "#2b475f"),
    "rouge": ("#8e3f2c", "#6b2c1d"),
}
GLAZINGS = ("double", "triple", "phonique", "depoli", "securite")

SURFACE = "#e9eee6"
BOARD = (560.0, 440.0)
WALL = "#ebddc7"
STONE = "#f4ecdc"
FIELD = (400.0, 300.0)


@dataclass(frozen=True)
class Window:
    """Lengths in millimetres."""

    width: float = 1200.0
    height: float = 1250.0
    leaves: int = 2
    colour: str = "blanc"
    glazing: str = "double"

    @property
    def face(self) -> str:
        return COLOURS[self.colour][0]

    @property
    def shade(self) -> str:
        return COLOURS[self.colour][1]


def picture(values: Mapping[str, object], *, title: str = "") -> str:
    """The whole window with its width and height."""
    return _picture(read(values), title)


@lru_cache(maxsize=256)
def _picture(window: Window, title: str) -> str:
    canvas = Canvas(*BOARD)
    opening = _opening(window)
    wall(canvas, opening)
    glazed(canvas, window, opening)
    sill(canvas, opening)
    flowers(canvas, opening)
    _measures(canvas, window, opening)
    return canvas.svg(title=title)


def option_picture(group: str, option: str, *, title: str = "") -> str | None:
    """A close look at what one choice changes; None for a choice that this drawing does not know."""
    window = _option(group, option.replace("-", "_"))
    if window is None:
        return None
    canvas = Canvas(320, 174)
    if group in ("vitrage", "glazing"):
        section(canvas, window)
    else:
        wide = {1: 96.0, 2: 150.0, 3: 210.0, 4: 250.0}[window.leaves]
        opening = Quad(*(Point(x, y) for x, y in _corners(160 - wide / 2, 160 + wide / 2, 150, 24)))
        canvas.box(Point(0, 0), 320, 174, WALL)
        surround(canvas, opening)
        glazed(canvas, window, opening)
        sill(canvas, opening)
    return canvas.svg(title=title, view=(0.0, 0.0, 320.0, 174.0))


def read(values: Mapping[str, object]) -> Window:
    standard = Window()
    wide = _millimetres(values, ("largeur", "width", "breedte"), standard.width)
    return Window(
        width=wide,
        height=_millimetres(values, ("hauteur", "height", "hoogte"), standard.height),
        leaves=min(max(count(values, ("vantaux", "leaves", "nombre_vantaux"), 4) or _leaves(values), 1), 4),
        colour=choice(values, ("couleur", "colour", "color", "kleur"), tuple(COLOURS), "blanc"),
        glazing=choice(values, ("vitrage", "glazing", "glas"), GLAZINGS, "double"),
    )


def _leaves(values: Mapping[str, object]) -> int:
    """The number of leaves where it is an option's key: un, deux_vantaux, v3."""
    words = ("un", "deux", "trois", "quatre")
    picked = choice(
        values,
        ("vantaux", "leaves", "nombre_vantaux", "ouverture"),
        (*words, "1", "2", "3", "4", "v1", "v2", "v3", "v4"),
        "deux",
    )
    return words.index(picked) + 1 if picked in words else int(picked[-1])


def _millimetres(values: Mapping[str, object], names: tuple[str, ...], standard: float) -> float:
    """In millimetres; a figure below 300 was meant in centimetres."""
    given = length(values, names, standard, 20, 5000)
    return max(given * 10 if given < 300 else given, 300.0)


def _option(group: str, option: str) -> Window | None:
    if group in ("couleur", "colour", "kleur") and option in COLOURS:
        return Window(colour=option)
    if group in ("vitrage", "glazing") and option in GLAZINGS:
        return Window(glazing=option)
    if group in ("vantaux", "leaves", "nombre_vantaux", "ouverture"):
        return replace(Window(), leaves=_leaves({"vantaux": option}))
    return None


def _opening(window: Window) -> Quad:
    """As large as the field allows; small windows stay smaller than large ones."""
    scale = min(FIELD[0] / window.width, FIELD[1] / window.height, 0.26)
    wide, high = window.width * scale, window.height * scale
    middle, top = 262.0, 34 + (FIELD[1] - high) / 2
    return Quad(*(Point(x, y) for x, y in _corners(middle - wide / 2, middle + wide / 2, top + high, top)))


def _corners(left: float, right: float, low: float, high: float) -> list[tuple[float, float]]:
    return [(left, low), (right, low), (right, high), (left, high)]


# --- The parts ----------------------------------------------------------------------------------


def wall(canvas: Canvas, opening: Quad) -> None:
    canvas.box(Point(16, 10), 492, 374, WALL, radius=4)
    seed, dashes = 11, []
    for course in range(15):
        x, y = 26.0, 26.0 + course * 24
        while x < 470:
            seed = (seed * 1103515245 + 12345) % 2147483648
            if seed % 100 < 34:
                dashes.append((Point(x, y), Point(x + 26, y)))
            x += 36 + seed % 19
    canvas.lines(dashes, "#d8c3a0", 2, 0.85)
    surround(canvas, opening)


def surround(canvas: Canvas, opening: Quad) -> None:
    """The dressed stone around it, and the shadow of the recess."""
    left, top = opening.d
    right, low = opening.b
    canvas.box(Point(left - 18, top - 24), right - left + 36, low - top + 24, STONE, radius=2)
    stones = [(Point(left - 18, y), Point(left, y)) for y in range(int(top) + 26, int(low), 38)]
    stones += [(Point(right, y), Point(right + 18, y)) for y in range(int(top) + 26, int(low), 38)]
    middle = (left + right) / 2
    stones += [
        (Point(middle - 14, top), Point(middle - 18, top - 24)),
        (Point(middle + 14, top), Point(middle + 18, top - 24)),
    ]
    canvas.lines(stones, "#dccfb6", 1.6)
    canvas.box(Point(left, top), right - left, low - top, "#cbbd9f")


def glazed(canvas: Canvas, window: Window, opening: Quad) -> None:
    left, top = opening.d.moved(5, 6)
    right, low = opening.b.moved(-5, 0)
    canvas.box(Point(left, top), right - left, low - top, window.shade, radius=1.5)
    canvas.box(Point(left, top), right - left, low - top - 2, window.face, radius=1.5)
    wide = (right - left - 12) / window.leaves
    for leaf in range(window.leaves):
        corner = Point(left + 6 + leaf * wide, top + 6)
        _leaf(canvas, window, corner, wide, low - top - 14, leaf)


def _leaf(canvas: Canvas, window: Window, corner: Point, wide: float, high: float, place: int) -> None:
    canvas.box(corner.moved(1, 0), wide - 2, high, window.shade, radius=1.5)
    canvas.box(corner.moved(2, 1), wide - 4, high - 2, window.face, radius=1.5)
    edge = max(min(wide * 0.11, 11), 5)
    left, top, right, low = corner.x + edge, corner.y + edge, corner.x + wide - edge, corner.y + high - edge
    pane = Quad(*(Point(x, y) for x, y in _corners(left, right, low, top)))
    canvas.polygon([point.moved(0, 0) for point in pane], window.shade)
    inner = Quad(*(Point(x, y) for x, y in _corners(left + 1.5, right - 1.5, low - 1.5, top + 1.5)))
    _glass(canvas, window, inner)
    hinged_left = window.leaves == 1 or place < window.leaves / 2
    _opening_sign(canvas, inner, hinged_left=hinged_left)
    if (window.leaves == 1 or place == (window.leaves - 1) // 2) and wide > 26:
        _handle(canvas, Point(corner.x + wide - edge / 2, corner.y + high * 0.56), window)


def _glass(canvas: Canvas, window: Window, pane: Quad) -> None:
    if window.glazing == "depoli":
        canvas.polygon(pane, "#e3ebe7")
        rows = [(pane.at(0, n / 24), pane.at(1, n / 24)) for n in range(1, 24)]
        canvas.lines(rows, "#d2ded9", 2)
        return
    canvas.polygon(pane, "#9dc3bd")
    canvas.polygon(pane.part(0, 1, 0, 0.38), "#8fb3ac")
    canvas.polygon(pane.slanted(0.06, 0.3, 0.28), "#ffffff", 0.36)
    canvas.polygon(pane.slanted(0.48, 0.1, 0.28), "#ffffff", 0.28)
    if window.glazing == "triple":
        canvas.lines(
            [(pane.at(0.03, 0.02), pane.at(0.03, 0.98)), (pane.at(0.06, 0.02), pane.at(0.06, 0.98))],
            "#dff0ec",
            1,
        )


def _opening_sign(canvas: Canvas, pane: Quad, *, hinged_left: bool) -> None:
    """The draughtsman's triangle: its point is on the side of the hinges."""
    point = pane.at(0.03 if hinged_left else 0.97, 0.5)
    free = 0.97 if hinged_left else 0.03
    canvas.lines([(pane.at(free, 0.98), point), (pane.at(free, 0.02), point)], "#fffdf8", 1, 0.6)


def _handle(canvas: Canvas, centre: Point, window: Window) -> None:
    metal = "#8d9290" if window.colour == "blanc" else "#d9dcd8"
    canvas.box(centre.moved(-2, -7), 4, 14, metal, radius=2)
    canvas.box(centre.moved(-1.6, -3), 3.2, 17, metal, radius=1.6)


def sill(canvas: Canvas, opening: Quad) -> None:
    left, low = opening.a
    right = opening.b.x
    canvas.box(Point(left - 24, low), right - left + 48, 11, "#e6dac2", radius=1.5)
    canvas.box(Point(left - 24, low + 9), right - left + 48, 4, "#c9ba9a", radius=1.5)


def flowers(canvas: Canvas, opening: Quad) -> None:
    foot = opening.b.moved(-6, 0)
    leaves = (
        ("#56937b", -18, 44),
        ("#3f7d66", 16, 46),
        ("#37735d", -2, 58),
        ("#56937b", 26, 30),
        ("#3f7d66", -28, 28),
    )
    for colour, x, up in leaves:
        tip = foot.moved(x, -18 - up)
        canvas.shape(
            smooth(
                foot.moved(0, -18), foot.moved(x - 11, -18 - up * 0.5), tip, foot.moved(x + 9, -18 - up * 0.4)
            ),
            colour,
        )
    for x, y in ((-16, -54), (12, -60), (-2, -76), (24, -44)):
        canvas.disc(foot.moved(x, y), 4.6, "#b3431e")
        canvas.disc(foot.moved(x, y), 1.7, "#f7c463")
    canvas.polygon(
        [foot.moved(-22, -22), foot.moved(22, -22), foot.moved(17, 0), foot.moved(-17, 0)], "#c1643a"
    )
    canvas.polygon(
        [foot.moved(-24, -24), foot.moved(24, -24), foot.moved(22, -15), foot.moved(-22, -15)], "#d07850"
    )


def section(canvas: Canvas, window: Window) -> None:
    """The glass cut through: panes, gaps and the spacers between them, standing in their frame."""
    canvas.box(Point(0, 0), 320, 174, "#e9eee6")
    panes, gaps = SECTIONS[window.glazing]
    total = sum(panes) + sum(gaps)
    x = 160 - total / 2
    canvas.box(Point(x - 34, 122), total + 68, 52, "#d9d5c8", radius=3)
    canvas.box(Point(x - 31, 125), total + 62, 49, "#fbfaf5", radius=2)
    canvas.box(Point(x - 5, 125), total + 10, 34, "#4d544f", radius=1)
    for place, thick in enumerate(panes):
        frosted = window.glazing == "depoli" and place == 0
        _pane(canvas, Point(x, 150), thick, frosted=frosted)
        x += thick
        if place < len(gaps):
            _gap(canvas, Point(x, 150), gaps[place])
            x += gaps[place]


#: Thicknesses of the panes and of what is between them, on paper; a film is a narrow gap.
SECTIONS: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "double": ((16, 16), (74,)),
    "triple": ((14, 14, 14), (52, 52)),
    "phonique": ((36, 16), (66,)),
    "depoli": ((16, 16), (74,)),
    "securite": ((14, 14, 16), (7, 62)),
}


def _pane(canvas: Canvas, foot: Point, thick: float, *, frosted: bool) -> None:
    canvas.box(foot.moved(0, -150), thick, 150, "#eef3f0" if frosted else "#9dc3bd")
    if frosted:
        rows = [(foot.moved(0, -y), foot.moved(thick, -y - 5)) for y in range(4, 144, 7)]
        canvas.lines(rows, "#b5ccc5", 1.4)
    canvas.box(foot.moved(2, -150), 3, 150, "#ffffff", opacity=0.7)
    canvas.box(foot.moved(thick - 2, -150), 2, 150, "#6f9c94", opacity=0.6)


def _gap(canvas: Canvas, foot: Point, wide: float) -> None:
    if wide < 10:
        canvas.box(foot.moved(0, -150), wide, 150, "#d8b24c")
        return
    canvas.box(foot.moved(0, -150), wide, 150, "#fffdf8", opacity=0.75)
    canvas.box(foot.moved(1, -38), wide - 2, 30, "#6f7773", radius=1)
    canvas.box(foot.moved(1, -38), wide - 2, 5, "#8d9490", radius=1)
    dots = ((0.3, 132), (0.66, 118), (0.4, 98), (0.7, 80), (0.28, 64))
    for across, up in dots:
        canvas.disc(foot.moved(wide * across, -up), 2.4, "#b3431e", 0.55)


def _measures(canvas: Canvas, window: Window, opening: Quad) -> None:
    below = opening.a.y + 44
    canvas.measure(
        Point(opening.a.x, max(below, 404)),
        Point(opening.b.x, max(below, 404)),
        f"{window.width / 10:.0f} cm",
        surface=SURFACE,
    )
    start, end = Point(526, opening.b.y), Point(526, opening.c.y)
    ember = "#b3431e"
    canvas.line(start, end, ember, 1.8)
    for place in (start, end):
        canvas.line(place.moved(-8, 0), place.moved(8, 0), ember, 1.8)
    middle = start.towards(end, 0.5)
    canvas.box(middle.moved(-26, -21), 56, 42, SURFACE, radius=4)
    canvas.words(f"{window.height / 10:.0f}", middle.moved(0, -9), 17, "#9c3714")
    canvas.words("cm", middle.moved(0, 10), 15, "#9c3714")
