"""A small drawing board: shapes in, SVG out.

Everything that reaches the markup is a number formatted here, a colour named in the code, or text
that has been escaped, so a drawing can be put into a page as it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import NamedTuple


class Point(NamedTuple):
    x: float
    y: float

    def moved(self, x: float, y: float) -> "Point":
        return Point(self.x + x, self.y + y)

    def towards(self, other: "Point", share: float) -> "Point":
        return Point(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)


class Quad(NamedTuple):
    """Four corners in order: near left, near right, far right, far left."""

    a: Point
    b: Point
    c: Point
    d: Point

    def at(self, across: float, along: float) -> Point:
        return self.a.towards(self.b, across).towards(self.d.towards(self.c, across), along)

    def part(self, left: float, right: float, near: float = 0.0, far: float = 1.0) -> "Quad":
        return Quad(self.at(left, near), self.at(right, near), self.at(right, far), self.at(left, far))

    def slanted(self, left: float, width: float, lean: float) -> "Quad":
        """A band of light across the face, leaning as it goes."""
        return Quad(
            self.at(left, 0),
            self.at(left + width, 0),
            self.at(left + width + lean, 1),
            self.at(left + lean, 1),
        )


@dataclass
class Canvas:
    """What has been drawn so far, the latest on top."""

    width: float
    height: float
    marks: list[str] = field(default_factory=list)

    def polygon(self, points: Iterable[Point], fill: str, opacity: float = 1.0) -> None:
        path = " ".join(f"{_number(point.x)},{_number(point.y)}" for point in points)
        self.marks.append(f'<polygon points="{path}" fill="{fill}"{_opacity(opacity)}/>')

    def line(
        self, start: Point, end: Point, colour: str, width: float, opacity: float = 1.0, cap: str = "butt"
    ) -> None:
        self.path(f"M{_pair(start)} {_pair(end)}", colour, width, opacity, cap)

    def lines(
        self, segments: Sequence[tuple[Point, Point]], colour: str, width: float, opacity: float = 1.0
    ) -> None:
        """Many lines of one kind in one element."""
        if segments:
            self.path(
                "".join(f"M{_pair(start)} {_pair(end)}" for start, end in segments), colour, width, opacity
            )

    def path(self, shape: str, colour: str, width: float, opacity: float = 1.0, cap: str = "butt") -> None:
        ends = "" if cap == "butt" else f' stroke-linecap="{cap}"'
        self.marks.append(
            f'<path d="{shape}" fill="none" stroke="{colour}" stroke-width="{_number(width)}"'
            f"{ends}{_opacity(opacity)}/>"
        )

    def shape(self, shape: str, fill: str, opacity: float = 1.0) -> None:
        self.marks.append(f'<path d="{shape}" fill="{fill}"{_opacity(opacity)}/>')

    def box(
        self, corner: Point, width: float, height: float, fill: str, radius: float = 0.0, opacity: float = 1.0
    ) -> None:
        round_off = f' rx="{_number(radius)}"' if radius else ""
        self.marks.append(
            f'<rect x="{_number(corner.x)}" y="{_number(corner.y)}" width="{_number(width)}"'
            f' height="{_number(height)}"{round_off} fill="{fill}"{_opacity(opacity)}/>'
        )

    def disc(self, centre: Point, radius: float, fill: str, opacity: float = 1.0) -> None:
        self.marks.append(
            f'<circle cx="{_number(centre.x)}" cy="{_number(centre.y)}" r="{_number(radius)}"'
            f' fill="{fill}"{_opacity(opacity)}/>'
        )

    def ring(self, centre: Point, radius: float, colour: str, width: float) -> None:
        self.marks.append(
            f'<circle cx="{_number(centre.x)}" cy="{_number(centre.y)}" r="{_number(radius)}" fill="none"'
            f' stroke="{colour}" stroke-width="{_number(width)}"/>'
        )

    def words(self, text: str, centre: Point, size: float, colour: str) -> None:
        self.marks.append(
            f'<text x="{_number(centre.x)}" y="{_number(centre.y + size * 0.35)}" text-anchor="middle"'
            f' font-size="{_number(size)}" font-weight="600" fill="{colour}">{escape(text)}</text>'
        )

    def measure(
        self, start: Point, end: Point, text: str, *, surface: str, size: float = 17.0, at: float = 0.5
    ) -> None:
        """A dimension line with its ticks and its figure."""
        ember = "#b3431e"
        self.line(start, end, ember, 1.8)
        tick = size * 0.5
        length = max(((end.x - start.x) ** 2 + (end.y - start.y) ** 2) ** 0.5, 1.0)
        across = Point(-(end.y - start.y) / length * tick, (end.x - start.x) / length * tick)
        for place in (start, end):
            self.line(place.moved(-across.x, -across.y), place.moved(across.x, across.y), ember, 1.8)
        middle = start.towards(end, at)
        room = size * 0.56 * len(text) + size * 0.6
        if length < room * 1.7:
            self.words(text, middle.moved(across.x * 2 + room / 2, across.y * 2), size, "#9c3714")
            return
        self.box(middle.moved(-room / 2, -size * 0.72), room, size * 1.44, surface, radius=4)
        self.words(text, middle, size, "#9c3714")

    def svg(self, *, title: str = "", view: tuple[float, float, float, float] | None = None) -> str:
        """The finished drawing; decorative unless it is given a title."""
        frame = view or (0.0, 0.0, self.width, self.height)
        said = f'role="img" aria-label="{escape(title)}"' if title else 'aria-hidden="true"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{" ".join(_number(value) for value in frame)}"'
            f' preserveAspectRatio="xMidYMid {"slice" if view else "meet"}"'
            f' font-family="Instrument Sans, sans-serif" focusable="false" {said}>{"".join(self.marks)}</svg>'
        )


def smooth(*points: Point) -> str:
    """A closed leaf: out along one side of the first point, back along the other."""
    start, left, tip, right = points
    return f"M{_pair(start)}Q{_pair(left)} {_pair(tip)}Q{_pair(right)} {_pair(start)}Z"


def _pair(point: Point) -> str:
    return f"{_number(point.x)} {_number(point.y)}"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _opacity(value: float) -> str:
    return "" if value >= 1 else f' opacity="{value:.2f}"'
