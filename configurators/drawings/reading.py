"""Reading what a drawing needs from a visitor's answers; anything unknown falls back to a standard."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation


def length(
    values: Mapping[str, object], names: Iterable[str], standard: float, low: float, high: float
) -> float:
    """A length in centimetres. Figures above the largest one are taken for millimetres."""
    number = _number(_first(values, names))
    if number is None:
        return standard
    if number > high:
        number /= 10
    return min(max(number, low), high)


def count(values: Mapping[str, object], names: Iterable[str], most: int) -> int:
    number = _number(_first(values, names))
    return 0 if number is None else int(min(max(number, 0), most))


def choice(values: Mapping[str, object], names: Iterable[str], known: tuple[str, ...], standard: str) -> str:
    """The option chosen, or the longest known one that its key begins with."""
    given = _first(values, names)
    if isinstance(given, tuple | list):
        given = given[0] if given else None
    plain = str(given or "").replace("-", "_")
    fitting = [option for option in known if plain == option or plain.startswith(f"{option}_")]
    return max(fitting, key=len, default=standard)


def _first(values: Mapping[str, object], names: Iterable[str]) -> object | None:
    return next((values[name] for name in names if values.get(name) is not None), None)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return float(number) if number.is_finite() else None
