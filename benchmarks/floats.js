// The engine's decimals as plain floating point: what its exactness costs is measured against this.

export { codeOf, DIVISION_BY_ZERO, Failure, IMPOSSIBLE_NUMBER, LIMIT, orNothing } from "./exact.js";

const to = (rounding) => (number, places) => {
  const scale = 10 ** places;
  return rounding(number * scale) / scale;
};
const by = (rounding) => (number, step) => rounding(number / step) * step;

export const ZERO = 0;
export const ONE = 1;
export const decimal = Number;
export const whole = Number;
export const canonical = String;
export const toFixed = (number, places) => Number(number).toFixed(places);
export const isZero = (number) => number === 0;
export const compare = (left, right) => left - right;
export const add = (left, right) => left + right;
export const subtract = (left, right) => left - right;
export const multiply = (left, right) => left * right;
export const negate = (number) => -number;
export const absolute = Math.abs;
export const divide = (left, right) => left / right;
export const divideTo = (left, right, places) => to(Math.round)(left / right, places);
export const power = (base, exponent) => base ** exponent;
export const rounded = to(Math.round);
export const roundHalf = to(Math.round);
export const roundUp = to(Math.ceil);
export const roundDown = to(Math.trunc);
export const multipleNearest = by(Math.round);
export const multipleAbove = by(Math.ceil);
export const multipleBelow = by(Math.floor);
export const isMultiple = (number, step) => number % step === 0;
