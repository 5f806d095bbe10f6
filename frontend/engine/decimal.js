// Exact decimals, as configurators/formula/arithmetic.py has them: a whole number of steps of 10^-scale.
//
// A sum, difference or product is exact, or it is #LIMIT!: at most 100 digits that matter, at most 100
// decimals, below 10^30. A quotient is rounded once, half away from zero, to 20 decimals.

export const DIVISION_BY_ZERO = "#DIV/0!";
export const IMPOSSIBLE_NUMBER = "#NUM!";
export const LIMIT = "#LIMIT!";

const MAX_EXPONENT = 64n;
const PLACES = 20;
const MOST_DIGITS = 100;
const WHOLE_DIGITS = 30;

/** Carries an error value past the rest of a formula. */
export class Failure {
  constructor(code) {
    this.code = code;
  }
}

/** Of an error value; anything else is a mistake of ours and goes on. */
export function codeOf(error) {
  if (error instanceof Failure) return error.code;
  throw error;
}

/** What is reckoned, or null where that is an error. */
export function orNothing(reckon) {
  try {
    return reckon();
  } catch (error) {
    codeOf(error);
    return null;
  }
}

const fail = (code) => {
  throw new Failure(code);
};

const TENS = [1n];

function ten(power) {
  for (let next = TENS.length; next <= power; next++) TENS.push(TENS[next - 1] * 10n);
  return TENS[power];
}

const size = (whole) => (whole < 0n ? -whole : whole);

/** What is surely within every limit, and most numbers are. */
const SMALL = ten(WHOLE_DIGITS);

function limited(steps, scale) {
  if (scale <= MOST_DIGITS && steps < SMALL && steps > -SMALL) return { steps, scale };
  while (scale > 0 && steps % 10n === 0n) {
    steps /= 10n;
    scale -= 1;
  }
  let digits = size(steps);
  if (scale > MOST_DIGITS || digits >= ten(WHOLE_DIGITS + scale)) fail(LIMIT);
  while (digits && digits % 10n === 0n) digits /= 10n;
  if (digits >= ten(MOST_DIGITS)) fail(LIMIT);
  return { steps, scale };
}

export const ZERO = { steps: 0n, scale: 0 };
export const ONE = { steps: 1n, scale: 0 };

/** From `-12.5`: what a definition and a stored tree write. */
export function decimal(text) {
  const [whole, decimals = ""] = text.split(".");
  return { steps: BigInt(whole + decimals), scale: decimals.length };
}

export const whole = (number) => ({ steps: BigInt(number), scale: 0 });

/** The one way a number is written: no exponent, no trailing zeros, no minus zero. */
export function canonical(number) {
  const written = toFixed(number, number.scale);
  return written.includes(".") ? written.replace(/\.?0+$/, "") : written;
}

/** With exactly so many decimals, of a number that has no more but zeros. */
export function toFixed({ steps, scale }, places) {
  const whole = scale > places ? size(steps) / ten(scale - places) : size(steps) * ten(places - scale);
  const digits = String(whole).padStart(places + 1, "0");
  const sign = steps < 0n ? "-" : "";
  return places ? `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}` : sign + digits;
}

/* --- Comparing -------------------------------------------------------------------------------- */

function aligned(left, right) {
  if (left.scale === right.scale) return [left.steps, right.steps, left.scale];
  const scale = Math.max(left.scale, right.scale);
  return [left.steps * ten(scale - left.scale), right.steps * ten(scale - right.scale), scale];
}

export const isZero = (number) => number.steps === 0n;

/** Below zero, zero or above it, as left is less than, equal to or more than right. */
export function compare(left, right) {
  const [a, b] = aligned(left, right);
  return a < b ? -1 : a > b ? 1 : 0;
}

/* --- Reckoning -------------------------------------------------------------------------------- */

export function add(left, right) {
  const [a, b, scale] = aligned(left, right);
  return limited(a + b, scale);
}

export function subtract(left, right) {
  const [a, b, scale] = aligned(left, right);
  return limited(a - b, scale);
}

export const multiply = (left, right) => limited(left.steps * right.steps, left.scale + right.scale);
export const negate = ({ steps, scale }) => ({ steps: -steps, scale });
export const absolute = ({ steps, scale }) => ({ steps: size(steps), scale });
export const divide = (left, right) => divideTo(left, right, PLACES);

/** The quotient, rounded once, half away from zero, to so many decimals. */
export function divideTo(left, right, places) {
  const [dividend, divisor] = fraction(left, right);
  return limited(rounding.half(dividend * ten(places), divisor), places);
}

export function power(base, exponent) {
  const times = wholeOf(exponent);
  if (size(times) > MAX_EXPONENT) fail(LIMIT);
  if (isZero(base) && !times) fail(IMPOSSIBLE_NUMBER);
  const raised = raise(base, size(times));
  return times < 0n ? divide(ONE, raised) : raised;
}

/** By squaring, without a square more than needed: that could pass a limit the result does not. */
function raise(base, times) {
  let result = ONE;
  while (times) {
    if (times & 1n) result = multiply(result, base);
    times >>= 1n;
    if (times) base = multiply(base, base);
  }
  return result;
}

function wholeOf({ steps, scale }) {
  const step = ten(scale);
  return steps % step ? fail(IMPOSSIBLE_NUMBER) : steps / step;
}

function fraction(left, right) {
  if (isZero(right)) fail(DIVISION_BY_ZERO);
  const [dividend, divisor] = aligned(left, right);
  return divisor < 0n ? [-dividend, -divisor] : [dividend, divisor];
}

/* --- Rounding: a quotient of whole numbers, of which the second is above zero, to a whole number ---- */

const rounding = {
  half: (dividend, divisor) => {
    const twice = (2n * size(dividend) + divisor) / (2n * divisor);
    return dividend < 0n ? -twice : twice;
  },
  up: (dividend, divisor) => (dividend < 0n ? rounding.floor : rounding.ceiling)(dividend, divisor),
  down: (dividend, divisor) => dividend / divisor,
  ceiling: (dividend, divisor) => dividend / divisor + (dividend % divisor > 0n ? 1n : 0n),
  floor: (dividend, divisor) => dividend / divisor - (dividend % divisor < 0n ? 1n : 0n),
};

/** To so many decimals; a number below zero rounds to tens, hundreds and so on. */
const round = (how) => (number, places) => {
  const wanted = wholeOf(places);
  if (size(wanted) > PLACES) fail(IMPOSSIBLE_NUMBER);
  return roundedBy(how, number, Number(wanted));
};

function roundedBy(how, { steps, scale }, places) {
  if (scale <= places) return { steps, scale };
  const kept = Math.max(places, 0);
  return limited(how(steps, ten(scale - places)) * ten(kept - places), kept);
}

const multiple = (how) => (number, step) => {
  if (step.steps < 0n) fail(IMPOSSIBLE_NUMBER);
  return multiply({ steps: how(...fraction(number, step)), scale: 0 }, step);
};

export const rounded = (number, places) => roundedBy(rounding.half, number, places);
export const roundHalf = round(rounding.half);
export const roundUp = round(rounding.up);
export const roundDown = round(rounding.down);
export const multipleNearest = multiple(rounding.half);
export const multipleAbove = multiple(rounding.ceiling);
export const multipleBelow = multiple(rounding.floor);

export function isMultiple(number, step) {
  const [dividend, divisor] = fraction(number, step);
  return dividend % divisor === 0n;
}
