"""Exact decimal arithmetic under an explicit context.

Never the operators `+ * abs()` on a Decimal: those read the thread's context, which rounds to 28
digits. Here a sum, difference or product is exact, or it is `#LIMIT!`: a result needs at most 100
significant digits, at most 100 decimals, and lies below 10^30. A quotient is rounded half away from
zero to 20 decimals, in one rounding.
"""

from collections.abc import Callable
from decimal import (
    ROUND_05UP,
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    Inexact,
    InvalidOperation,
    Overflow,
)

from configurators.formula.limits import (
    MAGNITUDE_DIGITS,
    MAX_EXPONENT,
    QUOTIENT_PLACES,
    SIGNIFICANT_DIGITS,
)
from configurators.formula.values import DIVISION_BY_ZERO, IMPOSSIBLE_NUMBER, LIMIT, Failure

ZERO = Decimal(0)
ONE = Decimal(1)

_EXACT = Context(
    prec=SIGNIFICANT_DIGITS,
    rounding=ROUND_HALF_UP,
    Emin=-1,  # so that the last of 100 decimals is the smallest step
    Emax=MAGNITUDE_DIGITS - 1,
    traps=[Inexact, Overflow, InvalidOperation],
)
# Wide enough for any quotient of two exact numbers. ROUND_05UP keeps a later rounding correct: it never
# ends on a tie or a whole number that the true quotient is not.
_WIDE = Context(prec=200, rounding=ROUND_05UP, Emin=-9999, Emax=9999, traps=[InvalidOperation])
_QUOTIENT_STEP = Decimal(1).scaleb(-QUOTIENT_PLACES)
_PLACES = {places: Decimal(1).scaleb(-places) for places in range(-QUOTIENT_PLACES, QUOTIENT_PLACES + 1)}


def _limited(operation: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Decimal, Decimal], Decimal]:
    def limited(left: Decimal, right: Decimal) -> Decimal:
        try:
            return operation(left, right)
        except (Inexact, Overflow, InvalidOperation):
            raise Failure(LIMIT) from None

    return limited


add = _limited(_EXACT.add)
subtract = _limited(_EXACT.subtract)
multiply = _limited(_EXACT.multiply)


def within_limits(number: Decimal) -> Decimal:
    try:
        return _EXACT.plus(number)
    except (Inexact, Overflow, InvalidOperation):
        raise Failure(LIMIT) from None


def negate(number: Decimal) -> Decimal:
    return _EXACT.minus(number)


def absolute(number: Decimal) -> Decimal:
    return number.copy_abs()


def divide(left: Decimal, right: Decimal) -> Decimal:
    quotient = _quotient(left, right)
    return within_limits(quotient.quantize(_QUOTIENT_STEP, ROUND_HALF_UP, _WIDE))


def divide_to(left: Decimal, right: Decimal, places: int) -> Decimal:
    """The quotient, rounded once, half away from zero, to `places` decimals."""
    return within_limits(_quotient(left, right).quantize(_PLACES[places], ROUND_HALF_UP, _WIDE))


def power(base: Decimal, exponent: Decimal) -> Decimal:
    times = _whole(exponent)
    if abs(times) > MAX_EXPONENT:
        raise Failure(LIMIT)
    if base == 0 and times == 0:
        raise Failure(IMPOSSIBLE_NUMBER)
    raised = _raised(base, abs(times))
    return divide(ONE, raised) if times < 0 else raised


def rounded(number: Decimal, places: int) -> Decimal:
    """Half away from zero; `places` may be negative."""
    return within_limits(number.quantize(_PLACES[places], ROUND_HALF_UP, _WIDE))


def round_half(number: Decimal, places: Decimal) -> Decimal:
    return _round(number, places, ROUND_HALF_UP)


def round_up(number: Decimal, places: Decimal) -> Decimal:
    return _round(number, places, ROUND_UP)


def round_down(number: Decimal, places: Decimal) -> Decimal:
    return _round(number, places, ROUND_DOWN)


def multiple_nearest(number: Decimal, step: Decimal) -> Decimal:
    return _multiple(number, step, ROUND_HALF_UP)


def multiple_above(number: Decimal, step: Decimal) -> Decimal:
    return _multiple(number, step, ROUND_CEILING)


def multiple_below(number: Decimal, step: Decimal) -> Decimal:
    return _multiple(number, step, ROUND_FLOOR)


def is_multiple(number: Decimal, step: Decimal) -> bool:
    quotient = _quotient(number, step)
    return quotient == quotient.to_integral_value()


def _quotient(left: Decimal, right: Decimal) -> Decimal:
    if not right:
        raise Failure(DIVISION_BY_ZERO)
    return _WIDE.divide(left, right)


def _raised(base: Decimal, times: int) -> Decimal:
    """By squaring, without a square more than needed: that could pass a limit the result does not."""
    result = ONE
    while times:
        if times & 1:
            result = multiply(result, base)
        times >>= 1
        if times:
            base = multiply(base, base)
    return result


def _whole(number: Decimal) -> int:
    if number != number.to_integral_value(ROUND_DOWN):
        raise Failure(IMPOSSIBLE_NUMBER)
    return int(number)


def _round(number: Decimal, places: Decimal, rounding: str) -> Decimal:
    step = _PLACES.get(_whole(places))
    if step is None:
        raise Failure(IMPOSSIBLE_NUMBER)
    return within_limits(number.quantize(step, rounding, _WIDE))


def _multiple(number: Decimal, step: Decimal, rounding: str) -> Decimal:
    if step < 0:
        raise Failure(IMPOSSIBLE_NUMBER)
    return multiply(_quotient(number, step).to_integral_value(rounding), step)
