// What another choice would cost, as configurators/differences.py has it: the "+ € 640" beside an option.

import { situation } from "./configuration.js";
import { YES } from "./constraints.js";
import { codeOf, subtract, ZERO } from "./decimal.js";
import { grossOf, priceLines, totalOf } from "./pricing.js";

/**
 * How the gross price would move: by group and option, for visible groups that are chosen from.
 *
 * Of a single choice: when picking this one instead of the present one. Of others: what having it costs
 * compared with not having it, whether it is chosen now or not. An option whose price would be an error
 * is left out, and so is everything when the present price is one.
 */
export function differences(configuration, values) {
  const found = Object.create(null);
  if (!configuration.hasPrices) return found;
  const now = situation(configuration, values);
  const present = grossIn(configuration, now);
  if (!present) return found;
  for (const group of configuration.groups) {
    if (!now.visible[group.key] || !CHOSEN_FROM.has(group.kind)) continue;
    found[group.key] = Object.create(null);
    for (const key of group.kind === "boolean" ? [YES] : group.options.map((option) => option.key)) {
      const difference = of(configuration, values, now, present, group, key);
      if (difference) found[group.key][key] = difference;
    }
  }
  return found;
}

const CHOSEN_FROM = new Set(["single", "multi", "boolean"]);

/** Of one choice, or null where that has no price. */
function of(configuration, values, now, present, group, key) {
  const answer = now.answers[group.key];
  const grossWith = (other) => grossIn(configuration, situation(configuration, { ...values, [group.key]: other }));
  if (group.kind === "single") {
    if (answer === key) return ZERO;
    const other = grossWith(key);
    return other && subtract(other, present);
  }
  const [having, lacking] = withAndWithout(answer, key);
  const has = group.kind === "boolean" ? answer === true : answer.has(key);
  const other = grossWith(has ? lacking : having);
  return other && (has ? subtract(present, other) : subtract(other, present));
}

const withAndWithout = (answer, key) =>
  answer instanceof Set ? [new Set([...answer, key]), new Set([...answer].filter((each) => each !== key))] : [true, false];

function grossIn(configuration, { answers, failure }) {
  if (failure) return null;
  try {
    return grossOf(configuration, totalOf(priceLines(configuration, answers)));
  } catch (error) {
    codeOf(error);
    return null;
  }
}
