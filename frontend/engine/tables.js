// Tables that formulas look up, as configurators/formula/tables.py has them: grids of one or two axes, and tiers.

import { add, compare, decimal, divide, Failure, isZero, multiply, subtract, ZERO } from "./decimal.js";

export const NOT_AVAILABLE = "#N/A";

const unavailable = () => {
  throw new Failure(NOT_AVAILABLE);
};

/** From what a compiled version keeps; by key a function of the places, or of the quantity. */
export function readTables(stored) {
  return Object.fromEntries(Object.entries(stored).map(([key, table]) => [key, table.mode ? tiers(table) : grid(table)]));
}

/* --- Grids ------------------------------------------------------------------------------------- */

function grid({ axes, cells }) {
  const read = axes.map(({ match, values }) => ({ match, values: match === "option" ? values : values.map(decimal) }));
  const kept = parsed(cells);
  return (...places) => find(read, kept, places);
}

const parsed = (cells) => (Array.isArray(cells) ? cells.map(parsed) : cells === null ? null : decimal(cells));

function find([axis, ...others], cells, [place, ...rest]) {
  const within = (cell) => (others.length ? find(others, cell, rest) : (cell ?? unavailable()));
  const [low, high] = around(axis, place);
  const first = within(cells[low]);
  if (low === high) return first;
  const rise = subtract(within(cells[high]), first);
  const way = multiply(rise, subtract(place, axis.values[low]));
  return add(first, divide(way, subtract(axis.values[high], axis.values[low])));
}

/** Where a value lies on an axis: twice the same index, or between two. */
function around({ match, values }, place) {
  if (match === "option") return sure(values, values.indexOf(place));
  const above = firstFrom(values, place);
  if ((above < values.length && compare(values[above], place) === 0) || match === "ceiling") return sure(values, above);
  if (match === "floor") return sure(values, above - 1);
  return match === "interpolated" && above > 0 && above < values.length ? [above - 1, above] : unavailable();
}

const sure = (values, index) => (index >= 0 && index < values.length ? [index, index] : unavailable());

/** The index of the first of these rising numbers that is no less. */
function firstFrom(values, place) {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(values[middle], place) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/* --- Tiers ------------------------------------------------------------------------------------- */

function tiers({ mode, starts, amounts }) {
  const [from, amount] = [starts.map(decimal), amounts.map(decimal)];
  return (quantity) => {
    if (isZero(quantity)) return ZERO;
    const at = from.filter((start) => compare(start, quantity) <= 0).length - 1;
    if (at < 0) unavailable();
    if (mode === "block") return amount[at];
    if (mode === "slab") return multiply(quantity, amount[at]);
    let total = multiply(subtract(quantity, from[at]), amount[at]);
    for (let tier = 0; tier < at; tier++) total = add(total, multiply(subtract(from[tier + 1], from[tier]), amount[tier]));
    return total;
  };
}
