// Numbers that a visitor types: − and +, arrow keys, and the mark on the scale.

export const isNumber = (input) => Boolean(input.inputMode);

const parsed = (text) => Number(text.replace(",", "."));
const written = (number, input) =>
  input.closest("[lang]").lang === "en" ? String(number) : String(number).replace(".", ",");

export function stepBy(input, direction) {
  const { min, max, step } = input.dataset;
  const size = Number(step) || 1;
  const low = min === undefined ? -Infinity : Number(min);
  const high = max === undefined ? Infinity : Number(max);
  const from = input.value.trim() === "" ? NaN : parsed(input.value);
  const base = Number.isFinite(low) ? low : 0;
  const steps = (from - base) / size;
  const next = Number.isNaN(from)
    ? base
    : base + size * (direction > 0 ? Math.floor(steps + 1e-9) + 1 : Math.ceil(steps - 1e-9) - 1);
  input.value = written(Math.round(Math.min(high, Math.max(low, next)) * 1e6) / 1e6, input);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

export function moveMark(input) {
  const mark = input.closest("[data-group]").querySelector(".scale svg");
  const [low, high, now] = [Number(input.dataset.min), Number(input.dataset.max), parsed(input.value)];
  if (mark && now >= low && now <= high) mark.setAttribute("x", `${((now - low) / (high - low)) * 100}%`);
}

/** Half a number is not worth a price, nor a remark. */
export function isUnfinished(input) {
  const { min = -Infinity, max = Infinity } = input.dataset;
  const number = input.value.trim() === "" ? NaN : parsed(input.value);
  return !(number >= Number(min) && number <= Number(max));
}
