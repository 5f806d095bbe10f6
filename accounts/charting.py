"""The geometry of the small charts; templates draw it as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import floor, log10

LABEL_ROOM = 24
FIGURE_ROOM = 22
AXIS_ROOM_PERCENT = 7.0
BAR_SHARE = 0.62


@dataclass(frozen=True)
class Bar:
    label: str
    value: float
    x: str
    width: str
    middle: str
    top: str
    height: str
    label_at: str
    highlighted: bool
    figured: bool


@dataclass(frozen=True)
class Line:
    value: str
    y: str
    text_y: str


@dataclass(frozen=True)
class BarChart:
    bars: list[Bar]
    lines: list[Line]
    height: int
    label_y: int


@dataclass(frozen=True)
class Scale:
    ticks: list[str]
    at: str | None


@dataclass(frozen=True)
class Deadline:
    ticks: list[str]
    spent: str


def bar_chart(rows: Sequence[tuple[str, float]], *, height: int, highlight_last: bool) -> BarChart:
    """Positions in per cent across, so that a chart may be any width, and in pixels down."""
    ground = height - LABEL_ROOM
    room = ground - FIGURE_ROOM
    step = _round_step(max((float(value) for _, value in rows), default=0.0))
    top = step * 3
    slot = (100 - AXIS_ROOM_PERCENT) / max(len(rows), 1)
    return BarChart(
        bars=[
            _bar(label, float(value), position, len(rows), slot, room / top, ground, highlight_last)
            for position, (label, value) in enumerate(rows)
        ],
        lines=[_line(step * count, ground - step * count * room / top) for count in range(4)],
        height=height,
        label_y=height - 6,
    )


def scale(low: Decimal | None, high: Decimal | None, at: Decimal | None, divisions: int = 10) -> Scale:
    ticks = [_percent(100 * tick / divisions) for tick in range(divisions + 1)]
    if low is None or high is None or at is None or high <= low:
        return Scale(ticks, None)
    share = min(max((at - low) / (high - low), Decimal(0)), Decimal(1))
    return Scale(ticks, _percent(float(share) * 100))


def deadline(*, days: int, left: int) -> Deadline:
    days = max(days, 1)
    gone = min(max(days - left, 0), days)
    return Deadline(
        [_percent(100 * tick / days) for tick in range(gone, days + 1)], _percent(100 * gone / days)
    )


def _bar(
    label: str,
    value: float,
    position: int,
    count: int,
    slot: float,
    unit: float,
    ground: float,
    highlight_last: bool,
) -> Bar:
    tall = max(value, 0) * unit
    left = AXIS_ROOM_PERCENT + slot * position + slot * (1 - BAR_SHARE) / 2
    last = position == count - 1
    return Bar(
        label=str(label),
        value=int(value) if value == floor(value) else value,
        x=_percent(left),
        width=_percent(slot * BAR_SHARE),
        middle=_percent(left + slot * BAR_SHARE / 2),
        top=f"{ground - tall:.1f}",
        height=f"{tall:.1f}",
        label_at=f"{ground - tall - 7:.1f}",
        highlighted=last and highlight_last,
        figured=last or position == 0,
    )


def _line(value: float, y: float) -> Line:
    return Line(f"{value:g}", f"{y:.1f}", f"{y + 4:.1f}")


def _round_step(highest: float) -> float:
    """A third of the scale, in a round number of 1, 2, 5 or 10."""
    if highest <= 3:
        return 1.0
    raw = highest / 3
    size = 10.0 ** floor(log10(raw))
    return next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= raw)


def _percent(value: float) -> str:
    return f"{value:.2f}%"
