// The price lines of a configuration, and what they come to with VAT, as configurators/pricing.py has them.

import { add, compare, decimal, divideTo, isZero, multiply, rounded, subtract, ZERO } from "./decimal.js";

const HUNDRED = decimal("100");
const PERCENT = decimal("0.01");

/** Whether an answer is more than nothing. */
export const isSomething = (answer) =>
  answer instanceof Set ? answer.size > 0 : typeof answer === "object" && answer ? !isZero(answer) : Boolean(answer);

/** Kinds of price that depend on what other lines come to. */
export const LOOKS_BACK = new Set(["percentage", "minimum", "maximum"]);

/** Extra lines, then the groups' own, then what looks back on both, each in the definition's order. */
export function priceLines(configuration, answers) {
  const sheet = filled(configuration, answers, configuration.openingLines, configuration.priced);
  addExtra(sheet, configuration.closingLines);
  return sheet.lines;
}

/** What some extra lines and groups come to together; only where no line looks back on others as well. */
export const subtotalOf = (configuration, answers, { lines, groups }) => filled(configuration, answers, lines, groups).subtotal;

function filled(configuration, answers, lines, groups) {
  const sheet = { configuration, answers, lines: [], amounts: Object.create(null), subtotal: ZERO };
  addExtra(sheet, lines);
  for (const group of groups) addGroup(sheet, group, answers[group.key]);
  return sheet;
}

export const totalOf = (lines) => lines.reduce((sum, { amount }) => add(sum, amount), ZERO);

/** What a visitor pays for lines that come to this; VAT need not be known where prices include it. */
export const grossOf = (configuration, total) =>
  configuration.pricesIncludeVat ? rounded(total, configuration.places) : totals(configuration, total).gross;

export function totals({ vatRate, places, pricesIncludeVat }, total) {
  if (pricesIncludeVat) {
    const vat = subtract(total, divideTo(multiply(total, HUNDRED), add(HUNDRED, vatRate), places));
    return { net: rounded(subtract(total, vat), places), vat: rounded(vat, places), gross: rounded(total, places) };
  }
  const vat = rounded(multiply(multiply(total, vatRate), PERCENT), places);
  return { net: rounded(total, places), vat, gross: add(rounded(total, places), vat) };
}

function addExtra(sheet, lines) {
  for (const { key, label, condition, price } of lines) {
    if (!condition || condition(sheet.answers)) addLine(sheet, { key, group: null, option: null, label }, price, false);
  }
}

function addGroup(sheet, group, answer) {
  if (!isSomething(answer)) return;
  const line = { key: group.key, group: group.key, option: null, label: group.label };
  if (group.price) addLine(sheet, line, group.price, true);
  for (const option of group.options) {
    const chosen = answer instanceof Set ? answer.has(option.key) : answer === option.key;
    if (!chosen || !option.price) continue;
    addLine(sheet, { key: option.lineKey, group: group.key, option: option.key, label: option.label }, option.price, true);
  }
}

/** A line over zero units, and an extra line of zero, are left out; a chosen option of zero stays. */
function addLine(sheet, line, price, keepZero) {
  const { amount, ...detail } = PRICED[price.kind](sheet, price);
  if (isZero(amount) && (!keepZero || (detail.quantity && isZero(detail.quantity)))) return;
  sheet.amounts[line.key] = amount;
  sheet.subtotal = add(sheet.subtotal, amount);
  sheet.lines.push({ ...line, kind: price.kind, ...detail, amount });
}

const baseOf = ({ subtotal, amounts }, of) =>
  of === "subtotal" ? subtotal : of.reduce((sum, key) => add(sum, amounts[key] ?? ZERO), ZERO);

const PRICED = {
  fixed: (_sheet, { amount }) => ({ amount }),
  per_unit({ configuration, answers }, { amount, of }) {
    const quantity = answers[of] ?? ZERO;
    return { amount: rounded(multiply(quantity, amount), configuration.places), quantity, unit_amount: amount, of };
  },
  percentage(sheet, { amount, of }) {
    const base = baseOf(sheet, of);
    return { amount: rounded(multiply(multiply(base, amount), PERCENT), sheet.configuration.places), percent: amount, base };
  },
  minimum(sheet, { amount: limit, of }) {
    const base = baseOf(sheet, of);
    return { amount: !isZero(base) && compare(base, limit) < 0 ? subtract(limit, base) : ZERO, base, limit };
  },
  maximum(sheet, { amount: limit, of }) {
    const base = baseOf(sheet, of);
    return { amount: compare(base, limit) > 0 ? subtract(limit, base) : ZERO, base, limit };
  },
  formula: ({ configuration, answers }, { formula }) => ({ amount: rounded(formula(answers), configuration.places) }),
};
