"""A veranda against a house, drawn to its measures from the front right, above."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import ceil

from configurators.drawings.canvas import Canvas, Point, Quad, smooth
from configurators.drawings.reading import choice, count, length

ROOFS = ("helder", "opaal", "getint", "polycarbonaat", "geisoleerd")
FRONTS = ("open", "glazen_schuifwand", "screendoek", "houten_wand")
SIDES = ("geen", "glas", "paneel")
COLOURS = {"antraciet": "#28312e", "zwart": "#161918", "creme": "#d8cbab", "wit": "#f3f1ea"}
DARK = ("antraciet", "zwart")

SURFACE = "#e9eee6"
BOARD = (560.0, 440.0)
FRONT_HEIGHT = 230.0
BACK_HEIGHT = 297.0
OVERHANG = 18.0
SLAB = 15.0


@dataclass(frozen=True)
class Veranda:
    """What can be seen of a configuration; lengths in centimetres."""

    width: float = 520.0
    depth: float = 350.0
    roof: str = "opaal"
    front: str = "open"
    side: str = "geen"
    colour: str = "antraciet"
    spots: int = 0
    #: How far the wall of the house goes on, left and right.
    beside: float = 70.0

    @property
    def frame(self) -> str:
        return COLOURS[self.colour]

    @property
    def panels(self) -> int:
        return max(2, ceil(self.width / 108))


@dataclass
class Scene:
    """One veranda on one canvas, with the way from centimetres to the paper."""

    veranda: Veranda
    canvas: Canvas
    scale: float = 1.0
    origin: Point = field(default=Point(0.0, 0.0))

    def at(self, x: float, y: float, z: float) -> Point:
        """x to the right along the front, y towards the house, z up."""
        across, down = project(x, y, z)
        return Point(self.origin.x + across * self.scale, self.origin.y + down * self.scale)

    def cm(self, size: float) -> float:
        return size * self.scale

    def upright(self, left: float, right: float, y: float, low: float, high: float) -> Quad:
        return Quad(
            self.at(left, y, low), self.at(right, y, low), self.at(right, y, high), self.at(left, y, high)
        )

    def flat(self, left: float, right: float, near: float, far: float, z: float) -> Quad:
        return Quad(
            self.at(left, near, z), self.at(right, near, z), self.at(right, far, z), self.at(left, far, z)
        )

    def flank(self, x: float, near: float, far: float, low: float, high: float) -> Quad:
        return Quad(
            self.at(x, near, low), self.at(x, far, low), self.at(x, far, high), self.at(x, near, high)
        )

    def roof(self) -> Quad:
        wide, deep = self.veranda.width, self.veranda.depth
        return Quad(
            self.at(0, 0, FRONT_HEIGHT),
            self.at(wide, 0, FRONT_HEIGHT),
            self.at(wide, deep, BACK_HEIGHT),
            self.at(0, deep, BACK_HEIGHT),
        )


def project(x: float, y: float, z: float) -> Point:
    return Point(x + 0.507 * y, 0.178 * x - 0.38 * y - z)


def picture(values: Mapping[str, object], *, title: str = "") -> str:
    """The whole veranda with its width and depth."""
    return _picture(read(values), title)


@lru_cache(maxsize=256)
def _picture(veranda: Veranda, title: str) -> str:
    """Drawn once: a visitor who changes something else asks for the same veranda again."""
    scene = scene_for(veranda)
    draw(scene)
    measures(scene)
    return scene.canvas.svg(title=title)


def option_picture(group: str, option: str, *, title: str = "") -> str | None:
    """A close look at what one choice changes; None for a choice that this drawing does not know."""
    veranda, view = _option(group, option)
    if veranda is None:
        return None
    scene = Scene(veranda, Canvas(*BOARD), 1.0, Point(28.0, 216.0))
    scene.canvas.box(Point(-200, -200), 1000, 900, "#e9eee6")
    draw(scene, close=True)
    return scene.canvas.svg(title=title, view=view)


def read(values: Mapping[str, object]) -> Veranda:
    standard = Veranda()
    return Veranda(
        width=length(values, ("breedte", "width", "largeur"), standard.width, 150, 1200),
        depth=length(values, ("diepte", "depth", "profondeur"), standard.depth, 150, 600),
        roof=choice(values, ("dak", "roof", "toit"), ROOFS, "helder"),
        front=choice(values, ("voorkant", "front", "wanden", "wand", "voorwand"), FRONTS, "open"),
        side=choice(values, ("zijwand", "zijwand_rechts", "side"), SIDES, "geen"),
        colour=choice(values, ("kleur", "colour", "color", "framekleur"), tuple(COLOURS), "antraciet"),
        spots=count(values, ("ledspots", "led", "spots", "verlichting"), 24),
    )


def scene_for(veranda: Veranda) -> Scene:
    """As large as the board allows, though a small veranda stays smaller than a large one."""
    left, top, right, bottom = _reach(veranda)
    scale = min((BOARD[0] - 12) / (right - left), (BOARD[1] - 12) / (bottom - top), 0.98)
    origin = Point(
        (BOARD[0] - (right - left) * scale) / 2 - left * scale,
        (BOARD[1] - (bottom - top) * scale) / 2 - top * scale,
    )
    return Scene(veranda, Canvas(*BOARD), scale, origin)


def _reach(veranda: Veranda) -> tuple[float, float, float, float]:
    wide, deep = veranda.width, veranda.depth
    left = min(project(-veranda.beside, deep, 0).x, project(-OVERHANG - 6, -OVERHANG, 0).x)
    right = max(
        project(wide + veranda.beside, deep, 0).x,
        project(wide + 70, deep * 0.7, 0).x + (110 if deep < 260 else 20),
    )
    top = project(-veranda.beside, deep, BACK_HEIGHT + 57).y
    bottom = project(wide, -70, -SLAB).y + 18
    return left, top, right, bottom


def _option(group: str, option: str) -> tuple[Veranda | None, tuple[float, float, float, float]]:
    small = Veranda(width=300, depth=250, roof="opaal", beside=400)
    roof_view, front_view, far_view = (
        (2.0, -184.0, 470.0, 256.0),
        (2.0, -58.0, 470.0, 256.0),
        (-20.0, -130.0, 640.0, 350.0),
    )
    match group:
        case "dak" | "roof" | "toit" if (found := _known(option, ROOFS)) is not None:
            return replace(small, roof=found), roof_view
        case "voorkant" | "front" | "wand" | "wanden" if (found := _known(option, FRONTS)) is not None:
            return replace(small, front=found), front_view
        case "zijwand" | "side" if (found := _known(option, SIDES)) is not None:
            return replace(small, side=found), far_view
        case "kleur" | "colour" if (found := _known(option, tuple(COLOURS))) is not None:
            return replace(small, colour=found), roof_view
        case "led" | "ledspots" | "verlichting":
            return replace(small, spots=0 if option in ("geen", "none", "0") else 6), roof_view
    return None, roof_view


def _known(option: str, options: tuple[str, ...]) -> str | None:
    plain = option.replace("-", "_")
    return next((known for known in options if plain == known or plain.startswith(f"{known}_")), None)


# --- The scene, from the back to the front ------------------------------------------------------


def draw(scene: Scene, *, close: bool = False) -> None:
    house(scene)
    slab(scene)
    sofa(scene)
    table(scene)
    side_wall(scene)
    left_post(scene)
    front_wall(scene)
    roof(scene)
    rafters(scene)
    spots(scene)
    gutter_and_post(scene)
    if not close:
        plant(scene)


def house(scene: Scene) -> None:
    wide, deep, beside = scene.veranda.width, scene.veranda.depth, scene.veranda.beside
    wall = scene.upright(-beside, wide + beside, deep, -SLAB, BACK_HEIGHT + 57)
    scene.canvas.polygon(wall, "#ebddc7")
    scene.canvas.lines(list(_bricks(scene)), "#d8c3a0", scene.cm(2.4), 0.85)
    door = min(275.0, wide * 0.53)
    left = (wide - door) / 2
    scene.canvas.polygon(scene.upright(left - 8, left + door + 8, deep, 0, 232), "#f7f2e7")
    scene.canvas.polygon(scene.upright(left, left + door, deep, 0, 224), "#8fb3ac")
    glass = scene.upright(left, left + door, deep, 0, 224)
    scene.canvas.polygon(glass.slanted(0.08, 0.12, 0.14), "#a9c8c1")
    scene.canvas.polygon(glass.slanted(0.58, 0.07, 0.14), "#a9c8c1")
    scene.canvas.polygon(scene.upright(left + door / 2 - 4, left + door / 2 + 4, deep, 0, 228), "#f7f2e7")


def _bricks(scene: Scene) -> Iterator[tuple[Point, Point]]:
    """Here and there a brick, always the same ones."""
    wide, deep, beside = scene.veranda.width, scene.veranda.depth, scene.veranda.beside
    seed = 7
    for course in range(int((BACK_HEIGHT + 50) / 26)):
        z = 14 + course * 26
        x = -beside + 6
        while x < wide + beside - 40:
            seed = (seed * 1103515245 + 12345) % 2147483648
            if seed % 100 < 34:
                yield scene.at(x, deep, z), scene.at(x + 34, deep, z)
            x += 44 + seed % 23


def slab(scene: Scene) -> None:
    wide, deep = scene.veranda.width, scene.veranda.depth
    left, right, near = -OVERHANG, wide + OVERHANG, -OVERHANG
    scene.canvas.polygon(scene.upright(left, right, near, -SLAB, 0), "#b9af9c")
    scene.canvas.polygon(scene.flank(right, near, deep, -SLAB, 0), "#a59b88")
    scene.canvas.polygon(scene.flat(left, right, near, deep, 0), "#d9d0c2")
    tiles = [(scene.at(x, near, 0), scene.at(x, deep, 0)) for x in _steps(left + 62, right, 66)]
    tiles += [(scene.at(left, y, 0), scene.at(right, y, 0)) for y in _steps(near + 62, deep, 66)]
    scene.canvas.lines(tiles, "#c6bcab", scene.cm(1.6))


def sofa(scene: Scene) -> None:
    wide, deep = scene.veranda.width, scene.veranda.depth
    long = min(150.0, wide * 0.42)
    left, near = wide * 0.27 - long / 2, deep - 136
    _block(scene, left, left + long, near + 46, near + 70, 0, 88, ("#d07850", "#dd8f6b", "#c4673f"))
    _block(scene, left, left + long, near, near + 50, 0, 43, ("#d6805a", "#e9a27f", "#c96c44"))


def table(scene: Scene) -> None:
    wide, deep = scene.veranda.width, scene.veranda.depth
    left, right, near, far = wide * 0.49, wide * 0.49 + min(110.0, wide * 0.3), deep - 172, deep - 116
    legs = [
        (scene.at(x, y, 0), scene.at(x, y, 44))
        for x, y in ((left + 6, near + 6), (right - 6, near + 6), (right - 6, far - 6))
    ]
    scene.canvas.lines(legs, "#8e8575", scene.cm(4))
    _block(scene, left, right, near, far, 42, 47, ("#e2d6bf", "#f8f1e2", "#d3c6ad"))


def _block(
    scene: Scene,
    left: float,
    right: float,
    near: float,
    far: float,
    low: float,
    high: float,
    colours: tuple[str, str, str],
) -> None:
    face, top, side = colours
    scene.canvas.polygon(scene.flank(right, near, far, low, high), side)
    scene.canvas.polygon(scene.upright(left, right, near, low, high), face)
    scene.canvas.polygon(scene.flat(left, right, near, far, high), top)


def side_wall(scene: Scene) -> None:
    wide, deep = scene.veranda.width, scene.veranda.depth
    wall = Quad(
        scene.at(wide, 0, 0),
        scene.at(wide, deep, 0),
        scene.at(wide, deep, BACK_HEIGHT - 6),
        scene.at(wide, 0, FRONT_HEIGHT),
    )
    if scene.veranda.side == "glas":
        scene.canvas.polygon(wall, "#bcd9d2", 0.5)
        scene.canvas.polygon(wall.slanted(0.15, 0.14, 0.2), "#ffffff", 0.4)
        scene.canvas.line(wall.at(0.5, 0), wall.at(0.5, 1), scene.veranda.frame, scene.cm(3.5))
        scene.canvas.line(wall.a, wall.b, scene.veranda.frame, scene.cm(5))
    elif scene.veranda.side == "paneel":
        scene.canvas.polygon(wall, "#8f9792")
        ribs = [(wall.at(0, share), wall.at(1, share)) for share in (0.14, 0.28, 0.42, 0.56, 0.7, 0.84)]
        scene.canvas.lines(ribs, "#7b837e", scene.cm(1.8))


def left_post(scene: Scene) -> None:
    scene.canvas.polygon(scene.upright(0, 9, 0, 0, FRONT_HEIGHT), scene.veranda.frame)


def front_wall(scene: Scene) -> None:
    FRONT_WALLS[scene.veranda.front](scene)


def _no_front(scene: Scene) -> None:
    """Open: nothing between the posts."""


def _glass_front(scene: Scene) -> None:
    veranda = scene.veranda
    face = scene.upright(9, veranda.width - 9, 0, 4, FRONT_HEIGHT - 8)
    scene.canvas.polygon(face, "#bcd9d2", 0.52)
    for panel in range(veranda.panels):
        start = panel / veranda.panels
        share = 1 / veranda.panels
        scene.canvas.polygon(face.slanted(start + share * 0.14, share * 0.2, share * 0.28), "#ffffff", 0.34)
        scene.canvas.polygon(face.slanted(start + share * 0.42, share * 0.07, share * 0.28), "#ffffff", 0.26)
    stiles = [
        (face.at(panel / veranda.panels, 0), face.at(panel / veranda.panels, 1))
        for panel in range(1, veranda.panels)
    ]
    scene.canvas.lines(stiles, "#3a4743", scene.cm(3.2))
    scene.canvas.line(scene.at(0, 0, 2.5), scene.at(veranda.width, 0, 2.5), veranda.frame, scene.cm(5))


def _screen_front(scene: Scene) -> None:
    veranda = scene.veranda
    face = scene.upright(9, veranda.width - 9, 0, 70, FRONT_HEIGHT - 4)
    scene.canvas.polygon(face, "#76867f", 0.8)
    threads = int(veranda.width / 12)
    scene.canvas.lines(
        [(face.at(n / threads, 0), face.at(n / threads, 1)) for n in range(1, threads)],
        "#64736c",
        scene.cm(0.9),
        0.8,
    )
    scene.canvas.line(face.a, face.b, veranda.frame, scene.cm(6))


def _timber_front(scene: Scene) -> None:
    veranda = scene.veranda
    wide = min(veranda.width * 0.4, 190.0)
    face = scene.upright(9, wide, 0, 2, FRONT_HEIGHT - 6)
    scene.canvas.polygon(face, "#ba8755")
    boards = 16
    scene.canvas.lines(
        [(face.at(0, n / boards), face.at(1, n / boards)) for n in range(1, boards)], "#946536", scene.cm(1.5)
    )
    scene.canvas.polygon(face.part(0.96, 1.0), "#9c6c3d")
    scene.canvas.lines(
        [
            (face.at(0.3, 7.5 / boards), face.at(0.52, 7.5 / boards)),
            (face.at(0.6, 11.5 / boards), face.at(0.8, 11.5 / boards)),
            (face.at(0.12, 3.5 / boards), face.at(0.3, 3.5 / boards)),
        ],
        "#a87644",
        scene.cm(1.2),
    )


FRONT_WALLS: dict[str, Callable[[Scene], None]] = {
    "open": _no_front,
    "glazen_schuifwand": _glass_front,
    "screendoek": _screen_front,
    "houten_wand": _timber_front,
}

# --- The roof -----------------------------------------------------------------------------------

#: Colour, opacity and the strength of the light on each kind of roof.
SHEETS = {
    "helder": ("#cfe0d9", 0.55, 0.55),
    "opaal": ("#fffdf8", 0.82, 0.65),
    "getint": ("#54655f", 0.74, 0.16),
    "polycarbonaat": ("#dbe5d3", 0.86, 0.0),
    "geisoleerd": ("#949b96", 1.0, 0.0),
}


def roof(scene: Scene) -> None:
    veranda, sheet = scene.veranda, scene.roof()
    colour, opacity, light = SHEETS[veranda.roof]
    scene.canvas.polygon(sheet, colour, opacity)
    for panel in range(veranda.panels):
        _sheet(scene, sheet.part(panel / veranda.panels, (panel + 1) / veranda.panels), light)


def _sheet(scene: Scene, panel: Quad, light: float) -> None:
    if light:
        scene.canvas.polygon(panel.slanted(0.26, 0.24, 0.16), "#ffffff", light)
        scene.canvas.polygon(panel.slanted(0.62, 0.08, 0.16), "#ffffff", light * 0.8)
    elif scene.veranda.roof == "polycarbonaat":
        ribs = [(panel.at(n / 12, 0), panel.at(n / 12, 1)) for n in range(1, 12)]
        scene.canvas.lines(ribs, "#b4c6a9", scene.cm(1.3))
    else:
        ribs = [(panel.at(n / 4, 0), panel.at(n / 4, 1)) for n in range(1, 4)]
        scene.canvas.lines(ribs, "#7e8681", scene.cm(2.2))
        scene.canvas.polygon(panel.part(0.03, 0.1), "#a7aea9")


def spots(scene: Scene) -> None:
    """Lights spread evenly over the inner rafters."""
    veranda, sheet = scene.veranda, scene.roof()
    rafters = max(veranda.panels - 1, 1)
    placed = 0
    for rafter in range(rafters):
        here = veranda.spots * (rafter + 1) // rafters - placed
        for spot in range(here):
            _spot(scene, sheet.at((rafter + 1) / veranda.panels, (spot + 0.6) / (here + 0.2)))
        placed += here


def _spot(scene: Scene, centre: Point) -> None:
    scene.canvas.disc(centre, scene.cm(13), "#f7c463", 0.4)
    scene.canvas.disc(centre, scene.cm(8.5), "#f7c463", 0.6)
    scene.canvas.disc(centre, scene.cm(5), "#fff6dd")
    scene.canvas.ring(centre, scene.cm(5), "#c98a1b", scene.cm(2))


def rafters(scene: Scene) -> None:
    """The bars under the roof and the beam along the wall."""
    veranda, sheet = scene.veranda, scene.roof()
    inner = [
        (sheet.at(n / veranda.panels, 0), sheet.at(n / veranda.panels, 1)) for n in range(1, veranda.panels)
    ]
    scene.canvas.lines(inner, veranda.frame, scene.cm(5.2))
    scene.canvas.lines([(sheet.a, sheet.d), (sheet.b, sheet.c)], veranda.frame, scene.cm(6))
    start, end = sheet.d.moved(-scene.cm(2), 0), sheet.c.moved(scene.cm(2), 0)
    scene.canvas.line(start, end, veranda.frame, scene.cm(9), cap="round")


def gutter_and_post(scene: Scene) -> None:
    """What is nearest to the eye."""
    veranda, wide = scene.veranda, scene.veranda.width
    shade, light = ("#3c4844", "#4c5a55") if veranda.colour in DARK else ("#cfc6b1", "#ffffff")
    scene.canvas.polygon(scene.upright(wide - 11, wide, 0, 0, FRONT_HEIGHT), veranda.frame)
    scene.canvas.polygon(scene.flank(wide, 0, 4, 0, FRONT_HEIGHT), shade)
    scene.canvas.polygon(scene.upright(-6, wide + 6, -4, FRONT_HEIGHT - 16, FRONT_HEIGHT + 6), veranda.frame)
    edge = FRONT_HEIGHT + 5
    scene.canvas.line(scene.at(-6, -4, edge), scene.at(wide + 6, -4, edge), light, scene.cm(1.6))


# --- Around it ----------------------------------------------------------------------------------


def plant(scene: Scene) -> None:
    foot = scene.at(scene.veranda.width + 50, scene.veranda.depth * 0.74, -SLAB)

    def off(x: float, up: float) -> Point:
        return foot.moved(scene.cm(x), -scene.cm(up))

    leaves = (
        ("#56937b", off(-4, 46), off(-46, 84), off(-20, 132), off(6, 92)),
        ("#3f7d66", off(4, 46), off(48, 78), off(38, 128), off(8, 100)),
        ("#37735d", off(0, 46), off(-14, 104), off(8, 156), off(28, 96)),
    )
    for colour, *points in leaves:
        scene.canvas.shape(smooth(*points), colour)
    scene.canvas.polygon([off(-25, 48), off(25, 48), off(17, 0), off(-17, 0)], "#c1643a")
    scene.canvas.polygon([off(-27, 48), off(27, 48), off(25, 38), off(-25, 38)], "#d07850")


def measures(scene: Scene) -> None:
    veranda = scene.veranda
    wide, deep = veranda.width, veranda.depth
    below = Point(scene.cm(-6), scene.cm(46))
    left, right = scene.at(0, -OVERHANG, 0).moved(*below), scene.at(wide, -OVERHANG, 0).moved(*below)
    scene.canvas.measure(left, right, f"{wide:.0f} cm", surface=SURFACE)
    near, far = scene.at(wide + 62, 0, -SLAB), scene.at(wide + 62, deep, -SLAB)
    scene.canvas.measure(near, far, f"{deep:.0f} cm", surface=SURFACE, at=0.3)


def _steps(start: float, end: float, step: float) -> Iterator[float]:
    while start < end:
        yield start
        start += step
