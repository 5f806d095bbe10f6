// A price table as a value: its shape, its rows and columns, and changes that keep it whole.

import { numberIn } from "./sheet.js";

/** "tiers", or by how many answers it is looked up: "one", "two". */
export const shapeOf = (part) => (part.kind === "tiers" ? "tiers" : part.axes?.length === 1 ? "one" : "two");

export function newTable(key = "") {
  return {
    key,
    kind: "grid",
    label: "",
    axes: [
      { match: "ceiling", values: ["1000", "2000"] },
      { match: "ceiling", values: ["1000", "2000"] },
    ],
    cells: [["0", "0"], ["0", "0"]],
  };
}

/** The same table in another shape, with what fits. */
export function reshaped(part, shape) {
  const before = shapeOf(part);
  if (shape === before) return part;
  const { key, label } = part;
  if (shape === "tiers") {
    const starts = part.axes[0].match === "option" ? ["0"] : part.axes[0].values;
    return { key, kind: "tiers", label, mode: "slab", tiers: starts.map((from, row) => ({ from, amount: first(part, row) ?? "0" })) };
  }
  const axis = before === "tiers" ? { match: "floor", values: part.tiers.map(({ from }) => from) } : part.axes[0];
  const column = axis.values.map((_value, row) => first(part, row));
  if (shape === "one") return { key, kind: "grid", label, axes: [axis], cells: column };
  const other = { match: "ceiling", values: ["1000", "2000"] };
  return { key, kind: "grid", label, axes: [axis, other], cells: column.map((cell) => [cell, null]) };
}

const first = (part, row) => {
  if (part.kind === "tiers") return part.tiers[row].amount;
  return part.axes.length === 1 ? (part.cells[row] ?? null) : (part.cells[row]?.[0] ?? null);
};

/** The smallest cell, as the definition writes it; null where all are empty. */
export function lowest(part) {
  const cells = (part.kind === "tiers" ? part.tiers.map(({ amount }) => amount) : part.cells.flat()).filter((cell) => cell !== null && cell !== "");
  return cells.length ? cells.reduce((least, cell) => (Number(cell) < Number(least) ? cell : least)) : null;
}

export function gridOf(part) {
  if (part.kind === "tiers") return { rows: part.tiers.length, columns: 1 };
  return { rows: part.axes[0].values.length, columns: part.axes[1]?.values.length ?? 1 };
}

export const startOf = (part, row) => (part.kind === "tiers" ? part.tiers[row].from : part.axes[0].values[row]);

export function cellOf(part, row, column) {
  if (part.kind === "tiers") return part.tiers[row].amount;
  return part.axes.length === 1 ? part.cells[row] : part.cells[row]?.[column];
}

const swapped = (list, index, value) => list.map((one, place) => (place === index ? value : one));

export function withCell(part, row, column, value) {
  if (part.kind === "tiers") return { ...part, tiers: swapped(part.tiers, row, { ...part.tiers[row], amount: value }) };
  return { ...part, cells: swapped(part.cells, row, part.axes.length === 1 ? value : swapped(part.cells[row], column, value)) };
}

export function withStart(part, row, value) {
  if (part.kind === "tiers") return { ...part, tiers: swapped(part.tiers, row, { ...part.tiers[row], from: value }) };
  return withValue(part, 0, row, value);
}

export const withValue = (part, axis, index, value) => ({
  ...part,
  axes: swapped(part.axes, axis, { ...part.axes[axis], values: swapped(part.axes[axis].values, index, value) }),
});

/** As far beyond the last as that is beyond the one before it. */
function following(values) {
  const [before, last] = [values.at(-2), values.at(-1)].map(Number);
  const step = Number.isFinite(before) && last > before ? last - before : Math.max(1, last || 1);
  return String(Number((last + step).toFixed(6)));
}

export function withRow(part) {
  if (part.kind === "tiers") {
    const from = following(part.tiers.map((tier) => tier.from));
    return { ...part, tiers: [...part.tiers, { from, amount: part.tiers.at(-1)?.amount ?? "0" }] };
  }
  const [axis, ...others] = part.axes;
  const empty = others.length ? part.axes[1].values.map(() => null) : null;
  return { ...part, axes: [{ ...axis, values: [...axis.values, following(axis.values)] }, ...others], cells: [...part.cells, empty] };
}

export function withColumn(part) {
  const [rows, axis] = part.axes;
  return { ...part, axes: [rows, { ...axis, values: [...axis.values, following(axis.values)] }], cells: part.cells.map((row) => [...row, null]) };
}

const without = (list, index) => list.filter((_one, place) => place !== index);

export function withoutRow(part, row) {
  if (part.kind === "tiers") return { ...part, tiers: without(part.tiers, row) };
  const [axis, ...others] = part.axes;
  return { ...part, axes: [{ ...axis, values: without(axis.values, row) }, ...others], cells: without(part.cells, row) };
}

export function withoutColumn(part) {
  const [rows, axis] = part.axes;
  return { ...part, axes: [rows, { ...axis, values: axis.values.slice(0, -1) }], cells: part.cells.map((row) => row.slice(0, -1)) };
}

/** Another way to find a place; the options of a choice take the places of numbers, or numbers theirs. */
export function withAxis(part, index, match, group) {
  const axis = part.axes[index];
  const changes = match === "option" || axis.match === "option";
  if (!changes) return { ...part, axes: swapped(part.axes, index, { ...axis, match }) };
  const values = match === "option" ? group.options.map(({ key }) => key) : axis.values.map((_value, place) => String((place + 1) * 1000));
  const fitted = (list) => values.map((_value, place) => list[place] ?? null);
  const empty = part.axes.length === 2 && index === 0 ? part.axes[1].values.map(() => null) : null;
  const cells = index === 0 ? fitted(part.cells).map((row) => row ?? empty) : part.cells.map(fitted);
  return { ...part, axes: swapped(part.axes, index, { match, values }), cells };
}

/** Whether a choice has the options that stand on an axis. */
export const sameKeys = (options, values) =>
  options.length > 0 && Array.isArray(values) && values.length > 0 && values.every((value) => options.some(({ key }) => key === value));

/**
 * The table with rows of texts written over it from a place on; -1 is where the axis stands. Rows and columns
 * are added for what lies beyond. Null where a text is no number, or two things: nothing is changed then.
 */
export function filledFrom(part, row, column, rows, sign) {
  if (sign === null) return null;
  let next = part;
  for (const [down, texts] of rows.entries()) {
    for (const [right, text] of texts.entries()) {
      const [r, c] = [row + down, column + right];
      const value = text === "" ? null : numberIn(text, sign);
      if ((text !== "" && value === null) || (value === null && (r < 0 || c < 0 || part.kind === "tiers"))) return null;
      next = reaching(next, r, c);
      if (!next) return null;
      next = r < 0 ? withValue(next, 1, c, value) : c < 0 ? withStart(next, r, value) : withCell(next, r, c, value);
    }
  }
  return next;
}

/** With so many rows and columns that the place exists; null where it cannot. */
function reaching(part, row, column) {
  const isOption = (axis) => part.axes?.[axis]?.match === "option";
  if ((row < 0 && (part.axes?.length !== 2 || column < 0 || isOption(1))) || (column < 0 && isOption(0))) return null;
  let next = part;
  while (gridOf(next).rows <= row) {
    if (isOption(0)) return null;
    next = withRow(next);
  }
  while (gridOf(next).columns <= column) {
    if (next.axes?.length !== 2 || isOption(1)) return null;
    next = withColumn(next);
  }
  return next;
}
