// What a page must show for its answers, in words: as configurators/presentation.py's changes_of has it.

import { readAnswers } from "./answers.js";
import { configuration, evaluate } from "./configuration.js";
import { YES } from "./constraints.js";
import { compare, isZero, orNothing, subtract, toFixed, ZERO } from "./decimal.js";
import { differences } from "./differences.js";
import { layersSeen } from "./layers.js";
import { remedyFor } from "./remedies.js";
import { differenceText, money, numberText } from "./money.js";

/**
 * A function of the raw answers of a page, from the definition that the server gave in the page's language. Its
 * `remedy` says what else to choose for an option that cannot be chosen: {text, answers}, or null.
 */
export function page(document) {
  const version = configuration(document);
  const view = { ...document, places: document.minor_units };
  const remedy = (raw, group, option) => remedyIn(version, view, raw, group, option);
  return Object.assign((raw) => changesOf(version, view, raw), { remedy });
}

function remedyIn(version, view, raw, group, option) {
  const { values } = readAnswers(version, raw);
  const found = remedyFor(version, values, group, option);
  if (!found?.changes.length) return null;
  const names = found.changes.map((change) => nameOf(version, view, values, change));
  const text = say(view.words.remedy, { changes: names.join(", ") }, view.language);
  const price = view.priced && !isZero(found.difference) ? ` (${differenceText(found.difference, view)})` : "";
  return { text: text + price, answers: Object.fromEntries(found.changes.map(({ group: key, answer }) => [key, written(answer, view)])) };
}

/** An answer as a field holds it. */
const written = (answer, { language }) => (answer instanceof Set ? [...answer] : answer && typeof answer === "object" ? numberText(answer, language) : answer);

function nameOf({ byKey }, { words, language }, values, { group: key, answer }) {
  const group = byKey[key];
  const without = (name) => say(words.without, { name }, language);
  const label = (option) => group.options.find((one) => one.key === option).label;
  if (group.kind === "boolean") return answer ? group.label : without(group.label);
  if (group.kind === "single") return label(answer);
  if (!(answer instanceof Set)) return `${group.label} ${numberText(answer, language)} ${group.unit}`.trim();
  const before = values[key] ?? new Set();
  const more = [...answer].filter((option) => !before.has(option)).map(label);
  const less = [...before].filter((option) => !answer.has(option)).map((option) => without(label(option)));
  return [...more, ...less].join(", ");
}

function changesOf(version, view, raw) {
  const { values, errors } = readAnswers(version, raw);
  const found = evaluate(version, values);
  const compared = view.priced ? differences(version, values) : {};
  const hidden = Object.keys(found.visible).filter((key) => !found.visible[key]);
  const price = priceOf(version, view, found);
  return {
    hidden,
    required: found.required,
    hidden_steps: view.steps
      .filter(({ groups }) => groups.length && groups.every(({ key }) => hidden.includes(key)))
      .map(({ key }) => key),
    options: optionStates(version, view, found, compared),
    notices: notices(view, errors, found),
    remarks: remarks(found),
    values: calculatedTexts(version, view, found),
    layers: layersSeen(version, values),
    ...price,
    spoken: view.priced ? say(view.words.spoken, { total: price.total }) : "",
  };
}

/** A sentence with its values; numbers as the reader writes them. */
const say = (text, values, language) =>
  text.replace(/%\((\w+)\)s|%%/g, (match, name) => {
    if (!name) return "%";
    const value = values[name];
    return value && typeof value === "object" ? numberText(value, language) : String(value);
  });

/* --- What is wrong ----------------------------------------------------------------------------- */

/** What is still missing is no news to someone who has not come to it yet. */
function notices({ words, language }, errors, { violations }) {
  const found = {};
  for (const [key, { code, ...values }] of Object.entries(errors)) {
    if (code !== "required") found[key] = say(words.errors[code], values, language);
  }
  const broken = new Set();
  for (const { group, reason } of violations) {
    if (!broken.has(group)) found[group] = reason || words.not_together;
    broken.add(group);
  }
  return found;
}

function remarks({ warnings }) {
  const found = {};
  for (const { group, reason } of warnings) found[group] ??= reason;
  return found;
}

/** What is calculated, with its unit; a dash where that is an error. */
const calculatedTexts = (version, { language }, { calculated }) =>
  Object.fromEntries(
    version.calculated.map(({ key, unit }) => [key, calculated[key] ? `${numberText(calculated[key], language)} ${unit}`.trim() : "–"]),
  );

/* --- What each choice costs, and why it cannot be made ------------------------------------------- */

function optionStates(version, view, { unavailable }, compared) {
  const found = {};
  for (const group of version.groups) {
    const keys = group.kind === "boolean" ? [YES] : group.options.map(({ key }) => key);
    const prices = compared[group.key] ? priceTexts(group, view, compared[group.key]) : {};
    for (const key of keys) {
      const reason = unavailable[group.key]?.[key];
      const text = reason === undefined ? "" : reason || view.words.not_together;
      found[`${group.key}.${key}`] = { price: prices[key] ?? "", reason: text };
    }
  }
  return found;
}

/** What choices add to the one that is included; it stays the same whichever is chosen now. */
function priceTexts(group, view, amounts) {
  const isSingle = group.kind === "single";
  const included = isSingle ? group.options.find(({ key, price }) => !price && amounts[key]) : undefined;
  const base = included ? amounts[included.key] : ZERO;
  const nothing = isSingle && Object.values(amounts).some((amount) => !isZero(amount)) ? view.words.included : "";
  const more = (amount) => orNothing(() => differenceText(subtract(amount, base), view)) ?? "";
  const text = (amount) => (compare(amount, base) ? more(amount) : nothing);
  return Object.fromEntries(Object.entries(amounts).map(([key, amount]) => [key, text(amount)]));
}

/* --- The price --------------------------------------------------------------------------------- */

function priceOf(version, view, { lines, gross, vat }) {
  const { words, language } = view;
  if (!view.priced) return { lines: [], total: "", gross: "", vat: "" };
  if (!gross) return { lines: [], total: "–", gross: "", vat: words.no_price };
  const shown = lines.map((line) => [line.label, noteOf(version, view, line), isZero(line.amount) ? words.included : money(line.amount, view)]);
  const rate = version.vatRate;
  const [total, amount] = [money(gross, view), money(vat, view)];
  const sums = { total, gross: toFixed(gross, view.places) };
  if (!version.pricesIncludeVat) return { lines: [...shown, [say(words.vat, { rate }, language), "", amount]], ...sums, vat: "" };
  return { lines: shown, ...sums, vat: isZero(vat) ? "" : say(words.of_which_vat, { rate, amount }, language) };
}

function noteOf(version, view, line) {
  if (line.kind === "per_unit") {
    const many = `${numberText(line.quantity, view.language)} ${version.byKey[line.of].unit}`.trim();
    return `${many} × ${money(line.unit_amount, view)}`;
  }
  if (line.limit) return say(view.words[line.kind], { limit: money(line.limit, view) }, view.language);
  if (line.kind !== "percentage") return "";
  return say(view.words.percent_of, { percent: line.percent, base: money(line.base, view) }, view.language);
}

