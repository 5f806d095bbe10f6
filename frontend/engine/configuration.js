// A compiled version in the browser: what its answers mean and cost, as configurators/evaluation.py has it.
//
// The order is fixed: visibility, constraints, lines, rounding, VAT. An error in any formula blocks the
// price: there is none, rather than a guess. The server reckons anew whatever is sent.

import { choicesNow } from "./constraints.js";
import { codeOf, decimal, orNothing, rounded } from "./decimal.js";
import { groupsIn, runner } from "./formula.js";
import { LOOKS_BACK, priceLines, totalOf, totals } from "./pricing.js";
import { readTables } from "./tables.js";

/** Kinds of price whose amount is one of money as it stands. */
const IN_COINS = new Set(["fixed", "minimum", "maximum"]);
const OPTIONAL_KINDS = new Set(["text", "date", "file", "contact"]);

/** Ready to reckon with: every formula a function, every amount a decimal. Throws a TypeError for a broken one. */
export function configuration(document) {
  const tables = readTables(document.tables ?? {});
  const condition = (tree) => (tree ? runner(tree, tables) : null);
  const places = document.minor_units;

  function price(item) {
    if (!item) return null;
    const amount = decimal(item.amount ?? item.percent ?? "0");
    return {
      kind: item.kind,
      amount: IN_COINS.has(item.kind) ? rounded(amount, places) : amount,
      of: item.of,
      formula: item.formula ? runner(item.formula, tables) : null,
      reads: item.kind === "per_unit" ? new Set([item.of]) : groupsIn(item.formula),
    };
  }

  const option = (item, group) => ({
    key: item.key,
    lineKey: `${group}.${item.key}`,
    label: item.label,
    reason: item.reason,
    price: price(item.price),
    guard: item.available_if,
    availableIf: condition(item.available_if),
  });

  const groups = document.steps
    .flatMap((step) => step.groups)
    .map((item, position) => ({
      ...item,
      position,
      computable: !OPTIONAL_KINDS.has(item.kind),
      visibleIf: condition(item.visible_if),
      requiredIf: item.required ? null : condition(item.required_if),
      reckon: item.formula ? runner(item.formula, tables) : null,
      price: price(item.price),
      options: (item.options ?? []).map((each) => option(each, item.key)),
    }));
  const prices = ({ price, options }) => [price, ...options.map((each) => each.price)].filter(Boolean);
  for (const group of groups) group.reads = union([[group.key], ...prices(group).map(({ reads }) => reads)]);
  const byKey = Object.fromEntries(groups.map((group) => [group.key, group]));
  const lines = document.lines.map((line) => ({ ...line, condition: condition(line.if), price: price(line.price) }));
  for (const line of lines) line.reads = union([groupsIn(line.if), line.price.reads]);
  const looksBack = ({ kind }) => LOOKS_BACK.has(kind);
  const all = [...groups.flatMap(prices), ...lines.map((line) => line.price)];
  const priced = groups.filter(({ price, options }) => price || options.some((each) => each.price));
  return {
    groups,
    byKey,
    lines,
    priced,
    openingLines: lines.filter((line) => !looksBack(line.price)),
    closingLines: lines.filter((line) => looksBack(line.price)),
    // Whether what a line comes to may depend on any other.
    looksBack: all.some(looksBack),
    // Groups whose answer decides what others are shown or come to.
    decidesOthers: union(groups.flatMap((group) => [groupsIn(group.visible_if), groupsIn(group.formula)])),
    calculated: groups.filter(({ reckon }) => reckon),
    hasPrices: priced.length > 0 || lines.length > 0,
    places,
    layers: (document.layers ?? []).map((item) => ({ key: item.key, condition: condition(item.if) })),
    constraints: document.constraints.map((item) =>
      item.kind === "assertion" ? { ...item, tree: item.that, that: runner(item.that, tables), reads: [...groupsIn(item.that)] } : item,
    ),
    conditional: document.order.map((key) => byKey[key]),
    absent: Object.fromEntries(groups.filter(({ computable }) => computable).map((group) => [group.key, absent(group)])),
    vatRate: decimal(document.vat.rate),
    pricesIncludeVat: document.vat.prices === "including",
  };
}

const union = (sets) => new Set(sets.flatMap((set) => [...set]));

/** What a group that is hidden or not answered counts as. */
const absent = ({ kind }) => (kind === "multi" ? new Set() : kind === "boolean" ? false : null);

/** Which groups are there, what the answers of the others count as, and what is calculated from them. */
export function situation(configuration, values) {
  const answers = { ...configuration.absent, ...values };
  const visible = Object.fromEntries(configuration.groups.map(({ key }) => [key, true]));
  let failure = null;
  for (const { key, visibleIf, reckon, decimals } of configuration.conditional) {
    let shown = true;
    try {
      shown = !visibleIf || visibleIf(answers);
    } catch (error) {
      failure ??= codeOf(error);
    }
    if (!shown) {
      visible[key] = false;
      if (key in configuration.absent) answers[key] = configuration.absent[key];
    } else if (reckon) {
      try {
        answers[key] = rounded(reckon(answers), decimals ?? 0);
      } catch (error) {
        failure ??= codeOf(error);
      }
    }
  }
  return { answers, visible, failure };
}

/** The groups whose condition says that they must be answered, or has an error for its value. */
const requiredNow = ({ groups }, answers) =>
  groups.filter(({ requiredIf }) => requiredIf && (orNothing(() => requiredIf(answers)) ?? true)).map(({ key }) => key);

/** `net`, `vat` and `gross` are null exactly when `blocked` names an error value. */
export function evaluate(configuration, values) {
  const now = situation(configuration, values);
  const { unavailable, violations, warnings, failure } = choicesNow(configuration, now);
  const calculated = Object.fromEntries(configuration.calculated.map(({ key }) => [key, now.answers[key]]));
  const required = requiredNow(configuration, now.answers);
  const found = { visible: now.visible, required, calculated, unavailable, violations, warnings, lines: [], net: null, vat: null, gross: null };
  const blocked = now.failure ?? failure;
  if (blocked) return { ...found, blocked };
  try {
    const lines = priceLines(configuration, now.answers);
    return { ...found, lines, ...totals(configuration, totalOf(lines)), blocked: null };
  } catch (error) {
    return { ...found, blocked: codeOf(error) };
  }
}
