"""Printed matter on a table: the size of the sheet, its folds, the stock and the finish."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log10

from configurators.drawings.canvas import Canvas, Point, Quad
from configurators.drawings.reading import choice, count

SIZES = {
    "a6": (105, 148),
    "a5": (148, 210),
    "a4": (210, 297),
    "dl": (99, 210),
    "vierkant": (148, 148),
    "a3": (297, 420),
}
PRODUCTS = ("flyer", "folder", "brochure", "visitekaartje")
PAPERS = ("mat", "glans", "gerecycled", "karton", "135", "170", "250", "300", "350")
FINISHES = ("geen", "mat_laminaat", "glans_laminaat", "spot_uv", "ronde_hoeken", "folie")

SURFACE = "#e9eee6"
BOARD = (560.0, 440.0)


@dataclass(frozen=True)
class Print:
    """What can be seen of a job; lengths in millimetres."""

    product: str = "flyer"
    size: str = "a5"
    paper: str = "mat"
    finish: str = "geen"
    copies: int = 250

    @property
    def glossy(self) -> bool:
        return self.paper == "glans" or self.finish in ("glans_laminaat", "spot_uv")

    @property
    def stock(self) -> str:
        return {"gerecycled": "#e6dcc4", "karton": "#f2ead9"}.get(self.paper, "#fffdf8")


def picture(values: Mapping[str, object], *, title: str = "") -> str:
    """The pile with the measures of a single sheet."""
    return _picture(read(values), title)


@lru_cache(maxsize=256)
def _picture(job: Print, title: str) -> str:
    canvas = Canvas(*BOARD)
    wide, high = _paper(job, 400, 320)
    sheet = _sheet(Point(280 - wide / 2, 40 + (320 - high) / 2), wide, high)
    _shadow(canvas, sheet)
    pile(canvas, job, sheet)
    _measures(canvas, job, sheet)
    return canvas.svg(title=title)


def option_picture(group: str, option: str, *, title: str = "") -> str | None:
    """A close look at what one choice changes; None for a choice that this drawing does not know."""
    plain = option.replace("-", "_").lower()
    job = _option(group, plain)
    if job is None:
        return None
    canvas = Canvas(320, 174)
    canvas.box(Point(0, 0), 320, 174, "#ebddc7" if group in ("papier", "paper") else SURFACE)
    limit = (250.0, 146.0) if group in ("formaat", "size", "product", "soort") else (300.0, 240.0)
    wide, high = _paper(job, *limit, absolute=group in ("formaat", "size"))
    top = 160 - high if group in ("formaat", "size", "product", "soort") else 26.0
    pile(canvas, job, _sheet(Point(160 - wide / 2, top), wide, high))
    return canvas.svg(title=title, view=(0.0, 0.0, 320.0, 174.0))


def read(values: Mapping[str, object]) -> Print:
    return Print(
        product=choice(values, ("product", "soort", "kind"), PRODUCTS, "flyer"),
        size=choice(values, ("formaat", "size", "format"), tuple(SIZES), "a5"),
        paper=choice(values, ("papier", "paper", "papiersoort"), PAPERS, "mat"),
        finish=choice(values, ("afwerking", "finish", "veredeling"), FINISHES, "geen"),
        copies=count(values, ("oplage", "aantal", "quantity", "copies"), 1_000_000) or 250,
    )


def _option(group: str, option: str) -> Print | None:
    if group in ("formaat", "size", "format") and option in SIZES:
        return Print(size=option, copies=1)
    if group in ("product", "soort") and option in PRODUCTS:
        return Print(product=option, copies=50)
    if group in ("papier", "paper", "papiersoort"):
        known = choice({"papier": option}, ("papier",), PAPERS, "")
        return Print(paper=known, copies=500) if known else None
    if group in ("afwerking", "finish", "veredeling") and option in FINISHES:
        return Print(finish=option, copies=100)
    return None


def _paper(job: Print, room: float, height: float, *, absolute: bool = False) -> tuple[float, float]:
    """The size on the board. Absolute: sizes beside each other keep their proportion."""
    wide, high = _millimetres(job)
    scale = min(room / wide, height / high)
    scale = min(scale, 0.62 if absolute else 1.5)
    return wide * scale, high * scale


def _millimetres(job: Print) -> tuple[int, int]:
    if job.product == "visitekaartje":
        return 85, 55
    return SIZES[job.size]


def _sheet(corner: Point, wide: float, high: float) -> Quad:
    left, top = corner
    return Quad(
        Point(left, top + high), Point(left + wide, top + high), Point(left + wide, top), Point(left, top)
    )


# --- The parts ----------------------------------------------------------------------------------


def _shadow(canvas: Canvas, sheet: Quad) -> None:
    half = (sheet.b.x - sheet.a.x) * 0.62
    left = sheet.a.towards(sheet.b, 0.5).moved(-half, 10)
    arc = f"a{half:.0f} 22 0 1 0 {half * 2:.0f} 0a{half:.0f} 22 0 1 0 {-half * 2:.0f} 0"
    canvas.shape(f"M{left.x:.0f} {left.y:.0f}{arc}Z", "#d6ddd0")


def pile(canvas: Canvas, job: Print, sheet: Quad) -> None:
    """The lower sheets a little turned and darker, then the one on top."""
    layers = min(max(int(log10(max(job.copies, 1)) * 2), 0), 9)
    for layer in range(layers, 0, -1):
        shift = layer * 2.2
        wobble = (layer * 37 % 5 - 2) * 0.9
        lower = Quad(*(corner.moved(wobble + shift * 0.5, shift) for corner in sheet))
        _leaf(canvas, job, lower, "#cfc5ae" if layer % 2 else "#e2d9c5")
    if job.product in ("folder", "brochure"):
        _back_cover(canvas, job, sheet)
    _leaf(canvas, job, sheet, job.stock)
    artwork(canvas, job, sheet)
    _finish(canvas, job, sheet)


def _leaf(canvas: Canvas, job: Print, sheet: Quad, colour: str) -> None:
    radius = (sheet.b.x - sheet.a.x) * 0.09 if job.finish == "ronde_hoeken" else 1.5
    canvas.box(sheet.d, sheet.c.x - sheet.d.x, sheet.a.y - sheet.d.y, colour, radius=radius)


def _back_cover(canvas: Canvas, job: Print, sheet: Quad) -> None:
    """The half that lies behind, opened a little."""
    lift = (sheet.b.x - sheet.a.x) * (0.34 if job.product == "folder" else 0.16)
    rise = (sheet.a.y - sheet.d.y) * 0.06
    canvas.polygon([sheet.b, sheet.b.moved(lift, -rise), sheet.c.moved(lift, -rise), sheet.c], "#e4dbc8")
    if job.product == "brochure":
        pages = [
            (sheet.b.moved(lift * n / 6, -rise * n / 6), sheet.c.moved(lift * n / 6, -rise * n / 6))
            for n in range(1, 6)
        ]
        canvas.lines(pages, "#c3b9a3", 1.2)
    else:
        canvas.polygon(
            [
                sheet.b.moved(lift * 0.2, -rise * 3),
                sheet.b.moved(lift * 0.85, -rise * 3.6),
                sheet.c.moved(lift * 0.85, rise * 4),
                sheet.c.moved(lift * 0.2, rise * 4),
            ],
            "#0f4d43",
            0.16,
        )


def artwork(canvas: Canvas, job: Print, sheet: Quad) -> None:
    """A poster of hills and a sun, as a designer's stand-in."""
    picture = sheet.part(0.07, 0.93, 0.36, 0.95)
    canvas.polygon(picture, "#f7ecc9" if job.paper != "gerecycled" else "#ddcfa6")
    sun = picture.at(0.7, 0.66)
    canvas.disc(sun, (picture.b.x - picture.a.x) * 0.13, "#b3431e")
    canvas.polygon(
        [
            picture.at(0, 0),
            picture.at(0, 0.42),
            picture.at(0.24, 0.6),
            picture.at(0.52, 0.34),
            picture.at(0.7, 0.46),
            picture.at(1, 0.26),
            picture.at(1, 0),
        ],
        "#56937b",
    )
    canvas.polygon(
        [
            picture.at(0, 0),
            picture.at(0, 0.2),
            picture.at(0.3, 0.3),
            picture.at(0.6, 0.1),
            picture.at(0.85, 0.2),
            picture.at(1, 0.12),
            picture.at(1, 0),
        ],
        "#0f4d43",
    )
    thick = max((sheet.a.y - sheet.d.y) * 0.02, 2)
    canvas.line(sheet.at(0.07, 0.28), sheet.at(0.66, 0.28), "#1b211f", thick * 1.8)
    canvas.lines(
        [(sheet.at(0.07, y), sheet.at(end, y)) for y, end in ((0.2, 0.88), (0.14, 0.8), (0.08, 0.5))],
        "#a79f8d",
        thick,
    )


def _finish(canvas: Canvas, job: Print, sheet: Quad) -> None:
    if job.paper == "gerecycled":
        _flecks(canvas, sheet)
    if job.glossy:
        canvas.polygon(sheet.slanted(0.02, 0.2, 0.42), "#ffffff", 0.42)
        canvas.polygon(sheet.slanted(0.3, 0.06, 0.42), "#ffffff", 0.34)
    if job.finish == "mat_laminaat":
        canvas.polygon(sheet, "#1b211f", 0.08)
    if job.finish == "folie":
        canvas.line(
            sheet.at(0.07, 0.28), sheet.at(0.66, 0.28), "#d9a93a", max((sheet.a.y - sheet.d.y) * 0.036, 4)
        )
        canvas.disc(
            sheet.part(0.07, 0.93, 0.36, 0.95).at(0.7, 0.66), (sheet.b.x - sheet.a.x) * 0.112, "#d9a93a"
        )
        canvas.polygon(sheet.slanted(0.55, 0.05, 0.2), "#ffffff", 0.4)


def _flecks(canvas: Canvas, sheet: Quad) -> None:
    seed, flecks = 5, []
    for _ in range(46):
        seed = (seed * 1103515245 + 12345) % 2147483648
        start = sheet.at(seed % 97 / 100 + 0.01, seed // 97 % 97 / 100 + 0.01)
        flecks.append((start, start.moved(3, seed % 3 - 1)))
    canvas.lines(flecks, "#8a7c5c", 1.1, 0.6)


def _measures(canvas: Canvas, job: Print, sheet: Quad) -> None:
    wide, high = _millimetres(job)
    low = sheet.a.y + 44
    canvas.measure(Point(sheet.a.x, low), Point(sheet.b.x, low), f"{wide} mm", surface=SURFACE)
    left = sheet.a.x - 40
    canvas.measure(Point(left, sheet.a.y), Point(left, sheet.d.y), f"{high} mm", surface=SURFACE)
